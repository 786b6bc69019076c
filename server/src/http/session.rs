//! Nobody but the owner: a layer around the whole router that denies what is not on the
//! list of public paths, whatever the router knows.

use std::sync::Arc;

use app::fault::Fault;
use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::cookies::{Cookie, Jar};
use super::error::{answer, internal, is_api, signed_out};
use super::names::{Arrival, Origin};
use super::next_path::encode;
use super::router::Shared;
use crate::auth::Client;

/// Whether the server is up.
const HEALTH: &str = "/healthz";
/// Public paths that may be read, beside the files of the site.
const PUBLIC_READ: [&str; 3] = [HEALTH, "/login", "/setup"];
/// Public paths that take forms.
const PUBLIC_FORMS: [&str; 2] = ["/login", "/setup"];

/// Admits the owner and, to the public paths, anybody.
pub(super) async fn admit(
    State(parts): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let path = path.as_str();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads && parts.site.file(path).is_some() {
        // Files are the same for all; looking a session up for each would be a waste.
        return next.run(request).await;
    }
    let public = (reads && PUBLIC_READ.contains(&path))
        || (*request.method() == Method::POST && PUBLIC_FORMS.contains(&path));

    let (jar, client) = match (
        request.extensions().get::<Origin>(),
        request.extensions().get::<Arrival>(),
    ) {
        (Some(origin), Some(arrival)) => (Jar::of(origin, *arrival), Client::at(arrival.peer.ip())),
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
    let now = parts.clock.now();
    let counted = match &admitted {
        Some(admitted) => parts.sessions.count(admitted.signed_in.session, now),
        // Whoever watches over the server asks often, and the answer costs nothing.
        None if path == HEALTH => Ok(()),
        None => parts.strangers.count(client, now),
    };
    if let Err(seconds) = counted {
        let too_many = Fault::TooMany { seconds };
        return answer(request.uri().path(), &too_many);
    }
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
