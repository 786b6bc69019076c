//! When a child process is started, waited for, started again or given up. Sans-IO: events
//! and the time come in, effects go out, and a timer that is no longer meant is ignored.

use domain::time::Millis;

/// How long a program may take from its start to its first sign of readiness. OpenCode
/// takes up to 4 s, on a busy machine a multiple of it.
pub const START_MS: u64 = 40_000;
/// How long it must have been up for its earlier exits to be forgiven.
pub const STEADY_MS: u64 = 60_000;
/// The wait before the first new start; it doubles with each further one.
pub const BACKOFF_FIRST_MS: u64 = 500;
/// The longest wait before a new start.
pub const BACKOFF_MAX_MS: u64 = 30_000;
/// After this many exits in a row without a steady time in between it is given up: what
/// fails six times within two minutes wants a person.
pub const EXITS_MAX: u32 = 6;

/// How a child stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Not wanted.
    Stopped,
    /// Started, and not yet ready.
    Starting {
        /// Since when.
        since: Millis,
    },
    /// Ready.
    Up {
        /// Since when.
        since: Millis,
    },
    /// Ended; started again at `until`.
    Backoff {
        /// Which start comes next, from 1.
        attempt: u32,
        /// When.
        until: Millis,
        /// Why it ended.
        why: String,
    },
    /// Given up until told otherwise.
    Failed {
        /// Why.
        why: String,
    },
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It should run; also *try again* after it was given up.
    Wanted,
    /// It should not run.
    Unwanted,
    /// It says that it is ready.
    Ready,
    /// It could not be started.
    NotStarted {
        /// Why, one line.
        why: String,
    },
    /// It ended.
    Exited {
        /// Why, one line.
        why: String,
    },
    /// A timer that was set has run out.
    Timer(Timer),
}

/// A timer, with the number of the start it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timer(u64);

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Start the program. There is none running.
    Start,
    /// End the program.
    Stop,
    /// Send [`Event::Timer`] with this at that time.
    Wake {
        /// Which timer.
        timer: Timer,
        /// When.
        at: Millis,
    },
}

/// The policy for one child.
#[derive(Clone, Debug)]
pub struct Machine {
    state: State,
    wanted: bool,
    running: bool,
    exits: u32,
    timer: u64,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            state: State::Stopped,
            wanted: false,
            running: false,
            exits: 0,
            timer: 0,
        }
    }
}

impl Machine {
    /// How the child stands.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Takes in what happened, and says what to do.
    pub fn handle(&mut self, event: Event, now: Millis) -> Vec<Effect> {
        match event {
            Event::Wanted => {
                self.wanted = true;
                match self.state {
                    State::Starting { .. } | State::Up { .. } => Vec::new(),
                    State::Stopped | State::Backoff { .. } | State::Failed { .. } => {
                        self.exits = 0;
                        self.start(now)
                    }
                }
            }
            Event::Unwanted => {
                self.wanted = false;
                self.timer += 1;
                self.state = State::Stopped;
                if self.running {
                    vec![Effect::Stop]
                } else {
                    Vec::new()
                }
            }
            Event::Ready => {
                if let State::Starting { .. } = self.state {
                    self.timer += 1;
                    self.state = State::Up { since: now };
                }
                Vec::new()
            }
            Event::NotStarted { why } => {
                self.running = false;
                self.timer += 1;
                if self.wanted {
                    // A program that is missing is not there a second later either.
                    self.state = State::Failed { why };
                }
                Vec::new()
            }
            Event::Exited { why } => self.exited(why, now),
            Event::Timer(timer) if timer.0 == self.timer => self.woken(now),
            Event::Timer(_) => Vec::new(),
        }
    }

    fn start(&mut self, now: Millis) -> Vec<Effect> {
        self.state = State::Starting { since: now };
        if self.running {
            // It is still ending; its exit starts the next one.
            return Vec::new();
        }
        self.running = true;
        vec![Effect::Start, self.wake(now.plus(START_MS))]
    }

    fn exited(&mut self, why: String, now: Millis) -> Vec<Effect> {
        self.running = false;
        self.timer += 1;
        match self.state {
            State::Stopped | State::Failed { .. } | State::Backoff { .. } => Vec::new(),
            State::Starting { .. } if !self.wanted => Vec::new(),
            State::Starting { .. } | State::Up { .. } => {
                if let State::Up { since } = self.state
                    && now.since(since) >= STEADY_MS
                {
                    self.exits = 0;
                }
                self.exits += 1;
                if self.exits >= EXITS_MAX {
                    self.state = State::Failed { why };
                    return Vec::new();
                }
                let wait = BACKOFF_FIRST_MS
                    .saturating_mul(1 << (self.exits - 1).min(16))
                    .min(BACKOFF_MAX_MS);
                let until = now.plus(wait);
                self.state = State::Backoff {
                    attempt: self.exits,
                    until,
                    why,
                };
                vec![self.wake(until)]
            }
        }
    }

    fn woken(&mut self, now: Millis) -> Vec<Effect> {
        match &self.state {
            State::Starting { .. } if self.running => {
                // Its exit is counted like any other.
                vec![Effect::Stop]
            }
            State::Backoff { .. } => self.start(now),
            State::Starting { .. } | State::Stopped | State::Up { .. } | State::Failed { .. } => {
                Vec::new()
            }
        }
    }

    fn wake(&mut self, at: Millis) -> Effect {
        self.timer += 1;
        Effect::Wake {
            timer: Timer(self.timer),
            at,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn timer_of(effects: &[Effect]) -> (Timer, Millis) {
        effects
            .iter()
            .find_map(|effect| match effect {
                Effect::Wake { timer, at } => Some((*timer, *at)),
                Effect::Start | Effect::Stop => None,
            })
            .expect("no timer was set")
    }

    fn exit() -> Event {
        Event::Exited {
            why: "exit status 1".into(),
        }
    }

    #[test]
    fn what_ends_is_started_again_with_growing_waits_and_given_up_in_the_end() {
        let mut machine = Machine::default();
        let mut now = Millis(0);
        machine.handle(Event::Wanted, now);
        let mut waits = Vec::new();
        for _ in 1..EXITS_MAX {
            let effects = machine.handle(exit(), now);
            let (timer, at) = timer_of(&effects);
            waits.push(at.since(now));
            now = at;
            assert_eq!(machine.handle(Event::Timer(timer), now)[0], Effect::Start);
        }
        assert_eq!(waits, [500, 1_000, 2_000, 4_000, 8_000]);
        assert_eq!(machine.handle(exit(), now), []);
        assert_eq!(
            *machine.state(),
            State::Failed {
                why: "exit status 1".into()
            }
        );
        assert_eq!(
            machine.handle(Event::Wanted, now)[0],
            Effect::Start,
            "try again"
        );
    }

    #[test]
    fn a_steady_time_forgives_earlier_exits() {
        let mut machine = Machine::default();
        machine.handle(Event::Wanted, Millis(0));
        for _ in 0..20 {
            machine.handle(Event::Ready, Millis(0));
            let effects = machine.handle(exit(), Millis(STEADY_MS));
            let (timer, at) = timer_of(&effects);
            assert_eq!(at, Millis(STEADY_MS + BACKOFF_FIRST_MS));
            machine.handle(Event::Timer(timer), Millis(0));
        }
    }

    #[test]
    fn what_never_gets_ready_is_ended_and_counts_as_an_exit() {
        let mut machine = Machine::default();
        let (timer, at) = timer_of(&machine.handle(Event::Wanted, Millis(0)));
        assert_eq!(at, Millis(START_MS));
        assert_eq!(machine.handle(Event::Timer(timer), at), [Effect::Stop]);
        machine.handle(exit(), at);
        assert!(matches!(machine.state(), State::Backoff { attempt: 1, .. }));
    }

    #[test]
    fn a_timer_of_an_earlier_start_is_ignored() {
        let mut machine = Machine::default();
        let (timer, _) = timer_of(&machine.handle(Event::Wanted, Millis(0)));
        machine.handle(Event::Ready, Millis(1));
        assert_eq!(machine.handle(Event::Timer(timer), Millis(START_MS)), []);
        assert_eq!(*machine.state(), State::Up { since: Millis(1) });
    }

    #[test]
    fn a_missing_program_is_not_tried_again_by_itself() {
        let mut machine = Machine::default();
        machine.handle(Event::Wanted, Millis(0));
        machine.handle(
            Event::NotStarted {
                why: "not found".into(),
            },
            Millis(1),
        );
        assert_eq!(
            *machine.state(),
            State::Failed {
                why: "not found".into()
            }
        );
    }

    fn any_event() -> impl Strategy<Value = Event> {
        prop_oneof![
            Just(Event::Wanted),
            Just(Event::Unwanted),
            Just(Event::Ready),
            Just(exit()),
            Just(Event::NotStarted { why: String::new() }),
            (0..40_u64).prop_map(|n| Event::Timer(Timer(n))),
        ]
    }

    proptest! {
        #[test]
        fn there_are_never_two_children(events in proptest::collection::vec(any_event(), 0..80)) {
            let mut machine = Machine::default();
            let mut children = 0_i32;
            for (now, event) in events.into_iter().enumerate() {
                // Only a child that runs can end or fail to start.
                match event {
                    Event::Exited { .. } | Event::NotStarted { .. } if children == 0 => continue,
                    Event::Exited { .. } | Event::NotStarted { .. } => children -= 1,
                    Event::Wanted | Event::Unwanted | Event::Ready | Event::Timer(_) => {}
                }
                for effect in machine.handle(event, Millis(now as u64)) {
                    if effect == Effect::Start {
                        children += 1;
                    }
                }
                prop_assert!((0..=1).contains(&children));
            }
        }
    }
}
