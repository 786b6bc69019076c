//! How well this page's own connection to Nexus does: counted as it goes, pure.

#[cfg(any(feature = "hydrate", test))]
use domain::sync::Frame;
use domain::time::Millis;

/// What comes so soon after a stream was opened again is what was missed, in milliseconds.
#[cfg(any(feature = "hydrate", test))]
const REPLAY_MS: u64 = 1_000;

/// What was counted since the page was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quality {
    /// How many streams said hello.
    pub opened: u32,
    /// Whether the present one is polled.
    pub polls: bool,
    /// When anything came last, by this device's clock.
    pub heard: Option<Millis>,
    /// How many bytes came by the streams, as the page read them.
    pub bytes: u64,
    /// How many events came.
    pub events: u64,
    /// How many of them were missed and came again after a break.
    pub replayed: u64,
    /// How often the copy of a server, or of the house, was begun anew after the first time.
    pub resets: u32,
    /// When a stream said hello last.
    hello: Millis,
}

impl Quality {
    /// How often the stream was opened again.
    pub fn reconnects(&self) -> u32 {
        self.opened.saturating_sub(1)
    }
}

#[cfg(any(feature = "hydrate", test))]
impl Quality {
    /// Some bytes came.
    pub(super) fn bytes(&mut self, bytes: usize, now: Millis) {
        self.heard = Some(now);
        self.bytes = self
            .bytes
            .saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// A stream said hello, or one that is polled did for the first time.
    pub(super) fn hello(&mut self, now: Millis, polls: bool) {
        self.polls = polls;
        self.opened = self.opened.saturating_add(1);
        self.hello = now;
    }

    /// A frame came; `known` says whether the page had a copy of what it resets.
    pub(super) fn frame(&mut self, frame: &Frame, known: bool, now: Millis) {
        let events = match frame {
            Frame::Events { events, .. } => events.len(),
            Frame::HouseEvents { events, .. } => events.len(),
            Frame::Reset { .. } | Frame::HouseReset { .. } => {
                self.resets = self.resets.saturating_add(u32::from(known));
                0
            }
            Frame::Hello(_)
            | Frame::Beat { .. }
            | Frame::Index { .. }
            | Frame::Window { .. }
            | Frame::Passage { .. }
            | Frame::WindowLapsed { .. }
            | Frame::WindowFailed { .. }
            | Frame::Farewell(_) => 0,
        };
        let events = u64::try_from(events).unwrap_or(u64::MAX);
        self.events = self.events.saturating_add(events);
        if self.opened > 1 && now.since(self.hello) < REPLAY_MS {
            self.replayed = self.replayed.saturating_add(events);
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::house::{House, HouseEvent};
    use domain::id::ServerId;
    use domain::sync::{Epoch, Position, Seq};

    use super::*;

    fn at(seq: u64) -> Position {
        Position {
            epoch: Epoch(1),
            seq: Seq(seq),
        }
    }

    fn one(seq: u64) -> Frame {
        let server = ServerId::new("srv");
        Frame::HouseEvents {
            from: Seq(seq),
            at: at(seq + 1),
            events: vec![HouseEvent::ServerRemoved { server }],
        }
    }

    #[test]
    fn what_comes_right_after_a_break_was_missed() {
        let mut quality = Quality::default();
        quality.hello(Millis(0), false);
        quality.bytes(100, Millis(1));
        quality.frame(&one(0), true, Millis(1));
        assert_eq!((quality.events, quality.replayed), (1, 0));
        quality.hello(Millis(10_000), true);
        quality.frame(&one(1), true, Millis(10_200));
        quality.frame(&one(2), true, Millis(12_000));
        assert_eq!((quality.events, quality.replayed), (3, 1));
        assert_eq!(quality.reconnects(), 1);
        assert_eq!((quality.bytes, quality.heard), (100, Some(Millis(1))));
    }

    #[test]
    fn the_first_copy_is_no_reset() {
        let reset = Frame::HouseReset {
            at: at(1),
            house: House::default(),
        };
        let mut quality = Quality::default();
        quality.frame(&reset, false, Millis(0));
        assert_eq!(quality.resets, 0);
        quality.frame(&reset, true, Millis(0));
        assert_eq!(quality.resets, 1);
    }
}
