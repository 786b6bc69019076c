//! Catalogs as they were read last, so that a page can say whom its session speaks to
//! without waiting for OpenCode.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use app::fault::Fault;
use domain::catalog::{Addressee, Catalog};
use domain::id::{Directory, ServerId};
use domain::prompt::Prompt;
use domain::sync::Viewing;

use super::{Nexus, faults};

/// How many are kept: directories that somebody works in at a time. One takes some tens of
/// KiB.
const KEPT_MAX: usize = 16;
/// How long a page waits for a catalog that is not kept; its names come a moment later then.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long a prompt waits for a catalog that is not kept; it goes to whom OpenCode chooses
/// then.
const PROMPT_PATIENCE: Duration = Duration::from_secs(5);

/// The catalogs that were read last.
#[derive(Debug, Default)]
pub(super) struct Catalogs {
    // Held for a few comparisons, never across an await.
    kept: Mutex<VecDeque<Kept>>,
}

#[derive(Debug)]
struct Kept {
    server: ServerId,
    directory: Directory,
    catalog: Arc<Catalog>,
}

impl Catalogs {
    fn get(&self, server: &ServerId, directory: &Directory) -> Option<Arc<Catalog>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept
            .iter()
            .find(|kept| kept.server == *server && kept.directory == *directory)?;
        Some(Arc::clone(&found.catalog))
    }

    fn put(&self, server: ServerId, directory: Directory, catalog: Arc<Catalog>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|kept| kept.server != server || kept.directory != directory);
        kept.push_back(Kept {
            server,
            directory,
            catalog,
        });
        if kept.len() > KEPT_MAX {
            kept.pop_front();
        }
    }
}

impl Nexus {
    /// Reads what a directory offers, and keeps it.
    pub(super) async fn read_catalog(
        &self,
        server: ServerId,
        directory: Directory,
    ) -> Result<Arc<Catalog>, Fault> {
        let dialect = self.dialect(&server)?;
        let catalog = dialect.catalog(&directory).await;
        let catalog = catalog.map_err(|fault| faults::call("This folder", fault))?;
        let catalog = Arc::new(catalog);
        // A directory without a single agent is one that is not loaded yet.
        if !catalog.agents.is_empty() {
            self.catalogs.put(server, directory, Arc::clone(&catalog));
        }
        Ok(catalog)
    }

    /// To whom a message in the session that is looked at goes, if that can be had at once.
    pub(super) async fn addressee(&self, viewing: &Viewing) -> Option<Addressee> {
        self.addressee_within(viewing, PATIENCE).await
    }

    /// Says to whom a prompt goes, where the device did not know it yet: OpenCode would take
    /// its first agent, whatever the session spoke to last.
    pub(super) async fn address(&self, viewing: &Viewing, prompt: &mut Prompt) {
        if prompt.agent.is_some() && prompt.model.is_some() {
            return;
        }
        if let Some(to) = self.addressee_within(viewing, PROMPT_PATIENCE).await {
            prompt.agent = prompt.agent.take().or(to.agent);
            prompt.model = prompt.model.take().or(to.model);
        }
    }

    async fn addressee_within(&self, viewing: &Viewing, patience: Duration) -> Option<Addressee> {
        let relay = self.hub.relay(&viewing.server)?;
        let session = relay.with(|live| {
            let entry = live.mirror().sessions.get(&viewing.session)?;
            Some(entry.session.clone())
        })?;
        let kept = self.catalogs.get(&viewing.server, &session.directory);
        let catalog = if let Some(kept) = kept {
            kept
        } else {
            let read = self.read_catalog(viewing.server.clone(), session.directory.clone());
            tokio::time::timeout(patience, read).await.ok()?.ok()?
        };
        Some(catalog.addressee(&session))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_of_a_directory_is_kept_and_the_oldest_gives_way() {
        let catalogs = Catalogs::default();
        let server = ServerId::new("srv");
        let at = |n: usize| Directory::new(format!("/srv/{n}"));
        for n in 0..=KEPT_MAX {
            catalogs.put(server.clone(), at(n), Arc::default());
        }
        assert!(catalogs.get(&server, &at(0)).is_none());
        assert!(catalogs.get(&server, &at(1)).is_some());
        assert!(catalogs.get(&ServerId::new("other"), &at(1)).is_none());
        let newer = Arc::new(Catalog {
            default_model: Some(domain::session::ModelRef {
                provider: "p".to_owned(),
                model: "m".to_owned(),
                variant: None,
            }),
            ..Catalog::default()
        });
        catalogs.put(server.clone(), at(1), Arc::clone(&newer));
        assert_eq!(catalogs.get(&server, &at(1)), Some(newer));
        assert!(catalogs.get(&server, &at(2)).is_some());
    }
}
