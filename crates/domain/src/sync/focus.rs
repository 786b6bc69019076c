//! What a device looks at, and how it opens a stream.

use serde::{Deserialize, Serialize};

use super::cursor::Cursor;
use crate::id::{ServerId, SessionId};

/// How many messages a window shows at first: one or two screens, and few enough to be in
/// the first page.
pub const WINDOW_DEFAULT: u32 = 40;
/// How many messages one window may ask for at once.
pub const WINDOW_MAX: u32 = 400;

/// What a device looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Focus {
    /// The sessions whose transcripts it shows.
    pub sessions: Vec<FocusedSession>,
    /// How many sessions of each server its index shows.
    pub index: u32,
    /// Whether its page can be seen: only then does looking count as reading.
    pub visible: bool,
}

/// A session that a device shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FocusedSession {
    /// On which server.
    pub server: ServerId,
    /// Which.
    pub session: SessionId,
    /// Whether the device already holds a window of it that is as new as its cursor.
    pub held: bool,
}

/// The body of the request that opens a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamRequest {
    /// The protocol the page speaks.
    pub protocol: u16,
    /// The build the page is of.
    pub build: String,
    /// Where the device stands.
    pub cursor: Cursor,
    /// What it looks at.
    pub focus: Focus,
}
