//! The head of a page: the way to the sessions on a phone, the title, the connection.

use domain::id::ServerId;
use leptos::prelude::*;

use super::connection::{Connection, Trouble};
use super::frame::{FrameState, OPENER};
use super::session_row::title_of;
use crate::components::{Glyph, Icon, IconButton, each};
use crate::live::{Live, Ready, SessionKey};
use crate::route::Place;

/// The head of a page.
#[component]
pub fn Head(
    /// Where we are.
    #[prop(into)]
    title: Signal<String>,
    /// What it belongs to.
    #[prop(optional, into)]
    crumb: Signal<String>,
    /// The sessions that lead here, the first one first.
    #[prop(optional, into)]
    trail: Signal<Vec<SessionKey>>,
    /// The server of the page, where it has one.
    #[prop(optional, into)]
    server: Signal<Option<ServerId>>,
    /// What else stands there.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let frame = FrameState::here();
    let ready = Ready::here();
    let waiting = Live::here().waiting();
    let path = Place::here().path();
    // What asks here stands here; the others are behind the button on a phone.
    let others = Memo::new(move |_| {
        let is_here = |one: &SessionKey| {
            path.with(|path| *path == address_of(one)) || trail.with(|trail| trail.contains(one))
        };
        waiting.with(|waiting| waiting.iter().filter(|one| !is_here(one)).count())
    });
    view! {
        <header class="head">
            <span class="phone-only">
                <IconButton
                    icon=Icon::Menu
                    name="Sessions"
                    attr:id=OPENER
                    disabled=Signal::derive(move || !ready.get())
                    on:click=move |_| frame.open_drawer()
                />
                {move || badge(others.get())}
            </span>
            <div class="title grow">
                {move || {
                    trail
                        .with(|trail| !trail.is_empty())
                        .then(|| view! { <Trail trail /> })
                }}
                <h1 class="clip">{move || title.get()}</h1>
                <span class="crumb clip">{move || crumb.get()}</span>
            </div>
            {children.map(|children| children())}
            <Connection server />
        </header>
        <Trouble server />
    }
    .into_any()
}

fn address_of(session: &SessionKey) -> String {
    format!("/s/{}/{}", session.server, session.session)
}

/// How many other sessions need the owner.
fn badge(others: usize) -> Option<AnyView> {
    let words = match others {
        0 => return None,
        1 => "1 other session needs you".to_owned(),
        _ => format!("{others} other sessions need you"),
    };
    Some(view! { <span class="badge" role="img" aria-label=words>{others}</span> }.into_any())
}

/// The way back from a sub-session to the session that it belongs to.
#[component]
fn Trail(trail: Signal<Vec<SessionKey>>) -> impl IntoView {
    let live = Live::here();
    let step = move |session: SessionKey| {
        let entry = live.entry(&session);
        let title = move || entry.with(|entry| entry.as_ref().map(|entry| title_of(entry)));
        view! {
            <li>
                <a class="clip" href=address_of(&session)>
                    {title}
                </a>
                <Glyph icon=Icon::Right />
            </li>
        }
        .into_any()
    };
    view! {
        <nav class="trail" aria-label="Breadcrumb">
            <ol>
                {each(move || trail.get(), Clone::clone, step)}
            </ol>
        </nav>
    }
    .into_any()
}
