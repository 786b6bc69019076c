//! How full the model's context is, and what session and turn consumed. What is not known is
//! said to be so.

use domain::brief::Fill;
use domain::message::Tokens;
use domain::review::Review;
use leptos::prelude::*;

use super::Pane;
use super::changes::failed;
use super::tabs::Reading;
use crate::components::{Waiting, count};
use crate::live::{Live, SessionKey};
use crate::views::Chosen;
use crate::views::turn_foot::cost;

/// How full the context is, and what was consumed.
#[component]
pub(super) fn Context(
    session: SessionKey,
    pane: Pane,
    reading: Reading,
    choice: Chosen,
) -> impl IntoView {
    let live = Live::here();
    let turn = Memo::new(move |_| {
        let last = pane.brief.with(|brief| brief.last_step.clone())?;
        live.turn(&session, &last)
    });
    let room = Memo::new(move |_| {
        pane.brief.with(|brief| match &brief.fill {
            Fill::Used { model, .. } => choice.room(model.as_ref()),
            Fill::Unknown | Fill::Summed => 0,
        })
    });
    let model = move || {
        let model = turn.with(|turn| turn.as_ref()?.model.clone())?;
        let name = choice.catalog(|catalog| {
            let known = catalog?.model(&model)?;
            Some(format!("{} · {}", known.name, known.provider_name))
        });
        Some(name.unwrap_or_else(|| model.model.clone()))
    };
    view! {
        <section class="pane-part" aria-label="Context">
            <h3>"Context"</h3>
            <p>{move || pane.brief.with(|brief| said_of(&brief.fill, room.get(), pane.full.get()))}</p>
            {move || {
                pane.full
                    .get()
                    .map(|full| {
                        view! {
                            <svg class="full" aria-hidden="true">
                                <rect width=format!("{full}%") height="100%" />
                            </svg>
                        }
                    })
            }}
            <dl class="facts">
                {fact("Model", move || model().unwrap_or_else(unknown))}
                {fact(
                    "Agent",
                    move || turn.with(|turn| turn.as_ref()?.agent.clone()).unwrap_or_else(unknown),
                )}
            </dl>
        </section>
        <section class="pane-part" aria-label="Last turn">
            <h3>"Last turn"</h3>
            {move || {
                turn.with(|turn| match turn {
                    Some(turn) => consumed(Some(&turn.tokens), Some(turn.cost)),
                    None => view! { <p class="muted">"No agent has answered yet."</p> }.into_any(),
                })
            }}
        </section>
        <section class="pane-part" aria-label="Whole session">
            <h3>"Whole session"</h3>
            {move || failed(reading)}
            {move || {
                reading
                    .review
                    .with(|review| match review {
                        Some(review) => {
                            view! {
                                {consumed(review.tokens.as_ref(), review.cost)}
                                <dl class="facts">{fact_of("Messages", messages(review))}</dl>
                            }
                                .into_any()
                        }
                        None if reading.why.with(Option::is_some) => ().into_any(),
                        None => view! { <Waiting words="Reading the session" /> }.into_any(),
                    })
            }}
        </section>
    }
    .into_any()
}

/// How full the context is, in words.
fn said_of(fill: &Fill, room: u64, percent: Option<u8>) -> String {
    match (fill, percent) {
        (Fill::Unknown, _) => "Not known yet: the first step of an agent tells it.".to_owned(),
        (Fill::Summed, _) => {
            "The conversation was just summed up. How much is left of it the next step tells."
                .to_owned()
        }
        (Fill::Used { tokens, .. }, Some(percent)) => {
            format!(
                "{} of {} tokens, {percent} % used",
                count(*tokens),
                count(room)
            )
        }
        (Fill::Used { tokens, .. }, None) => format!(
            "{} tokens used. How many fit is not known of this model.",
            count(*tokens)
        ),
    }
}

/// What was consumed, as far as it is known.
fn consumed(tokens: Option<&Tokens>, dollars: Option<f64>) -> AnyView {
    let some = |of: fn(&Tokens) -> u64| tokens.map_or_else(unknown, |tokens| count(of(tokens)));
    let paid = dollars.map_or_else(unknown, |dollars| {
        cost(dollars).unwrap_or_else(|| "$0.00".to_owned())
    });
    view! {
        <dl class="facts">
            {fact_of("Tokens read", some(|it| it.input))} {fact_of("Written", some(|it| it.output))}
            {fact_of("Reasoning", some(|it| it.reasoning))}
            {fact_of("From the cache", some(|it| it.cache_read))}
            {fact_of("Into the cache", some(|it| it.cache_write))} {fact_of("Cost", paid)}
        </dl>
    }
    .into_any()
}

/// How long the session is, in words.
fn messages(review: &Review) -> String {
    let several = |n: u32, one: &str| match n {
        1 => format!("1 {one}"),
        n => format!("{n} {one}s"),
    };
    let both = format!(
        "{}, {}",
        several(review.prompts, "prompt"),
        several(review.steps, "step")
    );
    if review.whole {
        both
    } else {
        format!("at least {both}")
    }
}

fn unknown() -> String {
    "Not known".to_owned()
}

fn fact(name: &'static str, what: impl Fn() -> String + Send + Sync + 'static) -> AnyView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{what}</dd>
        </div>
    }
    .into_any()
}

fn fact_of(name: &'static str, what: String) -> AnyView {
    fact(name, move || what.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_full_the_context_is_is_said_as_far_as_it_is_known() {
        let used = Fill::Used {
            tokens: 68_000,
            model: None,
        };
        assert_eq!(
            said_of(&used, 200_000, Some(34)),
            "68.0k of 200k tokens, 34 % used"
        );
        assert!(said_of(&used, 0, None).starts_with("68.0k tokens used."));
        assert!(said_of(&Fill::Unknown, 0, None).starts_with("Not known yet"));
    }

    #[test]
    fn of_a_session_that_is_too_long_to_be_read_no_number_is_claimed() {
        let review = |whole| Review {
            prompts: 1,
            steps: 3,
            whole,
            ..Review::default()
        };
        assert_eq!(messages(&review(true)), "1 prompt, 3 steps");
        assert_eq!(messages(&review(false)), "at least 1 prompt, 3 steps");
    }
}
