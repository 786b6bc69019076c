//! The edges to the browser, the only places with `web-sys`; on the server each is a twin
//! that does nothing, or is absent where only the program needs it.

pub mod back;
pub mod dialog;
pub mod field;
pub mod files;
pub mod later;
pub mod page;
pub mod prose;
pub mod scroll;
pub mod staged;
pub mod text;
pub mod theme;

#[cfg(feature = "hydrate")]
pub(crate) mod address;
#[cfg(feature = "hydrate")]
pub(crate) mod boot;
#[cfg(feature = "hydrate")]
pub(crate) mod chance;
#[cfg(feature = "hydrate")]
pub(crate) mod clock;
#[cfg(feature = "hydrate")]
pub(crate) mod database;
#[cfg(feature = "hydrate")]
pub(crate) mod locks;
#[cfg(feature = "hydrate")]
pub(crate) mod store;
#[cfg(feature = "hydrate")]
pub(crate) mod stream;
#[cfg(feature = "hydrate")]
pub(crate) mod window;
#[cfg(feature = "hydrate")]
pub(crate) mod worker;
