//! The link, pure: when a stream is opened, given up, replaced, and what of it is shown.
//!
//! Events, the time and chance come in as arguments; what to do comes out as [`Effect`]s.
//! There is one timer: after each event the caller waits until [`Link::deadline`] and sends
//! a [`Input::Tick`]; a tick that comes early or late does no harm. Frames are not its
//! business, nor is how bytes are got: a poll that goes on and on is another way of the same
//! connection.

mod input;
mod phase;
#[cfg(test)]
mod tests;

use domain::sync::Farewell;
use domain::time::Millis;

pub(crate) use input::{Broke, Conn, Effect, Input, Way};
use phase::{Opening, Phase, Up};

use super::link_state::LinkState;

/// A poll that says hello in this time, in milliseconds, where a stream did not, shows that
/// the network is not slow but holds streams back.
const AT_ONCE_MS: u64 = 2_000;
/// How long polls are preferred where streams are held back, in milliseconds: a day.
const POLLS_FOR_MS: u64 = 24 * 60 * 60 * 1_000;
/// A break is shown after this time, in milliseconds: most are over by then.
const HICCUP_MS: u64 = 2_000;
/// Heard of within this time, in milliseconds, a stream is alive beyond doubt.
const FRESH_MS: u64 = 2_000;
/// A stream that held for this time, in milliseconds, was a good one: back-off starts anew.
const STEADY_MS: u64 = 5_000;
/// A hidden page lets go after this time, in milliseconds, unless it is the one that keeps
/// a stream for all: a phone's system kills the connection anyhow, and a waking radio costs
/// battery; on a desk many tabs would use up the connections that a browser grants.
const LET_GO_MS: u64 = 60_000;
/// When one owner has too many pages open, the oldest comes back after this time, in
/// milliseconds, or when it is looked at.
const CROWDED_MS: u64 = 30_000;
/// The first pause between two tries, in milliseconds; it doubles.
const BACKOFF_MIN_MS: u64 = 500;
/// The longest pause between two tries, in milliseconds.
const BACKOFF_MAX_MS: u64 = 30_000;
/// How often nobody must answer before we say so rather than *reconnecting*.
const UNREACHABLE_AFTER: u32 = 3;

/// What the page has of all that was said to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Has {
    /// What it came with: no stream has been up.
    Nothing,
    /// A break was shown, and what was missed meanwhile has not all arrived.
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
        } else if hiccup && self.has != Has::Nothing {
            LinkState::Live
        } else if hiccup {
            LinkState::Starting
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

    fn closed(&mut self, conn: Conn, broke: Broke, now: Millis, chance: f64) -> Vec<Effect> {
        if !self.wants(conn) {
            return Vec::new();
        }
        match self.phase {
            Phase::Replacing { old, new } if new.conn == conn => {
                // The old one may live; if not, its silence will tell.
                self.phase = Phase::Up(old);
                return Vec::new();
            }
            Phase::Replacing { new, .. } => {
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

    fn lost(&mut self, up: &Up, now: Millis) {
        if now.since(up.since) >= STEADY_MS {
            self.failures = 0;
        }
        self.broken_since.get_or_insert(now);
    }

    /// Full jitter: many pages whose server restarts come back spread out.
    fn wait(&mut self, now: Millis, chance: f64) {
        let longest = BACKOFF_MIN_MS
            .saturating_mul(1 << self.failures.min(10))
            .min(BACKOFF_MAX_MS);
        self.failures = self.failures.saturating_add(1);
        self.phase = Phase::Waiting {
            until: now.plus(part_of(longest, chance)),
        };
    }

    fn gap(&mut self, conn: Conn, now: Millis, chance: f64) -> Vec<Effect> {
        if !self.wants(conn) {
            return Vec::new();
        }
        let mut effects = self.close_all();
        if let Phase::Up(up) | Phase::Replacing { old: up, .. } = self.phase {
            self.lost(&up, now);
        }
        if self.failures == 0 {
            self.failures = 1;
            effects.extend(self.open(now));
        } else {
            self.wait(now, chance);
        }
        effects
    }

    fn farewell(
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
        let effects = self.close_all();
        if let Phase::Up(up) | Phase::Replacing { old: up, .. } = self.phase {
            self.lost(&up, now);
        }
        self.phase = Phase::Waiting {
            until: now.plus(pause),
        };
        effects
    }

    fn tick(&mut self, now: Millis, chance: f64) -> Vec<Effect> {
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
    fn crowd(&mut self, crowded: bool, now: Millis) -> Vec<Effect> {
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
    fn wake(&mut self, now: Millis) -> Vec<Effect> {
        match self.phase {
            Phase::SignedOut | Phase::Outdated => Vec::new(),
            Phase::Parked if self.conns == 0 => Vec::new(),
            Phase::Parked | Phase::Waiting { .. } => {
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

    fn replace(&mut self, old: Up, now: Millis) -> Vec<Effect> {
        let new = self.opening(self.way(now), now);
        self.phase = Phase::Replacing { old, new };
        vec![Effect::Open(new.conn, new.way)]
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

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a pause of at most 30,000 ms, and a chance from 0 to 1"
)]
fn part_of(longest: u64, chance: f64) -> u64 {
    (longest as f64 * chance.clamp(0.0, 1.0)) as u64
}
