//! What the owner says to an agent, parsed once.

mod attachment;
mod id;
mod saying;
mod text;

use serde::{Deserialize, Serialize};

use crate::message::Waits;
use crate::session::ModelRef;

pub use attachment::{
    ATTACHMENT_MAX_BYTES, ATTACHMENTS_MAX, ATTACHMENTS_MAX_BYTES, Attachment, InvalidAttachment,
    TEXT_MAX_BYTES, may_join,
};
pub use id::{InvalidPromptId, PromptId};
pub use saying::{MENTIONS_MAX, Mention, Saying, mentions};
pub use text::{InvalidPrompt, PROMPT_MAX_BYTES, PromptText};

/// A prompt as a device sends it. Agent and model go with every prompt: OpenCode forgets
/// the agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// Its id.
    pub id: PromptId,
    /// What is said, as it was typed: [`Saying::of`] tells what it is. None where only
    /// files are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<PromptText>,
    /// The files that go with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Attachment>,
    /// To which agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// To which model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelRef>,
    /// What it is to wait for where a turn runs; none: whatever its server is used to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<Waits>,
}

impl Prompt {
    /// What is said; nothing where only files are sent.
    pub fn words(&self) -> &str {
        self.text.as_ref().map_or("", PromptText::as_str)
    }
}
