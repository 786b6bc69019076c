//! The document of its routes (`/openapi.json`), as far as they are here: what each part of
//! a path is called, and nothing of the shapes.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// The routes that both generations have, each with its methods.
const ROUTES: [(&str, &[&str]); 40] = [
    ("/api/event", &["get"]),
    ("/api/debug/location", &["get"]),
    ("/api/location", &["get"]),
    ("/api/location/reload", &["post"]),
    ("/api/config", &["get"]),
    ("/api/project", &["get"]),
    ("/api/agent", &["get"]),
    ("/api/model", &["get"]),
    ("/api/model/default", &["get"]),
    ("/api/provider", &["get"]),
    ("/api/command", &["get"]),
    ("/api/skill", &["get"]),
    ("/api/mcp", &["get"]),
    ("/api/fs/list", &["get"]),
    ("/api/fs/find", &["get"]),
    ("/api/fs/read/{path}", &["get"]),
    ("/api/permission/request", &["get"]),
    ("/api/permission/saved", &["get"]),
    ("/api/form", &["get"]),
    ("/api/shell/{shellID}/output", &["get"]),
    ("/api/session", &["get", "post"]),
    ("/api/session/active", &["get"]),
    ("/api/session/{sessionID}", &["get", "patch", "delete"]),
    ("/api/session/{sessionID}/agent", &["post"]),
    ("/api/session/{sessionID}/model", &["post"]),
    ("/api/session/{sessionID}/view", &["post"]),
    ("/api/session/{sessionID}/fork", &["post"]),
    ("/api/session/{sessionID}/prompt", &["post"]),
    ("/api/session/{sessionID}/command", &["post"]),
    ("/api/session/{sessionID}/shell", &["post"]),
    ("/api/session/{sessionID}/compact", &["post"]),
    ("/api/session/{sessionID}/interrupt", &["post"]),
    ("/api/session/{sessionID}/synthetic", &["post"]),
    ("/api/session/{sessionID}/diff", &["get"]),
    ("/api/session/{sessionID}/message", &["get"]),
    ("/api/session/{sessionID}/message/{messageID}", &["get"]),
    ("/api/session/{sessionID}/inbox", &["get"]),
    (
        "/api/session/{sessionID}/inbox/{inboxID}",
        &["patch", "delete"],
    ),
    ("/api/session/{sessionID}/revert", &["delete"]),
    ("/api/session/{sessionID}/revert/stage", &["post"]),
];
/// Those of what agents ask, and the log.
const MORE: [(&str, &[&str]); 6] = [
    ("/api/session/{sessionID}/permission", &["get"]),
    (
        "/api/session/{sessionID}/permission/{requestID}/reply",
        &["post"],
    ),
    ("/api/session/{sessionID}/form", &["get"]),
    ("/api/session/{sessionID}/form/{formID}/reply", &["post"]),
    ("/api/session/{sessionID}/revert/commit", &["post"]),
    ("/api/experimental/session/{sessionID}/log", &["get"]),
];
/// Those that came with 2.0.4.
const CURRENT: [(&str, &[&str]); 2] = [
    ("/api/info", &["get"]),
    ("/api/session/{sessionID}/form/{formID}", &["get", "delete"]),
];
/// What was in their place before.
const EARLY: [(&str, &[&str]); 3] = [
    ("/api/health", &["get"]),
    ("/api/session/{sessionID}/form/{formID}", &["get"]),
    ("/api/session/{sessionID}/form/{formID}/cancel", &["post"]),
];

/// The document.
pub(super) fn answer(early: bool) -> Response {
    let own: &[(&str, &[&str])] = if early { &EARLY } else { &CURRENT };
    let mut paths = json!({});
    for (path, methods) in ROUTES.iter().chain(&MORE).chain(own) {
        for method in *methods {
            paths[*path][*method] = json!({});
        }
    }
    Json(json!({ "openapi": "3.1.0", "paths": paths })).into_response()
}
