//! What the gallery shows: scenes written as JSON in the words of the protocol, each made
//! into the snapshot of a page that looks at one session.

use domain::failure::Failure;
use domain::house::{Family, House, Saved, Server, ServerFault, ServerLink};
use domain::id::{MessageId, PartId, ServerId, SessionId};
use domain::message::{Assistant, Message, Role, User};
use domain::part::{Part, PartBody};
use domain::permission::Permission;
use domain::question::Question;
use domain::session::{SessionEntry, SessionStatus};
use domain::sorted::SortedMap;
use domain::sync::{
    Epoch, Index, PageSnapshot, Position, Seq, ServerSnapshot, SessionWindow, Viewing,
};
use domain::time::Millis;
use domain::todo::Todo;
use domain::transcript::{Entry, Transcript};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The time of all scenes.
pub(super) const NOW: Millis = Millis(1_800_000_000_000);

const SESSION: &str = "ses_gallery";
const FOLDER: &str = "/srv/tidewatch";

/// One scene.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) title: String,
    pub(super) page: PageSnapshot,
}

/// A scene as it is written: what all scenes share is added.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    title: String,
    messages: Vec<WrittenMessage>,
    todos: Vec<Todo>,
    status: SessionStatus,
    failure: Option<Failure>,
    /// From which message on everything is taken back.
    revert: Option<String>,
    /// Sub-agents, each sent by the one before: id, agent and title.
    helpers: Vec<(String, String, String)>,
    permissions: Vec<Value>,
    questions: Vec<Value>,
}

/// A message: the owner's, or a step of an agent's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMessage {
    user: Option<User>,
    step: Option<Assistant>,
    parts: Vec<PartBody>,
}

/// All scenes.
pub(super) fn scenes() -> Vec<Scene> {
    let written: Vec<Written> =
        serde_json::from_str(include_str!("scenes.json")).unwrap_or_default();
    written.into_iter().map(scene).collect()
}

/// A page in a house with a server in every state.
pub(super) fn house() -> PageSnapshot {
    let since = NOW;
    let error = |reason| ServerLink::Error {
        reason,
        since,
        retry_at: Some(since.plus(8_000)),
    };
    let links = [
        ServerLink::Connected { since },
        ServerLink::Connecting { since },
        ServerLink::Disconnected,
        error(ServerFault::Refused),
        error(ServerFault::Unauthorized),
        error(ServerFault::Silent),
    ];
    let mut page = page(Index::default(), None);
    page.house.servers = servers(links);
    page
}

fn servers(links: impl IntoIterator<Item = ServerLink>) -> SortedMap<ServerId, Server> {
    let server = |(at, link): (usize, ServerLink)| {
        let id = ServerId::new(format!("srv{at}"));
        let server = Server {
            id: id.clone(),
            name: format!("workstation {}", at + 1),
            address: format!("http://10.0.0.{}:4096", at + 1),
            family: Some(Family::Hybrid),
            version: Some("1.18.33".to_owned()),
            link,
            open_to_all: at == 0,
            started_here: false,
            saved: Saved::default(),
        };
        (id, server)
    };
    links.into_iter().enumerate().map(server).collect()
}

fn page(index: Index, window: Option<SessionWindow>) -> PageSnapshot {
    let at = Position {
        epoch: Epoch(1),
        seq: Seq(1),
    };
    let server = ServerId::new("srv0");
    PageSnapshot {
        build: "gallery".to_owned(),
        as_of: NOW,
        owner: "keeper".to_owned(),
        addressee: None,
        house_at: at,
        house: House {
            servers: servers([ServerLink::Connected { since: NOW }]),
        },
        viewing: window.as_ref().map(|window| Viewing {
            server: server.clone(),
            session: window.session.clone(),
        }),
        servers: vec![ServerSnapshot {
            server,
            at,
            index,
            window,
        }],
    }
}

fn scene(written: Written) -> Scene {
    let mut sessions: Vec<SessionEntry> = Vec::new();
    let mut root = json!({ "id": SESSION, "title": written.title, "agent": "build" });
    if let Some(message) = written.revert {
        put(&mut root, "revert", json!({ "message": message }));
    }
    let mut parent = None;
    let helpers = written.helpers.into_iter();
    let helpers =
        helpers.map(|(id, agent, title)| json!({ "id": id, "title": title, "agent": agent }));
    for mut session in std::iter::once(root).chain(helpers) {
        let id = session.get("id").and_then(Value::as_str);
        let next = id.map(str::to_owned);
        put(&mut session, "directory", json!(FOLDER));
        put(&mut session, "created", json!(NOW));
        put(&mut session, "updated", json!(NOW));
        put(&mut session, "parent", json!(parent));
        parent = next;
        sessions.extend(read(json!({ "session": session })));
    }
    if let Some(root) = sessions.first_mut() {
        root.busy_since = written
            .status
            .is_running()
            .then_some(Millis(NOW.0 - 12_000));
        root.status = written.status;
        root.failure = written.failure;
    }
    let entries = written.messages.into_iter().enumerate();
    let index = Index {
        sessions,
        more: 0,
        permissions: asks::<Permission>(written.permissions),
        questions: asks::<Question>(written.questions),
    };
    let window = SessionWindow {
        session: SessionId::new(SESSION),
        transcript: Transcript {
            entries: entries.map(|(at, message)| entry(at, message)).collect(),
            older: false,
            newer: false,
            todos: written.todos,
        },
    };
    Scene {
        title: written.title,
        page: page(index, Some(window)),
    }
}

fn entry(at: usize, written: WrittenMessage) -> Entry {
    let id = MessageId::new(format!("msg_{at}"));
    let session = SessionId::new(SESSION);
    let role = match (written.user, written.step) {
        (Some(user), _) => Role::User(user),
        (None, step) => Role::Assistant(step.unwrap_or_default()),
    };
    let parts = written
        .parts
        .into_iter()
        .enumerate()
        .map(|(part, body)| Part {
            id: PartId::new(format!("prt_{at}_{part}")),
            message: id.clone(),
            session: session.clone(),
            body,
        });
    Entry {
        parts: parts.collect(),
        message: Message {
            id: id.clone(),
            session: session.clone(),
            created: Millis(NOW.0 - 60_000 + at as u64),
            role,
        },
    }
}

/// Puts a field into an object.
fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}

/// Asks of the shown session, where they name no other.
fn asks<T: DeserializeOwned>(written: Vec<Value>) -> Vec<T> {
    let whole = |mut ask: Value| {
        put(&mut ask, "directory", json!(FOLDER));
        if ask.get("session").is_none_or(Value::is_null) {
            put(&mut ask, "session", json!(SESSION));
        }
        read(ask)
    };
    written.into_iter().filter_map(whole).collect()
}

fn read<T: DeserializeOwned>(written: Value) -> Option<T> {
    serde_json::from_value(written).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scene_is_read_whole() {
        let written: Vec<Value> = serde_json::from_str(include_str!("scenes.json")).unwrap();
        let read: Vec<Written> = serde_json::from_str(include_str!("scenes.json")).unwrap();
        assert_eq!(written.len(), scenes().len());
        for (scene, read) in scenes().iter().zip(read) {
            let index = &scene.page.servers[0].index;
            assert_eq!(
                index.permissions.len(),
                read.permissions.len(),
                "{}",
                scene.title
            );
            assert_eq!(
                index.questions.len(),
                read.questions.len(),
                "{}",
                scene.title
            );
            assert_eq!(
                index.sessions.len(),
                1 + read.helpers.len(),
                "{}",
                scene.title
            );
        }
    }
}
