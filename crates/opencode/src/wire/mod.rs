//! OpenCode's JSON as it comes. Nothing of it leaves this crate. Fields that we do not use
//! are not listed; fields that we could do without are optional, so that a newer server's
//! change costs one field and not the whole object.

pub(crate) mod refusal;
