//! The link, pure: when a stream is opened, given up, replaced, and what of it is shown.
//!
//! Events, the time and chance come in as arguments; what to do comes out as [`Effect`]s.
//! There is one timer: after each event the caller waits until [`Link::deadline`] and sends
//! a [`Input::Tick`]; a tick that comes early or late does no harm. Frames are not its
//! business, nor is how bytes are got: a way to poll would be another kind of connection.

#[cfg(test)]
mod tests;

use domain::sync::Farewell;
use domain::time::Millis;

use super::link_state::LinkState;

/// A stream that does not say hello in this time has failed, in milliseconds: a phone on a
/// bad network needs some seconds, a proxy that holds everything back never will.
const OPEN_TIMEOUT_MS: u64 = 10_000;
/// A break is shown after this time, in milliseconds: most are over by then.
const HICCUP_MS: u64 = 2_000;
/// Heard of within this time, in milliseconds, a stream is alive beyond doubt.
const FRESH_MS: u64 = 2_000;
/// A stream that held for this time, in milliseconds, was a good one: back-off starts anew.
const STEADY_MS: u64 = 5_000;
/// After a break that was shown, what was missed has arrived after this time, in
/// milliseconds. The protocol does not mark the moment; a replay takes about as long.
const CATCH_UP_MS: u64 = 500;
/// A hidden page on a touch device lets go after this time, in milliseconds: the system
/// kills the connection anyhow, and a waking radio costs battery.
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

/// One connection, numbered from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Conn(u32);

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// The program has begun.
    Start,
    /// A stream said hello and how long it may be silent.
    Hello(Conn, u32),
    /// Bytes came.
    Bytes(Conn),
    /// A stream ended, or could not be opened.
    Closed(Conn, Broke),
    /// A frame does not continue where the page stands.
    Gap(Conn),
    /// The server ended a stream.
    Farewell(Conn, Farewell),
    /// The deadline has come.
    Tick,
    /// The browser has a network again.
    Online,
    /// The browser has no network.
    Offline,
    /// The page can be seen, or has come back from the browser's memory.
    Visible,
    /// The page cannot be seen.
    Hidden,
    /// A command was refused because nobody is signed in.
    SignedOut,
}

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broke {
    /// Nobody answered.
    NoAnswer,
    /// Something else than a stream answered.
    Refused,
    /// It ended or broke.
    Ended,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Open a stream where the page stands. While another is up, what that one says is
    /// held back: applied if the new one fails, dropped when the new one speaks.
    Open(Conn),
    /// Let go of a stream.
    Close(Conn),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Parked,
    Opening { conn: Conn, since: Millis },
    Up(Up),
    Replacing { old: Up, conn: Conn, since: Millis },
    Waiting { until: Millis },
    SignedOut,
    Outdated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Up {
    conn: Conn,
    since: Millis,
    heard: Millis,
    beat_ms: u32,
}

impl Up {
    /// Silence of 2.4 times the longest to expect is death.
    fn dies(&self) -> Millis {
        self.heard.plus(u64::from(self.beat_ms) * 12 / 5)
    }
}

/// The machine.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    phase: Phase,
    conns: u32,
    failures: u32,
    unanswered: u32,
    broken_since: Option<Millis>,
    was_up: bool,
    catching_up_until: Option<Millis>,
    offline_since: Option<Millis>,
    hidden_since: Option<Millis>,
    touch: bool,
}

impl Link {
    /// A link that has not begun. `touch`: the device is a phone or tablet.
    pub(crate) fn new(touch: bool) -> Self {
        Self {
            phase: Phase::Parked,
            conns: 0,
            failures: 0,
            unanswered: 0,
            broken_since: None,
            was_up: false,
            catching_up_until: None,
            offline_since: None,
            hidden_since: None,
            touch,
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
            Input::Closed(conn, broke) => self.closed(conn, broke, now, chance),
            Input::Gap(conn) => self.gap(conn, now, chance),
            Input::Farewell(conn, farewell) => self.farewell(conn, farewell, now, chance),
            Input::Tick => self.tick(now, chance),
            Input::Online => {
                self.offline_since = None;
                self.wake(now)
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
            Phase::Opening { conn: new, .. } => new == conn,
            Phase::Up(up) => up.conn == conn,
            Phase::Replacing { old, conn: new, .. } => old.conn == conn || new == conn,
            Phase::Parked | Phase::Waiting { .. } | Phase::SignedOut | Phase::Outdated => false,
        }
    }

    /// Whether commands have a chance to arrive.
    pub(crate) fn is_up(&self) -> bool {
        matches!(self.phase, Phase::Up(_) | Phase::Replacing { .. })
    }

    /// When the next tick is due: for the machine, or for what is shown.
    pub(crate) fn deadline(&self, now: Millis) -> Option<Millis> {
        let phase = match self.phase {
            Phase::Opening { since, .. } => Some(since.plus(OPEN_TIMEOUT_MS)),
            Phase::Up(up) => Some(up.dies()),
            Phase::Replacing { old, since, .. } => {
                Some(old.dies().min(since.plus(OPEN_TIMEOUT_MS)))
            }
            Phase::Waiting { until } => Some(until),
            Phase::Parked | Phase::SignedOut | Phase::Outdated => None,
        };
        let later = |at: &Millis| *at > now;
        let shown = self.broken_since.map(|since| since.plus(HICCUP_MS));
        let let_go = self.lets_go_at();
        [phase, shown.filter(later), self.catching_up_until, let_go]
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
            Phase::Parked | Phase::Opening { .. } => None,
        };
        if self.offline_since.is_some() {
            LinkState::Offline
        } else if hiccup && self.was_up {
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
        } else if self.catching_up_until.is_some() {
            LinkState::CatchingUp
        } else {
            LinkState::Live
        }
    }

    fn lets_go_at(&self) -> Option<Millis> {
        let hidden = self.hidden_since.filter(|_| self.touch)?;
        match self.phase {
            Phase::Parked | Phase::SignedOut | Phase::Outdated => None,
            Phase::Opening { .. }
            | Phase::Up(_)
            | Phase::Replacing { .. }
            | Phase::Waiting { .. } => Some(hidden.plus(LET_GO_MS)),
        }
    }

    fn next_conn(&mut self) -> Conn {
        self.conns = self.conns.wrapping_add(1);
        Conn(self.conns)
    }

    fn open(&mut self, now: Millis) -> Vec<Effect> {
        let conn = self.next_conn();
        self.phase = Phase::Opening { conn, since: now };
        vec![Effect::Open(conn)]
    }

    fn hello(&mut self, conn: Conn, beat_ms: u32, now: Millis) -> Vec<Effect> {
        let old = match self.phase {
            Phase::Opening { conn: new, .. } if new == conn => None,
            Phase::Replacing { old, conn: new, .. } if new == conn => Some(old.conn),
            Phase::Parked
            | Phase::Opening { .. }
            | Phase::Up(_)
            | Phase::Replacing { .. }
            | Phase::Waiting { .. }
            | Phase::SignedOut
            | Phase::Outdated => return Vec::new(),
        };
        self.phase = Phase::Up(Up {
            conn,
            since: now,
            heard: now,
            beat_ms,
        });
        let broken_since = self.broken_since.take();
        let shown = broken_since.is_some_and(|since| now >= since.plus(HICCUP_MS));
        self.catching_up_until = (shown && self.was_up).then(|| now.plus(CATCH_UP_MS));
        self.was_up = true;
        self.unanswered = 0;
        old.map(Effect::Close).into_iter().collect()
    }

    fn closed(&mut self, conn: Conn, broke: Broke, now: Millis, chance: f64) -> Vec<Effect> {
        if !self.wants(conn) {
            return Vec::new();
        }
        match self.phase {
            Phase::Replacing { old, conn: new, .. } if new == conn => {
                // The old one may live; if not, its silence will tell.
                self.phase = Phase::Up(old);
                return Vec::new();
            }
            Phase::Replacing {
                conn: new, since, ..
            } => {
                self.broken_since = Some(now);
                self.phase = Phase::Opening { conn: new, since };
                return Vec::new();
            }
            Phase::Up(up) => self.lost(&up, now),
            Phase::Parked
            | Phase::Opening { .. }
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
        self.catching_up_until = None;
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
        if self.catching_up_until.is_some_and(|until| until <= now) {
            self.catching_up_until = None;
        }
        if self.lets_go_at().is_some_and(|at| at <= now) {
            let effects = self.close_all();
            self.phase = Phase::Parked;
            self.broken_since = None;
            return effects;
        }
        match self.phase {
            Phase::Waiting { until } if until <= now => self.open(now),
            Phase::Opening { conn, since } if since.plus(OPEN_TIMEOUT_MS) <= now => {
                self.unanswered = self.unanswered.saturating_add(1);
                self.wait(now, chance);
                vec![Effect::Close(conn)]
            }
            Phase::Replacing { old, conn, .. } if old.dies() <= now => {
                self.lost(&old, now);
                self.phase = Phase::Opening { conn, since: now };
                vec![Effect::Close(old.conn)]
            }
            Phase::Replacing { old, conn, since } if since.plus(OPEN_TIMEOUT_MS) <= now => {
                self.phase = Phase::Up(old);
                vec![Effect::Close(conn)]
            }
            Phase::Up(up) if up.dies() <= now => {
                self.lost(&up, now);
                let mut effects = vec![Effect::Close(up.conn)];
                effects.extend(self.open(now));
                effects
            }
            Phase::Parked
            | Phase::Opening { .. }
            | Phase::Up(_)
            | Phase::Replacing { .. }
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
            Phase::Opening { conn, since } => {
                if now.since(since) < FRESH_MS {
                    return Vec::new();
                }
                let mut effects = vec![Effect::Close(conn)];
                effects.extend(self.open(now));
                effects
            }
            Phase::Up(old) => {
                if now.since(old.heard) < FRESH_MS {
                    return Vec::new();
                }
                self.replace(old, now)
            }
            Phase::Replacing { old, conn, since } => {
                if now.since(since) < FRESH_MS {
                    return Vec::new();
                }
                let mut effects = vec![Effect::Close(conn)];
                effects.extend(self.replace(old, now));
                effects
            }
        }
    }

    fn replace(&mut self, old: Up, now: Millis) -> Vec<Effect> {
        let conn = self.next_conn();
        self.phase = Phase::Replacing {
            old,
            conn,
            since: now,
        };
        vec![Effect::Open(conn)]
    }

    fn end(&mut self, end: Phase) -> Vec<Effect> {
        let effects = self.close_all();
        self.phase = end;
        effects
    }

    fn close_all(&self) -> Vec<Effect> {
        match self.phase {
            Phase::Opening { conn, .. } => vec![Effect::Close(conn)],
            Phase::Up(up) => vec![Effect::Close(up.conn)],
            Phase::Replacing { old, conn, .. } => {
                vec![Effect::Close(old.conn), Effect::Close(conn)]
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
