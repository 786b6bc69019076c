//! Who is signed in, and the way out.

use leptos::prelude::*;

use crate::chunk::{Rare, rare};
use crate::components::{Icon, IconButton, Why};
use crate::live::{Live, Ready};

/// The account and its menu.
#[component]
pub(super) fn Account() -> impl IntoView {
    let ready = Ready::here();
    let open = RwSignal::new(false);
    view! {
        <div
            class="menu"
            on:keydown=move |event| {
                if event.key() == "Escape" && open.get_untracked() {
                    event.stop_propagation();
                    open.set(false);
                }
            }
        >
            <IconButton
                icon=Icon::Person
                name="Account"
                disabled=Signal::derive(move || !ready.get())
                attr:aria-expanded=move || if open.get() { "true" } else { "false" }
                on:click=move |_| open.update(|open| *open = !*open)
            />
            {move || {
                open.get()
                    .then(|| {
                        view! {
                            <div class="beside" aria-hidden="true" on:click=move |_| open.set(false)></div>
                            <div class="sheet">{rare(Rare::Account)}</div>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

/// What can be done with the account.
pub(crate) fn account() -> AnyView {
    let owner = Live::here().owner();
    view! {
        <p class="muted small clip">{format!("Signed in as {owner}")}</p>
        <a class="option" href="/settings">
            "Settings"
        </a>
        <form method="post" action="/logout">
            <button type="submit" class="option">
                "Sign out"
            </button>
        </form>
    }
    .into_any()
}

/// Signing out is a plain form: it works without the program.
#[component]
pub fn SignOut() -> impl IntoView {
    let unsent = Live::here().unsent();
    view! {
        {move || {
            let unsent = unsent.get();
            (unsent > 0).then(|| view! { <Why words=lost(unsent) /> })
        }}
        <form method="post" action="/logout">
            <button type="submit" class="button">
                "Sign out"
            </button>
        </form>
    }
    .into_any()
}

/// Signing out clears what the browser keeps, also what waits to be sent.
fn lost(unsent: usize) -> String {
    match unsent {
        1 => "One message waits to be sent. Signing out drops it.".to_owned(),
        more => format!("{more} messages wait to be sent. Signing out drops them."),
    }
}
