//! Commands, grouped by noun: what a page asks of the server beside its stream. Each has an
//! endpoint of its own name under `/api`, so that an installed page still finds it after an
//! update, takes and gives JSON, and fails with a [`crate::fault::Fault`]. Thin: all work is
//! the host's.

#![expect(
    missing_docs,
    reason = "the macro gives each argument a field that cannot be documented"
)]

pub mod account;
pub mod asks;
pub mod post;
pub mod servers;
pub mod sessions;
pub mod streams;
pub mod transcripts;
pub mod workspaces;
