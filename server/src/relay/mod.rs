//! The relay: one worker for each OpenCode server keeps a mirror of it and a journal of
//! what happened; a feed for each open stream tells a device what it misses.
//!
//! The rules are in `docs/PROTOCOL.md`. Nothing here knows OpenCode's JSON
//! (`crates/opencode` does) or HTTP towards the browser (`http::stream` does).

pub mod absorb;
pub mod answers;
pub mod backoff;
pub mod bell;
pub mod creations;
mod doubt;
mod enclosures;
pub mod feed;
pub mod frames;
mod ghosts;
pub mod handle;
pub mod history;
pub mod hub;
pub mod journal;
pub mod live;
mod marks;
pub mod merge;
mod missed;
pub mod network;
mod online;
pub mod past;
pub mod place;
pub mod press;
pub mod prompts;
mod reads;
mod repair;
pub mod review;
pub mod search;
pub mod steering;
#[cfg(test)]
pub(crate) mod testing;
pub mod vigil;
pub mod way_out;
pub mod weight;
mod whole;
pub mod worker;

/// The longest piece of text in one event, in bytes: an event stays under 64 KiB even where
/// JSON doubles it.
pub const EVENT_TEXT_MAX: usize = 24 * 1024;
