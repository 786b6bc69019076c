//! The HTTP face: listener, checks in front of everything, pages, files and the two plain
//! forms.

pub mod bulk;
pub mod cookies;
mod device;
mod door;
pub mod error;
mod guard;
mod headers;
pub mod listener;
mod log;
mod login;
pub mod names;
mod next_path;
mod pace;
mod page;
pub mod page_source;
mod patience;
pub mod router;
mod session;
mod setup;
pub mod site;
pub mod stream;
pub mod transcript;
pub mod upload;
