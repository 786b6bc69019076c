//! What an event moved, so that only what shows it is drawn again.

use crate::event::PartRef;
use crate::id::{MessageId, SessionId};

/// What moved, in the order it moved. Empty: the event changed nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes(pub Vec<Change>);

/// One thing that moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A session came or went: the list has other members.
    SessionList,
    /// A session's line changed; its place may have, too.
    Session(SessionId),
    /// Messages or parts of a session came or went: its rows have other members.
    Rows(SessionId),
    /// A message changed, not its parts.
    Message(SessionId, MessageId),
    /// A part changed.
    Part(PartRef),
    /// A request for permission or answers came or went.
    Asks,
    /// A session's things to do changed.
    Todos(SessionId),
}

impl Changes {
    /// Nothing moved.
    pub fn none() -> Self {
        Self::default()
    }

    /// One thing moved.
    pub fn one(change: Change) -> Self {
        Self(vec![change])
    }

    /// One thing moved if `moved`, else nothing.
    pub fn when(moved: bool, change: impl FnOnce() -> Change) -> Self {
        if moved {
            Self::one(change())
        } else {
            Self::none()
        }
    }

    /// Adds what else moved.
    #[must_use]
    pub fn and(mut self, more: Changes) -> Self {
        self.0.extend(more.0);
        self
    }

    /// Whether nothing moved.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
