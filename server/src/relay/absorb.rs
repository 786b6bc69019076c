//! What OpenCode says, turned into the events that carry just what is new: a whole
//! snapshot that repeats what is known becomes nothing, one that adds to it becomes the
//! addition, one that is too big for a frame becomes several events.
//!
//! Pure: it reads the mirror and changes nothing.

use std::collections::BTreeSet;

use domain::bulk::{Bulk, BulkField, BulkId, LongText, floor_char};
use domain::event::{Event, PartRef};
use domain::id::{MessageId, SessionId};
use domain::message::{Message, Role};
use domain::mirror::Mirror;
use domain::part::{Part, PartBody, Text};
use domain::reduce::reduce;
use domain::tool::{Tool, ToolState};

use super::EVENT_TEXT_MAX;
use super::merge::Piece;

/// How many bytes of diffs travel with a tool; beyond that only names and counts do.
const DIFFS_MAX_BYTES: usize = 24 * 1024;

/// The events that `event` amounts to, given what the mirror holds.
pub fn absorb(mirror: &Mirror, event: Event) -> Vec<Event> {
    match event {
        Event::PartUpserted { part } => absorb_part(mirror, part),
        Event::MessageUpserted { message } => vec![Event::MessageUpserted {
            message: absorb_message(mirror, message),
        }],
        Event::TextAppended { at, offset, text } => pieces(&at, offset, &text),
        event @ (Event::SessionUpserted { .. }
        | Event::SessionRemoved { .. }
        | Event::StatusChanged { .. }
        | Event::TurnFailed { .. }
        | Event::UnreadChanged { .. }
        | Event::TurnSettled { .. }
        | Event::MessageRemoved { .. }
        | Event::PartRemoved(_)
        | Event::TextEnded { .. }
        | Event::TextBroken(_)
        | Event::OutputAppended { .. }
        | Event::PermissionAsked { .. }
        | Event::PermissionClosed { .. }
        | Event::QuestionAsked { .. }
        | Event::QuestionClosed { .. }
        | Event::TodosReplaced { .. }) => vec![event],
    }
}

/// The events that a piece of text amounts to. A piece of a text that is not known, or has
/// ended, is dropped: its snapshot holds it. Before the first piece after a break the text
/// is marked; `broken` names the texts that were cut.
pub fn absorb_piece(mirror: &Mirror, broken: &mut BTreeSet<PartRef>, piece: &Piece) -> Vec<Event> {
    let Some(text) = text_of(mirror, &piece.at) else {
        return Vec::new();
    };
    let mut events = if text.open {
        Vec::new()
    } else {
        reopen(mirror, &piece.at)
    };
    if !text.open && events.is_empty() {
        return events;
    }
    let offset = text.text.len();
    if broken.remove(&piece.at) {
        events.push(Event::TextBroken(piece.at.clone()));
    }
    events.extend(pieces(&piece.at, offset, &piece.text));
    events
}

/// The text at `at`, if there is one.
pub fn text_of<'a>(mirror: &'a Mirror, at: &PartRef) -> Option<&'a Text> {
    let part = mirror
        .transcripts
        .get(&at.session)?
        .part(&at.message, &at.part)?;
    part.body.text()
}

/// Text in pieces that fit into an event each.
fn pieces(at: &PartRef, mut offset: usize, mut text: &str) -> Vec<Event> {
    let mut events = Vec::new();
    while !text.is_empty() {
        let cut = floor_char(text, EVENT_TEXT_MAX);
        let (piece, rest) = text.split_at(cut);
        events.push(Event::TextAppended {
            at: at.clone(),
            offset,
            text: piece.to_owned(),
        });
        offset += piece.len();
        text = rest;
    }
    events
}

/// A step that we closed because its turn was gone stays closed, unless it goes on after
/// all: reads go on showing it open for ever.
fn absorb_message(mirror: &Mirror, mut message: Message) -> Message {
    let known = mirror
        .transcripts
        .get(&message.session)
        .and_then(|transcript| transcript.entry(&message.id));
    if let Role::Assistant(new) = &mut message.role
        && new.completed.is_none()
        && let Some(Role::Assistant(known)) = known.map(|entry| &entry.message.role)
        && !goes_on(mirror, &message.session, &message.id)
    {
        new.interrupted |= known.interrupted;
    }
    message
}

/// Whether a step is the one that its session is at. Those before it have ended, even where
/// a crash left them open.
fn goes_on(mirror: &Mirror, session: &SessionId, message: &MessageId) -> bool {
    let runs = mirror.sessions.get(session);
    let runs = runs.is_some_and(|entry| entry.status.is_running());
    let entries = mirror.transcripts.get(session).map(|it| &it.entries);
    let mut latest = entries.into_iter().flatten().rev();
    let last = latest.find_map(|entry| match &entry.message.role {
        Role::Assistant(step) => Some((&entry.message.id, step)),
        Role::User(_) => None,
    });
    runs && last.is_some_and(|(id, step)| id == message && step.completed.is_none())
}

/// What opens a text again that we closed, if its step goes on after all; nothing where it
/// does not, or where OpenCode itself ended the text. It is marked: what was said while we
/// held it for ended was not taken.
fn reopen(mirror: &Mirror, at: &PartRef) -> Vec<Event> {
    let transcript = mirror.transcripts.get(&at.session);
    let entry = transcript.and_then(|transcript| transcript.entry(&at.message));
    let Some(entry) = entry.filter(|_| goes_on(mirror, &at.session, &at.message)) else {
        return Vec::new();
    };
    let part = entry.part_at(&at.part).and_then(|n| entry.parts.get(n));
    let Some(mut part) = part.cloned() else {
        return Vec::new();
    };
    let Some(text) = part.body.text_mut().filter(|text| text.ended.is_none()) else {
        return Vec::new();
    };
    text.open = true;
    // An open text never shortens what is known: this says only that it goes on.
    text.text.clear();
    let mut events = Vec::new();
    let mut message = entry.message.clone();
    if let Role::Assistant(step) = &mut message.role
        && std::mem::take(&mut step.interrupted)
    {
        events.push(Event::MessageUpserted { message });
    }
    events.push(Event::PartUpserted { part });
    events.push(Event::TextBroken(at.clone()));
    events
}

fn absorb_part(mirror: &Mirror, mut part: Part) -> Vec<Event> {
    let at = PartRef::of(&part);
    let known = mirror
        .transcripts
        .get(&at.session)
        .and_then(|transcript| transcript.part(&at.message, &at.part))
        .map(|part| &part.body);
    match (known, &mut part.body) {
        (Some(known), PartBody::Text(new) | PartBody::Reasoning(new)) => {
            if let Some(known) = known.text() {
                return absorb_text(mirror, &at, known, new.clone(), part);
            }
        }
        (Some(PartBody::Tool(known)), PartBody::Tool(new)) => {
            trim_diffs(&at, new);
            if !known.state.is_open() && new.state.is_open() && !revives(mirror, &at, known) {
                if known.state != ToolState::Interrupted || printed(new) <= printed(known) {
                    return Vec::new();
                }
                // It died while nobody listened. What it had printed by then is shown, and it
                // stays closed.
                new.state = ToolState::Interrupted;
                new.ended = known.ended;
            }
            if let Some(event) = output_growth(mirror, &at, known, &part) {
                return vec![event];
            }
        }
        (None, PartBody::Tool(new)) => trim_diffs(&at, new),
        _ => {}
    }
    split(&at, part)
}

/// How much a tool has printed, in bytes.
fn printed(tool: &Tool) -> u64 {
    tool.output.as_ref().map_or(0, LongText::len)
}

/// Whether a tool that we closed may open again: its step goes on after all.
fn revives(mirror: &Mirror, at: &PartRef, known: &Tool) -> bool {
    known.state == ToolState::Interrupted && goes_on(mirror, &at.session, &at.message)
}

fn absorb_text(
    mirror: &Mirror,
    at: &PartRef,
    known: &Text,
    mut new: Text,
    mut part: Part,
) -> Vec<Event> {
    if new.open && !known.open && known.text.starts_with(&new.text) {
        // We closed it, or a read is older than what we know.
        return reopen(mirror, at);
    }
    if new.text == known.text && new.open {
        new.hole = known.hole;
    }
    let same_but_growth =
        known.synthetic == new.synthetic && known.started == new.started && known.hole.is_none();
    if same_but_growth && known.open && !new.open && known.text == new.text {
        return vec![Event::TextEnded {
            at: at.clone(),
            len: new.text.len(),
            ended: new.ended,
        }];
    }
    if same_but_growth
        && known.open
        && new.open
        && known.ended == new.ended
        && let Some(more) = new.text.strip_prefix(known.text.as_str())
        && !more.is_empty()
    {
        return pieces(at, known.text.len(), more);
    }
    if let Some(text) = part.body.text_mut() {
        *text = new;
    }
    split(at, part)
}

/// What a running tool printed since the last snapshot, where the new one is the known one
/// with more output and nothing else.
fn output_growth(mirror: &Mirror, at: &PartRef, known: &Tool, part: &Part) -> Option<Event> {
    let PartBody::Tool(new) = &part.body else {
        return None;
    };
    let old = known.output.as_ref()?;
    let fresh = new.output.as_ref()?;
    let grown = usize::try_from(fresh.len().checked_sub(old.len())?).ok()?;
    let end = fresh.end();
    let text = end.get(end.len().checked_sub(grown)?..)?;
    if text.is_empty() {
        return None;
    }
    let event = Event::OutputAppended {
        at: at.clone(),
        offset: old.len(),
        text: text.to_owned(),
    };
    // Tried on a copy: only where it leads to exactly the new snapshot may it stand for it.
    let mut trial = Mirror::default();
    let transcript = mirror.transcripts.get(&at.session)?;
    let entry = transcript.entry(&at.message)?;
    let mut copy = domain::transcript::Entry {
        message: entry.message.clone(),
        parts: Vec::new(),
    };
    copy.parts
        .push(entry.parts.get(entry.part_at(&at.part)?)?.clone());
    trial
        .transcripts
        .get_or_default(at.session.clone())
        .entries
        .push(copy);
    let changes = reduce(&mut trial, &event);
    let reached = trial
        .transcripts
        .get(&at.session)?
        .part(&at.message, &at.part)?;
    (!changes.is_empty() && reached.body == part.body).then_some(event)
}

/// Leaves only the counts of diffs that would not fit; the whole is read on demand.
fn trim_diffs(at: &PartRef, tool: &mut Tool) {
    let mut room = DIFFS_MAX_BYTES;
    for (place, diff) in (0..).zip(&mut tool.diffs) {
        let size = match &diff.patch {
            LongText::Whole(text) => text.len(),
            LongText::Cut(bulk) => bulk.head.len() + bulk.tail.len(),
        };
        if let Some(left) = room.checked_sub(size) {
            room = left;
            continue;
        }
        diff.patch = LongText::Cut(Bulk {
            id: BulkId {
                session: at.session.clone(),
                message: at.message.clone(),
                part: at.part.clone(),
                field: BulkField::Diff(place),
            },
            len: diff.patch.len(),
            head: String::new(),
            tail: String::new(),
        });
    }
}

/// A part as one event, or as its beginning and the rest of its text.
fn split(at: &PartRef, mut part: Part) -> Vec<Event> {
    let mut rest = Vec::new();
    if let Some(text) = part.body.text_mut()
        && text.text.len() > EVENT_TEXT_MAX
    {
        let cut = floor_char(&text.text, EVENT_TEXT_MAX);
        let more = text.text.split_off(cut);
        rest = pieces(at, cut, &more);
    }
    let mut events = vec![Event::PartUpserted { part }];
    events.append(&mut rest);
    events
}

#[cfg(test)]
mod tests;
