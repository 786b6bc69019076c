//! Child processes: when to start them again, and how they are started, heard and ended.

pub mod child;
pub mod local;
pub mod machine;
