//! The frame of every page behind the door: the sessions, and what is looked at.

use leptos::prelude::*;

use super::session_sheet::{SessionSheet, Sheet};
use super::sessions::Sessions;
use super::toasts::{ToastList, Toasts};
use super::transcript::LOG;
use crate::browser::back::Back;
use crate::browser::page::{focus, focus_if_lost, has_drawer};
use crate::chunk::{Rare, rare};
use crate::components::Dialog;
use crate::route::Place;

/// The id of the button that opens the drawer.
pub(super) const OPENER: &str = "open-sessions";

/// The id of what is looked at.
pub(super) const PLACE: &str = "place";

/// The id of the drawer.
pub(super) const DRAWER: &str = "sessions";

/// The keys that scroll.
const SCROLLING: [&str; 7] = [
    "ArrowUp",
    "ArrowDown",
    "PageUp",
    "PageDown",
    "Home",
    "End",
    " ",
];

/// What of the frame is open.
#[derive(Clone, Copy, Debug)]
pub struct FrameState {
    /// The drawer of sessions, on a phone.
    pub(super) drawer: RwSignal<bool>,
    /// What is behind the status of the connection.
    pub(super) quality: RwSignal<bool>,
    /// The dialog that makes a session.
    pub(super) creating: RwSignal<bool>,
    /// The sheet of one session: what can be done with it.
    pub(super) sheet: Sheet,
    /// What is said for a moment.
    pub(super) toasts: Toasts,
}

impl FrameState {
    fn provide() -> Self {
        let state = Self {
            drawer: RwSignal::new(false),
            creating: RwSignal::new(false),
            quality: RwSignal::new(false),
            sheet: Sheet::default(),
            toasts: Toasts::default(),
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
            // Not the field: it would bring up the keyboard of the phone.
            focus(DRAWER);
        });
    }

    /// Closes the drawer and gives the focus back to the button that opened it.
    pub fn close_drawer(self) {
        self.drawer.set(false);
        leptos::task::spawn_local(async move {
            leptos::task::tick().await;
            focus(OPENER);
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
    let path = Place::here().path();
    // Whoever goes somewhere from the drawer is done with it.
    Effect::new(move |_| {
        path.track();
        state.drawer.set(false);
        state.quality.set(false);
    });
    Effect::new(move |_: Option<Option<Back>>| {
        let open = state.drawer.get();
        open.then(|| Back::watch(move || state.close_drawer()))
    });
    // On the window: wherever the focus is while the drawer lies over the page.
    Effect::new(move |_| {
        let listening = window_event_listener(leptos::ev::keydown, move |event| {
            let key = event.key();
            if key == "Escape" && state.drawer.get_untracked() {
                state.close_drawer();
            }
            // What had the focus may have gone with what it did: then keys scroll nothing.
            if SCROLLING.contains(&key.as_str()) {
                focus_if_lost(LOG);
                focus_if_lost(PLACE);
            }
        });
        // A phone that is turned on its side has no drawer, and nothing to close it by.
        let resized = window_event_listener(leptos::ev::resize, move |_| {
            if state.drawer.get_untracked() && !has_drawer() {
                state.drawer.set(false);
            }
        });
        on_cleanup(move || {
            listening.remove();
            resized.remove();
        });
    });
    view! {
        <div class="frame">
            <a class="button skip" href="#place">
                "Skip to the page"
            </a>
            <Sessions />
            <div class="backdrop" aria-hidden="true" on:click=move |_| state.close_drawer()></div>
            <main class="place" id=PLACE tabindex="-1" inert=move || state.drawer.get()>
                {children()}
            </main>
            <Dialog open=state.creating title="New session">
                {rare(Rare::NewSession(state.creating))}
            </Dialog>
            <Dialog open=state.quality title="Connection">
                {rare(Rare::Quality)}
            </Dialog>
            <SessionSheet sheet=state.sheet />
            <ToastList toasts=state.toasts />
        </div>
    }
    .into_any()
}
