//! The edges to the browser, the only places with `web-sys`; on the server each is a twin
//! that does nothing.

pub mod field;
