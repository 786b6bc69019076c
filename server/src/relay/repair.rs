//! What a read changes: the difference between what we know and what the server says, as
//! events, so that devices notice no more than a pause.
//!
//! Pure. The stream is held while a read is applied; what arrives on it afterwards is newer
//! or the same.

use std::collections::BTreeSet;

use domain::event::{Event, PartRef};
use domain::id::{Directory, SessionId};
use domain::mirror::Mirror;
use domain::session::{SessionEntry, SessionStatus};
use domain::time::Millis;
use domain::transcript::Transcript;

use super::ghosts::{ghosts, waits};
use super::live::Live;
use super::past::Past;
use super::reads::{self, Activity, Page, State};

/// What must be done after a read was applied.
#[derive(Debug, Default)]
pub(super) struct Aftermath {
    /// Turns that ended while nobody listened.
    pub(super) ended: Vec<SessionId>,
}

/// Applies the first read: the mirror as a whole.
pub(super) fn prime(live: &mut Live, state: State, now: Millis) {
    let mut mirror = Mirror::default();
    for session in state.sessions {
        mirror
            .sessions
            .insert(session.id.clone(), SessionEntry::quiet(session));
    }
    for activity in state.directories.values() {
        for (id, status) in &activity.statuses {
            if let Some(entry) = mirror.sessions.get_mut(id) {
                entry.status = status.clone();
                entry.busy_since = status.is_running().then_some(now);
            }
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
                .filter(|ask| running(&ask.session)),
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
    for session in state.sessions {
        live.absorb(Event::SessionUpserted { session });
    }
    for session in state.gone {
        live.commit(&Event::SessionRemoved { session });
    }
    for (directory, activity) in &state.directories {
        repair_statuses(live, directory, activity, now, &mut aftermath);
        repair_asks(live, directory, activity);
    }
    let mut read = BTreeSet::new();
    for (session, page) in state.transcripts {
        read.insert(session.clone());
        repair_transcript(live, &session, page);
    }
    // What was not read again may have changed: it is read when it is wanted.
    let unread: Vec<SessionId> = live
        .mirror()
        .transcripts
        .keys()
        .filter(|session| !read.contains(*session))
        .cloned()
        .collect();
    for session in unread {
        live.drop_transcript(&session);
    }
    live.mark_broken();
    aftermath
}

fn repair_statuses(
    live: &mut Live,
    directory: &Directory,
    activity: &Activity,
    now: Millis,
    aftermath: &mut Aftermath,
) {
    let known: Vec<(SessionId, SessionStatus)> = live
        .mirror()
        .sessions
        .values()
        .filter(|entry| entry.session.directory == *directory)
        .map(|entry| (entry.session.id.clone(), entry.status.clone()))
        .collect();
    for (session, before) in known {
        let status = activity.statuses.get(&session).cloned().unwrap_or_default();
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
        .filter(|ask| live.is_running(&ask.session))
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
    bring_up(live, session, page);
    for event in ghosts(live.mirror(), session) {
        live.commit(&event);
    }
}

/// Where what is known and what was read do not meet, the transcript is held anew and
/// whoever shows it gets a new window.
fn bring_up(live: &mut Live, session: &SessionId, page: Page) {
    let running = live.is_running(session);
    let read = Transcript {
        entries: page.entries,
        older: page.older.is_some(),
        newer: false,
        todos: page.todos,
    };
    let known = live.mirror().transcripts.get(session);
    let Some(known) = known.filter(|known| meet(known, &read)) else {
        let entries = if running {
            read.entries
        } else {
            reads::closed(session, read.entries)
        };
        live.drop_transcript(session);
        live.hold(session, Transcript { entries, ..read });
        live.put_past(session, Past::new(page.older));
        return;
    };
    for event in difference(known, session, &read) {
        live.absorb(event);
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

/// The events that lead from `known` to `read`, within the reach of `read`.
fn difference(known: &Transcript, session: &SessionId, read: &Transcript) -> Vec<Event> {
    let mut events = Vec::new();
    let reach = if read.older {
        read.entries
            .first()
            .map(|first| (first.message.created, first.message.id.clone()))
    } else {
        None
    };
    let within = |entry: &&domain::transcript::Entry| {
        reach.as_ref().is_none_or(|(created, id)| {
            (entry.message.created, &entry.message.id) >= (*created, id)
        })
    };
    for entry in known.entries.iter().filter(within) {
        match read.entry(&entry.message.id) {
            None => events.push(Event::MessageRemoved {
                session: session.clone(),
                message: entry.message.id.clone(),
            }),
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
