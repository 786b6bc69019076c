//! How far a prompt is that has not come back yet, and what can be done about it.

use domain::id::{MessageId, ServerId};
use leptos::prelude::*;

use crate::browser::page::focus;
use crate::components::Why;
use crate::live::{LinkState, Live, Pending, PendingState, SessionKey};

/// How far a prompt is.
#[component]
pub fn OnItsWay(session: SessionKey, message: MessageId, state: PendingState) -> impl IntoView {
    match state {
        PendingState::Waiting => {
            let (live, server) = (Live::here(), session.server.clone());
            let (outbox, this) = (live.outbox(&session), message.clone());
            let words = move || {
                let until = until(&live, &server);
                let mut words = match until {
                    Some(until) => format!("Waits {until}."),
                    None if outbox.with(|outbox| is_next(outbox, &this)) => AGAIN.to_owned(),
                    None => "Waits for the message before it.".to_owned(),
                };
                if !live.keeps().get() {
                    words += LOST_WITH_PAGE;
                }
                words
            };
            view! {
                <div class="sending">
                    <span>{words}</span>
                    <TakeBack session message />
                </div>
            }
            .into_any()
        }
        PendingState::Sending => view! { <div class="sending">"Sending"</div> }.into_any(),
        PendingState::Sent => view! { <div class="sending">"Sent"</div> }.into_any(),
        PendingState::Unconfirmed { .. } => {
            view! { <div class="sending">{UNCONFIRMED}</div> }.into_any()
        }
        PendingState::Failed(fault) => {
            let (live, again) = (Live::here(), message.clone());
            view! {
                <div class="sending">
                    <Why words=format!("Not sent. {fault}") />
                    <button type="button" class="link-button" on:click=move |_| live.retry(&again)>
                        "Retry"
                    </button>
                    <TakeBack session message />
                </div>
            }
            .into_any()
        }
    }
}

/// What can be done with a prompt that has not gone.
#[component]
fn TakeBack(session: SessionKey, message: MessageId) -> impl IntoView {
    let (edit, discard) = (Live::here(), Live::here());
    let gone = message.clone();
    view! {
        <button
            type="button"
            class="link-button"
            on:click=move |_| {
                edit.edit(&session, &message);
                focus("message");
            }
        >
            "Edit"
        </button>
        <button
            type="button"
            class="link-button"
            on:click=move |_| {
                discard.discard(&gone);
                focus("message");
            }
        >
            "Discard"
        </button>
    }
    .into_any()
}

/// It may come yet: nothing is to be done but to wait.
const UNCONFIRMED: &str = "Sent. OpenCode has not confirmed it yet, and is asked again.";

/// Nothing is in its way, so it has been tried.
const AGAIN: &str = "Waits: the connection failed, and it is sent again.";

/// Whether `message` is the first that has not gone.
fn is_next(outbox: &[Pending], message: &MessageId) -> bool {
    let mut left = outbox.iter().filter(|it| it.state != PendingState::Sent);
    left.next()
        .is_some_and(|next| next.prompt.id.message() == *message)
}

/// What is said where nothing can be kept on the device.
pub(super) const LOST_WITH_PAGE: &str =
    " This browser keeps nothing: leave the page open until then.";

/// Until when nothing goes out to `server`; none where it does.
pub(super) fn until(live: &Live, server: &ServerId) -> Option<&'static str> {
    match live.link().get() {
        LinkState::Reconnecting { .. } | LinkState::Offline | LinkState::Unreachable { .. } => {
            Some("until the connection is back")
        }
        LinkState::SignedOut => Some("until you sign in again"),
        LinkState::UpdateReady => Some("until the page is reloaded"),
        LinkState::Starting | LinkState::Live | LinkState::CatchingUp => {
            (!live.is_connected(server)).then_some("until OpenCode is connected")
        }
    }
}
