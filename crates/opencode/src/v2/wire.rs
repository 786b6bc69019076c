//! OpenCode 2's JSON as it comes, as far as we use it. The shapes are those of generated
//! types and of others' captures of 2.0.20 \[T, C\]; none was seen here. As with V1, what
//! could be done without is optional, and every set of kinds has an `Unknown`.

pub(super) mod event;

pub(super) mod ask;
pub(super) mod catalog;
pub(super) mod content;
pub(super) mod inbox;
pub(super) mod message;
pub(super) mod session;

use serde::Deserialize;
use serde_json::Value;

/// What most answers are wrapped in; the bare ones are read without it.
#[derive(Debug, Deserialize)]
pub(super) struct Data<T> {
    pub(super) data: T,
}

/// A page of a list. Every page that holds something has both cursors, even the only one,
/// so that a cursor alone does not mean that there is more.
#[derive(Debug, Deserialize)]
pub(super) struct Paged {
    #[serde(default)]
    pub(super) data: Vec<Value>,
    #[serde(default)]
    pub(super) cursor: Cursor,
}

/// Where a list goes on.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Cursor {
    pub(super) next: Option<String>,
}

/// Where something is at home.
#[derive(Debug, Deserialize)]
pub(super) struct Location {
    pub(super) directory: String,
}

/// An error by its type.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Failed {
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) message: String,
}
