//! A field with its label above and what is wrong with it below.

use leptos::html;
use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// What is wrong, beside what it concerns.
#[component]
pub fn Why(
    /// The id by which the field is described, where there is one.
    #[prop(optional, into)]
    id: Option<String>,
    /// What is wrong, as a sentence.
    #[prop(into)]
    words: String,
) -> impl IntoView {
    view! {
        <div class="why" id=id>
            <Glyph icon=Icon::Alert />
            <span>{words}</span>
        </div>
    }
    .into_any()
}

/// A one-line field of a form.
#[component]
pub fn TextField(
    /// Its label, which is its name.
    label: &'static str,
    /// Its name in the form, also its id.
    name: &'static str,
    /// `text`, `password` …
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
    /// What is wrong with it.
    #[prop(optional, into)]
    why: Signal<Option<String>>,
    /// A word of help below.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// Whether it must be filled in.
    #[prop(optional)]
    required: bool,
    /// Whether the page begins here.
    #[prop(optional)]
    autofocus: bool,
    /// For those who read it.
    #[prop(optional)]
    field: NodeRef<html::Input>,
) -> impl IntoView {
    let why_id = format!("{name}-why");
    let hint_id = format!("{name}-hint");
    let described = {
        let (why_id, hint_id) = (why_id.clone(), hint_id.clone());
        move || match (why.with(Option::is_some), hint.is_some()) {
            (true, true) => Some(format!("{why_id} {hint_id}")),
            (true, false) => Some(why_id.clone()),
            (false, true) => Some(hint_id.clone()),
            (false, false) => None,
        }
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                node_ref=field
                id=name
                name=name
                type=kind
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                value=value
                required=required
                autofocus=autofocus
                aria-invalid=move || why.with(Option::is_some).then_some("true")
                aria-describedby=described
            />
            {move || {
                why.get().map(|words| view! { <Why id=why_id.clone() words=words /> })
            }}
            {hint.map(|hint| view! { <div class="hint" id=hint_id>{hint}</div> })}
        </div>
    }
    .into_any()
}
