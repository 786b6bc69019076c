//! What commands need of the browser. On the server, where nobody gives commands, each does
//! nothing.

use domain::id::StreamId;
use domain::time::Millis;

use super::SessionKey;
use super::draft::Draft;
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

/// This device's own time.
pub(super) fn device_now() -> Millis {
    #[cfg(feature = "hydrate")]
    let now = crate::browser::clock::now();
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
pub(super) fn keep_draft(session: &SessionKey, draft: &Draft) {
    #[cfg(feature = "hydrate")]
    {
        use crate::browser::store::{self, Keep};
        use domain::prompt::Attachment;
        use leptos::prelude::{Effect, Get, Set, With};

        let (words_at, files_at) = (place_of("draft", session), place_of("files", session));
        let text = draft.text.clone();
        Effect::new(move |begun: Option<()>| {
            let written = text.get();
            if begun.is_some() || !written.is_empty() {
                store::put(Keep::Device, &words_at, &written);
            } else if let Some(kept) = store::get(Keep::Device, &words_at) {
                text.set(kept);
            }
        });
        let draft = draft.clone();
        Effect::new(move |begun: Option<()>| {
            let ready: Vec<Attachment> = draft.files.with(|files| {
                files
                    .iter()
                    .filter_map(|it| it.attachment().cloned())
                    .collect()
            });
            if begun.is_some() || !ready.is_empty() {
                keep_list(&files_at, &ready);
            } else {
                draft.put(kept_list(&files_at));
            }
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (session, draft);
}

/// Keeps nothing more of a draft.
pub(super) fn forget_draft(session: &SessionKey) {
    #[cfg(feature = "hydrate")]
    crate::browser::store::put(
        crate::browser::store::Keep::Device,
        &place_of("draft", session),
        "",
    );
    #[cfg(not(feature = "hydrate"))]
    let _ = session;
}

/// Where a draft is kept.
#[cfg(feature = "hydrate")]
fn place_of(what: &str, session: &SessionKey) -> String {
    format!("nexus-{what} {} {}", session.server, session.session)
}

/// A list that was kept on the device.
pub(super) fn kept_list<T: serde::de::DeserializeOwned>(place: &str) -> Vec<T> {
    #[cfg(feature = "hydrate")]
    {
        use crate::browser::store::{self, Keep};
        store::get_json(Keep::Device, place).unwrap_or_default()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = place;
        Vec::new()
    }
}

/// Keeps a list on the device; nothing where it is empty.
pub(super) fn keep_list<T: serde::Serialize>(place: &str, list: &[T]) {
    #[cfg(feature = "hydrate")]
    {
        use crate::browser::store::{self, Keep};
        if list.is_empty() {
            store::put(Keep::Device, place, "");
        } else {
            store::put_json(Keep::Device, place, &list);
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (place, list);
}

/// Loads the newer build.
pub(super) fn update() {
    #[cfg(feature = "hydrate")]
    crate::browser::window::reload();
}
