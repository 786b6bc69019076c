//! Sessions, messages and inboxes, read.

use std::sync::Arc;

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::super::handle::Inner;
use super::super::stream;
use super::{data, missing, query, refusal};
use crate::opencode::{Recorded, lock};

/// How many a page has where nothing is said.
const PAGE: usize = 50;

pub(super) fn answer(
    inner: &Arc<Inner>,
    asked: &Recorded,
    method: &str,
    path: &[&str],
) -> Option<Response> {
    if method != "GET" {
        return None;
    }
    let state = lock(&inner.state);
    if path == ["event"] {
        let connected = json!({ "id": "evt_connected", "type": "server.connected", "data": {} });
        drop(state);
        let (sender, response) = stream::open(&connected);
        inner.listen(sender);
        return Some(response);
    }
    let world = &state.world;
    match path {
        ["session"] => {
            let parent = query(asked, "parentID");
            let directory = query(asked, "directory");
            let wanted = |info: &&Value| {
                let here = directory.as_deref();
                let of = match parent.as_deref() {
                    Some("null") => info["parentID"].is_null(),
                    Some(parent) => info["parentID"] == parent,
                    None => true,
                };
                of && here.is_none_or(|it| info["location"]["directory"] == it)
            };
            let all = world.sessions.values().map(|it| &it.info);
            let mut all: Vec<Value> = all.filter(wanted).cloned().collect();
            all.sort_by_key(|it| it["time"]["updated"].as_u64());
            Some(paged(asked, all))
        }
        ["shell", shell, "output"] => {
            let rows = world.sessions.values().flat_map(|it| &it.rows);
            let mut rows = rows.filter(|row| row["shellID"] == *shell);
            let Some(row) = rows.next() else {
                return Some(missing("Shell"));
            };
            let printed = state.printed.get(*shell).map(String::as_str);
            let output = row["output"].as_str().or(printed).unwrap_or_default();
            let from = query(asked, "cursor").and_then(|it| it.parse().ok());
            let from: usize = from.unwrap_or(0);
            let limit = query(asked, "limit").and_then(|it| it.parse().ok());
            let end = output.len().min(from + limit.unwrap_or(output.len()));
            let some = output.get(from..end).unwrap_or_default();
            Some(data(
                json!({ "output": some, "cursor": end, "size": output.len(),
                "truncated": false }),
            ))
        }
        ["session", "active"] => {
            let running = world.running.iter();
            let running: serde_json::Map<String, Value> = running
                .map(|it| (it.clone(), json!({ "type": "running" })))
                .collect();
            Some(data(Value::Object(running)))
        }
        ["experimental", "session", session, "log"] => {
            world.sessions.get(*session)?;
            let synced = json!({ "type": "log.synced", "aggregateID": session,
                "seq": state.journal.head(session) });
            let head = [(header::CONTENT_TYPE, "text/event-stream")];
            Some((head, stream::encode(&synced)).into_response())
        }
        ["session", session, rest @ ..] => {
            let Some(known) = world.sessions.get(*session) else {
                return Some(missing("Session"));
            };
            match rest {
                [] => Some(data(known.info.clone())),
                ["message"] => Some(paged(asked, known.rows.clone())),
                ["message", id] => {
                    let row = known.rows.iter().find(|row| row["id"] == *id);
                    Some(row.map_or_else(|| missing("Message"), |row| data(row.clone())))
                }
                ["inbox"] => Some(data(json!(known.inbox))),
                ["diff"] => Some(data(json!([]))),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A page of what is given oldest first. A cursor says where to go on and in which order;
/// every page that holds something has both.
fn paged(asked: &Recorded, all: Vec<Value>) -> Response {
    let limit = query(asked, "limit").and_then(|it| it.parse().ok());
    let limit: usize = limit.unwrap_or(PAGE);
    let cursor = query(asked, "cursor");
    let order = query(asked, "order");
    if cursor.is_some() && order.is_some() {
        let status = StatusCode::BAD_REQUEST;
        return refusal(status, "InvalidCursorError", "cursor and order");
    }
    let (order, from) = match cursor.as_deref().map(|it| it.split_once('-')) {
        Some(Some((order, from))) => (order.to_owned(), from.parse().unwrap_or_default()),
        Some(None) => return refusal(StatusCode::BAD_REQUEST, "InvalidCursorError", "unknown"),
        None => (order.unwrap_or_else(|| "desc".to_owned()), 0),
    };
    let mut all = all;
    if order == "desc" {
        all.reverse();
    }
    let page: Vec<Value> = all.into_iter().skip(from).take(limit).collect();
    let cursor = if page.is_empty() {
        json!({})
    } else {
        let before = from.saturating_sub(limit);
        json!({ "previous": format!("{order}-{before}"),
            "next": format!("{order}-{}", from + page.len()) })
    };
    Json(json!({ "data": page, "cursor": cursor })).into_response()
}
