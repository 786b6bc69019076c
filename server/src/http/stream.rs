//! `POST /api/stream`: the live stream of one page, read with `fetch`. See
//! `docs/PROTOCOL.md`.

use std::convert::Infallible;

use app::fault::Fault;
use axum::body::Body;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, Extension, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use domain::sync::StreamRequest;
use futures_util::stream;

use super::error::refuse;
use crate::auth::SignedIn;
use crate::relay::feed::Feed;
use crate::relay::hub::Hub;

/// Where streams are opened.
const PATH: &str = "/api/stream";
/// The longest request that opens a stream, in bytes: a cursor and a focus are far less.
const REQUEST_MAX_BYTES: usize = 64 * 1024;

/// The stream's route.
pub fn routes(hub: Hub) -> Router {
    Router::new()
        .route(PATH, post(open))
        .layer(DefaultBodyLimit::max(REQUEST_MAX_BYTES))
        .with_state(hub)
}

async fn open(
    State(hub): State<Hub>,
    Extension(signed_in): Extension<SignedIn>,
    request: Result<Json<StreamRequest>, JsonRejection>,
) -> Response {
    let request = match request {
        Ok(Json(request)) => request,
        Err(rejection) => {
            let fault = Fault::Invalid {
                field: String::new(),
                why: rejection.body_text(),
            };
            return refuse(PATH, rejection.status(), &fault);
        }
    };
    let feed = Feed::open(hub, signed_in.session, signed_in.ended, request);
    let frames = stream::unfold(feed, |mut feed| async move {
        let frame = feed.next().await?;
        let bytes = Bytes::from(format!("data: {frame}\n\n"));
        Some((Ok::<_, Infallible>(bytes), feed))
    });
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/event-stream"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // A proxy that gathers what it gets would hold every word back.
        (
            header::HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    (StatusCode::OK, headers, Body::from_stream(frames)).into_response()
}
