//! One line of the list: title, what it is doing, a mark with a word, and what can be done.

use std::sync::Arc;

use domain::failure::{Failure, FailureKind};
use domain::id::ServerId;
use domain::session::{SessionEntry, SessionStatus};
use domain::time::Millis;
use leptos::prelude::*;

use super::ask_words::line_of;
use super::frame::FrameState;
use super::session_sheet::SessionActions;
use crate::components::{Ring, Tone, ago, duration};
use crate::live::{Live, SessionKey};
use crate::route::Place;

/// A session as a link, and beside it what can be done with it.
#[component]
pub fn SessionRow(
    /// Which.
    session: SessionKey,
    /// Whether its folder is named: where the list is not by folder.
    #[prop(optional)]
    with_folder: bool,
    /// How deep it stands below a session of the owner's.
    #[prop(optional)]
    depth: u8,
    /// What is known of it where the list does not have it.
    #[prop(optional)]
    found: Option<Arc<SessionEntry>>,
) -> impl IntoView {
    let live = Live::here();
    let frame = FrameState::here();
    let (listed, asks, now) = (live.entry(&session), live.asks(&session), live.now());
    let entry = Memo::new(move |_| listed.get().or_else(|| found.clone()));
    let href = format!("/s/{}/{}", session.server, session.session);
    let path = Place::here().path();
    let current = {
        let href = href.clone();
        move || path.with(|path| *path == href).then_some("page")
    };
    let ask = Memo::new(move |_| asks.with(|asks| asks.first().map(line_of)));
    let server_name = server_name_of(&live, session.server.clone());
    let heard = {
        let server = session.server.clone();
        Memo::new(move |_| live.hears(&server))
    };
    let title = Memo::new(move |_| entry.with(|entry| entry.as_ref().map(|entry| title_of(entry))));
    let mark = Memo::new(move |_| {
        entry.with(|entry| {
            entry.as_ref().map_or(Mark::None, |entry| {
                Mark::of(entry, ask.with(Option::is_some), heard.get())
            })
        })
    });
    let second = Memo::new(move |_| {
        entry.with(|entry| {
            let entry = entry.as_ref()?;
            let doing = ask
                .get()
                .unwrap_or_else(|| second_line(entry, now.get(), heard.get()));
            Some(if with_folder {
                let folder = entry.session.directory.name();
                match server_name.get() {
                    Some(server) => format!("{folder} · {server} · {doing}"),
                    None => format!("{folder} · {doing}"),
                }
            } else {
                doing
            })
        })
    });
    view! {
        <div class=format!("session-line depth-{}", depth.min(DEPTH_SHOWN))>
            <a
                class="session-row"
                class:unread=move || matches!(mark.get(), Mark::New | Mark::Asks)
                href=href
                aria-current=current
                // The one that is open already leads nowhere new: close the drawer all the same.
                on:click=move |_| frame.drawer.set(false)
            >
                <span class="title clip">{move || title.get()}</span>
                " "
                <span class="second clip">{move || second.get()}</span>
                " "
                {move || mark_view(mark.get())}
            </a>
            <SessionActions session />
        </div>
    }
    .into_any()
}

/// How far a sub-session is moved in at most: deeper ones would have no room.
const DEPTH_SHOWN: u8 = 3;

/// The name of a server, where there are several.
pub fn server_name_of(live: &Live, server: ServerId) -> Memo<Option<String>> {
    let house = live.house();
    Memo::new(move |_| {
        house.with(|house| {
            let server = house.servers.get(&server)?;
            (house.servers.len() > 1).then(|| server.name.clone())
        })
    })
}

/// What a session is called by; it always has a name.
pub fn title_of(entry: &SessionEntry) -> String {
    let title = entry.session.title.trim();
    // OpenCode puts the agent's name behind the task of a sub-session: "(@general subagent)".
    let title = match (&entry.session.parent, title.rsplit_once(" (@")) {
        (Some(_), Some((task, _))) => task,
        (Some(_) | None, _) => title,
    };
    if title.is_empty() {
        "Untitled session".to_owned()
    } else {
        title.to_owned()
    }
}

fn second_line(entry: &SessionEntry, now: Millis, heard: bool) -> String {
    match (&entry.status, &entry.failure) {
        (SessionStatus::Busy | SessionStatus::Retry { .. }, _) if !heard => {
            "waiting for the connection".to_owned()
        }
        (SessionStatus::Busy, _) => match entry.busy_since {
            // By the minute: a list that counts seconds is never quiet.
            Some(since) if now.since(since) >= 60_000 => {
                format!("running · {} min", now.since(since) / 60_000)
            }
            Some(since) => format!("running · {}", duration(now.since(since).max(1_000))),
            None => "running".to_owned(),
        },
        (SessionStatus::Retry { attempt, .. }, _) => format!("trying again · attempt {attempt}"),
        (SessionStatus::Idle, Some(failure)) if is_failed(failure) => failure.message.clone(),
        (SessionStatus::Idle, Some(_)) => {
            format!("stopped · {}", ago(now.since(entry.session.updated)))
        }
        (SessionStatus::Idle, None) if entry.session.archived.is_some() => {
            format!("archived · {}", ago(now.since(entry.session.updated)))
        }
        (SessionStatus::Idle, None) => ago(now.since(entry.session.updated)),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    None,
    Asks,
    Running,
    Failed,
    New,
}

impl Mark {
    /// What the owner should know first.
    fn of(entry: &SessionEntry, asks: bool, heard: bool) -> Self {
        if asks {
            Mark::Asks
        } else if entry.status.is_running() {
            // Whether it still runs is not known where nothing is heard of it.
            if heard { Mark::Running } else { Mark::None }
        } else if entry.failure.as_ref().is_some_and(is_failed) {
            Mark::Failed
        } else if entry.unread {
            Mark::New
        } else {
            Mark::None
        }
    }
}

/// Whether it is one: a turn that somebody stopped did what it was told.
pub(super) fn is_failed(failure: &Failure) -> bool {
    failure.kind != FailureKind::Aborted
}

fn mark_view(mark: Mark) -> AnyView {
    let (class, tone, word) = match mark {
        Mark::None => return ().into_any(),
        Mark::Asks => ("end state chip", Tone::Need, "Asks"),
        Mark::Running => ("end state", Tone::Live, "Running"),
        Mark::Failed => ("end state", Tone::Bad, "Failed"),
        Mark::New => ("end state", Tone::News, "New"),
    };
    let running = mark == Mark::Running;
    view! {
        <span class=format!("{class} {}", tone.class())>
            {if running { view! { <Ring /> }.into_any() } else { view! { <span class="dot"></span> }.into_any() }}
            // The second line says it, with the time.
            <span class:unseen=running>{word}</span>
        </span>
    }
    .into_any()
}
