//! When a client may try to sign in: pure, with time as an argument.
//!
//! A failure is counted before the password is looked at and taken back when it was right.
//! So a hundred tries at once count a hundred, and a try whose client hung up counts too.
//! Keeping the counters is the store's business.

use domain::time::Millis;

/// Failures that lock a client.
pub const FAILURES_MAX: usize = 5;
/// How long a failure counts.
pub const FAILURE_COUNTS_MS: u64 = 15 * 60 * 1000;
/// How long a client stays locked.
pub const LOCK_MS: u64 = 30 * 60 * 1000;
/// Failures of all unknown clients together beyond which they queue for single tries:
/// guessing from many addresses.
pub const CROWD_MAX: usize = 50;
/// How long a failure counts against the crowd.
pub const CROWD_COUNTS_MS: u64 = 60 * 60 * 1000;
/// The pause between two tries of the crowd.
pub const CROWD_PAUSE_MS: u64 = 30 * 1000;

/// The failures of one client, or of all unknown clients together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counter {
    /// When they were, oldest first; never more than the rule needs.
    pub failures: Vec<Millis>,
    /// Until when nothing is let through; in the past where nothing is held back.
    pub locked_until: Millis,
}

/// Whether a try is let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes; if it fails, so many are left.
    Go {
        /// How many.
        left: u32,
    },
    /// No, not before this moment.
    Wait {
        /// When.
        until: Millis,
    },
}

/// Which rule a counter follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// One client: a number of failures, then a long pause.
    Client,
    /// All unknown clients together: beyond a number of failures, one try at a time.
    Crowd,
}

impl Rule {
    /// Asks for a try at `now` and, where it is let through, counts it as failed until
    /// [`Rule::take_back`] says otherwise.
    pub fn attempt(self, counter: &mut Counter, now: Millis) -> Verdict {
        self.forget(counter, now);
        if counter.locked_until > now {
            return Verdict::Wait {
                until: counter.locked_until,
            };
        }
        match self {
            Rule::Client => {
                counter.failures.push(now);
                let left = FAILURES_MAX.saturating_sub(counter.failures.len());
                if left == 0 {
                    counter.locked_until = now.plus(LOCK_MS);
                }
                Verdict::Go {
                    left: u32::try_from(left).unwrap_or(u32::MAX),
                }
            }
            Rule::Crowd => {
                if counter.failures.len() > CROWD_MAX {
                    counter.failures.remove(0);
                }
                counter.failures.push(now);
                if counter.failures.len() > CROWD_MAX {
                    counter.locked_until = now.plus(CROWD_PAUSE_MS);
                }
                Verdict::Go { left: u32::MAX }
            }
        }
    }

    /// The try that was counted at `at` was right: a client's slate is wiped clean; of the
    /// crowd's only this one is.
    pub fn take_back(self, counter: &mut Counter, at: Millis) {
        match self {
            Rule::Client => *counter = Counter::default(),
            Rule::Crowd => self.uncount(counter, at),
        }
    }

    /// The try that was counted at `at` was none: its password was never looked at.
    pub fn uncount(self, counter: &mut Counter, at: Millis) {
        let max = match self {
            Rule::Client => FAILURES_MAX,
            Rule::Crowd => CROWD_MAX + 1,
        };
        if let Some(index) = counter.failures.iter().rposition(|time| *time == at) {
            counter.failures.remove(index);
        }
        if counter.failures.len() < max {
            counter.locked_until = Millis(0);
        }
    }

    /// Drops what no longer counts. A lock that has run out takes its failures along.
    fn forget(self, counter: &mut Counter, now: Millis) {
        let counts = match self {
            Rule::Client => FAILURE_COUNTS_MS,
            Rule::Crowd => CROWD_COUNTS_MS,
        };
        if self == Rule::Client && counter.locked_until > Millis(0) && counter.locked_until <= now {
            *counter = Counter::default();
        }
        counter.failures.retain(|time| now.since(*time) < counts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60 * 1000;
    const START: Millis = Millis(1_000_000_000);

    fn fail(counter: &mut Counter, times: u32, at: Millis) -> Vec<Verdict> {
        (0..times)
            .map(|_| Rule::Client.attempt(counter, at))
            .collect()
    }

    #[test]
    fn the_fifth_failure_locks_for_thirty_minutes() {
        let mut counter = Counter::default();
        let verdicts = fail(&mut counter, 6, START);
        let lefts = [4, 3, 2, 1, 0].map(|left| Verdict::Go { left });
        assert_eq!(verdicts[..5], lefts);
        let until = START.plus(LOCK_MS);
        assert_eq!(verdicts[5], Verdict::Wait { until });

        for (after_ms, free) in [
            (29 * MINUTE + 59_000, false),
            (30 * MINUTE - 1, false),
            (30 * MINUTE, true),
            (30 * MINUTE + 1_000, true),
        ] {
            let verdict = Rule::Client.attempt(&mut counter.clone(), START.plus(after_ms));
            assert_eq!(
                verdict == (Verdict::Go { left: 4 }),
                free,
                "after {after_ms} ms"
            );
        }
    }

    #[test]
    fn a_refused_try_does_not_lengthen_the_lock() {
        let mut counter = Counter::default();
        fail(&mut counter, 5, START);
        fail(&mut counter, 100, START.plus(29 * MINUTE));
        assert_eq!(counter.locked_until, START.plus(LOCK_MS));
    }

    #[test]
    fn failures_are_forgotten_after_fifteen_minutes() {
        let mut counter = Counter::default();
        fail(&mut counter, 4, START);
        assert_eq!(
            fail(&mut counter, 1, START.plus(15 * MINUTE)),
            [Verdict::Go { left: 4 }]
        );
    }

    #[test]
    fn the_right_password_wipes_the_slate_clean() {
        let mut counter = Counter::default();
        fail(&mut counter, 5, START);
        Rule::Client.take_back(&mut counter, START);
        assert_eq!(fail(&mut counter, 1, START), [Verdict::Go { left: 4 }]);
    }

    #[test]
    fn a_try_that_was_never_looked_at_takes_only_itself_back() {
        let mut counter = Counter::default();
        fail(&mut counter, 4, START);
        fail(&mut counter, 1, START.plus(1));
        Rule::Client.uncount(&mut counter, START.plus(1));
        assert_eq!(
            fail(&mut counter, 1, START.plus(2)),
            [Verdict::Go { left: 0 }]
        );
    }

    #[test]
    fn a_crowd_of_guessers_gets_one_try_in_thirty_seconds() {
        let mut crowd = Counter::default();
        for n in 0..=CROWD_MAX as u64 {
            assert!(matches!(
                Rule::Crowd.attempt(&mut crowd, START.plus(n)),
                Verdict::Go { .. }
            ));
        }
        let last = START.plus(CROWD_MAX as u64);
        let until = last.plus(CROWD_PAUSE_MS);
        assert_eq!(
            Rule::Crowd.attempt(&mut crowd, last.plus(1)),
            Verdict::Wait { until }
        );
        assert!(matches!(
            Rule::Crowd.attempt(&mut crowd, until),
            Verdict::Go { .. }
        ));
        assert!(matches!(
            Rule::Crowd.attempt(&mut crowd, until.plus(1)),
            Verdict::Wait { .. }
        ));
        assert_eq!(crowd.failures.len(), CROWD_MAX + 1, "bounded");

        let hour_later = until.plus(CROWD_COUNTS_MS);
        for n in 0..10 {
            assert!(matches!(
                Rule::Crowd.attempt(&mut crowd, hour_later.plus(n)),
                Verdict::Go { .. }
            ));
        }
    }
}
