//! What changes a session.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::super::handle::{Inner, State};
use super::super::world::set;
use super::super::{DIRECTORY, turn};
use super::places::COMMAND;
use super::{data, done, missing, query, refusal, refused};
use crate::opencode::{Recorded, lock};

const CREATE: [&str; 8] = [
    "id",
    "parentID",
    "title",
    "agent",
    "model",
    "location",
    "metadata",
    "permissions",
];
const PROMPT: [&str; 8] = [
    "id", "text", "files", "agents", "skills", "metadata", "delivery", "resume",
];

pub(super) fn answer(
    inner: &Arc<Inner>,
    asked: &Recorded,
    method: &str,
    path: &[&str],
) -> Option<Response> {
    let mut state = lock(&inner.state);
    if (method, path) == ("POST", &["session"]) {
        return Some(create(&mut state, &asked.body));
    }
    let ["session", session, rest @ ..] = path else {
        return None;
    };
    let session = *session;
    if !state.world.sessions.contains_key(session) {
        return Some(missing("Session"));
    }
    let body = &asked.body;
    match (method, rest) {
        ("DELETE", []) => {
            let children = state.world.sessions.iter();
            let children: Vec<String> = children
                .filter(|(_, it)| it.info["parentID"] == session)
                .map(|(id, _)| id.clone())
                .collect();
            for gone in children.iter().map(String::as_str).chain([session]) {
                state.in_session("session.deleted", gone, json!({}));
            }
            Some(done())
        }
        ("PATCH", []) => {
            if let Some(refused) = refused(body, &["title", "metadata", "permissions"]) {
                return Some(refused);
            }
            for (field, kind) in [
                ("title", "session.renamed"),
                ("metadata", "session.metadata.updated"),
                ("permissions", "session.permissions"),
            ] {
                if let Some(value) = body.get(field) {
                    state.in_session(kind, session, json!({ field: value }));
                }
            }
            Some(done())
        }
        ("POST", ["agent"]) => Some(chosen(&mut state, session, body, "agent")),
        ("POST", ["model"]) => Some(chosen(&mut state, session, body, "model")),
        ("POST", ["view"]) => {
            let idle = json!({ "idle": body["idle"] });
            state.in_session("session.viewed", session, idle);
            Some(done())
        }
        ("POST", ["fork"]) => Some(fork(&mut state, session, body)),
        ("POST", ["prompt"]) => Some(prompt(&mut state, session, body)),
        ("POST", ["compact"]) => {
            let item = json!({ "type": "compaction", "delivery": "queue", "payload": {} });
            let id = id_or_fresh(&mut state, body, "msg_");
            let receipt = turn::admit(&mut state, session, &id, &item, false);
            Some(data(receipt))
        }
        ("POST", ["shell"]) => {
            let shell = json!({ "shellID": "sh_1", "command": body["command"] });
            state.in_session("session.shell.started", session, shell);
            let end = json!({ "shellID": "sh_1", "status": "exited", "exit": 0, "output": "ok" });
            state.in_session("session.shell.ended", session, end);
            Some(done())
        }
        ("POST", ["command"]) => Some(command(&state, body)),
        ("POST", ["interrupt"]) => Some(interrupt(&mut state, session, asked)),
        ("POST", ["revert", "stage"]) => Some(stage(&mut state, session, body)),
        ("POST", ["revert", "commit"]) => {
            commit(&mut state, session);
            Some(done())
        }
        ("POST", ["synthetic"]) => Some(synthetic(&mut state, session, body)),
        ("DELETE", ["revert"]) => {
            state.in_session("session.revert.cleared", session, json!({}));
            Some(done())
        }
        ("DELETE", ["inbox", item]) => {
            if !turn::waiting(&state, session, item)["delivery"].is_null() {
                let gone = json!({ "inboxID": item });
                state.in_session("session.inbox.cancelled", session, gone);
            }
            Some(done())
        }
        ("PATCH", ["inbox", item]) => {
            let moved = json!({ "inboxID": item, "item": { "delivery": body["delivery"] } });
            state.in_session("session.inbox.delivery.changed", session, moved);
            Some(done())
        }
        _ => None,
    }
}

/// An existing id is adopted, even with another directory.
fn create(state: &mut State, body: &Value) -> Response {
    if let Some(refused) = refused(body, &CREATE) {
        return refused;
    }
    let id = id_or_fresh(state, body, "ses_");
    if let Some(known) = state.world.sessions.get(&id) {
        return data(known.info.clone());
    }
    let mut wishes = json!({ "projectID": "global", "location": { "directory": DIRECTORY } });
    set(&mut wishes, body, &CREATE);
    state.in_session("session.created", &id, wishes);
    let known = state.world.sessions.get(&id);
    data(known.map(|it| it.info.clone()).unwrap_or_default())
}

fn id_or_fresh(state: &mut State, body: &Value, prefix: &str) -> String {
    match body["id"].as_str() {
        Some(id) => id.to_owned(),
        None => format!("{prefix}{:026}", state.journal.fresh()),
    }
}

fn chosen(state: &mut State, session: &str, body: &Value, what: &str) -> Response {
    if let Some(refused) = refused(body, &[what]) {
        return refused;
    }
    state.in_session(&format!("session.{what}.selected"), session, body.clone());
    done()
}

fn fork(state: &mut State, session: &str, body: &Value) -> Response {
    let word = if state.faults.early {
        "messageID"
    } else {
        "before"
    };
    if let Some(refused) = refused(body, &[word]) {
        return refused;
    }
    let id = format!("ses_{:026}", state.journal.fresh());
    let forked = json!({ "fork": { "sessionID": session, "boundary": body[word] } });
    state.in_session("session.forked", &id, forked);
    let known = state.world.sessions.get(&id);
    data(known.map(|it| it.info.clone()).unwrap_or_default())
}

/// The first record wins: a repeat brings what is there, whatever it says now.
fn prompt(state: &mut State, session: &str, body: &Value) -> Response {
    if let Some(refused) = refused(body, &PROMPT) {
        return refused;
    }
    let id = id_or_fresh(state, body, "msg_");
    match state.world.holder(&id) {
        Some(holder) if holder == session => return data(turn::waiting(state, session, &id)),
        Some(_) => return refusal(StatusCode::CONFLICT, "ConflictError", "another session's"),
        None => {}
    }
    commit(state, session);
    let mut payload = json!({ "text": body["text"] });
    set(&mut payload, body, &["files", "agents", "skills"]);
    let delivery = body["delivery"].as_str().unwrap_or("steer");
    let item = json!({ "type": "user", "delivery": delivery, "payload": payload });
    let run = body["resume"] != false;
    data(turn::admit(state, session, &id, &item, run))
}

/// There is one.
fn command(state: &State, body: &Value) -> Response {
    let name = if state.faults.early {
        "command"
    } else {
        "name"
    };
    let known = [name, "text", "files", "agents", "delivery"];
    if let Some(refused) = refused(body, &known) {
        return refused;
    }
    if body[name] != COMMAND {
        return missing("Command");
    }
    done()
}

fn synthetic(state: &mut State, session: &str, body: &Value) -> Response {
    let known = ["id", "text", "description", "delivery", "resume"];
    if let Some(refused) = refused(body, &known) {
        return refused;
    }
    let payload = json!({ "text": body["text"] });
    let item = json!({ "type": "synthetic", "delivery": "steer", "payload": payload });
    let id = id_or_fresh(state, body, "msg_");
    let run = body["resume"] != false;
    data(turn::admit(state, session, &id, &item, run))
}

/// What was taken back is gone for good, with what waits behind it.
fn commit(state: &mut State, session: &str) {
    let known = state.world.sessions.get(session);
    let staged = known.and_then(|it| it.info["revert"]["messageID"].as_str());
    if let Some(to) = staged.map(str::to_owned) {
        state.in_session("session.revert.committed", session, json!({ "to": to }));
    }
}

fn interrupt(state: &mut State, session: &str, asked: &Recorded) -> Response {
    let interrupted = state.world.running.contains(session);
    if interrupted {
        let why = json!({ "reason": "user" });
        state.in_session("session.execution.interrupted", session, why);
        if query(asked, "resume").as_deref() == Some("true") {
            turn::deliver(state, session);
        }
    }
    Json(json!({ "interrupted": interrupted })).into_response()
}

fn stage(state: &mut State, session: &str, body: &Value) -> Response {
    if let Some(refused) = refused(body, &["messageID", "files"]) {
        return refused;
    }
    if state.world.running.contains(session) {
        return refusal(StatusCode::CONFLICT, "SessionBusyError", "Session is busy");
    }
    let message = body["messageID"].as_str().unwrap_or_default();
    if state.world.holder(message) != Some(session) {
        return missing("Message");
    }
    let revert = json!({ "messageID": message, "files": [] });
    let staged = json!({ "revert": revert });
    state.in_session("session.revert.staged", session, staged);
    data(revert)
}
