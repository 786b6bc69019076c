//! What the pages need of the server, as small traits grouped by noun. The server
//! implements them and provides a [`Host`] as context to the page renderer and to the
//! server functions alike; tests provide a fake.
//!
//! Whoever gets this far is the owner: the router lets nobody else through.

use std::sync::Arc;

use async_trait::async_trait;
use domain::catalog::Catalog;
use domain::command::{Command, Origin};
use domain::connection::{Draft, Record, Tried};
use domain::find::Findings;
use domain::id::{
    Directory, MessageId, PermissionId, QuestionId, RequestId, ServerId, SessionId, StreamId,
};
use domain::permission::PermissionReply;
use domain::prompt::Prompt;
use domain::question::Answers;
use domain::review::{Patch, Review};
use domain::survey::Survey;
use domain::sync::{Focus, Passage};
use leptos::prelude::use_context;

use crate::fault::Fault;
use crate::found::Found;
use crate::workspace::Listing;

/// Everything the pages need of the server.
#[derive(Clone)]
pub struct Host {
    /// Sessions.
    pub sessions: Arc<dyn Sessions>,
    /// Requests for permission and answers.
    pub asks: Arc<dyn Asks>,
    /// Open streams.
    pub streams: Arc<dyn Streams>,
    /// What was said.
    pub transcripts: Arc<dyn Transcripts>,
    /// Directories and what they offer.
    pub workspaces: Arc<dyn Workspaces>,
    /// OpenCode servers.
    pub servers: Arc<dyn Servers>,
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host").finish_non_exhaustive()
    }
}

impl Host {
    /// The host of the present request.
    pub fn here() -> Result<Host, Fault> {
        use_context().ok_or_else(|| Fault::Internal {
            reference: "no host".to_owned(),
        })
    }
}

/// Who gives a command: one of the owner's browsers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The number of its session.
    pub session: i64,
    /// What it is called: "Firefox on Linux".
    pub name: String,
}

impl Caller {
    /// Who made the present request.
    pub fn here() -> Result<Caller, Fault> {
        use_context().ok_or_else(|| Fault::Internal {
            reference: "no caller".to_owned(),
        })
    }
}

/// The door of the present request.
#[async_trait]
pub trait Door: Send + Sync {
    /// Takes the owner's password once more. [`Fault::Invalid`]: it is another one.
    async fn prove(&self, password: String) -> Result<(), Fault>;
}

/// The door at which the present request stands.
#[derive(Clone)]
pub struct AtDoor(pub Arc<dyn Door>);

impl std::fmt::Debug for AtDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AtDoor").finish_non_exhaustive()
    }
}

impl AtDoor {
    /// The door of the present request.
    pub fn here() -> Result<AtDoor, Fault> {
        use_context().ok_or(Fault::SignedOut)
    }
}

/// Sessions. All answer when OpenCode has accepted, never with state: that comes by the
/// stream.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Makes a session from `origin`. A repeated `request` answers with the session made
    /// before.
    async fn create(
        &self,
        request: RequestId,
        server: ServerId,
        origin: Origin,
    ) -> Result<SessionId, Fault>;

    /// Does something with a session as a whole.
    async fn command(
        &self,
        server: ServerId,
        session: SessionId,
        command: Command,
    ) -> Result<(), Fault>;

    /// The sessions of all servers that answer to `wanted`, put away ones too, newest
    /// first.
    async fn search(&self, wanted: String) -> Result<Vec<Found>, Fault>;

    /// Sends a prompt. A repeated prompt id is not sent again.
    async fn prompt(
        &self,
        server: ServerId,
        session: SessionId,
        prompt: Prompt,
    ) -> Result<(), Fault>;

    /// Stops the running turn; harmless where none runs.
    async fn abort(&self, server: ServerId, session: SessionId) -> Result<(), Fault>;
}

/// Answers to what agents ask. [`Fault::Conflict`] where somebody else was first: it says
/// who, as far as that is known.
#[async_trait]
pub trait Asks: Send + Sync {
    /// Answers a request for permission.
    async fn reply(
        &self,
        caller: Caller,
        server: ServerId,
        permission: PermissionId,
        reply: PermissionReply,
    ) -> Result<(), Fault>;

    /// Answers questions.
    async fn answer(
        &self,
        caller: Caller,
        server: ServerId,
        question: QuestionId,
        answers: Answers,
    ) -> Result<(), Fault>;

    /// Dismisses questions.
    async fn skip(
        &self,
        caller: Caller,
        server: ServerId,
        question: QuestionId,
    ) -> Result<(), Fault>;
}

/// The streams that devices have open. What these ask for arrives in the stream.
#[async_trait]
pub trait Streams: Send + Sync {
    /// Changes what a device looks at.
    async fn focus(&self, stream: StreamId, focus: Focus) -> Result<(), Fault>;

    /// Sends messages of a transcript.
    async fn passage(
        &self,
        stream: StreamId,
        server: ServerId,
        session: SessionId,
        wanted: Passage,
    ) -> Result<(), Fault>;
}

/// What was said in sessions.
#[async_trait]
pub trait Transcripts: Send + Sync {
    /// Looks for `query` in some more of a session: from its end, or before the message
    /// `from`. Without words, for what the owner said.
    async fn find(
        &self,
        server: ServerId,
        session: SessionId,
        query: String,
        from: Option<MessageId>,
    ) -> Result<Findings, Fault>;

    /// What a session came to.
    async fn review(&self, server: ServerId, session: SessionId) -> Result<Review, Fault>;

    /// What turns did to the file at `path`, one answer for each of the messages of the
    /// owner's that began them.
    async fn patches(
        &self,
        server: ServerId,
        session: SessionId,
        turns: Vec<MessageId>,
        path: String,
    ) -> Result<Vec<Patch>, Fault>;
}

/// Directories and what they offer.
#[async_trait]
pub trait Workspaces: Send + Sync {
    /// The directories lately worked in, newest first, and the one that the server was
    /// started in.
    async fn recent(&self, server: ServerId) -> Result<Vec<Directory>, Fault>;

    /// The folders in `directory`, or in the server's home where none is given.
    async fn list(&self, server: ServerId, directory: Option<Directory>) -> Result<Listing, Fault>;

    /// The paths of a directory that fit `query` best; folders end with a slash.
    async fn find(
        &self,
        server: ServerId,
        directory: Directory,
        query: String,
    ) -> Result<Vec<String>, Fault>;

    /// The agents, models and commands of a directory.
    async fn catalog(&self, server: ServerId, directory: Directory) -> Result<Catalog, Fault>;
}

/// OpenCode servers.
#[async_trait]
pub trait Servers: Send + Sync {
    /// Connects, or tries again at once.
    async fn connect(&self, server: ServerId) -> Result<(), Fault>;

    /// Lets go of a server until told otherwise.
    async fn disconnect(&self, server: ServerId) -> Result<(), Fault>;

    /// Saves a new server, its password sealed, and connects to it. A repeated one with the
    /// same id adds none.
    async fn add(&self, caller: Caller, draft: Draft) -> Result<(), Fault>;

    /// Changes a server. Another scheme, host or port is another server: it begins anew, and
    /// a password is not taken along.
    async fn edit(&self, caller: Caller, draft: Draft) -> Result<(), Fault>;

    /// Tries what was written down, without saving anything.
    async fn attempt(&self, draft: Draft) -> Result<Tried, Fault>;

    /// Forgets a server and what was kept for it.
    async fn remove(&self, caller: Caller, server: ServerId) -> Result<(), Fault>;

    /// Asks a connected server whether it behaves as it is taken to; with a prompt a model
    /// is asked for one word. [`Fault::TooMany`]: another is being asked.
    async fn survey(&self, server: ServerId, with_prompt: bool) -> Result<Survey, Fault>;

    /// How a connection has been.
    async fn record(&self, server: ServerId) -> Result<Record, Fault>;
}
