//! A prompt made ready to be handed over: what it is, and what goes with it.

use bytes::Bytes;
use domain::id::SessionId;
use domain::prompt::Prompt;

use crate::client::percent_encode;

/// A prompt on its way to a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// To which session.
    pub session: SessionId,
    /// The prompt.
    pub prompt: Prompt,
    /// What it is.
    pub manner: Manner,
    /// What goes with it.
    pub enclosed: Vec<Enclosed>,
}

/// What a prompt is to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Words to the agent. The call answers when they are taken.
    Words,
    /// A slash command. The call answers when its turn has ended.
    Command {
        /// Its name, without the slash.
        name: String,
        /// What follows the name.
        arguments: String,
    },
    /// A shell command. The call answers when it has ended.
    Shell {
        /// What the shell gets.
        command: String,
    },
}

/// What goes with a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enclosed {
    /// A file from the owner's device.
    Bytes {
        /// Its name.
        name: String,
        /// Its media type.
        mime: String,
        /// What is in it.
        bytes: Bytes,
    },
    /// A file or folder of the server's machine that the words name.
    Path {
        /// As the words name it.
        name: String,
        /// Where it is.
        absolute: String,
        /// Whether it is a folder.
        folder: bool,
    },
    /// An agent that the words name.
    Agent {
        /// Its name.
        name: String,
    },
}

/// What a path of a directory is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathFound {
    /// Where it is on the server's machine.
    pub absolute: String,
    /// Whether it is a folder.
    pub folder: bool,
}

/// A path of the server's machine as an address.
pub(crate) fn file_url(path: &str) -> String {
    let path = path.replace('\\', "/");
    let root = if path.starts_with('/') { "" } else { "/" };
    format!("file://{root}{}", percent_encode(&path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_an_address_on_any_system() {
        assert_eq!(file_url("/home/me/a b#.rs"), "file:///home/me/a%20b%23.rs");
        assert_eq!(file_url("C:\\src\\a.rs"), "file:///C:/src/a.rs");
    }
}
