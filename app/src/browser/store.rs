//! What the browser keeps for us: drafts and choices. What must not be lost is in
//! [`super::database`]. Private windows and full disks refuse; then nothing is
//! kept, and the page works all the same.

use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::Storage;

/// How long something is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Keep {
    /// Until it is taken away.
    Device,
}

fn storage(keep: Keep) -> Option<Storage> {
    let window = web_sys::window()?;
    match keep {
        Keep::Device => window.local_storage(),
    }
    .ok()?
}

/// What was kept under `key`.
pub(crate) fn get(keep: Keep, key: &str) -> Option<String> {
    storage(keep)?.get_item(key).ok()?
}

/// Keeps `value` under `key`, nothing where it is empty; the answer is whether it could.
pub(crate) fn put(keep: Keep, key: &str, value: &str) -> bool {
    storage(keep).is_some_and(|storage| {
        let done = if value.is_empty() {
            storage.remove_item(key)
        } else {
            storage.set_item(key, value)
        };
        done.is_ok()
    })
}

/// What was kept under `key`, if it can still be read.
pub(crate) fn get_json<T: DeserializeOwned>(keep: Keep, key: &str) -> Option<T> {
    crate::json::read(&get(keep, key)?).ok()
}

/// Keeps `value` under `key`; the answer is whether it could.
pub(crate) fn put_json<T: Serialize>(keep: Keep, key: &str, value: &T) -> bool {
    serde_json::to_string(value).is_ok_and(|json| put(keep, key, &json))
}
