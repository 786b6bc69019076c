//! `POST /api/stream`: the live stream of one page, read with `fetch`. See
//! `docs/PROTOCOL.md`.

use std::convert::Infallible;
use std::time::Duration;

use app::fault::Fault;
use axum::body::Body;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, Extension, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use domain::sync::{POLL_WAIT_MAX_MS, PollRequest, StreamRequest};
use futures_util::stream;

use super::error::{answer, refuse};
use crate::auth::SignedIn;
use crate::relay::feed::Feed;
use crate::relay::hub::Hub;
use crate::relay::polls::Polls;

/// Where streams are opened.
const PATH: &str = "/api/stream";
/// Where a stream goes on that is polled.
const POLL_PATH: &str = "/api/stream/poll";
/// The longest request that opens a stream, in bytes: a cursor and a focus are far less.
const REQUEST_MAX_BYTES: usize = 64 * 1024;

/// The streams' routes.
pub fn routes(hub: Hub) -> Router {
    let polls = Polls::new(hub.life().clone());
    Router::new()
        .route(PATH, post(open))
        .route(POLL_PATH, post(poll))
        .layer(DefaultBodyLimit::max(REQUEST_MAX_BYTES))
        .with_state(Streams { hub, polls })
}

#[derive(Clone, Debug)]
struct Streams {
    hub: Hub,
    polls: Polls,
}

async fn open(
    State(Streams { hub, polls }): State<Streams>,
    Extension(signed_in): Extension<SignedIn>,
    request: Result<Json<StreamRequest>, JsonRejection>,
) -> Response {
    let request = match request {
        Ok(Json(request)) => request,
        Err(rejection) => return unread(PATH, &rejection),
    };
    let (session, is_polled) = (signed_in.session, request.poll);
    let feed = Feed::open(hub, session, signed_in.ended, request);
    if is_polled {
        return go_on(&polls, session, feed, Duration::ZERO).await;
    }
    let frames = stream::unfold(feed, |mut feed| async move {
        let frame = feed.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(line(&frame))), feed))
    });
    events(Body::from_stream(frames))
}

async fn poll(
    State(Streams { polls, .. }): State<Streams>,
    Extension(signed_in): Extension<SignedIn>,
    request: Result<Json<PollRequest>, JsonRejection>,
) -> Response {
    let request = match request {
        Ok(Json(request)) => request,
        Err(rejection) => return unread(POLL_PATH, &rejection),
    };
    let Some(feed) = polls.take(signed_in.session, &request.stream) else {
        let gone = Fault::NotFound {
            what: "This stream".to_owned(),
        };
        return answer(POLL_PATH, &gone);
    };
    let wait = Duration::from_millis(request.wait_ms.min(POLL_WAIT_MAX_MS).into());
    go_on(&polls, signed_in.session, feed, wait).await
}

/// Answers a poll, and keeps the stream for the next one. A device that hangs up meanwhile
/// takes the stream with it: what it did not get is in a new one.
async fn go_on(polls: &Polls, session: i64, mut feed: Feed, wait: Duration) -> Response {
    let Some(batch) = feed.batch(wait).await else {
        return events(Body::empty());
    };
    polls.keep(session, feed);
    let text: String = batch.iter().map(|frame| line(frame)).collect();
    // Its length is known, so an answer that is cut off is not taken for a whole one.
    events(Body::from(text))
}

fn line(frame: &str) -> String {
    format!("data: {frame}\n\n")
}

fn unread(path: &str, rejection: &JsonRejection) -> Response {
    let fault = Fault::Invalid {
        field: String::new(),
        why: rejection.body_text(),
    };
    refuse(path, rejection.status(), &fault)
}

fn events(body: Body) -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/event-stream"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // A proxy that gathers what it gets would hold every word back.
        (
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    (StatusCode::OK, headers, body).into_response()
}
