//! What the owner does with a session as a whole, parsed once.

use serde::{Deserialize, Serialize};

use crate::id::{Directory, MessageId, SessionId};
use crate::message::Waits;

/// The longest title, in characters: what is longer is no name but a text.
pub const TITLE_MAX_CHARS: usize = 200;

/// A session's title as the owner writes it: one line, not blank, at most
/// [`TITLE_MAX_CHARS`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Title(String);

/// Why a text is no title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTitle {
    /// Nothing but white space.
    #[error("Write a title.")]
    Blank,
    /// Longer than [`TITLE_MAX_CHARS`].
    #[error("The title is too long: {TITLE_MAX_CHARS} characters are the limit.")]
    TooLong,
}

impl Title {
    /// Checks a text. White space around it goes, line ends and other control characters
    /// become spaces.
    pub fn parse(text: &str) -> Result<Self, InvalidTitle> {
        let line = text.replace(char::is_control, " ");
        let title = line.trim();
        if title.is_empty() {
            return Err(InvalidTitle::Blank);
        }
        if title.chars().count() > TITLE_MAX_CHARS {
            return Err(InvalidTitle::TooLong);
        }
        Ok(Self(title.to_owned()))
    }

    /// The title.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Title {
    type Error = InvalidTitle;

    fn try_from(text: String) -> Result<Self, InvalidTitle> {
        Title::parse(&text)
    }
}

impl From<Title> for String {
    fn from(title: Title) -> String {
        title.0
    }
}

/// What a new session begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Nothing: it works in this directory.
    Directory(Directory),
    /// A copy of another session's messages.
    Fork {
        /// Which session.
        session: SessionId,
        /// Only the messages before this one; without it all of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<MessageId>,
    },
}

/// What is done with a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// It is called something else.
    Rename {
        /// Its new title.
        title: Title,
    },
    /// It is put away, for good: the server knows no way back.
    Archive,
    /// It is deleted with all its sub-sessions, unless [`Command::Keep`] comes within
    /// some seconds. Answered when it is gone, or kept.
    Delete,
    /// It is not deleted after all.
    Keep,
    /// Its conversation is summarised, to make room.
    Compact,
    /// This message and all after it are taken back, and the files that were changed since
    /// are as they were before it. Pending until the next prompt.
    Revert {
        /// The first message that is taken back.
        message: MessageId,
    },
    /// What was taken back is there again.
    Restore,
    /// A message that waits is taken back: no agent will read it. Harmless where one did.
    Withdraw {
        /// Which.
        message: MessageId,
    },
    /// A message that waits is read at another time. Harmless where it was read.
    Defer {
        /// Which.
        message: MessageId,
        /// What it waits for from now on.
        until: Waits,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line_that_says_something() {
        assert_eq!(
            Title::parse("  Mend\nthe gauge ").map(String::from),
            Ok("Mend the gauge".to_owned())
        );
        assert_eq!(Title::parse(" \n\t"), Err(InvalidTitle::Blank));
        assert_eq!(
            Title::parse(&"ä".repeat(TITLE_MAX_CHARS)).map(String::from),
            Ok("ä".repeat(TITLE_MAX_CHARS))
        );
        assert_eq!(
            Title::parse(&"a".repeat(TITLE_MAX_CHARS + 1)),
            Err(InvalidTitle::TooLong)
        );
    }

    #[test]
    fn a_title_from_outside_is_checked() {
        let rename = serde_json::from_str::<Command>(r#"{"rename":{"title":" "}}"#);
        assert!(rename.is_err());
    }
}
