//! Questions that an agent asks: one or several at once, one answer or several, own words.

use std::sync::Arc;

use domain::id::ServerId;
use domain::question::{Answers, Question, QuestionItem};
use leptos::prelude::*;

use crate::components::{Button, Glyph, Icon, Kind, Why};
use crate::live::{Deed, Live, Ready, SessionKey};

/// The answer to one question as far as it is given.
#[derive(Clone, Copy)]
struct Given {
    chosen: RwSignal<Vec<String>>,
    own: RwSignal<String>,
}

impl Given {
    fn answer(self) -> Vec<String> {
        let mut answer = self.chosen.get();
        let own = self.own.get().trim().to_owned();
        if !own.is_empty() {
            answer.push(own);
        }
        answer
    }
}

/// Questions.
#[component]
pub(super) fn QuestionDock(
    /// The session that is shown.
    session: SessionKey,
    /// On which server it is asked.
    server: ServerId,
    /// The questions.
    question: Arc<Question>,
    /// Their place among what waits.
    place: Signal<String>,
) -> impl IntoView {
    let live = Live::here();
    let ready = Ready::here();
    let deed = RwSignal::new(None::<ArcReadSignal<Deed>>);
    let disabled = Signal::derive(move || {
        !ready.get() || deed.get().is_some_and(|deed| deed.get().is_given())
    });
    let why = move || {
        deed.get()
            .and_then(|deed| deed.get().fault().map(ToString::to_string))
    };
    let given: StoredValue<Vec<Given>> = StoredValue::new(
        question
            .items
            .iter()
            .map(|_| Given {
                chosen: RwSignal::new(Vec::new()),
                own: RwSignal::new(String::new()),
            })
            .collect(),
    );
    let whole = Memo::new(move |_| {
        given.with_value(|given| given.iter().all(|given| !given.answer().is_empty()))
    });
    let answer = {
        let (live, server, id) = (live.clone(), server.clone(), question.id.clone());
        move |_| {
            let answers = untrack(|| {
                given.with_value(|given| given.iter().map(|given| given.answer()).collect())
            });
            deed.set(Some(live.answer(&server, &id, Answers(answers))));
        }
    };
    let skip = {
        let id = question.id.clone();
        move |_| deed.set(Some(live.skip(&server, &id)))
    };
    let helper = question.session != session.session;
    let items = given.with_value(|given| {
        question
            .items
            .iter()
            .cloned()
            .zip(given.iter().copied())
            .enumerate()
            .map(|(at, (item, given))| {
                let name = format!("{}-{at}", question.id);
                view! { <Item item given name disabled /> }
            })
            .collect_view()
    });
    view! {
        <section class="dock" aria-label="Question">
            <h2>
                <Glyph icon=Icon::Question />
                <span class="grow">
                    {if helper { "A sub-agent asks you" } else { "The agent asks you" }}
                </span>
                <span class="state figures">{move || place.get()}</span>
            </h2>
            {items}
            {move || why().map(|words| view! { <Why words /> })}
            <div class="actions">
                <Button kind=Kind::Quiet disabled on:click=skip>
                    "Skip"
                </Button>
                <Button
                    kind=Kind::Primary
                    disabled=Signal::derive(move || disabled.get() || !whole.get())
                    on:click=answer
                >
                    "Answer"
                </Button>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Item(item: QuestionItem, given: Given, name: String, disabled: Signal<bool>) -> impl IntoView {
    let multiple = item.multiple;
    let bare = item.options.is_empty();
    let options = item
        .options
        .into_iter()
        .map(|option| {
            let label = option.label.clone();
            let name = name.clone();
            let is_chosen = {
                let label = label.clone();
                Memo::new(move |_| given.chosen.with(|chosen| chosen.contains(&label)))
            };
            view! {
                <label class="choice">
                    <input
                        type=if multiple { "checkbox" } else { "radio" }
                        name=name
                        prop:checked=move || is_chosen.get()
                        on:change=move |event| choose(given, multiple, &label, event_target_checked(&event))
                    />
                    <span>
                        {option.label.clone()}
                        {(!option.description.is_empty())
                            .then(|| view! { <span class="more">{option.description}</span> })}
                    </span>
                </label>
            }
        })
        .collect_view();
    // A question without options can only be answered in own words.
    let own = (item.custom || bare).then(|| {
        view! {
            <div class="own">
                <input
                    aria-label="Your own words"
                    placeholder="Your own words"
                    autocomplete="off"
                    prop:value=move || given.own.get()
                    on:input=move |event| {
                        let words = event_target_value(&event);
                        if !multiple && !words.trim().is_empty() {
                            given.chosen.set(Vec::new());
                        }
                        given.own.set(words);
                    }
                />
            </div>
        }
    });
    view! {
        <fieldset disabled=move || disabled.get()>
            <legend>
                {(!item.header.is_empty()).then(|| view! { <span class="muted">{format!("{} · ", item.header)}</span> })}
                {item.text}
            </legend>
            {options}
            {own}
        </fieldset>
    }.into_any()
}

fn choose(given: Given, multiple: bool, label: &str, checked: bool) {
    given.chosen.update(|chosen| {
        if !multiple {
            chosen.clear();
        }
        chosen.retain(|other| other != label);
        if checked {
            chosen.push(label.to_owned());
        }
    });
    if !multiple {
        given.own.set(String::new());
    }
}
