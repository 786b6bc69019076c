//! Frames of the event stream.
//!
//! A durable event comes twice, as a plain frame and, directly after, as a sync frame with
//! its number. What it says is taken from the first, the number from the second.

use domain::event::{Event, PartRef};
use domain::id::{Directory, MessageId, PartId, PermissionId, QuestionId, SessionId};
use domain::session::SessionStatus;
use domain::time::Millis;

use super::{ask, failure, message, part, session};
use crate::upstream::{Upstream, Verdict};
use crate::wire::event::{Frame, Happening, PartGrew};
use crate::wire::part::{Body, Part};
use crate::wire::text;

/// A frame that cannot be read as JSON at all: the stream is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a frame is not JSON")]
pub struct NotAFrame;

/// Translates one frame's JSON; `now` is the time of what the server gives no time for.
/// None where the frame says nothing that concerns us.
pub fn frame(json: &str, now: Millis) -> Result<Option<Upstream>, NotAFrame> {
    Ok(Said::read(json)?.translate(now))
}

/// A frame that was read and not yet translated.
pub(crate) struct Said(Option<Frame>);

impl Said {
    /// Reads a frame's JSON.
    pub(crate) fn read(json: &str) -> Result<Self, NotAFrame> {
        match text::read(json) {
            Ok(frame) => Ok(Self(Some(frame))),
            // JSON, but of a shape that is none of a frame.
            Err(error) if error.is_data() => Ok(Self(None)),
            Err(_) => Err(NotAFrame),
        }
    }

    /// What tells it from every other frame of its stream, where the server says so: an
    /// event and the frame with its number share an id.
    pub(crate) fn mark(&self) -> Option<(bool, &str)> {
        let payload = &self.0.as_ref()?.payload;
        let of_session = !payload.kind.starts_with("server.");
        (of_session && !payload.id.is_empty()).then_some((payload.sync.is_some(), &payload.id))
    }

    /// What it says, in our words.
    pub(crate) fn translate(self, now: Millis) -> Option<Upstream> {
        let Some(frame) = self.0 else {
            return Some(unknown("frame"));
        };
        if let Some(sync) = frame.payload.sync {
            return Some(Upstream::Seq {
                session: SessionId::new(sync.aggregate),
                seq: sync.seq,
            });
        }
        let directory = frame.directory.map(Directory::new);
        let happening = Happening::read(&frame.payload.kind, frame.payload.properties);
        upstream(happening, directory, now)
    }
}

/// What happened, in our words.
pub(super) fn upstream(
    happening: Happening,
    directory: Option<Directory>,
    now: Millis,
) -> Option<Upstream> {
    let event = match happening {
        Happening::Connected => return Some(Upstream::Connected),
        Happening::Heartbeat => return Some(Upstream::Heartbeat),
        Happening::AllDisposed => return Some(Upstream::Disposed { directory: None }),
        Happening::InstanceDisposed(it) => {
            let directory = it.directory.map(Directory::new).or(directory);
            return Some(Upstream::Disposed { directory });
        }
        Happening::Aside => return None,
        Happening::Unknown { kind, raw } => {
            tracing::trace!(event.kind = %kind, event.raw = %raw, "an unknown event in full");
            return Some(unknown(&kind));
        }
        Happening::PartGrew(it) => return Some(grown(it)),

        Happening::SessionUpserted(it) => Event::SessionUpserted {
            session: session::session(it.info),
        },
        Happening::SessionRemoved(it) => Event::SessionRemoved {
            session: SessionId::new(it.session),
        },
        Happening::StatusChanged(it) => match session::status(it.status) {
            Ok(status) => Event::StatusChanged {
                session: SessionId::new(it.session),
                status,
                at: now,
            },
            Err(kind) => return Some(unknown(&format!("session.status {kind}"))),
        },
        Happening::TurnEnded(it) => Event::StatusChanged {
            session: SessionId::new(it.session),
            status: SessionStatus::Idle,
            at: now,
        },
        Happening::TurnFailed(it) => match (it.session, it.error) {
            (Some(session), Some(error)) => Event::TurnFailed {
                session: SessionId::new(session),
                failure: failure::failure(error),
            },
            (None, _) => return Some(unknown("session.error of no session")),
            (_, None) => return Some(unknown("session.error of no kind")),
        },
        Happening::MessageUpserted(it) => match message::message(it.info) {
            Ok(message) => Event::MessageUpserted { message },
            Err(role) => return Some(unknown(&format!("message.updated {role}"))),
        },
        Happening::MessageRemoved(it) => Event::MessageRemoved {
            session: SessionId::new(it.session),
            message: MessageId::new(it.message),
        },
        Happening::PartUpserted(it) if matches!(it.body, Body::Begin) => return Some(begun(it)),
        Happening::PartUpserted(it) => Event::PartUpserted {
            part: part::part(it)?,
        },
        Happening::PartRemoved(it) => Event::PartRemoved(PartRef {
            session: SessionId::new(it.session),
            message: MessageId::new(it.message),
            part: PartId::new(it.part),
        }),
        Happening::PermissionAsked(it) => match directory {
            Some(directory) => Event::PermissionAsked {
                permission: ask::permission(it, directory),
            },
            // It could not be answered: the answer needs the directory.
            None => return Some(unknown("permission.asked of no directory")),
        },
        Happening::PermissionReplied(it) => {
            return Some(Upstream::Closed {
                event: Event::PermissionClosed {
                    permission: PermissionId::new(it.request),
                },
                verdict: ask::verdict(&it.reply),
            });
        }
        Happening::QuestionAsked(it) => match directory {
            Some(directory) => Event::QuestionAsked {
                question: ask::question(it, directory),
            },
            None => return Some(unknown("question.asked of no directory")),
        },
        Happening::QuestionAnswered(it) => {
            let answers = serde_json::from_value(it.answers).ok();
            return Some(question_closed(it.request, answers.map(Verdict::Answered)));
        }
        Happening::QuestionDismissed(it) => {
            return Some(question_closed(it.request, Some(Verdict::Skipped)));
        }
        Happening::TodosReplaced(it) => Event::TodosReplaced {
            session: SessionId::new(it.session),
            todos: ask::todos(it.todos),
        },
    };
    Some(Upstream::Event(event))
}

fn begun(it: Part) -> Upstream {
    Upstream::Begun {
        mark: PartRef {
            session: SessionId::new(it.session),
            message: MessageId::new(it.message),
            part: PartId::new(it.id),
        },
    }
}

fn question_closed(question: String, verdict: Option<Verdict>) -> Upstream {
    Upstream::Closed {
        event: Event::QuestionClosed {
            question: QuestionId::new(question),
        },
        verdict,
    }
}

fn grown(it: PartGrew) -> Upstream {
    if it.field != "text" {
        return unknown(&format!("message.part.delta {}", it.field));
    }
    Upstream::Delta {
        at: PartRef {
            session: SessionId::new(it.session),
            message: MessageId::new(it.message),
            part: PartId::new(it.part),
        },
        text: it.delta,
    }
}

/// The longest name of a kind that is kept, in bytes: names come from outside.
const KIND_MAX_BYTES: usize = 128;

/// What this version does not know, counted.
pub(crate) fn unknown(kind: &str) -> Upstream {
    let end = domain::bulk::floor_char(kind, KIND_MAX_BYTES);
    let kind = kind.get(..end).unwrap_or_default().to_owned();
    tracing::info!(
        monotonic_counter.opencode_unknown_events = 1_u64,
        event.kind = %kind,
        "the server said something that this version does not know"
    );
    Upstream::Unknown { kind }
}
