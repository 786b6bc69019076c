//! Tool calls: what was asked ([`asked`]), how far it is, what came out ([`came`]) and what
//! it changed ([`patch`]).

mod asked;
mod came;
mod patch;

use domain::bulk::{BulkField, LongText, floor_char};
use domain::failure::Failure;
use domain::time::Millis;
use domain::tool::{FileDiff, Tool, ToolState};
use serde_json::Value;

use super::part::Place;
use crate::wire;

pub(crate) use asked::input;
pub(crate) use came::output;
pub(crate) use patch::patches;

/// What the server writes under the output of a command that was stopped.
const ABORTED_OUTPUT: &str = "User aborted the command";
/// What it gives as the error of any other tool that was stopped.
const ABORTED_ERROR: &str = "Tool execution aborted";

/// What it gives as the error of a tool that the owner denied, before the owner's word.
const DENIED: &str = "The user rejected permission to use this specific tool call";
/// What stands between that and the word.
const DENIED_WORD: &str = "with the following feedback:";
/// What it gives as the error of a question that the owner did not answer.
const DISMISSED: &str = "The user dismissed this question";

/// How many of the files that one call changed are told of: each takes about 300 bytes.
const DIFFS_MAX: u16 = 50;
/// How much of all its changes travels together, in bytes, beside what it was asked and what
/// it printed.
const DIFFS_MAX_BYTES: usize = 20 * 1024;

/// A tool call; the status's name where we do not know it.
pub(super) fn tool(it: wire::part::Tool, place: &Place) -> Result<Tool, String> {
    let state = it.state;
    let error = state.error.unwrap_or_default();
    let printed = state
        .output
        .or_else(|| text_at(&state.metadata, &["output"]));
    let reached = match state.status.as_str() {
        "pending" => ToolState::Pending,
        "running" => ToolState::Running,
        "completed" if printed.as_deref().is_some_and(was_aborted) => ToolState::Aborted,
        "completed" => ToolState::Completed,
        "error" => went_wrong(&error),
        _ => return Err(state.status),
    };
    let number = |key: &str| state.metadata.get(key).and_then(Value::as_u64);
    Ok(Tool {
        call: it.call,
        input: asked::input(&it.name, &state.input, &state.metadata, place),
        diffs: diffs(&it.name, &state.input, &state.metadata, place),
        exit: state.metadata.get("exit").and_then(Value::as_i64),
        found: number("matches").or_else(|| number("count")),
        output: output(&it.name, &state.input, &state.metadata, printed)
            .map(|output| place.long(output, BulkField::Output)),
        state: reached,
        started: state.time.start.map(Millis),
        ended: state.time.end.map(Millis),
        name: it.name,
    })
}

/// What an error of a tool comes to: not each is a failure.
fn went_wrong(error: &str) -> ToolState {
    if error.starts_with(ABORTED_ERROR) {
        ToolState::Aborted
    } else if error.starts_with(DENIED) {
        let word = error.split_once(DENIED_WORD);
        let word = word.map(|(_, word)| cut(word.trim(), Failure::DETAIL_MAX_BYTES));
        ToolState::Denied {
            word: word.filter(|word| !word.is_empty()),
        }
    } else if error.starts_with(DISMISSED) {
        ToolState::Denied { word: None }
    } else {
        ToolState::Failed {
            error: cut(error, Failure::DETAIL_MAX_BYTES),
        }
    }
}

/// Whether a command's output ends in the remark that it was stopped. A command may print
/// the same words itself, but not in the server's own frame around them.
fn was_aborted(output: &str) -> bool {
    output.trim_end().ends_with(came::REMARK_END)
        && output
            .rfind(came::REMARK)
            .and_then(|at| output.get(at..))
            .is_some_and(|remark| remark.contains(ABORTED_OUTPUT))
}

/// What the tool `name` changed: the first files of very many, and of those only as much of
/// the changes themselves as fits. The others are fetched when they are opened.
pub(crate) fn diffs(name: &str, input: &Value, metadata: &Value, place: &Place) -> Vec<FileDiff> {
    let mut room = DIFFS_MAX_BYTES;
    (0..DIFFS_MAX)
        .zip(patches(name, input, metadata))
        .map(|(at, it)| {
            let whole = place.long(it.diff, BulkField::Diff(at));
            let carried = match &whole {
                LongText::Whole(text) => text.len(),
                LongText::Cut(bulk) => bulk.head.len() + bulk.tail.len(),
            };
            let patch = if carried > room {
                place.elsewhere(whole.len(), BulkField::Diff(at))
            } else {
                room -= carried;
                whole
            };
            FileDiff {
                path: it.path,
                additions: it.additions,
                deletions: it.deletions,
                patch,
            }
        })
        .collect()
}

/// The first of `keys` that holds a text.
pub(crate) fn text_at(value: &Value, keys: &[&str]) -> Option<String> {
    keys.iter()
        .find_map(|key| value.get(key).and_then(Value::as_str))
        .map(str::to_owned)
}

/// `text`, cut where it is longer than `max` bytes.
pub(crate) fn cut(text: &str, max: usize) -> String {
    text.get(..floor_char(text, max))
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_owner_denied_did_not_fail_and_keeps_the_owners_word() {
        let denied = |word: Option<&str>| ToolState::Denied {
            word: word.map(str::to_owned),
        };
        let rejected = "The user rejected permission to use this specific tool call";
        let said = format!("{rejected} with the following feedback: Use the bin, please.");
        assert_eq!(went_wrong(&format!("{rejected}.")), denied(None));
        assert_eq!(went_wrong(&said), denied(Some("Use the bin, please.")));
        assert_eq!(went_wrong("The user dismissed this question"), denied(None));
        assert_eq!(went_wrong("Tool execution aborted"), ToolState::Aborted);
        let failed = ToolState::Failed {
            error: "ENOENT".to_owned(),
        };
        assert_eq!(went_wrong("ENOENT"), failed);
    }
}
