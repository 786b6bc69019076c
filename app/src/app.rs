//! The pages by their addresses, and what every page finds in its context.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};

use crate::chunk::{Rare, page};
use crate::live::{Live, Ready, SessionKey};
use crate::pages::{HomePage, SessionPage};
use crate::route::{Place, Route};
use crate::views::{Announcer, Frame, needing};

/// The whole page. Drawn from the [`Live`] in its context, which the server and at first the
/// browser make of the same snapshot, so that both draw the same.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let live = Live::here();
    // The plain forms have none in their context.
    provide_context(live.clone());
    let ready = Ready::provide();
    Effect::new(move || begin(&ready));
    let path = Place::provide().path();
    let route = Memo::new(move |_| path.with(|path| Route::of(path)));
    let session = Memo::new(move |_| route.with(session_of));
    let asks = live.all_asks();
    Effect::new(move || live.look_at(session.get()));
    let first = route.get_untracked();
    let shown = if matches!(first, Route::SignIn | Route::SetUp) {
        // Whoever leaves these loads another page.
        drawn(first)
    } else {
        let drawings = StoredValue::new(0_u32);
        let page = move || {
            let page = drawn(route.get());
            drawings.update_value(|drawings| *drawings += 1);
            // Two pages may be of one type, and would then be made into each other where they
            // stand: with what was scrolled, opened and typed in the old one.
            if drawings.with_value(|drawings| drawings % 2 == 0) {
                vec![page].into_any()
            } else {
                page
            }
        };
        view! { <Frame>{page}</Frame> }.into_any()
    };
    view! {
        <Title formatter=move |title: String| needing(asks.with(|asks| asks.len()), &title) />
        {shown}
        <Announcer session />
    }
}

/// The session whose page this is.
fn session_of(route: &Route) -> Option<SessionKey> {
    match route {
        Route::Session(session) => Some(session.clone()),
        Route::Overview
        | Route::Servers
        | Route::Server(_)
        | Route::Settings
        | Route::SignIn
        | Route::SetUp
        | Route::Nothing(_) => None,
        #[cfg(debug_assertions)]
        Route::Gallery => None,
    }
}

/// Draws the page of an address.
fn drawn(route: Route) -> AnyView {
    match route {
        Route::Overview => view! { <HomePage /> }.into_any(),
        Route::Session(session) => view! { <SessionPage session /> }.into_any(),
        Route::Servers => page("Servers", Rare::Servers),
        Route::Server(server) => page("Server", Rare::Server(server)),
        Route::Settings => page("Settings", Rare::Settings),
        Route::SignIn => page("Sign in", Rare::SignIn),
        Route::SetUp => page("Set up", Rare::SetUp),
        Route::Nothing(what) => page("Not found", Rare::Nothing(what)),
        #[cfg(debug_assertions)]
        Route::Gallery => view! { <crate::gallery::GalleryPage /> }.into_any(),
    }
}

/// The page is drawn and its program at work.
#[cfg(feature = "hydrate")]
fn begin(ready: &Ready) {
    crate::boot::begin(ready.clone());
}

#[cfg(not(feature = "hydrate"))]
fn begin(_ready: &Ready) {}
