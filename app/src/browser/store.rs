//! What the browser keeps for us. Private windows and full disks refuse; then nothing is
//! kept, and the page works all the same.

use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::Storage;

/// How long something is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Keep {
    /// Over reloads of this tab.
    Tab,
    /// Until it is taken away.
    Device,
}

fn storage(keep: Keep) -> Option<Storage> {
    let window = web_sys::window()?;
    match keep {
        Keep::Tab => window.session_storage(),
        Keep::Device => window.local_storage(),
    }
    .ok()?
}

/// What was kept under `key`.
pub(crate) fn get(keep: Keep, key: &str) -> Option<String> {
    storage(keep)?.get_item(key).ok()?
}

/// Keeps `value` under `key`; nothing where it is empty.
pub(crate) fn put(keep: Keep, key: &str, value: &str) {
    let Some(storage) = storage(keep) else {
        return;
    };
    let _ = if value.is_empty() {
        storage.remove_item(key)
    } else {
        storage.set_item(key, value)
    };
}

/// What was kept under `key`, if it can still be read.
pub(crate) fn get_json<T: DeserializeOwned>(keep: Keep, key: &str) -> Option<T> {
    serde_json::from_str(&get(keep, key)?).ok()
}

/// Keeps `value` under `key`.
pub(crate) fn put_json<T: Serialize>(keep: Keep, key: &str, value: &T) {
    if let Ok(json) = serde_json::to_string(value) {
        put(keep, key, &json);
    }
}
