//! How others answered what was asked, as far as the stream tells it.

use domain::question::Answers;
use serde_json::Value;

use super::super::wire::ask::{Field, FieldKind, Form};
use super::ask::{answer, fields};
use super::condition::labels;

/// How a form was answered, as the pages give answers. None where it may have been given in
/// several ways: numbers can be written differently, and two options may send the same.
pub(in crate::v2) fn answered(form: Form, said: &Value) -> Option<Answers> {
    let shown = fields(form.fields.clone()).into_iter();
    let shown: Vec<Field> = shown.filter(|field| !field.head.hidden).collect();
    let in_words = |field: &Field| match field.kind {
        FieldKind::String(_)
        | FieldKind::Multiselect(_)
        | FieldKind::Boolean
        | FieldKind::External(_) => true,
        FieldKind::Number | FieldKind::Integer | FieldKind::Unknown { .. } => false,
    };
    if !shown.iter().all(in_words) {
        return None;
    }
    let given = |field: &Field| {
        let value = said.get(&field.head.key);
        value.map(|value| labels(field, value)).unwrap_or_default()
    };
    let answers = Answers(shown.iter().map(given).collect());
    // Only what leads back to the same is an answer of ours.
    (answer(form, &answers).as_ref() == Ok(said)).then_some(answers)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "what is written on the spot")]
    fn of(fields: Value, said: Value) -> Option<Vec<Vec<String>>> {
        let raw = json!({ "id": "frm_1", "sessionID": "ses_1", "fields": fields });
        answered(serde_json::from_value(raw).unwrap(), &said).map(|it| it.0)
    }

    #[test]
    fn answers_are_told_by_their_labels() {
        let fields = json!([
            { "key": "q0", "type": "string", "options": [{ "value": "r", "label": "Red" }] },
            { "key": "q1", "type": "multiselect",
              "options": [{ "value": "S" }, { "value": "M" }] },
            { "key": "q2", "type": "boolean" },
            { "key": "q3", "type": "string" },
        ]);
        let said = json!({ "q0": "r", "q1": ["M", "S"], "q2": true });
        let labels: [&[&str]; 4] = [&["Red"], &["M", "S"], &["Yes"], &[]];
        let labels = labels.map(|it| it.iter().map(|it| (*it).to_owned()).collect());
        assert_eq!(of(fields, said), Some(labels.to_vec()));
    }

    #[test]
    fn what_may_have_been_said_otherwise_is_not_told() {
        let number = json!([{ "key": "n", "type": "integer" }]);
        assert_eq!(of(number, json!({ "n": 3 })), None);
        let more = json!([{ "key": "a", "type": "string" }]);
        assert_eq!(of(more, json!({ "a": "x", "b": "y" })), None);
    }
}
