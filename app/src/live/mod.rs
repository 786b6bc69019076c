//! The page's live state: a copy of what the server knows ([`domain::sync::Replica`]), kept
//! by the stream, offered as signals by key. On the server the same type is made from the
//! page's snapshot and never moves.
//!
//! Views read signals and give commands; nothing here draws, and nothing here knows the
//! browser but `transport` and `clock`.

mod ask;
mod command;
mod deed;
mod draft;
mod edge;
mod family;
mod habit;
mod keyed;
#[cfg(any(feature = "hydrate", test))]
mod link;
mod link_state;
#[cfg_attr(
    not(any(feature = "hydrate", test)),
    expect(dead_code, reason = "prompts go out in the browser only")
)]
mod outbox;
mod quality;
mod ready;
#[cfg_attr(
    not(any(feature = "hydrate", test)),
    expect(dead_code, reason = "a page's state moves in the browser only")
)]
mod refresh;
mod rows;
#[cfg(any(feature = "hydrate", test))]
mod sse;
mod state;
#[cfg(feature = "hydrate")]
pub(crate) mod transport;
mod windows;

pub use ask::{Ask, Asker, alike};
pub use deed::Deed;
pub use draft::{Draft, Enclosure, EnclosureState};
pub use family::Family;
pub use habit::Habit;
pub use link_state::LinkState;
pub use outbox::{Pending, PendingState};
pub use quality::Quality;
pub use ready::Ready;
pub use rows::{Explored, Group, Held, RowKey, Rows, Turn, Wait};

use std::sync::Arc;

use domain::catalog::Addressee;
use domain::house::{House, ServerLink};
use domain::id::{MessageId, PartId, ServerId, SessionId};
use domain::message::Waits;
use domain::part::Part;
use domain::session::{SessionEntry, SessionStatus};
use domain::sync::{PageSnapshot, Viewing};
use domain::time::Millis;
use domain::todo::Todo;
use domain::transcript::{Entry, TakenBack};
use leptos::prelude::{ArcReadSignal, ArcRwSignal, Memo, Track, With, use_context};

use state::Inner;

/// A session by its server and its id.
pub type SessionKey = Viewing;

/// The page's live state. Cheap to clone.
#[derive(Clone)]
pub struct Live(Arc<Inner>);

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live").finish_non_exhaustive()
    }
}

impl Live {
    /// The state a page begins with, on the server and in the browser alike.
    pub fn of(page: &PageSnapshot) -> Self {
        Self(Arc::new(Inner::of(page)))
    }

    /// The state of a page that carries none: the plain forms.
    pub fn empty() -> Self {
        Self(Arc::new(Inner::default()))
    }

    /// The state of the present page.
    pub fn here() -> Self {
        use_context().unwrap_or_else(Self::empty)
    }

    /// The owner's user name.
    pub fn owner(&self) -> String {
        self.0.owner.clone()
    }

    /// The build this page is of.
    pub fn build(&self) -> String {
        self.0.build.clone()
    }

    /// The time: the page's own at first, then the server's clock, by the second while
    /// something runs and by the half minute else.
    pub fn now(&self) -> ArcReadSignal<Millis> {
        self.0.now.read_only()
    }

    /// How the page stands with Nexus.
    pub fn link(&self) -> ArcReadSignal<LinkState> {
        self.0.link.read_only()
    }

    /// As if the page stood so: for the gallery, whose state never moves.
    #[cfg(debug_assertions)]
    pub(crate) fn pretend(&self, link: LinkState) {
        use leptos::prelude::Set;
        self.0.link.set(link);
    }

    /// The owner opened a tool that is a row of its own: it stays one while others join it.
    pub fn keep_apart(&self, part: &PartId) {
        self.0.lock().apart.insert(part.clone());
    }

    /// How well this page's own connection does, as counted until now.
    pub fn quality(&self) -> Quality {
        self.0.lock().quality.clone()
    }

    /// How long a question to Nexus and its answer take, in milliseconds, as measured last.
    pub fn round_trip(&self) -> ArcReadSignal<Option<u64>> {
        self.0.round_trip.read_only()
    }

    /// How long ago something was, by this device's clock, in milliseconds.
    pub fn age(at: Millis) -> u64 {
        edge::device_now().since(at)
    }

    /// The servers.
    pub fn house(&self) -> ArcReadSignal<Arc<House>> {
        self.0.house.read_only()
    }

    /// Whether what `server` does is heard of now; follows the link and the house. Where it
    /// is not, what was under way may be over or not: say that you wait, not that it runs.
    pub fn hears(&self, server: &ServerId) -> bool {
        self.0.link.with(LinkState::is_up) && self.is_connected(server)
    }

    /// Whether Nexus is connected to `server`; follows the house. One that is not known says
    /// so itself.
    pub fn is_connected(&self, server: &ServerId) -> bool {
        self.0.house.with(|house| {
            let server = house.servers.get(server);
            server.is_none_or(|server| matches!(server.link, ServerLink::Connected { .. }))
        })
    }

    /// Whom `session` speaks to where nothing is chosen, as far as the page itself knew.
    pub fn addressee(&self, session: &SessionKey) -> Option<Arc<Addressee>> {
        let (of, addressee) = self.0.addressee.as_ref()?;
        (of == session).then(|| Arc::clone(addressee))
    }

    /// The root sessions of all servers, newest first, as far as they are in the window.
    pub fn sessions(&self) -> ArcReadSignal<Arc<[SessionKey]>> {
        self.0.sessions.read_only()
    }

    /// What stands around the session on show.
    pub fn family(&self) -> ArcReadSignal<Arc<Family>> {
        self.0.family.read_only()
    }

    /// The sessions of the owner that wait for an answer, in their own right or because a
    /// sub-agent of theirs does; the one that has waited longest first.
    pub fn waiting(&self) -> ArcReadSignal<Arc<[SessionKey]>> {
        self.0.waiting.read_only()
    }

    /// Whether the page shows `session` or something it started.
    pub fn is_viewing(&self, session: &SessionKey) -> bool {
        let store = self.0.lock();
        let shown = store.viewing.as_ref();
        shown == Some(session) || store.family().above.contains(session)
    }

    /// What was said in `message`, without what the system put in.
    pub fn said(&self, session: &SessionKey, message: &MessageId) -> String {
        let entry = self.0.lock().message(session, message);
        entry.map_or_else(String::new, |entry| entry.said())
    }

    /// What `message` waits for before an agent reads it.
    pub fn waits(&self, session: &SessionKey, message: &MessageId) -> Option<Waits> {
        self.0.lock().message(session, message)?.message.waits()
    }

    /// What taking back `message` and all after it would take back at this moment.
    pub fn taken_back(&self, session: &SessionKey, message: &MessageId) -> TakenBack {
        let store = self.0.lock();
        let transcript = store.transcript(session);
        transcript.map_or_else(TakenBack::default, |it| it.taken_back(message))
    }

    /// How many sessions of `server` lie beyond the window.
    pub fn more(&self, server: &ServerId) -> ArcReadSignal<u32> {
        self.0.more.get(server, || self.0.lock().more(server))
    }

    /// One line of the list.
    pub fn entry(&self, session: &SessionKey) -> ArcReadSignal<Option<Arc<SessionEntry>>> {
        self.0.entries.get(session, || self.0.lock().entry(session))
    }

    /// Whether a session runs, as far as is known.
    pub fn runs(&self, session: &SessionKey) -> Memo<bool> {
        let entry = self.entry(session);
        Memo::new(move |_| {
            entry.with(|entry| {
                let status = entry.as_ref().map(|entry| &entry.status);
                status.is_some_and(SessionStatus::is_running)
            })
        })
    }

    /// The rows of a session's transcript.
    pub fn rows(&self, session: &SessionKey) -> ArcReadSignal<Rows> {
        self.0.rows.get(session, || self.0.lock().rows(session))
    }

    /// A message with its parts; for a prompt on its way the message it will be.
    ///
    /// Follows the message and, for what the owner said, its parts; the parts of an answer
    /// are followed one by one, by [`Live::part`].
    pub fn message(
        &self,
        session: &SessionKey,
        message: &MessageId,
    ) -> ArcReadSignal<Option<Arc<Entry>>> {
        let key = (session.clone(), message.clone());
        self.0
            .messages
            .get(&key, || self.0.lock().message(session, message))
    }

    /// A part of a message.
    pub fn part(
        &self,
        session: &SessionKey,
        message: &MessageId,
        part: &PartId,
    ) -> ArcReadSignal<Option<Arc<Part>>> {
        let key = (session.clone(), message.clone(), part.clone());
        self.0
            .parts
            .get(&key, || self.0.lock().part(session, message, part))
    }

    /// The turn that ended with `message`: follows that message.
    pub fn turn(&self, session: &SessionKey, message: &MessageId) -> Option<Turn> {
        self.message(session, message).track();
        self.0.lock().turn(session, message)
    }

    /// What the turn that ended with `message` says, as markdown.
    pub fn answer_words(&self, session: &SessionKey, message: &MessageId) -> String {
        self.0.lock().answer(session, message)
    }

    /// What the folded row of that first member holds: follows the rows.
    pub fn explored(
        &self,
        session: &SessionKey,
        message: &MessageId,
        part: &PartId,
    ) -> Option<Arc<Group>> {
        self.rows(session).with(|rows| match &rows.held {
            Held::Here { explored, .. } => explored.group(message, part),
            Held::Loading | Held::Slow | Held::Failed(_) => None,
        })
    }

    /// What stops a session: its own requests and its sub-agents', oldest first.
    pub fn asks(&self, session: &SessionKey) -> ArcReadSignal<Arc<[Ask]>> {
        self.0.asks.get(session, || self.0.lock().asks(session))
    }

    /// Who asks in the session `asking`, seen from `shown`: follows both.
    pub fn asker(&self, asking: &SessionKey, shown: &SessionKey) -> Asker {
        self.entry(asking).track();
        self.entry(shown).track();
        self.0.lock().asker(asking, shown)
    }

    /// All requests of all servers, oldest first.
    pub fn all_asks(&self) -> ArcReadSignal<Arc<[Ask]>> {
        self.0.all_asks.read_only()
    }

    /// The agent's things to do.
    pub fn todos(&self, session: &SessionKey) -> ArcReadSignal<Arc<[Todo]>> {
        self.0.todos.get(session, || self.0.lock().todos(session))
    }

    /// The prompts on their way to a session.
    pub fn outbox(&self, session: &SessionKey) -> ArcReadSignal<Arc<[Pending]>> {
        self.0
            .outboxes
            .get(session, || self.0.lock().pending_of(session))
    }

    /// How many prompts have not arrived yet, of all sessions.
    pub fn unsent(&self) -> ArcReadSignal<usize> {
        self.0.unsent.read_only()
    }

    /// Whether what waits to be sent is kept on the device; where it is not, it goes with
    /// the page.
    pub fn keeps(&self) -> ArcReadSignal<bool> {
        self.0.keeps.read_only()
    }

    /// How far the prompt is that becomes `message`; none where there is no such prompt, or
    /// where its message has arrived.
    pub fn pending(&self, message: &MessageId) -> ArcReadSignal<Option<Arc<Pending>>> {
        self.0
            .pending
            .get(message, || self.0.lock().pending(message))
    }

    /// What is being written in answer to a request, in its `at`th field: kept like a draft.
    pub fn words(&self, ask: &Ask, at: usize) -> ArcRwSignal<String> {
        self.draft(&words_key(ask, at)).text
    }

    /// The words of a request are needed no more.
    pub fn forget_words(&self, ask: &Ask, at: usize) {
        let key = words_key(ask, at);
        self.0.forget_draft(&key);
        edge::forget_draft(&key);
    }
}

/// Under what the words of a request are kept: beside the drafts of sessions, whose ids are
/// never those of requests.
fn words_key(ask: &Ask, at: usize) -> SessionKey {
    SessionKey {
        server: ask.server().clone(),
        session: SessionId::new(format!("{} {at}", ask.id())),
    }
}
