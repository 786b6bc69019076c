//! The questions, and what is noted of each.

use domain::survey::{Finding, Verdict};

/// A question: what is asked, what is expected, and how sure that is (the marks of decision
/// 0018).
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    pub(super) asked: &'static str,
    pub(super) expected: &'static str,
    pub(super) mark: &'static str,
}

/// What was found, in a few words without a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// As it was expected.
    Same(String),
    /// Otherwise.
    Other(String),
    /// Nothing that says anything.
    Open(String),
}

impl Found {
    /// Judged by whether it is `same`.
    pub(super) fn judged(same: bool, said: impl Into<String>) -> Self {
        if same {
            Found::Same(said.into())
        } else {
            Found::Other(said.into())
        }
    }

    /// It was not asked, because of `why`.
    pub(super) fn unasked(why: &str) -> Self {
        Found::Open(format!("not asked: {why}"))
    }
}

/// What a look at answers comes to; what is missing for it comes as the error.
pub(super) type Judged = Result<Found, Found>;

impl From<Found> for Judged {
    fn from(found: Found) -> Self {
        Ok(found)
    }
}

/// What has been noted.
#[derive(Debug, Default)]
pub(super) struct Notes {
    findings: Vec<Finding>,
}

impl Notes {
    /// Notes what was found.
    pub(super) fn note(&mut self, question: Question, found: impl Into<Judged>) {
        let (verdict, found) = match found.into().unwrap_or_else(|instead| instead) {
            Found::Same(said) => (Verdict::Same, said),
            Found::Other(said) => (Verdict::Different, said),
            Found::Open(said) => (Verdict::Open, said),
        };
        self.findings.push(Finding {
            asked: question.asked.to_owned(),
            expected: question.expected.to_owned(),
            mark: question.mark.to_owned(),
            found,
            verdict,
        });
    }

    /// Notes that questions were not asked.
    pub(super) fn skip(&mut self, questions: &[Question], why: &str) {
        for question in questions {
            self.note(*question, Found::unasked(why));
        }
    }

    /// All of it.
    pub(super) fn findings(self) -> Vec<Finding> {
        self.findings
    }
}
