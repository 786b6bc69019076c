//! A conversation in Markdown. Pure.

use std::fmt::Write as _;

use domain::bulk::LongText;
use domain::message::Role;
use domain::part::{Part, PartBody, Text};
use domain::session::Session;
use domain::tool::{Tool, ToolInput, ToolState};
use domain::transcript::Entry;

/// How much of a conversation is written, in bytes: more than anybody reads, and little
/// enough for a clipboard.
const TEXT_MAX_BYTES: usize = 8 * 1024 * 1024;
/// How many messages are written.
const MESSAGES_MAX: usize = 20_000;

/// A conversation that is read from its end.
#[derive(Debug, Default)]
pub(super) struct Pages {
    /// Newest first.
    pieces: Vec<String>,
    bytes: usize,
    messages: usize,
    /// Whether older messages were left out.
    cut: bool,
    /// Whether the message from which on everything is taken back was seen.
    past_mark: bool,
}

impl Pages {
    /// Puts messages (oldest first) before those that are here; the answer is whether there
    /// is room for more. What is taken back is left out: it is no part of the conversation.
    pub(super) fn put_before(&mut self, session: &Session, entries: &[Entry]) -> bool {
        for entry in entries.iter().rev() {
            let marked = session.revert.as_ref().map(|revert| &revert.message);
            if let Some(mark) = marked.filter(|_| !self.past_mark) {
                self.past_mark = entry.message.id == *mark;
                continue;
            }
            let piece = written(entry);
            self.bytes += piece.len();
            self.messages += 1;
            if self.bytes > TEXT_MAX_BYTES || self.messages > MESSAGES_MAX {
                self.cut = true;
                return false;
            }
            self.pieces.push(piece);
        }
        true
    }

    /// All of it.
    pub(super) fn finish(self, session: &Session) -> String {
        let title = match session.title.trim() {
            "" => "Untitled session",
            title => title,
        };
        let mut text = format!("# {title}\n\n");
        if self.cut {
            text.push_str("*Earlier messages are left out.*\n\n");
        }
        for piece in self.pieces.iter().rev() {
            text.push_str(piece);
        }
        text
    }
}

fn written(entry: &Entry) -> String {
    let mut body = String::new();
    for part in &entry.parts {
        write_part(&mut body, part);
    }
    if let Role::Assistant(step) = &entry.message.role
        && let Some(failure) = &step.failure
    {
        paragraph(&mut body, &format!("**Failed:** {}", failure.message));
    }
    if body.is_empty() {
        return body;
    }
    let who = match &entry.message.role {
        Role::User(_) => "You".to_owned(),
        Role::Assistant(step) => match (&step.agent, &step.model) {
            (Some(agent), Some(model)) => format!("{agent} ({})", model.model),
            (Some(agent), None) => agent.clone(),
            (None, Some(model)) => model.model.clone(),
            (None, None) => "Agent".to_owned(),
        },
    };
    format!("## {who}\n\n{body}")
}

#[expect(
    clippy::match_same_arms,
    reason = "each arm is a kind of part of its own"
)]
fn write_part(out: &mut String, part: &Part) {
    match &part.body {
        PartBody::Text(text) if !text.synthetic => paragraph(out, &text.text),
        PartBody::Text(_) => {}
        PartBody::Reasoning(text) => quote(out, text),
        PartBody::Tool(tool) => write_tool(out, tool),
        PartBody::File(file) => {
            let name = file.name.as_deref().or(file.path.as_deref());
            let name = name.unwrap_or(&file.mime);
            paragraph(out, &format!("*Attachment: {}*", code(name)));
        }
        PartBody::Agent { name } => paragraph(out, &format!("@{name}")),
        PartBody::Subtask { agent, description } => {
            paragraph(out, &format!("*Task for {agent}: {description}*"));
        }
        PartBody::Compaction { .. } => {
            paragraph(out, "*The conversation was summarised here.*");
        }
        // The edits above say the same.
        PartBody::Patch { .. } => {}
        PartBody::Unknown { kind, .. } => paragraph(out, &format!("*{kind}*")),
    }
}

fn paragraph(out: &mut String, text: &str) {
    let text = text.trim();
    if !text.is_empty() {
        out.push_str(text);
        out.push_str("\n\n");
    }
}

fn quote(out: &mut String, text: &Text) {
    for line in text.text.trim().lines() {
        let _ = writeln!(out, "> {line}");
    }
    if !text.text.trim().is_empty() {
        out.push('\n');
    }
}

/// What a tool did, what it printed, and what it changed.
fn write_tool(out: &mut String, tool: &Tool) {
    let (verb, subject) = told(tool);
    let state = match &tool.state {
        ToolState::Completed => String::new(),
        ToolState::Pending | ToolState::Running => " (running)".to_owned(),
        ToolState::Failed { error } => format!(" (failed: {})", error.trim()),
        ToolState::Denied { word: None } => " (denied)".to_owned(),
        ToolState::Denied { word: Some(word) } => format!(" (denied: {})", word.trim()),
        ToolState::Aborted => " (stopped)".to_owned(),
        ToolState::Interrupted => " (cut off)".to_owned(),
    };
    let exit = match tool.exit {
        Some(0) | None => String::new(),
        Some(exit) => format!(" (exit code {exit})"),
    };
    let subject = subject.map_or_else(String::new, |subject| format!(" {}", code(&subject)));
    paragraph(out, &format!("**{verb}**{subject}{exit}{state}"));
    if let ToolInput::Question { answered, .. } = &tool.input {
        for it in answered {
            let answers = match it.answers.as_slice() {
                [] => "no answer".to_owned(),
                answers => answers.join(", "),
            };
            paragraph(out, &format!("- {} {}", code(&it.question), code(&answers)));
        }
    }
    for diff in &tool.diffs {
        fence(out, "diff", &diff.patch);
    }
    if let (true, Some(output)) = (tool.diffs.is_empty(), &tool.output) {
        fence(out, "", output);
    }
}

/// The tool's verb, and what it was done to.
fn told(tool: &Tool) -> (&str, Option<String>) {
    let (verb, subject) = match &tool.input {
        ToolInput::Bash { command, .. } => ("Ran", Some(ends(command))),
        ToolInput::Read { path, .. } => ("Read", Some(path.clone())),
        ToolInput::Edit { path } => ("Edited", Some(path.clone())),
        ToolInput::Write { path } => ("Wrote", Some(path.clone())),
        ToolInput::Patch { paths } => ("Patched", Some(paths.join(", "))),
        ToolInput::Glob { pattern } => ("Looked for files", Some(pattern.clone())),
        ToolInput::Grep { pattern, .. } => ("Looked for", Some(pattern.clone())),
        ToolInput::List { path } => ("Listed", Some(path.clone())),
        ToolInput::WebFetch { url } => ("Fetched", Some(url.clone())),
        ToolInput::WebSearch { query } => ("Searched the web for", Some(query.clone())),
        ToolInput::Task { description, .. } => ("Task", Some(description.clone())),
        ToolInput::Skill { name } => ("Skill", Some(name.clone())),
        ToolInput::Empty
        | ToolInput::Todo { .. }
        | ToolInput::Question { .. }
        | ToolInput::Invalid { .. }
        | ToolInput::Other { .. } => (tool.name.as_str(), None),
    };
    (verb, subject)
}

fn ends(text: &LongText) -> String {
    match text {
        LongText::Whole(text) => text.clone(),
        LongText::Cut(bulk) => {
            let left_out = bulk
                .len
                .saturating_sub((bulk.head.len() + bulk.tail.len()) as u64);
            format!(
                "{}\n… {left_out} bytes left out …\n{}",
                bulk.head, bulk.tail
            )
        }
    }
}

/// `text` as code in a line, whatever marks are in it.
fn code(text: &str) -> String {
    let line = text.trim().replace('\n', " ");
    let marks = "`".repeat(longest_run(&line) + 1);
    let space = if line.starts_with('`') || line.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{marks}{space}{line}{space}{marks}")
}

/// `text` as a block of code that nothing in it can end.
fn fence(out: &mut String, language: &str, text: &LongText) {
    let text = ends(text);
    let text = text.trim_end();
    if text.is_empty() {
        return;
    }
    let marks = "`".repeat(longest_run(text).max(2) + 1);
    let _ = write!(out, "{marks}{language}\n{text}\n{marks}\n\n");
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use domain::id::{MessageId, PartId, SessionId};
    use domain::message::{Assistant, Message, User};
    use domain::session::Revert;
    use domain::time::Millis;

    use super::*;
    use crate::relay::testing::session;

    fn entry(id: &str, role: Role, body: PartBody) -> Entry {
        Entry {
            message: Message {
                id: MessageId::new(id),
                session: SessionId::new("s"),
                created: Millis(1),
                role,
            },
            parts: vec![Part {
                id: PartId::new("p"),
                message: MessageId::new(id),
                session: SessionId::new("s"),
                body,
            }],
        }
    }

    fn said(id: &str, words: &str) -> Entry {
        let body = PartBody::Text(Text::whole(words));
        entry(id, Role::User(User::default()), body)
    }

    fn ran(id: &str, command: &str, output: &str) -> Entry {
        let body = PartBody::Tool(Box::new(Tool {
            call: "c".to_owned(),
            name: "bash".to_owned(),
            input: ToolInput::Bash {
                command: LongText::Whole(command.to_owned()),
                description: None,
            },
            state: ToolState::Completed,
            started: None,
            ended: None,
            output: Some(LongText::Whole(output.to_owned())),
            diffs: Vec::new(),
            exit: Some(1),
            found: None,
        }));
        let step = Assistant {
            agent: Some("build".to_owned()),
            ..Assistant::default()
        };
        entry(id, Role::Assistant(step), body)
    }

    #[test]
    fn a_conversation_reads_from_its_beginning_and_output_cannot_leave_its_block() {
        let of = session("s");
        let mut pages = Pages::default();
        assert!(pages.put_before(&of, &[ran("m2", "echo `x`", "```\n# not a heading\n")]));
        assert!(pages.put_before(&of, &[said("m1", "Look.\n")]));
        assert_eq!(
            pages.finish(&of),
            "# About s\n\n## You\n\nLook.\n\n## build\n\n**Ran** `` echo `x` `` (exit code 1)\n\n\
             ````\n```\n# not a heading\n````\n\n"
        );
    }

    #[test]
    fn what_is_taken_back_is_left_out() {
        let of = Session {
            revert: Some(Revert {
                message: MessageId::new("m2"),
                files: Vec::new(),
            }),
            ..session("s")
        };
        let mut pages = Pages::default();
        let all = [said("m1", "One"), said("m2", "Two"), said("m3", "Three")];
        assert!(pages.put_before(&of, &all));
        assert_eq!(pages.finish(&of), "# About s\n\n## You\n\nOne\n\n");
    }

    #[test]
    fn a_conversation_without_end_is_cut_at_its_beginning() {
        let of = session("s");
        let mut pages = Pages::default();
        let big = said("m", &"x".repeat(TEXT_MAX_BYTES / 2));
        assert!(!pages.put_before(&of, &[big.clone(), big.clone(), big]));
        assert!(pages.finish(&of).contains("Earlier messages are left out."));
    }
}
