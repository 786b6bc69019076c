//! What a step of an answer holds: texts, reasoning, tools.

use serde::Deserialize;
use serde_json::Value;

use super::Failed;
use crate::wire::number::whole;

/// One item of a step. Blobs that only the provider understands are not read.
#[derive(Debug)]
pub(in crate::v2) enum Item {
    Text(Text),
    Reasoning(Text),
    Tool(Box<Tool>),
    /// A kind that we do not know, or a known one that we cannot read.
    Unknown {
        kind: String,
        raw: Value,
    },
}

impl Item {
    /// Reads an item, whatever it is.
    pub(in crate::v2) fn read(raw: Value) -> Self {
        let kind = raw.get("type").and_then(Value::as_str).unwrap_or_default();
        let read = match kind {
            "text" => Text::deserialize(&raw).map(Item::Text).ok(),
            "reasoning" => Text::deserialize(&raw).map(Item::Reasoning).ok(),
            "tool" => Tool::deserialize(&raw)
                .map(|tool| Item::Tool(Box::new(tool)))
                .ok(),
            _ => None,
        };
        let kind = kind.to_owned();
        read.unwrap_or(Item::Unknown { kind, raw })
    }
}

/// A text or what was thought. A read shows it only once it has ended.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Text {
    #[serde(default)]
    pub(in crate::v2) text: String,
    #[serde(default)]
    pub(in crate::v2) time: Span,
}

/// Times of an item. What a thought's are called was never seen \[?\]: both the words of
/// messages and those of V1 are read.
#[derive(Debug, Default, Deserialize)]
pub(in crate::v2) struct Span {
    #[serde(alias = "start", default, deserialize_with = "whole")]
    pub(in crate::v2) created: Option<u64>,
    #[serde(default, deserialize_with = "whole")]
    pub(in crate::v2) ran: Option<u64>,
    #[serde(alias = "end", default, deserialize_with = "whole")]
    pub(in crate::v2) completed: Option<u64>,
}

/// A tool call. Its id is unique only inside its message.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Tool {
    #[serde(alias = "callID")]
    pub(in crate::v2) id: String,
    pub(in crate::v2) name: String,
    pub(in crate::v2) state: State,
    #[serde(default)]
    pub(in crate::v2) time: Span,
}

/// How far a tool is: `streaming` with its input as raw text, `running`, `completed`,
/// `error`.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct State {
    pub(in crate::v2) status: String,
    #[serde(default)]
    pub(in crate::v2) input: Value,
    #[serde(default)]
    pub(in crate::v2) metadata: Value,
    #[serde(default)]
    pub(in crate::v2) content: Vec<Value>,
    pub(in crate::v2) error: Option<Failed>,
}

/// What came out of a tool.
#[derive(Debug)]
pub(in crate::v2) enum Outcome {
    Text(String),
    /// A file; its bytes may be in the address, and stay there.
    File {
        name: Option<String>,
        mime: String,
    },
    Unknown {
        kind: String,
        raw: Value,
    },
}

impl Outcome {
    /// Reads what came out, whatever it is.
    pub(in crate::v2) fn read(raw: Value) -> Self {
        let text = |key: &str| raw.get(key).and_then(Value::as_str).map(str::to_owned);
        let kind = text("type").unwrap_or_default();
        match kind.as_str() {
            "text" => Outcome::Text(text("text").unwrap_or_default()),
            "file" => Outcome::File {
                name: text("name"),
                mime: text("mime").unwrap_or_default(),
            },
            _ => Outcome::Unknown { kind, raw },
        }
    }
}
