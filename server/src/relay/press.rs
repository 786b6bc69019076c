//! The frames of events that were put together lately: whoever stands at the same place and
//! looks at the same is sent the same bytes, so that they are put together once for many.
//!
//! Pure. What it gives is what reading the journal would give, or what would have been read
//! a moment ago: then the rest comes with the next frame.

use std::collections::VecDeque;
use std::sync::Arc;

use domain::id::{ServerId, SessionId};
use domain::sync::Position;

use super::frames::{self, Line};
use super::journal::{JOIN_FROM, Read};
use super::live::Live;

/// How many frames are kept: devices stand at a few places lately, and look at a few things.
const FRAMES_MAX: usize = 16;
/// How many bytes of frames are kept. A larger frame is sent to one and not kept.
const BYTES_MAX: usize = 256 * 1024;

/// What was put together lately.
#[derive(Debug, Default)]
pub struct Press {
    /// The latest first.
    printed: VecDeque<Printed>,
    bytes: usize,
}

/// Where a device stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stand {
    /// What it has been told.
    pub told: Position,
    /// How far was read for it.
    pub read: Position,
}

/// What comes next for a device.
#[derive(Clone, Debug)]
pub struct Print {
    /// Up to where.
    pub to: Position,
    /// The frame; none where there is nothing in it for this device.
    pub frame: Option<Line>,
    /// The sessions that its events put into the list, change there or take out.
    pub listed: Arc<[SessionId]>,
}

#[derive(Debug)]
struct Printed {
    from: Stand,
    /// The transcripts whose events are in it.
    taken: Vec<SessionId>,
    /// The transcripts whose events were left out.
    left: Vec<SessionId>,
    print: Print,
}

impl Printed {
    fn bytes(&self) -> usize {
        self.print.frame.as_ref().map_or(0, Line::len)
    }
}

impl Press {
    /// What comes after `from` but for transcripts that `wants` refuses, about `max_bytes`
    /// of it; none where the journal does not reach back that far.
    pub fn print(
        &mut self,
        live: &Live,
        server: &ServerId,
        from: Stand,
        wants: impl Fn(&SessionId) -> bool,
        max_bytes: usize,
    ) -> Option<Print> {
        let head = live.position();
        let behind = head.seq.0.saturating_sub(from.read.seq.0);
        let known = self.printed.iter().find(|it| {
            it.from == from
                // For one that fell behind a long range is joined.
                && (it.print.to == head || behind < JOIN_FROM as u64)
                && it.taken.iter().all(&wants)
                && !it.left.iter().any(&wants)
        });
        if let Some(known) = known {
            return Some(known.print.clone());
        }
        let (to, events, listed, taken, left) = match live.read(from.read, wants, max_bytes) {
            Read::Lost => return None,
            Read::Covered {
                to,
                events,
                listed,
                taken,
                left,
            } => (to, events, listed, taken, left),
        };
        let to = Position {
            seq: to,
            ..from.read
        };
        let print = Print {
            to,
            frame: (!events.is_empty()).then(|| frames::events(server, from.told.seq, to, &events)),
            listed: listed.into(),
        };
        if print.frame.is_some() {
            self.keep(Printed {
                from,
                taken,
                left,
                print: print.clone(),
            });
        }
        Some(print)
    }

    fn keep(&mut self, printed: Printed) {
        if printed.bytes() > BYTES_MAX / 2 {
            return;
        }
        self.bytes += printed.bytes();
        self.printed.push_front(printed);
        while self.printed.len() > FRAMES_MAX || self.bytes > BYTES_MAX {
            let Some(oldest) = self.printed.pop_back() else {
                break;
            };
            self.bytes -= oldest.bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::testing::{EPOCH, at, live, piece, text, upserted};
    use domain::sync::Seq;

    fn stand(seq: Seq) -> Stand {
        let at = Position { epoch: EPOCH, seq };
        Stand { told: at, read: at }
    }

    fn print(press: &mut Press, live: &Live, from: Seq, looks_at: &str) -> Option<Print> {
        let server = ServerId::new("srv");
        let wants = |session: &SessionId| session.as_str() == looks_at;
        press.print(live, &server, stand(from), wants, usize::MAX)
    }

    fn bytes(print: Option<Print>) -> Option<*const u8> {
        Some(print?.frame?.into_bytes().as_ptr())
    }

    #[test]
    fn who_looks_at_the_same_is_sent_the_same_bytes() {
        let mut live = live(&["a", "b"]);
        let from = live.position().seq;
        let place = at("a", "m", "p");
        live.absorb(crate::relay::testing::assistant("a", "m", 1));
        live.absorb(text(&place, "", true));
        live.grow(&piece(&place, "word"));
        let mut press = Press::default();
        let first = bytes(print(&mut press, &live, from, "a"));
        assert!(first.is_some());
        assert_eq!(bytes(print(&mut press, &live, from, "a")), first);
        assert!(bytes(print(&mut press, &live, from, "b")).is_none());

        live.commit(&upserted("c"));
        let (a, b) = (
            print(&mut press, &live, from, "a").unwrap(),
            print(&mut press, &live, from, "b").unwrap(),
        );
        assert_eq!(bytes(Some(a.clone())), first, "a moment ago is as good");
        assert_eq!(b.to, live.position());
        let rest = bytes(print(&mut press, &live, a.to.seq, "a"));
        assert!(rest.is_some());
        assert_eq!(
            bytes(print(&mut press, &live, a.to.seq, "b")),
            rest,
            "what concerns everybody is the same for all"
        );
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut live = live(&["a"]);
        let mut press = Press::default();
        for n in 0..100 {
            let from = live.position().seq;
            live.commit(&upserted(&format!("{n}{}", "x".repeat(20_000))));
            assert!(print(&mut press, &live, from, "a").is_some());
            assert!(press.bytes <= BYTES_MAX && press.printed.len() <= FRAMES_MAX);
        }
        let kept: usize = press.printed.iter().map(Printed::bytes).sum();
        assert_eq!(press.bytes, kept);
    }
}
