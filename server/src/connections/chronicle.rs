//! How each connection has been: what happened to it, and how its server answered when it
//! was asked. Bounded, written from anywhere at once, kept in the database by one task.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::connection::{CHECKS_MAX, Check, Happening, NOTED_MAX, Noted};
use domain::house::ServerLink;
use domain::id::ServerId;
use domain::time::Millis;
use tokio::sync::Notify;

use crate::lifecycle::Lifecycle;
use crate::store::{Store, servers};

/// The books of all connections; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Chronicle {
    // Held for a few operations on short lists, never across an await.
    books: Arc<Mutex<BTreeMap<ServerId, Book>>>,
    moved: Arc<Notify>,
}

/// What is known of one connection.
#[derive(Debug, Default)]
struct Book {
    /// Oldest first.
    noted: VecDeque<Noted>,
    /// How many at the end of `noted` are not in the database yet.
    unsaved: usize,
    /// Oldest first.
    checks: VecDeque<Check>,
}

impl Book {
    fn note(&mut self, at: Millis, what: Happening) {
        self.noted.push_back(Noted { at, what });
        self.unsaved += 1;
        while self.noted.len() > NOTED_MAX {
            self.noted.pop_front();
        }
        self.unsaved = self.unsaved.min(self.noted.len());
    }

    fn last(&self) -> Option<&Happening> {
        self.noted.back().map(|noted| &noted.what)
    }

    /// The version that the server spoke of last.
    fn version(&self) -> Option<&str> {
        self.noted.iter().rev().find_map(|noted| match &noted.what {
            Happening::Connected { version } => version.as_deref(),
            Happening::VersionChanged { to, .. } => Some(to),
            Happening::Lost { .. } | Happening::LetGo | Happening::Repaired { .. } => None,
        })
    }

    fn told_version(&mut self, at: Millis, version: &str) {
        if let Some(from) = self.version().filter(|before| *before != version) {
            let from = from.to_owned();
            let to = version.to_owned();
            self.note(at, Happening::VersionChanged { from, to });
        }
    }

    fn linked(&mut self, at: Millis, link: &ServerLink, version: Option<&str>) {
        match link {
            ServerLink::Connecting { .. } => {}
            ServerLink::Connected { .. } => {
                if let Some(version) = version {
                    self.told_version(at, version);
                }
                let version = version.map(str::to_owned);
                self.note(at, Happening::Connected { version });
            }
            ServerLink::Error { reason, .. } => {
                // It is tried again and again; that it failed as before is no news.
                let lost = Happening::Lost {
                    reason: reason.clone(),
                };
                if self.last() != Some(&lost) {
                    self.note(at, lost);
                }
            }
            ServerLink::Disconnected => {
                if self.last().is_some_and(|last| *last != Happening::LetGo) {
                    self.note(at, Happening::LetGo);
                }
            }
        }
    }
}

impl Chronicle {
    fn books(&self) -> MutexGuard<'_, BTreeMap<ServerId, Book>> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a server's book with what was noted before, oldest first.
    pub fn open(&self, server: ServerId, noted: Vec<Noted>) {
        let book = Book {
            noted: noted.into(),
            ..Book::default()
        };
        self.books().insert(server, book);
    }

    /// Closes a server's book: nothing more is noted of it.
    pub fn close(&self, server: &ServerId) {
        self.books().remove(server);
    }

    /// What happened to a connection and how it was checked, newest first.
    pub fn read(&self, server: &ServerId) -> (Vec<Noted>, Vec<Check>) {
        let books = self.books();
        let Some(book) = books.get(server) else {
            return (Vec::new(), Vec::new());
        };
        (
            book.noted.iter().rev().cloned().collect(),
            book.checks.iter().rev().cloned().collect(),
        )
    }

    /// We stand otherwise with a server than before.
    pub fn linked(&self, server: &ServerId, at: Millis, link: &ServerLink, version: Option<&str>) {
        self.with(server, |book| book.linked(at, link, version));
    }

    /// Something happened to a connection.
    pub fn note(&self, server: &ServerId, at: Millis, what: Happening) {
        self.with(server, |book| book.note(at, what));
    }

    /// A connected server told its version.
    pub fn told_version(&self, server: &ServerId, at: Millis, version: &str) {
        self.with(server, |book| book.told_version(at, version));
    }

    /// A server was asked whether it is well.
    pub fn check(&self, server: &ServerId, check: Check) {
        self.with(server, |book| {
            book.checks.push_back(check);
            while book.checks.len() > CHECKS_MAX {
                book.checks.pop_front();
            }
        });
    }

    fn with(&self, server: &ServerId, work: impl FnOnce(&mut Book)) {
        let unsaved = {
            let mut books = self.books();
            let Some(book) = books.get_mut(server) else {
                return;
            };
            work(book);
            book.unsaved > 0
        };
        if unsaved {
            self.moved.notify_one();
        }
    }

    fn take_unsaved(&self) -> Vec<(ServerId, Noted)> {
        let mut unsaved = Vec::new();
        for (server, book) in self.books().iter_mut() {
            let from = book.noted.len() - book.unsaved;
            let new = book.noted.iter().skip(from).cloned();
            unsaved.extend(new.map(|noted| (server.clone(), noted)));
            book.unsaved = 0;
        }
        unsaved
    }

    /// Keeps what is noted, until the program ends.
    pub fn keep(&self, store: Store, life: &Lifecycle) {
        let (this, soft) = (self.clone(), life.soft().clone());
        life.spawn(async move {
            loop {
                let moved = soft.run_until_cancelled(this.moved.notified()).await;
                // Once more at the end: the last words count most.
                let unsaved = this.take_unsaved();
                let kept = store.call(move |connection| {
                    for (server, noted) in &unsaved {
                        servers::note(connection, server, noted)?;
                    }
                    Ok(())
                });
                if let Err(error) = kept.await {
                    tracing::warn!(%error, "what happened to the connections is not kept");
                }
                if moved.is_none() {
                    return;
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use domain::connection::Came;
    use domain::house::ServerFault;

    use super::*;

    fn happenings(chronicle: &Chronicle, server: &ServerId) -> Vec<Happening> {
        let (noted, _) = chronicle.read(server);
        noted.into_iter().rev().map(|noted| noted.what).collect()
    }

    fn lost(reason: ServerFault) -> ServerLink {
        ServerLink::Error {
            reason,
            since: Millis(0),
            retry_at: None,
        }
    }

    #[test]
    fn what_happened_is_noted_once_however_often_it_is_tried_again() {
        let chronicle = Chronicle::default();
        let server = ServerId::new("srv");
        chronicle.open(server.clone(), Vec::new());
        let since = Millis(0);
        let up = ServerLink::Connected { since };
        for (link, version) in [
            (ServerLink::Disconnected, None),
            (ServerLink::Connecting { since }, None),
            (up.clone(), Some("1.0")),
            (lost(ServerFault::Ended), Some("1.0")),
            (ServerLink::Connecting { since }, Some("1.0")),
            (lost(ServerFault::Refused), Some("1.0")),
            (ServerLink::Connecting { since }, Some("1.0")),
            (lost(ServerFault::Refused), Some("1.0")),
            (up, Some("1.1")),
            (ServerLink::Disconnected, Some("1.1")),
            (ServerLink::Disconnected, Some("1.1")),
        ] {
            chronicle.linked(&server, Millis(1), &link, version);
        }
        let connected = |version: &str| Happening::Connected {
            version: Some(version.to_owned()),
        };
        let lost = |reason| Happening::Lost { reason };
        assert_eq!(
            happenings(&chronicle, &server),
            [
                connected("1.0"),
                lost(ServerFault::Ended),
                lost(ServerFault::Refused),
                Happening::VersionChanged {
                    from: "1.0".to_owned(),
                    to: "1.1".to_owned(),
                },
                connected("1.1"),
                Happening::LetGo,
            ]
        );
    }

    #[test]
    fn a_book_is_bounded_and_a_closed_one_takes_nothing() {
        let chronicle = Chronicle::default();
        let server = ServerId::new("srv");
        chronicle.open(server.clone(), Vec::new());
        for n in 0..500_u64 {
            let events = u32::try_from(n).unwrap();
            chronicle.note(&server, Millis(n), Happening::Repaired { events });
            let came = Came::Answer { round_trip_ms: 1 };
            let at = Millis(n);
            chronicle.check(&server, Check { at, came });
        }
        let (noted, checks) = chronicle.read(&server);
        assert_eq!((noted.len(), checks.len()), (NOTED_MAX, CHECKS_MAX));
        assert_eq!(noted[0].at, Millis(499), "the newest first");
        assert_eq!(chronicle.take_unsaved().len(), NOTED_MAX);
        assert_eq!(chronicle.take_unsaved().len(), 0);
        chronicle.close(&server);
        chronicle.note(&server, Millis(1), Happening::LetGo);
        assert_eq!(chronicle.read(&server).0, []);
    }
}
