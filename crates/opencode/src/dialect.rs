//! The seam between us and the protocol families: what we need of a server, in our words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use domain::bulk::BulkId;
use domain::catalog::{Agent, Catalog, Command};
use domain::command::Title;
use domain::house::ServerFault;
use domain::id::{Directory, MessageId, RequestId, SessionId};
use domain::message::{Tokens, Waits};
use domain::part::Part;
use domain::permission::{Permission, PermissionReply};
use domain::question::{Answers, Question};
use domain::review::{Blind, FileChange, Told};
use domain::session::{Session, SessionStatus};
use domain::time::Millis;
use domain::todo::Todo;
use domain::tool::Tool;
use domain::transcript::Entry;

use crate::client::Client;
use crate::fault::CallFault;
use crate::handover::{Handover, Manner, PathFound};
use crate::probe::{Probe, Tongue};
use crate::subscription::Subscription;
use crate::upstream::{Look, ReadMark, Upstream};
use crate::v1;
use crate::v2::{Generation, V2};

/// Which directories are in use: a server starts an instance wherever it is asked something.
#[derive(Clone, Debug, Default)]
pub struct InUse {
    /// Where something is done or looked at, the most important first.
    pub directories: Vec<Directory>,
    /// Where something was done since then is in use too.
    pub since: Millis,
}

/// Sessions, as a server lists them.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// The sessions.
    pub sessions: Vec<Session>,
    /// The only directories that were asked; none where all sessions are listed.
    pub only: Option<BTreeSet<Directory>>,
    /// Which of them were looked at, where the server keeps that.
    pub marks: Vec<ReadMark>,
}

/// A server as its protocol family is spoken to. What the family has no way to do is
/// [`CallFault::Unsupported`].
#[async_trait]
pub trait Dialect: Send + Sync {
    /// Opens the one event stream over all directories.
    async fn subscribe(&self) -> Result<Subscription, ServerFault>;

    /// Asks whether the server is well, which starts nothing there: its version.
    async fn health(&self) -> Result<Option<String>, ServerFault>;

    /// Reads what the stream told of only in part, as what can be applied.
    async fn read_again(&self, look: &Look) -> Result<Vec<Upstream>, CallFault>;

    /// What runs, in all directories at once: whoever is not named does nothing. None from
    /// a server that must be asked for each directory.
    async fn active(&self) -> Result<Option<BTreeMap<SessionId, SessionStatus>>, CallFault>;

    /// The directories that the server has loaded: asks can be pending only there. None from
    /// a server that does not say.
    async fn loaded(&self) -> Result<Option<Vec<Directory>>, CallFault>;

    /// All sessions of all directories, sub-agents' and archived ones too. A server that lists
    /// only directory by directory is asked only in those `in_use`.
    async fn sessions(&self, in_use: &InUse) -> Result<Listed, CallFault>;

    /// What the sessions of a directory are doing; idle ones may be absent.
    async fn statuses(
        &self,
        directory: &Directory,
    ) -> Result<BTreeMap<SessionId, SessionStatus>, CallFault>;

    /// The requests for permission pending in a directory.
    async fn permissions(&self, directory: &Directory) -> Result<Vec<Permission>, CallFault>;

    /// The requests for answers pending in a directory.
    async fn questions(&self, directory: &Directory) -> Result<Vec<Question>, CallFault>;

    /// One session.
    async fn session(&self, session: &SessionId) -> Result<Option<Session>, CallFault>;

    /// The last `limit` messages of a session, or those before `before`; oldest first.
    async fn messages(
        &self,
        session: &SessionId,
        limit: u32,
        before: Option<&OlderCursor>,
    ) -> Result<MessagePage, CallFault>;

    /// One message with its parts, were it one that waits to be delivered.
    async fn message(
        &self,
        session: &SessionId,
        message: &MessageId,
    ) -> Result<Option<Entry>, CallFault>;

    /// The agent's things to do in a session.
    async fn todos(&self, session: &SessionId) -> Result<Vec<Todo>, CallFault>;

    /// What the last `limit` messages of a session tell of their turns, or those before
    /// `before`; oldest first.
    async fn told(
        &self,
        session: &SessionId,
        limit: u32,
        before: Option<&OlderCursor>,
    ) -> Result<ToldPage, CallFault>;

    /// What the turn of a message of the owner's changed, each file with its unified diff,
    /// which is empty for a file that is no text. [`CallFault::NotFound`]: there is no such
    /// message.
    async fn turn(
        &self,
        session: &SessionId,
        message: &MessageId,
    ) -> Result<Vec<(FileChange, String)>, CallFault>;

    /// What a session has consumed, as its server counts it.
    async fn account(&self, session: &SessionId) -> Result<Account, CallFault>;

    /// Why the server does not see what is changed in a session's folder, if it does not.
    async fn blind(&self, session: &SessionId) -> Result<Option<Blind>, CallFault>;

    /// Makes a session. The server does not know `request`: [`Dialect::find_created`] does.
    async fn create(
        &self,
        directory: &Directory,
        request: &RequestId,
    ) -> Result<Session, CallFault>;

    /// The session that `request` made, if it did.
    async fn find_created(
        &self,
        directory: &Directory,
        request: &RequestId,
    ) -> Result<Option<Session>, CallFault>;

    /// Makes a session with the messages of `session` before `before`, or all of them. The
    /// copy remembers `request`: [`Dialect::find_forked`] finds it.
    async fn fork(
        &self,
        session: &SessionId,
        before: Option<&MessageId>,
        request: &RequestId,
    ) -> Result<Session, CallFault>;

    /// The copy of `session` that `request` made, if it did.
    async fn find_forked(
        &self,
        session: &SessionId,
        request: &RequestId,
    ) -> Result<Option<Session>, CallFault>;

    /// Calls a session something else.
    async fn rename(&self, session: &SessionId, title: &Title) -> Result<(), CallFault>;

    /// Puts a session away, for good. Where that is not the server's to do, it is ours.
    async fn archive(&self, session: &SessionId, now: Millis) -> Result<(), CallFault>;

    /// Deletes a session that does nothing, with all its sub-sessions. One that is busy
    /// would go on for ever without being seen: stop it first.
    async fn delete(&self, session: &SessionId) -> Result<(), CallFault>;

    /// Marks a session as looked at, up to the end of the turn at `idle`. Harmless where it
    /// was.
    async fn view(&self, session: &SessionId, idle: Millis) -> Result<(), CallFault>;

    /// Has a session that does nothing summarised, by its model or that of its directory.
    /// May answer only when it is done, which takes as long as the model does.
    async fn compact(&self, session: &Session) -> Result<(), CallFault>;

    /// Takes `message` and all after it back, files included. [`CallFault::NotFound`]:
    /// there is no such message. [`CallFault::Busy`]: the session is at work.
    async fn revert(&self, session: &SessionId, message: &MessageId) -> Result<(), CallFault>;

    /// Puts back what was taken back. [`CallFault::Busy`]: the session is at work.
    async fn restore(&self, session: &SessionId) -> Result<(), CallFault>;

    /// Takes a message back that waits to be read; harmless where it was. Its id is not to be
    /// used again.
    async fn withdraw(&self, session: &SessionId, message: &MessageId) -> Result<(), CallFault>;

    /// Has a message that waits read at another time; harmless where it was read.
    async fn defer(
        &self,
        session: &SessionId,
        message: &MessageId,
        until: Waits,
    ) -> Result<(), CallFault>;

    /// Whether a prompt of this manner becomes a message under the id that it was given.
    /// One that does not can be looked for by nobody: that it was carried out, its answer
    /// says, and it is never to be handed over a second time.
    fn shows(&self, manner: &Manner) -> bool;

    /// Hands over a prompt. `Ok` is not admission: the message's own event is. For a command
    /// or a shell command the answer comes when it has ended; letting go of the call before
    /// does not end it.
    async fn prompt(&self, handover: &Handover) -> Result<(), CallFault>;

    /// Stops the running turn.
    async fn abort(&self, session: &SessionId) -> Result<Stopped, CallFault>;

    /// Answers a request for permission. [`CallFault::NotFound`]: it has already gone.
    async fn reply(&self, ask: &Permission, reply: &PermissionReply) -> Result<(), CallFault>;

    /// Answers questions. [`CallFault::NotFound`]: they have already gone.
    async fn answer(&self, ask: &Question, answers: &Answers) -> Result<(), CallFault>;

    /// Dismisses questions. [`CallFault::NotFound`]: they have already gone.
    async fn skip(&self, ask: &Question) -> Result<(), CallFault>;

    /// The agents, models and commands of a directory, without any key.
    async fn catalog(&self, directory: &Directory) -> Result<Catalog, CallFault>;

    /// The agents of a directory.
    async fn agents(&self, directory: &Directory) -> Result<Vec<Agent>, CallFault>;

    /// The slash commands of a directory.
    async fn commands(&self, directory: &Directory) -> Result<Vec<Command>, CallFault>;

    /// The paths of a directory that fit `query` best, at most `limit`; folders end with a
    /// slash.
    async fn find(
        &self,
        directory: &Directory,
        query: &str,
        limit: usize,
    ) -> Result<Vec<String>, CallFault>;

    /// What lies at `path` below a directory, if anything does; nothing outside of it.
    async fn look(&self, directory: &Directory, path: &str)
    -> Result<Option<PathFound>, CallFault>;

    /// The directory that the server was started in.
    async fn home_ground(&self) -> Result<Directory, CallFault>;

    /// The folders in a directory, or in the home of the server's user.
    /// [`CallFault::NotFound`]: there is no such directory.
    async fn list(&self, directory: Option<&Directory>) -> Result<Folders, CallFault>;

    /// Whether a directory exists. The server itself accepts any.
    async fn exists(&self, directory: &Directory) -> Result<bool, CallFault>;

    /// What happened in each session after its number, and **everything** that ever happened
    /// in sessions not listed: list every session known, uninteresting ones with
    /// [`u64::MAX`]. None from a server without such a log, and for an empty map.
    async fn history(
        &self,
        after: &BTreeMap<SessionId, u64>,
    ) -> Result<Option<Vec<Upstream>>, CallFault>;

    /// Whether what a tool prints comes by no event while it runs, so that it is to be asked
    /// for.
    fn prints_unheard(&self, part: &Part) -> bool;

    /// What such a tool printed, from `after` on, some of it at a time.
    async fn printed(
        &self,
        tool: &Tool,
        after: Option<PrintedCursor>,
    ) -> Result<Printed, CallFault>;

    /// The whole of a text that was cut, or the bytes of an attachment.
    async fn bulk(&self, bulk: &BulkId) -> Result<Option<BulkBody>, CallFault>;
}

/// Some messages of a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MessagePage {
    /// The messages, oldest first.
    pub entries: Vec<Entry>,
    /// Where the ones before them are asked for; none where these are the first.
    pub older: Option<OlderCursor>,
}

/// What some messages of a session tell of their turns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToldPage {
    /// What they tell, oldest first.
    pub told: Vec<Told>,
    /// Where the ones before them are asked for; none where these are the first.
    pub older: Option<OlderCursor>,
}

/// What a session has consumed; none of what its server does not count.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Account {
    /// The tokens of all its steps.
    pub tokens: Option<Tokens>,
    /// In US dollars.
    pub cost: Option<f64>,
}

/// What came of stopping a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// It was told to stop; of some servers that is all that is known.
    Told,
    /// Nothing ran.
    Nothing,
}

/// Where older messages are asked for. Opaque, the server's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OlderCursor(pub(crate) String);

impl OlderCursor {
    /// A cursor as a server gave it.
    pub fn new(cursor: impl Into<String>) -> Self {
        Self(cursor.into())
    }
}

/// Where what a tool prints goes on. Opaque, the server's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrintedCursor(pub(crate) u64);

/// Some of what a tool printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// What.
    pub text: String,
    /// Where it goes on.
    pub next: Option<PrintedCursor>,
}

/// The folders in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// The directory, as the server writes it.
    pub directory: Directory,
    /// The directory above; none at the root.
    pub parent: Option<Directory>,
    /// The folders in it, by name.
    pub folders: Vec<Directory>,
    /// Whether there were more than fit.
    pub cut: bool,
}

/// What a cut text or an attachment is in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkBody {
    /// A text.
    Text(String),
    /// The bytes of an attachment.
    Bytes {
        /// Its media type, as the server has it: not to be trusted.
        mime: String,
        /// Its name, where it has one.
        name: Option<String>,
        /// The bytes.
        bytes: Bytes,
    },
}

/// The way to speak with the server that `probe` found.
pub fn dialect(client: Client, probe: &Probe) -> Arc<dyn Dialect> {
    match probe.tongue {
        // A hybrid's `/api` is another engine with other sessions: V1 does the work there.
        Tongue::V1 | Tongue::Hybrid => Arc::new(v1::V1::new(client, probe.sync_history)),
        Tongue::EarlyV2 => Arc::new(V2::new(client, Generation::Early)),
        Tongue::CurrentV2 => Arc::new(V2::new(client, Generation::Current)),
    }
}
