//! What the reducer promises beyond plain replacement: what OpenCode leaves open is
//! closed, reads do not shorten what has streamed, and windows stay windows.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use domain::bulk::LongText;
use domain::changes::Change;
use domain::event::{Event, PartRef};
use domain::failure::{Failure, FailureKind};
use domain::id::{Directory, MessageId, PartId, PermissionId, SessionId};
use domain::message::{Assistant, Message, Role, User};
use domain::mirror::Mirror;
use domain::part::{Part, PartBody, Text};
use domain::permission::Permission;
use domain::reduce::reduce;
use domain::session::{Session, SessionEntry, SessionStatus};
use domain::sync::Index;
use domain::time::Millis;
use domain::tool::{Tool, ToolInput, ToolState};
use domain::transcript::{TakenBack, Transcript};

fn session(id: &str, parent: Option<&str>, updated: u64) -> Session {
    Session {
        id: SessionId::new(id),
        directory: Directory::new("/home/me/project"),
        parent: parent.map(SessionId::new),
        forked_from: None,
        title: id.to_owned(),
        agent: None,
        model: None,
        created: Millis(0),
        updated: Millis(updated),
        archived: None,
        revert: None,
        cost: 0.0,
        diff: None,
    }
}

fn mirror(sessions: &[Session]) -> Mirror {
    let mut mirror = Mirror::default();
    for session in sessions {
        reduce(
            &mut mirror,
            &Event::SessionUpserted {
                session: session.clone(),
            },
        );
        mirror
            .transcripts
            .insert(session.id.clone(), Transcript::default());
    }
    mirror
}

fn answer(id: &str, created: u64) -> Event {
    Event::MessageUpserted {
        message: Message {
            id: MessageId::new(id),
            session: SessionId::new("s"),
            created: Millis(created),
            role: Role::Assistant(Assistant::default()),
        },
    }
}

fn place() -> PartRef {
    PartRef {
        session: SessionId::new("s"),
        message: MessageId::new("m"),
        part: PartId::new("p"),
    }
}

fn part(body: PartBody) -> Event {
    let at = place();
    Event::PartUpserted {
        part: Part {
            id: at.part,
            message: at.message,
            session: at.session,
            body,
        },
    }
}

fn text(text: &str, open: bool) -> PartBody {
    PartBody::Text(Text {
        text: text.to_owned(),
        open,
        ..Text::default()
    })
}

fn tool(state: ToolState, output: Option<&str>) -> PartBody {
    PartBody::Tool(Box::new(Tool {
        call: "c".into(),
        name: "bash".into(),
        input: ToolInput::Empty,
        state,
        started: None,
        ended: None,
        output: output.map(|text| LongText::Whole(text.to_owned())),
        diffs: vec![],
        exit: None,
        found: None,
    }))
}

fn ask(session: &str) -> Event {
    Event::PermissionAsked {
        permission: Permission {
            id: PermissionId::new(format!("per_{session}")),
            session: SessionId::new(session),
            directory: Directory::new("/home/me/project"),
            action: "bash".into(),
            patterns: vec!["ls".into()],
            saved: false,
            always: vec![],
            subject: None,
            diff: None,
            tool: None,
        },
    }
}

fn status(session: &str, status: SessionStatus) -> Event {
    Event::StatusChanged {
        session: SessionId::new(session),
        status,
        at: Millis(5),
    }
}

fn body(mirror: &Mirror) -> &PartBody {
    let at = place();
    &mirror.transcripts[&at.session]
        .part(&at.message, &at.part)
        .unwrap()
        .body
}

#[test]
fn a_read_of_an_open_text_does_not_take_away_what_has_streamed() {
    let mut mirror = mirror(&[session("s", None, 1)]);
    reduce(&mut mirror, &answer("m", 1));
    reduce(&mut mirror, &part(text("", true)));
    reduce(
        &mut mirror,
        &Event::TextAppended {
            at: place(),
            offset: 0,
            text: "so far".into(),
        },
    );

    assert!(reduce(&mut mirror, &part(text("", true))).is_empty());
    assert_eq!(*body(&mirror), text("so far", true));

    reduce(&mut mirror, &part(text("so", false)));
    assert_eq!(
        *body(&mirror),
        text("so", false),
        "the closing snapshot wins"
    );
}

#[test]
fn a_read_of_a_running_tool_does_not_take_away_its_output() {
    let mut mirror = mirror(&[session("s", None, 1)]);
    reduce(&mut mirror, &answer("m", 1));
    reduce(&mut mirror, &part(tool(ToolState::Running, Some("one\n"))));
    reduce(
        &mut mirror,
        &Event::OutputAppended {
            at: place(),
            offset: 4,
            text: "two\n".into(),
        },
    );
    assert!(reduce(&mut mirror, &part(tool(ToolState::Running, None))).is_empty());
    assert_eq!(*body(&mirror), tool(ToolState::Running, Some("one\ntwo\n")));
}

#[test]
fn a_gap_in_a_text_is_marked_where_it_is_and_healed_by_the_closing_snapshot() {
    let mut mirror = mirror(&[session("s", None, 1)]);
    reduce(&mut mirror, &answer("m", 1));
    reduce(&mut mirror, &part(text("abc", true)));
    reduce(
        &mut mirror,
        &Event::TextAppended {
            at: place(),
            offset: 9,
            text: "xyz".into(),
        },
    );
    let PartBody::Text(broken) = body(&mirror) else {
        panic!("no text")
    };
    assert_eq!((broken.text.as_str(), broken.hole), ("abc", Some(3)));

    reduce(&mut mirror, &part(text("abc def xyz", false)));
    assert_eq!(*body(&mirror), text("abc def xyz", false));
}

#[test]
fn a_turn_that_settles_leaves_nothing_running() {
    let mut mirror = mirror(&[session("s", None, 1)]);
    reduce(&mut mirror, &status("s", SessionStatus::Busy));
    reduce(&mut mirror, &answer("m", 1));
    reduce(&mut mirror, &part(tool(ToolState::Running, Some("half"))));
    reduce(&mut mirror, &ask("s"));

    reduce(
        &mut mirror,
        &Event::TurnSettled {
            session: SessionId::new("s"),
        },
    );

    assert_eq!(*body(&mirror), tool(ToolState::Interrupted, Some("half")));
    let Role::Assistant(step) = &mirror.transcripts[&SessionId::new("s")].entries[0]
        .message
        .role
    else {
        panic!("no answer")
    };
    assert!(step.interrupted && !step.is_open());
    assert!(mirror.permissions.is_empty());
    let again = reduce(
        &mut mirror,
        &Event::TurnSettled {
            session: SessionId::new("s"),
        },
    );
    assert!(again.is_empty());
}

#[test]
fn a_command_of_the_owners_outlives_a_turn_that_settles() {
    let mut mirror = mirror(&[session("s", None, 1)]);
    let mut carried_out = answer("m", 1);
    if let Event::MessageUpserted { message } = &mut carried_out
        && let Role::Assistant(step) = &mut message.role
    {
        step.apart = true;
    }
    reduce(&mut mirror, &carried_out);
    let runs = tool(ToolState::Running, Some("half"));
    reduce(&mut mirror, &part(runs.clone()));
    let session = SessionId::new("s");
    assert!(reduce(&mut mirror, &Event::TurnSettled { session }).is_empty());
    assert_eq!(*body(&mirror), runs);
}

#[test]
fn asks_go_with_their_turn_but_not_with_another_sessions() {
    let mut mirror = mirror(&[session("s", None, 1), session("other", None, 1)]);
    reduce(&mut mirror, &ask("s"));
    reduce(&mut mirror, &ask("other"));
    let changes = reduce(&mut mirror, &status("s", SessionStatus::Idle));
    assert_eq!(changes.0, [Change::Asks]);
    assert_eq!(mirror.permissions.len(), 1);
}

#[test]
fn a_sub_agents_ask_stops_the_session_at_the_root() {
    let mut mirror = mirror(&[
        session("root", None, 1),
        session("child", Some("root"), 1),
        session("grandchild", Some("child"), 1),
    ]);
    reduce(&mut mirror, &ask("grandchild"));
    assert!(mirror.needs_owner(&SessionId::new("root")));
    assert!(!mirror.needs_owner(&SessionId::new("other")));
}

#[test]
fn a_circle_of_parents_ends() {
    let mirror = mirror(&[session("a", Some("b"), 1), session("b", Some("a"), 1)]);
    assert!(mirror.lineage(&SessionId::new("a")).count() <= domain::mirror::ANCESTORS_MAX);
}

#[test]
fn the_timer_of_a_turn_runs_on_through_its_retries_and_a_new_turn_forgets_the_failure() {
    let mut mirror = mirror(&[session("s", None, 1)]);
    let failure = Failure {
        kind: FailureKind::Auth,
        message: "no key".into(),
        detail: None,
    };
    reduce(&mut mirror, &status("s", SessionStatus::Busy));
    let retry = SessionStatus::Retry {
        attempt: 1,
        message: "429".into(),
        detail: None,
        next: Millis(9),
    };
    reduce(
        &mut mirror,
        &Event::StatusChanged {
            session: SessionId::new("s"),
            status: retry,
            at: Millis(7),
        },
    );
    let entry = |mirror: &Mirror| mirror.sessions[&SessionId::new("s")].clone();
    assert_eq!(entry(&mirror).busy_since, Some(Millis(5)));

    reduce(
        &mut mirror,
        &Event::TurnFailed {
            session: SessionId::new("s"),
            failure: failure.clone(),
        },
    );
    reduce(&mut mirror, &status("s", SessionStatus::Idle));
    assert_eq!(entry(&mirror).failure, Some(failure));
    reduce(&mut mirror, &status("s", SessionStatus::Busy));
    assert_eq!(entry(&mirror).failure, None);
}

#[test]
fn a_turn_that_goes_on_after_a_failed_step_has_not_failed() {
    let mut mirror = mirror(&[session("s", None, 1)]);
    reduce(&mut mirror, &status("s", SessionStatus::Busy));
    let failure = Failure {
        kind: FailureKind::ContextOverflow,
        message: "The prompt is too long.".to_owned(),
        detail: None,
    };
    reduce(
        &mut mirror,
        &Event::TurnFailed {
            session: SessionId::new("s"),
            failure,
        },
    );
    // OpenCode sums the conversation up by itself, and says once more that it is busy.
    let changes = reduce(&mut mirror, &status("s", SessionStatus::Busy));
    assert!(!changes.is_empty(), "devices are told");
    reduce(&mut mirror, &status("s", SessionStatus::Idle));
    assert_eq!(mirror.sessions[&SessionId::new("s")].failure, None);
}

#[test]
fn messages_are_ordered_by_time_then_id_and_a_window_ignores_what_is_before_it() {
    let mut mirror = mirror(&[session("s", None, 1)]);
    for (id, created) in [("b", 2), ("c", 2), ("a", 3)] {
        reduce(&mut mirror, &answer(id, created));
    }
    let order = |mirror: &Mirror| -> Vec<String> {
        mirror.transcripts[&SessionId::new("s")]
            .entries
            .iter()
            .map(|entry| entry.message.id.to_string())
            .collect()
    };
    assert_eq!(order(&mirror), ["b", "c", "a"]);

    mirror
        .transcripts
        .get_mut(&SessionId::new("s"))
        .unwrap()
        .older = true;
    assert!(reduce(&mut mirror, &answer("z", 1)).is_empty());
    reduce(&mut mirror, &answer("bb", 2));
    assert_eq!(order(&mirror), ["b", "bb", "c", "a"]);
}

#[test]
fn an_index_holds_the_newest_and_whatever_cannot_wait() {
    let mut sessions: Vec<Session> = (0..10)
        .map(|n| session(&format!("s{n}"), None, n))
        .collect();
    sessions.push(session("child", Some("s0"), 0));
    let mut mirror = mirror(&sessions);
    reduce(&mut mirror, &ask("child"));
    reduce(&mut mirror, &status("s1", SessionStatus::Busy));

    let index = Index::of(&mirror, 3);
    let mut ids: Vec<&str> = index
        .sessions
        .iter()
        .map(|entry: &SessionEntry| entry.session.id.as_str())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, ["child", "s0", "s1", "s7", "s8", "s9"]);
    assert_eq!(index.more, 5);
    assert_eq!(index.permissions.len(), 1);
}

#[test]
fn an_index_with_a_family_holds_what_stands_around_a_session_once() {
    let mut sessions: Vec<Session> = (0..4).map(|n| session(&format!("s{n}"), None, n)).collect();
    sessions.push(session("child", Some("s0"), 0));
    sessions.push(session("grandchild", Some("child"), 0));
    sessions.push(session("stranger", Some("s1"), 0));
    let mirror = mirror(&sessions);
    let of = |id: &str| {
        let index = Index::of(&mirror, 1).with_family(&mirror, &SessionId::new(id));
        let mut ids: Vec<String> = index
            .sessions
            .iter()
            .map(|entry| entry.session.id.to_string())
            .collect();
        ids.sort_unstable();
        ids
    };
    for looked_at in ["s0", "child", "grandchild"] {
        assert_eq!(of(looked_at), ["child", "grandchild", "s0", "s3"]);
    }
    assert_eq!(of("s3"), ["s3"]);
    assert_eq!(of("unknown"), ["s3"]);
}

#[test]
fn taking_a_message_back_takes_all_after_it_and_names_its_files() {
    let mut mirror = mirror(&[session("s", None, 1)]);
    for (id, created) in [("a", 1), ("b", 2), ("c", 3)] {
        let mut message = answer(id, created);
        if let (Event::MessageUpserted { message }, "a" | "b") = (&mut message, id) {
            message.role = Role::User(User::default());
        }
        reduce(&mut mirror, &message);
    }
    let transcript = mirror.transcripts.get_mut(&SessionId::new("s")).unwrap();
    transcript.entries[2].parts.push(Part {
        id: PartId::new("p"),
        message: MessageId::new("c"),
        session: SessionId::new("s"),
        body: PartBody::Patch {
            files: vec!["b.rs".to_owned(), "a.rs".to_owned(), "b.rs".to_owned()],
        },
    });
    let back = transcript.taken_back(&MessageId::new("b"));
    assert_eq!((back.prompts, back.more), (1, false));
    assert_eq!(back.files, ["a.rs", "b.rs"]);
    assert_eq!(
        transcript.taken_back(&MessageId::new("none")),
        TakenBack::default()
    );
    transcript.older = true;
    let beyond = transcript.taken_back(&MessageId::new("none"));
    assert_eq!((beyond.prompts, beyond.more), (2, true));
}
