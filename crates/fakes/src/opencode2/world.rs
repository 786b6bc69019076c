//! What is known, folded from what was published. Nothing else changes it but a restart.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::rows;

/// A session with what is in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) info: Value,
    /// Its messages, in the server's order.
    pub(super) rows: Vec<Value>,
    /// What waits for delivery.
    pub(super) inbox: Vec<Value>,
}

/// Everything.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) sessions: BTreeMap<String, Known>,
    /// The sessions whose turn this process runs.
    pub(super) running: BTreeSet<String>,
    pub(super) permissions: Vec<Value>,
    pub(super) forms: Vec<Value>,
    /// Forms that were answered or dismissed.
    pub(super) settled: BTreeSet<String>,
    /// The directories that were looked at since the start.
    pub(super) loaded: BTreeSet<String>,
}

impl World {
    /// Lets a frame happen.
    pub(super) fn apply(&mut self, frame: &Value) {
        let kind = frame["type"].as_str().unwrap_or_default();
        let data = &frame["data"];
        let at = &frame["created"];
        let session = data["sessionID"].as_str().unwrap_or_default();
        if matches!(kind, "permission.asked" | "form.created") {
            // Only what is loaded asks.
            let here = frame["location"]["directory"].as_str();
            self.loaded.extend(here.map(str::to_owned));
        }
        match kind {
            "session.created" => self.created(session, data, at),
            "session.forked" => self.forked(session, data, at),
            "session.deleted" => self.deleted(session),
            "permission.asked" => {
                self.permissions.push(with_directory(data, frame));
            }
            "permission.replied" => {
                let id = &data["requestID"];
                self.permissions.retain(|it| it["id"] != *id);
            }
            "form.created" => self.forms.push(with_directory(&data["form"], frame)),
            "form.replied" | "form.cancelled" => {
                let id = &data["id"];
                self.forms.retain(|it| it["id"] != *id);
                self.settled.extend(id.as_str().map(str::to_owned));
            }
            "location.shutdown" => {
                let here = &frame["location"]["directory"];
                self.permissions.retain(|it| it["_directory"] != *here);
                self.forms.retain(|it| it["_directory"] != *here);
            }
            _ => self.within(session, kind, frame),
        }
    }

    /// Forgets what is only in memory, as a process that ends does. No idle row is written.
    pub(super) fn restart(&mut self) {
        self.running.clear();
        self.permissions.clear();
        self.forms.clear();
        self.loaded.clear();
    }

    /// Where a message's id is taken: the session, whether it waits there or stands there.
    pub(super) fn holder(&self, id: &str) -> Option<&str> {
        let holds = |it: &Known| it.rows.iter().chain(&it.inbox).any(|row| row["id"] == id);
        let (session, _) = self.sessions.iter().find(|(_, it)| holds(it))?;
        Some(session)
    }

    fn within(&mut self, session: &str, kind: &str, frame: &Value) {
        let data = &frame["data"];
        let at = &frame["created"];
        let Some(known) = self.sessions.get_mut(session) else {
            return;
        };
        let info = &mut known.info;
        match kind {
            "session.renamed" => set(info, data, &["title"]),
            "session.metadata.updated" => set(info, data, &["metadata"]),
            "session.permissions" => set(info, data, &["permissions"]),
            "session.agent.selected" => set(info, data, &["agent"]),
            "session.model.selected" => set(info, data, &["model"]),
            "session.moved" => set(info, data, &["location"]),
            "session.viewed" => info["time"]["viewed"] = data["idle"].clone(),
            "session.revert.staged" => set(info, data, &["revert"]),
            "session.revert.cleared" => drop(info.as_object_mut().map(|it| it.remove("revert"))),
            "session.revert.committed" => {
                drop(info.as_object_mut().map(|it| it.remove("revert")));
                if let Some(to) = known.rows.iter().position(|row| row["id"] == data["to"]) {
                    known.rows.truncate(to);
                }
            }
            "session.usage.updated" => set(info, data, &["cost", "tokens"]),
            "session.execution.started" => {
                self.running.insert(session.to_owned());
            }
            "session.execution.succeeded" => self.ended(session, "succeeded", frame),
            "session.execution.failed" => self.ended(session, "failed", frame),
            "session.execution.interrupted" => self.ended(session, "interrupted", frame),
            _ => rows::apply(known, kind, frame),
        }
        let moves = matches!(
            kind,
            "session.renamed" | "session.metadata.updated" | "session.inbox.enqueued"
        );
        if let Some(known) = self.sessions.get_mut(session).filter(|_| moves) {
            known.info["time"]["updated"] = at.clone();
        }
    }

    fn created(&mut self, session: &str, data: &Value, at: &Value) {
        let mut info = json!({ "id": session, "cost": 0.0, "tokens": no_tokens(),
            "time": { "created": at, "updated": at } });
        let all = [
            "projectID",
            "location",
            "parentID",
            "title",
            "agent",
            "model",
            "metadata",
        ];
        set(&mut info, data, &all);
        let known = Known {
            info,
            ..Known::default()
        };
        self.sessions.insert(session.to_owned(), known);
    }

    /// The copy has no parent but a link, and its messages have ids of their own.
    fn forked(&mut self, session: &str, data: &Value, at: &Value) {
        let from = data["fork"]["sessionID"].as_str().unwrap_or_default();
        let Some(original) = self.sessions.get(from).cloned() else {
            return;
        };
        let before = &data["fork"]["boundary"];
        let end = original.rows.iter().position(|row| row["id"] == *before);
        let mut rows = original.rows;
        rows.truncate(end.unwrap_or(rows.len()));
        for (n, row) in rows.iter_mut().enumerate() {
            row["id"] = json!(format!("{}_{n}", row["id"].as_str().unwrap_or_default()));
        }
        let mut info = original.info;
        info["id"] = json!(session);
        info["fork"] = data["fork"].clone();
        info["time"] = json!({ "created": at, "updated": at });
        drop(info.as_object_mut().map(|it| it.remove("parentID")));
        let known = Known {
            info,
            rows,
            inbox: Vec::new(),
        };
        self.sessions.insert(session.to_owned(), known);
    }

    fn deleted(&mut self, session: &str) {
        self.sessions.remove(session);
        self.running.remove(session);
        self.permissions.retain(|it| it["sessionID"] != session);
        self.forms.retain(|it| it["sessionID"] != session);
    }

    /// A turn ends with a row, unless the process ends.
    fn ended(&mut self, session: &str, outcome: &str, frame: &Value) {
        self.running.remove(session);
        let Some(known) = self.sessions.get_mut(session) else {
            return;
        };
        if frame["data"]["reason"] == "shutdown" {
            return;
        }
        known.info["time"]["idle"] = frame["created"].clone();
        known.info["outcome"] = json!(outcome);
        known.rows.push(
            json!({ "id": rows::id_of(frame), "type": "idle", "outcome": outcome,
            "time": { "created": frame["created"] } }),
        );
    }
}

/// What was consumed before anything was.
pub(super) fn no_tokens() -> Value {
    json!({ "input": 0, "output": 0, "reasoning": 0, "cache": { "read": 0, "write": 0 } })
}

/// Takes over these fields, where they are there.
pub(super) fn set(info: &mut Value, data: &Value, fields: &[&str]) {
    for field in fields {
        if let Some(value) = data.get(field) {
            info[*field] = value.clone();
        }
    }
}

fn with_directory(ask: &Value, frame: &Value) -> Value {
    let mut ask = ask.as_object().cloned().unwrap_or_else(Map::new);
    let directory = frame["location"]["directory"].clone();
    ask.insert("_directory".to_owned(), directory);
    Value::Object(ask)
}
