//! What agents ask the owner, and their lists of things to do.

use serde::Deserialize;
use serde_json::Value;

/// A request for permission.
#[derive(Debug, Deserialize)]
pub(crate) struct Permission {
    pub(crate) id: String,
    #[serde(rename = "sessionID")]
    pub(crate) session: String,
    #[serde(rename = "permission", default)]
    pub(crate) action: String,
    #[serde(default)]
    pub(crate) patterns: Vec<String>,
    #[serde(default)]
    pub(crate) always: Vec<String>,
    #[serde(default)]
    pub(crate) metadata: Value,
    pub(crate) tool: Option<ToolCall>,
}

/// A request for answers.
#[derive(Debug, Deserialize)]
pub(crate) struct Question {
    pub(crate) id: String,
    #[serde(rename = "sessionID")]
    pub(crate) session: String,
    #[serde(default)]
    pub(crate) questions: Vec<Item>,
    pub(crate) tool: Option<ToolCall>,
}

/// One question.
#[derive(Debug, Deserialize)]
pub(crate) struct Item {
    #[serde(default)]
    pub(crate) header: String,
    #[serde(default)]
    pub(crate) question: String,
    #[serde(default)]
    pub(crate) options: Vec<Choice>,
    #[serde(default)]
    pub(crate) multiple: bool,
    pub(crate) custom: Option<bool>,
}

/// An answer offered.
#[derive(Debug, Deserialize)]
pub(crate) struct Choice {
    pub(crate) label: String,
    #[serde(default)]
    pub(crate) description: String,
}

/// The tool call that waits.
#[derive(Debug, Deserialize)]
pub(crate) struct ToolCall {
    #[serde(rename = "messageID")]
    pub(crate) message: String,
    #[serde(rename = "callID")]
    pub(crate) call: String,
}

/// One thing to do.
#[derive(Debug, Deserialize)]
pub(crate) struct Todo {
    #[serde(default)]
    pub(crate) content: String,
    #[serde(default)]
    pub(crate) status: String,
}
