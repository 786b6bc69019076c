//! The conversation: its rows, what to say where there are none, and the ways through it.
//! The list hangs at its end by style alone, so it opens there without the program.

mod extent;
mod finder;
mod rail;
mod reader;
mod trail;

use domain::sync::{Passage, WindowFault};
use leptos::prelude::*;

use self::extent::Want;
use super::row::Row;
use crate::browser::page::focus;
use crate::browser::prose::prose_clicked;
use crate::browser::staged::staged;
use crate::chunk::{Rare, rare};
use crate::components::{Button, Empty, Glyph, Icon, Waiting, Why, each};
use crate::live::{Held, Live, Ready, Rows, SessionKey};

pub(crate) use finder::find;
pub use finder::{FindButton, Finder};
use rail::Rail;
pub use reader::{Goal, Reader};
pub(crate) use trail::trail;

/// The id of what scrolls.
pub(super) const LOG: &str = "conversation";

/// The conversation of a session. What stands below it is given by the page.
#[component]
pub fn Conversation(
    /// Of which session.
    session: SessionKey,
    /// Who reads it.
    reader: Reader,
    /// What stands between the rows and the bottom of the screen.
    children: Children,
) -> impl IntoView {
    let live = Live::here();
    let rows = live.rows(&session);
    reader.begin();
    let state = {
        let rows = rows.clone();
        Memo::new(move |_| rows.with(Shown::of))
    };
    let newer = {
        let rows = rows.clone();
        Memo::new(move |_| rows.with(|rows| matches!(rows.held, Held::Here { newer: true, .. })))
    };
    let keys = move || rows.with(|rows| rows.keys.to_vec());
    let running = live.runs(&session);
    let (hearing, server) = (live, session.server.clone());
    // No words come: a text that was cut off stays open until it is read anew.
    let is_still = move || !running.get() || !hearing.hears(&server);
    let (for_rows, for_state, for_rail) = (session.clone(), session.clone(), session);
    view! {
        <div class="transcript">
            <div
                class="scroll"
                class:away=move || reader.away.get()
                class:still=is_still
                id=LOG
                role="log"
                aria-label="Conversation"
                aria-live="off"
                tabindex="0"
                node_ref=reader.scroll.scroller
                on:scroll=move |_| reader.scrolled()
                on:click=move |event| {
                    prose_clicked(&event);
                    reader.press(&event);
                }
            >
                <div class="column" node_ref=reader.scroll.column>
                    <div class="edge">{move || before_rows(&state.get(), &for_state, reader)}</div>
                    {each(
                        keys,
                        Clone::clone,
                        move |row| {
                            let session = for_rows.clone();
                            let row = staged(move || view! { <Row session row /> }.into_any());
                            view! { <div class="row">{row}</div> }.into_any()
                        },
                    )}
                    <div class="edge">
                        {move || newer.get().then(|| view! { <More want=Want::Later reader /> })}
                    </div>
                </div>
            </div>
            <Rail session=for_rail reader />
        </div>
        <div class="bottom">
            {staged(move || {
                view! {
                    <Ways reader />
                    {children()}
                }
                    .into_any()
            })}
        </div>
    }
    .into_any()
}

/// The ways through what was found, and back: to where the reader came from, and to the end.
#[component]
fn Ways(reader: Reader) -> impl IntoView {
    let fresh = Live::here().fresh();
    trail::listen(reader);
    let is_found = Memo::new(move |_| reader.trail.with(Option::is_some));
    let found = move || is_found.get().then(|| rare(Rare::Trail(reader)));
    let ways = move || {
        if !reader.away.get() {
            return None;
        }
        let fresh = fresh.get();
        let (name, word) = if fresh == 0 {
            ("Jump to the end".to_owned(), "To the end".to_owned())
        } else {
            (
                format!("Jump to the end, {fresh} new"),
                format!("{fresh} new"),
            )
        };
        let back = reader
            .origin
            .with(|origin| matches!(origin, Some(Goal::Message(_))));
        Some(view! {
            {back
                .then(|| {
                    view! {
                        <button type="button" class="button" on:click=move |_| {
                            reader.go_back();
                            focus(LOG);
                        }>
                            "Back"
                        </button>
                    }
                })}
            <button
                type="button"
                class="button to-end"
                aria-label=name
                on:click=move |_| {
                    reader.go(Goal::End);
                    // The button goes with what it led to.
                    focus(LOG);
                }
            >
                <Glyph icon=Icon::End />
                {word}
            </button>
        })
    };
    view! { <div class="ways">{found} {ways}</div> }.into_any()
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
        match rows.held {
            Held::Loading => Shown::Nothing,
            Held::Slow => Shown::Waiting,
            Held::Here { older: true, .. } => Shown::Older,
            Held::Here { .. } if rows.keys.is_empty() => Shown::Empty,
            Held::Here { .. } => Shown::All,
            Held::Failed(fault) => Shown::Failed(fault),
        }
    }
}

fn before_rows(shown: &Shown, session: &SessionKey, reader: Reader) -> AnyView {
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
        Shown::Older => view! { <More want=Want::Earlier reader /> }.into_any(),
        Shown::Failed(fault) => view! { <NotHere session=session.clone() fault=*fault /> }.into_any(),
    }
}

/// The way to what was said before or after. It is gone by itself when the reader comes
/// near; the button is for those who do not scroll, and for what went wrong.
#[component]
fn More(want: Want, reader: Reader) -> impl IntoView {
    let ready = Ready::here();
    let deed = move || {
        let asked = reader.asked.get();
        let (_, deed) = asked.filter(|(asked, _)| {
            matches!(
                (want, asked),
                (Want::Earlier, Passage::Before(_)) | (Want::Later, Passage::After(_))
            )
        })?;
        Some(deed.get())
    };
    let doing = Signal::derive(move || deed().is_some_and(|deed| deed.is_doing()));
    let why = move || deed().and_then(|deed| deed.fault().map(ToString::to_string));
    let words = match want {
        Want::Earlier => "Load earlier messages",
        Want::Later => "Load later messages",
    };
    view! {
        <Button
            disabled=Signal::derive(move || !ready.get() || doing.get())
            on:click=move |_| {
                reader.ask(want);
                // It cannot keep the focus while it waits, and is gone after.
                focus(LOG);
            }
        >
            {move || if doing.get() { "Loading" } else { words }}
        </Button>
        {move || why().map(|words| view! { <Why words /> })}
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
