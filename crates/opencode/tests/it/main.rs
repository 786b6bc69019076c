//! What leaves the crate, judged from outside: recorded streams down to the mirror, and
//! calls against a scripted server.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper of tests that fails fails the test"
)]

mod capture;
mod driver;
mod render;

mod calls;
mod chunking;
mod connecting;
mod fuzz;
mod prompts;
mod scenarios;
mod sizes;
mod tongues;
mod v2;
