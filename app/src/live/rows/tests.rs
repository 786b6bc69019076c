use domain::bulk::LongText;
use domain::failure::{Failure, FailureKind};
use domain::id::SessionId;
use domain::message::{Message, User, Waits};
use domain::tool::{Tool, ToolInput, ToolState};

use super::*;

mod turns;

fn entry(id: &str, created: u64, role: Role, bodies: Vec<PartBody>) -> Entry {
    let message = Message {
        id: MessageId::new(id),
        session: SessionId::new("ses"),
        created: Millis(created),
        role,
    };
    let parts = bodies
        .into_iter()
        .enumerate()
        .map(|(n, body)| Part {
            id: PartId::new(format!("p{n}")),
            message: message.id.clone(),
            session: message.session.clone(),
            body,
        })
        .collect();
    Entry { message, parts }
}

fn user(id: &str, bodies: Vec<PartBody>) -> Entry {
    entry(id, 1, Role::User(User::default()), bodies)
}

fn step(id: &str, bodies: Vec<PartBody>, change: impl FnOnce(&mut Assistant)) -> Entry {
    let mut step = Assistant {
        completed: Some(Millis(9)),
        finish: Some("stop".to_owned()),
        ..Assistant::default()
    };
    change(&mut step);
    entry(id, 2, Role::Assistant(step), bodies)
}

fn text(words: &str) -> PartBody {
    PartBody::Text(Text::whole(words))
}

fn open(words: &str) -> PartBody {
    PartBody::Text(Text {
        open: true,
        ..Text::whole(words)
    })
}

fn put_in(words: &str) -> PartBody {
    PartBody::Text(Text {
        synthetic: true,
        ..Text::whole(words)
    })
}

fn tool() -> PartBody {
    let input = ToolInput::Bash {
        command: LongText::Whole("ls".to_owned()),
        description: None,
    };
    tool_at(input, ToolState::Running)
}

fn tool_at(input: ToolInput, state: ToolState) -> PartBody {
    PartBody::Tool(Box::new(Tool {
        call: "c".to_owned(),
        name: "bash".to_owned(),
        input,
        state,
        started: None,
        ended: None,
        output: None,
        diffs: Vec::new(),
        exit: None,
        found: None,
    }))
}

fn failure() -> Failure {
    Failure {
        kind: FailureKind::Aborted,
        message: "stopped".to_owned(),
        detail: None,
    }
}

/// The rows of `entries`, one word each.
#[track_caller]
fn check(entries: Vec<Entry>, status: &SessionStatus, expected: &[&str]) {
    let transcript = Transcript {
        entries,
        ..Transcript::default()
    };
    assert_eq!(words(&rows(&transcript, &[], status, false)), expected);
}

fn rows(
    transcript: &Transcript,
    pending: &[MessageId],
    status: &SessionStatus,
    failed: bool,
) -> Vec<RowKey> {
    let around = Around {
        pending,
        status,
        failed,
        apart: &SortedSet::new(),
        revert: None,
    };
    rows_of(transcript, around).0
}

fn words(rows: &[RowKey]) -> Vec<String> {
    rows.iter()
        .map(|row| match row {
            RowKey::User(id) => format!("user {id}"),
            RowKey::Part(id, part) => format!("part {id}/{part}"),
            RowKey::Explored(id, part) => format!("explored {id}/{part}"),
            RowKey::Summary(id, part) => format!("summary {id}/{part}"),
            RowKey::Waits(id, wait) => format!("{wait:?} {id}"),
            RowKey::Reverted(id) => format!("reverted {id}"),
            RowKey::Failure(id) => format!("failure {id}"),
            RowKey::Stopped(id) => format!("stopped {id}"),
            RowKey::Foot(id) => format!("foot {id}"),
            RowKey::TurnFailure => "turn failure".to_owned(),
            RowKey::Retry => "retry".to_owned(),
            RowKey::Working => "working".to_owned(),
        })
        .collect()
}

const IDLE: SessionStatus = SessionStatus::Idle;
const BUSY: SessionStatus = SessionStatus::Busy;

#[test]
fn a_turn_is_a_prompt_the_parts_of_its_steps_and_one_foot() {
    check(
        vec![
            user("u", vec![text("do it")]),
            step("a", vec![text("well"), tool()], |step| {
                step.finish = Some("tool-calls".to_owned());
            }),
            step("b", vec![text("done")], |_| {}),
        ],
        &IDLE,
        &["user u", "part a/p0", "part a/p1", "part b/p0", "foot b"],
    );
}

#[test]
fn while_the_turn_runs_there_is_no_foot() {
    check(
        vec![
            user("u", vec![text("do it")]),
            step("a", vec![tool()], |step| {
                step.finish = Some("tool-calls".to_owned());
            }),
        ],
        &BUSY,
        &["user u", "part a/p0"],
    );
    check(
        vec![step("a", vec![open("")], |step| step.completed = None)],
        &BUSY,
        &["part a/p0"],
    );
}

#[test]
fn a_turn_that_was_stopped_between_its_steps_has_a_foot_when_nothing_runs() {
    check(
        vec![step("a", vec![tool()], |step| {
            step.finish = Some("tool-calls".to_owned());
        })],
        &IDLE,
        &["part a/p0", "foot a"],
    );
}

#[test]
fn a_failed_step_says_so_before_its_foot() {
    check(
        vec![step("a", vec![], |step| step.failure = Some(failure()))],
        &IDLE,
        &["failure a", "foot a"],
    );
}

#[test]
fn blank_text_and_an_empty_list_of_files_have_no_row() {
    check(
        vec![step(
            "a",
            vec![text(" \n"), PartBody::Patch { files: vec![] }, text("word")],
            |_| {},
        )],
        &IDLE,
        &["part a/p2", "foot a"],
    );
}

#[test]
fn changed_files_are_named_where_no_edit_of_the_step_shows_them() {
    let edit = |path: &str, state| {
        let path = path.to_owned();
        tool_at(ToolInput::Edit { path }, state)
    };
    let changed = || PartBody::Patch {
        files: vec!["/srv/tide/src/a.rs".to_owned()],
    };
    for (path, state, shown) in [
        ("/srv/tide/src/a.rs", ToolState::Completed, false),
        ("src/a.rs", ToolState::Completed, false),
        ("c/a.rs", ToolState::Completed, true),
        ("/srv/tide/src/b.rs", ToolState::Completed, true),
        ("/srv/tide/src/a.rs", ToolState::Aborted, true),
    ] {
        let mut rows = vec!["part a/p0", "part a/p1", "foot a"];
        rows.retain(|row| shown || *row != "part a/p1");
        let step = step("a", vec![edit(path, state), changed()], |_| {});
        check(vec![step], &IDLE, &rows);
    }
    // A command may have changed it, and does not say so.
    let step = step("a", vec![tool(), changed()], |_| {});
    check(vec![step], &IDLE, &["part a/p0", "part a/p1", "foot a"]);
}

#[test]
fn what_the_system_put_in_the_owners_place_is_not_shown_as_said() {
    check(
        vec![
            user("s", vec![put_in("continue")]),
            user("c", vec![PartBody::Compaction { auto: true }]),
            user("m", vec![put_in("a file's text"), text("read it")]),
        ],
        &IDLE,
        &["part c/p0", "user m"],
    );
}

#[test]
fn a_prompt_on_its_way_has_the_key_of_the_message_it_becomes() {
    let id = MessageId::new("u");
    let before = rows(
        &Transcript::default(),
        std::slice::from_ref(&id),
        &IDLE,
        false,
    );
    assert_eq!(words(&before), ["user u"]);

    // Its message arrives first, its words in an event of their own; then it is forgotten.
    let bare = Transcript {
        entries: vec![user("u", vec![])],
        ..Transcript::default()
    };
    let arrived = rows(&bare, std::slice::from_ref(&id), &BUSY, false);
    assert_eq!(words(&arrived), ["user u", "working"]);
    let whole = Transcript {
        entries: vec![user("u", vec![text("do it")])],
        ..Transcript::default()
    };
    assert_eq!(rows(&whole, &[], &BUSY, false), arrived);
}

#[test]
fn a_turn_that_failed_without_a_message_is_told_once() {
    let transcript = Transcript {
        entries: vec![user("u", vec![text("do it")])],
        ..Transcript::default()
    };
    let seen = rows(&transcript, &[], &IDLE, true);
    assert_eq!(words(&seen), ["user u", "turn failure"]);

    let told = Transcript {
        entries: vec![step("a", vec![], |step| step.failure = Some(failure()))],
        ..Transcript::default()
    };
    let rows = rows(&told, &[], &IDLE, true);
    assert_eq!(words(&rows), ["failure a", "foot a"]);
}

#[test]
fn a_retry_is_the_last_row() {
    let retry = SessionStatus::Retry {
        attempt: 2,
        message: "overloaded".to_owned(),
        detail: None,
        next: Millis(5),
    };
    check(
        vec![user("u", vec![text("do it")])],
        &retry,
        &["user u", "retry"],
    );
}

#[test]
fn a_turns_cost_and_duration_are_those_of_all_its_steps() {
    let transcript = Transcript {
        entries: vec![
            user("u", vec![text("do it")]),
            step("a", vec![tool()], |step| step.cost = 0.25),
            step("b", vec![text("done")], |step| {
                step.cost = 0.5;
                step.tokens.output = 3;
                step.agent = Some("build".to_owned());
            }),
        ],
        ..Transcript::default()
    };
    let turn = turn_of(&transcript, &MessageId::new("b")).unwrap();
    assert!((turn.cost - 0.75).abs() < f64::EPSILON);
    assert_eq!(turn.tokens.output, 3);
    assert_eq!(turn.duration_ms, Some(7));
    assert_eq!(turn.agent.as_deref(), Some("build"));
}

#[test]
fn a_turn_of_which_there_is_nothing_to_be_seen_is_silent() {
    let finished = |finish: Option<&str>| {
        let finish = finish.map(str::to_owned);
        move |step: &mut Assistant| step.finish = finish
    };
    let failed = |step: &mut Assistant| {
        step.finish = Some("stop".to_owned());
        step.failure = Some(failure());
    };
    let silent = |end: Entry| {
        let transcript = Transcript {
            entries: vec![user("u", vec![text("do it")]), end],
            ..Transcript::default()
        };
        turn_of(&transcript, &MessageId::new("a")).is_some_and(|turn| turn.silent)
    };
    assert!(silent(step("a", vec![], finished(Some("stop")))));
    assert!(silent(step("a", vec![text(" ")], finished(Some("stop")))));
    assert!(!silent(step(
        "a",
        vec![text("word")],
        finished(Some("stop"))
    )));
    assert!(!silent(step("a", vec![tool()], finished(Some("stop")))));
    // Why there is nothing is said elsewhere.
    assert!(!silent(step("a", vec![], finished(None))));
    assert!(!silent(step("a", vec![], failed)));
}

fn looked(state: ToolState, search: bool) -> PartBody {
    let mut looked = tool();
    if let PartBody::Tool(tool) = &mut looked {
        tool.state = state;
        tool.input = if search {
            ToolInput::Glob {
                pattern: "*".to_owned(),
            }
        } else {
            ToolInput::Read {
                path: "a".to_owned(),
                lines: None,
            }
        };
    }
    looked
}

fn done(search: bool) -> PartBody {
    looked(ToolState::Completed, search)
}

#[test]
fn what_only_looked_around_is_folded_over_the_seams_of_steps_and_keeps_its_key() {
    let calls = |step: &mut Assistant| step.finish = Some("tool-calls".to_owned());
    let running = looked(ToolState::Running, false);
    let mut entries = vec![
        user("u", vec![text("look")]),
        step("a", vec![text("well"), done(false), done(true)], calls),
    ];
    check(
        entries.clone(),
        &BUSY,
        &["user u", "part a/p0", "explored a/p1", "working"],
    );

    // One that runs is seen until it has ended; then it joins the others.
    entries.push(step("b", vec![running], calls));
    check(
        entries.clone(),
        &BUSY,
        &["user u", "part a/p0", "explored a/p1", "part b/p0"],
    );
    entries.pop();
    entries.push(step(
        "b",
        vec![done(false), text("so"), done(false)],
        |_| {},
    ));
    check(
        entries.clone(),
        &IDLE,
        &[
            "user u",
            "part a/p0",
            "explored a/p1",
            "part b/p1",
            "part b/p2",
            "foot b",
        ],
    );
    let transcript = Transcript {
        entries,
        ..Transcript::default()
    };
    let around = Around {
        pending: &[],
        status: &IDLE,
        failed: false,
        apart: &SortedSet::new(),
        revert: None,
    };
    let (_, explored) = rows_of(&transcript, around);
    let group = explored
        .group(&MessageId::new("a"), &PartId::new("p1"))
        .unwrap();
    assert_eq!((group.members.len(), group.reads), (3, 2));
}

#[test]
fn what_the_owner_opened_is_not_folded_away() {
    let entries = vec![
        user("u", vec![text("look")]),
        step("a", vec![done(false), done(true), done(true)], |_| {}),
    ];
    let transcript = Transcript {
        entries,
        ..Transcript::default()
    };
    let opened: SortedSet<PartId> = std::iter::once(PartId::new("p0")).collect();
    let around = Around {
        pending: &[],
        status: &IDLE,
        failed: false,
        apart: &opened,
        revert: None,
    };
    assert_eq!(
        words(&rows_of(&transcript, around).0),
        ["user u", "part a/p0", "explored a/p1", "foot a"]
    );
}

#[test]
fn what_failed_is_not_folded_away() {
    let failed = looked(
        ToolState::Failed {
            error: "no".to_owned(),
        },
        false,
    );
    check(
        vec![step("a", vec![done(false), failed, done(false)], |_| {})],
        &IDLE,
        &["part a/p0", "part a/p1", "part a/p2", "foot a"],
    );
}

#[test]
fn what_waits_says_for_what_where_its_server_does() {
    let waiting = |waits| {
        let user = User {
            waits: Some(waits),
            ..User::default()
        };
        entry("v", 3, Role::User(user), vec![text("two")])
    };
    let said = |waits| {
        let one = step("a", vec![open("one")], |step| step.completed = None);
        vec![user("u", vec![text("one")]), one, waiting(waits)]
    };
    let busy = |word| ["user u", "part a/p0", "user v", word];
    check(said(Waits::Step), &BUSY, &busy("Queued v"));
    check(said(Waits::Turn), &BUSY, &busy("Later v"));
    // What a turn that was stopped left behind.
    check(vec![waiting(Waits::Step)], &IDLE, &["user v", "Parked v"]);
    // It is read at once: between its arrival and the first step nothing is said.
    let rows = ["user v", "working"];
    check(vec![waiting(Waits::Step)], &BUSY, &rows);
}

#[test]
fn what_is_said_while_a_turn_runs_is_queued_and_then_answered_with_the_next() {
    let to = |parent: &str| {
        let parent = MessageId::new(parent);
        move |step: &mut Assistant| step.parent = Some(parent)
    };
    let mut open = step("a", vec![], to("u"));
    if let Role::Assistant(step) = &mut open.message.role {
        step.completed = None;
    }
    check(
        vec![
            user("u", vec![text("one")]),
            open,
            user("v", vec![text("two")]),
        ],
        &BUSY,
        &["user u", "user v", "Queued v", "working"],
    );
    check(
        vec![
            user("u", vec![text("one")]),
            step("a", vec![], to("u")),
            user("v", vec![text("two")]),
            user("w", vec![text("three")]),
            step("b", vec![text("both")], to("w")),
        ],
        &IDLE,
        &[
            "user u",
            "foot a",
            "user v",
            "Together v",
            "user w",
            "part b/p0",
            "foot b",
        ],
    );
    // A prompt whose answer has not begun is not queued.
    check(
        vec![
            user("u", vec![text("one")]),
            step("a", vec![], to("u")),
            user("v", vec![text("two")]),
        ],
        &BUSY,
        &["user u", "foot a", "user v", "working"],
    );
}

#[test]
fn what_is_taken_back_begins_with_a_mark() {
    let transcript = Transcript {
        entries: vec![user("u", vec![text("one")]), user("v", vec![text("two")])],
        ..Transcript::default()
    };
    let around = Around {
        pending: &[],
        status: &IDLE,
        failed: false,
        apart: &SortedSet::new(),
        revert: Some(&MessageId::new("v")),
    };
    let rows = rows_of(&transcript, around).0;
    assert_eq!(words(&rows), ["user u", "reverted v", "user v"]);
}

#[test]
fn the_answer_to_copy_is_the_words_of_all_steps_without_thoughts_and_tools() {
    let transcript = Transcript {
        entries: vec![
            user("u", vec![text("do it")]),
            step("a", vec![text("I look. "), tool()], |_| {}),
            step(
                "b",
                vec![PartBody::Reasoning(Text::whole("hm")), text("**Done.**")],
                |_| {},
            ),
        ],
        ..Transcript::default()
    };
    assert_eq!(
        answer_of(&transcript, &MessageId::new("b")),
        "I look.\n\n**Done.**"
    );
}
