//! What the link is told, and what it has done.

use domain::sync::Farewell;
use domain::time::Millis;

/// One connection, numbered from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Conn(pub(super) u32);

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// The program has begun.
    Start,
    /// A stream said hello and how long it may be silent.
    Hello(Conn, u32),
    /// Bytes came.
    Bytes(Conn),
    /// A beat came: everything that was missed has arrived. With the longest silence to
    /// expect from now on, in milliseconds.
    Beat(Conn, u32),
    /// A stream ended, or could not be opened.
    Closed(Conn, Broke),
    /// A frame does not continue where the page stands.
    Gap(Conn),
    /// The server ended a stream.
    Farewell(Conn, Farewell),
    /// The deadline has come.
    Tick,
    /// The browser has a network again.
    Online,
    /// The browser has no network.
    Offline,
    /// The page can be seen, or has come back from the browser's memory.
    Visible,
    /// The page cannot be seen.
    Hidden,
    /// Of the hidden pages of this browser this is the one that keeps a stream, or no more.
    Keeper(bool),
    /// The pages of this browser that can be seen leave no connection for a stream, or do
    /// again.
    Crowded(bool),
    /// A command was refused because nobody is signed in.
    SignedOut,
}

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broke {
    /// Nobody answered.
    NoAnswer,
    /// Something else than a stream answered.
    Refused,
    /// It ended or broke.
    Ended,
}

/// How bytes are got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// By one request whose answer goes on and on.
    Stream,
    /// By one request after another, each answered when there is something to say.
    Poll,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Open a stream where the page stands. While another is up, what that one says is
    /// held back: applied if the new one fails, dropped when the new one speaks.
    Open(Conn, Way),
    /// Let go of a stream.
    Close(Conn),
    /// Keep on the device that streams are held back here, until that time; or no more.
    Remember(Option<Millis>),
}
