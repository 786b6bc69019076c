//! OpenCode 2.x: its routes, its shapes and its events in our words. Built from notes and
//! others' captures, never proved on a real server: what is relied on carries the mark of
//! how sure it is, as decision 0018 explains the marks.
//!
//! 2.x tells of changes in pieces, so that its stream has a memory ([`Fold`]) and asks for
//! reads ([`Look`](crate::Look)). `seam` says what of it answers which call of the seam.

mod fold;

mod asks;
mod messages;
mod places;
mod prompts;
mod review;
mod sessions;

mod seam;
mod survey;

mod route;
mod translate;
mod wire;

use domain::house::ServerFault;
use domain::id::{Directory, MessageId, QuestionId, SessionId};
use domain::question::Question;
use domain::session::Session;
use domain::time::Millis;
use domain::transcript::Entry;

use crate::client::{Client, Request};
use crate::fault::CallFault;
use crate::probe::Tongue;
use crate::subscription::{Subscription, accepted};
use crate::upstream::ReadMark;
use crate::wire::workspace::Health;
use route::{Door, Route};

pub use fold::Fold;
pub use prompts::Admitted;
pub use survey::survey;

/// A 2.x server.
#[derive(Clone, Debug)]
pub struct V2 {
    door: Door,
    generation: Generation,
}

/// What differs between 2.x servers: names in bodies and a few routes \[M 2.0.3, 2.0.6\].
/// A body may hold no other names, so that both cannot be sent at once \[T\].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    /// Betas, 2.0.0 to 2.0.3.
    Early,
    /// From 2.0.4 on.
    Current,
}

impl Generation {
    /// The generation of a server that speaks `tongue`; none of one that is no 2.x.
    pub fn of(tongue: Tongue) -> Option<Self> {
        match tongue {
            Tongue::V1 | Tongue::Hybrid => None,
            Tongue::EarlyV2 => Some(Generation::Early),
            Tongue::CurrentV2 => Some(Generation::Current),
        }
    }
}

/// A session, and what its server knows beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The session.
    pub session: Session,
    /// Whether a turn ended after somebody last looked at it.
    pub unread: bool,
    /// How its last turn ended.
    pub outcome: Option<Outcome>,
    /// When that was: what a look at it is marked with.
    pub idle: Option<Millis>,
}

impl Listed {
    /// Whether somebody looked at the end of its last turn; none where no turn has ended.
    pub fn mark(&self) -> Option<ReadMark> {
        self.idle.map(|idle| ReadMark {
            session: self.session.id.clone(),
            idle,
            unread: self.unread,
        })
    }
}

/// How a turn ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// By itself.
    Succeeded,
    /// With an error.
    Failed,
    /// Somebody stopped it, or the server ended.
    Interrupted,
    /// In a way that this version does not know.
    Unknown(String),
}

/// Something that waits to be delivered to an agent.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// Its id, which is that of the message it becomes.
    pub message: MessageId,
    /// When it was admitted.
    pub created: Millis,
    /// When it is delivered.
    pub delivery: Delivery,
    /// What it is.
    pub kind: WaitingKind,
    /// The same as a message of ours: the one that it becomes, where it becomes one.
    pub entry: Box<Entry>,
}

/// When something that waits is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Between two steps of the running turn.
    Steer,
    /// After the running turn's last step.
    Queue,
    /// In a way that this version does not know.
    Unknown(String),
}

/// What waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitingKind {
    /// Words of the owner's.
    Prompt,
    /// Words that nobody typed.
    Synthetic,
    /// A summary to be made.
    Compaction,
    /// A move to another directory.
    Move,
    /// Something that this version does not know.
    Unknown(String),
}

/// Something that an agent asks for beside permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// What choosing and writing can answer, or a visit elsewhere.
    Question(Question),
    /// What has no word of ours: to be shown as it is, and answered elsewhere.
    Beyond {
        /// Its id.
        id: QuestionId,
        /// Its session; none where it is nobody's.
        session: Option<SessionId>,
        /// What it is about.
        title: String,
        /// The kinds of its fields, in the server's words.
        kinds: Vec<String>,
    },
}

impl V2 {
    /// A server of `generation` that `client` reaches.
    pub fn new(client: Client, generation: Generation) -> Self {
        Self {
            door: Door::new(client),
            generation,
        }
    }

    /// Asks whether the server is well: its version.
    pub async fn health(&self) -> Result<Option<String>, ServerFault> {
        let answer = self.door.ask(Route::Info(self.generation)).send().await?;
        if answer.wants_password() {
            return Err(ServerFault::Unauthorized);
        }
        if answer.status().is_success() {
            let health: Option<Health> = answer.as_json();
            return health.map(|it| it.version).ok_or(ServerFault::NotOpenCode);
        }
        let status = answer.status().as_u16();
        Err(ServerFault::Failed { status })
    }

    /// Opens the one event stream over all directories.
    pub async fn subscribe(&self) -> Result<Subscription, ServerFault> {
        // Without the `Accept` that every stream of ours sends there is none [M 2.0.3].
        let response = self.door.ask(Route::Events).open().await?;
        let clock = self.door.clock();
        Ok(Subscription::in_pieces(accepted(response)?, clock))
    }
}

/// Says which directory a request is about. A plain `directory` is ignored on most routes,
/// without a word.
fn within(request: Request, directory: &Directory) -> Request {
    request.query("location[directory]", directory.as_str())
}

/// The answer of a route of a directory. One that does not exist is answered with status
/// 500 and no body \[C\], which says nothing of the server as a whole.
fn located<T>(answer: Result<T, CallFault>) -> Result<T, CallFault> {
    match answer {
        Err(CallFault::Down(ServerFault::Failed { status: 500 })) => Err(CallFault::NotFound),
        answer => answer,
    }
}
