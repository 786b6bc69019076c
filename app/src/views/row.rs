//! A row of a conversation, by its key.

use std::sync::Arc;

use domain::id::{MessageId, PartId};
use domain::message::Role;
use domain::part::{Part, PartBody, Text};
use domain::session::SessionStatus;
use leptos::prelude::*;

use super::explored::ExploredRow;
use super::failure::{FailureRow, stopped};
use super::prose::Prose;
use super::reasoning::Reasoning;
use super::tool::{ToolRow, directory_of};
use super::tool_words::{capital, shown_path};
use super::turn_foot::TurnFoot;
use super::user_row::UserRow;
use crate::chunk::{Rare, rare};
use crate::components::{Disclosure, Glyph, Icon, Ring, duration};
use crate::live::{Live, RowKey, SessionKey, Wait};

/// A row.
#[component]
pub(crate) fn Row(
    /// Of which session.
    session: SessionKey,
    /// Which.
    row: RowKey,
) -> impl IntoView {
    match row {
        RowKey::User(message) => view! { <UserRow session message /> }.into_any(),
        RowKey::Part(message, part) => view! { <PartRow session message part /> }.into_any(),
        RowKey::Explored(message, part) => {
            view! { <ExploredRow session message part /> }.into_any()
        }
        RowKey::Summary(message, part) => {
            let part = Live::here().part(&session, &message, &part).into();
            view! { <Summary part /> }.into_any()
        }
        RowKey::Waits(_, wait) => waiting(wait),
        RowKey::Reverted(_) => reverted(),
        RowKey::Failure(message) => {
            let entry = Live::here().message(&session, &message);
            let failure = Signal::derive(move || {
                entry.with(
                    |entry| match entry.as_ref().map(|entry| &entry.message.role) {
                        Some(Role::Assistant(step)) => step.failure.clone(),
                        Some(Role::User(_)) | None => None,
                    },
                )
            });
            view! { <FailureRow failure /> }.into_any()
        }
        RowKey::Stopped(_) => stopped(),
        RowKey::TurnFailure => {
            let entry = Live::here().entry(&session);
            let failure =
                Signal::derive(move || entry.with(|entry| entry.as_ref()?.failure.clone()));
            view! { <FailureRow failure /> }.into_any()
        }
        RowKey::Foot(message) => view! { <TurnFoot session message /> }.into_any(),
        RowKey::Retry => {
            let live = Live::here();
            let (entry, server) = (live.entry(&session), session.server.clone());
            // Nobody counts down to a retry that may have happened.
            let status = Signal::derive(move || {
                let entry = entry.get().filter(|_| live.hears(&server));
                entry.map_or(SessionStatus::Idle, |entry| entry.status.clone())
            });
            rare(Rare::Retry(session, status))
        }
        RowKey::Working => view! { <Working session /> }.into_any(),
    }
}

/// The agent is at work, and nothing else shows it.
#[component]
fn Working(session: SessionKey) -> impl IntoView {
    let live = Live::here();
    let (entry, now) = (live.entry(&session), live.now());
    let asks = live.asks(&session);
    let asked = Memo::new(move |_| asks.with(|asks| !asks.is_empty()));
    let since = move || entry.with(|entry| entry.as_ref()?.busy_since);
    let took = move || since().map(|since| duration(now.get().since(since).max(1_000)));
    // Nobody knows whether it works where nothing is heard of it.
    (move || {
        live.hears(&session.server).then(|| {
            view! {
                <div class="line working">
                    {if asked.get() {
                        view! {
                            <span class="state tone-need">
                                <Glyph icon=Icon::Question />
                                "Waits for you"
                            </span>
                        }
                            .into_any()
                    } else {
                        view! {
                            <Ring />
                            <span>"Working"</span>
                            <span class="time">{took.clone()}</span>
                        }
                            .into_any()
                    }}
                </div>
            }
        })
    })
    .into_any()
}

/// Which view a part has; it does not change while the part does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Text,
    Reasoning,
    Tool,
    File,
    Line,
    Compaction,
    Unknown,
}

fn sort_of(body: &PartBody) -> Sort {
    match body {
        PartBody::Text(_) => Sort::Text,
        PartBody::Reasoning(_) => Sort::Reasoning,
        PartBody::Tool(_) => Sort::Tool,
        PartBody::File(_) => Sort::File,
        PartBody::Agent { .. } | PartBody::Subtask { .. } | PartBody::Patch { .. } => Sort::Line,
        PartBody::Compaction { .. } => Sort::Compaction,
        PartBody::Unknown { .. } => Sort::Unknown,
    }
}

/// A part of a message.
#[component]
pub(super) fn PartRow(session: SessionKey, message: MessageId, part: PartId) -> impl IntoView {
    let live = Live::here();
    let part: Signal<Option<Arc<Part>>> = live.part(&session, &message, &part).into();
    let sort = Memo::new(move |_| part.with(|part| part.as_ref().map(|part| sort_of(&part.body))));
    (move || {
        let session = session.clone();
        Some(match sort.get()? {
            Sort::Text => view! { <Prose text=text_of(part) /> }.into_any(),
            Sort::Reasoning => {
                view! { <Reasoning server=session.server text=text_of(part) /> }.into_any()
            }
            Sort::Tool => view! { <ToolRow session part /> }.into_any(),
            Sort::File => {
                let of = part.get_untracked();
                of.map(|of| rare(Rare::Attachment(session, of, false)))
                    .into_any()
            }
            Sort::Line => view! { <PlainLine session part /> }.into_any(),
            Sort::Compaction => {
                let waits = live.waits(&session, &message).is_some();
                view! { <div class="between">{compacted(part, waits)}</div> }.into_any()
            }
            Sort::Unknown => view! { <SomethingNew session part /> }.into_any(),
        })
    })
    .into_any()
}

/// The text of a part, for those that have one.
fn text_of(part: Signal<Option<Arc<Part>>>) -> Signal<Option<Arc<Text>>> {
    Signal::derive(move || {
        part.with(|part| match part.as_ref().map(|part| &part.body) {
            Some(PartBody::Text(text) | PartBody::Reasoning(text)) => Some(Arc::new(text.clone())),
            Some(_) | None => None,
        })
    })
}

/// Why what was said before is no longer before the model's eyes, or will not be.
fn compacted(part: Signal<Option<Arc<Part>>>, waits: bool) -> &'static str {
    if waits {
        return "The conversation is to be summarised: that waits its turn";
    }
    let by_itself = part.with_untracked(|part| {
        matches!(
            part.as_ref().map(|part| &part.body),
            Some(PartBody::Compaction { auto: true })
        )
    });
    if by_itself {
        "The conversation had grown too long and was summarised here"
    } else {
        "You had the conversation summarised here"
    }
}

/// What a compaction wrote, folded: it is for the model more than for the reader.
#[component]
fn Summary(part: Signal<Option<Arc<Part>>>) -> impl IntoView {
    let summary = view! {
        <Glyph icon=Icon::List />
        <span>"Summary of what was said before"</span>
        <Glyph icon=Icon::Right class="turns" />
    }
    .into_any();
    view! {
        <Disclosure class="reasoning" summary>
            <div class="thoughts">
                <Prose text=text_of(part) />
            </div>
        </Disclosure>
    }
    .into_any()
}

fn waiting(wait: Wait) -> AnyView {
    let (class, words) = match wait {
        Wait::Queued => (
            "waits tone-live",
            "Queued: the agent reads it with its next step",
        ),
        Wait::Later => (
            "waits tone-live",
            "Queued: the agent reads it when its turn has ended",
        ),
        Wait::Parked => ("waits", "Not read yet: it waits for the agent's next turn"),
        Wait::Together => ("waits", "Answered together with your next message"),
    };
    view! { <div class=class>{words}</div> }.into_any()
}

fn reverted() -> AnyView {
    view! {
        <div class="between reverted">
            "Taken back from here on; your next message removes it for good"
        </div>
    }
    .into_any()
}

/// A part that is one quiet line.
#[component]
fn PlainLine(session: SessionKey, part: Signal<Option<Arc<Part>>>) -> impl IntoView {
    let directory = directory_of(&session);
    let words = move || {
        part.with(|part| match part.as_ref().map(|part| &part.body) {
            Some(PartBody::Agent { name }) => (Icon::Person, "Asked".to_owned(), name.clone()),
            Some(PartBody::Subtask { agent, description }) => {
                let description = markdown::visible(description).into_owned();
                (Icon::Branch, capital(agent), description)
            }
            Some(PartBody::Patch { files }) => {
                let files: Vec<String> = directory.with(|directory| {
                    let shown = |file| shown_path(file, directory.as_ref());
                    files.iter().map(|file| shown(file)).collect()
                });
                (Icon::Pencil, "Changed".to_owned(), files.join(", "))
            }
            Some(_) | None => (Icon::Plug, String::new(), String::new()),
        })
    };
    (move || {
        let (icon, verb, target) = words();
        view! {
            <div class="line">
                <Glyph icon />
                <b>{verb}</b>
                <span class="clip">{target}</span>
            </div>
        }
    })
    .into_any()
}

/// A part of a kind that this version does not know.
#[component]
fn SomethingNew(session: SessionKey, part: Signal<Option<Arc<Part>>>) -> impl IntoView {
    let kind = part.with_untracked(|part| match part.as_ref().map(|part| &part.body) {
        Some(PartBody::Unknown { kind, .. }) => kind.clone(),
        Some(_) | None => String::new(),
    });
    let server = session.server.clone();
    let raw = move || {
        part.with(|part| match part.as_ref().map(|part| &part.body) {
            Some(PartBody::Unknown { raw, .. }) => Some(raw.clone()),
            Some(_) | None => None,
        })
    };
    let summary = view! {
        <Glyph icon=Icon::Plug />
        <b>"Something new"</b>
        <span class="clip">{kind}</span>
        <Glyph icon=Icon::Right class="turns" />
    }
    .into_any();
    view! {
        <Disclosure class="tool" summary>
            <div class="body">
                <p class="aside">"OpenCode sent a kind of part that this version does not know."</p>
                {raw().map(|raw| rare(Rare::Raw(server.clone(), raw)))}
            </div>
        </Disclosure>
    }
    .into_any()
}
