//! A tool in words: its icon, its verb, what it works on.

use domain::bulk::LongText;
use domain::id::Directory;
use domain::tool::{Tool, ToolInput};

use crate::components::Icon;

/// A tool's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ToolWords {
    pub(super) icon: Icon,
    pub(super) verb: String,
    /// What it works on; code is drawn as such.
    pub(super) target: String,
    pub(super) is_code: bool,
}

/// The line of `tool`; files are called as from `directory`. What a model wrote is made visible: a name may try to read otherwise
/// than it is.
pub(super) fn tool_words(tool: &Tool, directory: Option<&Directory>) -> ToolWords {
    let short = |path: &str| short_path(path, directory).to_owned();
    let line = |icon, verb: &str, target: &str, is_code| ToolWords {
        icon,
        verb: verb.to_owned(),
        target: first_line(target),
        is_code,
    };
    match &tool.input {
        ToolInput::Bash { command, .. } => line(Icon::Terminal, "Run", head(command), true),
        ToolInput::Read { path } => line(Icon::File, "Read", &short(path), true),
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
        ToolInput::Todo { count } => {
            let things = if *count == 1 { "thing" } else { "things" };
            line(
                Icon::List,
                "Plan",
                &format!("{count} {things} to do"),
                false,
            )
        }
        ToolInput::Question { count } => {
            let questions = if *count == 1 { "question" } else { "questions" };
            line(
                Icon::Question,
                "Ask",
                &format!("{count} {questions}"),
                false,
            )
        }
        ToolInput::Task {
            agent, description, ..
        } => line(Icon::Branch, agent, description, false),
        ToolInput::Skill { name } => line(Icon::Bulb, "Skill", name, false),
        ToolInput::Invalid { tool, .. } => line(Icon::Alert, "Wrong call", tool, false),
        ToolInput::Empty | ToolInput::Other { .. } => line(Icon::Plug, &tool.name, "", false),
    }
}

/// `path` as it is called from `directory`, where that is known.
pub(super) fn short_path<'a>(path: &'a str, directory: Option<&Directory>) -> &'a str {
    directory.map_or(path, |directory| directory.within(path))
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
        assert_eq!(
            words(ToolInput::Todo { count: 1 }),
            ("Plan".into(), "1 thing to do".into())
        );
        assert_eq!(
            words(ToolInput::Empty),
            ("mcp_weather".into(), String::new())
        );
    }
}
