//! Under which answers a field of a form is asked.

use domain::question::Condition;
use serde_json::Value;

use super::super::wire::ask::{Field, FieldKind, When};
use super::ask::{NO, YES, option};

/// The conditions of a field by the questions that they are about. One about a field that
/// is not asked is as that has no answer: it holds always, and is left out, or never.
pub(super) fn conditions(when: &[When], shown: &[&Field]) -> Vec<Condition> {
    let never = || Condition {
        item: None,
        answer: Vec::new(),
        is: true,
    };
    let condition = |when: &When| {
        let is = match when.op.as_str() {
            "eq" => true,
            "neq" => false,
            _ => return Some(never()),
        };
        let at = shown.iter().position(|it| it.head.key == when.key);
        match at.zip(at.and_then(|at| shown.get(at))) {
            Some((at, field)) => Some(Condition {
                item: u32::try_from(at).ok(),
                answer: labels(field, &when.value),
                is,
            }),
            None => is.then(never),
        }
    };
    when.iter().filter_map(condition).collect()
}

/// A value of a field as the answer that gives it.
pub(super) fn labels(field: &Field, value: &Value) -> Vec<String> {
    match value {
        Value::Null | Value::Object(_) => Vec::new(),
        Value::Bool(true) => vec![YES.to_owned()],
        Value::Bool(false) => vec![NO.to_owned()],
        Value::Number(number) => vec![number.to_string()],
        Value::String(value) => vec![label_of(field, value)],
        Value::Array(list) => {
            let values = list.iter().filter_map(Value::as_str);
            values.map(|value| label_of(field, value)).collect()
        }
    }
}

fn label_of(field: &Field, value: &str) -> String {
    let choices = match &field.kind {
        FieldKind::String(it) | FieldKind::Multiselect(it) => it.options.as_slice(),
        FieldKind::Boolean
        | FieldKind::Number
        | FieldKind::Integer
        | FieldKind::External(_)
        | FieldKind::Unknown { .. } => &[],
    };
    let known = choices.iter().find(|it| it.value == value);
    known.map_or_else(|| value.to_owned(), |it| option(it).label)
}

#[cfg(test)]
mod tests {
    use domain::id::Directory;
    use serde_json::json;

    use super::super::super::Form;
    use super::super::super::wire::ask;
    use super::super::ask::form;
    use super::*;

    #[test]
    fn a_condition_is_told_by_the_question_that_it_is_about() {
        let fields = json!([
            { "key": "secret", "type": "string", "hidden": true },
            { "key": "how", "type": "string", "required": true,
              "options": [{ "value": "r", "label": "By rail" }] },
            { "key": "seat", "type": "boolean", "required": false,
              "when": [{ "key": "how", "op": "eq", "value": "r" }] },
            { "key": "why", "type": "string",
              "when": [{ "key": "seat", "op": "neq", "value": true },
                { "key": "secret", "op": "neq", "value": "x" }] },
            { "key": "never", "type": "string",
              "when": [{ "key": "secret", "op": "eq", "value": "x" }] },
            { "key": "new", "type": "string",
              "when": [{ "key": "how", "op": "like", "value": "r" }] },
        ]);
        let raw = json!({ "id": "frm_1", "sessionID": "ses_1", "fields": fields,
            "metadata": { "kind": "question" } });
        let raw: ask::Form = serde_json::from_value(raw).unwrap();
        let Form::Question(question) = form(raw, Directory::new("/a")) else {
            panic!("no question")
        };
        let when: Vec<_> = question.items.iter().map(|it| it.when.clone()).collect();
        let on = |item, answer: &str, is| Condition {
            item: Some(item),
            answer: vec![answer.to_owned()],
            is,
        };
        assert_eq!(when[1], [on(0, "By rail", true)]);
        assert_eq!(when[2], [on(1, "Yes", false)]);
        let optional: Vec<_> = question.items.iter().map(|it| it.optional).collect();
        assert_eq!(optional, [false, true, false, false, false]);
        let given = |answers: &[&str]| {
            let given = answers.iter().map(|it| vec![(*it).to_owned()]);
            question.asked(&given.collect::<Vec<_>>())
        };
        assert_eq!(given(&["By rail", "No"]), [true, true, true, false, false]);
        assert_eq!(
            given(&["By rail", "Yes"]),
            [true, true, false, false, false]
        );
        assert_eq!(
            given(&["On foot", "Yes"]),
            [true, false, true, false, false]
        );
    }
}
