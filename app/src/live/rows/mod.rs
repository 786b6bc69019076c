//! What a transcript is drawn as: rows, a pure function of the messages, of what waits to
//! be sent and of whether a turn runs.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use domain::id::{MessageId, PartId};
use domain::message::{Assistant, Role, Tokens};
use domain::part::{Part, PartBody, Text};
use domain::session::{ModelRef, SessionStatus};
use domain::sync::WindowFault;
use domain::time::Millis;
use domain::tool::{ToolInput, ToolState};
use domain::transcript::{Entry, Transcript};

/// The key of one row. The echo of a prompt has the key of the message it becomes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKey {
    /// What the owner said: draw `Live::message`, which for a prompt on its way is the
    /// prompt itself, and its `Live::pending` beside it.
    User(MessageId),
    /// One part of an answer (or a part that the system put into a user's message): draw
    /// `Live::part`.
    Part(MessageId, PartId),
    /// A step failed: draw the failure of `Live::message`.
    Failure(MessageId),
    /// A turn is over: draw `Live::turn`.
    Foot(MessageId),
    /// A turn failed where no message tells of it: draw the failure of `Live::entry`.
    TurnFailure,
    /// The provider failed and is tried again: draw the status of `Live::entry`.
    Retry,
}

/// The rows of a session, as far as they are here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows {
    /// On their way: draw nothing yet.
    Loading,
    /// On their way for longer than a moment: say so.
    Slow,
    /// Here.
    Loaded {
        /// The rows, oldest first.
        keys: Arc<[RowKey]>,
        /// Whether there are older messages to load.
        older: bool,
    },
    /// They cannot be had.
    Failed(WindowFault),
}

/// What a turn was and cost: all steps from one prompt to the next.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Turn {
    /// The agent that spoke.
    pub agent: Option<String>,
    /// The model that spoke.
    pub model: Option<ModelRef>,
    /// From its first step to its last, in milliseconds; none where it was cut off.
    pub duration_ms: Option<u64>,
    /// When it ended.
    pub ended: Option<Millis>,
    /// What it cost, in US dollars.
    pub cost: f64,
    /// What it consumed.
    pub tokens: Tokens,
    /// Whether it was cut off and did not end by itself.
    pub interrupted: bool,
}

/// The rows of `transcript`, then those of the prompts in `pending` that are not yet in it.
pub(super) fn rows_of(
    transcript: &Transcript,
    pending: &[MessageId],
    status: &SessionStatus,
    failed: bool,
) -> Vec<RowKey> {
    let mut rows = Vec::new();
    let mut entries = transcript.entries.iter().peekable();
    let mut told = false;
    while let Some(entry) = entries.next() {
        let id = &entry.message.id;
        match &entry.message.role {
            Role::User(_) => {
                user_rows(entry, &mut rows);
                told = false;
            }
            Role::Assistant(step) => {
                let parts = entry.parts.iter().filter(|part| is_shown(part, entry));
                rows.extend(parts.map(|part| RowKey::Part(id.clone(), part.id.clone())));
                if step.failure.is_some() {
                    rows.push(RowKey::Failure(id.clone()));
                    told = true;
                }
                let last = entries.peek().is_none();
                let answered = entries
                    .peek()
                    .is_some_and(|next| matches!(next.message.role, Role::Assistant(_)));
                if !answered && ends_turn(step, last && !status.is_running()) {
                    rows.push(RowKey::Foot(id.clone()));
                }
            }
        }
    }
    if failed && !told && !status.is_running() {
        rows.push(RowKey::TurnFailure);
    }
    let unseen = pending
        .iter()
        .filter(|id| transcript.message_at(id).is_none());
    rows.extend(unseen.cloned().map(RowKey::User));
    if matches!(status, SessionStatus::Retry { .. }) {
        rows.push(RowKey::Retry);
    }
    rows
}

/// One row for what the owner said; a row of its own for what the system put in.
fn user_rows(entry: &Entry, rows: &mut Vec<RowKey>) {
    let id = &entry.message.id;
    let mut said = entry.parts.is_empty();
    for part in &entry.parts {
        match &part.body {
            PartBody::Text(text) => said |= !text.synthetic,
            PartBody::File(_) | PartBody::Agent { .. } => said = true,
            PartBody::Compaction { .. } | PartBody::Subtask { .. } | PartBody::Unknown { .. } => {
                rows.push(RowKey::Part(id.clone(), part.id.clone()));
            }
            PartBody::Reasoning(_) | PartBody::Tool(_) | PartBody::Patch { .. } => {}
        }
    }
    if said {
        rows.push(RowKey::User(id.clone()));
    }
}

fn is_shown(part: &Part, entry: &Entry) -> bool {
    let has_words = |text: &Text| text.open || !text.text.trim().is_empty();
    match &part.body {
        PartBody::Text(text) | PartBody::Reasoning(text) => has_words(text),
        PartBody::Patch { files } => !files.iter().all(|file| is_told(file, entry)),
        PartBody::Tool(_)
        | PartBody::File(_)
        | PartBody::Agent { .. }
        | PartBody::Subtask { .. }
        | PartBody::Compaction { .. }
        | PartBody::Unknown { .. } => true,
    }
}

/// Whether a tool of the same step shows already that it changed `file`.
fn is_told(file: &str, entry: &Entry) -> bool {
    // Some tools name a file as from the session's directory.
    let same = |path: &String| {
        let before = file.strip_suffix(path.as_str());
        before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
    };
    entry.parts.iter().any(|part| {
        let PartBody::Tool(tool) = &part.body else {
            return false;
        };
        let named = matches!(
            &tool.input,
            ToolInput::Edit { path } | ToolInput::Write { path } if same(path)
        );
        tool.state == ToolState::Completed
            && (named || tool.diffs.iter().any(|diff| same(&diff.path)))
    })
}

/// Whether nothing of the turn comes after `step`. A step that ended to call its tools is
/// followed by another, unless nothing runs any more.
fn ends_turn(step: &Assistant, nothing_runs: bool) -> bool {
    if step.is_open() {
        return false;
    }
    let goes_on =
        step.finish.as_deref() == Some("tool-calls") && step.failure.is_none() && !step.interrupted;
    nothing_runs || !goes_on
}

/// The turn whose last step is `end`.
pub(super) fn turn_of(transcript: &Transcript, end: &MessageId) -> Option<Turn> {
    let at = transcript.message_at(end)?;
    let mut turn = Turn::default();
    let mut began = None;
    let steps = transcript.entries.get(..=at)?.iter().rev();
    for entry in steps {
        let Role::Assistant(step) = &entry.message.role else {
            break;
        };
        if entry.message.id == *end {
            turn.agent.clone_from(&step.agent);
            turn.model.clone_from(&step.model);
            turn.ended = step.completed;
            turn.interrupted = step.interrupted;
        }
        began = Some(entry.message.created);
        turn.cost += step.cost;
        turn.tokens.input += step.tokens.input;
        turn.tokens.output += step.tokens.output;
        turn.tokens.reasoning += step.tokens.reasoning;
        turn.tokens.cache_read += step.tokens.cache_read;
        turn.tokens.cache_write += step.tokens.cache_write;
    }
    turn.duration_ms = turn
        .ended
        .zip(began)
        .map(|(ended, began)| ended.since(began));
    Some(turn)
}
