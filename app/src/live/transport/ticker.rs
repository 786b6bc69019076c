//! The time that is shown.

use super::{Timer, Transport, put, with};
use crate::live::LinkState;

/// While something is counted by the second.
const FAST_MS: u64 = 1_000;
/// Else: times are told by the minute.
const CALM_MS: u64 = 30_000;

impl Transport {
    /// Moves the time on, and comes back as often as something on the page needs it; not
    /// at all while nobody sees it.
    pub(super) fn tick_clock(&mut self) {
        let (visible, running) = {
            let store = self.live.0.lock();
            let running = store
                .replica
                .mirrors
                .values()
                .flat_map(|mirror| mirror.sessions.values())
                .any(|entry| entry.status.is_running());
            (store.visible, running)
        };
        if !visible {
            self.clock = None;
            return;
        }
        let counting = matches!(
            self.link.state(super::clock::now()),
            LinkState::Reconnecting { .. } | LinkState::Unreachable { .. }
        );
        put(&self.live.0.now, self.now());
        let pause = if running || counting {
            FAST_MS
        } else {
            CALM_MS
        };
        self.clock = Some(Timer::after(pause, || {
            with(Transport::tick_clock);
        }));
    }
}
