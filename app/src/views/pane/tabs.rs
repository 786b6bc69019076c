//! The tabs of the pane. What is read of the session is read once for both.

use std::sync::Arc;
use std::time::Duration;

use domain::review::Review;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::changes::Changes;
use super::context::Context;
use super::{Pane, Tab};
use crate::browser::page::focus;
use crate::components::{Icon, IconButton};
use crate::fault::Fault;
use crate::live::{Live, SessionKey};
use crate::views::Chosen;

/// How long after one reading the next may begin, in milliseconds: each makes OpenCode read
/// the session.
const PAUSE_MS: u64 = 3_000;

/// What was read of the session.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    /// What was read last, if anything.
    pub(super) review: RwSignal<Option<Arc<Review>>>,
    /// Why it cannot be read now.
    pub(super) why: RwSignal<Option<Fault>>,
    /// Counts the wishes to read.
    wanted: RwSignal<u32>,
}

impl Reading {
    /// Reads anew.
    pub(super) fn again(self) {
        self.why.set(None);
        self.wanted
            .update(|wanted| *wanted = wanted.wrapping_add(1));
    }

    /// Reads `session` whenever something moved that may have changed what was read.
    fn of(session: &SessionKey, pane: Pane) -> Self {
        let reading = Self {
            review: RwSignal::new(None),
            why: RwSignal::new(None),
            wanted: RwSignal::new(0),
        };
        let live = Live::here();
        let entry = live.entry(session);
        let moved = {
            let (entry, server) = (entry, session.server.clone());
            Memo::new(move |_| {
                let standing = entry.with(|entry| {
                    let entry = entry.as_ref()?;
                    let revert = entry.session.revert.as_ref();
                    let revert = revert.map(|revert| revert.message.clone());
                    Some((entry.status.is_running(), revert))
                });
                // What could not be read may be had when the server is heard again.
                let touched = pane.brief.with(|brief| brief.touched.clone());
                (standing, live.hears(&server), touched)
            })
        };
        let busy = RwSignal::new(false);
        let (session, done) = (session.clone(), StoredValue::new(None));
        Effect::new(move |_| {
            let now = (moved.get(), reading.wanted.get());
            let heard = now.0.1;
            // What was read is better than a word that nothing can be read now.
            let wait = !heard && reading.review.with_untracked(Option::is_some);
            if busy.get() || wait || done.with_value(|done| *done == Some(now.clone())) {
                return;
            }
            done.set_value(Some(now));
            busy.set(true);
            let session = session.clone();
            spawn_local(async move {
                let read = reading.read(&session, pane).await;
                if !read {
                    busy.try_set(false);
                    return;
                }
                set_timeout(
                    move || {
                        busy.try_set(false);
                    },
                    Duration::from_millis(PAUSE_MS),
                );
            });
        });
        reading
    }

    /// Reads it; whether that went well. The pane may be closed before.
    async fn read(self, session: &SessionKey, pane: Pane) -> bool {
        let of = pane.brief.try_with_untracked(|brief| brief.touched.clone());
        match Live::review(session).await {
            Ok(review) => {
                if let Some(of) = of.filter(|_| review.whole) {
                    let files = review.files.len() + review.more as usize;
                    pane.counted.try_set(Some((of, files)));
                }
                self.why.try_set(None);
                self.review.try_set(Some(Arc::new(review)));
                true
            }
            Err(fault) => {
                self.why.try_set(Some(fault));
                false
            }
        }
    }
}

/// The pane.
pub(crate) fn pane(session: SessionKey, pane: Pane, choice: Chosen, beside: bool) -> AnyView {
    let reading = Reading::of(&session, pane);
    let tab = move |tab: Tab, id: &'static str, word: &'static str| {
        let chosen = move || pane.tab.get() == tab;
        view! {
            <button
                type="button"
                role="tab"
                id=id
                aria-controls=PANEL
                aria-selected=move || if chosen() { "true" } else { "false" }
                tabindex=move || if chosen() { "0" } else { "-1" }
                autofocus=move || !beside && chosen()
                on:click=move |_| pane.turn(tab)
            >
                {word}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="pane-head">
            <div
                class="tabs"
                role="tablist"
                aria-label="What to see of this session"
                on:keydown=move |event| {
                    if let Some(to) = step(pane.tab.get_untracked(), &event.key()) {
                        event.prevent_default();
                        pane.turn(to);
                        focus(id_of(to));
                    }
                }
            >
                {tab(Tab::Changes, id_of(Tab::Changes), "Changes")}
                {tab(Tab::Context, id_of(Tab::Context), "Context")}
            </div>
            {beside
                .then(|| {
                    view! { <IconButton icon=Icon::Close name="Close" on:click=move |_| pane.close() /> }
                })}
        </div>
        <div
            class="pane-body"
            id=PANEL
            role="tabpanel"
            tabindex="0"
            aria-labelledby=move || id_of(pane.tab.get())
        >
            {move || match pane.tab.get() {
                Tab::Changes => view! { <Changes session=session.clone() reading /> }.into_any(),
                Tab::Context => {
                    view! { <Context session=session.clone() pane reading choice /> }.into_any()
                }
            }}
        </div>
    }
    .into_any()
}

/// The id of what a tab shows.
const PANEL: &str = "pane-panel";

const fn id_of(tab: Tab) -> &'static str {
    match tab {
        Tab::Changes => "tab-changes",
        Tab::Context => "tab-context",
    }
}

/// The tab to which a key leads.
fn step(from: Tab, key: &str) -> Option<Tab> {
    match (key, from) {
        ("ArrowLeft" | "ArrowRight", Tab::Context) | ("Home", _) => Some(Tab::Changes),
        ("ArrowLeft" | "ArrowRight", Tab::Changes) | ("End", _) => Some(Tab::Context),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_round_and_the_ends_are_one_key_away() {
        assert_eq!(step(Tab::Changes, "ArrowRight"), Some(Tab::Context));
        assert_eq!(step(Tab::Context, "ArrowRight"), Some(Tab::Changes));
        assert_eq!(step(Tab::Changes, "ArrowLeft"), Some(Tab::Context));
        assert_eq!(step(Tab::Context, "Home"), Some(Tab::Changes));
        assert_eq!(step(Tab::Changes, "End"), Some(Tab::Context));
        assert_eq!(step(Tab::Changes, "Enter"), None);
    }
}
