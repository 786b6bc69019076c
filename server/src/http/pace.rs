//! How many requests a client or a session may send: enough for any page of ours, too few
//! to wear the server out. Pure, with time as an argument; forgotten at a restart.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use domain::time::Millis;

/// Requests at once, and in each minute, of a client that is not signed in. Files are not
/// counted.
pub(super) const STRANGER: Rate = Rate { burst: 60 };
/// Requests at once, and in each minute, of a session.
pub(super) const SESSION: Rate = Rate { burst: 600 };
/// How many are counted; beyond that those who were longest quiet are forgotten.
const COUNTED_MAX: usize = 10_000;
const MINUTE_MS: u64 = 60 * 1000;

/// A bucket of this size that fills within a minute.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    burst: u64,
}

/// Counts the requests of each `K`.
#[derive(Debug)]
pub(super) struct Pace<K> {
    rate: Rate,
    // A std mutex: held for a map operation, never across an await.
    full_at: Mutex<HashMap<K, Millis>>,
}

impl<K: Eq + Hash + Clone> Pace<K> {
    /// Nobody has sent anything yet.
    pub(super) fn new(rate: Rate) -> Self {
        Self {
            rate,
            full_at: Mutex::default(),
        }
    }

    /// Counts a request of `who` at `now`; where it is one too many, after how many seconds
    /// there is room for the next.
    pub(super) fn count(&self, who: K, now: Millis) -> Result<(), u32> {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        // The bucket is kept as the moment at which it will be full again.
        let each_ms = MINUTE_MS / self.rate.burst;
        let full = full_at
            .get(&who)
            .copied()
            .unwrap_or(now)
            .max(now)
            .plus(each_ms);
        let over_ms = full.since(now).saturating_sub(MINUTE_MS);
        if over_ms > 0 {
            return Err(u32::try_from(over_ms.div_ceil(1000)).unwrap_or(u32::MAX));
        }
        if full_at.len() >= COUNTED_MAX && !full_at.contains_key(&who) {
            make_room(&mut full_at, now);
        }
        full_at.insert(who, full);
        Ok(())
    }
}

/// Forgets those with full buckets, and where there are none, the one nearest to it.
fn make_room<K: Eq + Hash + Clone>(full_at: &mut HashMap<K, Millis>, now: Millis) {
    full_at.retain(|_, full| *full > now);
    if full_at.len() >= COUNTED_MAX {
        let quiet = full_at.iter().min_by_key(|(_, full)| **full);
        if let Some(quiet) = quiet.map(|(who, _)| who.clone()) {
            full_at.remove(&quiet);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Millis = Millis(1_000_000);

    #[test]
    fn sixty_at_once_then_one_a_second() {
        let pace = Pace::new(STRANGER);
        for n in 0..60 {
            assert_eq!(pace.count("a", START), Ok(()), "{n}");
        }
        assert_eq!(pace.count("a", START), Err(1));
        assert_eq!(pace.count("b", START), Ok(()), "another client");
        assert_eq!(pace.count("a", START.plus(999)), Err(1));
        assert_eq!(pace.count("a", START.plus(1_000)), Ok(()));
        assert_eq!(pace.count("a", START.plus(1_000)), Err(1));
        for n in 0..60 {
            assert_eq!(pace.count("a", START.plus(70_000)), Ok(()), "{n}");
        }
    }

    #[test]
    fn a_flood_of_clients_takes_a_bounded_memory() {
        let pace = Pace::new(STRANGER);
        for n in 0..COUNTED_MAX + 10 {
            assert_eq!(pace.count(n, START), Ok(()));
        }
        assert_eq!(pace.full_at.lock().unwrap().len(), COUNTED_MAX);
    }
}
