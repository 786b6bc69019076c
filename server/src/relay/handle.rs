//! The handle to one server's worker, and the state that both share. The worker alone
//! writes; everybody else reads for the length of a closure.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::house::{ServerFault, ServerLink};
use domain::id::{MessageId, ServerId, SessionId};
use domain::sync::{Epoch, WindowFault};
use domain::time::Millis;
use domain::transcript::Entry;
use opencode::{Address, Credentials, Dialect};
use secrecy::ExposeSecret as _;
use tokio::sync::{mpsc, oneshot, watch};

use super::answers::{Answers, First, Reply, Verdict};
use super::bell::Bell;
use super::journal::Shelf;
use super::live::Live;
use super::press::Press;

/// How many orders wait at most. Orders take microseconds; more means that the worker is
/// gone, and senders wait.
pub(super) const ORDERS_MAX: usize = 64;

/// What is wanted of a server's worker.
#[derive(Clone, Debug)]
pub enum Want {
    /// Nothing: let go.
    Nothing,
    /// To wait, because the program that we start there is not up; its state is shown.
    Wait(ServerLink),
    /// A connection.
    At(Target),
}

/// Where to connect, and with which password.
#[derive(Clone, Debug)]
pub struct Target {
    /// The address.
    pub address: Address,
    /// User name and password, where the server wants them.
    pub credentials: Option<Credentials>,
}

/// What the worker is told.
#[derive(Debug)]
pub(super) enum Order {
    /// Try again at once.
    Retry,
    /// A try may be worth it: somebody looks.
    Nudge,
    /// Have a transcript ready.
    Look {
        session: SessionId,
        done: oneshot::Sender<Result<(), WindowFault>>,
    },
    /// Somebody sees a session.
    Seen(SessionId),
    /// The server says that nothing runs in a session.
    NothingRuns(SessionId),
    /// The owner put a session away, on a server that keeps no archive.
    PutAway {
        /// Which.
        session: SessionId,
        /// When.
        at: Millis,
    },
    /// A prompt was carried out that never becomes a message: it is shown for a moment, so
    /// that devices know that it came.
    Passing(Box<Entry>),
}

/// What worker and readers share.
pub(super) struct Shared {
    pub(super) server: ServerId,
    // Written by the worker alone; held for map operations, never across an await.
    live: Mutex<Live>,
    /// The way to the server while its events arrive.
    line: Mutex<Option<Arc<dyn Dialect>>>,
    viewers: Mutex<BTreeMap<SessionId, Viewers>>,
    /// Prompts whose message has not come yet.
    awaited: Mutex<BTreeMap<MessageId, oneshot::Sender<()>>>,
    answers: Mutex<Answers>,
    /// How often a connection was made.
    connects: AtomicU64,
    /// When the server said anything last, in milliseconds; 0: not yet.
    heard: AtomicU64,
    /// How many bytes its stream has brought.
    received: AtomicU64,
    /// How many events were made up for that the stream had not brought.
    repaired: AtomicU64,
    /// Whether another has taken its place: what it does is of no interest any more.
    retired: AtomicBool,
    bell: Bell,
    // Taken while `live` is held, never the other way round.
    press: Mutex<Press>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

/// Who looks at a session.
#[derive(Clone, Copy, Debug, Default)]
struct Viewers {
    all: usize,
    visible: usize,
}

/// A handle to one server's worker; cheap to clone.
#[derive(Clone, Debug)]
pub struct Relay {
    pub(super) shared: Arc<Shared>,
    pub(super) orders: mpsc::Sender<Order>,
    want: Arc<watch::Sender<Want>>,
}

/// What a worker is made of besides its handle.
#[derive(Debug)]
pub(super) struct Inbox {
    pub(super) shared: Arc<Shared>,
    pub(super) orders: mpsc::Receiver<Order>,
    pub(super) want: watch::Receiver<Want>,
}

impl Target {
    /// Whether this is the same place, and the same is said there.
    pub fn is_same(&self, other: &Self) -> bool {
        let said = |target: &Self| {
            let it = target.credentials.as_ref()?;
            Some((it.user.clone(), it.password.expose_secret().to_owned()))
        };
        self.address.to_string() == other.address.to_string() && said(self) == said(other)
    }
}

impl Relay {
    pub(super) fn new(server: ServerId, epoch: Epoch, shelf: &Shelf) -> (Relay, Inbox) {
        let shared = Arc::new(Shared {
            server,
            live: Mutex::new(Live::new(epoch, shelf)),
            line: Mutex::new(None),
            viewers: Mutex::new(BTreeMap::new()),
            awaited: Mutex::new(BTreeMap::new()),
            answers: Mutex::default(),
            connects: AtomicU64::new(0),
            heard: AtomicU64::new(0),
            received: AtomicU64::new(0),
            repaired: AtomicU64::new(0),
            retired: AtomicBool::new(false),
            bell: Bell::default(),
            press: Mutex::default(),
        });
        let (sender, orders) = mpsc::channel(ORDERS_MAX);
        let (want, wanted) = watch::channel(Want::Nothing);
        let relay = Relay {
            shared: Arc::clone(&shared),
            orders: sender,
            want: Arc::new(want),
        };
        let inbox = Inbox {
            shared,
            orders,
            want: wanted,
        };
        (relay, inbox)
    }

    /// Which server this is.
    pub fn server(&self) -> &ServerId {
        &self.shared.server
    }

    /// Looks at the server's state.
    pub fn with<R>(&self, look: impl FnOnce(&Live) -> R) -> R {
        look(&self.shared.live())
    }

    /// Looks at the server's state, beside what was put together of it lately.
    pub(super) fn with_press<R>(&self, look: impl FnOnce(&Live, &mut Press) -> R) -> R {
        let live = self.shared.live();
        look(&live, &mut lock(&self.shared.press))
    }

    /// Rings when there is something to see that was not there before.
    pub fn bell(&self) -> &Bell {
        &self.shared.bell
    }

    /// Says what is wanted from now on.
    pub fn want(&self, want: Want) {
        self.want.send_replace(want);
    }

    /// Where it is to connect, while it is.
    pub fn target(&self) -> Option<Target> {
        match &*self.want.borrow() {
            Want::At(target) => Some(target.clone()),
            Want::Wait(_) | Want::Nothing => None,
        }
    }

    /// Tries again at once, where the worker waits to try again.
    pub async fn retry(&self) {
        // A worker that is gone is shutting down.
        let _ = self.orders.send(Order::Retry).await;
    }

    /// Somebody looks: tries again, where the worker has waited for a while.
    pub fn nudge(&self) {
        // A full queue belongs to a worker that has enough to do.
        let _ = self.orders.try_send(Order::Nudge);
    }

    /// The way to the server, while its events arrive.
    pub fn dialect(&self) -> Option<Arc<dyn Dialect>> {
        lock(&self.shared.line).clone()
    }

    /// How often a connection was made: what failed under one may be tried under the next.
    pub fn connects(&self) -> u64 {
        self.shared.connects.load(Ordering::Acquire)
    }

    /// When the server said anything last.
    pub fn heard(&self) -> Option<Millis> {
        let heard = self.shared.heard.load(Ordering::Relaxed);
        (heard > 0).then_some(Millis(heard))
    }

    /// How many bytes the server's stream has brought, and how many events were made up for
    /// that it had not.
    pub fn counted(&self) -> (u64, u64) {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (read(&self.shared.received), read(&self.shared.repaired))
    }

    /// Lets go for good: the server is removed, or another relay takes its place.
    pub fn retire(&self) {
        self.shared.retired.store(true, Ordering::Release);
        self.want(Want::Nothing);
    }

    /// Has the transcript of `session` ready.
    pub async fn look(&self, session: SessionId) -> Result<(), WindowFault> {
        let (done, answer) = oneshot::channel();
        self.ask(Order::Look { session, done }, answer).await
    }

    async fn ask(
        &self,
        order: Order,
        answer: oneshot::Receiver<Result<(), WindowFault>>,
    ) -> Result<(), WindowFault> {
        let sent = self.orders.send(order).await;
        sent.map_err(|_| WindowFault::Unreachable)?;
        answer.await.unwrap_or(Err(WindowFault::Unreachable))
    }

    /// Puts a session away, on a server that keeps no archive.
    pub(super) async fn put_away(&self, session: SessionId, at: Millis) {
        // A worker that is gone is shutting down; what is stored is read at the next start.
        let _ = self.orders.send(Order::PutAway { session, at }).await;
    }

    /// The server says that nothing runs in a session: where something seems to, what is
    /// known is read anew.
    pub(crate) async fn nothing_runs(&self, session: SessionId) {
        // A worker that is gone is shutting down.
        let _ = self.orders.send(Order::NothingRuns(session)).await;
    }

    /// Sessions that were put away, on a server that keeps no archive.
    pub(crate) fn know_away(&self, away: BTreeMap<SessionId, Millis>) {
        self.shared.live().know_away(away);
    }

    /// Shows what a prompt said for a moment.
    pub(super) async fn passing(&self, said: Entry) {
        // A worker that is gone has nobody to show it to.
        let _ = self.orders.send(Order::Passing(Box::new(said))).await;
    }

    /// Counts somebody among those who look at `session`, for as long as the answer lives.
    pub fn view(&self, session: SessionId, visible: bool) -> View {
        self.shared.count(&session, visible, usize::saturating_add);
        if visible {
            // A full queue belongs to a worker that hangs; the mark comes with the next look.
            let _ = self.orders.try_send(Order::Seen(session.clone()));
        }
        View {
            shared: Arc::clone(&self.shared),
            session,
            visible,
        }
    }

    /// Waits for the message of a prompt. Ask before sending the prompt.
    pub fn await_message(&self, message: MessageId) -> oneshot::Receiver<()> {
        let (came, waiting) = oneshot::channel();
        let mut awaited = lock(&self.shared.awaited);
        awaited.retain(|_, waiting| !waiting.is_closed());
        awaited.insert(message, came);
        waiting
    }

    /// Takes an ask, so that it is answered once; the error says who was first.
    pub fn claim(&self, ask: &str, reply: Reply) -> Result<Claim, First> {
        lock(&self.shared.answers).claim(ask, reply)?;
        Ok(Claim {
            shared: Arc::clone(&self.shared),
            ask: ask.to_owned(),
            came: Answers::doubted,
        })
    }

    /// Who answered an ask, as far as is known.
    pub fn first(&self, ask: &str) -> Option<First> {
        lock(&self.shared.answers).first(ask)
    }

    /// Why a call cannot be made now.
    pub fn down(&self, link: Option<&ServerLink>) -> ServerFault {
        match link {
            Some(ServerLink::Error { reason, .. }) => reason.clone(),
            Some(
                ServerLink::Disconnected
                | ServerLink::Connecting { .. }
                | ServerLink::Connected { .. },
            )
            | None => ServerFault::Unreachable,
        }
    }
}

/// An ask that is being answered. Dropped before it is known what came of its answer, it is
/// anybody's again: the browser that answered may have gone.
#[derive(Debug)]
pub struct Claim {
    shared: Arc<Shared>,
    ask: String,
    /// What came of it.
    came: fn(&mut Answers, &str),
}

impl Claim {
    /// The answer has arrived.
    pub fn arrived(mut self) {
        self.came = Answers::arrived;
    }

    /// The answer was not taken.
    pub fn refused(mut self) {
        self.came = Answers::refused;
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        (self.came)(&mut lock(&self.shared.answers), &self.ask);
    }
}

/// Somebody looks at a session, until this is dropped.
#[derive(Debug)]
pub struct View {
    shared: Arc<Shared>,
    session: SessionId,
    visible: bool,
}

impl Drop for View {
    fn drop(&mut self) {
        self.shared
            .count(&self.session, self.visible, usize::saturating_sub);
    }
}

impl Shared {
    pub(super) fn live(&self) -> MutexGuard<'_, Live> {
        lock(&self.live)
    }

    /// Wakes who follows this server, if there is anything new.
    pub(super) fn tell(&self) {
        if self.live().take_moved() {
            self.bell.ring();
        }
    }

    pub(super) fn set_line(&self, line: Option<Arc<dyn Dialect>>) {
        let connected = line.is_some();
        *lock(&self.line) = line;
        if connected {
            self.connects.fetch_add(1, Ordering::AcqRel);
            // What could not be had may be tried again.
            self.bell.ring();
        }
    }

    /// The server said something, in so many bytes.
    pub(super) fn hear(&self, now: Millis, bytes: u64) {
        self.heard.store(now.0, Ordering::Relaxed);
        self.received.fetch_add(bytes, Ordering::Relaxed);
    }

    /// So many events were made up for.
    pub(super) fn repaired(&self, events: u64) {
        self.repaired.fetch_add(events, Ordering::Relaxed);
    }

    /// Whether another has taken its place.
    pub(super) fn is_retired(&self) -> bool {
        self.retired.load(Ordering::Acquire)
    }

    /// The server says that an ask is answered, and perhaps how.
    pub(super) fn answered(&self, ask: &str, verdict: Option<Verdict>) {
        lock(&self.answers).closed(ask, verdict);
    }

    /// The message of a prompt has come.
    pub(super) fn came(&self, message: &MessageId) {
        if let Some(waiting) = lock(&self.awaited).remove(message) {
            // Whoever waited may have given up.
            let _ = waiting.send(());
        }
    }

    fn count(&self, session: &SessionId, visible: bool, change: fn(usize, usize) -> usize) {
        let mut viewers = lock(&self.viewers);
        let mut now = viewers.get(session).copied().unwrap_or_default();
        now.all = change(now.all, 1);
        now.visible = change(now.visible, usize::from(visible));
        if now.all == 0 {
            viewers.remove(session);
        } else {
            viewers.insert(session.clone(), now);
        }
    }

    pub(super) fn is_viewed(&self, session: &SessionId) -> bool {
        lock(&self.viewers).contains_key(session)
    }

    pub(super) fn is_seen(&self, session: &SessionId) -> bool {
        lock(&self.viewers)
            .get(session)
            .is_some_and(|viewers| viewers.visible > 0)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic while a guard was held ends the server anyway (essential tasks).
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
