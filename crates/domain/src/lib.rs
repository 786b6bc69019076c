//! The product's own words, pure: what a session, a message, a part, an ask is; how an
//! [`event::Event`] changes a [`mirror::Mirror`]; and the frames that carry both to a device.
//!
//! Runs on the server and in the browser alike. No IO, no clock, no randomness, no
//! environment: time and ids come in as arguments. It knows nothing of OpenCode's JSON
//! (`crates/opencode` translates) and nothing of how anything is drawn (`app` does).

pub mod id;
pub mod sorted;
pub mod time;

pub mod bulk;
pub mod catalog;
pub mod failure;
pub mod message;
pub mod part;
pub mod permission;
pub mod question;
pub mod session;
pub mod todo;
pub mod tool;

pub mod brief;
pub mod changes;
pub mod event;
pub mod find;
pub mod mirror;
pub mod reduce;
pub mod review;
pub mod transcript;

pub mod connection;
pub mod house;
pub mod survey;
pub mod sync;

pub mod command;
pub mod owner;
pub mod prompt;
