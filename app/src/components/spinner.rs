//! Something goes on.

use leptos::prelude::*;

/// A turning ring beside a word.
#[component]
pub fn Ring() -> impl IntoView {
    view! { <span class="ring" aria-hidden="true"></span> }.into_any()
}

/// A line that says what is waited for; it appears only after a moment.
#[component]
pub fn Waiting(
    /// What is waited for.
    #[prop(into)]
    words: String,
) -> impl IntoView {
    view! {
        <p class="waiting">
            <Ring />
            {words}
        </p>
    }
    .into_any()
}
