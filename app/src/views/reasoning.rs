//! What a model thought before it spoke, folded away.

use std::sync::Arc;

use domain::id::ServerId;
use domain::part::Text;
use leptos::prelude::*;

use super::prose::Prose;
use super::tool::WAITS;
use crate::components::{Disclosure, Glyph, Icon, Ring, duration};
use crate::live::Live;

/// A line that says how long was thought, and the thoughts inside.
#[component]
pub(super) fn Reasoning(
    /// Of which server's agent.
    server: ServerId,
    /// The thoughts.
    text: Signal<Option<Arc<Text>>>,
) -> impl IntoView {
    let live = Live::here();
    let words = Memo::new(move |_| {
        text.with(|text| {
            let text = text.as_ref()?;
            Some(if text.open {
                None
            } else {
                Some(match text.started.zip(text.ended) {
                    Some((from, to)) => format!("Thought for {}", duration(to.since(from))),
                    None => "Thought".to_owned(),
                })
            })
        })
        .flatten()
    });
    let summary = view! {
        <Glyph icon=Icon::Bulb />
        {move || match words.get() {
            Some(words) => view! { <span>{words}</span> }.into_any(),
            None if !live.hears(&server) => view! { <span>{WAITS}</span> }.into_any(),
            None => {
                view! {
                    <span class="state tone-live">
                        <Ring />
                        "Thinking"
                    </span>
                }
                    .into_any()
            }
        }}
        <Glyph icon=Icon::Right class="turns" />
    }
    .into_any();
    view! {
        <Disclosure class="reasoning" summary>
            <div class="thoughts">
                <Prose text />
            </div>
        </Disclosure>
    }
    .into_any()
}
