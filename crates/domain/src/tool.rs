//! A tool at work: what it was asked, how far it is, what came out.

use serde::{Deserialize, Serialize};

use crate::bulk::LongText;
use crate::id::SessionId;
use crate::time::Millis;
use crate::todo::Todo;

/// A tool call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tool {
    /// The id the model gave the call. Unique only within its message.
    pub call: String,
    /// The tool's own name, as OpenCode has it.
    pub name: String,
    /// What it was asked, in our words.
    pub input: ToolInput,
    /// How far it is.
    pub state: ToolState,
    /// When it began to run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Millis>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Millis>,
    /// What it printed or answered so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<LongText>,
    /// The files it changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diffs: Vec<FileDiff>,
    /// The exit status of a command; absent where it was killed or is no command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<i64>,
    /// How many files or matches a search found, where the server says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<u64>,
}

/// How far a tool is. It never goes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolState {
    /// The model is still writing the call.
    Pending,
    /// It runs, or waits for a permission or an answer.
    Running,
    /// It ended.
    Completed,
    /// It failed.
    Failed {
        /// Why.
        error: String,
    },
    /// The owner did not let it run, or did not answer it.
    Denied {
        /// What the owner said to that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        word: Option<String>,
    },
    /// Somebody stopped it.
    Aborted,
    /// It was cut off by a crash and will never end by itself.
    Interrupted,
}

impl ToolState {
    /// Whether more may still come.
    pub fn is_open(&self) -> bool {
        match self {
            ToolState::Pending | ToolState::Running => true,
            ToolState::Completed
            | ToolState::Failed { .. }
            | ToolState::Denied { .. }
            | ToolState::Aborted
            | ToolState::Interrupted => false,
        }
    }
}

/// What a tool was asked. The known tools by their meaning, whatever a server calls them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolInput {
    /// Nothing is known yet.
    Empty,
    /// Run a command.
    Bash {
        /// The command.
        command: LongText,
        /// What for, in the model's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    },
    /// Read a file.
    Read {
        /// The file.
        path: String,
        /// Which of its lines were read, once that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lines: Option<Lines>,
    },
    /// Change a file.
    Edit {
        /// The file.
        path: String,
    },
    /// Write a whole file.
    Write {
        /// The file.
        path: String,
    },
    /// Change several files by a patch.
    Patch {
        /// The files, where they are known.
        paths: Vec<String>,
    },
    /// Find files by name.
    Glob {
        /// The pattern.
        pattern: String,
    },
    /// Find text.
    Grep {
        /// The pattern.
        pattern: String,
        /// Where to look.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        include: Option<String>,
    },
    /// List a directory.
    List {
        /// The directory.
        path: String,
    },
    /// Fetch a page.
    WebFetch {
        /// Its address.
        url: String,
    },
    /// Search the web.
    WebSearch {
        /// For what.
        query: String,
    },
    /// Keep the list of things to do.
    Todo {
        /// The list as it was written, at most [`ToolInput::TODOS_MAX`] of it.
        items: Vec<Todo>,
    },
    /// Ask the owner.
    Question {
        /// How many questions.
        count: u32,
        /// The questions with their answers once they are given, at most
        /// [`ToolInput::FIELDS_MAX`] of them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<Answered>,
    },
    /// Hand a task to a sub-agent.
    Task {
        /// The sub-agent.
        agent: String,
        /// The task in a few words.
        description: String,
        /// The session the sub-agent works in, once it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<SessionId>,
    },
    /// Read a skill.
    Skill {
        /// Its name.
        name: String,
    },
    /// A call that OpenCode could not make sense of.
    Invalid {
        /// The tool that the model meant.
        tool: String,
        /// What was wrong.
        error: String,
    },
    /// A tool of a plug-in, of MCP, or one newer than this version.
    Other {
        /// The arguments by name, at most [`ToolInput::FIELDS_MAX`] of them.
        fields: Vec<Field>,
        /// The arguments as JSON.
        arguments: LongText,
    },
}

impl ToolInput {
    /// How many things to do a card shows; the list itself has all of them.
    pub const TODOS_MAX: usize = 40;
    /// How many arguments of an unknown tool are summarised; the raw ones have the rest.
    pub const FIELDS_MAX: usize = 12;
    /// How much of one argument, or of one thing to do, is summarised, in bytes: some
    /// three lines.
    pub const FIELD_MAX_BYTES: usize = 240;

    /// Whether it only looks: such calls come in rows, and are drawn folded together.
    pub fn only_looks(&self) -> bool {
        match self {
            ToolInput::Read { .. }
            | ToolInput::Glob { .. }
            | ToolInput::Grep { .. }
            | ToolInput::List { .. } => true,
            ToolInput::Empty
            | ToolInput::Bash { .. }
            | ToolInput::Edit { .. }
            | ToolInput::Write { .. }
            | ToolInput::Patch { .. }
            | ToolInput::WebFetch { .. }
            | ToolInput::WebSearch { .. }
            | ToolInput::Todo { .. }
            | ToolInput::Question { .. }
            | ToolInput::Task { .. }
            | ToolInput::Skill { .. }
            | ToolInput::Invalid { .. }
            | ToolInput::Other { .. } => false,
        }
    }
}

/// Lines of a file, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {
    /// The first.
    pub first: u64,
    /// The last.
    pub last: u64,
    /// How many the file has.
    pub total: u64,
}

/// An argument of a tool in readable form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its value, cut where it is long.
    pub value: String,
}

/// A question of an agent's and what the owner answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The question, cut where it is long.
    pub question: String,
    /// The answers, each cut where it is long; none where it was left open.
    pub answers: Vec<String>,
}

/// What happened to one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDiff {
    /// The file's path.
    pub path: String,
    /// Lines added.
    pub additions: u64,
    /// Lines removed.
    pub deletions: u64,
    /// The unified diff.
    pub patch: LongText,
}
