//! A button that puts a text on the clipboard, and says whether it did.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::browser::page::copy;

/// How long a button says what became of it, in milliseconds: time to look at it and back.
pub const TOLD_MS: u64 = 4_000;

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    NotYet,
    Done,
    Impossible,
}

/// A button that copies.
#[component]
pub fn CopyButton(
    /// What it copies, in words: "Copy code".
    name: &'static str,
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// Whether it cannot be pressed now.
    #[prop(into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let outcome = RwSignal::new(Outcome::NotYet);
    let told = move || match outcome.get() {
        Outcome::NotYet => name,
        Outcome::Done => "Copied",
        Outcome::Impossible => "The browser does not let this page copy",
    };
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=told
            title=told
            disabled=move || disabled.get()
            on:click=move |_| {
                let told = move |done| {
                    outcome.set(if done { Outcome::Done } else { Outcome::Impossible });
                    // Then it is what it was: the text may be another by now.
                    let again = move || {
                        let _ = outcome.try_set(Outcome::NotYet);
                    };
                    set_timeout(again, std::time::Duration::from_millis(TOLD_MS));
                };
                text.with_untracked(|text| copy(text, told));
            }
        >
            {move || {
                let icon = match outcome.get() {
                    Outcome::NotYet => Icon::Copy,
                    Outcome::Done => Icon::Check,
                    Outcome::Impossible => Icon::Alert,
                };
                view! { <Glyph icon /> }
            }}
        </button>
    }
    .into_any()
}
