//! The one router, and the order of the layers around it. What is checked first stands
//! last.

use std::ops::Deref;
use std::sync::Arc;

use any_spawner::Executor;
use app::fault::Fault;
use app::host::{AtDoor, Caller};
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, get, on, post};
use leptos::context::provide_context;
use leptos::server_fn::axum::server_fn_paths;
use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;
use tower_http::compression::CompressionLayer;

use super::door::Doorway;
use super::error::{answer, internal, refuse};
use super::names::{Arrival, Names, Origin, Scheme};
use super::pace::{Pace, SESSION, STRANGER};
use super::page_source::PageSource;
use super::site::Site;
use super::{device, guard, headers, log, login, page, session, setup};
use crate::auth::{Auth, Client, SignedIn};
use crate::clock::Clock;

/// All that the router is made of, so that tests can put fakes.
pub struct Parts {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The owner at the door.
    pub auth: Auth,
    /// The files the browser gets.
    pub site: Site,
    /// Our own names.
    pub names: Names,
    /// What the pages' commands need.
    pub host: app::host::Host,
    /// What the pages are drawn from.
    pub pages: Arc<dyn PageSource>,
    /// The live routes, `/api/stream` and `/api/bulk/…`; mounted inside all layers.
    pub live: Router,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts").finish_non_exhaustive()
    }
}

/// What the handlers and layers share.
pub(super) struct Shared {
    pub(super) parts: Parts,
    pub(super) strangers: Pace<Client>,
    pub(super) sessions: Pace<i64>,
}

impl Deref for Shared {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}

/// Builds the router. Each request must carry an [`super::names::Arrival`].
pub fn router(parts: Parts) -> Router {
    // Says no when there is one already, which is as good.
    let _ = Executor::init_tokio();
    let live = parts.live.clone();
    let parts = Arc::new(Shared {
        parts,
        strangers: Pace::new(STRANGER),
        sessions: Pace::new(SESSION),
    });
    let routes = Router::new()
        .route("/healthz", get(health))
        .route("/login", get(login::show).post(login::submit))
        .route("/logout", post(login::sign_out))
        .route("/setup", get(setup::show).post(setup::submit));
    commands(routes)
        .fallback(page::any)
        .with_state(Arc::clone(&parts))
        .layer(compression())
        .merge(live)
        .layer(from_fn(guard::bounded_body))
        .layer(from_fn_with_state(Arc::clone(&parts), session::admit))
        .layer(from_fn_with_state(Arc::clone(&parts), guard::same_origin))
        .layer(from_fn_with_state(parts, guard::address))
        .layer(from_fn(headers::add))
        .layer(from_fn(log::requests))
}

/// Compresses answers, but for what is compressed already. Streams go without it: they are not
/// compressed anyhow, and would keep the room that an encoder takes as long as they last.
pub(crate) fn compression() -> CompressionLayer {
    CompressionLayer::new().br(true).gzip(true)
}

/// The paths of all commands.
pub fn command_paths() -> Vec<&'static str> {
    server_fn_paths().map(|(path, _)| path).collect()
}

fn commands(routes: Router<Arc<Shared>>) -> Router<Arc<Shared>> {
    command_paths().into_iter().fold(routes, |routes, path| {
        routes.route(path, on(MethodFilter::POST, command))
    })
}

/// The server is up. Says nothing else to nobody.
async fn health() -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    (json, r#"{"status":"ok"}"#).into_response()
}

/// Commands that hand over or change secrets. Not over plain http from another machine:
/// whoever listens on the way would have them, and the session besides.
const GUARDED: [&str; 4] = [
    "/api/servers/add",
    "/api/servers/edit",
    "/api/servers/try",
    "/api/account/prove",
];

/// Commands that a stolen cookie alone must not give: they need the owner's password where
/// it was not given lately. A try is among them, for it sends what it is told to wherever it
/// is told.
const PROVEN: [&str; 4] = [
    "/api/servers/add",
    "/api/servers/edit",
    "/api/servers/try",
    "/api/servers/remove",
];

/// The longest fault, in bytes: what OpenCode says of a refusal is one line.
const FAULT_MAX_BYTES: usize = 64 * 1024;

fn is_exposed(request: &Request) -> bool {
    let plain = request
        .extensions()
        .get::<Origin>()
        .is_none_or(|origin| origin.scheme == Scheme::Http);
    let far = request
        .extensions()
        .get::<Arrival>()
        .is_none_or(|arrival| !arrival.peer.ip().to_canonical().is_loopback());
    plain && far
}

/// Who gives a command. The layer before lets nobody through without a session.
fn caller(request: &Request) -> Option<Caller> {
    let signed_in = request.extensions().get::<SignedIn>()?;
    let agent = request.headers().get(header::USER_AGENT);
    let agent = agent.and_then(|agent| agent.to_str().ok());
    Some(Caller {
        session: signed_in.session,
        name: device::name_of(agent.unwrap_or_default()),
    })
}

/// Carries a command out. JSON only: a form on another site can send the other kinds.
async fn command(State(parts): State<Arc<Shared>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let path = path.as_str();
    if GUARDED.contains(&path) && is_exposed(&request) {
        let exposed = Fault::Refused {
            why: "passwords are not taken over an unencrypted connection; use https".to_owned(),
        };
        return refuse(path, StatusCode::FORBIDDEN, &exposed);
    }
    let is_json = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.split(';').next() == Some("application/json"));
    if !is_json || request.method() != Method::POST {
        return refuse(
            "/api",
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            &Fault::Forbidden,
        );
    }
    let signed_in = request.extensions().get::<SignedIn>();
    if PROVEN.contains(&path) && !signed_in.is_some_and(|it| parts.auth.is_proven(it)) {
        return answer(path, &Fault::StepUp);
    }
    let host = parts.host.clone();
    let caller = caller(&request);
    let door = Doorway::of(&parts, &request);
    let at_door = door.clone().map(|door| AtDoor(door));
    let contexts = move || {
        provide_context(host.clone());
        if let Some(caller) = &caller {
            provide_context(caller.clone());
        }
        if let Some(door) = &at_door {
            provide_context(door.clone());
        }
    };
    let response = leptos_axum::handle_server_fns_with_context(contexts, request)
        .await
        .into_response();
    let mut response = if response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        restate(path, response).await
    } else {
        response
    };
    if let Some(door) = &door {
        door.close(&mut response);
    }
    response
}

/// A command that failed is answered with 500 whatever the fault is: gives it the fault's
/// own status.
async fn restate(path: &str, response: Response) -> Response {
    let body = match to_bytes(response.into_body(), FAULT_MAX_BYTES).await {
        Ok(body) => body,
        Err(error) => return internal(path, &error),
    };
    match serde_json::from_slice::<Fault>(&body) {
        Ok(fault) => answer(path, &fault),
        Err(error) => internal(path, &error),
    }
}
