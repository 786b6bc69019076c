//! What went wrong in a turn: what it was, what was said, what can be done.

use domain::failure::{Failure, FailureKind};
use domain::session::SessionStatus;
use leptos::prelude::*;

use crate::chunk::{Rare, rare};
use crate::components::{Button, Glyph, Icon, Ring, Why, duration, seconds_until};
use crate::live::{Deed, Live, Ready, SessionKey};

/// A failed step or turn.
#[component]
pub(super) fn FailureRow(
    /// What went wrong.
    failure: Signal<Option<Failure>>,
) -> impl IntoView {
    let stopped = Memo::new(move |_| {
        failure.with(|failure| Some(failure.as_ref()?.kind == FailureKind::Aborted))
    });
    (move || {
        stopped.get().map(|stopped| {
            if !stopped {
                return rare(Rare::Failure(failure));
            }
            self::stopped()
        })
    })
    .into_any()
}

/// Somebody stopped it.
pub(super) fn stopped() -> AnyView {
    view! {
        <div class="line">
            <Glyph icon=Icon::Stop />
            <span>"Stopped"</span>
        </div>
    }
    .into_any()
}

/// What went wrong, why, and what to do.
pub(crate) fn failure(failure: Signal<Option<Failure>>) -> AnyView {
    (move || {
        failure.get().map(|failure| {
            let (title, next) = words_of(&failure.kind);
            view! {
                <div class="failure">
                    <p class="name">
                        <Glyph icon=Icon::Alert />
                        <strong>{title}</strong>
                    </p>
                    <p>{markdown::visible(&failure.message).into_owned()}</p>
                    <p class="next">{next}</p>
                    {failure.detail.map(folded)}
                </div>
            }
            .into_any()
        })
    })
    .into_any()
}

/// All that was said of it, for those who want to read it.
fn folded(detail: String) -> AnyView {
    view! {
        <details class="disclosure">
            <summary class="muted small">
                "Details"
                <Glyph icon=Icon::Right class="turns" />
            </summary>
            <pre>{markdown::visible(&detail).into_owned()}</pre>
        </details>
    }
    .into_any()
}

/// What it was, and the next step.
fn words_of(kind: &FailureKind) -> (String, &'static str) {
    match kind {
        FailureKind::Auth => (
            "The provider refused the key".to_owned(),
            "Sign in to the provider again on the machine where OpenCode runs (opencode auth login), or choose another model.",
        ),
        FailureKind::Provider { status } => (
            match status {
                Some(status) => format!("The provider failed ({status})"),
                None => "The provider failed".to_owned(),
            },
            "Send the message again, or choose another model.",
        ),
        FailureKind::Aborted => ("Stopped".to_owned(), ""),
        FailureKind::OutputLength => (
            "The answer reached the model's limit".to_owned(),
            "Ask it to go on, or to be shorter.",
        ),
        FailureKind::ContextOverflow => (
            "The conversation no longer fits the model".to_owned(),
            "Compact the session, start a new one, or choose a model with a larger context.",
        ),
        FailureKind::ContentFilter => (
            "The provider's filter stopped the answer".to_owned(),
            "Say it in other words, or choose another model.",
        ),
        FailureKind::Other { name } => (
            format!("The turn failed ({name})"),
            "Send the message again.",
        ),
    }
}

/// How long one still has to wait, in milliseconds: by the second where that can be watched.
fn until(left: u64) -> String {
    if left < 60_000 {
        format!("{} s", seconds_until(left))
    } else {
        duration(left)
    }
}

/// The provider failed and is tried again.
pub(crate) fn retry(
    // Of which session.
    session: SessionKey,
    // What the session is doing.
    status: Signal<SessionStatus>,
) -> AnyView {
    let live = Live::here();
    let now = live.now();
    let ready = Ready::here();
    let deed = RwSignal::new(None::<ArcReadSignal<Deed>>);
    let given = Signal::derive(move || {
        !ready.get() || deed.get().is_some_and(|deed| deed.get().is_given())
    });
    let why = move || {
        deed.get()
            .and_then(|deed| deed.get().fault().map(ToString::to_string))
    };
    (move || match status.get() {
        SessionStatus::Idle | SessionStatus::Busy => None,
        SessionStatus::Retry {
            attempt,
            message,
            detail,
            next,
        } => {
            let now = now.clone();
            let (live, session) = (live.clone(), session.clone());
            Some(view! {
                <div class="failure retrying">
                    <p class="name">
                        <Ring />
                        <strong>
                            {move || {
                                let left = next.since(now.get());
                                if left == 0 {
                                    format!("Trying again now (attempt {attempt})")
                                } else {
                                    format!("Trying again in {} (attempt {attempt})", until(left))
                                }
                            }}
                        </strong>
                    </p>
                    <p>{markdown::visible(&message).into_owned()}</p>
                    {detail.map(folded)}
                    <div>
                        <Button
                            disabled=given
                            on:click=move |_| deed.set(Some(live.abort(&session)))
                        >
                            "Stop trying"
                        </Button>
                    </div>
                    {move || why().map(|words| view! { <Why words /> })}
                </div>
            })
        }
    })
    .into_any()
}
