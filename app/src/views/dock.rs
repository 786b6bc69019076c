//! What stands above the composer while something waits for the owner, and the region that
//! tells it to whoever listens.

use leptos::prelude::*;

use super::ask_words::announcement_of;
use super::permission::PermissionDock;
use super::question::QuestionDock;
use crate::live::{Ask, Live, SessionKey};

/// The oldest request of a session and its sub-agents.
#[component]
pub fn Dock(session: SessionKey) -> impl IntoView {
    let asks = Live::here().asks(&session);
    let first = {
        let asks = asks.clone();
        Memo::new(move |_| asks.with(|asks| asks.first().cloned()))
    };
    let of = Memo::new(move |_| asks.with(|asks| asks.len()));
    let place = Signal::derive(move || match of.get() {
        0 | 1 => String::new(),
        all => format!("1 of {all}"),
    });
    (move || {
        let session = session.clone();
        Some(match first.get()? {
            Ask::Permission(server, permission) => {
                view! { <PermissionDock session server permission place /> }.into_any()
            }
            Ask::Question(server, question) => {
                view! { <QuestionDock session server question place /> }.into_any()
            }
        })
    })
    .into_any()
}

/// Tells, politely, what a reader would see: that something is asked, that a turn is over.
/// The words as they stream are not read out.
#[component]
pub fn Announcer(session: SessionKey) -> impl IntoView {
    let live = Live::here();
    let asks = live.asks(&session);
    let entry = live.entry(&session);
    let running = Memo::new(move |_| {
        entry.with(|entry| {
            entry
                .as_ref()
                .is_some_and(|entry| entry.status.is_running())
        })
    });
    let words = RwSignal::new(String::new());
    Effect::new(move |known: Option<Option<String>>| {
        let first = asks.with(|asks| {
            asks.first()
                .map(|ask| (ask.id().to_owned(), announcement_of(ask)))
        });
        let (id, said) = first.unzip();
        if let Some(said) = said.filter(|_| known.flatten() != id) {
            words.set(said);
        }
        id
    });
    Effect::new(move |was: Option<bool>| {
        let now = running.get();
        match (was, now) {
            (Some(true), false) => words.set("The agent has ended its turn.".to_owned()),
            (Some(false), true) => words.set("The agent is at work.".to_owned()),
            (None | Some(_), _) => {}
        }
        now
    });
    view! {
        <div class="unseen" aria-live="polite">
            {move || words.get()}
        </div>
    }
    .into_any()
}
