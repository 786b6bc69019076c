//! What can happen to the sessions of one server, in our words. A closed set: what
//! OpenCode says beyond it is dropped or marked unknown by the translator.
//!
//! Every event says what *is*, so that applying it twice is harmless. Growing text is the
//! one exception, and carries its offset for that reason.

use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::id::{MessageId, PartId, PermissionId, QuestionId, SessionId};
use crate::message::Message;
use crate::part::Part;
use crate::permission::Permission;
use crate::question::Question;
use crate::session::{Session, SessionStatus};
use crate::time::Millis;
use crate::todo::Todo;

/// Something happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A session was made or changed.
    SessionUpserted {
        /// All of it.
        session: Session,
    },
    /// A session was deleted.
    SessionRemoved {
        /// Which.
        session: SessionId,
    },
    /// A session began, paused or ended a turn.
    StatusChanged {
        /// Which.
        session: SessionId,
        /// What it does from now on.
        status: SessionStatus,
        /// When the relay learned it.
        at: Millis,
    },
    /// A turn failed, or a prompt was not admitted.
    TurnFailed {
        /// In which session.
        session: SessionId,
        /// Why.
        failure: Failure,
    },
    /// A session holds news, or was looked at.
    UnreadChanged {
        /// Which.
        session: SessionId,
        /// Whether it holds news.
        unread: bool,
    },
    /// A turn is over and nothing more will come of it: what OpenCode left open is closed.
    TurnSettled {
        /// In which session.
        session: SessionId,
    },

    /// A message was made or changed.
    MessageUpserted {
        /// All of it but its parts.
        message: Message,
    },
    /// A message was removed, with its parts.
    MessageRemoved {
        /// In which session.
        session: SessionId,
        /// Which.
        message: MessageId,
    },
    /// A part was made or changed.
    PartUpserted {
        /// All of it.
        part: Part,
    },
    /// A part was removed.
    PartRemoved(PartRef),
    /// A text grew.
    TextAppended {
        /// Which.
        at: PartRef,
        /// Its length before, in bytes.
        offset: usize,
        /// What came.
        text: String,
    },
    /// A text ended, just as it stands.
    TextEnded {
        /// Which.
        at: PartRef,
        /// Its whole length in bytes; a device with another length misses something.
        len: usize,
        /// When.
        ended: Option<Millis>,
    },
    /// Something of a text was missed at its present end, and cannot be had until it ends.
    TextBroken(PartRef),
    /// A tool printed more.
    OutputAppended {
        /// Which.
        at: PartRef,
        /// Length of the output before, in bytes.
        offset: u64,
        /// What came.
        text: String,
    },

    /// A tool waits for permission.
    PermissionAsked {
        /// All of it.
        permission: Permission,
    },
    /// A request for permission was answered, or has gone with its turn.
    PermissionClosed {
        /// Which.
        permission: PermissionId,
    },
    /// An agent waits for answers.
    QuestionAsked {
        /// All of it.
        question: Question,
    },
    /// A request for answers was answered, dismissed, or has gone with its turn.
    QuestionClosed {
        /// Which.
        question: QuestionId,
    },
    /// The list of things to do was replaced.
    TodosReplaced {
        /// In which session.
        session: SessionId,
        /// All of it.
        todos: Vec<Todo>,
    },
}

/// A part by its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PartRef {
    /// The session.
    pub session: SessionId,
    /// The message.
    pub message: MessageId,
    /// The part.
    pub part: PartId,
}

impl PartRef {
    /// The place of `part`.
    pub fn of(part: &Part) -> Self {
        Self {
            session: part.session.clone(),
            message: part.message.clone(),
            part: part.id.clone(),
        }
    }
}

impl Event {
    /// The session whose *transcript* this event belongs to; none where it belongs to the
    /// index that every device follows. A device that does not look at the session is not
    /// sent the event.
    pub fn transcript(&self) -> Option<&SessionId> {
        match self {
            Event::SessionUpserted { .. }
            | Event::SessionRemoved { .. }
            | Event::StatusChanged { .. }
            | Event::TurnFailed { .. }
            | Event::UnreadChanged { .. }
            | Event::TurnSettled { .. }
            | Event::PermissionAsked { .. }
            | Event::PermissionClosed { .. }
            | Event::QuestionAsked { .. }
            | Event::QuestionClosed { .. } => None,
            Event::MessageUpserted { message } => Some(&message.session),
            Event::PartUpserted { part } => Some(&part.session),
            Event::MessageRemoved { session, .. } | Event::TodosReplaced { session, .. } => {
                Some(session)
            }
            Event::PartRemoved(at)
            | Event::TextBroken(at)
            | Event::TextAppended { at, .. }
            | Event::TextEnded { at, .. }
            | Event::OutputAppended { at, .. } => Some(&at.session),
        }
    }
}
