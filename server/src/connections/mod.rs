//! The saved OpenCode servers: which there are, whether they are wanted, how we stand with
//! each.

pub mod house;
