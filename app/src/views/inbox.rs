//! What waits for the owner, of all sessions: each can be answered here.

use domain::question::Question;
use leptos::prelude::*;

use super::dock::{Dock, Together};
use super::session_row::SessionRow;
use crate::chunk::{Rare, rare};
use crate::components::{Button, each};
use crate::live::{Live, Ready, SessionKey};

/// All sessions that wait, the one that has waited longest first and open.
#[component]
pub fn Inbox() -> impl IntoView {
    let waiting = Live::here().waiting();
    let together = Together::provide();
    let has_left = Memo::new(move |_| together.has_left());
    // None: the first one. So the next opens when one is answered.
    let chosen = RwSignal::new(None::<SessionKey>);
    let (all, first) = (waiting.clone(), waiting);
    let open = Memo::new(move |_| {
        first.with(|waiting| {
            let chosen = chosen.get().filter(|chosen| waiting.contains(chosen));
            chosen.or_else(|| waiting.first().cloned())
        })
    });
    view! {
        {move || has_left.get().then(|| rare(Rare::Left(together)))}
        {each(
            move || all.get().to_vec(),
            Clone::clone,
            move |session| view! { <Waiting session open chosen /> }.into_any(),
        )}
    }
    .into_any()
}

/// A session that waits: its line, and for one of them what it asks.
#[component]
fn Waiting(
    session: SessionKey,
    open: Memo<Option<SessionKey>>,
    chosen: RwSignal<Option<SessionKey>>,
) -> impl IntoView {
    let ready = Ready::here();
    let of = session.clone();
    let shown = Memo::new(move |_| open.with(|open| open.as_ref() == Some(&of)));
    // What a server asks for itself has no session to go to.
    let row = if session.session.as_str() == Question::NOBODY {
        let house = Live::here().house();
        let server = session.server.clone();
        let name = move || house.with(|it| it.servers.get(&server).map(|it| it.name.clone()));
        view! { <b class="clip">{name}</b> }.into_any()
    } else {
        view! { <SessionRow session=session.clone() with_folder=true /> }.into_any()
    };
    view! {
        <div class="call">
            {row}
            {move || {
                let (session, ready) = (session.clone(), ready.clone());
                if shown.get() {
                    view! { <Dock session /> }.into_any()
                } else {
                    view! {
                        <Button
                            disabled=Signal::derive(move || !ready.get())
                            on:click=move |_| chosen.set(Some(session.clone()))
                        >
                            "Answer"
                        </Button>
                    }
                        .into_any()
                }
            }}
        </div>
    }
    .into_any()
}
