//! Frames of the event stream.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::ask::{Form, Permission};
use super::inbox::Item;
use super::session::Session;
use super::{Failed, Location};
use crate::wire::message::Tokens;
use crate::wire::number::{real, whole};
use crate::wire::session::Model;

/// A frame.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Frame {
    #[serde(default)]
    pub(in crate::v2) id: String,
    #[serde(default, deserialize_with = "whole")]
    pub(in crate::v2) created: Option<u64>,
    /// Absent where the stream itself failed: that is told in a frame of another shape.
    #[serde(rename = "type")]
    pub(in crate::v2) kind: Option<String>,
    pub(in crate::v2) location: Option<Location>,
    pub(in crate::v2) durable: Option<Durable>,
    #[serde(default)]
    pub(in crate::v2) data: Value,
}

/// The number of a durable event: from 0 for each session, without holes.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Durable {
    #[serde(rename = "aggregateID")]
    pub(in crate::v2) session: String,
    pub(in crate::v2) seq: u64,
}

/// What happened.
#[derive(Debug)]
pub(in crate::v2) enum Happening {
    /// The stream began; the subscription is live.
    Connected,
    /// A directory was let go, and its asks with it.
    Shutdown,
    /// A session was made.
    Created(Box<Session>),
    /// Something of a session changed that is read rather than told.
    SessionChanged(OfSession),
    /// A session was deleted.
    Deleted(OfSession),
    /// Rows of a session came or went that are read rather than told.
    RowsChanged(OfSession),
    /// A summary of what was before begins to be written.
    SummaryBegun(OfSession),
    /// It goes on.
    SummaryGrew(Summary),
    /// It is there, or failed.
    SummaryOver(OfSession),
    /// A row was written anew.
    RowChanged(OfMessage),
    /// Something waits.
    Enqueued(Box<Inboxed>),
    /// It was delivered.
    Delivered(Box<Inboxed>),
    /// It waits for something else.
    Deferred(Box<Inboxed>),
    /// It was taken back.
    Cancelled(Box<Inboxed>),
    /// A turn began.
    Begun(OfSession),
    /// A turn ended.
    Ended(OfSession),
    /// A turn failed.
    Broke(OfSession, Failed),
    /// A provider failed and is tried again.
    Retry(Box<Retry>),
    /// Something happened in a step.
    Step(StepAt, Box<StepHappening>),
    Asked(Box<Permission>),
    Replied(Replied),
    FormAsked(Box<Form>),
    FormAnswered(Settled),
    FormDismissed(Settled),
    /// Known, and nothing to us.
    Aside,
    /// A kind that we do not know, or a known one that we cannot read.
    Unknown {
        kind: String,
        raw: Value,
    },
}

#[derive(Debug, Deserialize)]
pub(in crate::v2) struct OfSession {
    #[serde(rename = "sessionID")]
    pub(in crate::v2) session: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::v2) struct OfMessage {
    #[serde(rename = "sessionID")]
    pub(in crate::v2) session: String,
    #[serde(rename = "messageID")]
    pub(in crate::v2) message: String,
}

/// More of a summary. Which of the two names it has was never seen \[?\].
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Summary {
    #[serde(rename = "sessionID")]
    pub(in crate::v2) session: String,
    #[serde(alias = "text")]
    pub(in crate::v2) delta: String,
}

/// What is in an inbox; whether its delivery repeats what it is was never seen \[?\].
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Inboxed {
    #[serde(rename = "sessionID")]
    pub(in crate::v2) session: String,
    #[serde(rename = "inboxID")]
    pub(in crate::v2) id: String,
    pub(in crate::v2) item: Option<Item>,
}

#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Retry {
    #[serde(rename = "sessionID")]
    pub(in crate::v2) session: String,
    #[serde(default, deserialize_with = "whole")]
    pub(in crate::v2) attempt: Option<u64>,
    #[serde(default, deserialize_with = "whole")]
    pub(in crate::v2) at: Option<u64>,
    #[serde(default)]
    pub(in crate::v2) error: Failed,
}

#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Replied {
    #[serde(rename = "requestID")]
    pub(in crate::v2) request: String,
    /// In which words was never seen \[?\]: taken to be those of the answer itself.
    #[serde(default)]
    pub(in crate::v2) reply: Value,
}

#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Settled {
    pub(in crate::v2) id: String,
    /// What was answered: by key, as an answer is sent \[T\].
    #[serde(default)]
    pub(in crate::v2) answer: Value,
}

/// Which step.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct StepAt {
    #[serde(rename = "sessionID")]
    pub(in crate::v2) session: String,
    #[serde(rename = "assistantMessageID")]
    pub(in crate::v2) message: String,
}

/// What happens in a step.
#[derive(Debug)]
pub(in crate::v2) enum StepHappening {
    Started(Speaker),
    Ended(Account),
    Failed(Failed),
    TextStarted(Ordinal),
    TextGrew(Grew),
    TextEnded(Written),
    ThoughtStarted(Ordinal),
    ThoughtGrew(Grew),
    ThoughtEnded(Written),
    ToolNamed(Named),
    ToolWritten(OfTool),
    ToolCalled(Called),
    ToolWent(Progress),
    ToolSucceeded(Came),
    ToolFailed(Came),
}

#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Speaker {
    pub(in crate::v2) agent: Option<String>,
    pub(in crate::v2) model: Option<Model>,
}

/// What a step came to.
#[derive(Debug, Default, Deserialize)]
pub(in crate::v2) struct Account {
    pub(in crate::v2) finish: Option<String>,
    #[serde(default, deserialize_with = "real")]
    pub(in crate::v2) cost: Option<f64>,
    #[serde(default)]
    pub(in crate::v2) tokens: Tokens,
}

/// Which text: the n-th of its kind in its step.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Ordinal {
    #[serde(default)]
    pub(in crate::v2) ordinal: u64,
}

#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Grew {
    #[serde(default)]
    pub(in crate::v2) ordinal: u64,
    pub(in crate::v2) delta: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Written {
    #[serde(default)]
    pub(in crate::v2) ordinal: u64,
    pub(in crate::v2) text: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Named {
    #[serde(alias = "callID")]
    pub(in crate::v2) id: String,
    pub(in crate::v2) name: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::v2) struct OfTool {
    #[serde(alias = "callID")]
    pub(in crate::v2) id: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Called {
    #[serde(alias = "callID")]
    pub(in crate::v2) id: String,
    #[serde(default)]
    pub(in crate::v2) input: Value,
}

/// How a tool goes. `replaces` says whether this is all or what is new; that it is a yes or
/// a no was never seen \[?\].
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Progress {
    #[serde(alias = "callID")]
    pub(in crate::v2) id: String,
    #[serde(default)]
    pub(in crate::v2) metadata: Value,
    #[serde(default)]
    pub(in crate::v2) replaces: Value,
}

/// What came of a tool, good or bad.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Came {
    #[serde(alias = "callID")]
    pub(in crate::v2) id: String,
    #[serde(default)]
    pub(in crate::v2) content: Vec<Value>,
    pub(in crate::v2) metadata: Option<Value>,
    pub(in crate::v2) error: Option<Failed>,
}

impl Happening {
    /// Reads what a frame says happened at `created`.
    pub(in crate::v2) fn read(kind: &str, data: Value, created: Option<u64>) -> Self {
        let unknown = |raw| Happening::Unknown {
            kind: kind.to_owned(),
            raw,
        };
        let read = match kind.strip_prefix("session.") {
            Some(rest) => of_session(rest, &data, created),
            None => of_server(kind, &data),
        };
        read.unwrap_or_else(|| unknown(data))
    }
}

fn of_server(kind: &str, data: &Value) -> Option<Happening> {
    /// Families that say that something is to be read again, or nothing to us.
    const ASIDE: [&str; 6] = ["project.", "vcs.", "worktree.", "pty.", "shell.", "server."];
    match kind {
        "server.connected" => Some(Happening::Connected),
        "location.shutdown" => Some(Happening::Shutdown),
        "permission.asked" => of(data).map(|it| Happening::Asked(Box::new(it))),
        "permission.replied" => of(data).map(Happening::Replied),
        "form.created" => {
            let form = data.get("form").and_then(of);
            form.map(|it| Happening::FormAsked(Box::new(it)))
        }
        "form.replied" => of(data).map(Happening::FormAnswered),
        "form.cancelled" => of(data).map(Happening::FormDismissed),
        _ if ASIDE.iter().any(|family| kind.starts_with(family)) => Some(Happening::Aside),
        // A catalog changed: what a directory offers is read when it is wanted.
        _ if kind.ends_with(".updated") => Some(Happening::Aside),
        _ => None,
    }
}

fn of_session(kind: &str, data: &Value, created: Option<u64>) -> Option<Happening> {
    match kind {
        "created" => session(data, created).map(|it| Happening::Created(Box::new(it))),
        "renamed" | "metadata.updated" | "permissions" | "agent.selected" | "model.selected"
        | "moved" | "viewed" | "forked" | "usage.updated" | "revert.staged" | "revert.cleared" => {
            of(data).map(Happening::SessionChanged)
        }
        "deleted" => of(data).map(Happening::Deleted),
        "compaction.started" => of(data).map(Happening::SummaryBegun),
        "compaction.delta" => of(data).map(Happening::SummaryGrew),
        "compaction.ended" | "compaction.failed" => of(data).map(Happening::SummaryOver),
        "shell.started" | "shell.ended" | "synthetic" | "skill.activated" | "revert.committed" => {
            of(data).map(Happening::RowsChanged)
        }
        "message.content.updated" => of(data).map(Happening::RowChanged),
        "inbox.enqueued" => of(data).map(|it| Happening::Enqueued(Box::new(it))),
        "inbox.delivered" => of(data).map(|it| Happening::Delivered(Box::new(it))),
        "inbox.cancelled" => of(data).map(|it| Happening::Cancelled(Box::new(it))),
        "execution.started" => of(data).map(Happening::Begun),
        "execution.succeeded" | "execution.interrupted" => of(data).map(Happening::Ended),
        "execution.failed" => {
            let error = data.get("error").and_then(of).unwrap_or_default();
            of(data).map(|it| Happening::Broke(it, error))
        }
        "retry.scheduled" => of(data).map(|it| Happening::Retry(Box::new(it))),
        "inbox.delivery.changed" => of(data).map(|it| Happening::Deferred(Box::new(it))),
        "instructions.updated" | "step.streamed" | "tool.input.delta" => Some(Happening::Aside),
        _ => {
            let happening = in_step(kind, data)?;
            of(data).map(|at| Happening::Step(at, Box::new(happening)))
        }
    }
}

fn in_step(kind: &str, data: &Value) -> Option<StepHappening> {
    match kind {
        "step.started" => of(data).map(StepHappening::Started),
        "step.ended" => of(data).map(StepHappening::Ended),
        "step.failed" => {
            let error = data.get("error").and_then(of);
            Some(StepHappening::Failed(error.unwrap_or_default()))
        }
        "text.started" => of(data).map(StepHappening::TextStarted),
        "text.delta" => of(data).map(StepHappening::TextGrew),
        "text.ended" => of(data).map(StepHappening::TextEnded),
        "reasoning.started" => of(data).map(StepHappening::ThoughtStarted),
        "reasoning.delta" => of(data).map(StepHappening::ThoughtGrew),
        "reasoning.ended" => of(data).map(StepHappening::ThoughtEnded),
        "tool.input.started" => of(data).map(StepHappening::ToolNamed),
        "tool.input.ended" => of(data).map(StepHappening::ToolWritten),
        "tool.called" => of(data).map(StepHappening::ToolCalled),
        "tool.progress" => of(data).map(StepHappening::ToolWent),
        "tool.success" => of(data).map(StepHappening::ToolSucceeded),
        "tool.failed" => of(data).map(StepHappening::ToolFailed),
        _ => None,
    }
}

/// The event of a new session names it as events do, and its times are the event's.
fn session(data: &Value, created: Option<u64>) -> Option<Session> {
    let mut raw = data.as_object()?.clone();
    let id = raw.get("sessionID")?.clone();
    raw.insert("id".to_owned(), id);
    let times = serde_json::json!({ "created": created, "updated": created });
    raw.insert("time".to_owned(), times);
    of(&Value::Object(raw))
}

fn of<T: DeserializeOwned>(data: &Value) -> Option<T> {
    T::deserialize(data).ok()
}
