//! Each frame once: text that comes twice would stand there twice.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher as _};

/// How many frames back one that comes twice is known again. Something in between that
/// sends bytes again does so at once.
const KNOWN_MAX: usize = 256;

/// The marks of the latest frames.
#[derive(Debug, Default)]
pub(crate) struct Once(VecDeque<u64>);

impl Once {
    /// Whether what has this mark has not come before.
    pub(crate) fn is_new(&mut self, mark: impl Hash) -> bool {
        let mut hasher = DefaultHasher::new();
        mark.hash(&mut hasher);
        let mark = hasher.finish();
        if self.0.contains(&mark) {
            return false;
        }
        if self.0.len() >= KNOWN_MAX {
            self.0.pop_front();
        }
        self.0.push_back(mark);
        true
    }
}
