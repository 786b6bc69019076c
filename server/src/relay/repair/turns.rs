//! What the list says of a session's last turn, brought in line with what the session holds:
//! a failure of which nothing was heard, or that belongs to a turn that is not the last.

use domain::event::Event;
use domain::failure::Failure;
use domain::id::{MessageId, SessionId};
use domain::message::{Assistant, Role};
use domain::session::SessionStatus;
use domain::transcript::Transcript;

use crate::relay::live::Live;
use crate::relay::reads::State;

/// A message is removed. With the step that failed its failure goes, and what is the last
/// turn from then on may have failed itself.
pub(in crate::relay) fn take_back(live: &mut Live, session: &SessionId, message: &MessageId) {
    let failed_there = live.failed_at(session) == Some(message);
    live.commit(&Event::MessageRemoved {
        session: session.clone(),
        message: message.clone(),
    });
    if failed_there {
        forgive(live, session);
    }
    judge(live, session);
}

/// The sessions whose last turn failed and that were used since.
pub(super) fn failed_before(live: &Live, state: &State) -> Vec<SessionId> {
    let known = &live.mirror().sessions;
    let used = state.sessions.iter().filter(|session| {
        known.get(&session.id).is_some_and(|entry| {
            entry.failure.is_some() && entry.session.updated != session.updated
        })
    });
    used.map(|session| session.id.clone()).collect()
}

/// The sessions at rest that were used while nobody listened: a turn began there, and may
/// have ended. A server of 1.x moves the time of a session with every prompt and the end of
/// every step, and not with a title; what is taken back or put away is no news. One of 2.x
/// moves it with other things, and says itself where there are news.
pub(super) fn used_unheard(live: &Live, state: &State) -> Vec<SessionId> {
    if state.active.is_some() {
        return Vec::new();
    }
    let known = &live.mirror().sessions;
    let used = state.sessions.iter().filter(|now| {
        known.get(&now.id).is_some_and(|entry| {
            let before = &entry.session;
            !entry.status.is_running()
                && now.updated > before.updated
                && now.archived.is_none()
                && now.revert == before.revert
        })
    });
    used.map(|session| session.id.clone()).collect()
}

/// Another turn came and went: whether it failed too, its own last step says.
pub(super) fn forgive(live: &mut Live, session: &SessionId) {
    let known = live.mirror().sessions.get(session);
    let Some(at) = known.map(|entry| entry.session.updated) else {
        return;
    };
    if live.is_running(session) {
        return;
    }
    for status in [SessionStatus::Busy, SessionStatus::Idle] {
        live.commit(&Event::StatusChanged {
            session: session.clone(),
            status,
            at,
        });
    }
}

/// Brings what the list says of a session's last turn in line with its transcript: the word
/// of a failure may have been missed, or that of the turn after it.
pub(super) fn judge(live: &mut Live, session: &SessionId) {
    let mirror = live.mirror();
    let (Some(entry), Some(transcript)) = (
        mirror.sessions.get(session),
        mirror.transcripts.get(session),
    ) else {
        return;
    };
    if entry.status.is_running() {
        return;
    }
    match (&entry.failure, last_turn(transcript)) {
        (None, Some(failure)) => {
            let failure = failure.clone();
            live.commit(&Event::TurnFailed {
                session: session.clone(),
                failure,
            });
        }
        // The list shows how an earlier turn failed.
        (Some(known), Some(failure))
            if known != failure
                && steps(transcript).any(|it| it.failure.as_ref() == Some(known)) =>
        {
            let failure = failure.clone();
            live.commit(&Event::TurnFailed {
                session: session.clone(),
                failure,
            });
        }
        // A prompt that was not admitted left no step behind: that stays.
        (Some(known), None) if steps(transcript).any(|it| it.failure.as_ref() == Some(known)) => {
            forgive(live, session);
        }
        (Some(_) | None, _) => {}
    }
}

fn steps(transcript: &Transcript) -> impl Iterator<Item = &Assistant> {
    let entries = transcript.entries.iter().rev();
    entries.filter_map(|entry| match &entry.message.role {
        Role::Assistant(step) => Some(step),
        Role::User(_) => None,
    })
}

/// Why the last turn failed, by its last step.
fn last_turn(transcript: &Transcript) -> Option<&Failure> {
    let step = steps(transcript).next()?;
    let asked = transcript.entries.iter().rev().map(|entry| &entry.message);
    let asked = asked.take_while(|message| matches!(message.role, Role::User(_)));
    // What was asked before it ended waited for it; what was asked later began another turn.
    if asked.map(|message| message.created).max() > step.completed {
        return None;
    }
    step.failure.as_ref()
}
