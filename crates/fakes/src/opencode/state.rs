//! What the server knows, and how an event changes it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::DIRECTORY;
use super::faults::Faults;
use super::record::Recorded;

/// Everything.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) faults: Faults,
    pub(crate) requests: Vec<Recorded>,
    /// Answers given instead of the server's own, by method and path.
    pub(crate) canned: BTreeMap<(String, String), (u16, Value)>,
    pub(crate) sessions: BTreeMap<String, Session>,
    /// What sessions are doing; idle ones are absent.
    pub(crate) statuses: BTreeMap<String, Value>,
    /// Pending requests for permission, each with its directory.
    pub(crate) permissions: Vec<(String, Value)>,
    /// Pending requests for answers, each with its directory.
    pub(crate) questions: Vec<(String, Value)>,
    /// Directories that exist, with the folders in them.
    pub(crate) folders: BTreeMap<String, Vec<String>>,
    /// Durable events, for `POST /sync/history`.
    pub(crate) log: Vec<Value>,
    seqs: BTreeMap<String, u64>,
    made: u64,
    saved: Option<Saved>,
}

/// What is stored, as it was at some time.
#[derive(Clone, Debug)]
struct Saved {
    sessions: BTreeMap<String, Session>,
    log: Vec<Value>,
    seqs: BTreeMap<String, u64>,
}

/// A session and what is in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Session {
    pub(crate) info: Value,
    /// Messages as `{info, parts}`.
    pub(crate) messages: Vec<Value>,
    pub(crate) todos: Value,
}

impl State {
    /// Makes a copy of what is stored.
    pub(crate) fn save(&mut self) {
        self.saved = Some(Saved {
            sessions: self.sessions.clone(),
            log: self.log.clone(),
            seqs: self.seqs.clone(),
        });
    }

    /// Goes back to the copy, if there is one.
    pub(crate) fn go_back(&mut self) {
        if let Some(saved) = self.saved.clone() {
            self.sessions = saved.sessions;
            self.log = saved.log;
            self.seqs = saved.seqs;
        }
    }

    /// A new number, for ids and times.
    pub(crate) fn number(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    /// A new time, a second after the one before: some time in November 2026.
    pub(crate) fn time(&mut self) -> u64 {
        1_795_200_000_000 + self.number() * 1_000
    }

    /// A session that does not exist yet.
    pub(crate) fn new_session(&mut self, directory: &str, wishes: &Value) -> Value {
        let number = self.number();
        // Some time in November 2026, a second between any two.
        let time = 1_795_200_000_000 + number * 1_000;
        let mut info = json!({
            "id": format!("ses_{number:026}"),
            "slug": "quiet-fake",
            "projectID": "global",
            "directory": directory,
            "title": format!("New session - {number}"),
            "version": "1.18.33",
            "cost": 0,
            "time": { "created": time, "updated": time },
        });
        for wish in ["title", "parentID", "agent", "model", "metadata"] {
            if let Some(value) = wishes.get(wish) {
                info[wish] = value.clone();
            }
        }
        info
    }

    /// Where an event belongs: its own word, else its session's directory, else the
    /// default one.
    pub(crate) fn directory_of(&self, event: &Value) -> String {
        event["directory"]
            .as_str()
            .or_else(|| {
                let session = event["properties"]["sessionID"].as_str()?;
                self.sessions.get(session)?.info["directory"].as_str()
            })
            .unwrap_or(DIRECTORY)
            .to_owned()
    }

    /// Applies an event and answers with its frames: the plain one and, where it is
    /// durable, the one with its number.
    pub(crate) fn happen(&mut self, event: &Value) -> Vec<Value> {
        let directory = self.directory_of(event);
        let kind = event["type"].as_str().unwrap_or_default().to_owned();
        let mut properties = event["properties"].clone();
        if properties.is_null() {
            properties = json!({});
        }
        let id = format!("evt_{:026}", self.number());
        self.apply(&directory, &kind, &properties);
        let mut frames = vec![json!({
            "directory": directory,
            "payload": { "id": id, "type": kind, "properties": properties },
        })];
        let session = owner(&properties);
        if let (true, Some(session)) = (is_durable(&kind), session) {
            let seq = *self
                .seqs
                .entry(session.clone())
                .and_modify(|seq| *seq += 1)
                .or_insert(0);
            let name = format!("{kind}.1");
            self.log.push(json!({
                "id": id, "aggregate_id": session, "seq": seq, "type": name, "data": properties,
            }));
            frames.push(json!({
                "directory": directory,
                "payload": { "type": "sync", "id": id, "syncEvent": {
                    "id": id, "type": name, "seq": seq, "aggregateID": session, "data": properties,
                }},
            }));
        }
        if kind == "session.deleted" {
            self.log
                .retain(|entry| entry["aggregate_id"].as_str() != properties["sessionID"].as_str());
        }
        frames
    }

    /// Applies a frame as it was recorded, the number of a sync frame included.
    pub(crate) fn happened(&mut self, frame: &Value) {
        let payload = &frame["payload"];
        if let (Some(session), Some(seq)) = (
            payload["syncEvent"]["aggregateID"].as_str(),
            payload["syncEvent"]["seq"].as_u64(),
        ) {
            self.seqs.insert(session.to_owned(), seq);
            return;
        }
        let directory = frame["directory"].as_str().unwrap_or(DIRECTORY);
        let kind = payload["type"].as_str().unwrap_or_default();
        self.apply(directory, kind, &payload["properties"]);
    }

    fn apply(&mut self, directory: &str, kind: &str, it: &Value) {
        let session = owner(it).unwrap_or_default();
        match kind {
            "session.created" | "session.updated" => {
                self.sessions.entry(session).or_default().info = it["info"].clone();
            }
            "session.deleted" => {
                self.sessions.remove(&session);
                self.statuses.remove(&session);
            }
            "session.status" => {
                if it["status"]["type"] == "idle" {
                    self.statuses.remove(&session);
                } else {
                    self.statuses.insert(session, it["status"].clone());
                }
            }
            "session.idle" => {
                self.statuses.remove(&session);
            }
            "message.updated" => self.put_message(&it["info"]),
            "message.removed" => {
                if let Some(known) = self.sessions.get_mut(&session) {
                    known
                        .messages
                        .retain(|message| message["info"]["id"] != it["messageID"]);
                }
            }
            "message.part.updated" => self.put_part(&it["part"]),
            "message.part.removed" => {
                if let Some(parts) = self.parts(&session, &it["messageID"]) {
                    parts.retain(|part| part["id"] != it["partID"]);
                }
            }
            "todo.updated" => {
                self.sessions.entry(session).or_default().todos = it["todos"].clone();
            }
            "permission.asked" => self.permissions.push((directory.to_owned(), it.clone())),
            "permission.replied" => {
                self.permissions
                    .retain(|(_, ask)| ask["id"] != it["requestID"]);
            }
            "question.asked" => self.questions.push((directory.to_owned(), it.clone())),
            "question.replied" | "question.rejected" => {
                self.questions
                    .retain(|(_, ask)| ask["id"] != it["requestID"]);
            }
            // Deltas too: text that streams cannot be read until it ends.
            _ => {}
        }
    }

    fn put_message(&mut self, info: &Value) {
        let session = info["sessionID"].as_str().unwrap_or_default();
        let messages = &mut self
            .sessions
            .entry(session.to_owned())
            .or_default()
            .messages;
        if let Some(known) = messages
            .iter_mut()
            .find(|message| message["info"]["id"] == info["id"])
        {
            known["info"] = info.clone();
        } else {
            messages.push(json!({ "info": info, "parts": [] }));
        }
        messages.sort_by_key(|message| message["info"]["time"]["created"].as_u64());
    }

    fn put_part(&mut self, part: &Value) {
        let session = part["sessionID"].as_str().unwrap_or_default().to_owned();
        let Some(parts) = self.parts(&session, &part["messageID"]) else {
            return;
        };
        if let Some(known) = parts.iter_mut().find(|known| known["id"] == part["id"]) {
            *known = part.clone();
        } else {
            parts.push(part.clone());
        }
    }

    fn parts(&mut self, session: &str, message: &Value) -> Option<&mut Vec<Value>> {
        self.sessions
            .get_mut(session)?
            .messages
            .iter_mut()
            .find(|known| known["info"]["id"] == *message)?
            .get_mut("parts")?
            .as_array_mut()
    }
}

/// The session that an event is about.
fn owner(properties: &Value) -> Option<String> {
    [
        &properties["sessionID"],
        &properties["part"]["sessionID"],
        &properties["info"]["sessionID"],
        &properties["info"]["id"],
    ]
    .into_iter()
    .find_map(Value::as_str)
    .map(str::to_owned)
}

fn is_durable(kind: &str) -> bool {
    matches!(
        kind,
        "session.created"
            | "session.updated"
            | "session.deleted"
            | "message.updated"
            | "message.removed"
            | "message.part.updated"
            | "message.part.removed"
    )
}
