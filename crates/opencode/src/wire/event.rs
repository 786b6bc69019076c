//! Frames of the event stream.

use serde::Deserialize;
use serde_json::Value;

use super::ask::{Permission, Question, Todo};
use super::message::{Error, Message};
use super::part::Part;
use super::session::{Session, Status};

/// One frame of `GET /global/event`.
#[derive(Debug, Deserialize)]
pub(crate) struct Frame {
    /// The directory it is about; absent on what concerns the whole server.
    pub(crate) directory: Option<String>,
    /// What it says.
    pub(crate) payload: Payload,
}

/// What a frame says: an event, or (type `sync`) the number of the event just before.
#[derive(Debug, Deserialize)]
pub(crate) struct Payload {
    /// The event's own id; a sync frame has that of the event it numbers.
    #[serde(default)]
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) properties: Value,
    #[serde(rename = "syncEvent")]
    pub(crate) sync: Option<Sync>,
}

/// A sync frame's part that we use: its content has come with the plain frame.
#[derive(Debug, Deserialize)]
pub(crate) struct Sync {
    #[serde(rename = "aggregateID")]
    pub(crate) aggregate: String,
    pub(crate) seq: u64,
}

/// One entry of the log that `POST /sync/history` reads.
#[derive(Debug, Deserialize)]
pub(crate) struct Logged {
    #[serde(rename = "aggregate_id")]
    pub(crate) aggregate: String,
    pub(crate) seq: u64,
    /// The event's name with its version, `message.updated.1`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) data: Value,
}

/// What happened.
#[derive(Debug)]
pub(crate) enum Happening {
    Connected,
    Heartbeat,
    InstanceDisposed(InstanceDisposed),
    AllDisposed,
    SessionUpserted(Of<Session>),
    SessionRemoved(OfSession),
    StatusChanged(StatusChanged),
    TurnEnded(OfSession),
    TurnFailed(TurnFailed),
    MessageUpserted(Of<Message>),
    MessageRemoved(MessageRemoved),
    PartUpserted(Part),
    PartGrew(PartGrew),
    PartRemoved(PartRemoved),
    PermissionAsked(Permission),
    PermissionReplied(Replied),
    QuestionAsked(Question),
    QuestionAnswered(Answered),
    QuestionDismissed(Dismissed),
    TodosReplaced(TodosReplaced),
    /// A kind that we know and have no use for.
    Aside,
    /// A kind that we do not know, or a known one that we cannot read.
    Unknown {
        kind: String,
        raw: Value,
    },
}

/// A whole object.
#[derive(Debug, Deserialize)]
pub(crate) struct Of<T> {
    pub(crate) info: T,
}

/// Something of one session.
#[derive(Debug, Deserialize)]
pub(crate) struct OfSession {
    #[serde(rename = "sessionID")]
    pub(crate) session: String,
}

/// An instance was dropped.
#[derive(Debug, Deserialize)]
pub(crate) struct InstanceDisposed {
    pub(crate) directory: Option<String>,
}

/// A session began, paused or ended a turn.
#[derive(Debug, Deserialize)]
pub(crate) struct StatusChanged {
    #[serde(rename = "sessionID")]
    pub(crate) session: String,
    pub(crate) status: Status,
}

/// A turn or an admission failed.
#[derive(Debug, Deserialize)]
pub(crate) struct TurnFailed {
    #[serde(rename = "sessionID")]
    pub(crate) session: Option<String>,
    pub(crate) error: Option<Error>,
}

/// A message was removed.
#[derive(Debug, Deserialize)]
pub(crate) struct MessageRemoved {
    #[serde(rename = "sessionID")]
    pub(crate) session: String,
    #[serde(rename = "messageID")]
    pub(crate) message: String,
}

/// A field of a part grew.
#[derive(Debug, Deserialize)]
pub(crate) struct PartGrew {
    #[serde(rename = "sessionID")]
    pub(crate) session: String,
    #[serde(rename = "messageID")]
    pub(crate) message: String,
    #[serde(rename = "partID")]
    pub(crate) part: String,
    #[serde(default)]
    pub(crate) field: String,
    #[serde(default)]
    pub(crate) delta: String,
}

/// A part was removed.
#[derive(Debug, Deserialize)]
pub(crate) struct PartRemoved {
    #[serde(rename = "sessionID")]
    pub(crate) session: String,
    #[serde(rename = "messageID")]
    pub(crate) message: String,
    #[serde(rename = "partID")]
    pub(crate) part: String,
}

/// A request for permission was answered.
#[derive(Debug, Deserialize)]
pub(crate) struct Replied {
    #[serde(rename = "requestID")]
    pub(crate) request: String,
    #[serde(default)]
    pub(crate) reply: Value,
}

/// Questions were answered.
#[derive(Debug, Deserialize)]
pub(crate) struct Answered {
    #[serde(rename = "requestID")]
    pub(crate) request: String,
    #[serde(default)]
    pub(crate) answers: Value,
}

/// Questions were dismissed.
#[derive(Debug, Deserialize)]
pub(crate) struct Dismissed {
    #[serde(rename = "requestID")]
    pub(crate) request: String,
}

/// A list of things to do was replaced.
#[derive(Debug, Deserialize)]
pub(crate) struct TodosReplaced {
    #[serde(rename = "sessionID")]
    pub(crate) session: String,
    #[serde(default)]
    pub(crate) todos: Vec<Todo>,
}

impl Happening {
    /// Reads what happened.
    pub(crate) fn read(kind: &str, raw: Value) -> Self {
        #[derive(Deserialize)]
        struct WithPart {
            part: Value,
        }
        let read = match kind {
            "server.connected" => return Happening::Connected,
            "server.heartbeat" => return Happening::Heartbeat,
            "global.disposed" => return Happening::AllDisposed,
            "server.instance.disposed" => {
                InstanceDisposed::deserialize(&raw).map(Happening::InstanceDisposed)
            }
            "session.created" | "session.updated" => {
                Of::deserialize(&raw).map(Happening::SessionUpserted)
            }
            "session.deleted" => OfSession::deserialize(&raw).map(Happening::SessionRemoved),
            "session.status" => StatusChanged::deserialize(&raw).map(Happening::StatusChanged),
            "session.idle" => OfSession::deserialize(&raw).map(Happening::TurnEnded),
            "session.error" => TurnFailed::deserialize(&raw).map(Happening::TurnFailed),
            "message.updated" => Of::deserialize(&raw).map(Happening::MessageUpserted),
            "message.removed" => MessageRemoved::deserialize(&raw).map(Happening::MessageRemoved),
            "message.part.updated" => WithPart::deserialize(&raw)
                .and_then(|with| Part::read(with.part))
                .map(Happening::PartUpserted),
            "message.part.delta" => PartGrew::deserialize(&raw).map(Happening::PartGrew),
            "message.part.removed" => PartRemoved::deserialize(&raw).map(Happening::PartRemoved),
            "permission.asked" => Permission::deserialize(&raw).map(Happening::PermissionAsked),
            "permission.replied" => Replied::deserialize(&raw).map(Happening::PermissionReplied),
            "question.asked" => Question::deserialize(&raw).map(Happening::QuestionAsked),
            "question.replied" => Answered::deserialize(&raw).map(Happening::QuestionAnswered),
            "question.rejected" => Dismissed::deserialize(&raw).map(Happening::QuestionDismissed),
            "todo.updated" => TodosReplaced::deserialize(&raw).map(Happening::TodosReplaced),
            _ if is_aside(kind) => return Happening::Aside,
            _ => {
                return Happening::Unknown {
                    kind: kind.to_owned(),
                    raw,
                };
            }
        };
        read.unwrap_or_else(|_| Happening::Unknown {
            kind: kind.to_owned(),
            raw,
        })
    }
}

/// Kinds that we know and have no use for: what they say is said elsewhere too
/// (`session.compacted` by the summary itself), belongs to an engine that we do not speak
/// to (`session.next.*`), or to things that we do not show.
fn is_aside(kind: &str) -> bool {
    const NAMES: [&str; 4] = [
        "session.diff",
        "session.compacted",
        "command.executed",
        "models-dev.refreshed",
    ];
    const FAMILIES: [&str; 15] = [
        "catalog.",
        "file.",
        "installation.",
        "integration.",
        "lsp.",
        "mcp.",
        "plugin.",
        "project.",
        "pty.",
        "reference.",
        "session.next.",
        "tui.",
        "vcs.",
        "workspace.",
        "worktree.",
    ];
    NAMES.contains(&kind) || FAMILIES.iter().any(|family| kind.starts_with(family))
}
