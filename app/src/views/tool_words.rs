//! A tool in words: its icon, its verb, what it works on.

use domain::bulk::LongText;
use domain::id::Directory;
use domain::tool::{Answered, Field, Tool, ToolInput};

use crate::components::{Icon, bytes, count};

/// A tool's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ToolWords {
    pub(super) icon: Icon,
    pub(super) verb: String,
    /// What it works on; code is drawn as such.
    pub(super) target: String,
    pub(super) is_code: bool,
    /// How much it was; empty where there is nothing to count, or not yet.
    pub(super) size: String,
}

/// From how many bytes on an output is worth a word in the line: what is shorter is seen at
/// a glance when the line is opened.
const SIZE_FROM_BYTES: u64 = 2 * 1024;

/// The line of `tool`; files are called as from `directory`. What a model wrote is made
/// visible: a name may try to read otherwise than it is.
pub(super) fn tool_words(tool: &Tool, directory: Option<&Directory>) -> ToolWords {
    let short = |path: &str| short_path(path, directory).to_owned();
    let line = |icon, verb: &str, target: &str, is_code| ToolWords {
        icon,
        verb: verb.to_owned(),
        target: first_line(target),
        is_code,
        size: size_of(tool),
    };
    match &tool.input {
        ToolInput::Bash { command, .. } => line(Icon::Terminal, "Run", head(command), true),
        ToolInput::Read { path, .. } => line(Icon::File, "Read", &short(path), true),
        ToolInput::Edit { path } => line(Icon::Pencil, "Edit", &short(path), true),
        ToolInput::Write { path } => line(Icon::Pencil, "Write", &short(path), true),
        ToolInput::Patch { paths } => {
            let paths: Vec<String> = paths.iter().map(|path| short(path)).collect();
            line(Icon::Pencil, "Patch", &paths.join(", "), true)
        }
        ToolInput::Glob { pattern } => line(Icon::Look, "Find", pattern, true),
        ToolInput::Grep { pattern, include } => match include {
            Some(include) => line(
                Icon::Look,
                "Search",
                &format!("{pattern} in {include}"),
                true,
            ),
            None => line(Icon::Look, "Search", pattern, true),
        },
        ToolInput::List { path } => line(Icon::Folder, "List", &short(path), true),
        ToolInput::WebFetch { url } => line(Icon::Globe, "Fetch", url, true),
        ToolInput::WebSearch { query } => line(Icon::Globe, "Search the web", query, false),
        ToolInput::Todo { items } => {
            let things = several(items.len() as u64, "thing", "things");
            line(Icon::List, "Plan", &format!("{things} to do"), false)
        }
        ToolInput::Question { count, answered } => {
            let told = if answered.is_empty() {
                several(u64::from(*count), "question", "questions")
            } else {
                let chosen: Vec<String> = answered.iter().map(chosen).collect();
                chosen.join(" · ")
            };
            line(Icon::Question, "Ask", &told, false)
        }
        ToolInput::Task {
            agent, description, ..
        } => line(Icon::Branch, &capital(agent), description, false),
        ToolInput::Skill { name } => line(Icon::Bulb, "Skill", name, false),
        ToolInput::Invalid { tool, .. } => line(Icon::Alert, "Wrong call", tool, false),
        ToolInput::Empty => unread(tool, ""),
        ToolInput::Other { fields, .. } => unread(tool, telling(fields)),
    }
}

/// The line of a tool whose arguments are not known, or none that it knows: a tool of ours
/// by its verb, any other by its name.
fn unread(tool: &Tool, target: &str) -> ToolWords {
    let (icon, verb) = match tool.name.as_str() {
        "bash" | "shell" => (Icon::Terminal, "Run"),
        "read" => (Icon::File, "Read"),
        "edit" | "multiedit" => (Icon::Pencil, "Edit"),
        "write" => (Icon::Pencil, "Write"),
        "patch" | "apply_patch" => (Icon::Pencil, "Patch"),
        "task" => (Icon::Branch, "Task"),
        name => (Icon::Plug, name),
    };
    ToolWords {
        icon,
        verb: verb.to_owned(),
        target: first_line(target),
        is_code: true,
        size: size_of(tool),
    }
}

/// The argument that says most of what a call is about: one that is called so, else the
/// first that is words.
fn telling(fields: &[Field]) -> &str {
    const NAMES: [&str; 10] = [
        "command", "query", "url", "path", "filePath", "file", "name", "title", "prompt", "id",
    ];
    let named = |name: &&str| fields.iter().find(|field| field.name == **name);
    let is_words = |field: &&Field| {
        field
            .value
            .starts_with(|first: char| !"{[-0123456789".contains(first))
            && !["true", "false", "null"].contains(&field.value.as_str())
    };
    NAMES
        .iter()
        .filter_map(named)
        .chain(fields)
        .find(is_words)
        .map_or("", |field| field.value.as_str())
}

/// With a capital, as other verbs are.
pub(super) fn capital(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// How much a tool read, found or printed, once it is done.
fn size_of(tool: &Tool) -> String {
    if tool.state.is_open() {
        return String::new();
    }
    let found = |one, many| tool.found.map(|found| several(found, one, many));
    let counted = match &tool.input {
        ToolInput::Read { lines, .. } => lines.map(|lines| {
            if lines.first <= 1 && lines.last == lines.total {
                several(lines.total, "line", "lines")
            } else {
                format!("{}–{} of {}", lines.first, lines.last, count(lines.total))
            }
        }),
        ToolInput::Glob { .. } => found("file", "files"),
        ToolInput::Grep { .. } => found("match", "matches"),
        ToolInput::List { .. } => found("entry", "entries"),
        ToolInput::Bash { .. }
        | ToolInput::WebFetch { .. }
        | ToolInput::WebSearch { .. }
        | ToolInput::Skill { .. }
        | ToolInput::Other { .. } => {
            let len = tool.output.as_ref().map_or(0, LongText::len);
            (len >= SIZE_FROM_BYTES).then(|| bytes(len))
        }
        ToolInput::Empty
        | ToolInput::Edit { .. }
        | ToolInput::Write { .. }
        | ToolInput::Patch { .. }
        | ToolInput::Todo { .. }
        | ToolInput::Question { .. }
        | ToolInput::Task { .. }
        | ToolInput::Invalid { .. } => None,
    };
    counted.unwrap_or_default()
}

/// What was answered to a question.
pub(super) fn chosen(it: &Answered) -> String {
    if it.answers.is_empty() {
        "no answer".to_owned()
    } else {
        it.answers.join(", ")
    }
}

/// `1 file`, `12 files`.
pub(super) fn several(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// `path` as it is called from `directory`, where that is known.
pub(super) fn short_path<'a>(path: &'a str, directory: Option<&Directory>) -> &'a str {
    directory.map_or(path, |directory| directory.within(path))
}

/// The same to be drawn: a name may try to read otherwise than it is.
pub(super) fn shown_path(path: &str, directory: Option<&Directory>) -> String {
    markdown::visible(short_path(path, directory)).into_owned()
}

fn head(text: &LongText) -> &str {
    match text {
        LongText::Whole(text) => text,
        LongText::Cut(bulk) => &bulk.head,
    }
}

fn first_line(text: &str) -> String {
    let text = text.trim();
    let mut lines = text.lines();
    let first = markdown::visible(lines.next().unwrap_or_default()).into_owned();
    if lines.next().is_some() {
        format!("{first} …")
    } else {
        first
    }
}

#[cfg(test)]
mod tests {
    use domain::tool::ToolState;

    use super::*;

    fn words(input: ToolInput) -> (String, String) {
        let tool = Tool {
            call: "c".to_owned(),
            name: "mcp_weather".to_owned(),
            input,
            state: ToolState::Running,
            started: None,
            ended: None,
            output: None,
            diffs: Vec::new(),
            exit: None,
            found: None,
        };
        let words = tool_words(&tool, Some(&Directory::new("/home/me/gauge")));
        (words.verb, words.target)
    }

    #[test]
    fn a_tool_says_what_it_does_to_what_on_one_line() {
        let bash = ToolInput::Bash {
            command: LongText::Whole("cargo test\ncargo doc".to_owned()),
            description: None,
        };
        assert_eq!(words(bash), ("Run".into(), "cargo test …".into()));
        assert_eq!(
            words(ToolInput::Edit {
                path: "src/\u{202e}sr.rs".to_owned()
            }),
            ("Edit".into(), "src/⟨U+202E⟩sr.rs".into())
        );
        let patch = ToolInput::Patch {
            paths: vec![
                "/home/me/gauge/src/a.rs".to_owned(),
                "/etc/hosts".to_owned(),
            ],
        };
        assert_eq!(
            words(patch),
            ("Patch".into(), "src/a.rs, /etc/hosts".into())
        );
        let here = Directory::new("/w");
        assert_eq!(shown_path("/w/a\u{202e}b", Some(&here)), "a⟨U+202E⟩b");
        assert_eq!(
            words(ToolInput::Question {
                count: 1,
                answered: Vec::new()
            }),
            ("Ask".into(), "1 question".into())
        );
        let answered = |answers: &[&str]| Answered {
            question: "Which?".to_owned(),
            answers: answers.iter().map(|&it| it.to_owned()).collect(),
        };
        assert_eq!(
            words(ToolInput::Question {
                count: 3,
                answered: vec![answered(&["SQLite"]), answered(&[]), answered(&["A", "B"])],
            }),
            ("Ask".into(), "SQLite · no answer · A, B".into())
        );
        assert_eq!(
            words(ToolInput::Empty),
            ("mcp_weather".into(), String::new())
        );
        let field = |name: &str, value: &str| Field {
            name: name.to_owned(),
            value: value.to_owned(),
        };
        let other = |fields| ToolInput::Other {
            fields,
            arguments: LongText::Whole(String::new()),
        };
        let station = field("station", "North pier");
        let options = field("options", "{\"wind\":true}");
        assert_eq!(
            words(other(vec![options.clone(), station.clone()])),
            ("mcp_weather".into(), "North pier".into())
        );
        assert_eq!(
            words(other(vec![options, station, field("query", "tide")])).1,
            "tide"
        );
        assert_eq!(
            words(ToolInput::Task {
                agent: "general".to_owned(),
                description: "Count".to_owned(),
                session: None,
            }),
            ("General".into(), "Count".into())
        );
    }
}
