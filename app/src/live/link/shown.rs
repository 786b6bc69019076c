//! What is shown of a link, and when that may change by itself.

use domain::time::Millis;

use super::phase::{Phase, Up};
use super::{HICCUP_MS, Has, Link};
use crate::live::link_state::LinkState;

/// How often nobody must answer before we say so rather than *reconnecting*.
pub(super) const UNREACHABLE_AFTER: u32 = 3;

impl Link {
    /// When the next tick is due: for the machine, or for what is shown.
    pub(crate) fn deadline(&self, now: Millis) -> Option<Millis> {
        let phase = match self.phase {
            Phase::Opening(new) => Some(new.fails()),
            Phase::Up(up) => Some(up.dies()),
            Phase::Replacing { old, new } => Some(old.dies().min(new.fails())),
            Phase::Waiting { until } => Some(until),
            Phase::Parked | Phase::SignedOut | Phase::Outdated => None,
        };
        let later = |at: &Millis| *at > now;
        let shown = self.broken_since.map(|since| since.plus(HICCUP_MS));
        let let_go = self.lets_go_at();
        [phase, shown.filter(later), let_go]
            .into_iter()
            .flatten()
            .min()
    }

    /// What is shown.
    pub(crate) fn state(&self, now: Millis) -> LinkState {
        let hiccup = self
            .broken_since
            .is_none_or(|since| now < since.plus(HICCUP_MS));
        let retry_at = match self.phase {
            Phase::SignedOut => return LinkState::SignedOut,
            Phase::Outdated => return LinkState::UpdateReady,
            Phase::Up(up) | Phase::Replacing { old: up, .. } => return self.up_state(&up),
            Phase::Waiting { until } => Some(until),
            Phase::Parked | Phase::Opening(_) => None,
        };
        if self.offline_since.is_some() {
            LinkState::Offline
        } else if hiccup {
            match self.has {
                Has::Nothing => LinkState::Starting,
                Has::Part => LinkState::CatchingUp,
                Has::All => LinkState::Live,
            }
        } else if self.unanswered >= UNREACHABLE_AFTER {
            LinkState::Unreachable { retry_at }
        } else {
            LinkState::Reconnecting { retry_at }
        }
    }

    fn up_state(&self, up: &Up) -> LinkState {
        // Loopback works without a network: what is heard counts for more.
        if self.offline_since.is_some_and(|since| since > up.heard) {
            LinkState::Offline
        } else if self.has == Has::Part {
            LinkState::CatchingUp
        } else {
            LinkState::Live
        }
    }
}
