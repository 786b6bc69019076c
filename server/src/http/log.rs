//! One line in the log for each request, and an answer even where a handler crashed.
//! Never a query, a header or a body: they hold secrets.

use std::panic::AssertUnwindSafe;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use tokio::time::Instant;
use tracing::Instrument;

use super::error::internal;

/// Writes the line.
pub(super) async fn requests(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let span = tracing::debug_span!("request", http.method = %request.method(), http.path = path);
    async move {
        let began = Instant::now();
        let response = AssertUnwindSafe(next.run(request))
            .catch_unwind()
            .await
            .unwrap_or_else(|_| internal(&path, &"the handler crashed"));
        tracing::debug!(
            http.status = response.status().as_u16(),
            wait_ms = began.elapsed().as_millis(),
            "answered"
        );
        response
    }
    .instrument(span)
    .await
}
