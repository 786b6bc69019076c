//! A message: what the owner said, or one step of an agent's answer.

use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::id::{MessageId, SessionId};
use crate::session::ModelRef;
use crate::time::Millis;

/// A message without its parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its id, unique on its server.
    pub id: MessageId,
    /// The session it stands in.
    pub session: SessionId,
    /// When it was made: messages are ordered by this, then by id.
    pub created: Millis,
    /// Who speaks.
    pub role: Role,
}

impl Message {
    /// What it waits for before an agent reads it, where its server says so.
    pub fn waits(&self) -> Option<Waits> {
        match &self.role {
            Role::User(user) => user.waits,
            Role::Assistant(_) => None,
        }
    }
}

/// Who speaks, with what only that side has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The owner, or something that speaks in the owner's place.
    User(User),
    /// An agent, one step of its answer.
    Assistant(Assistant),
}

/// What is known of a user's message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// The agent it was addressed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The model it was addressed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelRef>,
    /// The files that its turn changed, as far as OpenCode has counted them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Changed>,
    /// What it waits for, where it does and the server says so: no agent has read it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<Waits>,
}

/// What a message waits for before an agent reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waits {
    /// The next step of the turn that runs.
    Step,
    /// The end of that turn.
    Turn,
}

/// The files that a turn changed, in brief; their lines are read when somebody asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Their paths, at most [`Changed::NAMED_MAX`].
    pub files: Vec<String>,
    /// How many more there are.
    #[serde(default)]
    pub more: u32,
    /// How many lines were added and removed.
    pub lines: u64,
}

impl Changed {
    /// How many files are named: they travel with each change of their message, and only
    /// their number is shown.
    pub const NAMED_MAX: usize = 32;
}

/// What is known of one step of an agent's answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Assistant {
    /// The user's message it answers, where the server says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<MessageId>,
    /// The agent that speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The model that speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelRef>,
    /// When the step ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed: Option<Millis>,
    /// Why the model stopped, in its provider's word (`stop`, `tool-calls`, …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish: Option<String>,
    /// Why the step failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// What the step cost, in US dollars.
    #[serde(default)]
    pub cost: f64,
    /// What the step consumed.
    #[serde(default)]
    pub tokens: Tokens,
    /// Whether this is the summary that a compaction wrote.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub summary: bool,
    /// Whether the step was cut off and will never end by itself (a crash).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
    /// Whether this is a command of the owner's, which its server carries out beside any
    /// turn: no end of one ends it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub apart: bool,
}

impl Assistant {
    /// Whether more may still come.
    pub fn is_open(&self) -> bool {
        self.completed.is_none() && !self.interrupted
    }
}

/// Tokens of one step. `input` excludes what came from a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Read by the model.
    pub input: u64,
    /// Written by the model.
    pub output: u64,
    /// Written while reasoning.
    pub reasoning: u64,
    /// Read from a cache.
    pub cache_read: u64,
    /// Written to a cache.
    pub cache_write: u64,
}
