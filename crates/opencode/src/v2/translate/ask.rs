//! Permissions and forms. A form whose fields can all be answered by choosing or writing is
//! a question; others have no word of ours yet and are told as what they are.

use domain::id::{Directory, MessageId, PermissionId, QuestionId, SessionId};
use domain::permission::{AskedChange, Permission, ToolCallRef};
use domain::question::{Answers, Question, QuestionItem, QuestionOption};
use serde::Deserialize as _;
use serde_json::{Map, Number, Value, json};

use super::super::Form;
use super::super::wire::ask::{self, Choice, Field, FieldKind};
use super::condition::{conditions, labels};
use super::link::link;
use crate::answered::each;
use crate::translate::ask::SUBJECTS;
use crate::translate::tool::text_at;

/// The kind of form that an agent's questions are.
const QUESTION: &str = "question";
/// What a yes is called where a form asks for one.
pub(super) const YES: &str = "Yes";
/// What a no is called.
pub(super) const NO: &str = "No";

/// Why answers do not fit a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a number is wanted")]
pub(in crate::v2) struct NoNumber;

/// A request for permission; `directory` is where it was asked.
pub(in crate::v2) fn permission(it: ask::Permission, directory: Directory) -> Permission {
    Permission {
        id: PermissionId::new(it.id),
        session: SessionId::new(it.session),
        directory,
        action: action(it.action),
        patterns: it.resources,
        always: it.save,
        // It has a list of what was allowed for good; how wide that reaches is not known [?].
        saved: true,
        subject: text_at(&it.metadata, &SUBJECTS),
        diff: diff(&it.metadata),
        tool: it.source.map(|call| ToolCallRef {
            message: MessageId::new(call.message),
            call: call.id,
        }),
    }
}

/// What is asked for, in the words that 1.x has for the same: the pages know these.
fn action(word: String) -> String {
    match word.as_str() {
        "shell" => "bash".to_owned(),
        "subagent" => "task".to_owned(),
        _ => word,
    }
}

/// What a tool would change: the results of `edit` and `write` do not say it, the request
/// before them does.
fn diff(metadata: &Value) -> Option<AskedChange> {
    let files = metadata.get("files").and_then(Value::as_array)?;
    let patches: Vec<String> = files
        .iter()
        .filter_map(|file| text_at(file, &["patch"]))
        .collect();
    let diff = patches.join("\n");
    (!diff.is_empty()).then(|| AskedChange::of(diff))
}

/// A form; `directory` is where it was asked.
pub(in crate::v2) fn form(it: ask::Form, directory: Directory) -> Form {
    let call = it.metadata.get("tool").cloned().unwrap_or_default();
    let call = ask::Call::deserialize(call).ok();
    let fields = fields(it.fields);
    let id = QuestionId::new(it.id);
    let session = Some(it.session).filter(|it| !it.is_empty() && it != Question::NOBODY);
    let session = session.map(SessionId::new);
    let shown: Vec<&Field> = fields.iter().filter(|it| !it.head.hidden).collect();
    // Whether what agents ask says that it must be answered was never seen [?]: it must.
    let of_agent = it.metadata.get("kind").and_then(Value::as_str) == Some(QUESTION);
    let items: Option<Vec<QuestionItem>> = shown
        .iter()
        .map(|field| {
            let mut item = item(field)?;
            // What is done elsewhere has no answer of its own: whether one that must be done
            // wants any was never seen [?].
            item.optional = item.link.is_some() || !field.head.required.unwrap_or(of_agent);
            item.given = labels(field, &field.head.default);
            item.when = conditions(&field.head.when, &shown);
            Some(item)
        })
        .collect();
    match items.filter(|items| !items.is_empty()) {
        Some(items) => Form::Question(Question {
            id,
            session: session.unwrap_or_else(|| SessionId::new(Question::NOBODY)),
            directory,
            // What an agent asks is headed in its fields.
            title: if of_agent { String::new() } else { it.title },
            items,
            tool: call.map(|call| ToolCallRef {
                message: MessageId::new(call.message),
                call: call.id,
            }),
        }),
        None => Form::Beyond {
            id,
            session,
            title: it.title,
            kinds: fields.into_iter().map(|field| field.head.kind).collect(),
        },
    }
}

/// Answers as a form takes them: by key and in the type of each field. Fields that nobody
/// answered, that are hidden or whose condition does not hold are left out.
pub(in crate::v2) fn answer(it: ask::Form, answers: &Answers) -> Result<Value, NoNumber> {
    let mut answer = Map::new();
    let shown = fields(it.fields);
    let shown = shown.into_iter().filter(|field| !field.head.hidden);
    for (field, given) in shown.zip(&answers.0) {
        let Field { head, kind } = field;
        if given.is_empty() || !head.when.iter().all(|when| when.holds(&answer)) {
            continue;
        }
        let first = given.first().map(String::as_str).unwrap_or_default();
        let value = match kind {
            FieldKind::String(choices) => json!(value_of(&choices.options, first)),
            FieldKind::Multiselect(choices) => given
                .iter()
                .map(|label| json!(value_of(&choices.options, label)))
                .collect(),
            FieldKind::Boolean => json!(first == YES),
            FieldKind::Integer => json!(first.trim().parse::<i64>().map_err(|_| NoNumber)?),
            FieldKind::Number => {
                let number: f64 = first.trim().parse().map_err(|_| NoNumber)?;
                Value::Number(Number::from_f64(number).ok_or(NoNumber)?)
            }
            FieldKind::External(_) | FieldKind::Unknown { .. } => continue,
        };
        answer.insert(head.key, value);
    }
    Ok(Value::Object(answer))
}

pub(super) fn fields(raw: Vec<Value>) -> Vec<Field> {
    each::<Value>("fields", raw)
        .filter_map(|raw| {
            Field::read(raw)
                .inspect_err(|error| tracing::warn!(%error, "a field without a key is left out"))
                .ok()
        })
        .collect()
}

/// A field as one question; none where choosing and writing cannot answer it.
fn item(field: &Field) -> Option<QuestionItem> {
    let plain = |label: &str| QuestionOption {
        label: label.to_owned(),
        description: String::new(),
    };
    let mut leads = None;
    let (options, multiple, custom) = match &field.kind {
        FieldKind::String(it) => {
            let custom = it.custom.unwrap_or(it.options.is_empty());
            (it.options.iter().map(option).collect(), false, custom)
        }
        FieldKind::Multiselect(it) => {
            let options = it.options.iter().map(option).collect();
            (options, true, it.custom.unwrap_or(false))
        }
        FieldKind::Boolean => (vec![plain(YES), plain(NO)], false, false),
        FieldKind::Number | FieldKind::Integer => (Vec::new(), false, true),
        FieldKind::External(url) => {
            // Where no browser may be led nobody here can do it.
            leads = Some(link(url)?);
            (Vec::new(), false, false)
        }
        FieldKind::Unknown { kind, raw } => {
            tracing::info!(field.kind = %kind, "a form has a field of an unknown kind");
            tracing::trace!(field.raw = %raw, "an unknown field in full");
            return None;
        }
    };
    let head = &field.head;
    // A question's tool heads with the title and asks in the description.
    let (header, text) = if head.description.is_empty() {
        (String::new(), head.title.clone())
    } else {
        (head.title.clone(), head.description.clone())
    };
    Some(QuestionItem {
        header,
        text: if text.is_empty() {
            head.key.clone()
        } else {
            text
        },
        options,
        multiple,
        custom,
        link: leads,
        ..QuestionItem::default()
    })
}

pub(super) fn option(it: &Choice) -> QuestionOption {
    QuestionOption {
        label: if it.label.is_empty() {
            it.value.clone()
        } else {
            it.label.clone()
        },
        description: it.description.clone(),
    }
}

/// What is sent for what was chosen; own words as they are.
fn value_of<'a>(options: &'a [Choice], label: &'a str) -> &'a str {
    let mut chosen = options.iter().filter(|it| it.label == label);
    chosen.next().map_or(label, |it| it.value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "what is written on the spot")]
    fn asked(fields: Value) -> ask::Form {
        let raw = json!({ "id": "frm_1", "sessionID": "ses_1", "title": "Questions",
            "metadata": { "kind": "question", "tool": { "messageID": "msg_1", "id": "call_1" } },
            "fields": fields });
        serde_json::from_value(raw).unwrap()
    }

    fn question(fields: Value) -> Form {
        form(asked(fields), Directory::new("/a"))
    }

    fn sent(fields: Value, answers: &[&[&str]]) -> Result<Value, NoNumber> {
        let lists = answers.iter();
        let lists = lists.map(|list| list.iter().map(|&it| it.to_owned()).collect());
        answer(asked(fields), &Answers(lists.collect()))
    }

    #[test]
    fn a_question_is_asked_and_answered_by_index() {
        let fields = json!([
            { "key": "q0", "title": "Colour", "description": "Which colour?", "type": "string",
              "options": [{ "value": "Red", "label": "Red" }], "custom": true },
            { "key": "q1", "title": "Sizes", "description": "Which?", "type": "multiselect",
              "options": [{ "value": "S" }, { "value": "M" }] },
        ]);
        let Form::Question(question) = question(fields.clone()) else {
            panic!("no question")
        };
        assert_eq!(question.items[0].header, "Colour");
        assert_eq!(question.items[0].text, "Which colour?");
        assert!(question.items[0].custom && question.items[1].multiple);
        assert_eq!(question.tool.unwrap().call, "call_1");
        assert_eq!(
            sent(fields, &[&["Red"], &["S", "M"]]),
            Ok(json!({ "q0": "Red", "q1": ["S", "M"] }))
        );
    }

    #[test]
    fn each_field_gets_its_own_type() {
        let fields = json!([
            { "key": "sure", "title": "Sure?", "type": "boolean" },
            { "key": "many", "title": "How many?", "type": "integer" },
            { "key": "part", "title": "Which part?", "type": "number" },
            { "key": "kind", "title": "Kind", "type": "string",
              "options": [{ "value": "a-1", "label": "First" }] },
            { "key": "skipped", "title": "More", "type": "string" },
        ]);
        assert_eq!(
            sent(
                fields.clone(),
                &[&["Yes"], &["3"], &["0.5"], &["First"], &[]]
            ),
            Ok(json!({ "sure": true, "many": 3, "part": 0.5, "kind": "a-1" }))
        );
        assert_eq!(sent(fields, &[&["No"], &["three"]]), Err(NoNumber));
    }

    #[test]
    fn a_condition_that_does_not_hold_leaves_its_field_out() {
        let fields = json!([
            { "key": "a", "type": "string" },
            { "key": "b", "type": "string", "when": [{ "key": "a", "op": "eq", "value": "x" }] },
            { "key": "c", "type": "string", "when": [{ "key": "a", "op": "neq", "value": "x" }] },
            { "key": "d", "type": "string", "when": [{ "key": "a", "op": "like", "value": "x" }] },
        ]);
        let all: &[&[&str]] = &[&["x"], &["1"], &["2"], &["3"]];
        assert_eq!(sent(fields, all), Ok(json!({ "a": "x", "b": "1" })));
    }

    #[test]
    fn a_form_that_no_agent_asks_need_not_be_answered_whole() {
        let mut it = asked(json!([{ "key": "a", "type": "string" }]));
        it.metadata = json!({ "kind": "websearch.provider" });
        let Form::Question(question) = form(it, Directory::new("/a")) else {
            panic!("no question")
        };
        assert!(question.items[0].optional);
    }

    #[test]
    fn what_cannot_be_answered_here_is_told_as_what_it_is() {
        let odd = json!([{ "key": "u", "type": "external", "url": "javascript:alert(1)" }]);
        assert!(matches!(question(odd), Form::Beyond { kinds, .. } if kinds == ["external"]));
        let new = question(json!([{ "key": "u", "type": "hologram" }]));
        assert!(matches!(new, Form::Beyond { .. }));
    }

    #[test]
    fn what_the_server_itself_asks_is_of_no_session_and_may_lead_elsewhere() {
        let fields = json!([{ "key": "u", "title": "Sign in", "type": "external",
            "required": true, "url": "https://example.com/in" }]);
        let mut it = asked(fields.clone());
        it.session = Question::NOBODY.to_owned();
        it.metadata = json!({ "kind": "mcp-elicitation" });
        it.title = "Tides wants you".to_owned();
        let Form::Question(question) = form(it, Directory::new("/a")) else {
            panic!("no question")
        };
        assert!(question.is_nobodys());
        assert_eq!(question.title, "Tides wants you");
        let item = &question.items[0];
        assert_eq!(item.link.as_ref().unwrap().host, "example.com");
        assert!(item.optional && !item.custom);
        assert_eq!(sent(fields, &[&[]]), Ok(json!({})));
    }

    #[test]
    fn what_stands_in_a_field_from_the_start_is_told_as_it_would_be_answered() {
        let fields = json!([
            { "key": "kind", "type": "string", "default": "a-1",
              "options": [{ "value": "a-1", "label": "First" }] },
            { "key": "many", "type": "multiselect", "default": ["s", "m"],
              "options": [{ "value": "s", "label": "Small" }, { "value": "m" }] },
            { "key": "sure", "type": "boolean", "default": false },
            { "key": "count", "type": "integer", "default": 3 },
            { "key": "none", "type": "string" },
        ]);
        let Form::Question(question) = question(fields.clone()) else {
            panic!("no question")
        };
        let given: Vec<_> = question.items.iter().map(|it| it.given.clone()).collect();
        let all: [&[&str]; 5] = [&["First"], &["Small", "m"], &["No"], &["3"], &[]];
        assert_eq!(given, all);
        assert_eq!(
            sent(fields, &all),
            Ok(json!({ "kind": "a-1", "many": ["s", "m"], "sure": false, "count": 3 }))
        );
    }

    #[test]
    fn a_permission_shows_what_would_change() {
        let raw = json!({ "id": "per_1", "sessionID": "ses_1", "action": "edit",
            "resources": ["a.rs"], "save": ["*"],
            "metadata": { "files": [{ "file": "a.rs", "patch": "@@ -1 +1 @@" }] },
            "source": { "type": "tool", "messageID": "msg_1", "id": "call_1" } });
        let it = permission(serde_json::from_value(raw).unwrap(), Directory::new("/a"));
        let change = it.diff.map(|change| change.patch);
        assert_eq!(change.as_deref(), Some("@@ -1 +1 @@"));
        assert_eq!(
            (it.patterns, it.always),
            (vec!["a.rs".to_owned()], vec!["*".to_owned()])
        );
    }
}
