//! A request for permission: a tool waits until the owner answers.

use serde::{Deserialize, Serialize};

use crate::bulk::floor_char;
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
    /// Whether the server keeps what *always* allows, so that it holds after a restart too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub saved: bool,
    /// The command, path or address, where the request names it beside its patterns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The change that is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff: Option<AskedChange>,
    /// The tool call that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<ToolCallRef>,
}

/// A change that somebody asks to make. What of it does not travel is counted: nobody allows
/// lines without being told that they were not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedChange {
    /// A unified diff, at most [`AskedChange::MAX_BYTES`] of it.
    pub patch: String,
    /// How many bytes of it are left out at its end.
    #[serde(default, skip_serializing_if = "is_none")]
    pub left_out: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_none(left_out: &usize) -> bool {
    *left_out == 0
}

impl AskedChange {
    /// The longest diff that travels with a request, in bytes: an event has at most 64 KiB,
    /// and JSON makes more of what it escapes.
    pub const MAX_BYTES: usize = 40 * 1024;

    /// The change that `patch` makes.
    pub fn of(mut patch: String) -> Self {
        let whole = patch.len();
        patch.truncate(floor_char(&patch, Self::MAX_BYTES));
        Self {
            left_out: whole - patch.len(),
            patch,
        }
    }
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
    /// From now on, for what [`Permission::always`] says: until the server restarts, or for
    /// good ([`Permission::saved`]).
    Always,
    /// No; with a word the agent goes on and takes it into account, without one the turn ends.
    Deny {
        /// The word to the agent.
        message: Option<String>,
    },
}
