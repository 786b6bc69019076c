//! Draws pages: gathers what a page is drawn from, then renders it in one go, with a nonce
//! for its scripts.

use std::sync::Arc;

use app::fault::Fault;
use app::forms::{SetupForm, SignInForm};
use app::shell::{SiteFiles, shell};
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use domain::id::{ServerId, SessionId};
use domain::sync::{PageSnapshot, Viewing};
use leptos::context::provide_context;
use leptos::nonce::Nonce;

use super::error::{internal, is_api, refuse};
use super::headers::PageNonce;
use super::page_source::PageFault;
use super::router::{Parts, Shared};
use super::site::Site;
use crate::auth::SignedIn;

/// What a page is drawn from.
#[derive(Clone, Debug)]
pub(super) enum Drawn {
    /// `/login`.
    SignIn(SignInForm),
    /// `/setup`.
    Setup(SetupForm),
    /// Any page of the owner's.
    Owner(Box<PageSnapshot>),
}

/// What an address names.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Named {
    /// A page, which shows this session if any.
    Page(Option<Viewing>),
    /// Nothing.
    Nothing,
}

/// Answers any address that no other route takes: a file of the site, a page of the
/// owner's, or the page that says there is none.
pub(super) async fn any(
    State(parts): State<Arc<Shared>>,
    signed_in: Option<Extension<SignedIn>>,
    request: Request,
) -> Response {
    let path = request.uri().path();
    if let Some(file) = parts.site.file(path) {
        return file.answer(request.headers());
    }
    let not_found = || Fault::NotFound {
        what: "This address".to_owned(),
    };
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let Some(Extension(signed_in)) = signed_in.filter(|_| reads && !is_api(path)) else {
        return refuse(path, StatusCode::NOT_FOUND, &not_found());
    };
    let (viewing, mut status) = match named(path) {
        Named::Page(viewing) => (viewing, StatusCode::OK),
        Named::Nothing => (None, StatusCode::NOT_FOUND),
    };
    let mut snapshot = parts.pages.snapshot(&signed_in.owner, viewing).await;
    if snapshot == Err(PageFault::NotFound) {
        status = StatusCode::NOT_FOUND;
        snapshot = parts.pages.snapshot(&signed_in.owner, None).await;
    }
    match snapshot {
        Ok(snapshot) => draw(&parts, request, status, Drawn::Owner(Box::new(snapshot))).await,
        Err(fault) => internal(path, &fault),
    }
}

/// Draws a page.
pub(super) async fn draw(
    parts: &Parts,
    request: Request,
    status: StatusCode,
    drawn: Drawn,
) -> Response {
    let nonce = Nonce::new();
    let provided = nonce.clone();
    let files = files(&parts.site);
    let host = parts.host.clone();
    let contexts = move || {
        provide_context(provided.clone());
        provide_context(files.clone());
        provide_context(host.clone());
        match &drawn {
            Drawn::SignIn(form) => provide_context(form.clone()),
            Drawn::Setup(form) => provide_context(form.clone()),
            Drawn::Owner(snapshot) => provide_context(PageSnapshot::clone(snapshot)),
        }
    };
    let renderer = leptos_axum::render_app_to_stream_in_order_with_context(contexts, shell);
    let mut response = renderer(request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    response.extensions_mut().insert(PageNonce(nonce));
    response
}

/// What a page's head names. Without a build the page is there, only nothing on it moves.
fn files(site: &Site) -> SiteFiles {
    site.entry
        .as_ref()
        .map(|entry| SiteFiles {
            css: entry.css.clone(),
            js: entry.js.clone(),
            wasm: entry.wasm.clone(),
            build: site.build.clone(),
        })
        .unwrap_or_default()
}

fn named(path: &str) -> Named {
    let mut segments = path.trim_matches('/').split('/');
    match (
        segments.next(),
        segments.next(),
        segments.next(),
        segments.next(),
    ) {
        (Some("" | "servers"), None, None, None) | (Some("settings"), ..) => Named::Page(None),
        // Only a debug build has it.
        (Some("gallery"), None, None, None) if cfg!(debug_assertions) => Named::Page(None),
        (Some("s"), Some(server), None, None) if ServerId::parse(server).is_ok() => {
            Named::Page(None)
        }
        (Some("s"), Some(server), Some(session), None) => {
            match (ServerId::parse(server), SessionId::parse(session)) {
                (Ok(server), Ok(session)) => Named::Page(Some(Viewing { server, session })),
                _ => Named::Nothing,
            }
        }
        _ => Named::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_pages() {
        for (path, found) in [
            ("/", Named::Page(None)),
            ("/servers", Named::Page(None)),
            ("/settings/account", Named::Page(None)),
            ("/s/one", Named::Page(None)),
            (
                "/s/one/ses_2",
                Named::Page(Some(Viewing {
                    server: ServerId::new("one"),
                    session: SessionId::new("ses_2"),
                })),
            ),
            ("/s/one/..%2f", Named::Nothing),
            ("/s/one/ses_2/more", Named::Nothing),
            ("/nowhere", Named::Nothing),
        ] {
            assert_eq!(named(path), found, "{path}");
        }
    }
}
