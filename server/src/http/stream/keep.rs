//! Feeds that nobody reads just now: those whose reader has stalled are let go, and those
//! of pages that poll wait a while for the next poll.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use domain::id::StreamId;
use tokio::time::{Instant, sleep};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::lifecycle::Lifecycle;
use crate::relay::bell::Ear;
use crate::relay::feed::Feed;
use crate::relay::vigil::Vigil;

/// How long a reader may take for one frame. With the time between two rounds it is let go
/// within ten seconds.
const STALLED_AFTER: Duration = Duration::from_millis(7_500);
/// How often it is looked for readers that have stalled.
const ROUND: Duration = Duration::from_millis(2_500);
/// How long a page that polls may stay away: a poll, and the pause before the next one.
const PARKED_FOR: Duration = Duration::from_secs(35);

/// All feeds that nobody reads just now; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Keep(Arc<State>);

#[derive(Debug, Default)]
struct State {
    // Std mutexes: held for a few operations, never across an await.
    slots: Mutex<Vec<Weak<Slot>>>,
    parked: Mutex<BTreeMap<StreamId, Parked>>,
    life: Lifecycle,
}

#[derive(Debug)]
struct Parked {
    session: i64,
    feed: Feed,
    /// Dropped when it waits no longer.
    waits: DropGuard,
}

/// Where a feed is while the frame that it gave last is on its way to the reader. Boxed,
/// because it goes to and fro with every frame.
#[derive(Debug)]
pub(super) struct Slot(Mutex<Option<(Box<Feed>, Instant)>>);

impl Slot {
    /// Takes the feed to read on; none where the reader took too long.
    pub(super) fn take(&self) -> Option<Box<Feed>> {
        lock(&self.0).take().map(|(feed, _)| feed)
    }

    /// Puts the feed down: a frame of it goes to the reader now.
    pub(super) fn put(&self, feed: Box<Feed>) {
        let since = feed.last();
        *lock(&self.0) = Some((feed, since));
    }

    /// Nobody can have read while the machine slept: the time begins anew.
    fn forgive(&self, now: Instant) {
        if let Some((_, since)) = lock(&self.0).as_mut() {
            *since = now;
        }
    }

    fn let_go_if_stalled(&self, now: Instant) {
        let mut held = lock(&self.0);
        if held
            .as_ref()
            .is_some_and(|(_, since)| now - *since >= STALLED_AFTER)
        {
            tracing::info!("a stream's reader has stalled and is let go");
            *held = None;
        }
    }
}

impl Keep {
    /// Keeps feeds, and goes its rounds as long as the program lives.
    pub(super) fn start(life: &Lifecycle, vigil: &Vigil) -> Self {
        let keep = Self(Arc::new(State {
            life: life.clone(),
            ..State::default()
        }));
        let (this, soft) = (keep.clone(), life.soft().clone());
        let (vigil, awoke) = (vigil.clone(), vigil.listen());
        life.spawn(async move {
            let mut round = tokio::time::interval(ROUND);
            while soft.run_until_cancelled(round.tick()).await.is_some() {
                // Before anybody is judged by a clock that slept.
                vigil.look();
                this.go_round(Instant::now(), &awoke);
            }
        });
        keep
    }

    /// A slot for a stream's feed.
    pub(super) fn slot(&self, feed: Feed) -> Arc<Slot> {
        let slot = Arc::new(Slot(Mutex::new(Some((Box::new(feed), Instant::now())))));
        lock(&self.0.slots).push(Arc::downgrade(&slot));
        slot
    }

    /// Lets a feed wait for the next poll of its page, until the owner's session has `ended`.
    pub(super) fn park(&self, session: i64, ended: CancellationToken, feed: Feed) {
        let over = CancellationToken::new();
        let id = feed.id().clone();
        let parked = Parked {
            session,
            feed,
            waits: over.clone().drop_guard(),
        };
        lock(&self.0.parked).insert(id.clone(), parked);
        let (this, soft) = (self.clone(), self.0.life.soft().clone());
        self.0.life.spawn(async move {
            tokio::select! {
                () = over.cancelled() => return,
                () = ended.cancelled() => {}
                // It would say farewell to nobody.
                () = soft.cancelled() => {}
                () = sleep(PARKED_FOR) => {}
            }
            let mut all = lock(&this.0.parked);
            // A poll may have taken it this instant, and left it again.
            if !over.is_cancelled() {
                all.remove(&id);
            }
        });
    }

    /// The feed that waits for a poll, if it is one of this session of the owner.
    pub(super) fn unpark(&self, session: i64, id: &StreamId) -> Option<Feed> {
        let mut all = lock(&self.0.parked);
        if all.get(id)?.session != session {
            return None;
        }
        let Parked { feed, waits, .. } = all.remove(id)?;
        drop(waits);
        Some(feed)
    }

    fn go_round(&self, now: Instant, awoke: &Ear) {
        let awoke = awoke.take();
        lock(&self.0.slots).retain(|slot| {
            let slot = slot.upgrade();
            if let Some(slot) = &slot {
                if awoke {
                    slot.forgive(now);
                }
                slot.let_go_if_stalled(now);
            }
            slot.is_some()
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
