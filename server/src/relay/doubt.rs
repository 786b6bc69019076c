//! Whether a prompt that OpenCode took and has not shown is lost, pure: told what each look
//! for it found. Time alone never says so: a server that is only slow shows it yet.

use std::time::Duration;

/// How long a prompt has at least to show up after it was taken.
pub(super) const ADMISSION: Duration = Duration::from_secs(10);
/// How often in a row a healthy server at rest must say that there is no such message.
const ABSENCES: u32 = 3;
/// A server that takes longer than this to say so is not healthy: it may still be busy with
/// the prompt itself.
const HEALTHY: Duration = Duration::from_secs(1);

/// What one look for a prompt found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// There is no such message.
    Absent {
        /// How long the answer took.
        took: Duration,
        /// Whether the server is connected and nothing runs in the session.
        at_rest: bool,
    },
    /// The server did not answer.
    NoAnswer,
}

/// A prompt that was taken and is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Doubt {
    absences: u32,
}

impl Doubt {
    /// Notes what a look found.
    pub(super) fn note(&mut self, look: Look) {
        match look {
            Look::Absent {
                took,
                at_rest: true,
            } if took <= HEALTHY => self.absences = self.absences.saturating_add(1),
            Look::Absent { .. } | Look::NoAnswer => self.absences = 0,
        }
    }

    /// Whether the prompt is lost, when it has been waited for so long.
    pub(super) fn is_lost(self, waited: Duration) -> bool {
        waited >= ADMISSION && self.absences >= ABSENCES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABSENT: Look = Look::Absent {
        took: Duration::from_millis(5),
        at_rest: true,
    };

    fn lost(looks: &[Look], waited: Duration) -> bool {
        let mut doubt = Doubt::default();
        for look in looks {
            doubt.note(*look);
        }
        doubt.is_lost(waited)
    }

    #[test]
    fn only_a_healthy_server_at_rest_that_says_so_again_and_again_has_lost_a_prompt() {
        let slow = Look::Absent {
            took: HEALTHY * 2,
            at_rest: true,
        };
        let busy = Look::Absent {
            took: Duration::ZERO,
            at_rest: false,
        };
        let late = ADMISSION * 100;
        assert!(lost(&[ABSENT; 3], ADMISSION));
        assert!(!lost(&[ABSENT; 3], ADMISSION / 2), "too early");
        assert!(!lost(&[ABSENT; 2], late), "not often enough");
        for other in [slow, busy, Look::NoAnswer] {
            assert!(!lost(&[other; 50], late), "{other:?}");
            assert!(!lost(&[ABSENT, ABSENT, other, ABSENT], late), "{other:?}");
            assert!(lost(&[other, ABSENT, ABSENT, ABSENT], late), "{other:?}");
        }
    }
}
