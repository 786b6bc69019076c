//! `/`: what needs the owner first, then what runs, what is new, and what was last worked
//! on.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{Empty, each};
use crate::live::{Live, SessionKey};
use crate::views::{Head, Inbox, NewSessionButton, SessionRow};

/// How many sessions are shown as lately used; the others are in the pane.
const RECENT_MAX: usize = 12;

/// `/`.
#[component]
pub fn HomePage() -> impl IntoView {
    let live = Live::here();
    let house = live.house();
    let waiting = live.waiting();
    let sorted = Memo::new(move |_| Sorted::of(&live));
    let no_server = Memo::new(move |_| house.with(|house| house.servers.is_empty()));
    let calm = Memo::new(move |_| waiting.with(|waiting| waiting.is_empty()));
    let nothing = Memo::new(move |_| calm.get() && sorted.with(Sorted::is_empty));
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
                            <section aria-label="Needs you">
                                <h2>"Needs you"</h2>
                                {move || {
                                    calm.get()
                                        .then(|| {
                                            view! { <p class="muted">"Nothing waits for an answer."</p> }
                                        })
                                }}
                                <Inbox />
                            </section>
                            <Rows title="Running" sessions=Signal::derive(move || sorted.with(|it| it.running.clone())) />
                            <Rows title="New" sessions=Signal::derive(move || sorted.with(|it| it.unread.clone())) />
                            <Rows title="Recent" sessions=Signal::derive(move || sorted.with(|it| it.recent.clone())) />
                        }
                            .into_any()
                    }
                }}
            </div>
        </div>
    }
    .into_any()
}

/// The sessions that do not wait, by what the owner wants to know of them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Sorted {
    running: Vec<SessionKey>,
    unread: Vec<SessionKey>,
    recent: Vec<SessionKey>,
}

impl Sorted {
    fn of(live: &Live) -> Self {
        let mut sorted = Self::default();
        let waiting = live.waiting().get();
        for session in live.sessions().get().iter() {
            if waiting.contains(session) {
                continue;
            }
            let Some(entry) = live.entry(session).get() else {
                continue;
            };
            let among = if entry.status.is_running() {
                &mut sorted.running
            } else if entry.unread {
                &mut sorted.unread
            } else if sorted.recent.len() < RECENT_MAX {
                &mut sorted.recent
            } else {
                continue;
            };
            among.push(session.clone());
        }
        sorted
    }

    fn is_empty(&self) -> bool {
        self.running.is_empty() && self.unread.is_empty() && self.recent.is_empty()
    }
}

/// Some sessions under a heading; nothing where there are none.
#[component]
fn Rows(title: &'static str, sessions: Signal<Vec<SessionKey>>) -> impl IntoView {
    (move || {
        sessions.with(|sessions| !sessions.is_empty()).then(|| {
            view! {
                <section aria-label=title>
                    <h2>{title}</h2>
                    <div class="rows">
                        {each(
                            move || sessions.get(),
                            Clone::clone,
                            |session| view! { <SessionRow session with_folder=true /> }.into_any(),
                        )}
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
            words="Nexus drives OpenCode, and found none. Add one that runs by its address. Or install it (`npm install -g opencode-ai`) and start Nexus again: it starts OpenCode by itself."
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
