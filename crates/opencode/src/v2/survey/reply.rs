//! What came back to a question, and how it is said in a report: statuses, types and the
//! names of fields, never what stands in them, so that a report holds no secret.

use domain::house::ServerFault;
use serde_json::Value;

use super::notes::Found;
use crate::client::Answer;

/// The longest word of a server's that a report takes over, in characters.
const WORD_MAX_CHARS: usize = 60;
/// How many names of fields are listed: more would be a map, not a shape.
const NAMES_MAX: usize = 24;

/// What came back.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Reply {
    /// An answer.
    Came(Came),
    /// None: why.
    Silent(ServerFault),
    /// It was not asked, because the server had stopped answering.
    Unasked,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Came {
    pub(super) status: u16,
    pub(super) body: Body,
}

/// What an answer holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Body {
    /// JSON, by its own word and in truth.
    Json(Value),
    /// A web page.
    Page,
    /// Nothing.
    Empty,
    /// Something else.
    Other,
}

impl Reply {
    /// What an attempt came to.
    pub(super) fn of(answer: Result<Answer, ServerFault>) -> Self {
        match answer {
            Ok(answer) => Reply::Came(Came::of(&answer)),
            Err(fault) => Reply::Silent(fault),
        }
    }

    /// The answer, or what is to be noted in its place.
    pub(super) fn came(&self) -> Result<&Came, Found> {
        match self {
            Reply::Came(came) => Ok(came),
            Reply::Silent(fault) => Err(Found::Other(format!("no answer ({fault:?})"))),
            Reply::Unasked => Err(Found::unasked("the server stopped answering")),
        }
    }
}

impl Came {
    fn of(answer: &Answer) -> Self {
        let body = if answer.is_html() {
            Body::Page
        } else if answer.is_empty() {
            Body::Empty
        } else {
            answer.as_json().map_or(Body::Other, Body::Json)
        };
        Self {
            status: answer.status().as_u16(),
            body,
        }
    }

    /// What it is, in a few words.
    pub(super) fn said(&self) -> String {
        let status = self.status;
        match &self.body {
            Body::Json(value) => match value.get("_tag").and_then(Value::as_str) {
                Some(tag) => format!("{status} {}", word(tag)),
                None => format!("{status} {}", names(value)),
            },
            Body::Page => format!("{status} a web page"),
            Body::Empty => format!("{status} without a body"),
            Body::Other => format!("{status} no JSON"),
        }
    }

    /// Whether it did what was asked.
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status) && self.body != Body::Page
    }

    /// Whether it is that status, in the server's own words and not with a page.
    pub(super) fn is(&self, status: u16) -> bool {
        self.status == status && self.body != Body::Page
    }

    /// Whether it is this refusal. Its type is looked at where there is one.
    pub(super) fn refuses(&self, status: u16, tag: &str) -> bool {
        let it = self.json().get("_tag").and_then(Value::as_str);
        self.is(status) && it == Some(tag)
    }

    /// Its JSON, null where it has none.
    pub(super) fn json(&self) -> &Value {
        match &self.body {
            Body::Json(value) => value,
            Body::Page | Body::Empty | Body::Other => &Value::Null,
        }
    }

    /// What stands at `pointer` in its JSON, null where nothing does.
    pub(super) fn at(&self, pointer: &str) -> &Value {
        at(self.json(), pointer)
    }

    /// The entries of the list at `pointer`.
    pub(super) fn list(&self, pointer: &str) -> &[Value] {
        self.at(pointer).as_array().map_or(&[], Vec::as_slice)
    }
}

/// What stands at `pointer` in a value, null where nothing does.
pub(super) fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

/// The names of the fields of a value, or what else it is.
pub(super) fn names(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<String> = fields.keys().map(|it| word(it)).collect();
            names.sort();
            names.truncate(NAMES_MAX);
            format!("{{{}}}", names.join(", "))
        }
        Value::Array(list) => format!("a list of {}", list.len()),
        Value::Null => "null".to_owned(),
        Value::Bool(it) => it.to_string(),
        Value::Number(_) => "a number".to_owned(),
        Value::String(_) => "a text".to_owned(),
    }
}

/// A word of the server's, with nothing in it but what names are made of.
pub(super) fn word(text: &str) -> String {
    let fits = |it: &char| it.is_ascii_alphanumeric() || "_.-/".contains(*it);
    text.chars().filter(fits).take(WORD_MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn came(status: u16, body: Body) -> Came {
        Came { status, body }
    }

    #[test]
    fn an_answer_is_said_without_what_stands_in_it() {
        for (status, body, said) in [
            (204, Body::Empty, "204 without a body"),
            (200, Body::Page, "200 a web page"),
            (200, Body::Other, "200 no JSON"),
            (
                200,
                Body::Json(json!({ "key": "sk-secret", "data": [] })),
                "200 {data, key}",
            ),
            (
                200,
                Body::Json(json!(["sk-secret", "x"])),
                "200 a list of 2",
            ),
            (200, Body::Json(json!("sk-secret")), "200 a text"),
            (
                404,
                Body::Json(json!({ "_tag": "Form|NotFound", "message": "sk-secret" })),
                "404 FormNotFound",
            ),
        ] {
            assert_eq!(came(status, body).said(), said);
        }
    }

    #[test]
    fn a_page_is_no_success_whatever_its_status() {
        assert!(!came(200, Body::Page).is_success());
        assert!(!came(404, Body::Page).is(404));
        assert!(came(204, Body::Empty).is_success());
        assert!(came(404, Body::Empty).is(404));
        let refusal = came(404, Body::Json(json!({ "_tag": "X" })));
        assert!(refusal.refuses(404, "X"));
        assert!(!refusal.refuses(404, "Y"));
    }

    #[test]
    fn silence_differs_and_what_was_not_asked_is_open() {
        let silent = Reply::Silent(ServerFault::TimedOut);
        assert!(matches!(silent.came(), Err(Found::Other(_))));
        assert!(matches!(Reply::Unasked.came(), Err(Found::Open(_))));
    }
}
