//! What commands need of the browser. On the server, where nobody gives commands, each does
//! nothing.

use domain::id::StreamId;
use domain::time::Millis;
use leptos::prelude::ArcRwSignal;

use super::SessionKey;
#[cfg(feature = "hydrate")]
use super::link::Input;
#[cfg(feature = "hydrate")]
use super::transport::{Transport, with};

/// The server's time.
pub(super) fn now() -> Millis {
    #[cfg(feature = "hydrate")]
    let now = with(|transport| transport.now()).unwrap_or_else(crate::browser::clock::now);
    #[cfg(not(feature = "hydrate"))]
    let now = Millis::default();
    now
}

/// Random bytes.
pub(super) fn chance<const N: usize>() -> [u8; N] {
    #[cfg(feature = "hydrate")]
    let bytes = crate::browser::chance::bytes();
    #[cfg(not(feature = "hydrate"))]
    let bytes = [0; N];
    bytes
}

/// The present stream.
pub(super) fn stream() -> Option<StreamId> {
    #[cfg(feature = "hydrate")]
    let stream = with(|transport| transport.stream()).flatten();
    #[cfg(not(feature = "hydrate"))]
    let stream = None;
    stream
}

/// The page looks at something else.
pub(super) fn look() {
    #[cfg(feature = "hydrate")]
    with(Transport::look);
}

/// Asks again for the transcript that is looked at.
pub(super) fn load_again() {
    #[cfg(feature = "hydrate")]
    with(Transport::load_again);
}

/// The outbox is other than it was.
pub(super) fn post() {
    #[cfg(feature = "hydrate")]
    with(Transport::post);
}

/// Nobody is signed in any more.
pub(super) fn signed_out() {
    #[cfg(feature = "hydrate")]
    with(|transport| transport.input(Input::SignedOut));
}

/// The owner does not want to wait for the next try.
pub(super) fn reconnect() {
    #[cfg(feature = "hydrate")]
    with(|transport| transport.input(Input::Online));
}

/// Keeps what is being written to `session` over a reload. What was kept comes back once
/// the page is drawn, where nothing else has been written by then. To be called where the
/// draft is edited: it keeps for as long as that part of the page is there.
pub(super) fn keep_draft(session: &SessionKey, draft: &ArcRwSignal<String>) {
    #[cfg(feature = "hydrate")]
    {
        use crate::browser::store::{self, Keep};
        use leptos::prelude::{Effect, Get, Set};

        let place = format!("nexus-draft {} {}", session.server, session.session);
        let draft = draft.clone();
        Effect::new(move |begun: Option<()>| {
            let written = draft.get();
            if begun.is_some() || !written.is_empty() {
                store::put(Keep::Device, &place, &written);
            } else if let Some(kept) = store::get(Keep::Device, &place) {
                draft.set(kept);
            }
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (session, draft);
}

/// Loads the newer build.
pub(super) fn update() {
    #[cfg(feature = "hydrate")]
    crate::browser::window::reload();
}
