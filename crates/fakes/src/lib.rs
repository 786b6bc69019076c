//! Peers for tests: development only. They say what the real ones say and misbehave on
//! demand.
//!
//! They must not use the crates whose peers they are: a mistake in both would cancel out.

#![expect(
    clippy::indexing_slicing,
    reason = "JSON answers null for what is missing, and nothing here outlives a test"
)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "tests write json!(…) right in the call"
)]

pub mod chance;
pub mod line;
pub mod model;
pub mod opencode;
pub mod opencode2;

pub use chance::Chance;
pub use line::{Broken, Course, Fate, Inside, Line};
pub use model::FakeModel;
pub use opencode::{Admission, FakeOpenCode, Manner, Recorded, Replay};
pub use opencode2::FakeOpenCode2;
