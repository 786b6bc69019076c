//! What can be done.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::super::DIRECTORY;
use super::super::faults::Admission;
use super::super::handle::{Inner, lock};
use super::super::record::Recorded;
use super::super::stream;
use super::{missing, page, steering};

pub(super) async fn post(inner: &Arc<Inner>, asked: &Recorded, path: &[&str]) -> Response {
    let directory = asked.directory.as_deref().unwrap_or(DIRECTORY);
    match path {
        ["session"] => {
            let info = lock(&inner.state).new_session(directory, &asked.body);
            inner.push(&json!({
                "type": "session.created",
                "directory": directory,
                "properties": { "sessionID": info["id"], "info": info },
            }));
            Json(info).into_response()
        }
        ["session", session, "prompt_async" | "command" | "shell"] => {
            prompt(inner, session, &asked.body).await
        }
        ["session", session, "abort"] => {
            if lock(&inner.state).sessions.contains_key(*session) {
                for event in [
                    json!({ "type": "session.status", "properties":
                        { "sessionID": session, "status": { "type": "idle" } } }),
                    json!({ "type": "session.idle", "properties": { "sessionID": session } }),
                ] {
                    inner.push(&event);
                }
            }
            Json(true).into_response()
        }
        [
            "session",
            session,
            what @ ("fork" | "summarize" | "revert" | "unrevert"),
        ] => steering::post(inner, session, what, &asked.body),
        ["permission", ask, "reply"] => {
            let done = json!({ "requestID": ask, "reply": asked.body["reply"] });
            let known = &mut lock(&inner.state).permissions.clone();
            close(inner, known, ask, directory, "permission.replied", done)
        }
        ["question", ask, "reply"] => {
            let done = json!({ "requestID": ask, "answers": asked.body["answers"] });
            let known = &mut lock(&inner.state).questions.clone();
            close(inner, known, ask, directory, "question.replied", done)
        }
        ["question", ask, "reject"] => {
            let done = json!({ "requestID": ask });
            let known = &mut lock(&inner.state).questions.clone();
            close(inner, known, ask, directory, "question.rejected", done)
        }
        ["sync", "history"] if !lock(&inner.state).faults.old => {
            let Some(after) = asked.body.as_object() else {
                return Json(json!([])).into_response();
            };
            if after.values().any(|seq| !seq.is_u64()) {
                let why = json!({ "name": "BadRequest",
                    "data": { "message": "Expected number", "kind": "Payload" } });
                return (StatusCode::BAD_REQUEST, Json(why)).into_response();
            }
            let mut past = lock(&inner.state).log.clone();
            past.retain(|entry| {
                let session = entry["aggregate_id"].as_str().unwrap_or_default();
                let known = after.get(session).and_then(Value::as_u64);
                known.is_none_or(|known| entry["seq"].as_u64() > Some(known))
            });
            Json(past).into_response()
        }
        _ => page(),
    }
}

async fn prompt(inner: &Arc<Inner>, session: &str, body: &Value) -> Response {
    let admission = {
        let state = lock(&inner.state);
        if !state.sessions.contains_key(session) {
            return missing(&format!("Session not found: {session}"));
        }
        state.faults.admission.clone()
    };
    let said = matches!(admission, Admission::Admitted | Admission::Unanswered);
    match &admission {
        Admission::Admitted | Admission::Unsaid | Admission::Unanswered => {
            for event in admitted(inner, session, body) {
                if said {
                    inner.push(&event);
                } else {
                    lock(&inner.state).happen(&event);
                }
            }
            if said {
                inner.use_session(session);
            }
            let turns = {
                let state = lock(&inner.state);
                state.faults.turns && !state.statuses.contains_key(session)
            };
            if turns {
                turn(inner, session, &body["messageID"]);
            }
        }
        Admission::Failed(error) => inner.push(&json!({
            "type": "session.error",
            "properties": { "sessionID": session, "error": error },
        })),
        Admission::Lost => {}
    }
    if admission == Admission::Unanswered {
        return stream::hang().await;
    }
    StatusCode::NO_CONTENT.into_response()
}

/// A turn that answers `prompt` with nothing.
fn turn(inner: &Arc<Inner>, session: &str, prompt: &Value) {
    let status = |kind: &str| {
        inner.push(&json!({ "type": "session.status", "properties":
            { "sessionID": session, "status": { "type": kind } } }));
    };
    let (number, time) = {
        let mut state = lock(&inner.state);
        (state.number(), state.time())
    };
    status("busy");
    inner.push(
        &json!({ "type": "message.updated", "properties": { "sessionID": session, "info": {
        "id": format!("msg_answer_{number:026}"), "sessionID": session, "role": "assistant",
        "parentID": prompt, "providerID": "scripted", "modelID": "scripted-1",
        "mode": "build", "agent": "build", "path": { "cwd": "/", "root": "/" }, "cost": 0,
        "tokens": { "input": 0, "output": 0, "reasoning": 0,
            "cache": { "read": 0, "write": 0 } },
        "time": { "created": time, "completed": time }, "finish": "stop" } } }),
    );
    inner.use_session(session);
    status("idle");
}

/// The events of a prompt that becomes a message.
fn admitted(inner: &Arc<Inner>, session: &str, body: &Value) -> Vec<Value> {
    let mut state = lock(&inner.state);
    let number = state.number();
    if let Some(id) = body["messageID"].as_str() {
        let mut admissions = lock(&inner.admissions);
        *admissions.entry(id.to_owned()).or_default() += 1;
    }
    let id = body["messageID"]
        .as_str()
        .map_or_else(|| format!("msg_{number:026}"), str::to_owned);
    let mut info = json!({
        "id": id, "sessionID": session, "role": "user",
        "time": { "created": 1_795_200_000_000 + number * 1_000 },
        "agent": body["agent"].as_str().unwrap_or("build"),
        "model": { "providerID": "scripted", "modelID": "scripted-1" },
    });
    if body["model"].is_object() {
        info["model"] = body["model"].clone();
    }
    let mut events = vec![json!({
        "type": "message.updated",
        "properties": { "sessionID": session, "info": info },
    })];
    for part in body["parts"].as_array().into_iter().flatten() {
        let mut part = part.clone();
        if part["id"].is_null() {
            part["id"] = json!(format!("prt_{:026}", state.number()));
        }
        part["messageID"] = json!(id);
        part["sessionID"] = json!(session);
        events.push(json!({
            "type": "message.part.updated",
            "properties": { "sessionID": session, "part": part },
        }));
    }
    events
}

fn close(
    inner: &Arc<Inner>,
    pending: &mut [(String, Value)],
    ask: &str,
    directory: &str,
    kind: &str,
    mut done: Value,
) -> Response {
    let known = pending
        .iter()
        .find(|(of, it)| of == directory && it["id"] == ask);
    let Some((_, known)) = known else {
        let tag = if kind.starts_with("permission") {
            "PermissionNotFoundError"
        } else {
            "QuestionNotFoundError"
        };
        let why = json!({ "_tag": tag, "requestID": ask, "message": "not found" });
        return (StatusCode::NOT_FOUND, Json(why)).into_response();
    };
    done["sessionID"] = known["sessionID"].clone();
    inner.push(&json!({ "type": kind, "directory": directory, "properties": done }));
    Json(true).into_response()
}
