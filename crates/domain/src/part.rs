//! A part of a message: text, reasoning, a tool at work, a file …

use serde::{Deserialize, Serialize};

use crate::bulk::LongText;
use crate::id::{MessageId, PartId, SessionId};
use crate::time::Millis;
use crate::tool::Tool;

/// A part with its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Its id, unique on its server.
    pub id: PartId,
    /// The message it belongs to.
    pub message: MessageId,
    /// The session of that message.
    pub session: SessionId,
    /// What it is.
    pub body: PartBody,
}

/// The kinds of part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartBody {
    /// What was said.
    Text(Text),
    /// What the model thought before.
    Reasoning(Text),
    /// A tool and how far it is.
    Tool(Box<Tool>),
    /// An attachment.
    File(File),
    /// Another agent, mentioned with `@`.
    Agent {
        /// Its name.
        name: String,
    },
    /// A task handed to a sub-agent by a command.
    Subtask {
        /// The sub-agent.
        agent: String,
        /// What it is about, in a few words.
        description: String,
    },
    /// The conversation was summarised here.
    Compaction {
        /// Whether OpenCode did it by itself.
        auto: bool,
    },
    /// Files changed by the step.
    Patch {
        /// Their paths.
        files: Vec<String>,
    },
    /// A kind that this version does not know; drawn as "something new".
    Unknown {
        /// OpenCode's name of the kind.
        kind: String,
        /// The raw JSON, cut where it is long.
        raw: LongText,
    },
}

/// Text that may still grow.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Text {
    /// What has arrived.
    pub text: String,
    /// Whether it was put in by the system rather than typed or answered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub synthetic: bool,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Millis>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Millis>,
    /// Whether more may come.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
    /// Where something is missing that streamed while nobody listened: a byte offset into
    /// `text`. Healed by the closing snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hole: Option<usize>,
}

impl Text {
    /// Text that is whole.
    pub fn whole(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

/// An attachment. Its bytes are never in an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Its media type.
    pub mime: String,
    /// Its name, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The path on the server's machine, where it was given by path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Size of its data in bytes, where the data came along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

impl PartBody {
    /// The text or reasoning that it is, if it is one.
    pub fn text(&self) -> Option<&Text> {
        match self {
            PartBody::Text(text) | PartBody::Reasoning(text) => Some(text),
            PartBody::Tool(_)
            | PartBody::File(_)
            | PartBody::Agent { .. }
            | PartBody::Subtask { .. }
            | PartBody::Compaction { .. }
            | PartBody::Patch { .. }
            | PartBody::Unknown { .. } => None,
        }
    }

    /// The words that somebody said with it: no thoughts, and nothing that the system put in.
    pub fn said(&self) -> Option<&str> {
        match self {
            PartBody::Text(text) => (!text.synthetic).then_some(text.text.as_str()),
            PartBody::Reasoning(_)
            | PartBody::Tool(_)
            | PartBody::File(_)
            | PartBody::Agent { .. }
            | PartBody::Subtask { .. }
            | PartBody::Compaction { .. }
            | PartBody::Patch { .. }
            | PartBody::Unknown { .. } => None,
        }
    }

    /// The text or reasoning that it is, to be changed.
    pub fn text_mut(&mut self) -> Option<&mut Text> {
        match self {
            PartBody::Text(text) | PartBody::Reasoning(text) => Some(text),
            PartBody::Tool(_)
            | PartBody::File(_)
            | PartBody::Agent { .. }
            | PartBody::Subtask { .. }
            | PartBody::Compaction { .. }
            | PartBody::Patch { .. }
            | PartBody::Unknown { .. } => None,
        }
    }

    /// Whether more may still come.
    pub fn is_open(&self) -> bool {
        match self {
            PartBody::Text(text) | PartBody::Reasoning(text) => text.open,
            PartBody::Tool(tool) => tool.state.is_open(),
            PartBody::File(_)
            | PartBody::Agent { .. }
            | PartBody::Subtask { .. }
            | PartBody::Compaction { .. }
            | PartBody::Patch { .. }
            | PartBody::Unknown { .. } => false,
        }
    }
}
