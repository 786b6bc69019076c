//! A request for permission: who asks, for what exactly, and the three answers.

use std::sync::Arc;

use domain::id::ServerId;
use domain::permission::{Permission, PermissionReply};
use leptos::prelude::*;

use super::ask_words::{subject_of, title_of};
use super::diff::Patch;
use crate::components::{Button, Glyph, Icon, Kind, Why};
use crate::live::{Deed, Live, Ready, SessionKey};

/// A request for permission.
#[component]
pub(super) fn PermissionDock(
    /// The session that is shown.
    session: SessionKey,
    /// On which server it is asked.
    server: ServerId,
    /// The request.
    permission: Arc<Permission>,
    /// Its place among those that wait.
    place: Signal<String>,
) -> impl IntoView {
    let live = Live::here();
    let ready = Ready::here();
    let deed = RwSignal::new(None::<ArcReadSignal<Deed>>);
    let word = RwSignal::new(String::new());
    let disabled = Signal::derive(move || {
        !ready.get() || deed.get().is_some_and(|deed| deed.get().is_given())
    });
    let why = move || {
        deed.get()
            .and_then(|deed| deed.get().fault().map(ToString::to_string))
    };
    let id = permission.id.clone();
    let answer = Callback::new(move |reply: PermissionReply| {
        deed.set(Some(live.reply(&server, &id, reply)));
    });
    let deny = move || {
        let message = word.get_untracked().trim().to_owned();
        answer.run(PermissionReply::Deny {
            message: (!message.is_empty()).then_some(message),
        });
    };
    let diff = permission.diff.clone();
    view! {
        <section class="dock" aria-label="Permission">
            <h2>
                <Glyph icon=Icon::Shield />
                <span class="grow">{title_of(&permission)}</span>
                <span class="state figures">{move || place.get()}</span>
            </h2>
            <div class="what" tabindex="0" role="group" aria-label="What it wants">
                {subject_of(&permission)}
            </div>
            {diff.map(|patch| view! { <Patch patch label="The change".to_owned() /> })}
            <Who session=session.clone() permission=permission.clone() />
            <details class="disclosure">
                <summary class="muted small">"Deny with a word to the agent"</summary>
                <input
                    class="word"
                    aria-label="Word to the agent"
                    placeholder="What it should do instead"
                    autocomplete="off"
                    disabled=move || disabled.get()
                    on:input=move |event| word.set(event_target_value(&event))
                    on:keydown=move |event| {
                        if event.key() == "Enter" && !event.is_composing() {
                            event.prevent_default();
                            deny();
                        }
                    }
                />
            </details>
            {move || why().map(|words| view! { <Why words /> })}
            <div class="actions">
                <Button kind=Kind::Quiet disabled on:click=move |_| deny()>
                    "Deny"
                </Button>
                {(!permission.always.is_empty())
                    .then(|| {
                        view! {
                            <Button disabled on:click=move |_| answer.run(PermissionReply::Always)>
                                "Always allow"
                            </Button>
                        }
                    })}
                <Button kind=Kind::Primary disabled on:click=move |_| answer.run(PermissionReply::Once)>
                    "Allow once"
                </Button>
            </div>
        </section>
    }.into_any()
}

/// Who asks, and what *always* would mean.
#[component]
fn Who(session: SessionKey, permission: Arc<Permission>) -> impl IntoView {
    let asking = SessionKey {
        server: session.server.clone(),
        session: permission.session.clone(),
    };
    let helper = permission.session != session.session;
    let entry = Live::here().entry(&asking);
    let agent = Memo::new(move |_| entry.with(|entry| entry.as_ref()?.session.agent.clone()));
    let folder = permission.directory.name().to_owned();
    let asked = permission.patterns.join(", ");
    let told = permission.subject.is_some()
        && !permission.patterns.is_empty()
        && permission
            .patterns
            .iter()
            .map(String::as_str)
            .ne(permission.subject.as_deref());
    let always = permission.always.join(", ");
    view! {
        <p class="who">
            {if helper { "Asked by the sub-agent " } else { "Asked by " }}
            <b>{move || agent.get().unwrap_or_else(|| "the agent".to_owned())}</b>
            {format!(" in {folder}.")}
            {told
                .then(|| {
                    view! {
                        " It counts as "
                        <span class="mono">{markdown::visible(&asked).into_owned()}</span>
                        "."
                    }
                })}
            {(!always.is_empty())
                .then(|| {
                    view! {
                        " “Always” would allow "
                        <span class="mono">{markdown::visible(&always).into_owned()}</span>
                        " until OpenCode restarts."
                    }
                })}
        </p>
    }
    .into_any()
}
