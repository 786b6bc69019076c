//! The only clock of this program, for saying how long a step took.

use std::fmt;
use std::time::{Duration, Instant};

/// Runs from when it was made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock the others are told to use"
    )]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// How long it has run.
    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// A duration as people say it: `0.4 s`, `12 s`, `3 min 20 s`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spoken(pub(crate) Duration);

impl fmt::Display for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        if seconds < 10 {
            write!(f, "{:.1} s", self.0.as_secs_f64())
        } else if seconds < 60 {
            write!(f, "{seconds} s")
        } else {
            write!(f, "{} min {} s", seconds / 60, seconds % 60)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_say_them() {
        let spoken = |ms| Spoken(Duration::from_millis(ms)).to_string();
        assert_eq!(spoken(420), "0.4 s");
        assert_eq!(spoken(12_900), "12 s");
        assert_eq!(spoken(200_000), "3 min 20 s");
    }
}
