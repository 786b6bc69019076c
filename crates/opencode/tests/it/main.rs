//! What leaves the crate, judged from outside: recorded streams down to the mirror, and
//! calls against a scripted server.

mod capture;
mod driver;
mod render;

mod chunking;
mod scenarios;
