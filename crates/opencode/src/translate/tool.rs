//! Tool calls: what was asked, how far it is, what came out.

use domain::bulk::{BulkField, floor_char};
use domain::failure::Failure;
use domain::id::SessionId;
use domain::time::Millis;
use domain::tool::{FileDiff, Tool, ToolInput, ToolState};
use serde_json::Value;

use super::part::{Place, readable};
use crate::wire;

/// What the server writes under the output of a command that was stopped.
const ABORTED_OUTPUT: &str = "User aborted the command";
/// What it gives as the error of any other tool that was stopped.
const ABORTED_ERROR: &str = "Tool execution aborted";

/// A tool call; the status's name where we do not know it.
pub(super) fn tool(it: wire::part::Tool, place: &Place) -> Result<Tool, String> {
    let state = it.state;
    let error = state.error.unwrap_or_default();
    let output = state
        .output
        .or_else(|| text_at(&state.metadata, &["output"]));
    let reached = match state.status.as_str() {
        "pending" => ToolState::Pending,
        "running" => ToolState::Running,
        "completed" if output.as_deref().is_some_and(was_aborted) => ToolState::Aborted,
        "completed" => ToolState::Completed,
        "error" if error.starts_with(ABORTED_ERROR) => ToolState::Aborted,
        "error" => ToolState::Failed {
            error: cut(&error, Failure::DETAIL_MAX_BYTES),
        },
        _ => return Err(state.status),
    };
    Ok(Tool {
        call: it.call,
        input: input(&it.name, &state.input, &state.metadata, place),
        diffs: diffs(&state.metadata, place),
        exit: state.metadata.get("exit").and_then(Value::as_i64),
        output: output.map(|output| place.long(output, BulkField::Output)),
        state: reached,
        started: state.time.start.map(Millis),
        ended: state.time.end.map(Millis),
        name: it.name,
    })
}

/// Whether a command's output ends in the remark that it was stopped. A command may print
/// the same words itself, but not in the server's own frame around them.
fn was_aborted(output: &str) -> bool {
    output.trim_end().ends_with("</shell_metadata>")
        && output
            .rfind("<shell_metadata>")
            .and_then(|at| output.get(at..))
            .is_some_and(|remark| remark.contains(ABORTED_OUTPUT))
}

fn input(name: &str, input: &Value, metadata: &Value, place: &Place) -> ToolInput {
    let text = |keys: &[&str]| text_at(input, keys);
    if input.as_object().is_none_or(serde_json::Map::is_empty) {
        return ToolInput::Empty;
    }
    let path = || text(&["filePath", "path", "file"]);
    let known = match name {
        "bash" | "shell" => text(&["command"]).map(|command| ToolInput::Bash {
            command: place.long(command, BulkField::Input),
            description: text(&["description"]),
        }),
        "read" => path().map(|path| ToolInput::Read { path }),
        "edit" | "multiedit" => path().map(|path| ToolInput::Edit { path }),
        "write" => path().map(|path| ToolInput::Write { path }),
        "patch" | "apply_patch" => Some(ToolInput::Patch {
            paths: patched(&text(&["patchText", "patch"]).unwrap_or_default()),
        }),
        "glob" => text(&["pattern"]).map(|pattern| ToolInput::Glob { pattern }),
        "grep" => text(&["pattern"]).map(|pattern| ToolInput::Grep {
            pattern,
            include: text(&["include", "path"]),
        }),
        "list" | "ls" => path().map(|path| ToolInput::List { path }),
        "webfetch" => text(&["url"]).map(|url| ToolInput::WebFetch { url }),
        "websearch" => text(&["query"]).map(|query| ToolInput::WebSearch { query }),
        "todowrite" => count(input, "todos").map(|count| ToolInput::Todo { count }),
        "question" => count(input, "questions").map(|count| ToolInput::Question { count }),
        "task" | "subagent" => Some(ToolInput::Task {
            agent: text(&["subagent_type", "agent"]).unwrap_or_default(),
            description: text(&["description"]).unwrap_or_default(),
            session: text_at(metadata, &["sessionId", "sessionID"]).map(SessionId::new),
        }),
        "skill" => text(&["name", "id"]).map(|name| ToolInput::Skill { name }),
        "invalid" => Some(ToolInput::Invalid {
            tool: text(&["tool"]).unwrap_or_default(),
            error: cut(
                &text(&["error"]).unwrap_or_default(),
                Failure::DETAIL_MAX_BYTES,
            ),
        }),
        _ => None,
    };
    known.unwrap_or_else(|| ToolInput::Other {
        arguments: place.long(readable(input), BulkField::Input),
    })
}

fn diffs(metadata: &Value, place: &Place) -> Vec<FileDiff> {
    patches(metadata)
        .into_iter()
        .map(|it| FileDiff {
            path: it.path,
            additions: it.additions,
            deletions: it.deletions,
            patch: place.long(it.diff, BulkField::Diff),
        })
        .collect()
}

/// A file's change as a tool tells it.
pub(crate) struct Patch {
    path: String,
    additions: u64,
    deletions: u64,
    /// The unified diff.
    pub(crate) diff: String,
}

/// The changes that a tool's metadata tells: one file (`filediff`) or several (`files`).
pub(crate) fn patches(metadata: &Value) -> Vec<Patch> {
    let several = metadata.get("files").and_then(Value::as_array);
    let one = metadata.get("filediff");
    several
        .into_iter()
        .flatten()
        .chain(one)
        .filter_map(|it| {
            let diff = text_at(it, &["patch", "diff"])?;
            let (added, removed) = counted(&diff);
            let number = |key: &str| it.get(key).and_then(Value::as_u64);
            Some(Patch {
                path: text_at(it, &["file", "filePath", "path", "relativePath"])?,
                additions: number("additions").unwrap_or(added),
                deletions: number("deletions").unwrap_or(removed),
                diff,
            })
        })
        .collect()
}

/// The lines that a unified diff adds and removes.
fn counted(patch: &str) -> (u64, u64) {
    patch
        .lines()
        .skip_while(|line| !line.starts_with("@@"))
        .fold((0, 0), |(added, removed), line| {
            match line.as_bytes().first() {
                Some(b'+') => (added + 1, removed),
                Some(b'-') => (added, removed + 1),
                Some(_) | None => (added, removed),
            }
        })
}

/// The files that a patch in the model's own notation names.
fn patched(patch: &str) -> Vec<String> {
    const HEADS: [&str; 3] = ["*** Add File: ", "*** Update File: ", "*** Delete File: "];
    patch
        .lines()
        .filter_map(|line| HEADS.iter().find_map(|head| line.strip_prefix(head)))
        .map(|path| path.trim().to_owned())
        .collect()
}

/// The first of `keys` that holds a text.
pub(crate) fn text_at(value: &Value, keys: &[&str]) -> Option<String> {
    keys.iter()
        .find_map(|key| value.get(key).and_then(Value::as_str))
        .map(str::to_owned)
}

fn count(value: &Value, key: &str) -> Option<u32> {
    let list = value.get(key).and_then(Value::as_array)?;
    u32::try_from(list.len()).ok()
}

fn cut(text: &str, max: usize) -> String {
    text.get(..floor_char(text, max))
        .unwrap_or_default()
        .to_owned()
}
