//! How a stream ends, and when the next is tried.

use domain::sync::Farewell;
use domain::time::Millis;

use super::input::{Broke, Conn, Effect};
use super::phase::{Phase, Up};
use super::{Has, Link};

/// A stream that held for this time, in milliseconds, was a good one: back-off starts anew.
pub(super) const STEADY_MS: u64 = 5_000;
/// When one owner has too many pages open, the oldest comes back after this time, in
/// milliseconds, or when it is looked at.
const CROWDED_MS: u64 = 30_000;
/// The first pause between two tries, in milliseconds; it doubles.
const BACKOFF_MIN_MS: u64 = 500;
/// The longest pause between two tries, in milliseconds.
const BACKOFF_MAX_MS: u64 = 30_000;

impl Link {
    pub(super) fn closed(
        &mut self,
        conn: Conn,
        broke: Broke,
        now: Millis,
        chance: f64,
    ) -> Vec<Effect> {
        if !self.wants(conn) {
            return Vec::new();
        }
        match self.phase {
            Phase::Replacing { old, new } if new.conn == conn => {
                // The old one may live; if not, its silence will tell.
                self.phase = Phase::Up(old);
                return Vec::new();
            }
            Phase::Replacing { old, new } => {
                self.slept_through(&old, now);
                self.broken_since = Some(now);
                self.phase = Phase::Opening(new);
                return Vec::new();
            }
            Phase::Up(up) => self.lost(&up, now),
            Phase::Parked
            | Phase::Opening(_)
            | Phase::Waiting { .. }
            | Phase::SignedOut
            | Phase::Outdated => {}
        }
        if broke == Broke::NoAnswer {
            self.unanswered = self.unanswered.saturating_add(1);
        } else {
            self.unanswered = 0;
        }
        self.wait(now, chance);
        Vec::new()
    }

    /// Closes whatever is open; what was up is lost.
    fn drop_all(&mut self, now: Millis) -> Vec<Effect> {
        let effects = self.close_all();
        if let Phase::Up(up) | Phase::Replacing { old: up, .. } = self.phase {
            self.lost(&up, now);
        }
        effects
    }

    pub(super) fn lost(&mut self, up: &Up, now: Millis) {
        if now.since(up.since) >= STEADY_MS {
            self.failures = 0;
        }
        self.slept_through(up, now);
        self.broken_since.get_or_insert(now);
    }

    /// A stream that was silent for too long, and could not be given up for it, is one of a
    /// device that slept: what happened since is missing.
    pub(super) fn slept_through(&mut self, up: &Up, now: Millis) {
        if up.dies() <= now {
            self.fall_behind();
        }
    }

    /// The page has not all any more.
    pub(super) fn fall_behind(&mut self) {
        if self.has == Has::All {
            self.has = Has::Part;
        }
    }

    /// Full jitter: many pages whose server restarts come back spread out.
    pub(super) fn wait(&mut self, now: Millis, chance: f64) {
        let longest = BACKOFF_MIN_MS
            .saturating_mul(1 << self.failures.min(10))
            .min(BACKOFF_MAX_MS);
        self.failures = self.failures.saturating_add(1);
        self.phase = Phase::Waiting {
            until: now.plus(part_of(longest, chance)),
        };
    }

    pub(super) fn gap(&mut self, conn: Conn, now: Millis, chance: f64) -> Vec<Effect> {
        if !self.wants(conn) {
            return Vec::new();
        }
        let mut effects = self.drop_all(now);
        if self.failures == 0 {
            self.failures = 1;
            effects.extend(self.open(now));
        } else {
            self.wait(now, chance);
        }
        effects
    }

    pub(super) fn farewell(
        &mut self,
        conn: Conn,
        farewell: Farewell,
        now: Millis,
        chance: f64,
    ) -> Vec<Effect> {
        if !self.wants(conn) {
            return Vec::new();
        }
        let pause = match farewell {
            Farewell::SignedOut => return self.end(Phase::SignedOut),
            Farewell::Update => return self.end(Phase::Outdated),
            Farewell::Restarting { retry_ms } => {
                u64::from(retry_ms) + part_of(BACKOFF_MIN_MS, chance)
            }
            Farewell::Crowded => CROWDED_MS,
        };
        let effects = self.drop_all(now);
        self.phase = Phase::Waiting {
            until: now.plus(pause),
        };
        effects
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a pause of at most 30,000 ms, and a chance from 0 to 1"
)]
fn part_of(longest: u64, chance: f64) -> u64 {
    (longest as f64 * chance.clamp(0.0, 1.0)) as u64
}
