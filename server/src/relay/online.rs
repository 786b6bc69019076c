//! The worker while it is connected: it first reads what is, then listens to what happens,
//! reads again where something was missed, and loads transcripts that are wanted.

mod hear;
mod looks;
mod marked;
mod printing;
mod transcripts;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use domain::connection::Happening;
use domain::event::{Event, PartRef};
use domain::house::{ServerFault, ServerLink};
use domain::id::{Directory, MessageId, SessionId};
use domain::mirror::Mirror;
use domain::transcript::Entry;
use opencode::{CallFault, Dialect, Look, Printed, Subscription, Upstream};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::handle::Order;
use super::live::Live;
use super::merge::Merge;
use super::reads::{self, Again, Left, Page, Plan, State, fault_of};
use super::whole::Begun;
use super::worker::{Ended, Line, Worker};
use super::{missed, repair};
use hear::TURN_SETTLING;
use looks::{Looks, Seen};
use printing::Printing;
use transcripts::Loading;

/// A stream without a byte for this long is dead: OpenCode sends something every 10 s.
const SILENCE: Duration = Duration::from_secs(28);
/// The subscription is not live yet when the server accepts it: what is read this long
/// afterwards misses nothing.
const SETTLING: Duration = Duration::from_secs(1);
/// How long a directory that could not be read is left alone at most before it is asked
/// again; at first it is [`SETTLING`], and twice as long each time.
const RETRY_MAX: Duration = Duration::from_mins(1);
/// How many such tries *Connected* waits for: about seven seconds. A directory that cannot be
/// read at all is no reason to keep the others from the owner.
const RETRIES_AWAITED: u32 = 3;
/// How many tries things to do are worth that cannot be read: about a minute of them.
const TODO_TRIES: u32 = 6;
/// How often room is made of what nobody needs any more.
const TIDY_EVERY: Duration = Duration::from_mins(1);

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
    /// When what a read left out is, and how often that was tried in a row.
    retry: Option<Instant>,
    tries: u32,
    /// What the last read left out.
    left: Left,
    /// Whether the server lists only the sessions of directories in use.
    partly: bool,
    /// Whether what is read now was begun after the stream had settled.
    settled: bool,
    loading: BTreeMap<SessionId, Loading>,
    looks: Looks,
    /// The commands that run, of which the stream does not say what they print.
    printing: Printing,
    /// What is shown for a moment, and when it goes.
    passing: BTreeMap<(SessionId, MessageId), Instant>,
    /// Turns that ended, and when they are closed.
    settles: BTreeMap<SessionId, Instant>,
    /// When room is made next.
    tidy: Instant,
}

/// How many directories are remembered in which something was done: far more than are asked.
const DIRECTORIES_MAX: usize = 256;

/// What a job brought.
enum Done {
    State(Box<Result<State, CallFault>>),
    Transcript(SessionId, Begun, Result<Page, CallFault>),
    Look(Look, u64, Result<Seen, CallFault>),
    /// What was looked at was told, or could not be.
    Told,
    /// What a command printed.
    Printed(PartRef, Result<Printed, CallFault>),
}

/// What wakes the worker.
enum Wake {
    Wanted(bool),
    Order(Option<Order>),
    Heard(Result<Vec<Upstream>, ServerFault>),
    Job(Done),
    Time,
    Awoke,
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
            retry: None,
            tries: 0,
            left: Left::default(),
            loading: BTreeMap::new(),
            looks: Looks::default(),
            printing: Printing::default(),
            passing: BTreeMap::new(),
            settles: BTreeMap::new(),
            tidy: now + TIDY_EVERY,
            partly: false,
            settled: false,
        }
    }

    pub(super) async fn run(mut self) -> Ended {
        // What is shown at once may miss the events of the first second: so it is read
        // twice, at once for the reader and after settling for the truth.
        self.worker.marks.connected();
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
                    let bytes = self.subscription.take_received();
                    self.worker.shared.hear(self.worker.now(), bytes);
                    self.hear(items);
                    None
                }
                Wake::Job(done) => self.done(done).map(Ended::Fault),
                Wake::Time => self.time(),
                Wake::Awoke => Some(Ended::Awoke),
            };
            if ended.is_some() {
                self.flush();
            }
            self.worker.shared.tell();
            if let Some(ended) = ended {
                return ended;
            }
        }
    }

    async fn wait(&mut self) -> Wake {
        let deadline = self.deadline();
        tokio::select! {
            // The stream last: it may always have something, the others seldom do.
            biased;
            changed = self.worker.want.changed() => Wake::Wanted(changed.is_ok()),
            () = self.worker.awoke.rung() => Wake::Awoke,
            order = self.worker.orders.recv() => Wake::Order(order),
            Some(job) = self.jobs.join_next() => match job {
                Ok(done) => Wake::Job(done),
                Err(error) => {
                    tracing::error!(%error, "a read crashed");
                    Wake::Heard(Err(ServerFault::Garbled))
                }
            },
            () = tokio::time::sleep_until(deadline) => Wake::Time,
            items = self.subscription.next(), if !self.reading => Wake::Heard(items),
        }
    }

    fn deadline(&self) -> Instant {
        let merge = self.merge.next_due().map(|due| self.began + due);
        let refresh = [self.refresh, self.retry].into_iter().flatten().min();
        let refresh = refresh.filter(|_| !self.reading);
        let silence = (!self.reading).then(|| self.heard + SILENCE);
        let settle = self.settles.values().min().copied();
        let passing = self.passing.values().min().copied();
        let printing = self.printing.next_due();
        let all = [merge, refresh, silence, settle, passing, printing];
        all.into_iter().flatten().fold(self.tidy, Instant::min)
    }

    fn time(&mut self) -> Option<Ended> {
        let now = Instant::now();
        if !self.reading && now >= self.heard + SILENCE {
            // One that slept heard nothing either.
            self.worker.around.vigil.look();
            if self.worker.awoke.take() {
                return Some(Ended::Awoke);
            }
            return Some(Ended::Fault(ServerFault::Silent));
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
        let gone = self.passing.extract_if(.., |_, at| now >= *at);
        for ((session, message), _) in gone {
            live.commit(&Event::MessageRemoved { session, message });
        }
        self.ask_commands(&live);
        if now >= self.tidy {
            self.tidy = now + TIDY_EVERY;
            live.tidy(|session| shared.is_viewed(session));
        }
        drop(live);
        let is_due = |at: Option<Instant>| at.is_some_and(|at| now >= at);
        if !self.reading && (is_due(self.refresh) || is_due(self.retry)) {
            if is_due(self.refresh) {
                self.refresh = None;
                // Something was missed since, everywhere perhaps.
                self.left = Left::default();
            }
            self.read_everything();
        }
        None
    }

    fn read_everything(&mut self) {
        self.reading = true;
        self.retry = None;
        // What is looked for is in what is read now.
        self.looks.give_up();
        // What was missed may be missing in a transcript on its way, too, which is not among
        // those that are read now.
        for loading in self.loading.values_mut() {
            loading.again();
        }
        if Instant::now() >= self.began + SETTLING {
            self.settled = true;
            self.worker.numbers.settle();
        }
        let shared = Arc::clone(&self.worker.shared);
        let live = shared.live();
        let mirror = live.mirror();
        let looked_at = |session: &SessionId| live.is_running(session) || shared.is_viewed(session);
        let numbers = &self.worker.numbers;
        let asks = mirror.permissions.values().map(|ask| &ask.directory);
        let asks = asks.chain(mirror.questions.values().map(|ask| &ask.directory));
        let busy = mirror.sessions.values();
        let busy = busy.filter(|entry| looked_at(&entry.session.id));
        let held: Vec<&SessionId> = mirror.transcripts.keys().collect();
        let plan = Plan {
            known: mirror
                .sessions
                .iter()
                .map(|(id, entry)| {
                    let session = &entry.session;
                    (id.clone(), (session.directory.clone(), session.updated))
                })
                .collect(),
            busy: asks
                .chain(busy.map(|entry| &entry.session.directory))
                .cloned()
                .collect(),
            directories: self.worker.directories.clone(),
            left: std::mem::take(&mut self.left),
            whole: held
                .iter()
                .filter_map(|session| Some(((*session).clone(), numbers.whole(session)?)))
                .collect(),
            transcripts: held
                .iter()
                .filter(|session| looked_at(session))
                .map(|session| Again {
                    session: (*session).clone(),
                    begun: numbers.begin(session),
                    messages: ids(mirror, session),
                })
                .collect(),
            now: self.worker.now(),
        };
        drop(live);
        let dialect = Arc::clone(&self.dialect);
        self.jobs
            .spawn(async move { Done::State(Box::new(reads::state(dialect, plan).await)) });
    }

    /// Something is done or looked at in `directory`. Where sessions are listed by directory
    /// there may be others, which nobody has heard of.
    fn notice(&mut self, directory: Directory) {
        if self.worker.directories.len() < DIRECTORIES_MAX
            && self.worker.directories.insert(directory)
            && self.partly
        {
            self.refresh.get_or_insert(Instant::now());
        }
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
            Done::Transcript(session, begun, page) => self.loaded(session, begun, page),
            Done::Look(look, round, seen) => {
                self.looked(look, round, seen);
                None
            }
            Done::Told => None,
            Done::Printed(at, printed) => {
                self.printed(&at, printed);
                None
            }
        }
    }

    /// Takes what was read of everything. The stream goes on from here.
    fn know(&mut self, mut state: State) {
        let now = self.worker.now();
        let shared = Arc::clone(&self.worker.shared);
        let mut live = shared.live();
        self.partly = state.partly;
        if state.more_gone {
            self.refresh.get_or_insert(Instant::now() + SETTLING);
        }
        let marks = std::mem::take(&mut state.marks);
        let held_back = self.leave(std::mem::take(&mut state.left));
        // Transcripts on their way are read later than this.
        let first = !live.primed();
        let mut running: Vec<SessionId> = Vec::new();
        let before = live.position().seq.0;
        if first {
            repair::prime(&mut live, state, now);
        } else {
            let log = state.log.as_mut().map(std::mem::take);
            if let (Some(left), Some(log)) = (&mut state.log, &log) {
                left.of.clone_from(&log.of);
            }
            for session in log.iter().flat_map(|log| &log.lost) {
                tracing::warn!(session.id = %session, "the server has lost what happened here");
                self.worker.numbers.lost(session);
            }
            let aftermath = repair::repair(&mut live, state, now);
            for (session, begun) in &aftermath.read {
                self.worker.numbers.read(session, *begun);
            }
            if let Some(log) = log {
                self.make_up(&mut live, log);
            }
            self.worker
                .numbers
                .keep_only(|session| live.held_since(session).is_some());
            for session in aftermath.ended {
                self.turn_ended(&mut live, &session);
            }
        }
        let told = self.all_marked(&mut live, marks);
        let held: Vec<SessionId> = live.mirror().transcripts.keys().cloned().collect();
        for session in held {
            self.watch_commands(&live, &session);
        }
        let repaired = live.position().seq.0.saturating_sub(before);
        for entry in live.mirror().sessions.values() {
            let id = &entry.session.id;
            if entry.status.is_running() && live.held_since(id).is_none() {
                running.push(id.clone());
            }
        }
        drop(live);
        self.tell_looked_at(told);
        for session in running {
            self.load(session, None);
        }
        self.reading = false;
        self.heard = Instant::now();
        let link = self.worker.around.house.server(&shared.server);
        let connected = link.is_some_and(|it| matches!(it.link, ServerLink::Connected { .. }));
        // Who has seen the server before is told that all is well when it is: what happened
        // in the stream's first moments may be missing until then.
        if !connected && (first || (self.settled && !held_back)) {
            self.worker.down_since = None;
            self.worker.link(ServerLink::Connected { since: now });
        }
        if !first {
            shared.repaired(repaired);
        }
        if !first && (repaired > 0 || !connected) {
            let events = u32::try_from(repaired).unwrap_or(u32::MAX);
            let chronicle = self.worker.around.house.chronicle();
            chronicle.note(&shared.server, now, Happening::Repaired { events });
        }
    }

    /// Sees to what a read left out; answers whether *Connected* is to wait for it.
    fn leave(&mut self, left: Left) -> bool {
        let awaited = self.tries < RETRIES_AWAITED;
        // What nobody needs is not asked for ever.
        let unread = !left.unread.is_empty() && (left.busy || awaited);
        let todos = left.todos && self.tries < TODO_TRIES;
        if !(unread || todos) {
            self.tries = 0;
            return false;
        }
        let wait = SETTLING.saturating_mul(2_u32.saturating_pow(self.tries));
        self.tries = self.tries.saturating_add(1);
        self.retry = Some(Instant::now() + wait.min(RETRY_MAX));
        let held_back = left.busy && awaited;
        self.left = left;
        held_back
    }

    /// Applies what the server's log says that we missed.
    fn make_up(&mut self, live: &mut Live, log: reads::Log) {
        for item in missed::condense(log.items) {
            if let Upstream::Seq { session, seq } = item {
                self.worker.numbers.logged(&session, seq);
            } else {
                self.take(live, item);
            }
        }
        for session in &log.of {
            repair::close(live, session);
        }
        live.mark_broken();
    }

    fn order(&mut self, order: Order) {
        match order {
            Order::Retry | Order::Nudge => {}
            Order::Look { session, done } => {
                let mut live = self.worker.shared.live();
                if live.held_since(&session).is_some() && !self.loading.contains_key(&session) {
                    live.want(&session);
                    drop(live);
                    // Whoever asked may have given up.
                    let _ = done.send(Ok(()));
                    return;
                }
                let entry = live.mirror().sessions.get(&session);
                let directory = entry.map(|entry| entry.session.directory.clone());
                drop(live);
                if let Some(directory) = directory {
                    self.notice(directory);
                }
                self.load(session, Some(done));
            }
            Order::NothingRuns(session) => {
                if self.worker.shared.live().is_running(&session) {
                    tracing::info!(session.id = %session, "the end of a turn was missed");
                    self.refresh.get_or_insert(Instant::now());
                }
            }
            Order::PutAway { session, at } => self.worker.shared.live().put_away(session, at),
            Order::Passing(said) => self.pass(*said),
            Order::Seen(session) => {
                let told = self.worker.marks.see(&session);
                let told = told.map(|idle| (session.clone(), idle));
                self.tell_looked_at(told.into_iter().collect());
                self.worker.shared.live().commit(&Event::UnreadChanged {
                    session,
                    unread: false,
                });
            }
        }
    }

    /// Shows for a moment what never becomes a message. A read in between takes it away too.
    fn pass(&mut self, said: Entry) {
        let shared = Arc::clone(&self.worker.shared);
        let mut live = shared.live();
        let message = said.message;
        let place = (message.session.clone(), message.id.clone());
        live.commit(&Event::MessageUpserted { message });
        for part in said.parts {
            live.commit(&Event::PartUpserted { part });
        }
        self.passing.insert(place, Instant::now() + TURN_SETTLING);
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

/// The messages of a transcript that is held.
fn ids(mirror: &Mirror, session: &SessionId) -> Vec<MessageId> {
    let entries = mirror.transcripts.get(session);
    let entries = entries.into_iter().flat_map(|held| &held.entries);
    entries.map(|entry| entry.message.id.clone()).collect()
}
