use domain::id::{MessageId, PermissionId};
use domain::message::Role;
use domain::part::PartBody;
use domain::permission::Permission;
use domain::tool::ToolState;
use domain::transcript::Entry;

use super::*;
use crate::relay::absorb::text_of;
use crate::relay::live::Live;
use crate::relay::testing::{assistant, at, bash, live, piece, session, since, status, text};

const NOW: Millis = Millis(1_000);

fn read(ids: &[&str]) -> State {
    let mut state = State {
        sessions: ids.iter().map(|id| session(id)).collect(),
        ..State::default()
    };
    let directory = session("any").directory;
    state.directories.insert(directory, Activity::default());
    state
}

fn ask(session: &str) -> Permission {
    Permission {
        id: PermissionId::new("per"),
        session: SessionId::new(session),
        directory: crate::relay::testing::session(session).directory,
        action: "bash".to_owned(),
        patterns: vec!["ls".to_owned()],
        saved: false,
        always: Vec::new(),
        subject: None,
        diff: None,
        tool: None,
    }
}

/// A page that shows what `live` holds of `s`.
fn page_of(live: &Live) -> Page {
    let transcript = &live.mirror().transcripts[&SessionId::new("s")];
    Page {
        entries: transcript.entries.clone(),
        ..Page::default()
    }
}

#[test]
fn a_read_that_says_what_is_known_changes_nothing() {
    let mut live = live(&["s"]);
    live.absorb(assistant("s", "m", 1));
    live.absorb(text(&at("s", "m", "p"), "done", false));
    live.commit(&Event::TurnSettled {
        session: SessionId::new("s"),
    });
    let here = live.position();
    let mut state = read(&["s"]);
    state
        .transcripts
        .push((SessionId::new("s"), Begun::default(), page_of(&live)));
    repair(&mut live, state, NOW);
    assert_eq!(live.position(), here);
}

#[test]
fn a_deleted_session_and_what_was_removed_go() {
    let mut live = live(&["s", "gone"]);
    live.absorb(assistant("s", "m", 1));
    live.absorb(assistant("s", "deleted", 2));
    live.commit(&Event::TurnSettled {
        session: SessionId::new("s"),
    });
    let mut page = page_of(&live);
    page.entries
        .retain(|entry| entry.message.id != MessageId::new("deleted"));
    page.gone.insert(MessageId::new("deleted"));
    let mut state = read(&["s"]);
    state.gone.push(SessionId::new("gone"));
    state
        .transcripts
        .push((SessionId::new("s"), Begun::default(), page));
    repair(&mut live, state, NOW);
    assert!(!live.mirror().sessions.contains_key(&SessionId::new("gone")));
    let transcript = &live.mirror().transcripts[&SessionId::new("s")];
    assert_eq!(transcript.entries.len(), 1);
}

#[test]
fn a_turn_that_died_with_the_server_is_ended_with_its_asks() {
    let mut live = live(&["s"]);
    live.commit(&status("s", SessionStatus::Busy));
    live.commit(&Event::PermissionAsked {
        permission: ask("s"),
    });
    live.absorb(assistant("s", "m", 1));
    live.absorb(bash(&at("s", "m", "tool"), ToolState::Running, "half"));
    let page = page_of(&live);
    let mut state = read(&["s"]);
    state
        .transcripts
        .push((SessionId::new("s"), Begun::default(), page));
    let aftermath = repair(&mut live, state, NOW);
    assert_eq!(aftermath.ended, [SessionId::new("s")]);
    assert!(live.mirror().permissions.is_empty());
    let entry: &Entry = &live.mirror().transcripts[&SessionId::new("s")].entries[0];
    assert!(matches!(&entry.message.role, Role::Assistant(it) if it.interrupted));
    assert!(matches!(
        &entry.parts[0].body,
        PartBody::Tool(tool) if tool.state == ToolState::Interrupted
    ));
}

#[test]
fn a_ghost_of_a_stopped_turn_is_not_shown() {
    let directory = session("s").directory;
    let mut state = read(&["s", "t"]);
    let activity = state.directories.get_mut(&directory).unwrap();
    activity.permissions.push(ask("s"));
    let mut fresh = Live::new(
        crate::relay::testing::EPOCH,
        &crate::relay::journal::Shelf::default(),
    );
    prime(&mut fresh, state, NOW);
    assert!(fresh.primed() && fresh.mirror().permissions.is_empty());
    assert_eq!(fresh.mirror().sessions.len(), 2);
}

#[test]
fn a_ghost_stays_away_while_a_later_turn_of_its_session_runs() {
    let of = |message: &str| Permission {
        id: PermissionId::new(message),
        tool: Some(domain::permission::ToolCallRef {
            message: MessageId::new(message),
            call: "call_1".to_owned(),
        }),
        ..ask("s")
    };
    let mut live = live(&["s"]);
    live.commit(&status("s", SessionStatus::Busy));
    for message in ["stopped", "running"] {
        live.absorb(assistant("s", message, 1));
    }
    let mut entries = page_of(&live).entries;
    let mut closed = entries.iter_mut().map(|entry| &mut entry.message);
    let closed = closed.find(|message| message.id.as_str() == "stopped");
    if let Role::Assistant(step) = &mut closed.unwrap().role {
        step.completed = Some(NOW);
    }
    let reading = || {
        let mut state = read(&["s"]);
        let activity = state.directories.values_mut().next().unwrap();
        let running = (SessionId::new("s"), SessionStatus::Busy);
        activity.statuses.extend([running]);
        activity.permissions = vec![of("stopped"), of("running"), of("beyond the window")];
        let page = Page {
            entries: entries.clone(),
            ..Page::default()
        };
        state.transcripts = vec![(SessionId::new("s"), Begun::default(), page)];
        state
    };
    // What is not known to have ended is shown: rather a ghost than an ask withheld.
    for _ in 0..2 {
        repair(&mut live, reading(), NOW);
        let asks: Vec<&str> = live
            .mirror()
            .permissions
            .keys()
            .map(PermissionId::as_str)
            .collect();
        assert_eq!(asks, ["beyond the window", "running"]);
    }
}

#[test]
fn a_text_that_streamed_meanwhile_is_kept_and_marked_at_the_next_piece() {
    let mut live = live(&["s"]);
    let place = at("s", "m", "p");
    live.commit(&status("s", SessionStatus::Busy));
    live.absorb(assistant("s", "m", 1));
    live.absorb(text(&place, "", true));
    live.grow(&piece(&place, "before"));
    let mut page = page_of(&live);
    // A read shows an open text as empty.
    if let PartBody::Text(text) = &mut page.entries[0].parts[0].body {
        text.text.clear();
    }
    let mut state = read(&["s"]);
    let directory = session("s").directory;
    let activity = state.directories.get_mut(&directory).unwrap();
    activity
        .statuses
        .insert(SessionId::new("s"), SessionStatus::Busy);
    state
        .transcripts
        .push((SessionId::new("s"), Begun::default(), page));
    let here = live.position();
    repair(&mut live, state, NOW);
    assert_eq!(live.position(), here, "nothing is known to have changed");
    live.grow(&piece(&place, "after"));
    let text = text_of(live.mirror(), &place).unwrap();
    assert_eq!((text.text.as_str(), text.hole), ("beforeafter", Some(6)));
    assert_eq!(since(&live, here.seq).len(), 2);
}

#[test]
fn what_is_merely_absent_from_a_list_stays() {
    let mut live = live(&["s"]);
    live.absorb(assistant("s", "m", 1));
    live.absorb(assistant("s", "absent", 2));
    let mut page = page_of(&live);
    page.entries.pop();
    let mut state = read(&["s"]);
    state
        .transcripts
        .push((SessionId::new("s"), Begun::default(), page));
    repair(&mut live, state, NOW);
    let transcript = &live.mirror().transcripts[&SessionId::new("s")];
    assert_eq!(transcript.entries.len(), 2);
}

#[test]
fn a_transcript_that_was_not_read_is_let_go() {
    let mut live = live(&["used", "idle"]);
    let mut state = read(&["used", "idle"]);
    state.sessions[0].updated = Millis(7);
    repair(&mut live, state, NOW);
    // Of the second the last use may have been heard, and what was said then not.
    for session in ["used", "idle"] {
        assert!(live.held_since(&SessionId::new(session)).is_none());
    }
}

fn failure() -> domain::failure::Failure {
    domain::failure::Failure {
        kind: domain::failure::FailureKind::Aborted,
        message: "Stopped".to_owned(),
        detail: None,
    }
}

/// A step of the session `s` that failed.
fn failed(id: &str, created: u64) -> Event {
    let Event::MessageUpserted { mut message } = assistant("s", id, created) else {
        panic!("a message")
    };
    if let Role::Assistant(step) = &mut message.role {
        step.failure = Some(failure());
    }
    Event::MessageUpserted { message }
}

#[test]
fn a_turn_that_failed_unheard_is_known_to_have_failed() {
    let mut live = live(&["s"]);
    live.absorb(failed("m", 1));
    let session = SessionId::new("s");
    close(&mut live, &session);
    assert_eq!(live.mirror().sessions[&session].failure, Some(failure()));
    // Used again since, and no word of a failure.
    let mut state = read(&["s"]);
    state.sessions[0].updated = Millis(7);
    repair(&mut live, state, NOW);
    assert!(live.mirror().sessions[&session].failure.is_none());
}

#[test]
fn a_failure_goes_with_the_step_that_failed_whether_it_is_held_or_not() {
    let id = SessionId::new("s");
    for held in [true, false] {
        let mut live = live(&["s"]);
        if !held {
            live.drop_transcript(&id);
        }
        live.absorb(failed("m", 1));
        live.commit(&Event::TurnFailed {
            session: id.clone(),
            failure: failure(),
        });
        take_back(&mut live, &id, &MessageId::new("another"));
        assert!(live.mirror().sessions[&id].failure.is_some());
        take_back(&mut live, &id, &MessageId::new("m"));
        assert!(live.mirror().sessions[&id].failure.is_none(), "{held}");
    }
}

#[test]
fn where_the_last_turn_is_removed_the_one_before_is_the_last() {
    let mut live = live(&["s"]);
    let id = SessionId::new("s");
    live.absorb(failed("m1", 1));
    for turn in [SessionStatus::Busy, SessionStatus::Idle] {
        live.commit(&status("s", turn));
    }
    live.absorb(assistant("s", "m2", 2));
    assert!(live.mirror().sessions[&id].failure.is_none());
    take_back(&mut live, &id, &MessageId::new("m2"));
    assert_eq!(live.mirror().sessions[&id].failure, Some(failure()));
}

#[test]
fn what_is_held_anew_is_new_to_whoever_stands_just_there() {
    let mut live = live(&["s"]);
    live.absorb(assistant("s", "m", 1));
    let here = live.position();
    let mut page = page_of(&live);
    // Sixty messages were said meanwhile, and nothing but a read shows it.
    let mut later = page.entries.remove(0);
    later.message.id = MessageId::new("later");
    page.entries.push(later);
    page.older = Some(opencode::OlderCursor::new("before"));
    repair_transcript(&mut live, &SessionId::new("s"), page);
    let since = live.held_since(&SessionId::new("s")).unwrap();
    assert!(since > here.seq, "{since:?} after {here:?}");
}
