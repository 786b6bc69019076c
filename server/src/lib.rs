//! OpenCode Nexus, the server: everything the executable does, as a library so that tests
//! can put it together with fakes.
//!
//! Features meet in the wiring, through handles, and do not import each other's inner
//! modules.

pub mod auth;
pub mod clock;
pub mod connections;
pub mod highlight;
pub mod http;
pub mod lifecycle;
pub mod random;
pub mod relay;
pub mod secrets;
pub mod store;
