//! Streams that are polled, between two polls: where one stands must not be lost meanwhile,
//! for what it was told and what it still has to say are in it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::id::StreamId;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::feed::Feed;
use crate::lifecycle::Lifecycle;

/// How long a stream waits for its next poll. A page that lives asks again within a few
/// seconds; one that was closed must not count as looking for long.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How many streams wait at most: the polls of some hundred pages.
pub const WAITING_MAX: usize = 256;

/// The streams that wait for their next poll; cheap to clone.
#[derive(Clone, Debug)]
pub struct Polls {
    life: Lifecycle,
    // A std mutex: held for map operations, never across an await.
    waiting: Arc<Mutex<BTreeMap<StreamId, Waiting>>>,
}

#[derive(Debug)]
struct Waiting {
    /// The owner's session that opened it: no other may go on with it.
    session: i64,
    feed: Feed,
    /// Calls off the end of our patience.
    _patience: DropGuard,
}

impl Polls {
    /// None wait.
    pub fn new(life: Lifecycle) -> Self {
        Self {
            life,
            waiting: Arc::default(),
        }
    }

    /// Keeps a stream until it is polled again. Where too many wait it is let go of: its
    /// page opens another where it stands.
    pub fn keep(&self, session: i64, feed: Feed) {
        let id = feed.id().clone();
        let called_off = CancellationToken::new();
        let waiting = Waiting {
            session,
            feed,
            _patience: called_off.clone().drop_guard(),
        };
        {
            let mut all = lock(&self.waiting);
            if all.len() >= WAITING_MAX {
                return;
            }
            all.insert(id.clone(), waiting);
        }
        let (all, soft) = (Arc::clone(&self.waiting), self.life.soft().clone());
        self.life.spawn(async move {
            tokio::select! {
                () = called_off.cancelled() => return,
                () = soft.cancelled() => {}
                () = tokio::time::sleep(PATIENCE) => {}
            }
            let forgotten = {
                let mut all = lock(&all);
                // Taken up at the last moment, it may wait again under the same id.
                if called_off.is_cancelled() {
                    return;
                }
                all.remove(&id)
            };
            // Dropped only now: a stream that ends asks for locks of its own.
            drop(forgotten);
        });
    }

    /// Takes the stream up again for `session`; none where it does not wait (any more).
    pub fn take(&self, session: i64, stream: &StreamId) -> Option<Feed> {
        let mut all = lock(&self.waiting);
        if all.get(stream)?.session != session {
            return None;
        }
        all.remove(stream).map(|waiting| waiting.feed)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
