//! What is drawn at most, whatever a model writes.

/// The longest text that is parsed, in bytes; the rest becomes [`crate::Block::Cut`]. More
/// would make a page that no phone can lay out.
pub const TEXT_MAX_BYTES: usize = 1024 * 1024;

/// How deep blocks and spans nest, in levels; what is deeper is drawn at the deepest level.
/// Drawing goes down the tree by recursion, and a browser's stack for our program is small;
/// nobody reads beyond ten.
pub const LEVELS_MAX: usize = 64;
