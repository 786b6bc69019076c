//! What is said for a moment at the edge of the page: that a session is being deleted, with
//! the way back; that something was copied; that something failed.

use domain::command::Command;
use leptos::prelude::*;

use super::frame::PLACE;
use crate::browser::page::focus;
use crate::chunk::{Rare, rare};
use crate::components::{Button, Glyph, Icon, IconButton, each};
use crate::live::{Deed, Live, SessionKey};
use crate::route::Place;

/// How many are shown: the oldest gives way.
const TOASTS_MAX: usize = 6;

/// A thing said.
#[derive(Clone, Debug)]
pub struct Toast {
    key: u32,
    words: String,
    leaving: Option<Leaving>,
    failed: bool,
}

/// A session that is being deleted.
#[derive(Clone, Debug)]
struct Leaving {
    session: SessionKey,
    /// Whether it was on show: taking the deletion back leads there again.
    open: bool,
    deed: ArcReadSignal<Deed>,
}

/// What is said at this moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Toasts {
    said: RwSignal<Vec<Toast>>,
    made: StoredValue<u32>,
}

impl Toasts {
    /// Says that something was done.
    pub(super) fn say(self, words: String) {
        self.put(words, None, false);
    }

    /// Deletes a session and offers the way back until it is gone.
    pub(super) fn delete(self, live: &Live, session: SessionKey, title: &str, open: bool) {
        let deed = live.command(&session, Command::Delete);
        let leaving = Leaving {
            session,
            open,
            deed,
        };
        let key = self.put(format!("“{title}” is being deleted"), Some(leaving), false);
        // What was pressed is gone, or about to go: the way back is next.
        request_animation_frame(move || focus(&undo_of(key)));
    }

    fn put(self, words: String, leaving: Option<Leaving>, failed: bool) -> u32 {
        let key = self.made.get_value();
        self.made.set_value(key.wrapping_add(1));
        let toast = Toast {
            key,
            words,
            leaving,
            failed,
        };
        self.said.update(|said| {
            said.push(toast);
            let over = said.len().saturating_sub(TOASTS_MAX);
            said.drain(..over);
        });
        key
    }

    fn drop(self, key: u32) {
        self.said
            .update(|said| said.retain(|toast| toast.key != key));
    }
}

/// The id of the way back that the thing said under `key` offers.
fn undo_of(key: u32) -> String {
    format!("undo-{key}")
}

/// What is said at this moment, politely.
#[component]
pub(super) fn ToastList(toasts: Toasts) -> impl IntoView {
    view! {
        <div class="toasts" role="status">
            {each(
                move || toasts.said.get(),
                |toast| toast.key,
                move |toast| rare(Rare::Toast(toasts, toast)),
            )}
        </div>
    }
    .into_any()
}

/// One of them.
pub(crate) fn toast(toasts: Toasts, toast: Toast) -> AnyView {
    let Toast {
        key,
        words,
        leaving,
        failed,
    } = toast;
    // What is only said goes by itself.
    let lasts = failed || leaving.is_some();
    let end = match leaving {
        Some(leaving) => view! { <Undo toasts key leaving /> }.into_any(),
        None => {
            view! { <IconButton icon=Icon::Close name="Dismiss" on:click=move |_| toasts.drop(key) /> }
                .into_any()
        }
    };
    view! {
        <div
            class="toast"
            class:lasts=lasts
            on:animationend=move |_| {
                if !lasts {
                    toasts.drop(key);
                }
            }
        >
            {failed.then(|| view! { <Glyph icon=Icon::Alert /> })}
            <span class="grow">{words}</span>
            {end}
        </div>
    }
    .into_any()
}

/// The way back from a deletion.
#[component]
fn Undo(toasts: Toasts, key: u32, leaving: Leaving) -> impl IntoView {
    let live = Live::here();
    let place = Place::here();
    let Leaving {
        session,
        open,
        deed,
    } = leaving;
    let deed = RwSignal::new(deed);
    let undone = RwSignal::new(false);
    Effect::new(move |_| match deed.get().get() {
        Deed::Doing => {}
        Deed::Done(()) => toasts.drop(key),
        Deed::Failed(fault) => {
            toasts.drop(key);
            let words = if undone.get_untracked() {
                fault.to_string()
            } else {
                format!("Not deleted. {fault}")
            };
            toasts.put(words, None, true);
        }
    });
    view! {
        <Button
            attr:id=undo_of(key)
            disabled=undone
            on:click=move |_| {
                undone.set(true);
                // It is disabled with that, and gone in a moment.
                focus(PLACE);
                deed.set(live.command(&session, Command::Keep));
                if open {
                    let address = format!("/s/{}/{}", session.server, session.session);
                    place.go(&address);
                }
            }
        >
            "Undo"
        </Button>
    }
    .into_any()
}
