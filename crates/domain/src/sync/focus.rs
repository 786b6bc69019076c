//! What a device looks at, and how it opens a stream.

use serde::{Deserialize, Serialize};

use super::cursor::Cursor;
use crate::id::{MessageId, ServerId, SessionId, StreamId};

/// How many rows a window has at first: one or two screens, and few enough to be in the
/// first page.
pub const WINDOW_ROWS: usize = 48;
/// How many rows are asked for at once beyond a window: about a screen on a desk, two on a
/// phone, so that a finger does not outrun them and the page does not grow by much.
pub const PASSAGE_ROWS: usize = 32;

/// How long a poll waits at most for something to say, in milliseconds: below the half
/// minute after which proxies and phone networks give up on a silent request.
pub const POLL_WAIT_MAX_MS: u32 = 25_000;

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
    /// Whether the device already holds a window of it that is as new as its cursor: one
    /// that has not lapsed.
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

/// The body of a long poll: the same feed for pages that no stream reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollRequest {
    /// The stream that the last poll's [`Hello`](super::Hello) named; none at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<StreamId>,
    /// How long the answer may be held back while there is nothing to say, in milliseconds,
    /// at most [`POLL_WAIT_MAX_MS`]; 0 for an answer at once.
    pub wait_ms: u32,
    /// Where the device stands and what it looks at, as when a stream is opened.
    pub open: StreamRequest,
}

/// Which messages of a session a device wants: the answer comes in its stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passage {
    /// The last ones, as a window that follows what is said.
    End,
    /// Those around one, as a window.
    Around(MessageId),
    /// Those before the first one of the device's window.
    Before(MessageId),
    /// Those after the last one of the device's window.
    After(MessageId),
}
