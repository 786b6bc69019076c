//! Nobody but the owner: a layer around the whole router that denies what is not on the
//! list of public paths, whatever the router knows.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::cookies::{Cookie, Jar};
use super::error::{internal, is_api, signed_out};
use super::names::{Arrival, Origin};
use super::next_path::encode;
use super::router::Parts;

/// Public paths that may be read, beside the files of the site.
const PUBLIC_READ: [&str; 3] = ["/healthz", "/login", "/setup"];
/// Public paths that take forms.
const PUBLIC_FORMS: [&str; 2] = ["/login", "/setup"];

/// Admits the owner and, to the public paths, anybody.
pub(super) async fn admit(
    State(parts): State<Arc<Parts>>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads && parts.site.file(path).is_some() {
        // Files are the same for all; looking a session up for each would be a waste.
        return next.run(request).await;
    }
    let public = (reads && PUBLIC_READ.contains(&path))
        || (*request.method() == Method::POST && PUBLIC_FORMS.contains(&path));

    let jar = match (
        request.extensions().get::<Origin>(),
        request.extensions().get::<Arrival>(),
    ) {
        (Some(origin), Some(arrival)) => Jar::of(origin, *arrival),
        // The layer before this one lets nothing through without them.
        _ => return signed_out(),
    };
    request.extensions_mut().insert(jar);
    let admitted = match jar.read(request.headers(), Cookie::Session) {
        Some(token) => match parts.auth.admit(&token).await {
            Ok(admitted) => admitted,
            Err(error) => return internal(request.uri().path(), &error),
        },
        None => None,
    };
    let Some(admitted) = admitted else {
        return if public {
            next.run(request).await
        } else {
            turn_away(&request)
        };
    };
    request.extensions_mut().insert(admitted.signed_in);
    let mut response = next.run(request).await;
    // Signing in or out within this request has the last word on the cookie.
    if let Some(renewed) = &admitted.renewed
        && !response.headers().contains_key(header::SET_COOKIE)
    {
        jar.renew(response.headers_mut(), renewed);
    }
    response
}

/// The same for every path: to the sign-in page where a browser goes somewhere, else 401.
fn turn_away(request: &Request) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path();
    let wants_page = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if !(reads && wants_page) || is_api(path) {
        return signed_out();
    }
    let wanted = request
        .uri()
        .path_and_query()
        .map_or(path, |wanted| wanted.as_str());
    let target = if wanted == "/" {
        "/login".to_owned()
    } else {
        format!("/login?next={}", encode(wanted))
    };
    Redirect::to(&target).into_response()
}
