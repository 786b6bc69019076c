//! The only crate that knows OpenCode's JSON: it finds out what speaks at an address,
//! subscribes to its events and calls its routes, and says everything in the words of
//! `domain`.
//!
//! It keeps no state of sessions (the relay's mirror does), decides no retries (the caller
//! does), and lets no key of a provider out.

pub mod address;
pub mod client;
pub mod fault;
pub mod handover;
pub mod probe;

mod answered;
pub mod dialect;
mod incoming;
mod once;
mod path;
pub mod subscription;
pub mod upstream;

pub mod sse;
pub mod translate;
mod v1;
pub mod v2;
mod wire;

pub use address::{Address, InvalidAddress};
pub use client::{Carrier, Client, Credentials};
pub use dialect::{
    Account, BulkBody, Dialect, Folders, InUse, Listed, MessagePage, OlderCursor, Printed,
    PrintedCursor, Stopped, ToldPage, dialect,
};
pub use fault::CallFault;
pub use handover::{Enclosed, Handover, Manner, PathFound};
pub use probe::{Probe, Tongue, probe};
pub use subscription::Subscription;
pub use upstream::{Look, ReadMark, Upstream, Verdict};
pub use v2::{V2, survey};
