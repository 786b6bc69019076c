//! A state as a mark and a word.

use leptos::prelude::*;

/// What a state means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// The link is alive, or something runs.
    Live,
    /// It went well.
    Ok,
    /// The owner is needed.
    Need,
    /// It failed.
    Bad,
    /// There is something new.
    News,
    /// Nothing in particular.
    #[default]
    Quiet,
}

impl Tone {
    /// The class that colours what it stands on.
    pub const fn class(self) -> &'static str {
        match self {
            Tone::Live => "tone-live",
            Tone::Ok => "tone-ok",
            Tone::Need => "tone-need",
            Tone::Bad => "tone-bad",
            Tone::News => "tone-news",
            Tone::Quiet => "tone-quiet",
        }
    }
}

/// A pill with a mark and a word.
#[component]
pub fn Chip(
    /// What it means.
    tone: Tone,
    /// The word.
    #[prop(into)]
    word: String,
    /// Whether it goes on at this moment.
    #[prop(optional)]
    running: bool,
) -> impl IntoView {
    view! {
        <span class=format!("state chip {}", tone.class())>
            <span class=if running { "ring" } else { "dot" }></span>
            {word}
        </span>
    }
    .into_any()
}
