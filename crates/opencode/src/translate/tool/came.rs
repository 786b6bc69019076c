//! What came out of a tool, without the frames that OpenCode puts around it for the model.

use serde_json::Value;

use super::super::part::readable;
use super::patch::patches;
use super::text_at;

/// Where the server's own remarks below a command's output begin.
pub(super) const REMARK: &str = "<shell_metadata>";
/// Where they end.
pub(super) const REMARK_END: &str = "</shell_metadata>";
/// What the server gives for a command that printed nothing.
const NOTHING: &str = "(no output)";
/// Where the files of a skill begin.
const SKILL_FILES: &str = "<skill_files>";
/// Where they end.
const SKILL_FILES_END: &str = "</skill_files>";
/// Above this many bytes JSON is shown as it came: it is not read line by line.
const READABLE_MAX_BYTES: usize = 64 * 1024;

/// What the tool `name` has to tell, given what it `printed`; none where another part of
/// the card says it already.
pub(crate) fn output(
    name: &str,
    input: &Value,
    metadata: &Value,
    printed: Option<String>,
) -> Option<String> {
    let printed = printed?;
    match name {
        "bash" | "shell" => Some(without_frame(printed)),
        "read" => Some(file_text(metadata).unwrap_or(printed)),
        "write" => match metadata.get("exists").and_then(Value::as_bool) {
            // Of what was there before nothing is told: the new text is all there is.
            Some(true) => text_at(input, &["content"]),
            Some(false) | None => quiet(name, input, metadata, printed),
        },
        "edit" | "multiedit" | "patch" | "apply_patch" => quiet(name, input, metadata, printed),
        "task" | "subagent" => Some(within(printed, "<task_result>", "</task_result>")),
        "skill" => Some(skill(&within(printed, ">\n", "</skill_content>"))),
        "todowrite" | "invalid" => None,
        // What was answered is told beside each question.
        "question" if metadata.get("answers").is_some() => None,
        "glob" | "grep" | "list" | "ls" | "webfetch" | "websearch" | "question" => Some(printed),
        _ => Some(legible(printed)),
    }
}

/// The text of a file, as it was read.
fn file_text(metadata: &Value) -> Option<String> {
    let display = metadata.get("display")?;
    if display.get("type").and_then(Value::as_str) != Some("file") {
        return None;
    }
    text_at(display, &["text"])
}

/// "Edit applied successfully" says less than the diff; what a language server complains
/// about afterwards says more.
fn quiet(name: &str, input: &Value, metadata: &Value, printed: String) -> Option<String> {
    let complains = metadata
        .get("diagnostics")
        .and_then(Value::as_object)
        .is_some_and(|found| !found.is_empty());
    (complains || patches(name, input, metadata).is_empty()).then_some(printed)
}

/// A command's output with the server's remarks as plain words at its end.
fn without_frame(printed: String) -> String {
    if printed == NOTHING {
        return String::new();
    }
    let framed = printed
        .trim_end()
        .strip_suffix(REMARK_END)
        .and_then(|rest| rest.rsplit_once(REMARK));
    match framed {
        Some((said, remark)) => format!("{}\n{}", said.trim_end(), remark.trim()),
        None => printed,
    }
}

/// What stands between the first `from` and the last `to`; all of it where they are missing.
fn within(printed: String, from: &str, to: &str) -> String {
    let inner = printed
        .split_once(from)
        .and_then(|(_, rest)| rest.rsplit_once(to));
    match inner {
        Some((inner, _)) => inner.trim().to_owned(),
        None => printed,
    }
}

/// A skill with its files as a list, where it has any.
fn skill(text: &str) -> String {
    let Some((said, rest)) = text.split_once(SKILL_FILES) else {
        return text.to_owned();
    };
    let (files, after) = rest.split_once(SKILL_FILES_END).unwrap_or((rest, ""));
    let mut told = said.trim_end().to_owned();
    for file in files.lines().map(str::trim) {
        let file = file.strip_prefix("<file>").unwrap_or(file);
        let file = file.strip_suffix("</file>").unwrap_or(file);
        if !file.is_empty() {
            told.push_str("\n- ");
            told.push_str(file);
        }
    }
    told.push_str(after.trim_end());
    told
}

/// JSON laid out for reading; anything else as it is.
fn legible(printed: String) -> String {
    let is_long = printed.len() > READABLE_MAX_BYTES;
    if is_long || !printed.trim_start().starts_with(['{', '[']) {
        return printed;
    }
    serde_json::from_str(&printed).map_or(printed, |value| readable(&value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "what is written on the spot")]
    fn of(name: &str, metadata: Value, printed: &str) -> Option<String> {
        output(name, &json!({}), &metadata, Some(printed.to_owned()))
    }

    #[test]
    fn what_is_framed_for_the_model_is_told_without_its_frame() {
        let told = |name, printed| of(name, json!({}), printed).unwrap_or_default();
        assert_eq!(
            told(
                "bash",
                "1\n\n<shell_metadata>\nUser aborted the command\n</shell_metadata>"
            ),
            "1\nUser aborted the command"
        );
        assert_eq!(told("bash", "(no output)"), "");
        assert_eq!(
            told(
                "task",
                "<task id=\"s\">\n<task_result>\n# Found\n</task_result>\n</task>"
            ),
            "# Found"
        );
        assert_eq!(
            told(
                "skill",
                "<skill_content name=\"a\">\n# Skill\n</skill_content>"
            ),
            "# Skill"
        );
        assert_eq!(
            told(
                "skill",
                "<skill_content name=\"a\">\n# Skill\n\n<skill_files>\n\n</skill_files>\n</skill_content>"
            ),
            "# Skill"
        );
        assert_eq!(
            told(
                "skill",
                "<skill_content name=\"a\">\n# Skill\n\n<skill_files>\n<file>/a/b.md</file>\n</skill_files>\n</skill_content>"
            ),
            "# Skill\n- /a/b.md"
        );
        assert_eq!(told("task", "plain"), "plain");
        assert_eq!(told("mcp_weather", "{\"a\":1}"), "{\n  \"a\": 1\n}");
        assert_eq!(told("mcp_weather", "{broken"), "{broken");
    }

    #[test]
    fn a_file_that_was_read_is_its_own_text() {
        let display = json!({"display": {"type": "file", "text": "fn main() {}"}});
        assert_eq!(
            of("read", display, "<path>…").as_deref(),
            Some("fn main() {}")
        );
        assert_eq!(of("read", json!({}), "raw").as_deref(), Some("raw"));
    }

    #[test]
    fn an_edit_says_more_than_its_diff_only_where_something_is_wrong_with_it() {
        let diff = json!({"file": "a", "patch": "@@ -1 +1 @@\n-a\n+b\n"});
        assert_eq!(of("edit", json!({ "filediff": diff }), "Applied."), None);
        assert_eq!(
            of(
                "edit",
                json!({"filediff": diff, "diagnostics": {"a": []}}),
                "Errors"
            )
            .as_deref(),
            Some("Errors")
        );
        assert_eq!(
            of("edit", json!({}), "Applied.").as_deref(),
            Some("Applied.")
        );
    }
}
