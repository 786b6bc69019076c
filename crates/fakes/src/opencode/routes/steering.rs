//! What can be done with a session as a whole.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::super::handle::{Inner, lock};
use super::super::record::Recorded;
use super::{missing, page};

/// Titles, metadata and the time of archiving.
pub(super) fn patch(inner: &Arc<Inner>, asked: &Recorded, path: &[&str]) -> Response {
    let ["session", session] = path else {
        return page();
    };
    change(inner, session, |info| {
        for field in ["title", "metadata"] {
            if let Some(value) = asked.body.get(field) {
                info[field] = value.clone();
            }
        }
        if let Some(archived) = asked.body["time"].get("archived") {
            info["time"]["archived"] = archived.clone();
        }
    })
}

/// A session with its sub-sessions. One that is busy is deleted too, as the real server
/// does, and its status stays.
pub(super) fn delete(inner: &Arc<Inner>, path: &[&str]) -> Response {
    let ["session", session] = path else {
        return page();
    };
    let (gone, left): (Vec<Value>, Option<Value>) = {
        let state = lock(&inner.state);
        let all = state.sessions.values().map(|it| it.info.clone());
        let family = all.filter(|info| info["id"] == *session || info["parentID"] == *session);
        (family.collect(), state.statuses.get(*session).cloned())
    };
    if gone.iter().all(|info| info["id"] != *session) {
        return missing(&format!("Session not found: {session}"));
    }
    for info in gone {
        inner.push(
            &json!({ "type": "session.deleted", "directory": info["directory"],
            "properties": { "sessionID": info["id"], "info": info } }),
        );
    }
    if let Some(status) = left {
        lock(&inner.state)
            .statuses
            .insert((*session).to_owned(), status);
    }
    Json(true).into_response()
}

pub(super) fn post(inner: &Arc<Inner>, session: &str, what: &str, body: &Value) -> Response {
    let busy = lock(&inner.state).statuses.contains_key(session);
    match what {
        "fork" => fork(inner, session),
        "summarize" => Json(true).into_response(),
        _ if busy => {
            let why = json!({ "_tag": "SessionBusyError", "sessionID": session,
                "message": "Session is busy" });
            (StatusCode::CONFLICT, Json(why)).into_response()
        }
        "revert" => {
            let known = {
                let state = lock(&inner.state);
                let messages = state.sessions.get(session).map(|it| it.messages.clone());
                let mut messages = messages.into_iter().flatten();
                messages.any(|message| message["info"]["id"] == body["messageID"])
            };
            change(inner, session, |info| {
                if known {
                    info["revert"] = json!({ "messageID": body["messageID"], "diff": "" });
                }
            })
        }
        _ => change(inner, session, |info| {
            if let Some(info) = info.as_object_mut() {
                info.remove("revert");
            }
        }),
    }
}

/// The copy has the metadata of its original.
fn fork(inner: &Arc<Inner>, session: &str) -> Response {
    let info = {
        let mut state = lock(&inner.state);
        let Some(original) = state.sessions.get(session).map(|it| it.info.clone()) else {
            return missing(&format!("Session not found: {session}"));
        };
        let title = original["title"].as_str().unwrap_or_default();
        let directory = original["directory"].as_str().unwrap_or_default();
        let wishes = json!({ "title": format!("{title} (fork #1)"),
            "metadata": original["metadata"] });
        state.new_session(directory, &wishes)
    };
    inner.push(
        &json!({ "type": "session.created", "directory": info["directory"],
        "properties": { "sessionID": info["id"], "info": info } }),
    );
    Json(info).into_response()
}

fn change(inner: &Arc<Inner>, session: &str, change: impl FnOnce(&mut Value)) -> Response {
    match inner.change(session, change) {
        Some(info) => Json(info).into_response(),
        None => missing(&format!("Session not found: {session}")),
    }
}
