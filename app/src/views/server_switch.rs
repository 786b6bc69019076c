//! Which servers' sessions the list shows: all of them, or one's. Only where there are
//! several.

use domain::id::ServerId;
use leptos::prelude::*;

use super::server_words::link_word;
use crate::live::{Live, Ready};

/// The switch; `only` is the server that is shown alone, by its id, empty for all.
#[component]
pub(super) fn ServerSwitch(only: RwSignal<String>) -> impl IntoView {
    let live = Live::here();
    let house = live.house();
    let shown = Memo::new(move |_| {
        let only = only.with(|only| only_of(&live, only));
        only.map(|id| id.to_string()).unwrap_or_default()
    });
    let ids = {
        let house = house.clone();
        Memo::new(move |_| {
            house.with(|house| house.servers.keys().cloned().collect::<Vec<ServerId>>())
        })
    };
    (move || {
        let ids = ids.get();
        let house = house.clone();
        (ids.len() > 1).then(|| {
            let one = |id: ServerId| {
                let house = house.clone();
                let of = id.clone();
                let state = Memo::new(move |_| house.with(|house| house.servers.get(&of).cloned()));
                let face = move || {
                    let server = state.get()?;
                    let word = link_word(&server.link);
                    Some(view! {
                        <span class=format!("state {}", word.tone.class())>
                            <span class=if word.running { "ring" } else { "dot" }></span>
                        </span>
                        <span class="clip">{server.name.clone()}</span>
                        <span class="unseen">{format!("({})", word.word)}</span>
                    })
                };
                view! { <Choice value=id.to_string() only shown>{face}</Choice> }
            };
            view! {
                <div class="server-switch" role="group" aria-label="Servers shown">
                    <Choice value=String::new() only shown>
                        "All"
                    </Choice>
                    {ids.into_iter().map(one).collect_view()}
                </div>
            }
        })
    })
    .into_any()
}

#[component]
fn Choice(
    value: String,
    only: RwSignal<String>,
    shown: Memo<String>,
    children: Children,
) -> impl IntoView {
    let ready = Ready::here();
    let this = value.clone();
    view! {
        <button
            type="button"
            class="switch"
            disabled=move || !ready.get()
            aria-pressed=move || if shown.with(|shown| *shown == this) { "true" } else { "false" }
            on:click=move |_| only.set(value.clone())
        >
            {children()}
        </button>
    }
    .into_any()
}

/// The server that is shown alone, if there is one and it still exists.
pub(super) fn only_of(live: &Live, only: &str) -> Option<ServerId> {
    let house = live.house();
    house.with(|house| {
        let several = house.servers.len() > 1;
        let mut servers = house.servers.keys().filter(|_| several);
        servers.find(|id| id.as_str() == only).cloned()
    })
}
