//! A mirror as text that can be read in a snapshot: ids become small numbers, long texts
//! keep their ends.

use std::cell::RefCell;
use std::fmt::Write as _;

use domain::bulk::LongText;
use domain::message::{Message, Role};
use domain::part::{Part, PartBody, Text};
use domain::session::{ModelRef, SessionEntry, SessionStatus};
use domain::tool::Tool;
use domain::transcript::Transcript;

use crate::driver::Driver;

/// Everything that came of a stream.
pub(crate) fn render(driver: &Driver) -> String {
    let names = Names::default();
    let mut out = String::new();
    let mut sessions: Vec<&SessionEntry> = driver.mirror.sessions.values().collect();
    sessions.sort_by_key(|entry| (entry.session.created, entry.session.id.clone()));
    for entry in sessions {
        session(&mut out, entry, &names);
        if let Some((last, hole)) = driver.seqs.get(&entry.session.id) {
            let hole = if *hole { ", with holes" } else { "" };
            writeln!(out, "  last number {last}{hole}").unwrap();
        }
        if let Some(transcript) = driver.mirror.transcripts.get(&entry.session.id) {
            out.push_str(&self::transcript(transcript, &names));
        }
    }
    for ask in driver.mirror.permissions.values() {
        writeln!(out, "permission {ask:?}").unwrap();
    }
    for ask in driver.mirror.questions.values() {
        writeln!(out, "question {ask:?}").unwrap();
    }
    for (what, times) in &driver.beside {
        writeln!(out, "{what} × {times}").unwrap();
    }
    out
}

/// One session's messages.
pub(crate) fn transcript(transcript: &Transcript, names: &Names) -> String {
    let mut out = String::new();
    for todo in &transcript.todos {
        writeln!(out, "  todo {:?} {}", todo.status, todo.content).unwrap();
    }
    for entry in &transcript.entries {
        message(&mut out, &entry.message, names);
        for part in &entry.parts {
            writeln!(out, "    {}", self::part(part, names)).unwrap();
        }
    }
    out
}

/// Small numbers for ids, in the order in which they are met.
#[derive(Default)]
pub(crate) struct Names(RefCell<Vec<String>>);

impl Names {
    fn of(&self, id: &str) -> String {
        let mut known = self.0.borrow_mut();
        let at = known.iter().position(|it| it == id).unwrap_or_else(|| {
            known.push(id.to_owned());
            known.len() - 1
        });
        let kind = id.split('_').next().unwrap_or_default();
        format!("{kind}{at}")
    }
}

fn session(out: &mut String, entry: &SessionEntry, names: &Names) {
    let it = &entry.session;
    write!(out, "{} {:?}", names.of(it.id.as_str()), it.title).unwrap();
    write!(out, " in {}", it.directory).unwrap();
    if let Some(parent) = &it.parent {
        write!(out, " below {}", names.of(parent.as_str())).unwrap();
    }
    match &entry.status {
        SessionStatus::Idle => out.push_str(" idle"),
        status @ (SessionStatus::Busy | SessionStatus::Retry { .. }) => {
            write!(out, " {status:?}").unwrap();
        }
    }
    if let Some(agent) = &it.agent {
        write!(out, " @{agent}").unwrap();
    }
    model(out, it.model.as_ref());
    if let Some(diff) = it.diff {
        write!(
            out,
            " +{} -{} in {}",
            diff.additions, diff.deletions, diff.files
        )
        .unwrap();
    }
    if it.archived.is_some() {
        out.push_str(" archived");
    }
    if let Some(revert) = &it.revert {
        let files = revert.files.join(", ");
        write!(
            out,
            " reverted from {} ({files})",
            names.of(revert.message.as_str())
        )
        .unwrap();
    }
    writeln!(out, " ${:.4}", it.cost).unwrap();
    if let Some(failure) = &entry.failure {
        let detail = failure.detail.as_deref().map_or(0, str::len);
        writeln!(
            out,
            "  failed: {:?} {:?} (+{detail} bytes)",
            failure.kind, failure.message
        )
        .unwrap();
    }
}

fn message(out: &mut String, it: &Message, names: &Names) {
    write!(out, "  {}", names.of(it.id.as_str())).unwrap();
    match &it.role {
        Role::User(user) => {
            write!(out, " user @{}", user.agent.as_deref().unwrap_or("-")).unwrap();
            model(out, user.model.as_ref());
        }
        Role::Assistant(assistant) => {
            write!(out, " @{}", assistant.agent.as_deref().unwrap_or("-")).unwrap();
            model(out, assistant.model.as_ref());
            if let Some(parent) = &assistant.parent {
                write!(out, " answers {}", names.of(parent.as_str())).unwrap();
            }
            match assistant.completed {
                Some(end) => write!(out, " after {} ms", end.since(it.created)).unwrap(),
                None => out.push_str(" open"),
            }
            if let Some(finish) = &assistant.finish {
                write!(out, " {finish}").unwrap();
            }
            let tokens = &assistant.tokens;
            write!(
                out,
                " in={} out={} think={} cached={}",
                tokens.input, tokens.output, tokens.reasoning, tokens.cache_read
            )
            .unwrap();
            if assistant.summary {
                out.push_str(" summary");
            }
            if let Some(failure) = &assistant.failure {
                write!(out, " failed: {:?} {:?}", failure.kind, failure.message).unwrap();
            }
        }
    }
    out.push('\n');
}

fn model(out: &mut String, model: Option<&ModelRef>) {
    if let Some(model) = model {
        write!(out, " {}/{}", model.provider, model.model).unwrap();
        if let Some(variant) = &model.variant {
            write!(out, ":{variant}").unwrap();
        }
    }
}

fn part(it: &Part, names: &Names) -> String {
    match &it.body {
        PartBody::Text(text) => format!("text{}", words(text)),
        PartBody::Reasoning(text) => format!("reasoning{}", words(text)),
        PartBody::Tool(tool) => self::tool(tool, names),
        PartBody::File(file) => format!("{file:?}"),
        body @ (PartBody::Agent { .. }
        | PartBody::Subtask { .. }
        | PartBody::Compaction { .. }
        | PartBody::Patch { .. }
        | PartBody::Unknown { .. }) => short(&format!("{body:?}")),
    }
}

fn words(it: &Text) -> String {
    let mut marks = String::new();
    for (mark, set) in [
        (" synthetic", it.synthetic),
        (" open", it.open),
        (" hole", it.hole.is_some()),
    ] {
        if set {
            marks.push_str(mark);
        }
    }
    format!("{marks} {} bytes {}", it.text.len(), short(&it.text))
}

fn tool(it: &Tool, names: &Names) -> String {
    let mut out = format!("tool {} {:?}", it.name, it.state);
    if let Some(exit) = it.exit {
        write!(out, " exit {exit}").unwrap();
    }
    if let Some((start, end)) = it.started.zip(it.ended) {
        write!(out, " {} ms", end.since(start)).unwrap();
    }
    let mut input = format!("{:?}", it.input);
    if let domain::tool::ToolInput::Task {
        session: Some(session),
        ..
    } = &it.input
    {
        input = input.replace(session.as_str(), &names.of(session.as_str()));
    }
    write!(out, "\n      {input}").unwrap();
    for diff in &it.diffs {
        write!(
            out,
            "\n      {} +{} -{} patch of {} bytes",
            diff.path,
            diff.additions,
            diff.deletions,
            diff.patch.len()
        )
        .unwrap();
    }
    if let Some(output) = &it.output {
        let text = match output {
            LongText::Whole(text) => short(text),
            LongText::Cut(bulk) => format!("{} … {}", short(&bulk.head), short(&bulk.tail)),
        };
        write!(out, "\n      {} bytes {text}", output.len()).unwrap();
    }
    out
}

fn short(text: &str) -> String {
    const ENDS: usize = 60;
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= 2 * ENDS {
        return format!("{text:?}");
    }
    let head: String = chars[..ENDS].iter().collect();
    let tail: String = chars[chars.len() - ENDS..].iter().collect();
    format!("{head:?} … {tail:?}")
}
