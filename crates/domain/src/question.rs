//! A request for answers: the agent asks the owner and waits.

use serde::{Deserialize, Serialize};

use crate::id::{Directory, QuestionId, SessionId};
use crate::permission::ToolCallRef;

/// A pending request for answers; one or more questions answered together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its id.
    pub id: QuestionId,
    /// The session whose agent asks.
    pub session: SessionId,
    /// The directory to answer in.
    pub directory: Directory,
    /// The questions, in order.
    pub items: Vec<QuestionItem>,
    /// The tool call that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<ToolCallRef>,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionItem {
    /// A word or two to head it.
    pub header: String,
    /// The question.
    pub text: String,
    /// The answers offered.
    pub options: Vec<QuestionOption>,
    /// Whether several may be chosen.
    pub multiple: bool,
    /// Whether own words may be given.
    pub custom: bool,
}

/// An answer offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionOption {
    /// The answer itself: what is sent back.
    pub label: String,
    /// What it means.
    pub description: String,
}

/// The answers: one list of labels (or own words) for each question, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(pub Vec<Vec<String>>);
