//! The routes of 2.x that a client of ours may need. What is not under `/api` is answered
//! with a web page and status 200, what is unknown there with 404.

mod asks;
mod document;
mod places;
mod reads;
mod writes;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream;
use serde_json::{Value, json};

use super::PASSWORD;
use super::faults::Fault;
use super::handle::Inner;
use crate::opencode::{Recorded, lock, read};

/// Its version.
const VERSION: &str = "2.0.24";
/// The version of one with early routes.
const EARLY_VERSION: &str = "2.0.3";

pub(super) fn router(inner: Arc<Inner>) -> Router {
    Router::new().fallback(answer).with_state(inner)
}

async fn answer(Shared(inner): Shared<Arc<Inner>>, request: Request) -> Response {
    let asked = read(request).await;
    inner.record(asked.clone());
    let right = format!("Basic {}", STANDARD.encode(format!("opencode:{PASSWORD}")));
    if asked.authorization.as_deref() != Some(right.as_str()) {
        let realm = [(header::WWW_AUTHENTICATE, "Basic realm=\"Secure Area\"")];
        return (StatusCode::UNAUTHORIZED, realm).into_response();
    }
    let is = |method: &str, path: &str| asked.is(method, path);
    let fault = lock(&inner.state).faults.take(is);
    match fault {
        None => carried_out(&inner, &asked),
        Some(Fault::Empty500) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Fault::Page) => page(),
        Some(Fault::Instead(status, body)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::IM_A_TEAPOT);
            (status, Json(body)).into_response()
        }
        Some(Fault::Unanswered) => {
            carried_out(&inner, &asked);
            std::future::pending().await
        }
        Some(Fault::AnswerLost) => {
            carried_out(&inner, &asked);
            // The connection breaks in place of it.
            let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
            let body = Body::from_stream(stream::iter([Err::<bytes::Bytes, _>(broken)]));
            ([(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
    }
}

fn carried_out(inner: &Arc<Inner>, asked: &Recorded) -> Response {
    let segments: Vec<&str> = asked.path.split('/').skip(1).collect();
    let early = lock(&inner.state).faults.early;
    let path = match segments.as_slice() {
        ["api", path @ ..] => path,
        ["openapi.json"] => return document::answer(early),
        _ => return page(),
    };
    let health = match (path, early) {
        (["info"], false) => Some(json!({ "version": VERSION, "pid": 4711, "urls": [],
            "paths": { "tmp": "/tmp/opencode" } })),
        (["health"], true) => Some(json!({ "healthy": true, "version": EARLY_VERSION })),
        _ => None,
    };
    if let Some(health) = health {
        return Json(health).into_response();
    }
    let method = asked.method.as_str();
    let answered = places::answer(inner, asked, method, path)
        .or_else(|| asks::answer(inner, asked, method, path))
        .or_else(|| reads::answer(inner, asked, method, path))
        .or_else(|| writes::answer(inner, asked, method, path));
    answered.unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

fn page() -> Response {
    Html("<!doctype html><title>OpenCode</title>").into_response()
}

fn done() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

fn data(data: Value) -> Response {
    Json(json!({ "data": data })).into_response()
}

fn refusal(status: StatusCode, tag: &str, message: &str) -> Response {
    let body = json!({ "_tag": tag, "message": message });
    (status, Json(body)).into_response()
}

fn missing(what: &str) -> Response {
    let tag = format!("{what}NotFoundError");
    refusal(StatusCode::NOT_FOUND, &tag, &format!("{what} not found"))
}

/// The bodies of 2.x may hold nothing that is not in its document; the first such name.
fn stray<'a>(body: &'a Value, known: &[&str]) -> Option<&'a str> {
    let mut names = body.as_object().into_iter().flatten().map(|(name, _)| name);
    names
        .find(|name| !known.contains(&name.as_str()))
        .map(String::as_str)
}

/// What is refused of a body, if anything: it must be an object of known names.
fn refused(body: &Value, known: &[&str]) -> Option<Response> {
    let why = match stray(body, known) {
        Some(name) => format!("unexpected key {name}"),
        None if body.is_object() => return None,
        None => "a body is required".to_owned(),
    };
    let status = StatusCode::BAD_REQUEST;
    Some(refusal(status, "InvalidRequestError", &why))
}

/// A value of the query, decoded.
fn query(asked: &Recorded, name: &str) -> Option<String> {
    asked.query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        let decode = |text: &str| crate::opencode::decode(&text.replace('+', " "));
        (decode(key) == name).then(|| decode(value))
    })
}
