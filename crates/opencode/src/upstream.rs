//! What arrives from a server's event stream, or from its log of the past.

use domain::event::{Event, PartRef};
use domain::id::{Directory, MessageId, SessionId};
use domain::question::Answers;
use domain::time::Millis;

/// One thing that a server said.
#[derive(Clone, Debug, PartialEq)]
pub enum Upstream {
    /// Something happened, in our words.
    Event(Event),
    /// Nobody waits for the answer to an ask any more.
    Closed {
        /// The event that says so.
        event: Event,
        /// What was answered, where the server says it.
        verdict: Option<Verdict>,
    },
    /// A text grew. The server does not say at which offset: the mirror knows.
    Delta {
        /// Which.
        at: PartRef,
        /// What came.
        text: String,
    },
    /// A step begins. Where it was there before, it begins anew, because its provider
    /// failed: the texts that it had not ended are void. OpenCode never ends them, and what
    /// they said is said again.
    Begun {
        /// The mark of the beginning, which is no part of ours. Each attempt has its own.
        mark: PartRef,
    },
    /// The number of the durable event that came just before. Numbers of one session have
    /// no holes: a hole means that something was missed.
    Seq {
        /// Which session's.
        session: SessionId,
        /// The number, from 0.
        seq: u64,
    },
    /// The stream was accepted. Events of the next second may still be lost: the server
    /// says this before its subscription is live.
    Connected,
    /// Nothing happened.
    Heartbeat,
    /// A directory's instance (none: every instance) was dropped, and with it its running
    /// turns, its asks and its statuses.
    Disposed {
        /// Which.
        directory: Option<Directory>,
    },
    /// Something was told only in part: this must be read.
    Look(Look),
    /// Whether the owner has looked at a session, on a server that keeps that.
    Mark(ReadMark),
    /// Something that could not be taken: what it was must be read.
    Missed,
    /// Something that this version does not know or could not read.
    Unknown {
        /// The server's name of it.
        kind: String,
    },
}

/// What must be read, because the stream told of it only in part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// A session.
    Session(SessionId),
    /// A message with all that is in it.
    Message {
        /// In which session.
        session: SessionId,
        /// Which.
        message: MessageId,
    },
    /// The messages of a session: some came or went.
    Rows(SessionId),
    /// What a session asks.
    Asks(SessionId),
}

/// Whether the end of a session's last turn was looked at, as its server keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadMark {
    /// Which session's.
    pub session: SessionId,
    /// When its last turn ended, by the server's clock: what a look at it is marked with.
    pub idle: Millis,
    /// Whether nobody has looked at that.
    pub unread: bool,
}

/// How an ask was answered, as far as the server tells others of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Allowed this time.
    Allowed,
    /// Allowed from now on.
    Always,
    /// Denied; with which word to the agent nobody is told.
    Denied,
    /// Questions were answered, so.
    Answered(Answers),
    /// Questions were dismissed.
    Skipped,
}
