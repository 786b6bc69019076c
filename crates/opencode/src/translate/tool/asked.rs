//! What a tool was asked, known tools by their meaning.

use domain::bulk::BulkField;
use domain::failure::Failure;
use domain::id::SessionId;
use domain::todo::{Todo, TodoStatus};
use domain::tool::{Answered, Field, Lines, ToolInput};
use serde_json::Value;

use super::super::bound;
use super::super::part::{Place, readable};
use super::patch::named;
use super::{cut, text_at};

/// How much of the names of the files in a patch travels, in bytes.
const PATHS_MAX_BYTES: usize = 4 * 1024;

/// What the tool `name` was asked.
pub(crate) fn input(name: &str, input: &Value, metadata: &Value, place: &Place) -> ToolInput {
    let text = |keys: &[&str]| text_at(input, keys);
    if input.as_object().is_none_or(serde_json::Map::is_empty) {
        return ToolInput::Empty;
    }
    let path = || text(&["filePath", "path", "file"]);
    let known = match name {
        "bash" | "shell" => text(&["command"]).map(|command| ToolInput::Bash {
            command: place.long(command, BulkField::Input),
            description: text(&["description"]),
        }),
        "read" => path().map(|path| ToolInput::Read {
            path,
            lines: lines(metadata),
        }),
        "edit" | "multiedit" => path().map(|path| ToolInput::Edit { path }),
        "write" => path().map(|path| ToolInput::Write { path }),
        "patch" | "apply_patch" => Some(ToolInput::Patch {
            paths: bound::texts(
                named(&text(&["patchText", "patch"]).unwrap_or_default()),
                PATHS_MAX_BYTES,
            ),
        }),
        "glob" => text(&["pattern"]).map(|pattern| ToolInput::Glob { pattern }),
        "grep" => text(&["pattern"]).map(|pattern| ToolInput::Grep {
            pattern,
            include: text(&["include", "path"]),
        }),
        "list" | "ls" => path().map(|path| ToolInput::List { path }),
        "webfetch" => text(&["url"]).map(|url| ToolInput::WebFetch { url }),
        "websearch" => text(&["query"]).map(|query| ToolInput::WebSearch { query }),
        "todowrite" => list(input, "todos").map(|list| ToolInput::Todo {
            items: list.iter().take(ToolInput::TODOS_MAX).map(todo).collect(),
        }),
        "question" => list(input, "questions").map(|list| ToolInput::Question {
            count: u32::try_from(list.len()).unwrap_or(u32::MAX),
            answered: answered(list, metadata),
        }),
        "task" | "subagent" => Some(ToolInput::Task {
            agent: text(&["subagent_type", "agent"]).unwrap_or_default(),
            description: text(&["description"]).unwrap_or_default(),
            session: text_at(metadata, &["sessionId", "sessionID"]).map(SessionId::new),
        }),
        "skill" => text(&["name", "id"]).map(|name| ToolInput::Skill { name }),
        "invalid" => Some(ToolInput::Invalid {
            tool: text(&["tool"]).unwrap_or_default(),
            error: cut(
                &text(&["error"]).unwrap_or_default(),
                Failure::DETAIL_MAX_BYTES,
            ),
        }),
        _ => None,
    };
    known.unwrap_or_else(|| ToolInput::Other {
        fields: fields(input),
        arguments: place.long(readable(input), BulkField::Input),
    })
}

/// Which lines of a file a reading brought.
fn lines(metadata: &Value) -> Option<Lines> {
    let display = metadata.get("display")?;
    let number = |key: &str| display.get(key).and_then(Value::as_u64);
    Some(Lines {
        first: number("lineStart")?,
        last: number("lineEnd")?,
        total: number("totalLines")?,
    })
}

/// The questions with what was answered to each; none before that is known.
fn answered(questions: &[Value], metadata: &Value) -> Vec<Answered> {
    let given = list(metadata, "answers").map_or(&[][..], Vec::as_slice);
    let words = |answers: &Value| {
        let answers = answers.as_array().into_iter().flatten();
        answers
            .filter_map(Value::as_str)
            .take(ToolInput::FIELDS_MAX)
            .map(|answer| shortened(answer.to_owned()))
            .collect()
    };
    questions
        .iter()
        .zip(given)
        .take(ToolInput::FIELDS_MAX)
        .map(|(question, answers)| Answered {
            question: shortened(text_at(question, &["question", "header"]).unwrap_or_default()),
            answers: words(answers),
        })
        .collect()
}

fn list<'a>(value: &'a Value, key: &str) -> Option<&'a Vec<Value>> {
    value.get(key).and_then(Value::as_array)
}

fn todo(raw: &Value) -> Todo {
    let content = text_at(raw, &["content"]).unwrap_or_default();
    Todo {
        content: shortened(content),
        status: match raw.get("status").and_then(Value::as_str) {
            Some("in_progress") => TodoStatus::InProgress,
            Some("completed") => TodoStatus::Completed,
            Some("cancelled") => TodoStatus::Cancelled,
            Some(_) | None => TodoStatus::Pending,
        },
    }
}

/// Arguments for people to read: a value that is no text as the JSON it is.
fn fields(input: &Value) -> Vec<Field> {
    let all = input.as_object().into_iter().flatten();
    all.take(ToolInput::FIELDS_MAX)
        .map(|(name, value)| Field {
            name: shortened(name.clone()),
            value: shortened(match value {
                Value::String(text) => text.clone(),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::Array(_)
                | Value::Object(_) => value.to_string(),
            }),
        })
        .collect()
}

fn shortened(text: String) -> String {
    if text.len() <= ToolInput::FIELD_MAX_BYTES {
        return text;
    }
    format!("{} …", cut(&text, ToolInput::FIELD_MAX_BYTES))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arguments_of_an_unknown_tool_are_told_by_name_and_kept_short() {
        let told: Vec<(String, String)> = fields(&json!({
            "city": "Kiel", "days": 3, "units": {"wind": "kn"}, "notes": "x".repeat(999),
        }))
        .into_iter()
        .map(|field| (field.name, field.value))
        .collect();
        let expected = [
            ("city", "Kiel".to_owned()),
            ("days", "3".to_owned()),
            ("notes", format!("{} …", "x".repeat(240))),
            ("units", "{\"wind\":\"kn\"}".to_owned()),
        ];
        for (name, value) in expected {
            assert!(told.contains(&(name.to_owned(), value)), "{name}: {told:?}");
        }
        let many: serde_json::Map<String, Value> =
            (0..99).map(|n| (n.to_string(), Value::Null)).collect();
        assert_eq!(fields(&Value::Object(many)).len(), ToolInput::FIELDS_MAX);
    }
}
