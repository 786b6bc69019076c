//! Transcripts that a device looks at and the server does not hold: each is asked for once,
//! and once more under another connection where it could not be had.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::{ServerId, SessionId};
use domain::sync::{Frame, WindowFault};
use tokio::task::JoinSet;

use crate::relay::handle::Relay;

type Key = (ServerId, SessionId);

/// What is asked for, and what could not be had.
#[derive(Debug, Default)]
pub(super) struct Loads {
    tasks: JoinSet<Loaded>,
    loading: BTreeSet<Key>,
    /// Transcripts that could not be had, and under which connection.
    failed: BTreeMap<Key, u64>,
}

/// A transcript was asked for.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) server: ServerId,
    session: SessionId,
    connects: u64,
    result: Result<(), WindowFault>,
}

impl Loads {
    /// Whether nothing is under way.
    pub(super) fn is_calm(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Has a transcript loaded, unless that is under way or failed under this connection.
    pub(super) fn load(&mut self, relay: &Relay, session: SessionId) {
        let connects = relay.connects();
        let key = (relay.server().clone(), session.clone());
        if self.failed.get(&key) == Some(&connects) || !self.loading.insert(key) {
            return;
        }
        let relay = relay.clone();
        self.tasks.spawn(async move {
            let result = relay.look(session.clone()).await;
            Loaded {
                server: relay.server().clone(),
                session,
                connects,
                result,
            }
        });
    }

    /// Waits for the next one; none at once where nothing is under way.
    pub(super) async fn next(&mut self) -> Option<Option<Loaded>> {
        let loaded = self.tasks.join_next().await?;
        if loaded.is_err() {
            // A look that crashed: whatever is missing is looked for again.
            self.loading.clear();
        }
        Some(loaded.ok())
    }

    /// Notes what came of one; the frame tells the device of a failure that is new.
    pub(super) fn done(&mut self, loaded: Loaded) -> Option<Frame> {
        let key = (loaded.server.clone(), loaded.session.clone());
        self.loading.remove(&key);
        let Err(why) = loaded.result else {
            self.failed.remove(&key);
            return None;
        };
        let first = self.failed.insert(key, loaded.connects).is_none();
        first.then_some(Frame::WindowFailed {
            server: loaded.server,
            session: loaded.session,
            why,
        })
    }

    /// What could not be had may be tried again.
    pub(super) fn forgive(&mut self) {
        self.failed.clear();
    }

    /// Forgets the servers that are none of `here`.
    pub(super) fn keep_only(&mut self, here: impl Fn(&ServerId) -> bool) {
        self.failed.retain(|(server, _), _| here(server));
    }
}
