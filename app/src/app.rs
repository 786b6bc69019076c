//! The routes, and what every page finds in its context.

use domain::id::{ServerId, SessionId};
use domain::sync::PageSnapshot;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::path;

use crate::chunk::{Rare, page};
use crate::live::{Live, Ready, SessionKey};
use crate::pages::{Frame, HomePage, SessionPage};

/// The whole page. Drawn from the [`PageSnapshot`] in its context on the server and at first
/// in the browser, so that both draw the same.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let snapshot = use_context::<PageSnapshot>();
    let live = snapshot.as_ref().map_or_else(Live::empty, Live::of);
    provide_context(live);
    let ready = Ready::provide();
    Effect::new(move || begin(&ready));
    view! {
        <Title formatter=|title: String| {
            if title.is_empty() { "Nexus".to_owned() } else { format!("{title} · Nexus") }
        } />
        <Router>
            <Follow />
            <Routes fallback=nothing_here>
                <Route path=path!("/setup") view=|| page("Set up", Rare::SetUp) />
                <Route path=path!("/login") view=|| page("Sign in", Rare::SignIn) />
                <ParentRoute path=path!("") view=Frame>
                    <Route path=path!("/") view=HomePage />
                    <Route path=path!("/servers") view=|| page("Servers", Rare::Servers) />
                    <Route path=path!("/s/:server") view=|| page("Server", Rare::Server) />
                    <Route path=path!("/s/:server/:session") view=SessionPage />
                    <Route path=path!("/settings/*any") view=|| page("Settings", Rare::Settings) />
                    <Route path=path!("/*any") view=nothing_here />
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// An address that leads nowhere.
fn nothing_here() -> AnyView {
    page("Not found", Rare::Nothing("page"))
}

/// Tells the live state what the address names.
#[component]
fn Follow() -> impl IntoView {
    let live = Live::here();
    let path = use_location().pathname;
    Effect::new(move || path.with(|path| live.look_at(named(path))));
}

/// The session that an address names.
pub(crate) fn named(path: &str) -> Option<SessionKey> {
    let mut segments = path.strip_prefix("/s/")?.split('/');
    let server = ServerId::parse(segments.next()?).ok()?;
    let session = SessionId::parse(segments.next()?).ok()?;
    match segments.next() {
        None | Some("") => Some(SessionKey { server, session }),
        Some(_) => None,
    }
}

/// The page is drawn and its program at work.
#[cfg(feature = "hydrate")]
fn begin(ready: &Ready) {
    ready.set();
    crate::boot::begin();
}

#[cfg(not(feature = "hydrate"))]
fn begin(_ready: &Ready) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_session_or_none() {
        let named = |path| named(path).map(|key| format!("{} {}", key.server, key.session));
        assert_eq!(named("/s/srv/ses_1"), Some("srv ses_1".to_owned()));
        assert_eq!(named("/s/srv/ses_1/"), Some("srv ses_1".to_owned()));
        for other in [
            "/",
            "/s/srv",
            "/s/srv/",
            "/s/srv/..%2f",
            "/s/a/b/c",
            "/servers",
        ] {
            assert_eq!(named(other), None, "{other}");
        }
    }
}
