//! What the server sends down a stream.

use serde::{Deserialize, Serialize};

use super::cursor::{Position, Seq};
use super::focus::Passage;
use super::snapshot::{Index, SessionWindow};
use crate::event::Event;
use crate::house::{House, HouseEvent};
use crate::id::{ServerId, SessionId, StreamId};
use crate::session::SessionEntry;
use crate::time::Millis;
use crate::transcript::Entry;

/// One frame. Written as one line of JSON after `data:`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frame {
    /// The stream is open. Always the first.
    Hello(Hello),
    /// The stream is alive; sent when nothing else was for [`Hello::beat_ms`]. The first one
    /// comes as soon as all that the device missed has been sent.
    Beat {
        /// The server's time.
        now: Millis,
        /// The longest silence to expect from now on, in milliseconds.
        beat_ms: u32,
    },
    /// The house as a whole: the device's own copy is void.
    HouseReset {
        /// Where the device stands from now on.
        at: Position,
        /// All of it.
        house: House,
    },
    /// Events of the house, covering `(from, at.seq]`.
    HouseEvents {
        /// Where the device must stand.
        from: Seq,
        /// Where it stands afterwards.
        at: Position,
        /// What happened.
        events: Vec<HouseEvent>,
    },
    /// A server's index as a whole: the device's copy, transcripts too, is void.
    Reset {
        /// Which server.
        server: ServerId,
        /// Where the device stands from now on.
        at: Position,
        /// Its index.
        index: Index,
    },
    /// Events of a server, covering `(from, at.seq]`. Those of transcripts that the device
    /// does not look at are left out.
    Events {
        /// Which server.
        server: ServerId,
        /// Where the device must stand.
        from: Seq,
        /// Where it stands afterwards.
        at: Position,
        /// What happened.
        events: Vec<Event>,
    },
    /// A wider or narrower index, asked for by a change of focus. Transcripts stay.
    Index {
        /// Which server.
        server: ServerId,
        /// Where the device stands already.
        at: Position,
        /// Its index.
        index: Index,
    },
    /// A session's transcript, asked for by a change of focus or by the reader: its end, or
    /// the messages around one.
    Window {
        /// On which server.
        server: ServerId,
        /// Where the device stands already.
        at: Position,
        /// The window.
        window: SessionWindow,
        /// The sessions around it ([`Mirror::family`](crate::mirror::Mirror::family)) with
        /// the session itself: the device's index may not have them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        family: Vec<SessionEntry>,
    },
    /// Messages that join a window at one end, asked for by the reader.
    Passage {
        /// On which server.
        server: ServerId,
        /// Of which session.
        session: SessionId,
        /// Where they join it: before its first message or after its last. A window that
        /// begins or ends with another leaves them out.
        joins: Passage,
        /// The messages, oldest first.
        entries: Vec<Entry>,
        /// Whether there are still more beyond them.
        more: bool,
    },
    /// A window that the device holds is not kept up any more: what happens to its session
    /// from here on is not told before another window comes.
    WindowLapsed {
        /// On which server.
        server: ServerId,
        /// Which session.
        session: SessionId,
    },
    /// A transcript cannot be had.
    WindowFailed {
        /// On which server.
        server: ServerId,
        /// Which session.
        session: SessionId,
        /// Why.
        why: WindowFault,
    },
    /// The server ends the stream.
    Farewell(Farewell),
}

/// The first frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The protocol the server speaks.
    pub protocol: u16,
    /// The server's build.
    pub build: String,
    /// The stream's id, for commands that speak of it.
    pub stream: StreamId,
    /// The server's time.
    pub now: Millis,
    /// The longest silence to expect, in milliseconds.
    pub beat_ms: u32,
}

/// Why a transcript cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowFault {
    /// There is no such session.
    NotFound,
    /// Its server cannot be reached.
    Unreachable,
}

/// Why the server ends a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Farewell {
    /// The program is stopping; come back after this many milliseconds.
    Restarting {
        /// Milliseconds.
        retry_ms: u32,
    },
    /// The session of the owner has ended: sign in again.
    SignedOut,
    /// The page is of another build or protocol: reload it.
    Update,
    /// Too many streams are open for this session: the oldest gives way.
    Crowded,
}
