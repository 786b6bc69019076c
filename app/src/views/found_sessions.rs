//! What a search finds beyond the list: older sessions and archived ones, on every server.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::session_row::SessionRow;
use crate::api::sessions;
use crate::browser::later::{Later, later};
use crate::components::{Button, Waiting, Why};
use crate::fault::Fault;
use crate::found::Found;
use crate::live::{Live, SessionKey};

/// How long the fingers rest before the search begins, in milliseconds.
const REST_MS: u64 = 250;

/// The sessions that answer to `wanted` and are not in the list.
pub(crate) fn found_sessions(
    // What is looked for.
    wanted: RwSignal<String>,
    // Whether the list has none.
    none: Signal<bool>,
) -> AnyView {
    let live = Live::here();
    let found = RwSignal::new(None::<Result<Vec<Found>, Fault>>);
    let search = move || {
        let words = wanted.get_untracked().trim().to_owned();
        found.set(None);
        spawn_local(async move {
            let answer = sessions::search(words.clone()).await;
            // Something else may be looked for by now, or nothing.
            let still = wanted.try_with_untracked(|wanted| wanted.trim() == words);
            if still == Some(true) {
                found.try_set(Some(answer));
            }
        });
    };
    Effect::new(move |_: Option<Option<Later>>| {
        let searching = wanted.with(|wanted| !wanted.trim().is_empty());
        found.set(None);
        searching.then(|| later(REST_MS, search))
    });
    (move || {
        if wanted.with(|wanted| wanted.trim().is_empty()) {
            return ().into_any();
        }
        match found.get() {
            None => view! { <Waiting words="Searching all sessions" /> }.into_any(),
            Some(Err(fault)) => view! {
                <div class="found-none">
                    <Why words=fault.to_string() />
                    <Button on:click=move |_| search()>"Search again"</Button>
                </div>
            }
            .into_any(),
            Some(Ok(all)) => rest(&live, all, none.get()),
        }
    })
    .into_any()
}

/// What of `all` is not in the list.
fn rest(live: &Live, all: Vec<Found>, none: bool) -> AnyView {
    let listed = live.sessions().get();
    let rows: Vec<AnyView> = all
        .into_iter()
        .filter_map(|it| {
            let session = SessionKey {
                server: it.server,
                session: it.entry.session.id.clone(),
            };
            let beyond = !listed.contains(&session);
            beyond.then(|| {
                let found = Arc::new(it.entry);
                view! { <SessionRow session found with_folder=true /> }.into_any()
            })
        })
        .collect();
    if !rows.is_empty() {
        return view! {
            <div class="group">"Older and archived"</div>
            {rows}
        }
        .into_any();
    }
    none.then(|| view! { <p class="group">"No session matches."</p> })
        .into_any()
}
