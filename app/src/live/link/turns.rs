//! What becomes of the streams when time passes, when the device wakes, and when pages of one
//! browser share its connections.

use domain::time::Millis;

use super::Link;
use super::input::{Effect, Way};
use super::phase::{Phase, Up};

/// Heard of within this time, in milliseconds, a stream is alive beyond doubt.
pub(super) const FRESH_MS: u64 = 2_000;

impl Link {
    pub(super) fn tick(&mut self, now: Millis, chance: f64) -> Vec<Effect> {
        if self.lets_go_at().is_some_and(|at| at <= now) {
            let effects = self.close_all();
            self.phase = Phase::Parked;
            self.broken_since = None;
            return effects;
        }
        match self.phase {
            Phase::Waiting { until } if until <= now => self.open(now),
            Phase::Opening(new) if new.fails() <= now => {
                let mut effects = vec![Effect::Close(new.conn)];
                match new.way {
                    Way::Stream => {
                        let poll = self.try_polls(now);
                        self.phase = Phase::Opening(poll);
                        effects.push(Effect::Open(poll.conn, poll.way));
                    }
                    Way::Poll => {
                        self.unanswered = self.unanswered.saturating_add(1);
                        self.wait(now, chance);
                    }
                }
                effects
            }
            Phase::Replacing { old, new } if old.dies() <= now => {
                self.lost(&old, now);
                self.phase = Phase::Opening(new);
                vec![Effect::Close(old.conn)]
            }
            Phase::Replacing { old, new } if new.fails() <= now => {
                let mut effects = vec![Effect::Close(new.conn)];
                match new.way {
                    Way::Stream => {
                        let new = self.try_polls(now);
                        self.phase = Phase::Replacing { old, new };
                        effects.push(Effect::Open(new.conn, new.way));
                    }
                    Way::Poll => self.phase = Phase::Up(old),
                }
                effects
            }
            Phase::Up(up) if up.dies() <= now => {
                self.lost(&up, now);
                let mut effects = vec![Effect::Close(up.conn)];
                effects.extend(self.open(now));
                effects
            }
            Phase::Parked
            | Phase::Opening(_)
            | Phase::Up(_)
            | Phase::Replacing { .. }
            | Phase::Waiting { .. }
            | Phase::SignedOut
            | Phase::Outdated => Vec::new(),
        }
    }

    /// Pages that can be seen share the connections that the browser grants: those beyond
    /// poll.
    pub(super) fn crowd(&mut self, crowded: bool, now: Millis) -> Vec<Effect> {
        self.crowded = crowded;
        let way = self.way(now);
        match self.phase {
            Phase::Opening(new) | Phase::Replacing { new, .. } if new.way == way => Vec::new(),
            Phase::Opening(old) => {
                let mut effects = vec![Effect::Close(old.conn)];
                effects.extend(self.open(now));
                effects
            }
            Phase::Up(up) if up.way != way => self.replace(up, now),
            Phase::Replacing { old, new } => {
                let mut effects = vec![Effect::Close(new.conn)];
                if old.way == way {
                    self.phase = Phase::Up(old);
                } else {
                    effects.extend(self.replace(old, now));
                }
                effects
            }
            Phase::Parked
            | Phase::Up(_)
            | Phase::Waiting { .. }
            | Phase::SignedOut
            | Phase::Outdated => Vec::new(),
        }
    }

    /// The device woke up, or its network came back: what is open may be dead without
    /// having said so.
    pub(super) fn wake(&mut self, now: Millis) -> Vec<Effect> {
        match self.phase {
            Phase::SignedOut | Phase::Outdated => Vec::new(),
            Phase::Parked if self.conns == 0 => Vec::new(),
            Phase::Parked | Phase::Waiting { .. } => {
                if self.phase == Phase::Parked {
                    // It has let go for longer than a hiccup.
                    self.fall_behind();
                }
                self.failures = 0;
                self.broken_since.get_or_insert(now);
                self.open(now)
            }
            Phase::Opening(new) => {
                if now.since(new.since) < FRESH_MS {
                    return Vec::new();
                }
                let mut effects = vec![Effect::Close(new.conn)];
                effects.extend(self.open(now));
                effects
            }
            Phase::Up(old) => {
                if now.since(old.heard) < FRESH_MS {
                    return Vec::new();
                }
                self.slept_through(&old, now);
                self.replace(old, now)
            }
            Phase::Replacing { old, new } => {
                if now.since(new.since) < FRESH_MS {
                    return Vec::new();
                }
                let mut effects = vec![Effect::Close(new.conn)];
                effects.extend(self.replace(old, now));
                effects
            }
        }
    }

    pub(super) fn replace(&mut self, old: Up, now: Millis) -> Vec<Effect> {
        let new = self.opening(self.way(now), now);
        self.phase = Phase::Replacing { old, new };
        vec![Effect::Open(new.conn, new.way)]
    }
}
