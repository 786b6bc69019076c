//! What can be read.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::super::DIRECTORY;
use super::super::handle::{Inner, lock};
use super::super::record::Recorded;
use super::super::state::State;
use super::super::stream;
use super::{broken, missing, page};

pub(super) fn get(inner: &Arc<Inner>, asked: &Recorded, path: &[&str]) -> Response {
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
        ["project"] => json!(projects(&state)),
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

/// The directories that something was done in, and when.
fn projects(state: &State) -> Vec<Value> {
    let mut all = BTreeMap::from([(DIRECTORY, 0)]);
    for info in state.sessions.values().map(|it| &it.info) {
        if let Some(directory) = info["directory"].as_str() {
            let used = all.entry(directory).or_default();
            *used = updated(info).max(*used);
        }
    }
    all.into_iter()
        .map(|(it, used)| {
            json!({ "id": "global", "worktree": it, "sandboxes": [],
                "time": { "created": 0, "updated": used } })
        })
        .collect()
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
