//! What a read changes: the difference between what we know and what the server says, as
//! events, so that devices notice no more than a pause.
//!
//! Pure. The stream is held while a read is applied; what arrives on it afterwards is newer
//! or the same.

mod turns;

use std::collections::{BTreeMap, BTreeSet};

use domain::event::{Event, PartRef};
use domain::id::{Directory, MessageId, SessionId};
use domain::mirror::Mirror;
use domain::session::{SessionEntry, SessionStatus};
use domain::time::Millis;
use domain::transcript::Transcript;

use super::ghosts::{ghosts, waits};
use super::live::Live;
use super::past::Past;
use super::reads::{self, Activity, Page, State};
use super::whole::Begun;
pub(super) use turns::take_back;
use turns::{failed_before, forgive, judge, used_unheard};

/// What must be done after a read was applied.
#[derive(Debug, Default)]
pub(super) struct Aftermath {
    /// Turns that ended while nobody listened.
    pub(super) ended: Vec<SessionId>,
    /// The transcripts that were read, and where their numbers stood.
    pub(super) read: Vec<(SessionId, Begun)>,
}

/// Applies the first read: the mirror as a whole.
pub(super) fn prime(live: &mut Live, state: State, now: Millis) {
    let mut mirror = Mirror::default();
    for session in state.sessions {
        mirror
            .sessions
            .insert(session.id.clone(), SessionEntry::quiet(session));
    }
    let of_directories = state.directories.values().flat_map(|it| &it.statuses);
    for (id, status) in state.active.iter().flatten().chain(of_directories) {
        if let Some(entry) = mirror.sessions.get_mut(id) {
            entry.status = status.clone();
            entry.busy_since = status.is_running().then_some(now);
        }
    }
    let running = |id: &SessionId| {
        let entry = mirror.sessions.get(id);
        entry.is_some_and(|entry| entry.status.is_running())
    };
    let mut permissions = Vec::new();
    let mut questions = Vec::new();
    for activity in state.directories.into_values() {
        // An ask of a session that does not run is a ghost of a stopped turn.
        permissions.extend(
            activity
                .permissions
                .into_iter()
                .filter(|ask| running(&ask.session)),
        );
        questions.extend(
            activity
                .questions
                .into_iter()
                .filter(|ask| ask.is_nobodys() || running(&ask.session)),
        );
    }
    mirror.permissions = permissions
        .into_iter()
        .map(|ask| (ask.id.clone(), ask))
        .collect();
    mirror.questions = questions
        .into_iter()
        .map(|ask| (ask.id.clone(), ask))
        .collect();
    live.prime(mirror);
}

/// Applies a later read.
pub(super) fn repair(live: &mut Live, state: State, now: Millis) -> Aftermath {
    let mut aftermath = Aftermath::default();
    let failed = failed_before(live, &state);
    let used = used_unheard(live, &state);
    for session in state.sessions {
        live.absorb(Event::SessionUpserted { session });
    }
    for session in state.gone {
        live.commit(&Event::SessionRemoved { session });
    }
    if let Some(active) = &state.active {
        repair_statuses(live, None, active, now, &mut aftermath);
    }
    for (directory, activity) in &state.directories {
        if state.active.is_none() {
            let statuses = &activity.statuses;
            repair_statuses(live, Some(directory), statuses, now, &mut aftermath);
        }
        repair_asks(live, directory, activity);
    }
    let at_rest = used.into_iter().filter(|session| !live.is_running(session));
    aftermath.ended.extend(at_rest);
    for session in failed {
        forgive(live, &session);
    }
    let mut current = state.log.map(|log| log.of).unwrap_or_default();
    for (session, begun, page) in state.transcripts {
        current.insert(session.clone());
        repair_transcript(live, &session, page);
        aftermath.read.push((session, begun));
    }
    for (session, todos) in state.todos {
        live.commit(&Event::TodosReplaced { session, todos });
    }
    // What was not read again may have changed: it is read when it is wanted. That its session
    // was not used since and does nothing is no evidence: of a turn that had just begun the
    // beginning may have been heard and its message not, and OpenCode have died since.
    let unread: Vec<SessionId> = live
        .mirror()
        .transcripts
        .keys()
        .filter(|session| !current.contains(*session))
        .cloned()
        .collect();
    for session in unread {
        live.drop_transcript(&session);
    }
    // Turns that ended just before the break were not closed yet.
    let held: Vec<SessionId> = live.mirror().transcripts.keys().cloned().collect();
    for session in held {
        close(live, &session);
    }
    live.mark_broken();
    aftermath
}

/// Closes what is left open of a transcript that was brought up to date, if its session
/// does nothing, and drops the asks whose step has ended.
pub(super) fn close(live: &mut Live, session: &SessionId) {
    if !live.is_running(session) {
        live.commit(&Event::TurnSettled {
            session: session.clone(),
        });
    }
    for event in ghosts(live.mirror(), session) {
        live.commit(&event);
    }
    judge(live, session);
}

/// Takes what the sessions of a directory do, or those of all.
fn repair_statuses(
    live: &mut Live,
    directory: Option<&Directory>,
    statuses: &BTreeMap<SessionId, SessionStatus>,
    now: Millis,
    aftermath: &mut Aftermath,
) {
    let known: Vec<(SessionId, SessionStatus)> = live
        .mirror()
        .sessions
        .values()
        .filter(|entry| directory.is_none_or(|it| entry.session.directory == *it))
        .map(|entry| (entry.session.id.clone(), entry.status.clone()))
        .collect();
    for (session, before) in known {
        let status = statuses.get(&session).cloned().unwrap_or_default();
        if before.is_running() && !status.is_running() {
            aftermath.ended.push(session.clone());
        }
        if before != status {
            live.commit(&Event::StatusChanged {
                session,
                status,
                at: now,
            });
        }
    }
}

fn repair_asks(live: &mut Live, directory: &Directory, activity: &Activity) {
    let mut events = Vec::new();
    let mirror = live.mirror();
    for ask in mirror.permissions.values() {
        let still = activity.permissions.iter().any(|it| it.id == ask.id);
        if ask.directory == *directory && !still {
            events.push(Event::PermissionClosed {
                permission: ask.id.clone(),
            });
        }
    }
    for ask in mirror.questions.values() {
        let still = activity.questions.iter().any(|it| it.id == ask.id);
        if ask.directory == *directory && !still {
            events.push(Event::QuestionClosed {
                question: ask.id.clone(),
            });
        }
    }
    for ask in activity
        .permissions
        .iter()
        .filter(|ask| live.is_running(&ask.session))
        .filter(|ask| waits(mirror, &ask.session, ask.tool.as_ref()))
    {
        events.push(Event::PermissionAsked {
            permission: ask.clone(),
        });
    }
    for ask in activity
        .questions
        .iter()
        .filter(|ask| ask.is_nobodys() || live.is_running(&ask.session))
        .filter(|ask| waits(mirror, &ask.session, ask.tool.as_ref()))
    {
        events.push(Event::QuestionAsked {
            question: ask.clone(),
        });
    }
    for event in events {
        live.commit(&event);
    }
}

/// Brings a held transcript up to what was read of it, and drops the asks whose step it
/// shows as ended.
pub(super) fn repair_transcript(live: &mut Live, session: &SessionId, page: Page) {
    let failed = live.failed_at(session).cloned();
    bring_up(live, session, page);
    let transcript = live.mirror().transcripts.get(session);
    if failed.is_some_and(|step| transcript.is_some_and(|it| it.entry(&step).is_none())) {
        // It was taken back unheard, and its failure goes with it.
        forgive(live, session);
    }
    for event in ghosts(live.mirror(), session) {
        live.commit(&event);
    }
    judge(live, session);
}

/// Where what is known and what was read do not meet, the transcript is held anew and
/// whoever shows it gets a new window.
fn bring_up(live: &mut Live, session: &SessionId, page: Page) {
    let running = live.is_running(session);
    let known = live.mirror().transcripts.get(session);
    let known_todos = || known.map(|it| it.todos.clone()).unwrap_or_default();
    let mut read = Transcript {
        entries: page.entries,
        older: page.older.is_some(),
        newer: false,
        todos: page.todos.unwrap_or_else(known_todos),
    };
    let gone = page.gone;
    if let Some(first) = known.and_then(|known| known.entries.first())
        && read.older
        && let Some(from) = read.message_at(&first.message.id)
    {
        // What lies before what is held is read when it is wanted, as before.
        read.entries.drain(..from);
    }
    let Some(known) = known.filter(|known| meet(known, &read)) else {
        let entries = if running {
            read.entries
        } else {
            reads::closed(session, read.entries)
        };
        if live.held_since(session).is_some() {
            // Whoever stands just here shows the old one.
            live.move_on(session);
        }
        live.drop_transcript(session);
        live.hold(session, Transcript { entries, ..read });
        live.put_past(session, Past::new(page.older));
        return;
    };
    for event in difference(known, session, &read, &gone) {
        if let Event::MessageRemoved { session, message } = &event {
            take_back(live, session, message);
        } else {
            live.absorb(event);
        }
    }
    if !running {
        // Only now: a text that never ended reads as empty, and what streamed of it stays.
        live.commit(&Event::TurnSettled {
            session: session.clone(),
        });
    }
}

/// Whether there is nothing between what is known and what was read.
fn meet(known: &Transcript, read: &Transcript) -> bool {
    let first = read.entries.first();
    !read.older || first.is_some_and(|first| known.message_at(&first.message.id).is_some())
}

/// The events that lead from `known` to `read`, of which the messages `gone` were removed.
fn difference(
    known: &Transcript,
    session: &SessionId,
    read: &Transcript,
    gone: &BTreeSet<MessageId>,
) -> Vec<Event> {
    let mut events = Vec::new();
    for entry in &known.entries {
        let id = &entry.message.id;
        match read.entry(id) {
            None if gone.contains(id) => events.push(Event::MessageRemoved {
                session: session.clone(),
                message: id.clone(),
            }),
            None => {}
            Some(now) => {
                for part in &entry.parts {
                    if now.part_at(&part.id).is_none() {
                        events.push(Event::PartRemoved(PartRef::of(part)));
                    }
                }
            }
        }
    }
    for entry in &read.entries {
        events.push(Event::MessageUpserted {
            message: entry.message.clone(),
        });
        for part in &entry.parts {
            events.push(Event::PartUpserted { part: part.clone() });
        }
    }
    if known.todos != read.todos {
        events.push(Event::TodosReplaced {
            session: session.clone(),
            todos: read.todos.clone(),
        });
    }
    events
}

#[cfg(test)]
mod tests;
