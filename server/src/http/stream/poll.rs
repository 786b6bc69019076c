//! `POST /api/stream/poll`: the same frames, as many as there are, in one answer that ends.
//! For networks that hold a stream back. See `docs/PROTOCOL.md`.

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Response};
use domain::sync::{POLL_WAIT_MAX_MS, PollRequest};
use tokio::time::Instant;

use super::{Live, headers, refusal};
use crate::auth::SignedIn;
use crate::relay::feed::Feed;

/// Where a page polls.
pub(super) const PATH: &str = "/api/stream/poll";
/// A poll that finds something at once gathers this long, so that a page that polls while
/// text flows asks a few times a second and not at every word.
const GATHER: Duration = Duration::from_millis(200);
/// About how many bytes of frames go into one answer.
const ANSWER_BYTES: usize = 512 * 1024;

pub(super) async fn poll(
    State(live): State<Live>,
    Extension(signed_in): Extension<SignedIn>,
    request: Result<Json<PollRequest>, JsonRejection>,
) -> Response {
    let request = match request {
        Ok(Json(request)) => request,
        Err(rejection) => return refusal(PATH, &rejection),
    };
    let (session, ended) = (signed_in.session, signed_in.ended);
    let wait = Duration::from_millis(request.wait_ms.min(POLL_WAIT_MAX_MS).into());
    let parked = request
        .stream
        .and_then(|stream| live.keep.unpark(session, &stream))
        // An answer that was lost on its way leaves the page behind its feed.
        .filter(|feed| feed.stands_at(&request.open.cursor));
    let mut feed = match parked {
        Some(mut feed) => {
            feed.resume(request.open.focus);
            feed
        }
        None => Feed::open(live.hub, session, ended.clone(), request.open),
    };
    let answer = gather(&mut feed, wait).await;
    if !feed.is_over() {
        live.keep.park(session, ended, feed);
    }
    (headers(), answer).into_response()
}

/// Frames, as soon as there are any; after `wait` what there is.
async fn gather(feed: &mut Feed, wait: Duration) -> Vec<u8> {
    let began = Instant::now();
    let mut until = began + wait;
    let mut answer = Vec::new();
    while let Ok(Some(frame)) = tokio::time::timeout_at(until, feed.next()).await {
        let is_hello = frame.is_hello();
        answer.extend_from_slice(&frame.into_bytes());
        if answer.len() >= ANSWER_BYTES {
            break;
        }
        if !is_hello {
            // What is there already goes along.
            until = until.min((began + GATHER).max(Instant::now()));
        }
    }
    answer
}
