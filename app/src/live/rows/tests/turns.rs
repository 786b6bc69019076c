//! How turns begin, run and end in rows.

use super::*;

#[test]
fn a_step_that_was_stopped_while_it_was_tried_again_says_so() {
    let stopped = |step: &mut Assistant| step.finish = None;
    for parts in [vec![], vec![open("Half")]] {
        let transcript = Transcript {
            entries: vec![user("u", vec![text("do it")]), step("a", parts, stopped)],
            ..Transcript::default()
        };
        let rows = words(&rows(&transcript, &[], &IDLE, false));
        assert!(rows.contains(&"stopped a".to_owned()), "{rows:?}");
    }
    // A shell command of the owner's, and what older versions of OpenCode say.
    check(
        vec![
            step("a", vec![done(false)], stopped),
            step("b", vec![text("Done.")], stopped),
        ],
        &IDLE,
        &["part a/p0", "part b/p0", "foot b"],
    );
}

#[test]
fn a_prompt_that_did_not_fit_stands_once() {
    let end = |step: &mut Assistant| step.finish = None;
    let summary = |step: &mut Assistant| step.summary = true;
    let compaction = |auto| vec![PartBody::Compaction { auto }];
    let talk = |auto| {
        vec![
            user("u", vec![text("long")]),
            step("a", vec![], end),
            user("c", compaction(auto)),
            step("s", vec![text("so far")], summary),
            user("v", vec![text("long")]),
            step("b", vec![text("done")], |_| {}),
        ]
    };
    check(
        talk(true),
        &IDLE,
        &[
            "user u",
            "part c/p0",
            "summary s/p0",
            "foot s",
            "part b/p0",
            "foot b",
        ],
    );
    let said_again = Transcript {
        entries: talk(false),
        ..Transcript::default()
    };
    let rows = rows(&said_again, &[], &IDLE, false);
    assert!(words(&rows).contains(&"user v".to_owned()), "the owner did");
}

#[test]
fn only_a_turn_that_says_something_has_words_to_copy() {
    let transcript = Transcript {
        entries: vec![
            step("a", vec![text("I look.")], |step| {
                step.finish = Some("tool-calls".to_owned());
            }),
            step("b", vec![done(false)], |_| {}),
            user("u", vec![text("do it")]),
            step("c", vec![text(" "), done(false)], |_| {}),
        ],
        ..Transcript::default()
    };
    let speaks = |end| turn_of(&transcript, &MessageId::new(end)).map(|turn| turn.speaks);
    assert_eq!(speaks("b"), Some(true));
    assert_eq!(speaks("c"), Some(false));
}

#[test]
fn a_turn_that_runs_always_shows_that_it_does() {
    let begun = |step: &mut Assistant| step.completed = None;
    let calls = |step: &mut Assistant| step.finish = Some("tool-calls".to_owned());
    let prompt = || user("u", vec![text("do it")]);
    let cases = [
        (vec![prompt()], true),
        (vec![prompt(), step("a", vec![], begun)], true),
        (vec![prompt(), step("a", vec![open("I")], begun)], false),
        (vec![prompt(), step("a", vec![text("I")], begun)], true),
        (vec![prompt(), step("a", vec![tool()], begun)], false),
        (vec![prompt(), step("a", vec![done(false)], calls)], true),
        // It only has not yet been told that it is over.
        (
            vec![prompt(), step("a", vec![text("Done.")], |_| {})],
            false,
        ),
    ];
    for (at, (entries, expected)) in cases.into_iter().enumerate() {
        let transcript = Transcript {
            entries,
            ..Transcript::default()
        };
        let works = rows(&transcript, &[], &BUSY, false).last() == Some(&RowKey::Working);
        assert_eq!(works, expected, "{at}");
        let works = rows(&transcript, &[], &IDLE, false).contains(&RowKey::Working);
        assert!(!works, "{at}: nothing runs");
    }
}
