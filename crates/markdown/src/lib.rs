//! Markdown as a tree of blocks of our own, the same on the server and in the browser.
//!
//! What a model wrote is hostile: only the kinds in [`Block`] and [`Inline`] can come out,
//! links have a checked scheme, pictures become placeholders, raw HTML becomes text. Nothing
//! here makes HTML, colours code or fetches anything.

mod block;
mod growing;
mod limit;
mod link;
mod read;
mod visible;

pub use block::{Align, Block, CodeBlock, Inline, Item, Note, code_blocks_of};
pub use growing::{Growing, split_finished};
pub use limit::{LEVELS_MAX, TEXT_MAX_BYTES};
pub use link::{Target, host_of};
pub use read::{parse, parse_finished, parse_from};
pub use visible::visible;

/// The code blocks of `text` in reading order, with the numbers [`parse`] gives them.
pub fn code_blocks(text: &str) -> Vec<CodeBlock> {
    code_blocks_of(&parse(text))
}
