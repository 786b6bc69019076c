//! What the page carries for the program.

use serde::de::DeserializeOwned;

use super::window;

/// The data of the page under `id`, if it carries any.
pub(crate) fn carried<T: DeserializeOwned>(id: &str) -> Option<T> {
    crate::json::read(&window::text_of(id)?).ok()
}
