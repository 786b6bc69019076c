//! Messages: a flat list of rows, one for each step of an answer, in the server's order.

use serde::Deserialize;
use serde_json::Value;

use super::Failed;
use crate::wire::message::Tokens;
use crate::wire::number::{real, whole};
use crate::wire::session::Model;

/// A row with what all have.
#[derive(Debug)]
pub(in crate::v2) struct Row {
    pub(in crate::v2) id: String,
    pub(in crate::v2) created: u64,
    pub(in crate::v2) body: Body,
}

/// The kinds of row.
#[derive(Debug)]
pub(in crate::v2) enum Body {
    User(User),
    Assistant(Box<Assistant>),
    /// What was put in without the owner: `synthetic`, `system`, `skill`.
    Aside(Aside),
    Shell(Shell),
    Compaction(Compaction),
    /// The end of a turn: no message of ours.
    Idle,
    /// Another agent, model or place: no message of ours.
    Seam,
    /// A kind that we do not know, or a known one that we cannot read.
    Unknown {
        kind: String,
        raw: Value,
    },
}

/// What the owner said. Its time is that of its delivery.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct User {
    #[serde(default)]
    pub(in crate::v2) text: String,
    #[serde(default)]
    pub(in crate::v2) files: Vec<File>,
    #[serde(default)]
    pub(in crate::v2) agents: Vec<Value>,
}

/// A file that came with a prompt. Every read brings its bytes, as an address or in `data`.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct File {
    #[serde(default)]
    pub(in crate::v2) uri: String,
    #[serde(default)]
    pub(in crate::v2) mime: String,
    pub(in crate::v2) name: Option<String>,
    pub(in crate::v2) data: Option<String>,
}

/// One step of an answer.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Assistant {
    pub(in crate::v2) agent: Option<String>,
    pub(in crate::v2) model: Option<Model>,
    #[serde(default)]
    pub(in crate::v2) content: Vec<Value>,
    pub(in crate::v2) finish: Option<String>,
    #[serde(default, deserialize_with = "real")]
    pub(in crate::v2) cost: Option<f64>,
    #[serde(default)]
    pub(in crate::v2) tokens: Tokens,
    pub(in crate::v2) error: Option<Failed>,
    #[serde(default)]
    pub(in crate::v2) time: Time,
}

/// When a row's matter ended.
#[derive(Debug, Default, Deserialize)]
pub(in crate::v2) struct Time {
    #[serde(default, deserialize_with = "whole")]
    pub(in crate::v2) completed: Option<u64>,
}

/// Words that nobody typed.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Aside {
    #[serde(default)]
    pub(in crate::v2) text: String,
}

/// A command of the owner's.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Shell {
    #[serde(rename = "shellID", default)]
    pub(in crate::v2) id: String,
    #[serde(default)]
    pub(in crate::v2) command: String,
    #[serde(default)]
    pub(in crate::v2) status: String,
    pub(in crate::v2) exit: Option<i64>,
    pub(in crate::v2) output: Option<String>,
    #[serde(default)]
    pub(in crate::v2) time: Time,
}

/// A summary of what was before.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Compaction {
    #[serde(default)]
    pub(in crate::v2) status: String,
    #[serde(default)]
    pub(in crate::v2) reason: String,
    #[serde(default)]
    pub(in crate::v2) summary: String,
    pub(in crate::v2) error: Option<Failed>,
    #[serde(default)]
    pub(in crate::v2) time: Time,
}

impl Row {
    /// Reads a row. An error only where it has no id.
    pub(in crate::v2) fn read(raw: Value) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct Head {
            id: String,
            #[serde(rename = "type", default)]
            kind: String,
            #[serde(default)]
            time: Created,
        }
        #[derive(Default, Deserialize)]
        struct Created {
            #[serde(default, deserialize_with = "whole")]
            created: Option<u64>,
        }
        let head = Head::deserialize(&raw)?;
        Ok(Self {
            id: head.id,
            created: head.time.created.unwrap_or_default(),
            body: Body::read(head.kind, raw),
        })
    }
}

impl Body {
    /// Reads a row's body by its kind.
    pub(in crate::v2) fn read(kind: String, raw: Value) -> Self {
        let read = match kind.as_str() {
            "user" => User::deserialize(&raw).map(Body::User),
            "assistant" => Assistant::deserialize(&raw).map(|it| Body::Assistant(Box::new(it))),
            "synthetic" | "system" | "skill" => Aside::deserialize(&raw).map(Body::Aside),
            "shell" => Shell::deserialize(&raw).map(Body::Shell),
            "compaction" => Compaction::deserialize(&raw).map(Body::Compaction),
            "idle" => return Body::Idle,
            "agent-switched" | "model-switched" | "location-switched" => return Body::Seam,
            _ => return Body::Unknown { kind, raw },
        };
        read.unwrap_or(Body::Unknown { kind, raw })
    }
}
