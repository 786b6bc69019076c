//! The server through its real router, with a fake house behind it, a clock that is moved
//! by hand, and a store that can be closed and opened again.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, helpers included"
)]

mod browser;
mod cookies;
mod house;
mod listener;
mod live;
mod lockout;
mod pages;
mod refusals;
mod request;
mod routes;
mod secrecy;
mod server;
mod sessions;
mod setup;
mod sign_in;
mod step_up;
