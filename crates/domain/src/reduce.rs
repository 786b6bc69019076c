//! How an event changes a mirror. The same function runs in the relay and in the browser;
//! what lies outside the mirror's windows is ignored, and an event that says what is
//! already so changes nothing.

use crate::bulk::{BulkField, BulkId};
use crate::changes::{Change, Changes};
use crate::event::{Event, PartRef};
use crate::failure::Failure;
use crate::id::SessionId;
use crate::message::{Message, Role};
use crate::mirror::Mirror;
use crate::part::{Part, PartBody, Text};
use crate::session::{SessionEntry, SessionStatus};
use crate::time::Millis;
use crate::tool::ToolState;

/// Applies `event` and says what moved.
#[expect(
    clippy::too_many_lines,
    reason = "one arm for each event: the table is the point"
)]
pub fn reduce(mirror: &mut Mirror, event: &Event) -> Changes {
    match event {
        Event::SessionUpserted { session } => match mirror.sessions.get_mut(&session.id) {
            Some(entry) if entry.session == *session => Changes::none(),
            Some(entry) => {
                entry.session = session.clone();
                Changes::one(Change::Session(session.id.clone()))
            }
            None => {
                mirror
                    .sessions
                    .insert(session.id.clone(), SessionEntry::quiet(session.clone()));
                Changes::one(Change::SessionList)
            }
        },
        Event::SessionRemoved { session } => {
            let known = mirror.sessions.remove(session).is_some();
            mirror.transcripts.remove(session);
            let asks = drop_asks(mirror, session);
            Changes::when(known, || Change::SessionList).and(asks)
        }
        Event::StatusChanged {
            session,
            status,
            at,
        } => change_status(mirror, session, status, *at),
        Event::TurnFailed { session, failure } => entry(mirror, session, |entry| {
            let changed = entry.failure.as_ref() != Some(failure);
            entry.failure = Some(failure.clone());
            changed
        }),
        Event::UnreadChanged { session, unread } => entry(mirror, session, |entry| {
            std::mem::replace(&mut entry.unread, *unread) != *unread
        }),
        Event::TurnSettled { session } => settle(mirror, session),

        Event::MessageUpserted { message } => upsert_message(mirror, message),
        Event::MessageRemoved { session, message } => {
            let Some(transcript) = mirror.transcripts.get_mut(session) else {
                return Changes::none();
            };
            let Some(at) = transcript.message_at(message) else {
                return Changes::none();
            };
            transcript.entries.remove(at);
            Changes::one(Change::Rows(session.clone()))
        }
        Event::PartUpserted { part } => upsert_part(mirror, part),
        Event::PartRemoved(at) => {
            let entry = mirror
                .transcripts
                .get_mut(&at.session)
                .and_then(|transcript| transcript.entry_mut(&at.message));
            let Some(entry) = entry else {
                return Changes::none();
            };
            let Some(index) = entry.part_at(&at.part) else {
                return Changes::none();
            };
            entry.parts.remove(index);
            Changes::one(Change::Rows(at.session.clone()))
        }
        Event::TextAppended { at, offset, text } => {
            change_text(mirror, at, |grown| append(grown, *offset, text))
        }
        Event::TextEnded { at, len, ended } => change_text(mirror, at, |text| {
            let mut changed = std::mem::replace(&mut text.open, false);
            changed |= std::mem::replace(&mut text.ended, *ended) != *ended;
            if text.text.len() != *len && text.hole.is_none() {
                text.hole = Some(text.text.len());
                changed = true;
            }
            changed
        }),
        Event::TextBroken(at) => change_text(mirror, at, |text| {
            let changed = text.hole.is_none();
            text.hole.get_or_insert(text.text.len());
            changed
        }),
        Event::OutputAppended { at, offset, text } => change_part(mirror, at, |body| {
            let PartBody::Tool(tool) = body else {
                return false;
            };
            tool.output
                .get_or_insert_with(|| crate::bulk::LongText::Whole(String::new()))
                .append(*offset, text, || output_of(at))
        }),

        Event::PermissionAsked { permission } => {
            let before = mirror
                .permissions
                .insert(permission.id.clone(), permission.clone());
            Changes::when(before.as_ref() != Some(permission), || Change::Asks)
        }
        Event::PermissionClosed { permission } => {
            Changes::when(mirror.permissions.remove(permission).is_some(), || {
                Change::Asks
            })
        }
        Event::QuestionAsked { question } => {
            let before = mirror
                .questions
                .insert(question.id.clone(), question.clone());
            Changes::when(before.as_ref() != Some(question), || Change::Asks)
        }
        Event::QuestionClosed { question } => {
            Changes::when(mirror.questions.remove(question).is_some(), || Change::Asks)
        }
        Event::TodosReplaced { session, todos } => {
            let Some(transcript) = mirror.transcripts.get_mut(session) else {
                return Changes::none();
            };
            let changed = transcript.todos != *todos;
            transcript.todos.clone_from(todos);
            Changes::when(changed, || Change::Todos(session.clone()))
        }
    }
}

/// The id of a tool's whole output.
pub fn output_of(at: &PartRef) -> BulkId {
    BulkId {
        session: at.session.clone(),
        message: at.message.clone(),
        part: at.part.clone(),
        field: BulkField::Output,
    }
}

fn entry(
    mirror: &mut Mirror,
    session: &SessionId,
    change: impl FnOnce(&mut SessionEntry) -> bool,
) -> Changes {
    let changed = mirror.sessions.get_mut(session).is_some_and(change);
    Changes::when(changed, || Change::Session(session.clone()))
}

fn change_status(
    mirror: &mut Mirror,
    session: &SessionId,
    status: &SessionStatus,
    at: Millis,
) -> Changes {
    let changed = entry(mirror, session, |entry| {
        let running = status.is_running();
        let before = entry.clone();
        if running {
            // A retry belongs to the turn that is already under way.
            entry.busy_since.get_or_insert(at);
            if !before.status.is_running()
                || entry.failure.as_ref().is_some_and(Failure::is_passing)
            {
                entry.failure = None;
            }
        } else {
            entry.busy_since = None;
        }
        entry.status = status.clone();
        before != *entry
    });
    if status.is_running() {
        return changed;
    }
    // OpenCode never withdraws the asks of a turn that was stopped: with the turn they go.
    let asks = drop_asks(mirror, session);
    changed.and(asks)
}

fn drop_asks(mirror: &mut Mirror, session: &SessionId) -> Changes {
    let before = mirror.permissions.len() + mirror.questions.len();
    mirror.permissions.retain(|_, ask| ask.session != *session);
    mirror.questions.retain(|_, ask| ask.session != *session);
    let after = mirror.permissions.len() + mirror.questions.len();
    Changes::when(before != after, || Change::Asks)
}

/// Closes what OpenCode leaves open after a stopped or crashed turn: texts that never end,
/// tools that never leave *running*, answers that are never completed.
fn settle(mirror: &mut Mirror, session: &SessionId) -> Changes {
    let mut changes = drop_asks(mirror, session);
    let Some(transcript) = mirror.transcripts.get_mut(session) else {
        return changes;
    };
    for entry in &mut transcript.entries {
        if matches!(&entry.message.role, Role::Assistant(step) if step.apart) {
            continue;
        }
        if let Role::Assistant(assistant) = &mut entry.message.role
            && assistant.is_open()
        {
            assistant.interrupted = true;
            changes
                .0
                .push(Change::Message(session.clone(), entry.message.id.clone()));
        }
        for part in &mut entry.parts {
            let closed = match &mut part.body {
                PartBody::Text(text) | PartBody::Reasoning(text) => {
                    std::mem::replace(&mut text.open, false)
                }
                PartBody::Tool(tool) if tool.state.is_open() => {
                    tool.state = ToolState::Interrupted;
                    true
                }
                PartBody::Tool(_)
                | PartBody::File(_)
                | PartBody::Agent { .. }
                | PartBody::Subtask { .. }
                | PartBody::Compaction { .. }
                | PartBody::Patch { .. }
                | PartBody::Unknown { .. } => false,
            };
            if closed {
                changes.0.push(Change::Part(PartRef::of(part)));
            }
        }
    }
    changes
}

fn upsert_message(mirror: &mut Mirror, message: &Message) -> Changes {
    let Some(transcript) = mirror.transcripts.get_mut(&message.session) else {
        return Changes::none();
    };
    if let Some(at) = transcript.message_at(&message.id) {
        let Some(entry) = transcript.entries.get_mut(at) else {
            return Changes::none();
        };
        if entry.message == *message {
            return Changes::none();
        }
        let moved = entry.message.created != message.created;
        entry.message = message.clone();
        if !moved {
            return Changes::one(Change::Message(message.session.clone(), message.id.clone()));
        }
        // A repeated prompt gets a new time and with it another place.
        let entry = transcript.entries.remove(at);
        match transcript.place_for(message) {
            Some(place) => transcript.entries.insert(place, entry),
            // It has left a window that does not reach the end.
            None if transcript.newer => {}
            None => transcript.entries.insert(0, entry),
        }
        Changes::one(Change::Rows(message.session.clone()))
    } else {
        let Some(place) = transcript.place_for(message) else {
            return Changes::none();
        };
        let entry = crate::transcript::Entry {
            message: message.clone(),
            parts: Vec::new(),
        };
        transcript.entries.insert(place, entry);
        Changes::one(Change::Rows(message.session.clone()))
    }
}

fn upsert_part(mirror: &mut Mirror, part: &Part) -> Changes {
    let entry = mirror
        .transcripts
        .get_mut(&part.session)
        .and_then(|transcript| transcript.entry_mut(&part.message));
    let Some(entry) = entry else {
        return Changes::none();
    };
    let known = entry
        .part_at(&part.id)
        .and_then(|at| entry.parts.get_mut(at));
    let Some(known) = known else {
        entry.parts.push(part.clone());
        return Changes::one(Change::Rows(part.session.clone()));
    };
    let mut new = part.body.clone();
    keep_what_is_ahead(&known.body, &mut new);
    if known.body == new {
        return Changes::none();
    }
    known.body = new;
    Changes::one(Change::Part(PartRef::of(part)))
}

/// A read shows an open text as empty until it ends: it must not shorten what has already
/// streamed. Only a closing snapshot replaces. Nor does a tool go back to running.
fn keep_what_is_ahead(known: &PartBody, new: &mut PartBody) {
    match (known, new) {
        (PartBody::Text(known), PartBody::Text(new))
        | (PartBody::Reasoning(known), PartBody::Reasoning(new))
            if new.open && new.text.len() < known.text.len() =>
        {
            new.text.clone_from(&known.text);
            new.hole = known.hole;
        }
        (PartBody::Tool(known), PartBody::Tool(new)) => {
            if new.state.is_open()
                && let Some(output) = &known.output
                && new
                    .output
                    .as_ref()
                    .is_none_or(|fresh| fresh.len() < output.len())
            {
                new.output = Some(output.clone());
            }
        }
        _ => {}
    }
}

fn change_part(
    mirror: &mut Mirror,
    at: &PartRef,
    change: impl FnOnce(&mut PartBody) -> bool,
) -> Changes {
    let changed = mirror
        .transcripts
        .get_mut(&at.session)
        .and_then(|transcript| transcript.part_mut(&at.message, &at.part))
        .is_some_and(|part| change(&mut part.body));
    Changes::when(changed, || Change::Part(at.clone()))
}

fn change_text(
    mirror: &mut Mirror,
    at: &PartRef,
    change: impl FnOnce(&mut Text) -> bool,
) -> Changes {
    change_part(mirror, at, |body| body.text_mut().is_some_and(change))
}

/// Appends `more` at `offset`: an overlap is cut off, a gap marks the text as broken.
fn append(text: &mut Text, offset: usize, more: &str) -> bool {
    let len = text.text.len();
    if offset > len {
        let changed = text.hole.is_none();
        text.hole.get_or_insert(len);
        return changed;
    }
    match more.get(len - offset..) {
        Some(fresh) if !fresh.is_empty() => {
            text.text.push_str(fresh);
            true
        }
        Some(_) | None => false,
    }
}
