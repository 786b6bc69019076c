//! What belongs to a directory: catalogs, files, what is loaded. The catalogs hold keys, as
//! the real ones may.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::super::handle::Inner;
use super::super::{DIRECTORY, turn};
use super::{done, missing, query};
use crate::opencode::{Recorded, lock};

/// What the paths of directories that do not exist end in: the real server answers these
/// with 500 and no body.
const NOWHERE: [&str; 2] = ["/none", "no-such-folder"];
/// The slash command that there is.
pub(super) const COMMAND: &str = "review";
/// A key of a provider: nobody but the agent's own process may see it.
const KEY: &str = "sk-canary-of-a-provider";

/// Where a request is at home. A plain `directory` is ignored.
pub(super) fn place(asked: &Recorded) -> String {
    query(asked, "location[directory]")
        .or_else(|| {
            asked
                .directory
                .clone()
                .filter(|_| !asked.query.contains("directory="))
        })
        .unwrap_or_else(|| DIRECTORY.to_owned())
}

/// What belongs to a directory, as it is answered.
pub(super) fn located(directory: &str, data: Value) -> Response {
    let location = json!({ "directory": directory });
    Json(json!({ "location": location, "data": data })).into_response()
}

pub(super) fn answer(
    inner: &Arc<Inner>,
    asked: &Recorded,
    method: &str,
    path: &[&str],
) -> Option<Response> {
    let here = place(asked);
    let mut state = lock(&inner.state);
    if (method, path) == ("POST", &["location", "reload"]) {
        state.publish("location.shutdown", Some(&here), json!({}));
        return Some(done());
    }
    if method != "GET" {
        return None;
    }
    if path == ["debug", "location"] {
        let loaded = state.world.loaded.iter();
        let loaded: Value = loaded.map(|it| json!({ "directory": it })).collect();
        return Some(Json(loaded).into_response());
    }
    let bare = match path {
        ["location"] => Some(json!({ "directory": here })),
        ["config"] => Some(json!({ "model": "fake/scripted", "provider": { "key": KEY } })),
        ["project"] => Some(json!([{ "id": "global", "canonical": here, "time": {} }])),
        _ => None,
    };
    if let Some(bare) = bare {
        return Some(Json(bare).into_response());
    }
    let found = match path {
        ["agent"] => json!([
            { "id": "build", "name": "build", "mode": "primary", "hidden": false,
              "settings": { "apiKey": KEY } },
            { "id": "general", "name": "general", "mode": "subagent", "hidden": false },
            { "id": "title", "name": "title", "mode": "primary", "hidden": true },
        ]),
        ["model"] => json!([
            { "id": "scripted", "modelID": "scripted-1", "providerID": "fake",
              "name": "Scripted", "capabilities": { "tools": true, "input": ["text", "image"],
              "output": ["text"] }, "variants": [{ "id": "high" }], "cost": [],
              "status": "active", "enabled": true, "limit": { "context": 200_000, "output": 8_192 },
              "headers": { "authorization": KEY } },
            { "id": "old", "modelID": "old", "providerID": "fake", "name": "Old",
              "status": "deprecated", "enabled": true, "limit": {} },
            { "id": "off", "modelID": "off", "providerID": "fake", "name": "Off",
              "status": "active", "enabled": false, "limit": {} },
        ]),
        ["model", "default"] => turn::model(),
        ["provider"] => json!([{ "id": "fake", "name": "Fake", "body": { "key": KEY } }]),
        ["command"] => json!([{ "name": COMMAND, "description": "Reviews" }]),
        ["skill" | "mcp"] | ["permission", "saved"] => json!([]),
        // Whether paths begin at the folder or at the directory is not known.
        ["fs", "list"] if query(asked, "path").is_some() => {
            let folder = query(asked, "path").unwrap_or_default();
            json!([{ "path": format!("{folder}/lib.rs"), "type": "file" }])
        }
        ["fs", "list"] => json!([{ "path": "src", "type": "directory" },
            { "path": "README.md", "type": "file" }]),
        ["fs", "find"] => json!([{ "path": "src/lib.rs", "type": "file" }]),
        ["fs", "read", "README.md"] => return Some("# A project".into_response()),
        ["fs", "read", ..] => return Some(missing("File")),
        _ => return None,
    };
    if NOWHERE.iter().any(|it| here.ends_with(it)) {
        return Some(StatusCode::INTERNAL_SERVER_ERROR.into_response());
    }
    let first = state.world.loaded.insert(here.clone());
    if first && state.faults.cold {
        for catalog in ["agent.updated", "provider.updated", "command.updated"] {
            state.publish(catalog, Some(&here), json!({}));
        }
        return Some(located(&here, json!([])));
    }
    Some(located(&here, found))
}
