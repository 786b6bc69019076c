//! The routes that the product uses. Any other is answered with a web page and status 200,
//! as the real server does.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::DIRECTORY;
use super::faults::{Admission, Manner};
use super::handle::{Inner, lock};
use super::record::Recorded;
use super::stream;

/// Larger than anything a test sends.
const BODY_MAX_BYTES: usize = 64 * 1024 * 1024;

pub(super) fn router(inner: Arc<Inner>) -> Router {
    Router::new().fallback(answer).with_state(inner)
}

async fn answer(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let asked = read(request).await;
    inner.record(asked.clone());
    let (manner, delay, canned, refused) = {
        let state = lock(&inner.state);
        let key = (asked.method.clone(), asked.path.clone());
        (
            state.faults.manner.clone(),
            state.faults.delay,
            state.canned.get(&key).cloned(),
            state.faults.password.is_some() && !asked.authorized,
        )
    };
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    match manner {
        Manner::Well => {}
        Manner::Html => return page(),
        Manner::Garbage => {
            return ([("content-type", "application/json")], "{\"healthy\": tru").into_response();
        }
        Manner::Status(status) => return status_of(status).into_response(),
        Manner::Hang => return stream::hang().await,
    }
    if refused {
        let realm = [("www-authenticate", "Basic realm=\"Secure Area\"")];
        return (StatusCode::UNAUTHORIZED, realm).into_response();
    }
    if let Some((status, body)) = canned {
        return (status_of(status), Json(body)).into_response();
    }
    let path = asked.path.clone();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match asked.method.as_str() {
        "GET" => get(&inner, &asked, &segments),
        "POST" => post(&inner, &asked, &segments).await,
        _ => page(),
    }
}

fn get(inner: &Arc<Inner>, asked: &Recorded, path: &[&str]) -> Response {
    if path == ["global", "event"] {
        let (sender, response) = stream::open(Arc::clone(&inner.state));
        inner.listen(sender);
        return response;
    }
    let state = lock(&inner.state);
    let directory = asked.directory.as_deref().unwrap_or(DIRECTORY);
    let old = state.faults.old;
    let here = |list: &[(String, Value)]| -> Vec<Value> {
        list.iter()
            .filter(|(of, _)| of == directory)
            .map(|(_, ask)| ask.clone())
            .collect()
    };
    let body = match path {
        ["global", "health"] => json!({ "healthy": true, "version": "1.18.33" }),
        ["api", "health"] if !old => json!({ "healthy": true }),
        ["experimental", "session"] if !old => {
            let mut all: Vec<&Value> = state.sessions.values().map(|it| &it.info).collect();
            all.sort_by_key(|info| std::cmp::Reverse(updated(info)));
            let before = number(asked, "cursor").unwrap_or(u64::MAX);
            let limit = usize::try_from(number(asked, "limit").unwrap_or(100)).unwrap_or(100);
            all.retain(|info| updated(info) < before);
            let more = all.len() > limit;
            all.truncate(limit);
            let next = all.last().filter(|_| more).map(|info| updated(info));
            return with_cursor(json!(all), next.map(|next| next.to_string()));
        }
        ["session"] => {
            let mut all: Vec<&Value> = state.sessions.values().map(|it| &it.info).collect();
            all.retain(|info| info["directory"] == directory);
            all.sort_by_key(|info| std::cmp::Reverse(updated(info)));
            json!(all)
        }
        ["session", "status"] => {
            let mut here = state.statuses.clone();
            here.retain(|session, _| {
                state
                    .sessions
                    .get(session)
                    .is_some_and(|known| known.info["directory"] == directory)
            });
            json!(here)
        }
        ["session", session, rest @ ..] => {
            let Some(known) = state.sessions.get(*session) else {
                return missing(&format!("Session not found: {session}"));
            };
            match rest {
                [] => known.info.clone(),
                ["todo"] if known.todos.is_null() => json!([]),
                ["todo"] => known.todos.clone(),
                ["message"] => return messages(&known.messages, asked),
                ["message", message] => {
                    let found = known
                        .messages
                        .iter()
                        .find(|it| it["info"]["id"] == *message);
                    let Some(found) = found else {
                        return missing(&format!("Message not found: {message}"));
                    };
                    found.clone()
                }
                _ => return page(),
            }
        }
        ["permission"] => json!(here(&state.permissions)),
        ["question"] => json!(here(&state.questions)),
        ["agent"] => json!([
            { "name": "build", "mode": "primary", "permission": [], "options": {} },
            { "name": "plan", "mode": "primary", "permission": [], "options": {} },
            { "name": "title", "mode": "primary", "hidden": true, "permission": [], "options": {} },
        ]),
        ["config", "providers"] => json!({ "providers": [{
            "id": "scripted", "name": "Scripted model", "options": { "apiKey": "***" },
            "models": { "scripted-1": {
                "id": "scripted-1", "name": "Scripted One", "status": "active",
                "capabilities": { "toolcall": true, "attachment": true },
                "limit": { "context": 200_000 }, "variants": { "low": {}, "high": {} },
            }},
        }], "default": { "scripted": "scripted-1" } }),
        ["config"] => json!({ "model": "scripted/scripted-1" }),
        ["command"] => json!([{ "name": "init", "description": "guided setup" }]),
        ["project"] => json!([{ "id": "global", "worktree": DIRECTORY, "sandboxes": [] }]),
        ["path"] => json!({ "home": "/home/me", "directory": directory, "worktree": "/" }),
        ["file"] => {
            let Some(folders) = state.folders.get(directory) else {
                return broken();
            };
            let nodes: Vec<Value> = folders.iter().map(|folder| node(folder)).collect();
            json!(nodes)
        }
        _ => return page(),
    };
    Json(body).into_response()
}

async fn post(inner: &Arc<Inner>, asked: &Recorded, path: &[&str]) -> Response {
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
        ["session", session, "prompt_async"] => prompt(inner, session, &asked.body).await,
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

/// The events of a prompt that becomes a message.
fn admitted(inner: &Arc<Inner>, session: &str, body: &Value) -> Vec<Value> {
    let mut state = lock(&inner.state);
    let number = state.number();
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

/// The last `limit` messages before `before` (an index from the beginning), oldest first.
fn messages(all: &[Value], asked: &Recorded) -> Response {
    let end = number(asked, "before")
        .and_then(|before| usize::try_from(before).ok())
        .unwrap_or(all.len())
        .min(all.len());
    let limit = number(asked, "limit").filter(|limit| *limit > 0);
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    let start = limit.map_or(0, |limit| end.saturating_sub(limit));
    let page = all.get(start..end).unwrap_or_default();
    with_cursor(json!(page), (start > 0).then(|| start.to_string()))
}

fn with_cursor(body: Value, next: Option<String>) -> Response {
    match next {
        Some(next) => ([("x-next-cursor", next)], Json(body)).into_response(),
        None => Json(body).into_response(),
    }
}

fn node(folder: &str) -> Value {
    let name = folder.rsplit('/').next().unwrap_or_default();
    json!({ "name": name, "path": format!("{name}/"), "absolute": folder,
        "type": "directory", "ignored": false })
}

fn updated(info: &Value) -> u64 {
    info["time"]["updated"].as_u64().unwrap_or_default()
}

fn number(asked: &Recorded, name: &str) -> Option<u64> {
    asked
        .query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .and_then(|(_, value)| value.parse().ok())
}

fn page() -> Response {
    Html("<!doctype html><title>OpenCode</title>").into_response()
}

fn missing(message: &str) -> Response {
    let why = json!({ "name": "NotFoundError", "data": { "message": message } });
    (StatusCode::NOT_FOUND, Json(why)).into_response()
}

fn broken() -> Response {
    let why = json!({ "name": "UnknownError",
        "data": { "message": "Unexpected server error.", "ref": "err_fake" } });
    (StatusCode::INTERNAL_SERVER_ERROR, Json(why)).into_response()
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

async fn read(request: Request<Body>) -> Recorded {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, BODY_MAX_BYTES).await.unwrap_or_default();
    let text = |headers: &HeaderMap, name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    Recorded {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        directory: text(&head.headers, "x-opencode-directory").map(|it| decode(&it)),
        authorized: text(&head.headers, "authorization").is_some(),
        agent: text(&head.headers, "user-agent").unwrap_or_default(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    }
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, code)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let digits = code.get(..2).unwrap_or_default();
        if let Ok(byte) = u8::from_str_radix(digits, 16) {
            bytes.push(byte);
            rest = code.get(2..).unwrap_or_default();
        } else {
            bytes.push(b'%');
            rest = code;
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}
