use domain::id::SessionId;
use domain::session::SessionStatus;
use domain::sync::Seq;
use domain::tool::ToolState;

use super::*;
use crate::relay::live::Live;
use crate::relay::testing::{assistant, at, bash, live, piece, session, since, status, text};

/// A running session with an open text, and where the journal stands.
fn streaming(part: &str) -> (Live, PartRef, Seq) {
    let mut live = live(&["s"]);
    let place = at("s", "m", part);
    live.commit(&status("s", SessionStatus::Busy));
    live.absorb(assistant("s", "m", 10));
    live.absorb(text(&place, "", true));
    let here = live.position().seq;
    (live, place, here)
}

fn words(live: &Live, place: &PartRef) -> String {
    text_of(live.mirror(), place).unwrap().text.clone()
}

#[test]
fn a_piece_gets_its_offset() {
    let (mut live, place, here) = streaming("p");
    live.grow(&piece(&place, "one "));
    live.grow(&piece(&place, "two"));
    let offsets: Vec<usize> = since(&live, here)
        .iter()
        .filter_map(|event| {
            let Event::TextAppended { offset, .. } = event else {
                return None;
            };
            Some(*offset)
        })
        .collect();
    assert_eq!(offsets, [0, 4]);
}

#[test]
fn a_closing_snapshot_equal_to_what_streamed_only_says_that_it_ended() {
    let (mut live, place, _) = streaming("p");
    live.grow(&piece(&place, "done"));
    let here = live.position().seq;
    live.absorb(text(&place, "done", false));
    assert!(matches!(
        since(&live, here).as_slice(),
        [Event::TextEnded { len: 4, .. }]
    ));
    assert!(!text_of(live.mirror(), &place).unwrap().open);
}

#[test]
fn a_closing_snapshot_that_differs_replaces_the_text() {
    let (mut live, place, _) = streaming("p");
    live.grow(&piece(&place, "dnoe"));
    live.absorb(text(&place, "done", false));
    assert_eq!(words(&live, &place), "done");
}

#[test]
fn a_snapshot_that_says_nothing_new_leaves_no_trace() {
    let (mut live, place, _) = streaming("p");
    live.absorb(text(&place, "done", false));
    let here = live.position();
    assert!(!live.absorb(text(&place, "done", false)));
    assert!(!live.absorb(assistant("s", "m", 10)));
    assert_eq!(live.position(), here);
}

#[test]
fn a_read_does_not_reopen_or_shorten_what_is_known() {
    let (mut live, place, _) = streaming("p");
    live.grow(&piece(&place, "half"));
    assert!(!live.absorb(text(&place, "", true)));
    live.absorb(text(&place, "half", false));
    assert!(!live.absorb(text(&place, "", true)));
    assert_eq!(words(&live, &place), "half");
}

#[test]
fn pieces_of_unknown_or_ended_texts_are_ignored() {
    let (mut live, place, _) = streaming("p");
    assert!(!live.grow(&piece(&at("s", "m", "other"), "x")));
    live.absorb(text(&place, "end", false));
    assert!(!live.grow(&piece(&place, "x")));
    assert_eq!(words(&live, &place), "end");
}

#[test]
fn after_a_break_the_next_piece_marks_the_hole_and_the_closing_snapshot_heals_it() {
    let (mut live, place, _) = streaming("p");
    live.grow(&piece(&place, "before "));
    live.mark_broken();
    let here = live.position().seq;
    live.grow(&piece(&place, "after"));
    assert!(matches!(
        since(&live, here).as_slice(),
        [Event::TextBroken(_), Event::TextAppended { .. }]
    ));
    assert_eq!(text_of(live.mirror(), &place).unwrap().hole, Some(7));
    live.absorb(text(&place, "before and after", false));
    let healed = text_of(live.mirror(), &place).unwrap();
    assert_eq!(
        (healed.hole, healed.text.as_str()),
        (None, "before and after")
    );
}

#[test]
fn a_text_that_begins_after_the_break_has_no_hole() {
    let (mut live, place, _) = streaming("p");
    live.mark_broken();
    live.absorb(text(&place, "", true));
    live.grow(&piece(&place, "whole"));
    assert_eq!(text_of(live.mirror(), &place).unwrap().hole, None);
}

#[test]
fn a_running_tools_longer_output_travels_as_what_is_new() {
    let (mut live, _, _) = streaming("p");
    let place = at("s", "m", "tool");
    live.absorb(bash(&place, ToolState::Running, "line 1\n"));
    let here = live.position().seq;
    live.absorb(bash(&place, ToolState::Running, "line 1\nline 2\n"));
    assert!(matches!(
        since(&live, here).as_slice(),
        [Event::OutputAppended { offset: 7, text, .. }] if text == "line 2\n"
    ));
    let long = "a line of output\n".repeat(2_000);
    live.absorb(bash(&place, ToolState::Running, &long));
    let here = live.position().seq;
    live.absorb(bash(&place, ToolState::Running, &format!("{long}more\n")));
    assert!(matches!(
        since(&live, here).as_slice(),
        [Event::OutputAppended { text, .. }] if text == "more\n"
    ));
}

#[test]
fn output_that_was_rewritten_is_replaced() {
    let (mut live, _, _) = streaming("p");
    let place = at("s", "m", "tool");
    live.absorb(bash(&place, ToolState::Running, "10%"));
    let here = live.position().seq;
    live.absorb(bash(&place, ToolState::Running, "100%!"));
    assert!(matches!(
        since(&live, here).as_slice(),
        [Event::PartUpserted { .. }]
    ));
}

#[test]
fn a_tool_does_not_go_back_to_running() {
    let (mut live, _, _) = streaming("p");
    let place = at("s", "m", "tool");
    live.absorb(bash(&place, ToolState::Completed, "ok"));
    assert!(!live.absorb(bash(&place, ToolState::Running, "")));
}

#[test]
fn what_we_closed_after_a_crash_stays_closed_when_it_is_read_again() {
    let (mut live, place, _) = streaming("p");
    let tool = at("s", "m", "tool");
    live.absorb(bash(&tool, ToolState::Running, "half"));
    live.commit(&status("s", SessionStatus::Idle));
    live.commit(&Event::TurnSettled {
        session: SessionId::new("s"),
    });
    assert!(!live.absorb(assistant("s", "m", 10)));
    assert!(!live.absorb(text(&place, "", true)));
    assert!(!live.absorb(bash(&tool, ToolState::Running, "half")));
}

/// A text that we closed, because its session was thought to do nothing.
fn closed_by_us() -> (Live, PartRef, Seq) {
    let (mut live, place, _) = streaming("p");
    live.grow(&piece(&place, "One "));
    live.commit(&status("s", SessionStatus::Idle));
    live.commit(&Event::TurnSettled {
        session: SessionId::new("s"),
    });
    assert!(!live.grow(&piece(&place, "two ")), "nothing runs");
    live.commit(&status("s", SessionStatus::Busy));
    let here = live.position().seq;
    (live, place, here)
}

fn assert_goes_on(live: &Live, place: &PartRef) {
    let text = text_of(live.mirror(), place).unwrap();
    let shown = (text.text.as_str(), text.open, text.hole);
    assert_eq!(shown, ("One three", true, Some(4)));
    let entry = live.mirror().transcripts[&place.session].entry(&place.message);
    let Role::Assistant(step) = &entry.unwrap().message.role else {
        panic!("a step")
    };
    assert!(step.is_open());
}

#[test]
fn a_text_that_we_closed_takes_words_again_when_its_step_goes_on() {
    let (mut live, place, here) = closed_by_us();
    live.grow(&piece(&place, "three"));
    assert_goes_on(&live, &place);
    assert!(matches!(
        since(&live, here).as_slice(),
        [
            Event::MessageUpserted { .. },
            Event::PartUpserted { .. },
            Event::TextBroken(_),
            Event::TextAppended { offset: 4, .. }
        ]
    ));
    live.absorb(text(&place, "One two three.", false));
    let healed = text_of(live.mirror(), &place).unwrap();
    assert_eq!((healed.open, healed.hole), (false, None));
    assert!(!live.grow(&piece(&place, "x")), "OpenCode ended it");
    assert!(!live.absorb(text(&place, "", true)));
}

#[test]
fn a_text_that_we_closed_is_open_again_when_it_is_read_so() {
    let (mut live, place, _) = closed_by_us();
    assert!(live.absorb(text(&place, "", true)));
    live.grow(&piece(&place, "three"));
    assert_goes_on(&live, &place);
}

#[test]
fn what_a_crash_left_open_stays_closed_while_a_later_step_runs() {
    let (mut live, place, _) = closed_by_us();
    let tool = at("s", "m", "tool");
    live.absorb(bash(&tool, ToolState::Interrupted, ""));
    live.absorb(assistant("s", "later", 20));
    assert!(!live.absorb(assistant("s", "m", 10)));
    assert!(!live.absorb(text(&place, "", true)));
    assert!(!live.absorb(bash(&tool, ToolState::Running, "")));
    assert!(!live.grow(&piece(&place, "three")));
}

#[test]
fn a_long_text_that_comes_at_once_is_split_and_comes_out_whole() {
    let (mut live, place, here) = streaming("p");
    let long = "ä word or two, ".repeat(20_000);
    live.absorb(text(&place, &long, false));
    assert_eq!(words(&live, &place), long);
    for event in since(&live, here) {
        assert!(serde_json::to_string(&event).unwrap().len() < 64 * 1024);
    }
}

#[test]
fn whoever_is_brought_into_the_index_is_introduced_first() {
    let mut live = live(&["old"]);
    let here = live.position().seq;
    live.commit(&status("old", SessionStatus::Busy));
    assert!(matches!(
        since(&live, here).as_slice(),
        [Event::SessionUpserted { session: it }, Event::StatusChanged { .. }] if *it == session("old")
    ));
}

#[test]
fn what_a_tool_had_printed_before_it_died_is_shown_when_it_is_read() {
    let (mut live, _, _) = streaming("p");
    let place = at("s", "m", "tool");
    live.absorb(bash(&place, ToolState::Running, "line 1\n"));
    for event in [
        status("s", SessionStatus::Idle),
        Event::TurnSettled {
            session: SessionId::new("s"),
        },
    ] {
        live.commit(&event);
    }
    assert!(!live.absorb(bash(&place, ToolState::Running, "")), "older");
    assert!(live.absorb(bash(&place, ToolState::Running, "line 1\nline 2\n")));
    let part = live.mirror().transcripts[&SessionId::new("s")].part(&place.message, &place.part);
    let PartBody::Tool(tool) = &part.unwrap().body else {
        panic!("a tool")
    };
    assert_eq!(tool.state, ToolState::Interrupted);
    assert_eq!(
        tool.output,
        Some(LongText::Whole("line 1\nline 2\n".to_owned()))
    );
}

#[test]
fn a_step_that_begins_anew_drops_what_it_had_not_ended_and_nothing_else() {
    let mut live = live(&["s"]);
    let [thought, half, again] = ["thought", "half", "again"].map(|part| at("s", "m", part));
    let [first, second] = ["mark 1", "mark 2"].map(|part| at("s", "m", part));
    live.commit(&status("s", SessionStatus::Busy));
    live.absorb(assistant("s", "m", 10));
    live.begin_step(first);
    live.absorb(text(&thought, "Hm.", false));
    live.absorb(text(&half, "", true));
    live.grow(&piece(&half, "Half of"));
    let here = live.position().seq;
    live.begin_step(second.clone());
    let told = since(&live, here);
    let [Event::PartRemoved(gone)] = told.as_slice() else {
        panic!("one part goes")
    };
    assert_eq!(*gone, half);
    live.absorb(text(&again, "", true));
    live.grow(&piece(&again, "All of it"));
    // Frames may come twice.
    live.begin_step(second);
    assert_eq!(words(&live, &thought), "Hm.");
    assert_eq!(words(&live, &again), "All of it");
}
