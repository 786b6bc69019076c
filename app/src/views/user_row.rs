//! What the owner said, as it was typed, and how far it is while it is on its way.

use domain::id::MessageId;
use domain::part::{File, PartBody};
use domain::transcript::Entry;
use leptos::prelude::*;

use super::session_sheet::SessionActions;
use crate::components::{Glyph, Icon, Why, count};
use crate::live::{Live, PendingState, SessionKey};

/// What the owner said.
#[component]
pub(super) fn UserRow(session: SessionKey, message: MessageId) -> impl IntoView {
    let live = Live::here();
    let entry = live.message(&session, &message);
    let pending = live.pending(&message);
    let state = Memo::new(move |_| pending.get().map(|pending| pending.state.clone()));
    let files = {
        let entry = entry.clone();
        Memo::new(move |_| {
            entry.with(|entry| {
                entry
                    .as_ref()
                    .map_or_else(Vec::new, |entry| files_of(entry))
            })
        })
    };
    let said = Memo::new(move |_| {
        entry.with(|entry| {
            entry
                .as_ref()
                .map(|entry| words_of(entry))
                .unwrap_or_default()
        })
    });
    view! {
        <div class="user" role="group" aria-label="You said">
            {
                let (session, message) = (session.clone(), message.clone());
                // What has not arrived cannot be taken back.
                move || {
                    state
                        .with(Option::is_none)
                        .then(|| {
                            view! { <SessionActions session=session.clone() message=message.clone() /> }
                        })
                }
            }
            {move || {
                said.with(|said| !said.is_empty())
                    .then(|| view! { <div class="said">{move || said.get()}</div> })
            }}
            {move || {
                files
                    .with(|files| !files.is_empty())
                    .then(|| {
                        let files = files.get();
                        view! {
                            <div class="files">
                                {files
                                    .into_iter()
                                    .map(|file| view! { <Attachment file=Some(file) /> })
                                    .collect_view()}
                            </div>
                        }
                    })
            }}
            {move || {
                state.get().map(|state| {
                    view! { <OnItsWay session=session.clone() message=message.clone() state /> }
                })
            }}
        </div>
    }
    .into_any()
}

/// How far a prompt is that has not come back yet, and what can be done about it.
#[component]
fn OnItsWay(session: SessionKey, message: MessageId, state: PendingState) -> impl IntoView {
    let live = Live::here();
    match state {
        PendingState::Waiting => {
            view! { <div class="sending">"Waits for the connection"</div> }.into_any()
        }
        // Accepted, and its own event on the way: there is nothing to tell apart.
        PendingState::Sending | PendingState::Sent => {
            view! { <div class="sending">"Sending"</div> }.into_any()
        }
        PendingState::Failed(fault) => {
            let (again, drop, edit) = (live.clone(), live.clone(), live);
            let (again_id, drop_id) = (message.clone(), message.clone());
            view! {
                <div class="sending">
                    <Why words=format!("Not sent. {fault}") />
                    <button type="button" class="link-button" on:click=move |_| again.retry(&again_id)>
                        "Retry"
                    </button>
                    <button
                        type="button"
                        class="link-button"
                        on:click=move |_| {
                            if let Some(taken) = edit.discard(&message) {
                                edit.draft(&session).set(taken.prompt.text.as_str().to_owned());
                                crate::browser::page::focus("message");
                            }
                        }
                    >
                        "Edit"
                    </button>
                    <button
                        type="button"
                        class="link-button"
                        on:click=move |_| {
                            drop.discard(&drop_id);
                        }
                    >
                        "Discard"
                    </button>
                </div>
            }
            .into_any()
        }
    }
}

/// An attachment: its name and size, never its bytes.
#[component]
pub(super) fn Attachment(file: Option<File>) -> impl IntoView {
    file.map(|file| {
        let name = file.name.or(file.path).unwrap_or_else(|| file.mime.clone());
        let icon = if file.mime.starts_with("image/") {
            Icon::Picture
        } else {
            Icon::File
        };
        view! {
            <span class="attachment">
                <Glyph icon />
                <span class="clip">{name}</span>
                {file.bytes.map(|bytes| view! { <span class="muted">{format!("{}B", count(bytes))}</span> })}
            </span>
        }
    })
}

fn words_of(entry: &Entry) -> String {
    let words: Vec<&str> = entry
        .parts
        .iter()
        .filter_map(|part| match &part.body {
            PartBody::Text(text) if !text.synthetic => Some(text.text.as_str()),
            PartBody::Text(_)
            | PartBody::Reasoning(_)
            | PartBody::Tool(_)
            | PartBody::File(_)
            | PartBody::Agent { .. }
            | PartBody::Subtask { .. }
            | PartBody::Compaction { .. }
            | PartBody::Patch { .. }
            | PartBody::Unknown { .. } => None,
        })
        .collect();
    words.join("\n\n")
}

fn files_of(entry: &Entry) -> Vec<File> {
    entry
        .parts
        .iter()
        .filter_map(|part| match &part.body {
            PartBody::File(file) => Some(file.clone()),
            PartBody::Text(_)
            | PartBody::Reasoning(_)
            | PartBody::Tool(_)
            | PartBody::Agent { .. }
            | PartBody::Subtask { .. }
            | PartBody::Compaction { .. }
            | PartBody::Patch { .. }
            | PartBody::Unknown { .. } => None,
        })
        .collect()
}
