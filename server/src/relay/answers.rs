//! Who answered what agents ask: kept for a while, so that whoever comes second is told who
//! was first instead of hearing that something is gone, and whoever lost the answer to an
//! answer is told that it stood.
//!
//! Pure. An ask is taken before its answer is sent, so that of two who answer at once only
//! one reaches the server.

use std::collections::VecDeque;

pub use opencode::Verdict;

/// How many asks are remembered, newest last. Whoever comes second comes within moments.
const KEPT_MAX: usize = 256;
/// How many answers of unknown fate are remembered of one ask: the owner has few devices,
/// and none answers again for ever.
const DOUBTFUL_MAX: usize = 8;

/// An answer of one of the owner's browsers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Its session's number.
    pub session: i64,
    /// What it is called.
    pub name: String,
    /// What it answered.
    pub verdict: Verdict,
    /// What it told the agent beside that; nobody else hears of it.
    pub word: Option<String>,
}

impl Reply {
    /// Whether the same browser gave this answer.
    pub fn is(&self, other: &Self) -> bool {
        (self.session, &self.verdict, &self.word) == (other.session, &other.verdict, &other.word)
    }
}

/// Who was first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum First {
    /// One of the owner's browsers.
    Device(Reply),
    /// One of the owner's browsers, whose answer is on its way.
    Answering(Reply),
    /// Somebody at the server itself, or an earlier answer that covered this ask too.
    Elsewhere,
    /// One of the owner's browsers, or else somebody elsewhere: what came of its answer was
    /// not heard.
    Unsure,
}

/// Who answered what; the newest last.
#[derive(Debug, Default)]
pub struct Answers(VecDeque<Asked>);

#[derive(Debug)]
struct Asked {
    id: String,
    first: Option<First>,
    answering: Option<Reply>,
    /// Answers that were sent, and nobody heard whether they arrived.
    doubtful: Vec<Reply>,
    closed: Closed,
}

/// Whether the server says that an ask is answered.
#[derive(Debug, PartialEq, Eq)]
enum Closed {
    No,
    /// It does not say how.
    Somehow,
    So(Verdict),
}

impl Asked {
    fn first(&self) -> Option<First> {
        let answering = || self.answering.clone().map(First::Answering);
        let unsure = || (!self.doubtful.is_empty()).then_some(First::Unsure);
        self.first.clone().or_else(answering).or_else(unsure)
    }

    /// Finds out who was first, once it is known what came of the answer that is under way.
    fn settle(&mut self) {
        if self.first.is_some() || self.answering.is_some() {
            return;
        }
        self.first = match &self.closed {
            Closed::No => None,
            Closed::Somehow if !self.doubtful.is_empty() => None,
            Closed::Somehow => Some(First::Elsewhere),
            Closed::So(verdict) => {
                let theirs = self.doubtful.iter().find(|it| it.verdict == *verdict);
                Some(theirs.cloned().map_or(First::Elsewhere, First::Device))
            }
        };
    }
}

impl Answers {
    /// Takes the ask `id` for `reply`, unless somebody has it: the error says who.
    pub fn claim(&mut self, id: &str, reply: Reply) -> Result<(), First> {
        self.of(id, |asked| match asked.first() {
            None | Some(First::Unsure) => {
                asked.answering = Some(reply);
                Ok(())
            }
            Some(other) => Err(other),
        })
    }

    /// The answer arrived.
    pub fn arrived(&mut self, id: &str) {
        self.of(id, |asked| {
            asked.first = asked.answering.take().map(First::Device);
        });
    }

    /// The answer was not taken: the ask is anybody's again, if it is still there.
    pub fn refused(&mut self, id: &str) {
        self.of(id, |asked| asked.answering = None);
    }

    /// Nobody heard whether the answer arrived: the ask is anybody's again, and it is
    /// noticed if the server says that it was answered so.
    pub fn doubted(&mut self, id: &str) {
        self.of(id, |asked| {
            if let Some(reply) = asked.answering.take()
                && asked.doubtful.len() < DOUBTFUL_MAX
            {
                asked.doubtful.push(reply);
            }
        });
    }

    /// The server says that the ask is answered, and perhaps how: by whoever sent just that
    /// answer from here, else elsewhere.
    pub fn closed(&mut self, id: &str, verdict: Option<Verdict>) {
        self.of(id, |asked| {
            if asked.closed == Closed::No {
                asked.closed = verdict.map_or(Closed::Somehow, Closed::So);
            }
        });
    }

    /// Who answered the ask `id`, or is about to; none where nobody did as far as is known.
    pub fn first(&self, id: &str) -> Option<First> {
        self.0.iter().rev().find(|it| it.id == id)?.first()
    }

    /// Looks at what is known of an ask, and remembers it as the newest.
    fn of<R>(&mut self, id: &str, look: impl FnOnce(&mut Asked) -> R) -> R {
        let known = self.0.iter().rposition(|it| it.id == id);
        let known = known.and_then(|at| self.0.remove(at));
        let mut asked = known.unwrap_or_else(|| Asked {
            id: id.to_owned(),
            first: None,
            answering: None,
            doubtful: Vec::new(),
            closed: Closed::No,
        });
        let found = look(&mut asked);
        asked.settle();
        if self.0.len() >= KEPT_MAX {
            self.0.pop_front();
        }
        self.0.push_back(asked);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(session: i64, verdict: Verdict) -> Reply {
        Reply {
            session,
            name: "Firefox on Linux".to_owned(),
            verdict,
            word: None,
        }
    }

    fn allowed(session: i64) -> Reply {
        reply(session, Verdict::Allowed)
    }

    #[test]
    fn of_two_who_answer_one_is_first_and_the_other_learns_who() {
        let mut answers = Answers::default();
        assert_eq!(answers.claim("per_1", allowed(1)), Ok(()));
        let other = answers.claim("per_1", allowed(2));
        assert_eq!(other, Err(First::Answering(allowed(1))));
        answers.arrived("per_1");
        answers.closed("per_1", Some(Verdict::Allowed));
        assert_eq!(answers.first("per_1"), Some(First::Device(allowed(1))));
    }

    #[test]
    fn an_answer_that_was_not_taken_leaves_the_ask_to_anybody() {
        let mut answers = Answers::default();
        assert_eq!(answers.claim("per_1", allowed(1)), Ok(()));
        answers.refused("per_1");
        assert_eq!(answers.first("per_1"), None);
        assert_eq!(answers.claim("per_1", allowed(2)), Ok(()));
    }

    #[test]
    fn an_answer_that_came_too_late_was_given_elsewhere_before() {
        for verdict in [None, Some(Verdict::Denied)] {
            let mut answers = Answers::default();
            assert_eq!(answers.claim("per_1", allowed(1)), Ok(()));
            answers.closed("per_1", verdict);
            answers.refused("per_1");
            assert_eq!(answers.first("per_1"), Some(First::Elsewhere));
        }
    }

    #[test]
    fn an_answer_of_unknown_fate_stood_where_the_server_says_the_same() {
        let mut answers = Answers::default();
        assert_eq!(answers.claim("per_1", allowed(1)), Ok(()));
        answers.doubted("per_1");
        assert_eq!(answers.first("per_1"), Some(First::Unsure));
        assert_eq!(answers.claim("per_1", allowed(2)), Ok(()));
        answers.closed("per_1", Some(Verdict::Allowed));
        let under_way = Some(First::Answering(allowed(2)));
        assert_eq!(answers.first("per_1"), under_way, "it may be theirs");
        answers.refused("per_1");
        assert_eq!(answers.first("per_1"), Some(First::Device(allowed(1))));
    }

    #[test]
    fn an_answer_of_unknown_fate_did_not_stand_where_the_server_says_another() {
        let mut answers = Answers::default();
        assert_eq!(answers.claim("per_1", allowed(1)), Ok(()));
        answers.doubted("per_1");
        answers.closed("per_1", Some(Verdict::Denied));
        assert_eq!(answers.first("per_1"), Some(First::Elsewhere));
    }

    #[test]
    fn nobody_is_told_what_is_not_known() {
        let mut answers = Answers::default();
        assert_eq!(answers.claim("per_1", allowed(1)), Ok(()));
        answers.doubted("per_1");
        answers.closed("per_1", None);
        assert_eq!(answers.first("per_1"), Some(First::Unsure));
    }

    #[test]
    fn an_answer_that_is_told_before_it_is_confirmed_is_of_whoever_gave_it() {
        let mut answers = Answers::default();
        assert_eq!(answers.claim("per_1", allowed(1)), Ok(()));
        answers.closed("per_1", Some(Verdict::Allowed));
        answers.doubted("per_1");
        assert_eq!(answers.first("per_1"), Some(First::Device(allowed(1))));
    }

    #[test]
    fn what_closes_without_anybody_here_was_answered_elsewhere() {
        let mut answers = Answers::default();
        answers.closed("per_1", Some(Verdict::Allowed));
        assert_eq!(answers.claim("per_1", allowed(1)), Err(First::Elsewhere));
    }

    #[test]
    fn only_the_newest_are_remembered() {
        let mut answers = Answers::default();
        for n in 0..=KEPT_MAX {
            answers.closed(&format!("per_{n}"), None);
        }
        assert_eq!(answers.first("per_0"), None);
        assert!(answers.first(&format!("per_{KEPT_MAX}")).is_some());
    }
}
