//! The worker while it is connected: it first reads what is, then listens to what happens,
//! reads again where something was missed, and loads transcripts that are wanted.

mod hear;
mod transcripts;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use domain::connection::Happening;
use domain::event::Event;
use domain::house::{ServerFault, ServerLink};
use domain::id::{Directory, SessionId};
use opencode::{CallFault, Dialect, Subscription, Upstream};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::handle::Order;
use super::merge::Merge;
use super::reads::{self, Page, Plan, State, fault_of};
use super::repair;
use super::worker::{Ended, Line, Worker};
use transcripts::Loading;

/// A stream without a byte for this long is dead: OpenCode sends something every 10 s.
const SILENCE: Duration = Duration::from_secs(28);
/// The subscription is not live yet when the server accepts it: what is read this long
/// afterwards misses nothing.
const SETTLING: Duration = Duration::from_secs(1);
/// The connected worker.
pub(super) struct Online<'w> {
    worker: &'w mut Worker,
    dialect: Arc<dyn Dialect>,
    subscription: Subscription,
    jobs: JoinSet<Done>,
    /// When the stream last said anything.
    heard: Instant,
    began: Instant,
    merge: Merge,
    /// Whether everything is being read; the stream waits meanwhile.
    reading: bool,
    /// When everything is to be read again.
    refresh: Option<Instant>,
    loading: BTreeMap<SessionId, Loading>,
    /// Turns that ended, and when they are closed.
    settles: BTreeMap<SessionId, Instant>,
    /// The last durable event's number by session.
    seqs: BTreeMap<SessionId, u64>,
    directories: BTreeSet<Directory>,
}

/// What a job brought.
enum Done {
    State(Box<Result<State, CallFault>>),
    Transcript(SessionId, Result<Page, CallFault>),
}

/// What wakes the worker.
enum Wake {
    Wanted(bool),
    Order(Option<Order>),
    Heard(Result<Vec<Upstream>, ServerFault>),
    Job(Done),
    Time,
}

impl<'w> Online<'w> {
    pub(super) fn new(worker: &'w mut Worker, line: Line) -> Self {
        let now = Instant::now();
        Self {
            worker,
            dialect: line.dialect,
            subscription: line.subscription,
            jobs: JoinSet::new(),
            heard: now,
            began: now,
            merge: Merge::default(),
            reading: false,
            refresh: None,
            loading: BTreeMap::new(),
            settles: BTreeMap::new(),
            seqs: BTreeMap::new(),
            directories: BTreeSet::new(),
        }
    }

    pub(super) async fn run(mut self) -> Ended {
        // What is shown at once may miss the events of the first second: so it is read
        // twice, at once for the reader and after settling for the truth.
        self.read_everything();
        self.refresh = Some(self.began + SETTLING);
        loop {
            let wake = self.wait().await;
            let ended = match wake {
                Wake::Wanted(alive) => Some(if alive { Ended::Wanted } else { Ended::Gone }),
                Wake::Order(None) => Some(Ended::Gone),
                Wake::Order(Some(order)) => {
                    self.order(order);
                    None
                }
                Wake::Heard(Err(fault)) => Some(Ended::Fault(fault)),
                Wake::Heard(Ok(items)) => {
                    self.heard = Instant::now();
                    self.worker.shared.hear(self.worker.now());
                    self.hear(items);
                    None
                }
                Wake::Job(done) => self.done(done).map(Ended::Fault),
                Wake::Time => self.time().map(Ended::Fault),
            };
            self.worker.shared.bell.ring();
            if let Some(ended) = ended {
                self.flush();
                return ended;
            }
        }
    }

    async fn wait(&mut self) -> Wake {
        let deadline = self.deadline();
        tokio::select! {
            changed = self.worker.want.changed() => Wake::Wanted(changed.is_ok()),
            order = self.worker.orders.recv() => Wake::Order(order),
            items = self.subscription.next(), if !self.reading => Wake::Heard(items),
            Some(job) = self.jobs.join_next() => match job {
                Ok(done) => Wake::Job(done),
                Err(error) => {
                    tracing::error!(%error, "a read crashed");
                    Wake::Heard(Err(ServerFault::Garbled))
                }
            },
            () = tokio::time::sleep_until(deadline) => Wake::Time,
        }
    }

    fn deadline(&self) -> Instant {
        let merge = self.merge.next_due().map(|due| self.began + due);
        let refresh = self.refresh.filter(|_| !self.reading);
        let silence = (!self.reading).then(|| self.heard + SILENCE);
        let settle = self.settles.values().min().copied();
        let all = [merge, refresh, silence, settle];
        let far = Instant::now() + SILENCE;
        all.into_iter().flatten().min().unwrap_or(far)
    }

    fn time(&mut self) -> Option<ServerFault> {
        let now = Instant::now();
        if !self.reading && now >= self.heard + SILENCE {
            return Some(ServerFault::Silent);
        }
        let shared = Arc::clone(&self.worker.shared);
        let mut live = shared.live();
        for piece in self.merge.take_due(now - self.began) {
            live.grow(&piece);
        }
        let due: Vec<SessionId> = self
            .settles
            .iter()
            .filter(|(_, at)| now >= **at)
            .map(|(session, _)| session.clone())
            .collect();
        for session in due {
            self.settles.remove(&session);
            if !live.is_running(&session) {
                live.commit(&Event::TurnSettled { session });
            }
        }
        live.tidy(|session| shared.is_viewed(session));
        drop(live);
        if !self.reading && self.refresh.is_some_and(|at| now >= at) {
            self.refresh = None;
            self.read_everything();
        }
        None
    }

    fn read_everything(&mut self) {
        self.flush();
        self.reading = true;
        let shared = &self.worker.shared;
        let live = shared.live();
        let mirror = live.mirror();
        let plan = Plan {
            known: mirror.sessions.keys().cloned().collect(),
            directories: self.directories.clone(),
            transcripts: mirror
                .transcripts
                .keys()
                .filter(|session| live.is_running(session) || shared.is_viewed(session))
                .cloned()
                .collect(),
            now: self.worker.now(),
        };
        drop(live);
        let dialect = Arc::clone(&self.dialect);
        self.jobs
            .spawn(async move { Done::State(Box::new(reads::state(dialect, plan).await)) });
    }

    fn done(&mut self, done: Done) -> Option<ServerFault> {
        match done {
            Done::State(state) => match *state {
                Ok(state) => {
                    self.know(state);
                    None
                }
                Err(fault) => Some(fault_of(fault)),
            },
            Done::Transcript(session, page) => self.loaded(session, page),
        }
    }

    /// Takes what was read of everything. The stream goes on from here.
    fn know(&mut self, state: State) {
        let now = self.worker.now();
        let shared = Arc::clone(&self.worker.shared);
        let mut live = shared.live();
        // Transcripts on their way are read later than this.
        let first = !live.primed();
        let mut running: Vec<SessionId> = Vec::new();
        let before = live.position().seq.0;
        if first {
            repair::prime(&mut live, state, now);
        } else {
            let aftermath = repair::repair(&mut live, state, now);
            for session in aftermath.ended {
                self.turn_ended(&mut live, &session);
            }
        }
        let repaired = live.position().seq.0.saturating_sub(before);
        for entry in live.mirror().sessions.values() {
            let id = &entry.session.id;
            if entry.status.is_running() && live.held_since(id).is_none() {
                running.push(id.clone());
            }
        }
        drop(live);
        for session in running {
            self.load(session, None);
        }
        self.reading = false;
        self.heard = Instant::now();
        let link = self.worker.around.house.server(&shared.server);
        let connected = link.is_some_and(|it| matches!(it.link, ServerLink::Connected { .. }));
        if !connected {
            self.worker.link(ServerLink::Connected { since: now });
        }
        if !first && (repaired > 0 || !connected) {
            let events = u32::try_from(repaired).unwrap_or(u32::MAX);
            let chronicle = self.worker.around.house.chronicle();
            chronicle.note(&shared.server, now, Happening::Repaired { events });
        }
    }

    fn order(&mut self, order: Order) {
        match order {
            Order::Retry => {}
            Order::Look { session, done } => {
                let mut live = self.worker.shared.live();
                if live.held_since(&session).is_some() && !self.loading.contains_key(&session) {
                    live.want(&session);
                    drop(live);
                    // Whoever asked may have given up.
                    let _ = done.send(Ok(()));
                    return;
                }
                if let Some(entry) = live.mirror().sessions.get(&session) {
                    self.directories.insert(entry.session.directory.clone());
                }
                drop(live);
                self.load(session, Some(done));
            }
            Order::Seen(session) => {
                self.worker.shared.live().commit(&Event::UnreadChanged {
                    session,
                    unread: false,
                });
            }
        }
    }

    /// Lets out all text that waits.
    fn flush(&mut self) {
        let pieces = self.merge.take_all();
        let shared = Arc::clone(&self.worker.shared);
        let mut live = shared.live();
        for piece in pieces {
            live.grow(&piece);
        }
    }
}
