//! A session, and what the list of sessions shows of it.

use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::id::{Directory, MessageId, SessionId};
use crate::time::Millis;

/// A session as its server keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Its id, unique on its server.
    pub id: SessionId,
    /// The directory it works in.
    pub directory: Directory,
    /// The session whose agent started this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<SessionId>,
    /// The session this one was copied from, where the server says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forked_from: Option<SessionId>,
    /// Its title; a made-up one until the title model has answered.
    pub title: String,
    /// The agent last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The model last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelRef>,
    /// When it was made.
    pub created: Millis,
    /// When it was last used: moves with each prompt and the end of each step.
    pub updated: Millis,
    /// When it was put away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<Millis>,
    /// What is taken back, pending the next prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revert: Option<Revert>,
    /// What it has cost so far, in US dollars.
    #[serde(default)]
    pub cost: f64,
    /// Lines added and removed and files touched, where the server counted them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff: Option<DiffStat>,
}

/// The longest search for sessions, in characters.
pub const SEARCH_MAX_CHARS: usize = 200;

impl Session {
    /// Whether each word of `wanted` is in its title or the name of its directory, whatever
    /// the case.
    pub fn answers_to(&self, wanted: &str) -> bool {
        let (title, directory) = (
            self.title.to_lowercase(),
            self.directory.name().to_lowercase(),
        );
        wanted
            .to_lowercase()
            .split_whitespace()
            .all(|word| title.contains(word) || directory.contains(word))
    }
}

/// What is taken back of a session. The messages are still there until the next prompt
/// removes them; the files are back at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revert {
    /// The first message that is taken back, with all after it.
    pub message: MessageId,
    /// The files that are as they were before it; at most [`REVERT_FILES_MAX`] are named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

/// How many files a [`Revert`] names: it travels with every change of the session, and
/// nobody reads more.
pub const REVERT_FILES_MAX: usize = 50;

/// How much a session changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffStat {
    /// Lines added.
    pub additions: u64,
    /// Lines removed.
    pub deletions: u64,
    /// Files touched.
    pub files: u64,
}

/// A model by its provider's name and its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ModelRef {
    /// The provider's id.
    pub provider: String,
    /// The model's id at that provider.
    pub model: String,
    /// The variant (a level of reasoning), where one was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

/// What a session is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// Nothing.
    #[default]
    Idle,
    /// A turn runs.
    Busy,
    /// The provider failed and is tried again by OpenCode.
    Retry {
        /// Which attempt comes next, from 1.
        attempt: u32,
        /// Why the last one failed.
        message: String,
        /// All that was said of it, where that is more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
        /// When the next one starts.
        next: Millis,
    },
}

impl SessionStatus {
    /// Whether a turn is under way (running or waiting for its next attempt).
    pub fn is_running(&self) -> bool {
        match self {
            SessionStatus::Idle => false,
            SessionStatus::Busy | SessionStatus::Retry { .. } => true,
        }
    }
}

/// One line of the session list: the session and what is known beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionEntry {
    /// The session.
    pub session: Session,
    /// What it is doing.
    #[serde(default)]
    pub status: SessionStatus,
    /// When the present turn began, for the running timer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busy_since: Option<Millis>,
    /// Whether a turn ended that nobody has looked at.
    #[serde(default)]
    pub unread: bool,
    /// Why its last turn failed, until the next one starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

impl SessionEntry {
    /// A session that does nothing and holds no news.
    pub fn quiet(session: Session) -> Self {
        Self {
            session,
            status: SessionStatus::Idle,
            busy_since: None,
            unread: false,
            failure: None,
        }
    }

    /// Whether it stands in the list by itself: sub-agents' sessions and archived ones do
    /// not.
    pub fn is_listed(&self) -> bool {
        self.session.parent.is_none() && self.session.archived.is_none()
    }
}
