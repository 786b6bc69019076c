//! The link, pure: when a stream is opened, given up, replaced, and what of it is shown.
//!
//! Events, the time and chance come in as arguments; what to do comes out as [`Effect`]s.
//! There is one timer: after each event the caller waits until [`Link::deadline`] and sends
//! a [`Input::Tick`]; a tick that comes early or late does no harm. Frames are not its
//! business, nor is how bytes are got: a poll that goes on and on is another way of the same
//! connection.

mod breaks;
mod input;
mod phase;
mod shown;
#[cfg(test)]
mod tests;
mod turns;

use domain::time::Millis;

pub(crate) use input::{Broke, Conn, Effect, Input, Way};
use phase::{Opening, Phase, Up};

/// A poll that says hello in this time, in milliseconds, where a stream did not, shows that
/// the network is not slow but holds streams back.
const AT_ONCE_MS: u64 = 2_000;
/// How long polls are preferred where streams are held back, in milliseconds: a day.
const POLLS_FOR_MS: u64 = 24 * 60 * 60 * 1_000;
/// A break is shown after this time, in milliseconds: most are over by then.
const HICCUP_MS: u64 = 2_000;
/// A hidden page lets go after this time, in milliseconds, unless it is the one that keeps
/// a stream for all: a phone's system kills the connection anyhow, and a waking radio costs
/// battery; on a desk many tabs would use up the connections that a browser grants.
const LET_GO_MS: u64 = 60_000;

/// What the page has of all that was said to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Has {
    /// What it came with: no stream has been up.
    Nothing,
    /// A break was shown, or the device slept, and what was missed meanwhile has not all
    /// arrived.
    Part,
    /// All of it, but for hiccups.
    All,
}

/// The machine.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    phase: Phase,
    conns: u32,
    failures: u32,
    unanswered: u32,
    broken_since: Option<Millis>,
    has: Has,
    offline_since: Option<Millis>,
    hidden_since: Option<Millis>,
    keeper: bool,
    crowded: bool,
    /// Until when polls are preferred, because streams are held back.
    polls_until: Option<Millis>,
}

impl Link {
    /// A link that has not begun. `polls_until`: what the device remembers of
    /// [`Effect::Remember`].
    pub(crate) fn new(polls_until: Option<Millis>) -> Self {
        Self {
            phase: Phase::Parked,
            conns: 0,
            failures: 0,
            unanswered: 0,
            broken_since: None,
            has: Has::Nothing,
            offline_since: None,
            hidden_since: None,
            keeper: false,
            crowded: false,
            polls_until,
        }
    }

    /// Takes what happened. `chance` is from 0 to 1.
    #[expect(clippy::needless_pass_by_value, reason = "an event is told once")]
    pub(crate) fn handle(&mut self, input: Input, now: Millis, chance: f64) -> Vec<Effect> {
        match input {
            Input::Start => {
                self.broken_since = Some(now);
                self.open(now)
            }
            Input::Hello(conn, beat_ms) => self.hello(conn, beat_ms, now),
            Input::Bytes(conn) => {
                if let Phase::Up(up) | Phase::Replacing { old: up, .. } = &mut self.phase
                    && up.conn == conn
                {
                    up.heard = now;
                }
                Vec::new()
            }
            Input::Beat(conn, beat_ms) => {
                if let Phase::Up(up) | Phase::Replacing { old: up, .. } = &mut self.phase
                    && up.conn == conn
                {
                    up.beat_ms = beat_ms;
                    self.has = Has::All;
                }
                Vec::new()
            }
            Input::Closed(conn, broke) => self.closed(conn, broke, now, chance),
            Input::Gap(conn) => self.gap(conn, now, chance),
            Input::Farewell(conn, farewell) => self.farewell(conn, farewell, now, chance),
            Input::Tick => self.tick(now, chance),
            Input::Online => {
                self.offline_since = None;
                // Another network may let streams through.
                let forget = self.polls_until.take().map(|_| Effect::Remember(None));
                let mut effects: Vec<Effect> = forget.into_iter().collect();
                // A page that has let go stays so until it is looked at.
                if self.phase != Phase::Parked {
                    effects.extend(self.wake(now));
                }
                effects
            }
            Input::Offline => {
                self.offline_since = Some(now);
                Vec::new()
            }
            Input::Visible => {
                self.hidden_since = None;
                self.wake(now)
            }
            Input::Hidden => {
                self.hidden_since = Some(now);
                Vec::new()
            }
            Input::Keeper(keeper) => {
                self.keeper = keeper;
                match self.phase {
                    Phase::Parked if keeper && self.conns > 0 => self.wake(now),
                    Phase::Parked
                    | Phase::Opening(_)
                    | Phase::Up(_)
                    | Phase::Replacing { .. }
                    | Phase::Waiting { .. }
                    | Phase::SignedOut
                    | Phase::Outdated => Vec::new(),
                }
            }
            Input::Crowded(crowded) => self.crowd(crowded, now),
            Input::SignedOut => self.end(Phase::SignedOut),
        }
    }

    /// Whether what `conn` says is to be applied now, or held back because another stream
    /// is about to take its place.
    pub(crate) fn holds_back(&self, conn: Conn) -> bool {
        matches!(self.phase, Phase::Replacing { old, .. } if old.conn == conn)
    }

    /// Whether `conn` is still wanted: what others say is not listened to.
    pub(crate) fn wants(&self, conn: Conn) -> bool {
        match self.phase {
            Phase::Opening(new) => new.conn == conn,
            Phase::Up(up) => up.conn == conn,
            Phase::Replacing { old, new } => old.conn == conn || new.conn == conn,
            Phase::Parked | Phase::Waiting { .. } | Phase::SignedOut | Phase::Outdated => false,
        }
    }

    /// Whether the page polls because others of the same browser have the connections.
    pub(crate) fn is_crowded(&self) -> bool {
        self.crowded
    }

    /// Whether commands have a chance to arrive.
    pub(crate) fn is_up(&self) -> bool {
        matches!(self.phase, Phase::Up(_) | Phase::Replacing { .. })
    }

    fn lets_go_at(&self) -> Option<Millis> {
        let hidden = self.hidden_since.filter(|_| !self.keeper)?;
        match self.phase {
            Phase::Parked | Phase::SignedOut | Phase::Outdated => None,
            Phase::Opening(_) | Phase::Up(_) | Phase::Replacing { .. } | Phase::Waiting { .. } => {
                Some(hidden.plus(LET_GO_MS))
            }
        }
    }

    fn next_conn(&mut self) -> Conn {
        self.conns = self.conns.wrapping_add(1);
        Conn(self.conns)
    }

    /// The way that has a chance here and now.
    fn way(&self, now: Millis) -> Way {
        if self.crowded || self.polls_until.is_some_and(|until| now < until) {
            Way::Poll
        } else {
            Way::Stream
        }
    }

    fn opening(&mut self, way: Way, now: Millis) -> Opening {
        Opening {
            conn: self.next_conn(),
            way,
            since: now,
            instead: false,
        }
    }

    fn open(&mut self, now: Millis) -> Vec<Effect> {
        let new = self.opening(self.way(now), now);
        self.phase = Phase::Opening(new);
        vec![Effect::Open(new.conn, new.way)]
    }

    /// A poll in the place of a stream that says nothing.
    fn try_polls(&mut self, now: Millis) -> Opening {
        Opening {
            instead: true,
            ..self.opening(Way::Poll, now)
        }
    }

    fn hello(&mut self, conn: Conn, beat_ms: u32, now: Millis) -> Vec<Effect> {
        let (old, new) = match self.phase {
            Phase::Opening(new) if new.conn == conn => (None, new),
            Phase::Replacing { old, new } if new.conn == conn => (Some(old.conn), new),
            Phase::Parked
            | Phase::Opening(_)
            | Phase::Up(_)
            | Phase::Replacing { .. }
            | Phase::Waiting { .. }
            | Phase::SignedOut
            | Phase::Outdated => return Vec::new(),
        };
        self.phase = Phase::Up(Up {
            conn,
            way: new.way,
            since: now,
            heard: now,
            beat_ms,
        });
        let broken_since = self.broken_since.take();
        let shown = broken_since.is_some_and(|since| now >= since.plus(HICCUP_MS));
        if self.has == Has::Nothing {
            self.has = Has::All;
        } else if shown {
            self.has = Has::Part;
        }
        self.unanswered = 0;
        let mut effects: Vec<Effect> = old.map(Effect::Close).into_iter().collect();
        if new.instead && now < new.since.plus(AT_ONCE_MS) {
            let until = now.plus(POLLS_FOR_MS);
            self.polls_until = Some(until);
            effects.push(Effect::Remember(Some(until)));
        }
        effects
    }

    fn end(&mut self, end: Phase) -> Vec<Effect> {
        let effects = self.close_all();
        self.phase = end;
        effects
    }

    fn close_all(&self) -> Vec<Effect> {
        match self.phase {
            Phase::Opening(new) => vec![Effect::Close(new.conn)],
            Phase::Up(up) => vec![Effect::Close(up.conn)],
            Phase::Replacing { old, new } => {
                vec![Effect::Close(old.conn), Effect::Close(new.conn)]
            }
            Phase::Parked | Phase::Waiting { .. } | Phase::SignedOut | Phase::Outdated => {
                Vec::new()
            }
        }
    }
}
