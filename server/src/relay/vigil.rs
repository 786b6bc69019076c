//! Notices that the machine slept: then every timer here stood still, or went off late, and
//! whatever was connected before is as good as gone. Timers that judge whether somebody
//! lives ask here first.
//!
//! Which clocks stand still meanwhile differs from system to system; the one on the wall
//! never does. So it is looked at once a second: where much more than a second has
//! passed there, nothing ran for a while.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::time::Millis;

use super::bell::{Bell, Ear};
use crate::clock::Clock;
use crate::lifecycle::Lifecycle;

/// How often the clock is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How much may pass between two looks on a machine that is awake, in milliseconds: one
/// that has too much to do is seconds late, and has no need of new connections.
const AWAKE_MS: u64 = 10_000;

/// The watch over the clock; cheap to clone.
#[derive(Clone, Debug)]
pub struct Vigil {
    clock: Arc<dyn Clock>,
    // A std mutex: held for a comparison, never across an await.
    looked: Arc<Mutex<Millis>>,
    awoke: Bell,
}

impl Vigil {
    /// A watch that begins now.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            looked: Arc::new(Mutex::new(clock.now())),
            clock,
            awoke: Bell::default(),
        }
    }

    /// Looks every second, as long as the program lives.
    pub fn keep(&self, life: &Lifecycle) {
        let (this, soft) = (self.clone(), life.soft().clone());
        life.spawn(async move {
            let watch = async {
                loop {
                    tokio::time::sleep(LOOK_EVERY).await;
                    this.look();
                }
            };
            soft.run_until_cancelled(watch).await;
        });
    }

    /// Looks now: where the machine has slept, everybody is told.
    pub fn look(&self) {
        let now = self.clock.now();
        let before = {
            let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *looked, now)
        };
        // A clock that was put back says nothing.
        let passed_ms = now.since(before);
        if passed_ms > AWAKE_MS {
            tracing::info!(passed_ms, "the machine slept");
            self.awoke.ring();
        }
    }

    /// An ear that hears when the machine awakes.
    pub fn listen(&self) -> Ear {
        self.awoke.listen()
    }

    /// Rings when the machine awakes.
    pub fn awoke(&self) -> &Bell {
        &self.awoke
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    #[test]
    fn time_that_passes_is_no_sleep_and_a_leap_is_one() {
        let clock = Arc::new(ManualClock::at(Millis(1_000_000)));
        let vigil = Vigil::new(Arc::clone(&clock) as Arc<dyn Clock>);
        let ear = vigil.listen();
        for _ in 0..100 {
            clock.advance(1_000);
            vigil.look();
        }
        clock.advance(AWAKE_MS);
        vigil.look();
        assert!(!ear.take(), "late is not asleep");
        clock.advance(8 * 3_600 * 1_000);
        vigil.look();
        assert!(ear.take());
        vigil.look();
        assert!(!ear.take(), "once");
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_looked_every_second() {
        let clock = Arc::new(ManualClock::at(Millis(1_000_000)));
        let vigil = Vigil::new(Arc::clone(&clock) as Arc<dyn Clock>);
        let life = Lifecycle::new();
        vigil.keep(&life);
        let ear = vigil.listen();
        clock.advance(60_000);
        let heard = tokio::time::timeout(LOOK_EVERY * 2, ear.rung()).await;
        assert!(heard.is_ok());
        life.soft().cancel();
        life.run_to_end().await;
    }
}
