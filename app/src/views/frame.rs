//! The frame of every page behind the door: the sessions, and what is looked at.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::new_session::NewSession;
use super::sessions::Sessions;
use crate::browser::page::focus;

/// What of the frame is open.
#[derive(Clone, Copy, Debug)]
pub struct FrameState {
    /// The drawer of sessions, on a phone.
    pub(super) drawer: RwSignal<bool>,
    /// The dialog that makes a session.
    pub(super) creating: RwSignal<bool>,
}

impl FrameState {
    fn provide() -> Self {
        let state = Self {
            drawer: RwSignal::new(false),
            creating: RwSignal::new(false),
        };
        provide_context(state);
        state
    }

    /// The frame around the present page.
    pub fn here() -> Self {
        use_context().unwrap_or_else(Self::provide)
    }

    /// Opens the drawer and takes the focus there.
    pub fn open_drawer(self) {
        self.drawer.set(true);
        // The drawer can have the focus only once it can be seen.
        leptos::task::spawn_local(async move {
            leptos::task::tick().await;
            focus("sessions-search");
        });
    }

    /// Opens the dialog that makes a session.
    pub fn create(self) {
        self.drawer.set(false);
        self.creating.set(true);
    }
}

/// The frame.
#[component]
pub fn Frame(
    /// What is looked at.
    children: Children,
) -> impl IntoView {
    let state = FrameState::provide();
    let path = use_location().pathname;
    // Whoever goes somewhere from the drawer is done with it.
    Effect::new(move |_| {
        path.track();
        state.drawer.set(false);
    });
    view! {
        <div
            class="frame"
            on:keydown=move |event| {
                if event.key() == "Escape" && state.drawer.get_untracked() {
                    state.drawer.set(false);
                }
            }
        >
            <a class="button skip" href="#place">
                "Skip to the page"
            </a>
            <Sessions />
            <button
                type="button"
                class="backdrop"
                aria-label="Close sessions"
                tabindex="-1"
                on:click=move |_| state.drawer.set(false)
            ></button>
            <main class="place" id="place" tabindex="-1" inert=move || state.drawer.get()>
                {children()}
            </main>
            <NewSession open=state.creating />
        </div>
    }
    .into_any()
}
