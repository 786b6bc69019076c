//! `POST /api/stream`: the live stream of one page, read with `fetch`; and the same by long
//! polls (`poll`). See `docs/PROTOCOL.md`.

mod keep;
mod poll;

use std::convert::Infallible;

use app::fault::Fault;
use axum::body::Body;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, Extension, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use domain::sync::StreamRequest;
use futures_util::stream;

use super::error::refuse;
use crate::auth::SignedIn;
use crate::relay::feed::Feed;
use crate::relay::hub::Hub;
use keep::Keep;

/// Where streams are opened.
const PATH: &str = "/api/stream";
/// The longest request that opens a stream, in bytes: a cursor and a focus are far less.
const REQUEST_MAX_BYTES: usize = 64 * 1024;

/// How frames go out.
fn headers() -> [(HeaderName, HeaderValue); 3] {
    [
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
    ]
}

/// What the handlers share.
#[derive(Clone)]
struct Live {
    hub: Hub,
    keep: Keep,
}

/// The stream's routes.
pub fn routes(hub: Hub) -> Router {
    let keep = Keep::start(hub.life(), hub.vigil());
    Router::new()
        .route(PATH, post(open))
        .route(poll::PATH, post(poll::poll))
        .layer(DefaultBodyLimit::max(REQUEST_MAX_BYTES))
        .with_state(Live { hub, keep })
}

async fn open(
    State(live): State<Live>,
    Extension(signed_in): Extension<SignedIn>,
    request: Result<Json<StreamRequest>, JsonRejection>,
) -> Response {
    let request = match request {
        Ok(Json(request)) => request,
        Err(rejection) => return refusal(PATH, &rejection),
    };
    let feed = Feed::open(live.hub, signed_in.session, signed_in.ended, request);
    let slot = live.keep.slot(feed);
    let frames = stream::unfold(slot, |slot| async move {
        let mut feed = slot.take()?;
        let frame = feed.next().await?;
        slot.put(feed);
        Some((Ok::<_, Infallible>(frame.into_bytes()), slot))
    });
    (StatusCode::OK, headers(), Body::from_stream(frames)).into_response()
}

fn refusal(path: &str, rejection: &JsonRejection) -> Response {
    let fault = Fault::Invalid {
        field: String::new(),
        why: rejection.body_text(),
    };
    refuse(path, rejection.status(), &fault)
}
