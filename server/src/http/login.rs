//! `/login` and `/logout`: plain forms that work without the program.

use std::sync::Arc;

use app::forms::{SignInForm, SignInProblem};
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, RequestExt};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::cookies::{Cookie, Jar};
use super::error::internal;
use super::names::Arrival;
use super::next_path;
use super::page::{Drawn, draw};
use super::router::{Parts, Shared};
use crate::auth::{Client, SignInFault, SignedIn, Visitor};
use crate::store::StoreError;

/// When to come back after [`SignInProblem::Busy`].
const BUSY_SECONDS: u64 = 5;
/// What signing out removes from the browser: kept files and drafts.
const CLEAR: &str = "\"cache\", \"storage\"";

/// The query of `/login`.
#[derive(Default, Deserialize)]
pub(super) struct Wanted {
    next: Option<String>,
}

/// The form of `/login`. Lenient, for a field that is missing is as good as empty.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Filled {
    user_name: String,
    password: String,
    keep: Option<String>,
    next: Option<String>,
}

/// Shows the form, or goes on where there is nothing to sign in for.
pub(super) async fn show(
    State(parts): State<Arc<Shared>>,
    signed_in: Option<Extension<SignedIn>>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    request: Request,
) -> Response {
    let next = wanted.ok().and_then(|Query(wanted)| wanted.next);
    if signed_in.is_some() {
        return go_on(next.as_deref());
    }
    match parts.auth.has_owner().await {
        Ok(true) => {}
        Ok(false) => return Redirect::to("/setup").into_response(),
        Err(error) => return internal("/login", &error),
    }
    let form = SignInForm {
        next: next.filter(|next| next_path::local(next).is_some()),
        ..SignInForm::default()
    };
    draw(&parts, request, StatusCode::OK, Drawn::SignIn(form)).await
}

/// Takes the form.
pub(super) async fn submit(
    State(parts): State<Arc<Shared>>,
    Extension(jar): Extension<Jar>,
    Extension(arrival): Extension<Arrival>,
    signed_in: Option<Extension<SignedIn>>,
    request: Request,
) -> Response {
    let (request, filled) = match read_form::<Filled>(request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let visitor = match visitor(&parts, jar, arrival, request.headers()).await {
        Ok(visitor) => visitor,
        Err(error) => return internal("/login", &error),
    };
    let keep = filled.keep.is_some();
    let password = Zeroizing::new(filled.password);
    let opened = parts
        .auth
        .sign_in(&filled.user_name, password, keep, &visitor)
        .await;
    let (status, problem, retry_after) = match opened {
        Ok(opened) => {
            if let Some(Extension(before)) = signed_in
                && let Err(error) = parts.auth.sign_out(before.session).await
            {
                tracing::warn!(%error, "the session before could not be ended");
            }
            let mut response = go_on(filled.next.as_deref());
            jar.open(response.headers_mut(), &opened);
            return response;
        }
        Err(SignInFault::Wrong { left }) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            SignInProblem::Wrong { left },
            None,
        ),
        Err(SignInFault::Locked { seconds }) => (
            StatusCode::TOO_MANY_REQUESTS,
            SignInProblem::Locked { seconds },
            Some(seconds),
        ),
        Err(SignInFault::Busy) => (
            StatusCode::SERVICE_UNAVAILABLE,
            SignInProblem::Busy,
            Some(BUSY_SECONDS),
        ),
        Err(fault @ (SignInFault::Store(_) | SignInFault::Hash)) => {
            return internal("/login", &fault);
        }
    };
    let form = SignInForm {
        user_name: filled.user_name,
        keep,
        next: filled.next.filter(|next| next_path::local(next).is_some()),
        problem: Some(problem),
    };
    let mut response = draw(&parts, request, status, Drawn::SignIn(form)).await;
    retry_later(&mut response, retry_after);
    response
}

/// Signs out: ends the session and clears what the browser kept.
pub(super) async fn sign_out(
    State(parts): State<Arc<Shared>>,
    Extension(jar): Extension<Jar>,
    Extension(signed_in): Extension<SignedIn>,
) -> Response {
    if let Err(error) = parts.auth.sign_out(signed_in.session).await {
        return internal("/logout", &error);
    }
    let mut response = Redirect::to("/login").into_response();
    let headers = response.headers_mut();
    jar.close(headers);
    headers.insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static(CLEAR),
    );
    response
}

/// Goes where one wanted to go.
pub(super) fn go_on(next: Option<&str>) -> Response {
    let target = next.and_then(next_path::local).unwrap_or("/");
    Redirect::to(target).into_response()
}

/// Reads a form and leaves the request without its body, to draw the page again from.
pub(super) async fn read_form<T>(request: Request) -> Result<(Request, T), Response>
where
    T: serde::de::DeserializeOwned + 'static,
{
    let (parts, body) = request.into_parts();
    let again = Request::from_parts(parts.clone(), axum::body::Body::empty());
    let read: Result<Form<T>, FormRejection> = Request::from_parts(parts, body).extract().await;
    match read {
        Ok(Form(form)) => Ok((again, form)),
        // What was sent is not repeated: it may hold a password.
        Err(refused) => Err((refused.status(), "This form could not be read.\n").into_response()),
    }
}

/// Who asks.
pub(super) async fn visitor(
    parts: &Parts,
    jar: Jar,
    arrival: Arrival,
    headers: &HeaderMap,
) -> Result<Visitor, StoreError> {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or("");
    let device = jar.read(headers, Cookie::Device);
    parts
        .auth
        .visitor(Client::at(arrival.peer.ip()), device, agent)
        .await
}

/// Says when to come back.
pub(super) fn retry_later(response: &mut Response, seconds: Option<u64>) {
    if let Some(seconds) = seconds {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}
