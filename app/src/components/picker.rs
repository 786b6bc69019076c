//! One of many, chosen in a sheet with search, by keyboard or thumb.

use leptos::prelude::*;

use super::button::Button;
use super::dialog::Dialog;
use super::icon::{Glyph, Icon};
use crate::browser::dialog::step;
use crate::browser::page::focus;

/// Above this many choices a search field helps more than it takes.
const SEARCH_FROM: usize = 7;
/// How many choices are drawn; more are found by search.
const SHOWN_MAX: usize = 200;

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it is, for the caller.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it is, or why it cannot be chosen, in a few words.
    pub more: Option<String>,
    /// What it belongs to: choices of one group stand together.
    pub group: Option<String>,
    /// Whether it can be chosen.
    pub usable: bool,
}

/// A button that names what is chosen and opens the list.
#[component]
pub fn Picker(
    /// The button's name.
    name: &'static str,
    /// What it shows.
    icon: Icon,
    /// What is chosen, in a word.
    #[prop(into)]
    chosen_word: Signal<String>,
    /// Whether it can be used.
    #[prop(into)]
    disabled: Signal<bool>,
    /// Whether the list is open.
    open: RwSignal<bool>,
    /// The list.
    children: ChildrenFn,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="pick"
            aria-label=name
            aria-haspopup="dialog"
            title=move || format!("{name}: {}", chosen_word.get())
            disabled=move || disabled.get()
            on:click=move |_| open.set(true)
        >
            <Glyph icon />
            <span class="clip">{move || chosen_word.get()}</span>
            <Glyph icon=Icon::Down />
        </button>
        <Dialog open title=name>
            {children()}
        </Dialog>
    }
    .into_any()
}

/// The favourites among the choices.
#[derive(Clone, Copy, Debug)]
pub struct Stars {
    /// Their ids.
    pub starred: Signal<Vec<String>>,
    /// Something becomes a favourite, or is one no more.
    pub on_star: Callback<String>,
}

/// What a list is made from, and what becomes of a choice.
#[derive(Clone, Copy, Debug)]
pub struct Choosing {
    /// The id of what is chosen.
    pub chosen: Signal<Option<String>>,
    /// What can be chosen.
    pub choices: Signal<Vec<Choice>>,
    /// What is said where there is nothing to choose.
    pub nothing: Signal<String>,
    /// Something was chosen.
    pub on_choice: Callback<String>,
    /// Where there are favourites.
    pub stars: Option<Stars>,
    /// What is said below the choices: why something may not be among them; empty for nothing.
    pub note: &'static str,
    /// What is done where the choices could not be had; none where they are only few.
    pub again: Signal<Option<Callback<()>>>,
}

/// The list.
pub(crate) fn choices(choosing: Choosing) -> AnyView {
    let Choosing {
        chosen,
        choices,
        nothing,
        on_choice,
        stars,
        note,
        again,
    } = choosing;
    let wanted = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let wanted = wanted.get().to_lowercase();
        let mut found = choices.get();
        let all = found.len();
        found.retain(|choice| fits(choice, &wanted));
        let searched = all > 0 && !wanted.is_empty();
        found.truncate(SHOWN_MAX);
        (found, searched)
    });
    let many = Memo::new(move |_| choices.with(|all| all.len() >= SEARCH_FROM));
    view! {
        <div class="choices" on:keydown=move |event| step(&event, "input, .option:not(:disabled)")>
            {move || {
                many.get()
                    .then(|| {
                        view! {
                            <div class="search">
                                <Glyph icon=Icon::Search />
                                <input
                                    type="search"
                                    placeholder="Search"
                                    aria-label="Search"
                                    autocomplete="off"
                                    on:input=move |event| wanted.set(event_target_value(&event))
                                    on:keydown=move |event| {
                                        if event.key() == "Enter" && !event.is_composing() {
                                            // Not the form that this may stand in.
                                            event.prevent_default();
                                            let first = found.with_untracked(|(found, _)| {
                                                let mut usable = found.iter().filter(|it| it.usable);
                                                usable.next().map(|choice| choice.id.clone())
                                            });
                                            if let Some(first) = first {
                                                on_choice.run(first);
                                            }
                                        }
                                    }
                                />
                            </div>
                        }
                    })
            }}
            <div class="options">
                {move || {
                    let (found, searched) = found.get();
                    if found.is_empty() {
                        let again = again.get().filter(|_| !searched);
                        let words = if searched { "Nothing of this name.".to_owned() } else { nothing.get() };
                        return view! {
                            <p class="muted" role="status">{words}</p>
                            {again
                                .map(|again| {
                                    view! {
                                        <Button on:click=move |_| again.run(())>"Try again"</Button>
                                    }
                                })}
                        }
                            .into_any();
                    }
                    let mut group = None;
                    found
                        .into_iter()
                        .map(|choice| {
                            let heading = (choice.group != group).then(|| choice.group.clone());
                            group.clone_from(&choice.group);
                            view! {
                                {heading
                                    .flatten()
                                    .map(|name| view! { <div class="group-name">{name}</div> })}
                                <OneChoice choice chosen on_choice stars />
                            }
                        })
                        .collect_view()
                        .into_any()
                }}
            </div>
            {(!note.is_empty()).then(|| view! { <p class="muted small besides">{note}</p> })}
        </div>
    }
    .into_any()
}

#[component]
fn OneChoice(
    choice: Choice,
    chosen: Signal<Option<String>>,
    on_choice: Callback<String>,
    stars: Option<Stars>,
) -> impl IntoView {
    let (id, to_star) = (choice.id.clone(), choice.id.clone());
    let is_chosen =
        Memo::new(move |_| chosen.with(|chosen| chosen.as_deref() == Some(id.as_str())));
    // Among the favourites it stands a second time.
    let group = choice.group.clone().unwrap_or_default();
    let star_id = format!("star-{group}-{to_star}");
    let star = stars.filter(|_| choice.usable).map(|stars| {
        let id = to_star.clone();
        let back = star_id.clone();
        let is_starred = Memo::new(move |_| stars.starred.with(|all| all.contains(&id)));
        view! {
            <button
                type="button"
                class="icon-button star"
                id=star_id
                aria-label=format!("Favourite: {}", choice.name)
                aria-pressed=move || if is_starred.get() { "true" } else { "false" }
                on:click=move |_| {
                    stars.on_star.run(to_star.clone());
                    // The list is drawn anew: whoever goes through it by keyboard goes on here.
                    let back = back.clone();
                    request_animation_frame(move || focus(&back));
                }
            >
                <Glyph icon=Icon::Star />
            </button>
        }
    });
    view! {
        <div class="choice">
            <button
                type="button"
                class="option"
                aria-pressed=move || if is_chosen.get() { "true" } else { "false" }
                disabled=!choice.usable
                on:click=move |_| on_choice.run(choice.id.clone())
            >
                <span class="clip">{choice.name}</span>
                {choice.more.map(|more| view! { <span class="more clip">{more}</span> })}
                {move || is_chosen.get().then(|| view! { <Glyph icon=Icon::Check /> })}
            </button>
            {star}
        </div>
    }
    .into_any()
}

fn fits(choice: &Choice, wanted: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(wanted);
    wanted.is_empty()
        || has(&choice.name)
        || has(&choice.id)
        || choice.group.as_deref().is_some_and(has)
}
