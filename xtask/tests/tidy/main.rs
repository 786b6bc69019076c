//! What the repository promises about itself: which crate may know which,
//! how long files may be, that each says what it is for, that the map names
//! every folder, and what licences we take.
//!
//! These are conventions that no compiler holds. A failure names the file and
//! what to do.
#![expect(
    clippy::expect_used,
    reason = "a test that cannot read the repository has failed"
)]

mod dependencies;
mod files;
mod layers;
mod licences;
mod map;
mod metadata;
mod tree;

/// Fails with all that was found, not only the first.
#[track_caller]
fn none_of(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}
