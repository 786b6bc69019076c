//! Buttons: a word, or an icon with a name. Events are given as `on:click` from outside.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// How much a button asks to be pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// One among equals.
    #[default]
    Plain,
    /// The likeliest next step.
    Primary,
    /// Present, but in nobody's way.
    Quiet,
    /// It takes something away.
    Danger,
}

impl Kind {
    const fn class(self) -> &'static str {
        match self {
            Kind::Plain => "button",
            Kind::Primary => "button primary",
            Kind::Quiet => "button quiet",
            Kind::Danger => "button quiet danger",
        }
    }
}

/// A button with a word.
#[component]
pub fn Button(
    /// How much it asks to be pressed.
    #[prop(optional)]
    kind: Kind,
    /// Whether it cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Its word.
    children: Children,
) -> impl IntoView {
    view! {
        <button type="button" class=kind.class() disabled=move || disabled.get()>
            {children()}
        </button>
    }
    .into_any()
}

/// A button with an icon; its name is read aloud and shown on hovering.
#[component]
pub fn IconButton(
    /// What it shows.
    icon: Icon,
    /// Its name.
    #[prop(into)]
    name: Signal<String>,
    /// Whether it cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=move || name.get()
            title=move || name.get()
            disabled=move || disabled.get()
        >
            <Glyph icon />
        </button>
    }
    .into_any()
}
