//! Recorded streams, down to the mirror.

use domain::question::Answers;
use domain::time::Millis;
use opencode::translate::frame;
use opencode::{Upstream, Verdict};

use crate::capture;
use crate::driver::Driver;
use crate::render::render;

fn check(scenario: &str) {
    let bytes = capture::bytes(&capture::frames(scenario));
    let driver = Driver::read([bytes.as_slice()]);
    insta::assert_snapshot!(scenario, render(&driver));
}

/// Reads a scenario up to and with the first frame that holds `mark`.
fn check_until(scenario: &str, mark: &str, snapshot: &str) {
    let frames = capture::frames(scenario);
    let at = frames.iter().position(|frame| frame.contains(mark));
    let bytes = capture::bytes(&frames[..=at.unwrap()]);
    let driver = Driver::read([bytes.as_slice()]);
    insta::assert_snapshot!(snapshot, render(&driver));
}

#[test]
fn a_permission_pending_shows_what_is_asked() {
    check_until("permission-once", "permission.asked", "permission-pending");
}

#[test]
fn a_question_pending_shows_its_options() {
    check_until("question-reply-two", "question.asked", "question-pending");
}

#[test]
fn how_an_ask_was_answered_is_told() {
    let told = |scenario: &str| -> Vec<Option<Verdict>> {
        let frames = capture::frames(scenario);
        let said = frames
            .iter()
            .filter_map(|json| frame(json, Millis(1)).unwrap());
        let mut verdicts = Vec::new();
        for it in said {
            if let Upstream::Closed { verdict, .. } = it {
                verdicts.push(verdict);
            }
        }
        verdicts
    };
    assert_eq!(told("permission-once"), [Some(Verdict::Allowed)]);
    assert_eq!(told("permission-reject"), [Some(Verdict::Denied)]);
    assert_eq!(told("question-reject"), [Some(Verdict::Skipped)]);
    let answers = told("question-reply-two");
    let [Some(Verdict::Answered(Answers(answers)))] = answers.as_slice() else {
        panic!("{answers:?}");
    };
    assert_eq!(answers.len(), 2, "{answers:?}");
    let unknown = r#"{"payload":{"type":"permission.replied","properties":{"requestID":"per_1","reply":"perhaps"}}}"#;
    assert!(matches!(
        frame(unknown, Millis(1)),
        Ok(Some(Upstream::Closed { verdict: None, .. }))
    ));
}

#[test]
fn a_retry_says_why_and_when() {
    check_until("retry-429", r#""type":"retry""#, "retry-pending");
}

#[test]
fn a_text_that_streams_is_open() {
    check_until("turn-text", "message.part.delta", "text-open");
}

#[test]
fn a_session_can_be_taken_back_to_a_message() {
    check_until("session-ops", r#""revert":{"#, "session-reverted");
}

#[test]
fn sessions_are_renamed_forked_and_archived() {
    check_until("session-ops", r#""archived":"#, "session-archived");
}

macro_rules! scenarios {
    ($($name:ident: $scenario:literal;)*) => {$(
        #[test]
        fn $name() {
            check($scenario);
        }
    )*};
}

scenarios! {
    a_turn_ends_as_text: "turn-text";
    reasoning_stands_before_the_answer: "turn-think";
    a_command_shows_its_output_and_exit_status: "tool-bash";
    a_slow_command_ends_with_all_its_output: "tool-bash-slow";
    an_edit_shows_its_diff: "tool-edit";
    tools_side_by_side_end_each_for_itself: "tool-parallel";
    a_sub_agent_works_in_a_session_below: "tool-task";
    the_list_of_things_to_do_is_replaced_whole: "tool-todo";
    a_tool_that_does_not_exist_is_shown_as_invalid: "tool-badtool";
    a_permission_allowed_is_gone_and_its_tool_ran: "permission-once";
    a_permission_denied_fails_its_tool: "permission-reject";
    two_permissions_at_once_are_both_answered: "permission-two-parallel";
    two_questions_are_answered_together: "question-reply-two";
    a_question_dismissed_fails_its_tool: "question-reject";
    a_stopped_text_keeps_what_was_said: "abort-text";
    a_stopped_command_is_aborted_not_failed: "abort-tool";
    a_refusal_of_the_provider_is_one_sentence: "error-400";
    an_overflow_leads_to_a_compaction: "error-overflow";
    a_retry_goes_on_in_the_same_message: "retry-429";
    an_attempt_that_failed_leaves_no_words: "error-mid-stream";
    prompts_sent_while_busy_are_answered_together: "busy-queue";
    a_compaction_writes_a_summary: "compaction";
    sessions_all_deleted_leave_nothing: "session-ops";
    shell_commands_and_attachments: "shell-and-command";
    two_directories_share_one_stream: "two-directories";
    a_dropped_instance_is_told: "dispose";
}
