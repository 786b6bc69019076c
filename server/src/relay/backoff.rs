//! How long to wait before trying a server again: twice as long each time, and a random
//! share of it, so that many who lost the same server do not come back at once.
//!
//! Pure: chance is an argument.

use std::time::Duration;

/// The longest wait before the second try.
const FIRST: Duration = Duration::from_millis(500);
/// The longest wait at all: a server that comes back is noticed within half a minute.
const LONGEST: Duration = Duration::from_secs(30);

/// The wait after `failures` failures in a row (from 1); `chance` is random.
pub fn wait(failures: u32, chance: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    let ceiling = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    let share = f64::from(chance) / f64::from(u32::MAX);
    ceiling.mul_f64(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_half_a_minute() {
        let longest = |failures| wait(failures, u32::MAX).as_millis();
        assert_eq!(longest(1), 500);
        assert_eq!(longest(2), 1_000);
        assert_eq!(longest(6), 16_000);
        assert_eq!(longest(7), 30_000);
        assert_eq!(longest(u32::MAX), 30_000);
    }

    #[test]
    fn the_wait_may_be_anything_below() {
        assert_eq!(wait(5, 0), Duration::ZERO);
        assert!(wait(5, u32::MAX / 2) < wait(5, u32::MAX));
    }
}
