//! What a layer answers when it lets nothing through: an encoded [`Fault`] under `/api`,
//! for the page's program reads nothing else there, and one sentence elsewhere.

use app::fault::Fault;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::random;

/// Whether answers to this path are read by the page's program.
pub fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// Answers a request for `path` with `fault`.
pub fn refuse(path: &str, status: StatusCode, fault: &Fault) -> Response {
    let mut response = if is_api(path) {
        (status, Json(fault)).into_response()
    } else {
        (status, format!("{fault}\n")).into_response()
    };
    if let Fault::TooMany { seconds } = fault {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
    }
    response
}

/// Answers a request for `path` with `fault` and its own status.
pub fn answer(path: &str, fault: &Fault) -> Response {
    refuse(path, status_of(fault), fault)
}

/// The status of an answer that says `fault`. Never 502 or 504: proxies and tunnels take
/// these for their own and put a page in the place of the body, which is what is read.
pub fn status_of(fault: &Fault) -> StatusCode {
    match fault {
        Fault::SignedOut => StatusCode::UNAUTHORIZED,
        Fault::Forbidden | Fault::StepUp => StatusCode::FORBIDDEN,
        Fault::NotFound { .. } => StatusCode::NOT_FOUND,
        Fault::Conflict { .. } => StatusCode::CONFLICT,
        Fault::Invalid { .. } | Fault::Refused { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Fault::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Fault::ServerDown { .. } | Fault::Unsure | Fault::Unconfirmed => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Fault::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Answers 401 to a request without a session: the same for every path, known or not.
pub fn signed_out() -> Response {
    (StatusCode::UNAUTHORIZED, Json(Fault::SignedOut)).into_response()
}

/// Answers for a defect of ours. The log and the answer share a reference; the answer has
/// nothing else.
pub fn internal(path: &str, what: &dyn std::fmt::Display) -> Response {
    answer(path, &internal_fault(path, what))
}

/// A defect of ours as a fault; the log has what the fault does not say.
pub fn internal_fault(path: &str, what: &dyn std::fmt::Display) -> Fault {
    let reference = format!("{:08x}", u32::from_ne_bytes(random::bytes()));
    tracing::error!(http.path = path, %reference, error = %what, "request failed");
    Fault::Internal { reference }
}
