//! The stream's memory. 2.x tells of a step in pieces: who speaks once, at its beginning,
//! what a tool is called once, at its. Our events say what *is*, whole; so what is under way
//! is kept here until it ends. What began unheard is asked for as a read.
//!
//! Pure: frames in, what they say out. It holds nothing of what has ended, and applying what
//! came of a frame twice is harmless, as with all our events.

mod step;

use std::collections::{BTreeMap, BTreeSet};

use domain::event::{Event, PartRef};
use domain::house::ServerFault;
use domain::id::{Directory, MessageId, PermissionId, QuestionId, SessionId};
use domain::question::Question;
use domain::session::SessionStatus;
use domain::time::Millis;

use super::messages::events;
use super::translate::ask::{form, permission};
use super::translate::content::Voice;
use super::translate::failure::failure;
use super::translate::inbox::{entry, prompt};
use super::translate::session::listed;
use super::translate::verdict::answered;
use super::wire::event::{Frame, Happening, Inboxed, OfSession, Retry, Summary};
use super::wire::inbox::Item;
use super::{Form, wire};
use crate::once::Once;
use crate::translate::ask::verdict;
use crate::translate::unknown;
use crate::upstream::{Look, Upstream, Verdict};
use crate::wire::text;
use step::Steps;

/// How many forms are kept that wait for their answer, the newest: of others it is not known
/// how they were answered.
const FORMS_MAX: usize = 64;
/// How many summaries are followed word by word: others are read when they are there.
const SUMMARIES_MAX: usize = 256;
/// How many prompts that wait are kept: of more the words are read at their delivery.
const WAITING_MAX: usize = 256;

/// What is under way.
#[derive(Debug, Default)]
pub struct Fold {
    /// The frames that came last: one that comes twice would let its text stand twice.
    once: Once,
    steps: Steps,
    /// What was said to wait, by its id.
    waiting: BTreeMap<MessageId, Item>,
    /// What was asked, which tells how an answer is to be read.
    forms: BTreeMap<QuestionId, wire::ask::Form>,
    /// The summaries that are being written, by their sessions.
    summaries: BTreeMap<SessionId, MessageId>,
    /// The sessions whose provider is tried again.
    retrying: BTreeSet<SessionId>,
}

impl Fold {
    /// What a frame's JSON says; `now` is the time of what the server gives no time for. The
    /// number of a durable event comes behind what it says. One that came before says nothing.
    ///
    /// [`ServerFault::Garbled`]: it is no JSON. [`ServerFault::Ended`]: it tells that the
    /// server's own stream failed.
    pub fn read(&mut self, json: &str, now: Millis) -> Result<Vec<Upstream>, ServerFault> {
        let frame: Frame = match text::read(json) {
            Ok(frame) => frame,
            Err(error) if error.is_data() => return Ok(vec![unknown("frame")]),
            Err(_) => return Err(ServerFault::Garbled),
        };
        if !frame.id.is_empty() && !self.once.is_new(&frame.id) {
            return Ok(Vec::new());
        }
        // Of what shape that frame is was never seen [T]: it is none of an event's.
        let Some(kind) = frame.kind else {
            return Err(ServerFault::Ended);
        };
        let at = frame.created.map_or(now, Millis);
        let directory = frame.location.map(|it| Directory::new(it.directory));
        let happening = Happening::read(&kind, frame.data, frame.created);
        let mut heard = self.happened(happening, &frame.id, directory, at);
        if let Some(durable) = frame.durable {
            heard.push(Upstream::Seq {
                session: SessionId::new(durable.session),
                seq: durable.seq,
            });
        }
        Ok(heard)
    }

    fn happened(
        &mut self,
        happening: Happening,
        id: &str,
        directory: Option<Directory>,
        at: Millis,
    ) -> Vec<Upstream> {
        match happening {
            Happening::Connected => vec![Upstream::Connected],
            Happening::Shutdown => vec![Upstream::Disposed { directory }],
            Happening::Aside => Vec::new(),
            Happening::Unknown { kind, raw } => {
                tracing::trace!(event.kind = %kind, event.raw = %raw, "an unknown event in full");
                vec![unknown(&kind)]
            }
            Happening::Created(it) => vec![said(Event::SessionUpserted {
                session: listed(*it).session,
            })],
            Happening::SessionChanged(it) => {
                vec![Upstream::Look(Look::Session(SessionId::new(it.session)))]
            }
            Happening::Deleted(it) => {
                let session = SessionId::new(it.session);
                self.forget(&session);
                vec![said(Event::SessionRemoved { session })]
            }
            Happening::RowsChanged(it) => {
                vec![Upstream::Look(Look::Rows(SessionId::new(it.session)))]
            }
            Happening::SummaryBegun(it) => self.summarises(it, Some(made_by(id))),
            Happening::SummaryGrew(it) => self.summary_grew(it),
            Happening::SummaryOver(it) => self.summarises(it, None),
            Happening::RowChanged(it) => vec![Upstream::Look(Look::Message {
                session: SessionId::new(it.session),
                message: MessageId::new(it.message),
            })],
            Happening::Enqueued(it) => self.enqueued(*it, at),
            Happening::Delivered(it) => self.delivered(*it, at),
            // When it was admitted stands in the inbox alone.
            Happening::Deferred(it) => vec![Upstream::Look(Look::Message {
                session: SessionId::new(it.session),
                message: MessageId::new(it.id),
            })],
            Happening::Cancelled(it) => {
                let message = MessageId::new(it.id);
                self.waiting.remove(&message);
                let session = SessionId::new(it.session);
                vec![said(Event::MessageRemoved { session, message })]
            }
            Happening::Begun(it) => {
                vec![status(SessionId::new(it.session), SessionStatus::Busy, at)]
            }
            Happening::Ended(it) => self.ended(&SessionId::new(it.session), at),
            Happening::Broke(it, error) => {
                let session = SessionId::new(it.session);
                let failed = said(Event::TurnFailed {
                    session: session.clone(),
                    failure: failure(error),
                });
                let mut heard = self.ended(&session, at);
                heard.insert(0, failed);
                heard
            }
            Happening::Retry(it) => self.retried(*it, at),
            Happening::Step(step, it) => {
                let session = SessionId::new(step.session);
                let message = MessageId::new(step.message);
                let mut heard = self.steps.happened(&session, &message, *it, at);
                if self.retrying.remove(&session) {
                    heard.insert(0, status(session, SessionStatus::Busy, at));
                }
                heard
            }
            Happening::Asked(it) => vec![match directory {
                Some(directory) => said(Event::PermissionAsked {
                    permission: permission(*it, directory),
                }),
                // Our word for it names its directory, which the session knows.
                None => Upstream::Look(Look::Asks(SessionId::new(it.session))),
            }],
            Happening::Replied(it) => vec![Upstream::Closed {
                verdict: verdict(&it.reply),
                event: Event::PermissionClosed {
                    permission: PermissionId::new(it.request),
                },
            }],
            Happening::FormAsked(it) => vec![self.asked(*it, directory)],
            Happening::FormAnswered(it) => {
                let question = QuestionId::new(it.id);
                let form = self.forms.remove(&question);
                let given = form.and_then(|form| answered(form, &it.answer));
                vec![closed(question, given.map(Verdict::Answered))]
            }
            Happening::FormDismissed(it) => {
                let question = QuestionId::new(it.id);
                self.forms.remove(&question);
                vec![closed(question, Some(Verdict::Skipped))]
            }
        }
    }

    /// What waits is a message before its delivery, at the time of its admission.
    fn enqueued(&mut self, it: Inboxed, at: Millis) -> Vec<Upstream> {
        let session = SessionId::new(it.session);
        let message = MessageId::new(it.id);
        let Some(item) = it.item else {
            return vec![Upstream::Look(Look::Message { session, message })];
        };
        let mut heard = all(entry(&session, &message, at, &item));
        let is_prompt = prompt(&session, &message, at, &item).is_some();
        if is_prompt && self.waiting.len() < WAITING_MAX {
            self.waiting.insert(message, item);
        }
        // Its session is used by that, which no event of its own says.
        heard.push(Upstream::Look(Look::Session(session)));
        heard
    }

    /// The same message, at the time of its delivery. What becomes of what is no prompt is
    /// read: nothing, where it was a summary or a move.
    fn delivered(&mut self, it: Inboxed, at: Millis) -> Vec<Upstream> {
        let session = SessionId::new(it.session);
        let message = MessageId::new(it.id);
        let known = self.waiting.remove(&message);
        let said = it.item.filter(|item| !item.payload.is_null()).or(known);
        match said.and_then(|item| prompt(&session, &message, at, &item)) {
            Some(entry) => all(entry),
            None => vec![Upstream::Look(Look::Message { session, message })],
        }
    }

    /// Steps that never ended are read: nobody tells of them any more. So is the session:
    /// when its turn ended, what a look at it is marked with, stands there alone.
    fn ended(&mut self, session: &SessionId, at: Millis) -> Vec<Upstream> {
        self.retrying.remove(session);
        let open = self.steps.forget(session);
        let looks = open.into_iter().map(|message| {
            Upstream::Look(Look::Message {
                session: session.clone(),
                message,
            })
        });
        let idle = status(session.clone(), SessionStatus::Idle, at);
        let ended = Upstream::Look(Look::Session(session.clone()));
        looks.chain([idle, ended]).collect()
    }

    /// A summary is written as a message from now on, or is there.
    fn summarises(&mut self, it: OfSession, message: Option<MessageId>) -> Vec<Upstream> {
        let session = SessionId::new(it.session);
        self.summaries.remove(&session);
        if let Some(message) = message
            && self.summaries.len() < SUMMARIES_MAX
        {
            self.summaries.insert(session.clone(), message);
        }
        vec![Upstream::Look(Look::Rows(session))]
    }

    fn summary_grew(&self, it: Summary) -> Vec<Upstream> {
        let session = SessionId::new(it.session);
        let Some(message) = self.summaries.get(&session).cloned() else {
            return Vec::new();
        };
        let part = Voice::Text.part(&message, 0);
        vec![Upstream::Delta {
            at: PartRef {
                session,
                message,
                part,
            },
            text: it.delta,
        }]
    }

    fn asked(&mut self, it: wire::ask::Form, directory: Option<Directory>) -> Upstream {
        let session = SessionId::new(it.session.as_str());
        let Some(directory) = directory else {
            return match session.as_str() {
                // Of which directory it is, the next read of all of them tells.
                Question::NOBODY => unknown("form.created without a directory"),
                _ => Upstream::Look(Look::Asks(session)),
            };
        };
        let known = it.clone();
        match form(it, directory) {
            Form::Question(question) => {
                if self.forms.len() >= FORMS_MAX {
                    self.forms.pop_first();
                }
                self.forms.insert(question.id.clone(), known);
                said(Event::QuestionAsked { question })
            }
            Form::Beyond { kinds, .. } => {
                let kinds = kinds.join(" ");
                unknown(&format!("form.created {kinds}"))
            }
        }
    }

    /// A provider is tried again from now until something happens in a step.
    fn retried(&mut self, it: Retry, at: Millis) -> Vec<Upstream> {
        let session = SessionId::new(it.session);
        self.retrying.insert(session.clone());
        let attempt = it.attempt.and_then(|attempt| u32::try_from(attempt).ok());
        let why = failure(it.error);
        let retry = SessionStatus::Retry {
            attempt: attempt.unwrap_or(1),
            message: why.message,
            detail: why.detail,
            next: it.at.map_or(at, Millis),
        };
        vec![status(session, retry, at)]
    }

    fn forget(&mut self, session: &SessionId) {
        self.summaries.remove(session);
        self.retrying.remove(session);
        self.steps.forget(session);
    }
}

/// The message whose row an event makes: its id is the event's, with another beginning. Were
/// it not, what streams would be of a message that nobody has, and left out.
fn made_by(event: &str) -> MessageId {
    let rest = event.strip_prefix("evt_").unwrap_or(event);
    MessageId::new(format!("msg_{rest}"))
}

fn all(entry: domain::transcript::Entry) -> Vec<Upstream> {
    events(entry).into_iter().map(said).collect()
}

fn status(session: SessionId, status: SessionStatus, at: Millis) -> Upstream {
    said(Event::StatusChanged {
        session,
        status,
        at,
    })
}

fn said(event: Event) -> Upstream {
    Upstream::Event(event)
}

fn closed(question: QuestionId, verdict: Option<Verdict>) -> Upstream {
    Upstream::Closed {
        event: Event::QuestionClosed { question },
        verdict,
    }
}
