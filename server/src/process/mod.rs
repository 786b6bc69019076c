//! Programs that we start and keep running: when to start them again (`machine`, pure) and
//! how to start them (`child`).

pub mod child;
pub mod machine;
