//! The checks before anything else looks at a request: is it for us, did it come the way
//! it should, did our own page send it, is it of a bearable size.

use std::sync::Arc;
use std::time::Duration;

use app::fault::Fault;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::Limited;
use tower_http::timeout::TimeoutBody;

use super::error::refuse;
use super::names::Arrival;
use super::router::{Parts, Shared};
use super::upload;

/// The largest body of a request. Uploads have a limit of their own.
const BODY_MAX_BYTES: usize = 1024 * 1024;
/// The longest silence within a body.
const BODY_SILENCE: Duration = Duration::from_secs(10);
/// Headers that the edge of a tunnel adds. On the main listener they mean that a tunnel
/// was pointed at the wrong port, and everybody would pass for this machine.
const TUNNEL_HEADERS: [&str; 3] = ["cf-connecting-ip", "cf-ray", "cf-warp-tag-id"];

/// Answers only under our own names, and nothing that came through a tunnel.
pub(super) async fn address(
    State(parts): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let misdirected = || refuse(&path, StatusCode::MISDIRECTED_REQUEST, &Fault::Forbidden);
    let Some(arrival) = request.extensions().get::<Arrival>().copied() else {
        return misdirected();
    };
    if TUNNEL_HEADERS
        .iter()
        .any(|name| request.headers().contains_key(*name))
    {
        return misdirected();
    }
    let Some(origin) = host(&request).and_then(|host| parts.names.find(arrival, &host)) else {
        return misdirected();
    };
    request.extensions_mut().insert(origin.clone());
    let mut response = next.run(request).await;
    // For the headers, which are added outside of this layer.
    response.extensions_mut().insert(origin);
    response
}

/// The one name a request asks for. HTTP/2 puts it into the address; a request that names
/// two is not answered.
fn host(request: &Request) -> Option<String> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let header = match (hosts.next(), hosts.next()) {
        (Some(host), None) => Some(host.to_str().ok()?.to_owned()),
        (None, _) => None,
        (Some(_), Some(_)) => return None,
    };
    let authority = request.uri().authority().map(ToString::to_string);
    match (header, authority) {
        (Some(header), Some(authority)) => (header == authority).then_some(header),
        (header, authority) => header.or(authority),
    }
}

/// Lets a request that may change something through only when our own page sent it.
pub(super) async fn same_origin(
    State(parts): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let harmless = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if !harmless && !is_same_origin(&parts, &request) {
        return refuse(
            request.uri().path(),
            StatusCode::FORBIDDEN,
            &Fault::Forbidden,
        );
    }
    next.run(request).await
}

fn is_same_origin(parts: &Parts, request: &Request) -> bool {
    let Some(arrival) = request.extensions().get::<Arrival>() else {
        return false;
    };
    match (
        only(request.headers(), "sec-fetch-site"),
        only(request.headers(), header::ORIGIN.as_str()),
    ) {
        (Some(site), _) => site == "same-origin",
        // An older browser: the origin as a whole string, never a part of it.
        (None, Some(origin)) => parts.names.allows(*arrival, origin),
        (None, None) => false,
    }
}

/// The value of a header that must occur once; an empty text, which matches nothing, where
/// it occurs twice or is not text.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return Some("");
    }
    Some(value.to_str().unwrap_or(""))
}

/// Bounds the size of a body and the silences in it.
pub(super) async fn bounded_body(request: Request, next: Next) -> Response {
    let max = if request.uri().path() == upload::PATH {
        upload::BODY_MAX_BYTES
    } else {
        BODY_MAX_BYTES
    };
    let told = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<usize>().ok());
    if told.is_some_and(|length| length > max) {
        let too_long = Fault::Invalid {
            field: String::new(),
            why: format!("This is longer than {} KiB.", max / 1024),
        };
        return refuse(
            request.uri().path(),
            StatusCode::PAYLOAD_TOO_LARGE,
            &too_long,
        );
    }
    let request = request.map(|body| {
        let limited = Limited::new(body, max);
        // Boxed, for the timeout wants to move what it wraps.
        Body::new(TimeoutBody::new(BODY_SILENCE, Box::pin(limited)))
    });
    next.run(request).await
}
