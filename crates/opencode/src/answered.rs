//! How answers are taken, whatever the protocol: an entry that cannot be read costs itself,
//! and what is not there is no fault of a look-up.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::fault::CallFault;

/// A look-up's *not found* is no fault.
pub(crate) fn found<T>(result: Result<T, CallFault>) -> Result<Option<T>, CallFault> {
    match result {
        Ok(it) => Ok(Some(it)),
        Err(CallFault::NotFound) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Reads the entries of a list, each for itself: one that cannot be read is left out with
/// a trace, and does not cost the others.
pub(crate) fn each<T: DeserializeOwned>(
    what: &'static str,
    list: Vec<Value>,
) -> impl Iterator<Item = T> {
    list.into_iter()
        .filter_map(move |entry| match serde_json::from_value(entry) {
            Ok(entry) => Some(entry),
            Err(error) => {
                tracing::warn!(list.of = what, %error, "an entry of a list cannot be read");
                None
            }
        })
}
