//! A quick no for words that are in none of a language's lists: most words are not, and a search
//! in each list would be what the lexer does most of its time.

use crate::table::Code;

/// How many groups words fall into. Ten times the longest list, so that few other words share a
/// group with a keyword; made anew for each text, so small.
const GROUPS: usize = 1024;

/// The groups that the words of a language fall into, a bit for each.
#[derive(Debug)]
pub(crate) struct Sieve([u64; GROUPS / 64]);

impl Sieve {
    pub(crate) fn new(code: &Code) -> Self {
        let mut sieve = Self([0; GROUPS / 64]);
        let lists = [code.words, code.soft, code.constants];
        for word in lists.into_iter().flatten() {
            let (place, bit) = group(word);
            if let Some(bits) = sieve.0.get_mut(place) {
                *bits |= bit;
            }
        }
        sieve
    }

    /// Whether the word may be in a list, in any case of its letters.
    pub(crate) fn may_hold(&self, word: &str) -> bool {
        let (place, bit) = group(word);
        self.0.get(place).is_some_and(|bits| bits & bit != 0)
    }
}

/// The group of a word by its first and last letter, in any case, and its length.
fn group(word: &str) -> (usize, u64) {
    let letter = |byte: Option<u8>| usize::from(byte.unwrap_or(0).to_ascii_lowercase());
    let bytes = word.as_bytes();
    let first = letter(bytes.first().copied());
    let last = letter(bytes.last().copied());
    let group = (first * 31 + last * 7 + word.len() * 173) % GROUPS;
    (group / 64, 1 << (group % 64))
}
