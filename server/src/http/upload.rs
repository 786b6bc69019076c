//! `POST /api/upload`: a file from the owner's device, as it is, for a prompt to come; and
//! `GET /api/upload/{id}`: the same file, for its preview after a reload.

use std::sync::Arc;

use app::fault::Fault;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::id::UploadId;
use domain::prompt::{ATTACHMENT_MAX_BYTES, Attachment, InvalidAttachment};
use tokio::sync::Semaphore;

use super::error::{answer, internal};
use crate::clock::Clock;
use crate::uploads::{UploadFault, Uploads};

/// Where files are uploaded.
pub(super) const PATH: &str = "/api/upload";
/// The largest body of an upload, in bytes.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a constant far below the limit"
)]
pub(super) const BODY_MAX_BYTES: usize = ATTACHMENT_MAX_BYTES as usize;
/// A header that no form and no plain request of another site can send.
const MARK: &str = "x-nexus-upload";
/// How many files are taken in at once: each is held in memory until it is whole.
const AT_ONCE: usize = 4;

#[derive(Clone)]
struct Taking {
    uploads: Uploads,
    clock: Arc<dyn Clock>,
    room: Arc<Semaphore>,
}

/// The routes of uploads.
pub fn routes(uploads: Uploads, clock: Arc<dyn Clock>) -> Router {
    Router::new()
        .route(PATH, post(take))
        .route("/api/upload/{id}", get(show))
        .with_state(Taking {
            uploads,
            clock,
            room: Arc::new(Semaphore::new(AT_ONCE)),
        })
}

async fn take(State(taking): State<Taking>, headers: HeaderMap, body: Body) -> Response {
    if !headers.contains_key(MARK) {
        return answer(PATH, &Fault::Forbidden);
    }
    // Closed only with the program.
    let _room = taking.room.acquire().await;
    let Ok(bytes) = to_bytes(body, BODY_MAX_BYTES).await else {
        return fault(&InvalidAttachment::TooLarge.into());
    };
    let size = bytes.len() as u64;
    let now = std::time::UNIX_EPOCH + std::time::Duration::from_millis(taking.clock.now().0);
    match taking.uploads.keep(bytes, now).await {
        Ok((upload, mime)) => Json(Attachment {
            upload,
            // The device knows it; nothing here needs it.
            name: String::new(),
            mime: mime.to_owned(),
            bytes: size,
        })
        .into_response(),
        Err(error) => fault(&error),
    }
}

async fn show(State(taking): State<Taking>, Path(id): Path<String>) -> Response {
    let kept = match taking.uploads.read(&UploadId::new(id)).await {
        Ok(kept) => kept,
        Err(error) => return fault(&error),
    };
    let headers = [
        (header::CONTENT_TYPE, kept.mime),
        (header::CONTENT_DISPOSITION, "attachment"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    (headers, kept.bytes).into_response()
}

fn fault(error: &UploadFault) -> Response {
    let fault = match error {
        UploadFault::Invalid(why) => Fault::Invalid {
            field: "file".to_owned(),
            why: why.to_string(),
        },
        UploadFault::Gone => Fault::NotFound {
            what: "This file".to_owned(),
        },
        UploadFault::Io(error) => return internal(PATH, error),
    };
    answer(PATH, &fault)
}
