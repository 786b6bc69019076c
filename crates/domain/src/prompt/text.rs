//! The words of a prompt.

use serde::{Deserialize, Serialize};

/// The longest prompt, in bytes. Requests are limited to 1 MiB; escaped in JSON a text may
/// double, and it comes with other fields.
pub const PROMPT_MAX_BYTES: usize = 384 * 1024;

/// The text of a prompt: not blank, not longer than [`PROMPT_MAX_BYTES`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PromptText(String);

/// Why a text cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPrompt {
    /// Nothing but white space.
    #[error("Write a message first.")]
    Blank,
    /// A shell command without the command.
    #[error("Write the shell command after the exclamation mark.")]
    NoCommand,
    /// Longer than [`PROMPT_MAX_BYTES`].
    #[error("The message is too long: {PROMPT_MAX_BYTES} bytes are the limit.")]
    TooLong,
}

impl PromptText {
    /// Checks a text; it is taken as it is but for white space at its end.
    pub fn parse(text: &str) -> Result<Self, InvalidPrompt> {
        let text = text.trim_end();
        if text.trim_start().is_empty() {
            return Err(InvalidPrompt::Blank);
        }
        if text == "!" {
            return Err(InvalidPrompt::NoCommand);
        }
        if text.len() > PROMPT_MAX_BYTES {
            return Err(InvalidPrompt::TooLong);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PromptText {
    type Error = InvalidPrompt;

    fn try_from(text: String) -> Result<Self, InvalidPrompt> {
        PromptText::parse(&text)
    }
}

impl From<PromptText> for String {
    fn from(text: PromptText) -> String {
        text.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_and_oversized_prompts_are_refused() {
        assert_eq!(PromptText::parse(" \n"), Err(InvalidPrompt::Blank));
        assert_eq!(PromptText::parse("! \n"), Err(InvalidPrompt::NoCommand));
        assert_eq!(
            PromptText::parse(&"a".repeat(PROMPT_MAX_BYTES + 1)),
            Err(InvalidPrompt::TooLong)
        );
        assert_eq!(
            PromptText::parse("  indented\n").unwrap().as_str(),
            "  indented"
        );
    }
}
