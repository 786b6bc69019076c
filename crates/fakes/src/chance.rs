//! Chance that is the same for the same seed, so that what fails once fails again.

use std::time::Duration;

/// A row of numbers that look like chance (Steele's `SplitMix64`).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The row that begins with `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Another row, which goes its own way from here.
    #[must_use]
    pub fn fork(&mut self) -> Self {
        Self(self.next())
    }

    /// The next number.
    #[expect(
        clippy::should_implement_trait,
        reason = "a row without an end is no iterator"
    )]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to before `end`.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.next() % end).unwrap_or_default()
    }

    /// Yes, `percent` times in a hundred.
    pub fn happens(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// A time up to `ms` milliseconds.
    pub fn within_ms(&mut self, ms: usize) -> Duration {
        Duration::from_millis(self.below(ms + 1) as u64)
    }
}
