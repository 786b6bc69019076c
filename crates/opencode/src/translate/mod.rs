//! From OpenCode's words to ours: total (nothing that can be read as JSON makes it fail)
//! and never silent. A kind that we do not know becomes [`PartBody::Unknown`] or
//! [`Upstream::Unknown`]; four kinds of part are dropped on purpose, see its
//! module for parts.
//!
//! Pure: the time comes in as an argument. It keeps nothing between events, so a delta
//! leaves here without its offset: the mirror knows how long a text is.
//!
//! [`PartBody::Unknown`]: domain::part::PartBody::Unknown
//! [`Upstream::Unknown`]: crate::upstream::Upstream::Unknown

mod bound;
mod event;
mod history;

pub(crate) mod ask;
pub(crate) mod message;
pub(crate) mod part;
pub(crate) mod review;
pub(crate) mod session;
pub(crate) mod tool;

pub(crate) mod catalog;
pub(crate) mod failure;

pub use event::{NotAFrame, frame};
pub(crate) use event::{Said, unknown};
pub(crate) use history::log;
