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
    let missing = Memo::new(move |_| text.with(|text| text.as_ref().and_then(|it| missing(it))));
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
            missing
                .get()
                .map(|words| {
                    view! {
                        <p class="hole">
                            <Glyph icon=Icon::Alert />
                            {words}
                        </p>
                    }
                })
        }}
    }
    .into_any()
}

/// What is to be said of words that streamed while nobody listened: OpenCode tells them
/// when the text is whole. One that was cut off, by a stop or a crash, never is.
fn missing(text: &Text) -> Option<&'static str> {
    text.hole.map(|_| {
        if text.open {
            "Some words are missing here; they come when this text is complete."
        } else {
            "Some words are missing here. They were written while OpenCode could not be heard, and it has not kept them."
        }
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_promised_only_while_their_text_is_written() {
        let told = |open, hole| {
            let text = Text {
                open,
                hole,
                ..Text::whole("half")
            };
            missing(&text).map(|words| words.contains("they come"))
        };
        assert_eq!(told(true, None), None);
        assert_eq!(told(false, None), None);
        assert_eq!(told(true, Some(4)), Some(true));
        assert_eq!(told(false, Some(4)), Some(false), "nothing comes any more");
    }
}
