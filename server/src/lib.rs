//! OpenCode Nexus.

pub mod relay;
