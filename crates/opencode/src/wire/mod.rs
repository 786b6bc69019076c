//! OpenCode's JSON as it comes. Nothing of it leaves this crate. Fields that we do not use
//! are not listed; fields that we could do without are optional, so that a newer server's
//! change costs one field and not the whole object. Every set of kinds has an `Unknown`
//! that keeps the name and the raw JSON.

pub(crate) mod event;

pub(crate) mod ask;
pub(crate) mod message;
pub(crate) mod part;
pub(crate) mod review;
pub(crate) mod session;
pub(crate) mod text;

pub(crate) mod catalog;
pub(crate) mod refusal;
pub(crate) mod workspace;

pub(crate) mod number;
pub(crate) mod ordered;
