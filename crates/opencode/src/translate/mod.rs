//! From OpenCode's words to ours.

pub(crate) mod failure;
