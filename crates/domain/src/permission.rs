//! A request for permission: a tool waits until the owner answers.

use serde::{Deserialize, Serialize};

use crate::id::{Directory, MessageId, PermissionId, SessionId};

/// A pending request for permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// Its id.
    pub id: PermissionId,
    /// The session whose tool waits; a sub-agent's own session where one asks.
    pub session: SessionId,
    /// The directory to answer in: elsewhere OpenCode does not know the request.
    pub directory: Directory,
    /// What sort of action (`bash`, `edit`, `external_directory`, …).
    pub action: String,
    /// What exactly is asked for.
    pub patterns: Vec<String>,
    /// What *always* would allow from now on; empty where it is not offered.
    pub always: Vec<String>,
    /// The command, path or address, where the request names it beside its patterns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The change that is asked for, as a unified diff, cut at
    /// [`Permission::DIFF_MAX_BYTES`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// The tool call that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<ToolCallRef>,
}

impl Permission {
    /// The longest diff that travels with a request, in bytes.
    pub const DIFF_MAX_BYTES: usize = 16 * 1024;
}

/// A tool call by its message and the id the model gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCallRef {
    /// The message.
    pub message: MessageId,
    /// The call's id.
    pub call: String,
}

/// An answer to a request for permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PermissionReply {
    /// This time.
    Once,
    /// From now on, for what [`Permission::always`] says, until the server restarts.
    Always,
    /// No; with a word the agent goes on and takes it into account, without one the turn ends.
    Deny {
        /// The word to the agent.
        message: Option<String>,
    },
}
