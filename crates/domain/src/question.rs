//! A request for answers: the agent asks the owner and waits.

use serde::{Deserialize, Serialize};

use crate::id::{Directory, QuestionId, SessionId};
use crate::permission::ToolCallRef;

/// A pending request for answers; one or more questions answered together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its id.
    pub id: QuestionId,
    /// The session whose agent asks; [`Question::NOBODY`] where none does.
    pub session: SessionId,
    /// The directory to answer in.
    pub directory: Directory,
    /// What it is about, where that is more than its questions say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The questions, in order.
    pub items: Vec<QuestionItem>,
    /// The tool call that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<ToolCallRef>,
}

/// One question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionItem {
    /// A word or two to head it.
    pub header: String,
    /// The question.
    pub text: String,
    /// The answers offered.
    pub options: Vec<QuestionOption>,
    /// Whether several may be chosen.
    pub multiple: bool,
    /// Whether own words may be given.
    pub custom: bool,
    /// What stands there from the start, as it would be answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<String>,
    /// Where it is done instead of being answered here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// Whether it may be left without an answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// Under which conditions it is asked: all must hold. None: always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Condition>,
}

/// A page elsewhere. Only an address that a browser may be led to is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its address, of `https` or `http`, as a browser would read it.
    pub url: String,
    /// Whose page that is: the host and port in it, which whoever follows it is to see.
    pub host: String,
}

/// A condition on the answer to a question that stands before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Its number, from 0; none of what this version does not know, which never holds.
    pub item: Option<u32>,
    /// The answer, as it would be given.
    pub answer: Vec<String>,
    /// Whether it must be that answer, or must not.
    pub is: bool,
}

impl Question {
    /// Stands for a session where nobody's agent asks but the server itself: no id of a
    /// session is like it.
    pub const NOBODY: &str = "global";

    /// Whether the server itself asks, on behalf of no session.
    pub fn is_nobodys(&self) -> bool {
        self.session.as_str() == Self::NOBODY
    }

    /// Which of the questions are asked, where these are the answers `given` so far. The
    /// answer to one that is not asked counts as none.
    pub fn asked(&self, given: &[Vec<String>]) -> Vec<bool> {
        let mut asked: Vec<bool> = Vec::with_capacity(self.items.len());
        for item in &self.items {
            let holds = |condition: &Condition| {
                let at = condition.item.and_then(|at| usize::try_from(at).ok());
                let Some(at) = at else {
                    return false;
                };
                let counts = asked.get(at).copied().unwrap_or(false);
                let answer = given.get(at).filter(|_| counts);
                let answer = answer.map_or(&[][..], Vec::as_slice);
                (answer == condition.answer.as_slice()) == condition.is
            };
            let all = item.when.iter().all(holds);
            asked.push(all);
        }
        asked
    }
}

/// An answer offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionOption {
    /// The answer itself: what is sent back.
    pub label: String,
    /// What it means.
    pub description: String,
}

/// The answers: one list of labels (or own words) for each question, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(pub Vec<Vec<String>>);

#[cfg(test)]
mod tests {
    use super::*;

    fn item(when: Vec<Condition>) -> QuestionItem {
        QuestionItem {
            text: "Which?".to_owned(),
            custom: true,
            when,
            ..QuestionItem::default()
        }
    }

    #[test]
    fn a_question_is_asked_where_its_conditions_hold() {
        let on = |item, answer: &str, is| Condition {
            item,
            answer: vec![answer.to_owned()],
            is,
        };
        let question = Question {
            id: QuestionId::new("frm_1"),
            session: SessionId::new("ses_1"),
            directory: Directory::new("/a"),
            title: String::new(),
            items: vec![
                item(Vec::new()),
                item(vec![on(Some(0), "x", true)]),
                item(vec![on(Some(1), "y", true)]),
                item(vec![on(Some(0), "x", false)]),
                item(vec![on(None, "x", true)]),
            ],
            tool: None,
        };
        let asked = |answers: &[&str]| {
            let given: Vec<Vec<String>> = answers.iter().map(|it| vec![(*it).to_owned()]).collect();
            question.asked(&given)
        };
        assert_eq!(asked(&["x", "y"]), [true, true, true, false, false]);
        // What was said to a question that is not asked does not count.
        assert_eq!(asked(&["z", "y"]), [true, false, false, true, false]);
        assert_eq!(asked(&[]), [true, false, false, true, false]);
    }
}
