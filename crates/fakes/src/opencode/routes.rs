//! The routes that the product uses. Any other is answered with a web page and status 200,
//! as the real server does.

mod commands;
mod reads;
mod steering;

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::{Json, Router};
use serde_json::json;

use super::faults::Manner;
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
            state.faults.refuses(asked.authorization.as_deref()),
        )
    };
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    match &manner {
        Manner::Well | Manner::Unknowing => {}
        Manner::Html => return page(),
        Manner::Garbage => {
            return ([("content-type", "application/json")], "{\"healthy\": tru").into_response();
        }
        Manner::Status(status) => return status_of(*status).into_response(),
        Manner::Hang => return stream::hang().await,
    }
    if refused {
        let realm = [("www-authenticate", "Basic realm=\"Secure Area\"")];
        return (StatusCode::UNAUTHORIZED, realm).into_response();
    }
    if let Some((status, body)) = canned {
        return (status_of(status), Json(body)).into_response();
    }
    if manner == Manner::Unknowing {
        return page();
    }
    let path = asked.path.clone();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match asked.method.as_str() {
        "GET" => reads::get(&inner, &asked, &segments),
        "POST" => commands::post(&inner, &asked, &segments).await,
        "PATCH" => steering::patch(&inner, &asked, &segments),
        "DELETE" => steering::delete(&inner, &segments),
        _ => page(),
    }
}

pub(super) fn page() -> Response {
    Html("<!doctype html><title>OpenCode</title>").into_response()
}

pub(super) fn missing(message: &str) -> Response {
    let why = json!({ "name": "NotFoundError", "data": { "message": message } });
    (StatusCode::NOT_FOUND, Json(why)).into_response()
}

pub(crate) fn broken() -> Response {
    let why = json!({ "name": "UnknownError",
        "data": { "message": "Unexpected server error.", "ref": "err_fake" } });
    (StatusCode::INTERNAL_SERVER_ERROR, Json(why)).into_response()
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Reads a request whole.
pub(crate) async fn read(request: Request<Body>) -> Recorded {
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
        authorization: text(&head.headers, "authorization"),
        agent: text(&head.headers, "user-agent").unwrap_or_default(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    }
}

/// `%41` is `A`.
pub(crate) fn decode(text: &str) -> String {
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
