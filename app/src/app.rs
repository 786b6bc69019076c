//! The routes, and what every page finds in its context.

use domain::id::{ServerId, SessionId};
use domain::sync::PageSnapshot;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::path;

use crate::live::{Live, Ready, SessionKey};
use crate::pages::{
    Frame, HomePage, LoginPage, NotFoundPage, ServerPage, ServersPage, SessionPage, SettingsPage,
    SetupPage,
};
use crate::views::{Announcer, needing};

/// The whole page. Drawn from the [`PageSnapshot`] in its context on the server and at first
/// in the browser, so that both draw the same.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let page = use_context::<PageSnapshot>();
    let live = page.as_ref().map_or_else(Live::empty, Live::of);
    provide_context(live);
    let ready = Ready::provide();
    Effect::new(move || begin(&ready));
    let asks = Live::here().all_asks();
    view! {
        <Title formatter=move |title: String| needing(asks.with(|asks| asks.len()), &title) />
        <Router>
            <Follow />
            <Routes fallback=NotFoundPage>
                <Route path=path!("/setup") view=SetupPage />
                <Route path=path!("/login") view=LoginPage />
                <ParentRoute path=path!("") view=Frame>
                    <Route path=path!("/") view=HomePage />
                    <Route path=path!("/servers") view=ServersPage />
                    <Route path=path!("/s/:server") view=ServerPage />
                    <Route path=path!("/s/:server/:session") view=SessionPage />
                    <Route path=path!("/settings/*any") view=SettingsPage />
                    <Route path=path!("/*any") view=NotFoundPage />
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Tells the live state what the address names, and whoever listens what happens there.
#[component]
fn Follow() -> impl IntoView {
    let live = Live::here();
    let path = use_location().pathname;
    let session = Memo::new(move |_| path.with(|path| named(path)));
    Effect::new(move || live.look_at(session.get()));
    view! { <Announcer session /> }
}

/// The session that an address names.
fn named(path: &str) -> Option<SessionKey> {
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
