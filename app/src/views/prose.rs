//! What an agent says. Reading it (markdown, the colours of code) is a chunk of its own: what
//! the server drew stays as it is until its words change, and words that come before their
//! reader are shown plainly.

use std::sync::Arc;

use domain::part::Text;
use leptos::prelude::*;

use crate::chunk::{no_reader, read};
use crate::components::{Glyph, Icon};
use crate::live::Ready;

/// Text that may still grow.
pub(crate) type Words = Signal<Option<Arc<Text>>>;

/// Text that may still grow.
#[component]
pub(super) fn Prose(
    /// The text.
    text: Words,
) -> impl IntoView {
    let drawn = drawn_by_the_server(text);
    let keeps = StoredValue::new(drawn.is_some());
    let same = Memo::new(move |_| drawn == Some(extent(text)));
    let hole =
        Memo::new(move |_| text.with(|text| text.as_ref().is_some_and(|text| text.hole.is_some())));
    view! {
        {move || {
            if keeps.get_value() && same.get() {
                return as_it_is();
            }
            read(
                text,
                |failed| {
                    // What the server drew is better than plain words, as long as it may be had.
                    if keeps.get_value() && !failed {
                        return as_it_is();
                    }
                    keeps.set_value(false);
                    plain(text, failed)
                },
            )
        }}
        {move || {
            hole.get()
                .then(|| {
                    view! {
                        <p class="hole">
                            <Glyph icon=Icon::Alert />
                            "Some words are missing here; they come when this step ends."
                        </p>
                    }
                })
        }}
    }
    .into_any()
}

/// How long a text is, and whether it grows: while neither changes, it is the same.
fn extent(text: Words) -> (usize, bool) {
    text.with(|text| {
        text.as_ref()
            .map_or((0, false), |text| (text.text.len(), text.open))
    })
}

/// What the server drew here, where this is the first drawing in the browser.
fn drawn_by_the_server(text: Words) -> Option<(usize, bool)> {
    let first = cfg!(feature = "hydrate") && !Ready::here().get_untracked();
    first.then(|| untrack(|| extent(text)))
}

/// Takes over an element with whatever is in it.
fn as_it_is() -> AnyView {
    view! { <div class="prose"></div> }.into_any()
}

/// The words without their marks made out.
fn plain(text: Words, failed: bool) -> AnyView {
    let words = move || text.with(|text| text.as_ref().map(|text| text.text.clone()));
    view! {
        <div class="prose plain">{words}</div>
        {failed.then(no_reader)}
    }
    .into_any()
}
