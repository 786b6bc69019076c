//! When the agent reads what is sent while it is at work, where the server lets the owner
//! choose.

use domain::house::Family;
use domain::id::ServerId;
use domain::message::Waits;
use leptos::prelude::*;

use crate::components::{Glyph, Icon};
use crate::live::{Live, Ready};

/// What the owner chose for the next message.
#[derive(Clone, Copy)]
pub(super) struct Later {
    chosen: RwSignal<bool>,
    /// Whether there is a choice: a turn runs, on a server that has an inbox.
    offered: Memo<bool>,
}

impl Later {
    pub(super) fn of(server: &ServerId, running: Memo<bool>) -> Self {
        let (house, server) = (Live::here().house(), server.clone());
        let has_inbox = Memo::new(move |_| {
            let of = |server: &domain::house::Server| server.family == Some(Family::V2);
            house.with(|house| house.servers.get(&server).is_some_and(of))
        });
        Self {
            chosen: RwSignal::new(false),
            offered: Memo::new(move |_| running.get() && has_inbox.get()),
        }
    }

    /// Whether it is read only after the turn.
    pub(super) fn get(self) -> bool {
        self.offered.get() && self.chosen.get()
    }

    /// What the message waits for that is sent now.
    pub(super) fn waits(self) -> Option<Waits> {
        untrack(|| self.get()).then_some(Waits::Turn)
    }

    /// It was for one message.
    pub(super) fn sent(self) {
        self.chosen.set(false);
    }

    /// The choice, where there is one. It is no rare thing: a page with a turn that runs would
    /// wait for all that is.
    pub(super) fn view(self) -> AnyView {
        let ready = Ready::here();
        (move || {
            let ready = ready.clone();
            self.offered.get().then(|| {
                view! {
                    <button
                        type="button"
                        class="pick"
                        aria-pressed=move || self.chosen.get().to_string()
                        title="The agent reads this message after its turn, not with its next step"
                        disabled=move || !ready.get()
                        on:click=move |_| self.chosen.update(|chosen| *chosen = !*chosen)
                    >
                        <Glyph icon=Icon::End />
                        <span class="clip">"After the turn"</span>
                    </button>
                }
            })
        })
        .into_any()
    }
}
