//! Where a link is: between streams, opening one, holding one, or at an end.

use domain::time::Millis;

use super::input::{Conn, Way};

/// A stream that does not say hello in this time, in milliseconds, may be held back on the
/// way, and a poll is tried: a proxy that gathers answers lets nothing else through.
const HELD_BACK_MS: u64 = 4_000;
/// A poll that says nothing in this time has failed, in milliseconds: a phone on a bad
/// network needs some seconds.
const OPEN_TIMEOUT_MS: u64 = 10_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Parked,
    Opening(Opening),
    Up(Up),
    Replacing { old: Up, new: Opening },
    Waiting { until: Millis },
    SignedOut,
    Outdated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    pub(super) conn: Conn,
    pub(super) way: Way,
    pub(super) since: Millis,
    /// Whether it is a poll that is tried because a stream said nothing.
    pub(super) instead: bool,
}

impl Opening {
    /// When it is given up.
    pub(super) fn fails(&self) -> Millis {
        self.since.plus(match self.way {
            Way::Stream => HELD_BACK_MS,
            Way::Poll => OPEN_TIMEOUT_MS,
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Up {
    pub(super) conn: Conn,
    pub(super) way: Way,
    pub(super) since: Millis,
    pub(super) heard: Millis,
    pub(super) beat_ms: u32,
}

impl Up {
    /// When it is given up. Silence of 2.4 times the longest to expect is death.
    pub(super) fn dies(&self) -> Millis {
        self.heard.plus(u64::from(self.beat_ms) * 12 / 5)
    }
}
