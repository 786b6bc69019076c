//! When a program is started, started again, or given up: the policy alone.
//!
//! Pure. What happened and what time it is come in, what to do comes out.

use std::time::Duration;

/// How long a program may take until it can be used. OpenCode takes about four seconds, on
/// a busy machine several times that.
pub const READY_WITHIN: Duration = Duration::from_secs(45);
/// A program that was up this long had started well: its next end is the first again.
pub const GOOD_AFTER: Duration = Duration::from_mins(1);
/// How often in a row it may end before it is given up.
pub const TRIES_MAX: u32 = 6;
/// The wait before the first new try; it doubles.
const WAIT_FIRST: Duration = Duration::from_secs(1);
/// The longest wait.
const WAIT_LONGEST: Duration = Duration::from_secs(30);

/// How far a program is. Times count from any fixed start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Not wanted.
    Stopped,
    /// Started, not yet to be used.
    Starting {
        /// Since when.
        since: Duration,
        /// How often in a row it has ended before.
        ended: u32,
    },
    /// To be used.
    Up {
        /// Since when.
        since: Duration,
        /// How often in a row it has ended before.
        ended: u32,
    },
    /// Ended; started again at `until`.
    Backoff {
        /// How often in a row it has ended.
        ended: u32,
        /// When it is started again.
        until: Duration,
        /// Why it ended.
        why: Ending,
    },
    /// Given up until somebody says so.
    Failed {
        /// Why.
        why: Ending,
    },
    /// Not wanted any more, but still there.
    Stopping {
        /// Whether it is wanted again after all.
        again: bool,
    },
}

/// Why a program is not up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It ended by itself, with these last words.
    Exited(String),
    /// It could not be started.
    NotStarted(String),
    /// It was started and never became ready.
    NeverReady,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It is wanted, or to be tried again at once.
    Start,
    /// It is not wanted any more.
    Stop,
    /// It could not be started.
    SpawnFailed(String),
    /// It can be used.
    Ready,
    /// It ended.
    Exited(String),
    /// Time passed.
    Tick,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Start the program.
    Spawn,
    /// End the program.
    Kill,
}

/// The policy with its present state.
#[derive(Clone, Debug)]
pub struct Machine {
    state: State,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            state: State::Stopped,
        }
    }
}

impl Machine {
    /// How far the program is.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// When [`Event::Tick`] is due.
    pub fn alarm(&self) -> Option<Duration> {
        match &self.state {
            State::Starting { since, .. } => Some(*since + READY_WITHIN),
            State::Backoff { until, .. } => Some(*until),
            State::Stopped | State::Up { .. } | State::Failed { .. } | State::Stopping { .. } => {
                None
            }
        }
    }

    /// Takes what happened; gives back what to do. What no longer fits is ignored.
    pub fn handle(&mut self, event: Event, now: Duration) -> Option<Effect> {
        match (&self.state, event) {
            (State::Stopped | State::Failed { .. } | State::Backoff { .. }, Event::Start) => {
                self.state = State::Starting {
                    since: now,
                    ended: 0,
                };
                Some(Effect::Spawn)
            }
            (State::Backoff { until, ended, .. }, Event::Tick) if now >= *until => {
                self.state = State::Starting {
                    since: now,
                    ended: *ended,
                };
                Some(Effect::Spawn)
            }
            (State::Starting { since, .. }, Event::Tick) if now >= *since + READY_WITHIN => {
                // It is counted when it has ended.
                Some(Effect::Kill)
            }
            (State::Starting { ended, .. }, Event::Ready) => {
                self.state = State::Up {
                    since: now,
                    ended: *ended,
                };
                None
            }
            (State::Starting { since, ended }, Event::Exited(words)) => {
                let late = now >= *since + READY_WITHIN;
                let why = if late {
                    Ending::NeverReady
                } else {
                    Ending::Exited(words)
                };
                self.ended(*ended, why, now)
            }
            (State::Up { since, ended }, Event::Exited(words)) => {
                let before = if now.saturating_sub(*since) >= GOOD_AFTER {
                    0
                } else {
                    *ended
                };
                self.ended(before, Ending::Exited(words), now)
            }
            (State::Starting { ended, .. }, Event::SpawnFailed(why)) => {
                self.ended(*ended, Ending::NotStarted(why), now)
            }
            (State::Starting { .. } | State::Up { .. }, Event::Stop) => {
                self.state = State::Stopping { again: false };
                Some(Effect::Kill)
            }
            (State::Backoff { .. } | State::Failed { .. }, Event::Stop) => {
                self.state = State::Stopped;
                None
            }
            (State::Stopping { .. }, Event::Start) => {
                self.state = State::Stopping { again: true };
                None
            }
            (State::Stopping { .. }, Event::Stop) => {
                self.state = State::Stopping { again: false };
                None
            }
            (State::Stopping { again }, Event::Exited(_) | Event::SpawnFailed(_)) => {
                if *again {
                    self.state = State::Starting {
                        since: now,
                        ended: 0,
                    };
                    Some(Effect::Spawn)
                } else {
                    self.state = State::Stopped;
                    None
                }
            }
            (
                State::Stopped
                | State::Starting { .. }
                | State::Up { .. }
                | State::Backoff { .. }
                | State::Failed { .. }
                | State::Stopping { .. },
                Event::Start
                | Event::Stop
                | Event::SpawnFailed(_)
                | Event::Ready
                | Event::Exited(_)
                | Event::Tick,
            ) => None,
        }
    }

    fn ended(&mut self, before: u32, why: Ending, now: Duration) -> Option<Effect> {
        let ended = before + 1;
        self.state = if ended >= TRIES_MAX {
            State::Failed { why }
        } else {
            let wait = WAIT_FIRST.saturating_mul(1 << before).min(WAIT_LONGEST);
            State::Backoff {
                ended,
                until: now + wait,
                why,
            }
        };
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn exited() -> Event {
        Event::Exited("bye".to_owned())
    }

    /// Plays events at times; answers with what was done and where it ended.
    fn play(steps: &[(u64, Event)]) -> (Vec<Effect>, State) {
        let mut machine = Machine::default();
        let effects = steps
            .iter()
            .filter_map(|(at, event)| machine.handle(event.clone(), s(*at)))
            .collect();
        (effects, machine.state().clone())
    }

    #[test]
    fn a_program_is_started_and_used() {
        let (effects, state) = play(&[(0, Event::Start), (4, Event::Ready)]);
        assert_eq!(effects, [Effect::Spawn]);
        assert_eq!(
            state,
            State::Up {
                since: s(4),
                ended: 0
            }
        );
    }

    #[test]
    fn a_program_that_ends_is_started_again_after_a_wait() {
        let (effects, state) = play(&[
            (0, Event::Start),
            (4, Event::Ready),
            (10, exited()),
            (10, Event::Tick),
            (11, Event::Tick),
        ]);
        assert_eq!(effects, [Effect::Spawn, Effect::Spawn]);
        assert_eq!(
            state,
            State::Starting {
                since: s(11),
                ended: 1
            }
        );
    }

    #[test]
    fn a_program_that_keeps_ending_is_given_up_until_somebody_says_so() {
        let mut machine = Machine::default();
        let mut now = s(0);
        machine.handle(Event::Start, now);
        for _ in 0..TRIES_MAX {
            machine.handle(exited(), now);
            if let Some(alarm) = machine.alarm() {
                now = alarm;
            }
            machine.handle(Event::Tick, now);
        }
        assert_eq!(
            *machine.state(),
            State::Failed {
                why: Ending::Exited("bye".to_owned())
            }
        );
        assert_eq!(machine.handle(Event::Start, now), Some(Effect::Spawn));
    }

    #[test]
    fn a_program_that_was_long_up_is_not_near_its_end() {
        let mut machine = Machine::default();
        machine.handle(Event::Start, s(0));
        for n in 0..20 {
            let now = s(n * 1_000);
            machine.handle(Event::Ready, now);
            machine.handle(exited(), now + GOOD_AFTER);
            machine.handle(Event::Tick, now + s(900));
        }
        assert!(matches!(machine.state(), State::Starting { ended: 1, .. }));
    }

    #[test]
    fn a_program_that_never_gets_ready_is_ended() {
        let (effects, state) = play(&[
            (0, Event::Start),
            (44, Event::Tick),
            (45, Event::Tick),
            (45, exited()),
        ]);
        assert_eq!(effects, [Effect::Spawn, Effect::Kill]);
        assert!(matches!(
            state,
            State::Backoff {
                why: Ending::NeverReady,
                ..
            }
        ));
    }

    #[test]
    fn a_program_that_is_missing_is_said_to_be() {
        let (_, state) = play(&[(0, Event::Start), (0, Event::SpawnFailed("no".to_owned()))]);
        assert!(matches!(
            state,
            State::Backoff {
                why: Ending::NotStarted(_),
                ..
            }
        ));
    }

    #[test]
    fn stopping_waits_for_the_end_and_starting_meanwhile_starts_afterwards() {
        let (effects, state) = play(&[
            (0, Event::Start),
            (4, Event::Ready),
            (5, Event::Stop),
            (5, Event::Start),
            (6, exited()),
        ]);
        assert_eq!(effects, [Effect::Spawn, Effect::Kill, Effect::Spawn]);
        assert!(matches!(state, State::Starting { .. }));
    }

    proptest! {
        /// Whatever happens, there is never more than one program.
        #[test]
        fn there_are_never_two_children(
            steps in proptest::collection::vec((0_u64..50, 0_u8..5), 0..100),
        ) {
            let mut machine = Machine::default();
            let mut now = 0;
            let mut children = 0_i32;
            for (wait, kind) in steps {
                now += wait;
                let event = match kind {
                    0 => Event::Start,
                    1 => Event::Stop,
                    2 => Event::Tick,
                    3 if children > 0 => Event::Ready,
                    _ if children > 0 => {
                        children -= 1;
                        exited()
                    }
                    _ => Event::Tick,
                };
                if machine.handle(event, s(now)) == Some(Effect::Spawn) {
                    children += 1;
                }
                prop_assert!(children <= 1);
                if *machine.state() == State::Stopped {
                    prop_assert_eq!(children, 0);
                }
            }
        }
    }
}
