//! The sessions of all servers: search, what needs the owner, then by folder.

use std::sync::Arc;

use domain::house::{House, ServerLink};
use leptos::prelude::*;

use super::account::Account;
use super::frame::{DRAWER, FrameState};
use super::server_words::link_word;
use super::session_row::{SessionRow, title_of};
use crate::components::{Button, Glyph, Icon, IconButton, Mark, Tone};
use crate::live::{Live, Ready, SessionKey};
use crate::route::Place;

/// The pane of sessions; on a phone a drawer.
#[component]
pub(super) fn Sessions() -> impl IntoView {
    let frame = FrameState::here();
    let wanted = RwSignal::new(String::new());
    let ready = Ready::here();
    view! {
        <nav
            class="sessions"
            id=DRAWER
            tabindex="-1"
            aria-label="Sessions"
            class:open=move || frame.drawer.get()
        >
            <ServerLine />
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
            <List wanted />
            <div class="foot">
                <Way href="/" word="Overview" />
                <Way href="/servers" word="Servers" />
                <Way href="/settings" word="Settings" />
                <span class="grow"></span>
                <span class="phone-only">
                    <IconButton icon=Icon::Close name="Close sessions" on:click=move |_| frame.close_drawer() />
                </span>
                <span class="desk-only">
                    <Account />
                </span>
            </div>
        </nav>
    }.into_any()
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

/// Sessions that stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    /// Identity, for drawing.
    id: String,
    name: String,
    needs_owner: bool,
    sessions: Vec<SessionKey>,
}

#[component]
fn List(wanted: RwSignal<String>) -> impl IntoView {
    let live = Live::here();
    let ready = Ready::here();
    let groups = {
        let live = live.clone();
        Memo::new(move |_| groups_of(&live, &wanted.get().trim().to_lowercase()))
    };
    let more = {
        let live = live.clone();
        let house = live.house();
        Memo::new(move |_| {
            house.with(|house| {
                house
                    .servers
                    .keys()
                    .map(|server| live.more(server).get())
                    .sum::<u32>()
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
    let nothing = move || groups.with(Vec::is_empty);
    view! {
        <div class="list">
            {move || {
                nothing()
                    .then(|| {
                        let words = if !wanted.with(String::is_empty) {
                            "No session matches."
                        } else if loading.get() {
                            "Loading the sessions …"
                        } else {
                            "No sessions yet."
                        };
                        view! { <p class="group">{words}</p> }
                    })
            }}
            <For
                each=move || groups.get()
                key=|group| (group.id.clone(), group.sessions.clone())
                children=group_view
            />
            {move || {
                let (live, ready) = (live.clone(), ready.clone());
                (more.get() > 0)
                    .then(|| {
                        view! {
                            <div class="more-sessions">
                                <Button
                                    disabled=Signal::derive(move || !ready.get())
                                    on:click=move |_| live.load_more_sessions()
                                >
                                    {move || format!("Show more ({} left)", more.get())}
                                </Button>
                            </div>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

fn group_view(group: Group) -> impl IntoView {
    let name = group.name.clone();
    view! {
        <div role="group" aria-label=name>
            <div class="group" aria-hidden="true">
                {group.needs_owner.then(|| view! { <Glyph icon=Icon::Inbox /> })}
                <span class="clip">{group.name}</span>
            </div>
            {group
                .sessions
                .into_iter()
                .map(|session| view! { <SessionRow session /> })
                .collect_view()}
        </div>
    }
}

/// What needs the owner, then the folders, each where its newest session stands.
fn groups_of(live: &Live, wanted: &str) -> Vec<Group> {
    let house: Arc<House> = live.house().get();
    let several = house.servers.len() > 1;
    let mut needs = Vec::new();
    let mut folders: Vec<Group> = Vec::new();
    for session in live.sessions().get().iter() {
        let entry = live.entry(session).get();
        let Some(entry) = entry else { continue };
        let folder = entry.session.directory.name();
        let fits = wanted.is_empty()
            || title_of(&entry).to_lowercase().contains(wanted)
            || folder.to_lowercase().contains(wanted);
        if !fits {
            continue;
        }
        if !live.asks(session).with(|asks| asks.is_empty()) {
            needs.push(session.clone());
            continue;
        }
        let id = format!("{} {}", session.server, entry.session.directory);
        if let Some(group) = folders.iter_mut().find(|group| group.id == id) {
            group.sessions.push(session.clone());
            continue;
        }
        let server = house.servers.get(&session.server);
        let name = match server {
            Some(server) if several => format!("{folder} · {}", server.name),
            Some(_) | None => folder.to_owned(),
        };
        folders.push(Group {
            id,
            name,
            needs_owner: false,
            sessions: vec![session.clone()],
        });
    }
    if !needs.is_empty() {
        let first = Group {
            id: String::new(),
            name: "Needs you".to_owned(),
            needs_owner: true,
            sessions: needs,
        };
        folders.insert(0, first);
    }
    folders
}
