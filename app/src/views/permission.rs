//! A request for permission: for what exactly, what *always* would mean, and the answers.

use std::sync::Arc;

use domain::permission::{Permission, PermissionReply};
use leptos::html;
use leptos::prelude::*;

use super::ask_words::{doing_of, subject_of, title_of};
use super::asker::asker;
use super::diff::Patch;
use super::dock::{Asked, frame};
use crate::browser::field::{bind_input, go_to};
use crate::components::{Button, Glyph, Icon, Kind, Why, bytes};
use crate::live::{Live, alike};

/// A request for permission.
#[component]
pub(super) fn PermissionDock(
    /// How it stands.
    asked: Asked,
    /// The request.
    permission: Arc<Permission>,
) -> impl IntoView {
    let live = Live::here();
    let word = asked.words();
    let (disabled, unready) = (asked.disabled, asked.unready);
    let queue = asked.queue;
    let answer = {
        let (asked, id) = (asked.clone(), permission.id.clone());
        Callback::new(move |reply: PermissionReply| {
            if !asked.is_given() {
                asked.give(live.reply(asked.ask.server(), &id, reply));
            }
        })
    };
    let deny = {
        let word = word.clone();
        Callback::new(move |()| {
            let message = word.get_untracked().trim().to_owned();
            answer.run(PermissionReply::Deny {
                message: (!message.is_empty()).then_some(message),
            });
        })
    };
    let id = permission.id.to_string();
    Effect::new(move |_| {
        if queue.together.with(|ids| ids.contains(&id)) {
            answer.run(PermissionReply::Once);
        }
    });
    let may_always = !permission.always.is_empty();
    let body = view! {
        <div class="what" tabindex="0" role="group" aria-label="What it wants">
            {subject_of(&permission)}
        </div>
        {permission
            .diff
            .clone()
            .map(|change| {
                let rest = (change.left_out > 0)
                    .then(|| {
                        let words = format!(
                            "The last {} of this change do not fit here and are not shown.",
                            bytes(change.left_out as u64),
                        );
                        view! { <Why words /> }
                    });
                view! {
                    <Patch patch=change.patch label="The change".to_owned() />
                    {rest}
                }
            })}
        {asker(&asked)}
        {counts_as(&permission)}
        {together(&asked, &permission)}
        {denial(word, disabled, deny)}
    }
    .into_any();
    let actions = view! {
        {may_always.then(|| always(&permission))}
        <Button kind=Kind::Quiet disabled=unready on:click=move |_| deny.run(())>
            "Deny"
        </Button>
        {may_always
            .then(|| {
                view! {
                    <Button disabled=unready on:click=move |_| answer.run(PermissionReply::Always)>
                        "Always allow"
                    </Button>
                }
            })}
        <Button kind=Kind::Primary disabled=unready on:click=move |_| answer.run(PermissionReply::Once)>
            "Allow once"
        </Button>
    }
    .into_any();
    let title = title_of(&permission);
    frame(&asked, "Permission", Icon::Shield, title, body, actions)
}

/// The pattern that OpenCode compares, where it is another than what is shown.
fn counts_as(permission: &Permission) -> Option<AnyView> {
    let shown = permission.subject.as_deref()?;
    let other = permission.patterns.iter().any(|pattern| pattern != shown);
    other.then(|| {
        view! { <p class="who">"OpenCode compares it as " {patterns(&permission.patterns)}</p> }
            .into_any()
    })
}

/// What *always* would allow from now on.
fn always(permission: &Permission) -> AnyView {
    let folder = permission.directory.name();
    let doing = doing_of(permission);
    // How wide what is kept reaches is not known: it is said to reach as far as it may.
    let intro = if permission.saved {
        format!("“Always allow” is kept, also when OpenCode restarts: agents {doing} unasked for ")
    } else {
        format!(
            "“Always allow” lets every session in {folder}, until OpenCode restarts, {doing} for "
        )
    };
    view! {
        <p class="who always" tabindex="0" role="group" aria-label="What “Always allow” allows">
            {markdown::visible(&intro).into_owned()} {patterns(&permission.always)}
        </p>
    }
    .into_any()
}

fn patterns(patterns: &[String]) -> AnyView {
    let one = |pattern: &String| {
        let words = if pattern == "*" {
            "* (anything)".to_owned()
        } else {
            markdown::visible(pattern).into_owned()
        };
        view! { <code>{words}</code> }
    };
    view! { <span class="patterns">{patterns.iter().map(one).collect_view()}</span> }.into_any()
}

/// The others of the same sort: each is told exactly, and all are allowed at once.
fn together(asked: &Asked, permission: &Arc<Permission>) -> AnyView {
    let (queue, unready) = (asked.queue, asked.unready);
    let permission = Arc::clone(permission);
    let like = Memo::new(move |_| {
        queue.asks.with(|asks| {
            alike(asks, &permission)
                .map(|other| (other.id.to_string(), subject_of(other)))
                .collect::<Vec<_>>()
        })
    });
    let own = asked.ask.id().to_owned();
    (move || {
        let like = like.get();
        let all = like.len();
        if all < 2 {
            return ().into_any();
        }
        let (ids, subjects): (Vec<_>, Vec<_>) = like.into_iter().unzip();
        let others: Vec<_> = ids
            .iter()
            .zip(subjects)
            .filter(|(id, _)| **id != own)
            .map(|(_, subject)| subject)
            .collect();
        view! {
            <p class="who">{format!("{} more like this:", all - 1)}</p>
            <div class="what" tabindex="0" role="group" aria-label="More like this">
                {others.join("\n")}
            </div>
            <Button disabled=unready on:click=move |_| queue.together.set(ids.clone())>
                {format!("Allow all {all} like this")}
            </Button>
        }
        .into_any()
    })
    .into_any()
}

/// The word that goes with a denial.
fn denial(word: ArcRwSignal<String>, disabled: Signal<bool>, deny: Callback<()>) -> AnyView {
    let field = NodeRef::<html::Input>::new();
    bind_input(field, word.clone());
    // A word that was kept is seen, and not sent unawares.
    let open = Memo::new(move |open: Option<&bool>| {
        open.copied().unwrap_or(false) || word.with(|word| !word.is_empty())
    });
    view! {
        <details
            class="disclosure"
            open=move || open.get()
        >
            // Whoever opens it wants to write, and sees where.
            <summary class="muted small" on:click=move |_| request_animation_frame(move || go_to(field))>
                <Glyph icon=Icon::Right class="turns" />
                "Deny with a word to the agent"
            </summary>
            <input
                class="word"
                node_ref=field
                aria-label="Word to the agent"
                placeholder="What it should do instead"
                autocomplete="off"
                enterkeyhint="send"
                disabled=move || disabled.get()
                on:keydown=move |event| {
                    if event.key() == "Enter" && !event.is_composing() {
                        event.prevent_default();
                        deny.run(());
                    }
                }
            />
            <p class="muted small">
                "With a word it goes on and heeds it. Without one its turn ends. If it asks for more at once, all of it is denied and its turn ends either way."
            </p>
        </details>
    }
    .into_any()
}
