//! The conversation: its rows, what to say where there are none, and the way back to the
//! end. The list hangs at its end by style alone, so it opens there without the program.

use domain::sync::WindowFault;
use leptos::html;
use leptos::prelude::*;

use super::row::Row;
use crate::browser::page::copy_code;
use crate::browser::scroll::{is_at_end, to_end};
use crate::components::{Button, Empty, Glyph, Icon, Waiting};
use crate::live::{Deed, Live, Ready, Rows, SessionKey};

/// The conversation of a session. What stands below it is given by the page.
#[component]
pub fn Conversation(
    /// Of which session.
    session: SessionKey,
    /// What stands between the rows and the bottom of the screen.
    children: Children,
) -> impl IntoView {
    let live = Live::here();
    let rows = live.rows(&session);
    let scroller = NodeRef::<html::Div>::new();
    let away = RwSignal::new(false);
    let state = {
        let rows = rows.clone();
        Memo::new(move |_| rows.with(Shown::of))
    };
    let keys = move || {
        rows.with(|rows| match rows {
            Rows::Loaded { keys, .. } => keys.to_vec(),
            Rows::Loading | Rows::Slow | Rows::Failed(_) => Vec::new(),
        })
    };
    let server = session.server.clone();
    let (for_rows, for_state) = (session.clone(), session);
    view! {
        <div
            class="scroll"
            class:still=move || !live.hears(&server)
            role="log"
            aria-label="Conversation"
            aria-live="off"
            tabindex="0"
            node_ref=scroller
            on:scroll=move |_| {
                let now = !is_at_end(scroller);
                if away.get_untracked() != now {
                    away.set(now);
                }
            }
        >
            <div class="column" on:click=move |event| copy_code(&event)>
                {move || before_rows(&state.get(), &for_state)}
                <For
                    each=keys
                    key=Clone::clone
                    children=move |row| view! { <Row session=for_rows.clone() row /> }
                />
            </div>
        </div>
        <div class="bottom">
            {move || {
                away.get()
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button to-end"
                                aria-label="Jump to the end"
                                on:click=move |_| to_end(scroller)
                            >
                                <Glyph icon=Icon::End />
                                "To the end"
                            </button>
                        }
                    })
            }}
            {children()}
        </div>
    }
    .into_any()
}

/// What stands above the rows, or in their place.
#[derive(Clone, PartialEq, Eq)]
enum Shown {
    Nothing,
    Waiting,
    Empty,
    All,
    Older,
    Failed(WindowFault),
}

impl Shown {
    fn of(rows: &Rows) -> Self {
        match rows {
            Rows::Loading => Shown::Nothing,
            Rows::Slow => Shown::Waiting,
            Rows::Loaded { older: true, .. } => Shown::Older,
            Rows::Loaded { keys, .. } if keys.is_empty() => Shown::Empty,
            Rows::Loaded { .. } => Shown::All,
            Rows::Failed(fault) => Shown::Failed(*fault),
        }
    }
}

fn before_rows(shown: &Shown, session: &SessionKey) -> AnyView {
    match shown {
        Shown::Nothing | Shown::All => ().into_any(),
        Shown::Waiting => view! { <Waiting words="Loading the conversation" /> }.into_any(),
        Shown::Empty => view! {
            <Empty
                title="What shall it do?"
                words="Say it below in your own words. The agent works in this session's folder and asks before it does what it may not."
            />
        }
        .into_any(),
        Shown::Older => view! { <Earlier session=session.clone() /> }.into_any(),
        Shown::Failed(fault) => view! { <NotHere session=session.clone() fault=*fault /> }.into_any(),
    }
}

/// The way to what was said before.
#[component]
fn Earlier(session: SessionKey) -> impl IntoView {
    let ready = Ready::here();
    let deed = RwSignal::new(None::<ArcReadSignal<Deed>>);
    let doing = Signal::derive(move || deed.get().is_some_and(|deed| deed.get().is_doing()));
    let why = move || {
        deed.get()
            .and_then(|deed| deed.get().fault().map(ToString::to_string))
    };
    let live = Live::here();
    view! {
        <div class="earlier">
            <Button
                disabled=Signal::derive(move || !ready.get() || doing.get())
                on:click=move |_| deed.set(Some(live.load_older(&session)))
            >
                {move || if doing.get() { "Loading" } else { "Load earlier messages" }}
            </Button>
            {move || why().map(|why| view! { <crate::components::Why words=why /> })}
        </div>
    }
    .into_any()
}

/// The transcript cannot be had.
#[component]
fn NotHere(session: SessionKey, fault: WindowFault) -> impl IntoView {
    let live = Live::here();
    let ready = Ready::here();
    let (title, words) = words_of(fault);
    view! {
        <Empty title words>
            <Button disabled=Signal::derive(move || !ready.get()) on:click=move |_| live.load_again(&session)>
                "Try again"
            </Button>
            <a class="button quiet" href="/">
                "All sessions"
            </a>
        </Empty>
    }.into_any()
}

fn words_of(fault: WindowFault) -> (&'static str, &'static str) {
    match fault {
        WindowFault::NotFound => (
            "This session is not here",
            "It may have been deleted, or it belongs to another server.",
        ),
        WindowFault::Unreachable => (
            "The conversation cannot be loaded",
            "Its OpenCode server does not answer. It comes by itself when the server is back.",
        ),
    }
}
