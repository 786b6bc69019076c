//! Commands, grouped by noun: what a page asks of the server beside its stream. Each has an
//! endpoint of its own name under `/api`, so that an installed page still finds it after an
//! update, takes and gives JSON, and fails with a [`crate::fault::Fault`]. Thin: all work is
//! the host's.

#[expect(
    missing_docs,
    reason = "the macro gives each argument a field that cannot be documented"
)]
pub mod asks;
#[expect(
    missing_docs,
    reason = "the macro gives each argument a field that cannot be documented"
)]
pub mod servers;
#[expect(
    missing_docs,
    reason = "the macro gives each argument a field that cannot be documented"
)]
pub mod sessions;
#[expect(
    missing_docs,
    reason = "the macro gives each argument a field that cannot be documented"
)]
pub mod streams;
#[expect(
    missing_docs,
    reason = "the macro gives each argument a field that cannot be documented"
)]
pub mod transcripts;
#[expect(
    missing_docs,
    reason = "the macro gives each argument a field that cannot be documented"
)]
pub mod workspaces;
