//! From OpenCode 2's words to ours, as `crate::translate` does for V1: total, never silent,
//! pure. Ids of parts are made here, because 2.x gives none: a text is the n-th of its kind
//! in its message, a tool call has its own id within it.

pub(super) mod ask;
pub(super) mod catalog;
mod condition;
pub(super) mod content;
pub(super) mod failure;
pub(super) mod inbox;
mod link;
pub(super) mod message;
pub(super) mod session;
pub(super) mod verdict;
