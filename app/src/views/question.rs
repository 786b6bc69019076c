//! Questions that an agent asks: one or several at once, one answer or several, own words.
//! The digits choose, wherever the focus is but in a field.

use std::sync::Arc;

use domain::question::{Answers, Question, QuestionItem};
use leptos::html;
use leptos::prelude::*;

use super::asker::asker;
use super::dock::{Asked, frame};
use crate::browser::field::bind_input;
use crate::browser::page::is_for_page;
use crate::components::{Button, Icon, Kind};
use crate::live::{Live, Ready};

/// The answer to one question as far as it is given.
#[derive(Clone)]
struct Given {
    item: Arc<QuestionItem>,
    chosen: RwSignal<Vec<String>>,
    own: ArcRwSignal<String>,
}

impl Given {
    /// What stands there from the start, unless the owner has written something already.
    fn of(item: &QuestionItem, own: ArcRwSignal<String>) -> Self {
        let offered = |it: &&String| item.options.iter().any(|option| option.label == **it);
        let chosen = item.given.iter().filter(offered).cloned().collect();
        let words = item.given.iter().find(|it| !offered(it));
        if let Some(words) = words
            && own.with_untracked(String::is_empty)
        {
            own.set(words.clone());
        }
        Self {
            item: Arc::new(item.clone()),
            chosen: RwSignal::new(chosen),
            own,
        }
    }

    /// Own words stand beside an option only where several answers are asked for; else the
    /// option counts, and the words stay for whoever changes one's mind.
    fn answer(&self) -> Vec<String> {
        let mut answer = self.chosen.get();
        let own = self.own.get().trim().to_owned();
        if !own.is_empty() && (self.item.multiple || answer.is_empty()) {
            answer.push(own);
        }
        answer
    }

    /// Chooses the option at `at`, or takes the choice back.
    fn toggle(&self, at: usize) {
        let Some(option) = self.item.options.get(at) else {
            return;
        };
        let several = self.item.multiple;
        self.chosen.update(|chosen| {
            let was = chosen.contains(&option.label);
            if several {
                chosen.retain(|other| *other != option.label);
            } else {
                chosen.clear();
            }
            if !(was && several) {
                chosen.push(option.label.clone());
            }
        });
    }
}

/// Questions that are answered together.
#[component]
pub(super) fn QuestionDock(
    /// How they stand.
    asked: Asked,
    /// The questions.
    question: Arc<Question>,
) -> impl IntoView {
    let live = Live::here();
    let (disabled, unready) = (asked.disabled, asked.unready);
    let given: Vec<Given> = question
        .items
        .iter()
        .map(|item| Given::of(item, asked.words()))
        .collect();
    let all = given.iter().filter(|it| it.item.link.is_none()).count();
    let given = StoredValue::new(given);
    let shown = shown_of(Arc::clone(&question), given);
    let is_shown = move |at: usize| shown.with(|shown| shown.get(at) != Some(&false));
    let answered = answered_of(given, is_shown);
    let missing = Memo::new(move |_| answered.with(|answered| answered.contains(&false)));
    let touched = RwSignal::new(0_usize);
    let aim = Memo::new(move |_| {
        let touched = touched.get();
        let several = given.with_value(|given| {
            given
                .get(touched)
                .is_some_and(|given| given.item.multiple && !given.chosen.with(Vec::is_empty))
        });
        answered.with(|answered| aim_of(answered, touched, several))
    });
    let answer = {
        let (live, asked, id) = (live.clone(), asked.clone(), question.id.clone());
        Callback::new(move |()| {
            if !asked.is_given() && !missing.get_untracked() {
                let answers = untrack(|| given.with_value(|given| answers_of(given, is_shown)));
                asked.give(live.answer(asked.ask.server(), &id, Answers(answers)));
            }
        })
    };
    let skip = {
        let (asked, id) = (asked.clone(), question.id.clone());
        move |_| asked.give(live.skip(asked.ask.server(), &id))
    };
    choose_by_digit(asked.clone(), given, aim, touched);
    let id = question.id.to_string();
    let body = view! {
        {given
            .get_value()
            .into_iter()
            .enumerate()
            .map(|(at, given)| {
                let name = format!("{id}-{at}");
                let place = Place {
                    aimed: Signal::derive(move || aim.get() == at),
                    shown: Signal::derive(move || is_shown(at)),
                };
                item(given, name, disabled, answer, Callback::new(move |()| touched.set(at)), place)
            })
            .collect_view()}
        {asker(&asked)}
    }
    .into_any();
    let actions = view! {
        {(all > 1)
            .then(|| {
                view! {
                    <span class="muted small figures">
                        {move || {
                            let (done, all) = given.with_value(count(is_shown));
                            format!("{done} of {all} answered")
                        }}
                    </span>
                }
            })}
        <Button kind=Kind::Quiet disabled=unready on:click=skip>
            "Skip"
        </Button>
        <Button
            kind=Kind::Primary
            disabled=Signal::derive(move || unready.get() || missing.get())
            on:click=move |_| answer.run(())
        >
            // What is done elsewhere alone has no answer.
            {if all == 0 { "Done" } else { "Answer" }}
        </Button>
    }
    .into_any();
    let title = match question.items.len() {
        _ if !question.title.is_empty() => markdown::visible(&question.title).into_owned(),
        0 | 1 => "The agent asks you".to_owned(),
        several => format!("The agent asks you {several} questions"),
    };
    frame(&asked, "Question", Icon::Question, title, body, actions)
}

/// Which are asked: that follows from what is answered so far.
fn shown_of(question: Arc<Question>, given: StoredValue<Vec<Given>>) -> Memo<Vec<bool>> {
    Memo::new(move |_| {
        let answers: Vec<Vec<String>> =
            given.with_value(|given| given.iter().map(Given::answer).collect());
        question.asked(&answers)
    })
}

/// Which need no answer any more.
fn answered_of(
    given: StoredValue<Vec<Given>>,
    is_shown: impl Fn(usize) -> bool + Send + Sync + 'static,
) -> Memo<Vec<bool>> {
    Memo::new(move |_| {
        given.with_value(|given| {
            let done = given.iter().enumerate().map(|(at, given)| {
                !is_shown(at) || given.item.optional || !given.answer().is_empty()
            });
            done.collect()
        })
    })
}

/// The answers to all: one that is not asked has none, whatever was chosen before.
fn answers_of(given: &[Given], is_shown: impl Fn(usize) -> bool) -> Vec<Vec<String>> {
    let answer = |(at, given): (usize, &Given)| {
        if is_shown(at) {
            given.answer()
        } else {
            Vec::new()
        }
    };
    given.iter().enumerate().map(answer).collect()
}

/// How many of the questions that are asked here have an answer, and how many are asked.
fn count(is_shown: impl Fn(usize) -> bool) -> impl FnOnce(&Vec<Given>) -> (usize, usize) {
    move |given| {
        let asked = given.iter().enumerate();
        let asked = asked.filter(|(at, given)| is_shown(*at) && given.item.link.is_none());
        asked.fold((0, 0), |(done, all), (_, given)| {
            (done + usize::from(!given.answer().is_empty()), all + 1)
        })
    }
}

/// How a question stands among the others.
#[derive(Clone, Copy)]
struct Place {
    /// Whether the digits answer it now.
    aimed: Signal<bool>,
    /// Whether it is asked, as the others are answered.
    shown: Signal<bool>,
}

/// Lets the digits choose among the options of the question that they answer now.
fn choose_by_digit(
    asked: Asked,
    given: StoredValue<Vec<Given>>,
    aim: Memo<usize>,
    touched: RwSignal<usize>,
) {
    Effect::new(move |_| {
        let asked = asked.clone();
        let listening = window_event_listener(leptos::ev::keydown, move |event| {
            let digit = event.key().parse::<usize>().unwrap_or(0);
            let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
            let ours = untrack(|| asked.is_shown()) && !asked.is_given();
            if digit > 0 && plain && ours && is_for_page(&event) {
                let aim = aim.get_untracked();
                touched.set(aim);
                given.with_value(|given| {
                    if let Some(given) = given.get(aim) {
                        given.toggle(digit - 1);
                    }
                });
            }
        });
        on_cleanup(move || listening.remove());
    });
}

/// Which question the digits answer: the one of several answers that was begun, else the
/// first without an answer, else the one touched last.
fn aim_of(answered: &[bool], touched: usize, begun: bool) -> usize {
    if begun {
        return touched;
    }
    let open = answered.iter().position(|answered| !answered);
    open.unwrap_or(touched)
}

/// One question with its options.
fn item(
    given: Given,
    name: String,
    disabled: Signal<bool>,
    answer: Callback<()>,
    touch: Callback<()>,
    place: Place,
) -> AnyView {
    let ready = Ready::here();
    let it = Arc::clone(&given.item);
    let kind = if it.multiple { "checkbox" } else { "radio" };
    let options = it
        .options
        .iter()
        .enumerate()
        .map(|(at, option)| {
            let (given, label) = (given.clone(), option.label.clone());
            let chosen = given.chosen;
            view! {
                <label class="choice">
                    <input
                        type=kind
                        name=name.clone()
                        prop:checked=move || chosen.with(|chosen| chosen.contains(&label))
                        on:change=move |_| {
                            touch.run(());
                            given.toggle(at);
                        }
                    />
                    <span>
                        {markdown::visible(&option.label).into_owned()}
                        {(!option.description.is_empty())
                            .then(|| {
                                let more = markdown::visible(&option.description).into_owned();
                                view! { <span class="more">{more}</span> }
                            })}
                    </span>
                </label>
            }
        })
        .collect_view();
    // Only where the program that drew the address let it be one, and by its real host.
    let leads = it.link.clone().map(|link| {
        view! {
            <a class="button" href=link.url target="_blank" rel="noopener noreferrer">
                {format!("Open {}", link.host)}
            </a>
        }
    });
    // A question without options can only be answered in own words.
    let own = (it.custom || (it.options.is_empty() && it.link.is_none())).then(|| {
        let field = NodeRef::<html::Input>::new();
        bind_input(field, given.own.clone());
        let (several, chosen) = (it.multiple, given.chosen);
        view! {
            <input
                class="word"
                node_ref=field
                aria-label="Your own words"
                placeholder="Your own words"
                autocomplete="off"
                on:input=move |event| {
                    touch.run(());
                    if !several && !event_target_value(&event).trim().is_empty() {
                        chosen.set(Vec::new());
                    }
                }
            />
        }
    });
    let head = (!it.header.is_empty()).then(|| markdown::visible(&it.header).into_owned());
    view! {
        <fieldset
            hidden=move || !place.shown.get()
            class:aimed=move || ready.get() && place.aimed.get()
            disabled=move || disabled.get()
            on:keydown=move |event| {
                if event.key() == "Enter" && !event.is_composing() {
                    event.prevent_default();
                    answer.run(());
                }
            }
        >
            <legend>
                {head.map(|head| view! { <span class="muted">{head} " · "</span> })}
                {markdown::visible(&it.text).into_owned()}
                {it.multiple.then(|| view! { <span class="muted">" Choose any."</span> })}
                {(it.optional && it.link.is_none()).then(|| view! { <span class="muted">" May be left out."</span> })}
            </legend>
            {options} {leads} {own}
        </fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_answer_one_question_after_the_other() {
        assert_eq!(aim_of(&[false, false], 0, false), 0);
        assert_eq!(aim_of(&[true, false], 0, false), 1);
        assert_eq!(aim_of(&[true, false], 0, true), 0, "several answers go on");
        assert_eq!(
            aim_of(&[true, true], 1, false),
            1,
            "a choice can be changed"
        );
        assert_eq!(aim_of(&[], 0, false), 0);
    }
}
