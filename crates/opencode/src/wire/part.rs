//! Parts of messages.

use serde::Deserialize;
use serde_json::Value;

use super::number::whole;

/// A part with its place.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) id: String,
    pub(crate) message: String,
    pub(crate) session: String,
    pub(crate) body: Body,
}

/// The kinds of part.
#[derive(Debug)]
pub(crate) enum Body {
    Text(Text),
    Reasoning(Text),
    Tool(Box<Tool>),
    File(File),
    Agent(Agent),
    Subtask(Subtask),
    Compaction(Compaction),
    Patch(Patch),
    /// A step begins, or begins anew because its provider failed: `step-start`.
    Begin,
    /// The other seams between steps, and what is said elsewhere too: `step-finish`,
    /// `snapshot`, `retry`.
    Seam,
    /// A kind that we do not know, or a known one that we cannot read.
    Unknown {
        kind: String,
        raw: Value,
    },
}

/// Text that may still grow.
#[derive(Debug, Deserialize)]
pub(crate) struct Text {
    #[serde(rename = "text", default)]
    pub(crate) so_far: String,
    #[serde(default)]
    pub(crate) synthetic: bool,
    pub(crate) time: Option<Span>,
}

/// From when to when.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Span {
    #[serde(default, deserialize_with = "whole")]
    pub(crate) start: Option<u64>,
    #[serde(default, deserialize_with = "whole")]
    pub(crate) end: Option<u64>,
}

/// A tool call.
#[derive(Debug, Deserialize)]
pub(crate) struct Tool {
    #[serde(rename = "tool")]
    pub(crate) name: String,
    #[serde(rename = "callID", default)]
    pub(crate) call: String,
    pub(crate) state: State,
}

/// How far a tool is, and what is known by then.
#[derive(Debug, Deserialize)]
pub(crate) struct State {
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) input: Value,
    pub(crate) output: Option<String>,
    pub(crate) error: Option<String>,
    #[serde(default)]
    pub(crate) metadata: Value,
    #[serde(default)]
    pub(crate) time: Span,
}

/// An attachment.
#[derive(Debug, Deserialize)]
pub(crate) struct File {
    #[serde(default)]
    pub(crate) mime: String,
    pub(crate) filename: Option<String>,
    #[serde(default)]
    pub(crate) url: String,
}

/// Another agent, mentioned.
#[derive(Debug, Deserialize)]
pub(crate) struct Agent {
    pub(crate) name: String,
}

/// A task handed to a sub-agent.
#[derive(Debug, Deserialize)]
pub(crate) struct Subtask {
    #[serde(default)]
    pub(crate) agent: String,
    #[serde(default)]
    pub(crate) description: String,
}

/// A place where the conversation was summarised.
#[derive(Debug, Deserialize)]
pub(crate) struct Compaction {
    #[serde(default)]
    pub(crate) auto: bool,
}

/// Files changed by a step.
#[derive(Debug, Deserialize)]
pub(crate) struct Patch {
    #[serde(default)]
    pub(crate) files: Vec<String>,
}

impl Part {
    /// Reads a part. An error only where its place cannot be told.
    pub(crate) fn read(raw: Value) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct Head {
            id: String,
            #[serde(rename = "messageID")]
            message: String,
            #[serde(rename = "sessionID")]
            session: String,
            #[serde(rename = "type", default)]
            kind: String,
        }
        let head = Head::deserialize(&raw)?;
        Ok(Self {
            id: head.id,
            message: head.message,
            session: head.session,
            body: Body::read(&head.kind, raw),
        })
    }
}

impl Body {
    fn read(kind: &str, raw: Value) -> Self {
        let read = match kind {
            "text" => Text::deserialize(&raw).map(Body::Text),
            "reasoning" => Text::deserialize(&raw).map(Body::Reasoning),
            "tool" => Tool::deserialize(&raw).map(|tool| Body::Tool(Box::new(tool))),
            "file" => File::deserialize(&raw).map(Body::File),
            "agent" => Agent::deserialize(&raw).map(Body::Agent),
            "subtask" => Subtask::deserialize(&raw).map(Body::Subtask),
            "compaction" => Compaction::deserialize(&raw).map(Body::Compaction),
            "patch" => Patch::deserialize(&raw).map(Body::Patch),
            "step-start" => return Body::Begin,
            "step-finish" | "snapshot" | "retry" => return Body::Seam,
            _ => {
                return Body::Unknown {
                    kind: kind.to_owned(),
                    raw,
                };
            }
        };
        read.unwrap_or_else(|_| Body::Unknown {
            kind: kind.to_owned(),
            raw,
        })
    }
}
