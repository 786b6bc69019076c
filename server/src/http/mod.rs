//! The HTTP face: listener, checks in front of everything, pages, assets and the two plain
//! forms.

pub mod page_source;
