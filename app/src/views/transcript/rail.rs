//! The rail beside the conversation: a mark for each thing the owner said, and the way to
//! all of them.

use domain::id::MessageId;
use leptos::prelude::*;

use super::reader::{Goal, Reader};
use crate::components::each;
use crate::live::{Live, Ready, RowKey, SessionKey};

/// How many marks there are at most; the others are in the list.
const MARKS_MAX: usize = 20;
/// How many characters of a prompt its mark tells.
const TITLE_CHARS: usize = 120;

/// The rail.
#[component]
pub(super) fn Rail(session: SessionKey, reader: Reader) -> impl IntoView {
    let rows = Live::here().rows(&session);
    let ready: Signal<bool> = Ready::here().into();
    let prompts = Memo::new(move |_| {
        rows.with(|rows| {
            let prompts = rows.keys.iter().rev().filter_map(|key| match key {
                RowKey::User(message) => Some(message.clone()),
                RowKey::Part(..)
                | RowKey::Explored(..)
                | RowKey::Summary(..)
                | RowKey::Waits(..)
                | RowKey::Reverted(_)
                | RowKey::Failure(_)
                | RowKey::Stopped(_)
                | RowKey::Foot(_)
                | RowKey::TurnFailure
                | RowKey::Retry
                | RowKey::Working => None,
            });
            let mut prompts: Vec<MessageId> = prompts.take(MARKS_MAX).collect();
            prompts.reverse();
            prompts
        })
    });
    let off = move || !ready.get();
    view! {
        <nav class="rail" aria-label="Prompts" hidden=move || prompts.with(|prompts| prompts.len() < 2)>
            <button type="button" class="all" disabled=off on:click=move |_| reader.finding.set(true)>
                <span>"All prompts"</span>
            </button>
            {each(
                move || prompts.get(),
                Clone::clone,
                move |message| {
                    let title = title_of(&session, &message);
                    view! {
                        <button
                            type="button"
                            disabled=off
                            on:click=move |_| reader.go(Goal::Message(message.clone()))
                        >
                            <span>{title}</span>
                        </button>
                    }
                        .into_any()
                },
            )}
        </nav>
    }
    .into_any()
}

/// What a prompt begins with.
fn title_of(session: &SessionKey, message: &MessageId) -> String {
    Live::here()
        .message(session, message)
        .with_untracked(|entry| {
            let said = entry
                .as_ref()
                .and_then(|entry| entry.parts.iter().find_map(|part| part.body.said()));
            said.unwrap_or("An attachment")
                .chars()
                .take(TITLE_CHARS)
                .collect()
        })
}
