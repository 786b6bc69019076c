//! Who answered what agents ask: kept for a while, so that whoever comes second is told who
//! was first instead of hearing that something is gone.
//!
//! Pure. An ask is taken before its answer is sent, so that of two who answer at once only
//! one reaches the server.

use std::collections::VecDeque;

/// How many asks are remembered, newest last. Whoever comes second comes within moments.
const KEPT_MAX: usize = 256;

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Allowed this time.
    Allowed,
    /// Allowed from now on.
    Always,
    /// Denied.
    Denied,
    /// Questions were answered.
    Answered,
    /// Questions were dismissed.
    Skipped,
}

/// Who was first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum First {
    /// One of the owner's browsers.
    Device {
        /// Its session's number.
        session: i64,
        /// What it is called.
        name: String,
        /// What it answered.
        verdict: Verdict,
    },
    /// Somebody at the server itself, or an earlier answer that covered this ask too.
    Elsewhere,
}

/// Who answered what.
#[derive(Debug, Default)]
pub struct Answers(VecDeque<(String, First)>);

impl Answers {
    /// Takes the ask `id` for `first`, unless somebody has it: the error says who.
    pub fn claim(&mut self, id: &str, first: First) -> Result<(), First> {
        if let Some(other) = self.first(id) {
            return Err(other.clone());
        }
        self.push(id, first);
        Ok(())
    }

    /// The answer did not arrive: the ask is anybody's again.
    pub fn release(&mut self, id: &str) {
        self.0.retain(|(known, _)| known != id);
    }

    /// The server says that the ask is answered; unless somebody took it here, it was
    /// elsewhere.
    pub fn closed(&mut self, id: &str) {
        if self.first(id).is_none() {
            self.push(id, First::Elsewhere);
        }
    }

    /// Who answered the ask `id`, or is about to; none where nobody did as far as is known.
    pub fn first(&self, id: &str) -> Option<&First> {
        let mut known = self.0.iter().rev();
        known.find(|(known, _)| known == id).map(|(_, first)| first)
    }

    fn push(&mut self, id: &str, first: First) {
        if self.0.len() >= KEPT_MAX {
            self.0.pop_front();
        }
        self.0.push_back((id.to_owned(), first));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(session: i64) -> First {
        First::Device {
            session,
            name: "Firefox on Linux".to_owned(),
            verdict: Verdict::Allowed,
        }
    }

    #[test]
    fn of_two_who_answer_one_is_first_and_the_other_learns_who() {
        let mut answers = Answers::default();
        assert_eq!(answers.claim("per_1", device(1)), Ok(()));
        assert_eq!(answers.claim("per_1", device(2)), Err(device(1)));
        answers.closed("per_1");
        assert_eq!(answers.first("per_1"), Some(&device(1)));
    }

    #[test]
    fn an_answer_that_did_not_arrive_leaves_the_ask_to_anybody() {
        let mut answers = Answers::default();
        assert_eq!(answers.claim("per_1", device(1)), Ok(()));
        answers.release("per_1");
        assert_eq!(answers.claim("per_1", device(2)), Ok(()));
    }

    #[test]
    fn what_closes_without_anybody_here_was_answered_elsewhere() {
        let mut answers = Answers::default();
        answers.closed("per_1");
        assert_eq!(answers.claim("per_1", device(1)), Err(First::Elsewhere));
    }

    #[test]
    fn only_the_newest_are_remembered() {
        let mut answers = Answers::default();
        for n in 0..=KEPT_MAX {
            answers.closed(&format!("per_{n}"));
        }
        assert_eq!(answers.first("per_0"), None);
        assert!(answers.first(&format!("per_{KEPT_MAX}")).is_some());
    }
}
