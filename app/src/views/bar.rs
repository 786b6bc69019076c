//! The bar above a block of code or of changes: what it is, and what can be done with it.

use leptos::prelude::*;

use crate::components::{CopyButton, Glyph, Icon};
use crate::live::Ready;

/// The bar above a block.
#[component]
pub(super) fn Bar(
    /// What the block is.
    title: AnyView,
    /// Whether its long lines break; none where they cannot.
    wrap: Option<RwSignal<bool>>,
    /// What the copy button is called.
    copy: &'static str,
    /// What it copies.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let ready = Ready::here();
    let disabled = Signal::derive(move || !ready.get());
    view! {
        <header class="bar">
            {title}
            {wrap
                .map(|wrap| {
                    view! {
                        <button
                            type="button"
                            class="icon-button"
                            aria-label="Wrap lines"
                            title="Wrap lines"
                            disabled=move || disabled.get()
                            aria-pressed=move || if wrap.get() { "true" } else { "false" }
                            on:click=move |_| wrap.update(|wrap| *wrap = !*wrap)
                        >
                            <Glyph icon=Icon::Wrap />
                        </button>
                    }
                })}
            <CopyButton name=copy text disabled />
        </header>
    }
    .into_any()
}
