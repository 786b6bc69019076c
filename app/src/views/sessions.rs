//! The sessions of all servers: search, what needs the owner, then by folder.

use std::sync::Arc;

use domain::house::{House, ServerLink};
use domain::id::ServerId;
use leptos::prelude::*;

use super::account::Account;
use super::frame::{DRAWER, FrameState};
use super::server_switch::{ServerSwitch, only_of};
use super::server_words::link_word;
use super::session_groups::{Group, Item, Known, groups_of, is_closed, items_of, toggled};
use super::session_row::SessionRow;
use crate::browser::later::keep;
use crate::browser::staged::staged;
use crate::chunk::{Rare, rare};
use crate::components::{Button, Glyph, Icon, IconButton, Mark, Ring, Tone, each};
use crate::live::{Live, Ready, SessionKey};
use crate::route::Place;

/// The pane of sessions; on a phone a drawer.
#[component]
pub(super) fn Sessions() -> impl IntoView {
    let frame = FrameState::here();
    view! {
        <nav
            class="sessions"
            id=DRAWER
            tabindex="-1"
            aria-label="Sessions"
            class:open=move || frame.drawer.get()
        >
            {staged(move || view! { <Inside frame /> }.into_any())}
        </nav>
    }
    .into_any()
}

/// What is in the pane.
#[component]
fn Inside(frame: FrameState) -> impl IntoView {
    let wanted = RwSignal::new(String::new());
    let only = RwSignal::new(String::new());
    keep(ONLY, only);
    let ready = Ready::here();
    view! {
        <ServerLine />
        <ServerSwitch only />
        <div class="tools">
            <div class="search grow">
                <Glyph icon=Icon::Search />
                <input
                    id="sessions-search"
                    type="search"
                    placeholder="Search sessions"
                    aria-label="Search sessions"
                    autocomplete="off"
                    disabled=move || !ready.get()
                    on:input=move |event| wanted.set(event_target_value(&event))
                />
            </div>
            <NewSessionButton short=true />
        </div>
        <List wanted only />
        <div class="foot">
            <Way href="/" word="Overview" />
            <Way href="/servers" word="Servers" />
            <Way href="/settings" word="Settings" />
            <span class="grow"></span>
            <Account />
            <span class="phone-only">
                <IconButton icon=Icon::Close name="Close sessions" on:click=move |_| frame.close_drawer() />
            </span>
        </div>
    }
    .into_any()
}

/// The way to a page beside the sessions.
#[component]
fn Way(href: &'static str, word: &'static str) -> impl IntoView {
    let path = Place::here().path();
    view! {
        <a class="way" href=href aria-current=move || path.with(|path| path == href).then_some("page")>
            {word}
        </a>
    }
    .into_any()
}

/// Opens the dialog that makes a session.
#[component]
pub fn NewSessionButton(
    /// Whether only its first word is shown; the name stays.
    #[prop(optional)]
    short: bool,
) -> impl IntoView {
    let frame = FrameState::here();
    let ready = Ready::here();
    let house = Live::here().house();
    let none = Memo::new(move |_| house.with(|house| house.servers.is_empty()));
    view! {
        <button
            type="button"
            class=if short { "button" } else { "button primary" }
            aria-label="New session"
            title="New session"
            disabled=move || !ready.get() || none.get()
            on:click=move |_| frame.create()
        >
            <Glyph icon=Icon::Plus />
            {if short { "New" } else { "New session" }}
        </button>
    }
    .into_any()
}

/// The server, or how many there are, and how they stand.
#[component]
fn ServerLine() -> impl IntoView {
    let house = Live::here().house();
    let line = Memo::new(move |_| house.with(|house| server_line(house)));
    view! {
        <a class="server-line" href="/servers">
            <Mark />
            <span class="grow">
                <b class="clip">{move || line.with(|line| line.0.clone())}</b>
                {move || {
                    let (_, tone, word, running) = line.get();
                    view! {
                        <span class=format!("state {}", tone.class())>
                            <span class=if running { "ring" } else { "dot" }></span>
                            {word}
                        </span>
                    }
                }}
            </span>
            <Glyph icon=Icon::Right />
        </a>
    }
    .into_any()
}

fn server_line(house: &House) -> (String, Tone, String, bool) {
    let mut servers = house.servers.values();
    match (servers.next(), servers.next()) {
        (None, _) => (
            "OpenCode Nexus".to_owned(),
            Tone::Quiet,
            "No server yet".to_owned(),
            false,
        ),
        (Some(only), None) => {
            let word = link_word(&only.link);
            (
                only.name.clone(),
                word.tone,
                word.word.to_owned(),
                word.running,
            )
        }
        (Some(_), Some(_)) => {
            let all = house.servers.len();
            let up = house
                .servers
                .values()
                .filter(|server| matches!(server.link, ServerLink::Connected { .. }))
                .count();
            let tone = if up == all { Tone::Ok } else { Tone::Need };
            (
                format!("{all} servers"),
                tone,
                format!("{up} of {all} connected"),
                false,
            )
        }
    }
}

/// How many sessions are drawn at first, and with each *more*: a screen or two. A list of a
/// thousand stays as light as one of sixty.
const ROWS: usize = 60;

/// Where the server that is shown alone is kept on the device.
const ONLY: &str = "nexus-server-shown";

/// Where the closed folders are kept on the device.
const CLOSED: &str = "nexus-closed-folders";

#[component]
fn List(wanted: RwSignal<String>, only: RwSignal<String>) -> impl IntoView {
    let live = Live::here();
    let ready = Ready::here();
    let closed = RwSignal::new(String::new());
    keep(CLOSED, closed);
    let room = RwSignal::new(ROWS);
    let searching = Memo::new(move |_| wanted.with(|wanted| !wanted.trim().is_empty()));
    let groups = {
        let live = live.clone();
        Memo::new(move |_| {
            let only = only.with(|only| only_of(&live, only));
            groups_of(known_of(&live, wanted.get().trim(), only.as_ref()))
        })
    };
    let lines = {
        let family = live.family();
        Memo::new(move |_| {
            let searching = searching.get();
            let closed = closed.get();
            let closed = |id: &str| !searching && is_closed(&closed, id);
            groups.with(|groups| family.with(|family| items_of(groups, closed, family, room.get())))
        })
    };
    let beyond = {
        let live = live.clone();
        let house = live.house();
        Memo::new(move |_| {
            house.with(|house| {
                let servers = house.servers.keys();
                servers.map(|server| live.more(server).get()).sum::<u32>() as usize
            })
        })
    };
    let loading = {
        let (house, sessions) = (live.house(), live.sessions());
        Memo::new(move |_| {
            sessions.with(|sessions| sessions.is_empty())
                && house.with(|house| {
                    house
                        .servers
                        .values()
                        .any(|server| matches!(server.link, ServerLink::Connecting { .. }))
                })
        })
    };
    let none = Signal::derive(move || groups.with(Vec::is_empty));
    let more = move || {
        // What is found by search has been looked for everywhere.
        let beyond = if wanted.with(String::is_empty) {
            beyond.get()
        } else {
            0
        };
        let left = lines.with(|(_, left)| *left);
        let (live, ready) = (live.clone(), ready.clone());
        (left + beyond > 0).then(|| {
            view! {
                <div class="more-sessions">
                    <Button
                        disabled=Signal::derive(move || !ready.get())
                        on:click=move |_| {
                            room.update(|room| *room += ROWS);
                            if left < ROWS && beyond > 0 {
                                live.load_more_sessions();
                            }
                        }
                    >
                        {format!("Show more ({} left)", left + beyond)}
                    </Button>
                </div>
            }
        })
    };
    view! {
        <div class="list">
            {move || {
                (none.get() && wanted.with(String::is_empty))
                    .then(|| {
                        let words = if loading.get() {
                            "Loading the sessions …"
                        } else {
                            "No sessions yet."
                        };
                        view! { <p class="group">{words}</p> }
                    })
            }}
            {each(
                move || lines.with(|(items, _)| items.clone()),
                Clone::clone,
                move |item| match item {
                    Item::Head(id) => view! { <GroupHead id groups closed /> }.into_any(),
                    Item::Row(session, depth) => view! { <SessionRow session depth /> }.into_any(),
                },
            )}
            {more}
            {move || searching.get().then(|| rare(Rare::FoundSessions(wanted, none)))}
        </div>
    }
    .into_any()
}

/// The head of a group: opens and closes it.
#[component]
fn GroupHead(id: String, groups: Memo<Vec<Group>>, closed: RwSignal<String>) -> impl IntoView {
    let ready = Ready::here();
    if id.is_empty() {
        return view! {
            <div class="group">
                <Glyph icon=Icon::Inbox />
                "Needs you"
            </div>
        }
        .into_any();
    }
    let of = id.clone();
    let group = Memo::new(move |_| {
        groups.with(|groups| groups.iter().find(|group| group.id == of).cloned())
    });
    let open = {
        let id = id.clone();
        Memo::new(move |_| closed.with(|closed| !is_closed(closed, &id)))
    };
    // What a closed one hides.
    let hidden = move || {
        let group = group.get().filter(|_| !open.get())?;
        let running = group.running;
        Some(view! {
            {(running > 0)
                .then(|| {
                    view! {
                        <span class="state tone-live">
                            <Ring />
                            {format!("{running} running")}
                        </span>
                    }
                })}
            <span class="figures">{group.sessions.len()}</span>
        })
    };
    view! {
            <button
                type="button"
                class="group"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                disabled=move || !ready.get()
                on:click=move |_| closed.update(|closed| *closed = toggled(closed, &id))
            >
                <Glyph icon=Icon::Right class="turns" />
                <span class="clip grow">
                    {move || group.with(|group| group.as_ref().map(|group| group.name.clone()))}
                </span>
                {hidden}
            </button>
    }
    .into_any()
}

/// What the list knows of the sessions that answer to `wanted`, newest first.
fn known_of(live: &Live, wanted: &str, only: Option<&ServerId>) -> Vec<Known> {
    let house: Arc<House> = live.house().get();
    let several = house.servers.len() > 1;
    let sessions = live.sessions().get();
    let shown = |session: &&SessionKey| only.is_none_or(|only| session.server == *only);
    let known = sessions.iter().filter(shown).filter_map(|session| {
        let entry = live.entry(session).get()?;
        if !entry.session.answers_to(wanted) {
            return None;
        }
        let folder = entry.session.directory.name();
        let server = house.servers.get(&session.server);
        Some(Known {
            session: session.clone(),
            directory: entry.session.directory.to_string(),
            name: match server {
                Some(server) if several && only.is_none() => format!("{folder} · {}", server.name),
                Some(_) | None => folder.to_owned(),
            },
            running: entry.status.is_running(),
            asks: !live.asks(session).with(|asks| asks.is_empty()),
        })
    });
    known.collect()
}
