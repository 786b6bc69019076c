//! Colours of code in five classes, by a small table-driven lexer.
//!
//! Pure and without dependencies, so that the server's first HTML and the browser's streaming
//! block get the same colours from the same code. It reads a text once from left to right,
//! never fails and never looks beyond the end of the line it is in: what a finished line looks
//! like does not change when more lines arrive, unless it is inside an open string or comment.
//!
//! It deliberately does not parse. It knows where comments and strings end and which words are
//! keywords; where it would have to guess, the text stays plain.

mod css;
mod languages;
mod lexer;
mod line_start;
mod marks;
mod markup;
mod paint;
mod prose;
mod quote;
mod sieve;
mod table;
mod terminal;
mod yaml;

#[cfg(test)]
mod tests;

use paint::Paint;
pub use terminal::{Run, Style, terminal};

/// How much of one block is coloured, in bytes; the lines beyond it stay plain. A block longer
/// than this is a dump, not something that is read, and each span becomes an element.
pub const MAX_BYTES: usize = 256 * 1024;

/// How many spans one block gets at most. A page stutters well before it has twice as many
/// elements, and minified code would reach any number.
pub const MAX_SPANS: usize = 16 * 1024;

/// The five colours of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Keywords, storage, directives.
    Word,
    /// Names of functions, types, tags, keys.
    Name,
    /// Strings, characters, regular expressions; added lines.
    Text,
    /// Numbers and constants.
    Number,
    /// Comments, quoted prose.
    Note,
}

/// A coloured range of a code block: the bytes `start .. start + len`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first byte, on a character border.
    pub start: usize,
    /// How many bytes, never 0; the end is on a character border too.
    pub len: usize,
    /// Its colour.
    pub class: Class,
}

/// Whether there is a table for this language.
pub fn knows(language: &str) -> bool {
    languages::find(language).is_some()
}

/// The coloured ranges of `code`, ascending and disjoint. `language` is the first word of the
/// fence's info string in any case; an unknown one gives no ranges.
pub fn colour(language: &str, code: &str) -> Vec<Span> {
    let Some(grammar) = languages::find(language) else {
        return Vec::new();
    };
    let mut paint = Paint::new(within_limit(code));
    grammar.paint(&mut paint);
    paint.into_spans()
}

/// The whole lines of `code` that lie within [`MAX_BYTES`].
fn within_limit(code: &str) -> &str {
    if code.len() <= MAX_BYTES {
        return code;
    }
    let last_line_end = code
        .as_bytes()
        .get(..MAX_BYTES)
        .and_then(|bytes| bytes.iter().rposition(|byte| *byte == b'\n'))
        .map_or(0, |at| at + 1);
    code.get(..last_line_end).unwrap_or_default()
}
