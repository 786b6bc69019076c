//! `/`: what needs the owner first, then what was last worked on.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::Empty;
use crate::live::{Live, SessionKey};
use crate::views::{Head, NewSessionButton, SessionRow};

/// How many sessions are shown as lately used; the others are in the pane.
const RECENT_MAX: usize = 12;

/// `/`.
#[component]
pub fn HomePage() -> impl IntoView {
    let live = Live::here();
    let (sessions, house) = (live.sessions(), live.house());
    let needs = {
        let (live, sessions) = (live.clone(), sessions.clone());
        Memo::new(move |_| {
            sessions
                .get()
                .iter()
                .filter(|session| !live.asks(session).with(|asks| asks.is_empty()))
                .cloned()
                .collect::<Vec<SessionKey>>()
        })
    };
    let recent = Memo::new(move |_| {
        sessions.with(|sessions| {
            needs.with(|needs| {
                sessions
                    .iter()
                    .filter(|session| !needs.contains(session))
                    .take(RECENT_MAX)
                    .cloned()
                    .collect::<Vec<SessionKey>>()
            })
        })
    });
    let no_server = Memo::new(move |_| house.with(|house| house.servers.is_empty()));
    let nothing = Memo::new(move |_| needs.with(Vec::is_empty) && recent.with(Vec::is_empty));
    view! {
        <Title text="Overview" />
        <Head title="Overview" />
        <div class="scroller" tabindex="0" role="region" aria-label="Overview">
            <div class="sheet-page">
                {move || match (no_server.get(), nothing.get()) {
                    (true, _) => view! { <NoServer /> }.into_any(),
                    (false, true) => view! { <NoSession /> }.into_any(),
                    (false, false) => {
                        view! {
                            <Rows title="Needs you" sessions=needs />
                            <Rows title="Recent" sessions=recent />
                        }
                            .into_any()
                    }
                }}
            </div>
        </div>
    }
    .into_any()
}

/// Some sessions under a heading; nothing where there are none.
#[component]
fn Rows(title: &'static str, sessions: Memo<Vec<SessionKey>>) -> impl IntoView {
    (move || {
        sessions.with(|sessions| !sessions.is_empty()).then(|| {
            view! {
                <section aria-label=title>
                    <h2>{title}</h2>
                    <div class="rows">
                        <For
                            each=move || sessions.get()
                            key=Clone::clone
                            children=|session| view! { <SessionRow session with_folder=true /> }
                        />
                    </div>
                </section>
            }
        })
    })
    .into_any()
}

#[component]
fn NoServer() -> impl IntoView {
    view! {
        <Empty
            title="No OpenCode server yet"
            words="Nexus drives OpenCode, and found none. Install it (npm install -g opencode-ai) and start Nexus again: it starts OpenCode by itself. Or start Nexus with --opencode and the address of one that runs."
        >
            <a class="button" href="/servers">
                "Servers"
            </a>
        </Empty>
    }.into_any()
}

#[component]
fn NoSession() -> impl IntoView {
    view! {
        <Empty
            title="Welcome to Nexus"
            words="A session is a conversation with an agent that works in a folder of your server. Make the first one."
        >
            <NewSessionButton />
        </Empty>
    }.into_any()
}
