//! The line under a turn: who spoke, how long it took, what it cost. No time of day: the
//! line reads the same whenever and wherever it is drawn.

use domain::id::MessageId;
use leptos::prelude::*;

use crate::components::{CopyButton, count, duration};
use crate::live::{Live, Ready, SessionKey, Turn};

/// The line under a turn.
#[component]
pub(super) fn TurnFoot(session: SessionKey, message: MessageId) -> impl IntoView {
    let live = Live::here();
    let ready = Ready::here();
    let unready = Signal::derive(move || !ready.get());
    let answer = {
        let (live, session, message) = (live.clone(), session.clone(), message.clone());
        // Read when it is copied, and only then.
        Signal::derive(move || live.answer_words(&session, &message))
    };
    let turn = Memo::new(move |_| live.turn(&session, &message));
    let speaks = Memo::new(move |_| turn.with(|turn| turn.as_ref().is_some_and(|it| it.speaks)));
    let words = move || turn.with(|turn| turn.as_ref().map(words_of).unwrap_or_default());
    view! {
        <div class="turn-foot">
            <div class="words">
                {move || words().into_iter().map(|word| view! { <span>{word}</span> }).collect_view()}
            </div>
            {move || {
                speaks
                    .get()
                    .then(|| {
                        view! {
                            <CopyButton
                                name="Copy answer as Markdown"
                                text=answer
                                disabled=unready
                            />
                        }
                    })
            }}
        </div>
    }.into_any()
}

fn words_of(turn: &Turn) -> Vec<String> {
    let tokens = &turn.tokens;
    let all =
        tokens.input + tokens.output + tokens.reasoning + tokens.cache_read + tokens.cache_write;
    [
        turn.interrupted.then(|| "Cut off".to_owned()),
        turn.silent.then(|| "No answer".to_owned()),
        turn.model.as_ref().map(|model| model.model.clone()),
        turn.agent.clone(),
        turn.duration_ms.map(duration),
        (all > 0).then(|| match tokens.cache_read {
            0 => format!("{} tokens", count(all)),
            cached => format!("{} tokens ({} cached)", count(all), count(cached)),
        }),
        cost(turn.cost),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What it cost, where it cost anything; small sums as exactly as they matter.
pub(super) fn cost(dollars: f64) -> Option<String> {
    if dollars < 0.000_1 {
        None
    } else if dollars < 0.01 {
        Some("under 1 ¢".to_owned())
    } else {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a sum that somebody pays"
        )]
        let cents = (dollars * 100.0).round() as u64;
        Some(format!("${}.{:02}", cents / 100, cents % 100))
    }
}
