//! OpenCode Nexus, the server: everything the executable does, as a library so that tests
//! can put it together with fakes.
//!
//! Features meet in the wiring (`serve`), through handles, and do not import each other's
//! inner modules.

pub mod auth;
pub mod check;
pub mod clock;
pub mod config;
pub mod connections;
pub mod data_dir;
pub mod host;
pub mod http;
pub mod lifecycle;
pub mod process;
pub mod random;
pub mod relay;
pub mod secrets;
pub mod serve;
pub mod store;
pub mod telemetry;
mod terminal;
pub mod uploads;
pub mod verbs;
