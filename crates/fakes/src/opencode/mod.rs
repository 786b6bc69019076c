//! An OpenCode server on a loopback port, as 1.18 speaks: sessions, messages and asks that
//! tests put into it, one event stream, a log of the past, a record of what it was asked,
//! and bad manners on demand.
//!
//! What happens to it (`push`) changes what it answers, as with the real one, and goes out
//! on the stream; `miss` changes it without a word. It runs no model: a turn is what a
//! test pushes.

mod faults;
mod handle;
pub(crate) mod listener;
mod record;
mod replay;
mod routes;
mod state;
mod stream;

pub use faults::{Admission, Manner};
pub use handle::FakeOpenCode;
pub(crate) use handle::lock;
pub use record::Recorded;
pub use replay::Replay;
pub(crate) use routes::{broken, decode, read};

/// The directory of everything that names none.
pub const DIRECTORY: &str = "/home/me/project";
