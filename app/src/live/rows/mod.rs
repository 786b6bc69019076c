//! What a transcript is drawn as: rows, a pure function of the messages, of what waits to
//! be sent and of whether a turn runs.

mod fold;
mod repeat;
#[cfg(test)]
mod tests;
mod wait;

use std::sync::Arc;

use domain::id::{MessageId, PartId};
use domain::message::{Assistant, Role, Tokens};
use domain::part::{Part, PartBody, Text};
use domain::session::{ModelRef, SessionStatus};
use domain::sorted::SortedSet;
use domain::sync::WindowFault;
use domain::time::Millis;
use domain::tool::{ToolInput, ToolState};
use domain::transcript::{Entry, Transcript};

use fold::Unfolded;
pub use fold::{Explored, Group};
use repeat::{Repeats, compacts};
pub use wait::Wait;
use wait::waits_of;

/// The key of one row. The echo of a prompt has the key of the message it becomes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKey {
    /// What the owner said: draw `Live::message`, which for a prompt on its way is the
    /// prompt itself, and its `Live::pending` beside it.
    User(MessageId),
    /// One part of an answer (or a part that the system put into a user's message): draw
    /// `Live::part`.
    Part(MessageId, PartId),
    /// Several finished tools in a row that only looked around, by the first of them, so
    /// that the row stays what it is while more come: draw `Live::explored`.
    Explored(MessageId, PartId),
    /// What a compaction wrote in place of what was said before: draw `Live::part`.
    Summary(MessageId, PartId),
    /// What the owner said is not answered by itself: say why.
    Waits(MessageId, Wait),
    /// From this message on everything is taken back.
    Reverted(MessageId),
    /// A step failed: draw the failure of `Live::message`.
    Failure(MessageId),
    /// A step was stopped where OpenCode keeps no failure of it: while it was tried again.
    Stopped(MessageId),
    /// A turn is over: draw `Live::turn`.
    Foot(MessageId),
    /// A turn failed where no message tells of it: draw the failure of `Live::entry`.
    TurnFailure,
    /// The provider failed and is tried again: draw the status of `Live::entry`.
    Retry,
    /// A turn runs, and no other row shows it: draw since when by `Live::entry`.
    Working,
}

impl RowKey {
    /// The message that the row belongs to; none for what belongs to the session.
    pub fn message(&self) -> Option<&MessageId> {
        match self {
            RowKey::User(message)
            | RowKey::Part(message, _)
            | RowKey::Explored(message, _)
            | RowKey::Summary(message, _)
            | RowKey::Waits(message, _)
            | RowKey::Reverted(message)
            | RowKey::Failure(message)
            | RowKey::Stopped(message)
            | RowKey::Foot(message) => Some(message),
            RowKey::TurnFailure | RowKey::Retry | RowKey::Working => None,
        }
    }
}

/// The rows of a session, as far as they are here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// Those that are here, oldest first. While the transcript is not, what is on its way
    /// to it stands alone.
    pub keys: Arc<[RowKey]>,
    /// How far the transcript is.
    pub held: Held,
}

/// How far a transcript is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// On its way: say nothing yet.
    Loading,
    /// On its way for longer than a moment: say so.
    Slow,
    /// Here.
    Here {
        /// Whether there are older messages to load.
        older: bool,
        /// Whether there are newer messages to load: these rows are not the end.
        newer: bool,
        /// What the folded ones among the rows hold.
        explored: Arc<Explored>,
    },
    /// It cannot be had.
    Failed(WindowFault),
}

impl Rows {
    /// These, which stay while their transcript is fetched anew, and what has been `said`
    /// since; none where these were not here either.
    pub(super) fn with_said(&self, said: &[RowKey]) -> Option<Self> {
        let Held::Here { .. } = self.held else {
            return None;
        };
        let fresh = said.iter().filter(|key| !self.keys.contains(key));
        Some(Self {
            keys: self.keys.iter().chain(fresh).cloned().collect(),
            held: self.held.clone(),
        })
    }
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
    /// Whether it said anything.
    pub speaks: bool,
    /// Whether it ended by itself and there is nothing of it to be seen.
    pub silent: bool,
}

/// What stands beside a transcript and says how its rows are drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around<'a> {
    /// The prompts that are on their way.
    pub(super) pending: &'a [MessageId],
    /// What the session is doing.
    pub(super) status: &'a SessionStatus,
    /// Whether its last turn failed.
    pub(super) failed: bool,
    /// Tools that are not folded, because the owner opened them.
    pub(super) apart: &'a SortedSet<PartId>,
    /// The message from which on everything is taken back.
    pub(super) revert: Option<&'a MessageId>,
}

/// The rows of `transcript`, then those of the prompts on their way that are not yet in it;
/// what only looked around is folded.
pub(super) fn rows_of(transcript: &Transcript, around: Around<'_>) -> (Vec<RowKey>, Explored) {
    let mut rows = Unfolded::default();
    let mut entries = transcript.entries.iter().peekable();
    let mut told = false;
    let running = around.status.is_running();
    let waits = waits_of(&transcript.entries, running);
    let mut repeats = Repeats::default();
    while let Some(entry) = entries.next() {
        let id = &entry.message.id;
        if around.revert == Some(id) {
            rows.push(RowKey::Reverted(id.clone()));
        }
        match &entry.message.role {
            Role::User(_) => {
                let said = !repeats.is_one(entry) && user_rows(entry, &mut rows);
                if let Some(wait) = waits.get(id).filter(|_| said) {
                    rows.push(RowKey::Waits(id.clone(), *wait));
                }
                told = false;
            }
            Role::Assistant(step) => {
                for part in entry.parts.iter().filter(|part| is_shown(part, entry)) {
                    rows.part(id, part, step.summary, around.apart.contains(&part.id));
                }
                if step.failure.is_some() {
                    rows.push(RowKey::Failure(id.clone()));
                    told = true;
                }
                let last = entries.peek().is_none();
                let answered = entries
                    .peek()
                    .is_some_and(|next| matches!(next.message.role, Role::Assistant(_)));
                // Whether a turn goes on beyond a window is not known.
                let beyond = (last && transcript.newer)
                    || (step.finish.is_none() && entries.peek().is_some_and(|next| compacts(next)));
                let ends = !answered && !beyond && ends_turn(step, last && !running);
                if ends && was_stopped(step, entry) {
                    rows.push(RowKey::Stopped(id.clone()));
                }
                if ends {
                    rows.push(RowKey::Foot(id.clone()));
                }
            }
        }
    }
    // What waits and what runs stands at the end alone.
    if transcript.newer {
        return rows.folded();
    }
    if around.failed && !told && !running {
        rows.push(RowKey::TurnFailure);
    }
    for id in around.pending {
        if transcript.message_at(id).is_none() {
            rows.push(RowKey::User(id.clone()));
        }
    }
    match around.status {
        SessionStatus::Idle => {}
        SessionStatus::Busy => {
            if works_unseen(&transcript.entries) {
                rows.push(RowKey::Working);
            }
        }
        SessionStatus::Retry { .. } => rows.push(RowKey::Retry),
    }
    rows.folded()
}

/// Whether nothing that is drawn of a turn that runs shows that it does: no words come, no
/// tool is at work. A turn that has said its last is as good as over.
fn works_unseen(entries: &[Entry]) -> bool {
    let last = entries
        .iter()
        .rev()
        .find_map(|entry| match &entry.message.role {
            Role::Assistant(step) => Some((step, entry)),
            Role::User(_) => None,
        });
    let Some((step, entry)) = last else {
        return true;
    };
    let answered = entries.last().is_some_and(|last| std::ptr::eq(last, entry));
    if answered && ends_turn(step, false) {
        return false;
    }
    // What was never ended of a step that is over shows nothing any more.
    let counts = answered || step.is_open();
    !(counts && entry.parts.iter().any(|part| part.body.is_open()))
}

/// One row for what the owner said; a row of its own for what the system put in. The answer
/// is whether the owner said anything.
fn user_rows(entry: &Entry, rows: &mut Unfolded) -> bool {
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
    said
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

/// Whether somebody stopped `step` while it waited to be tried again: OpenCode ends it with
/// no word why, and leaves what it had begun to say unfinished.
fn was_stopped(step: &Assistant, entry: &Entry) -> bool {
    let ended = step.completed.is_some() && step.finish.is_none() && step.failure.is_none();
    let did_something = |part: &Part| match &part.body {
        PartBody::Text(text) => !text.open,
        PartBody::Tool(_) => true,
        PartBody::Reasoning(_)
        | PartBody::File(_)
        | PartBody::Agent { .. }
        | PartBody::Subtask { .. }
        | PartBody::Compaction { .. }
        | PartBody::Patch { .. }
        | PartBody::Unknown { .. } => false,
    };
    ended && !step.interrupted && !entry.parts.iter().any(did_something)
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
            turn.silent = step.finish.is_some() && step.failure.is_none();
        }
        began = Some(entry.message.created);
        turn.speaks |= entry.parts.iter().any(is_said);
        turn.silent &= !entry.parts.iter().any(|part| is_shown(part, entry));
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

fn is_said(part: &Part) -> bool {
    matches!(&part.body, PartBody::Text(text) if !text.text.trim().is_empty())
}

/// What the turn that ended with `end` says, as markdown: the words alone, without thoughts
/// and tools.
pub(super) fn answer_of(transcript: &Transcript, end: &MessageId) -> String {
    let Some(at) = transcript.message_at(end) else {
        return String::new();
    };
    let steps = transcript.entries.get(..=at).unwrap_or_default();
    let mut words: Vec<&str> = steps
        .iter()
        .rev()
        .take_while(|entry| matches!(entry.message.role, Role::Assistant(_)))
        .flat_map(|entry| entry.parts.iter().rev())
        .filter_map(|part| match &part.body {
            PartBody::Text(text) => Some(text.text.trim()),
            PartBody::Reasoning(_)
            | PartBody::Tool(_)
            | PartBody::File(_)
            | PartBody::Agent { .. }
            | PartBody::Subtask { .. }
            | PartBody::Compaction { .. }
            | PartBody::Patch { .. }
            | PartBody::Unknown { .. } => None,
        })
        .filter(|words| !words.is_empty())
        .collect();
    words.reverse();
    words.join("\n\n")
}
