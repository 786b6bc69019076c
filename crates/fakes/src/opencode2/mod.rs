//! An OpenCode 2.x server on a loopback port, as the notes of this project have it: nobody
//! here has seen a real one. Everything it answers is folded from the events that it
//! published, in `world`, so that reads and stream cannot contradict each other but where
//! the real ones do (reads lag behind: no text before its end).
//!
//! It runs no model: a turn is what a test publishes, or a plain answer where
//! [`FakeOpenCode2::answers`] gives one. It wants its password always. It knows nothing of
//! the crate that speaks with it.
//!
//! Not here: pairing, pseudo-terminals, version control, instructions, waiting and resuming,
//! what a turn changed (there are no snapshots), cursors' way back.

mod faults;
mod handle;
mod journal;
mod routes;
mod rows;
mod stream;
mod turn;
mod world;

pub use faults::Fault;
pub use handle::FakeOpenCode2;

/// The password that it wants; the user is `opencode`.
pub const PASSWORD: &str = "open sesame";
/// The directory of everything that names none.
pub const DIRECTORY: &str = "/home/me/project";
/// How many frames wait for a slow reader before its stream ends, cleanly.
pub const QUEUE_FRAMES: usize = 4_096;

#[cfg(test)]
mod tests;
