//! What agents ask the owner: permissions and forms.

use serde::Deserialize;
use serde_json::{Map, Value};

/// A request for permission.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Permission {
    pub(in crate::v2) id: String,
    #[serde(rename = "sessionID")]
    pub(in crate::v2) session: String,
    #[serde(default)]
    pub(in crate::v2) action: String,
    #[serde(default)]
    pub(in crate::v2) resources: Vec<String>,
    #[serde(default)]
    pub(in crate::v2) save: Vec<String>,
    #[serde(default)]
    pub(in crate::v2) metadata: Value,
    pub(in crate::v2) source: Option<Call>,
}

/// A tool call that waits.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Call {
    #[serde(rename = "messageID")]
    pub(in crate::v2) message: String,
    #[serde(alias = "callID")]
    pub(in crate::v2) id: String,
}

/// A form.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::v2) struct Form {
    pub(in crate::v2) id: String,
    /// Its session; [`Question::NOBODY`](domain::question::Question::NOBODY) is the server's
    /// own word where it has none.
    #[serde(rename = "sessionID", default)]
    pub(in crate::v2) session: String,
    #[serde(default)]
    pub(in crate::v2) title: String,
    #[serde(default)]
    pub(in crate::v2) metadata: Value,
    #[serde(default)]
    pub(in crate::v2) fields: Vec<Value>,
}

/// A field with what all have.
#[derive(Debug)]
pub(in crate::v2) struct Field {
    pub(in crate::v2) head: Head,
    pub(in crate::v2) kind: FieldKind,
}

/// What all fields have.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Head {
    pub(in crate::v2) key: String,
    #[serde(rename = "type", default)]
    pub(in crate::v2) kind: String,
    #[serde(default)]
    pub(in crate::v2) title: String,
    #[serde(default)]
    pub(in crate::v2) description: String,
    #[serde(default)]
    pub(in crate::v2) hidden: bool,
    pub(in crate::v2) required: Option<bool>,
    #[serde(default)]
    pub(in crate::v2) when: Vec<When>,
    /// What stands there from the start.
    #[serde(default)]
    pub(in crate::v2) default: Value,
}

/// A condition under which a field is asked.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct When {
    pub(in crate::v2) key: String,
    #[serde(default)]
    pub(in crate::v2) op: String,
    #[serde(default)]
    pub(in crate::v2) value: Value,
}

impl When {
    /// Whether it holds for what is answered so far. An operation that we do not know does
    /// not: a field too few is told by the server, a field too many may be taken.
    pub(in crate::v2) fn holds(&self, answer: &Map<String, Value>) -> bool {
        let given = answer.get(&self.key).unwrap_or(&Value::Null);
        match self.op.as_str() {
            "eq" => *given == self.value,
            "neq" => *given != self.value,
            _ => false,
        }
    }
}

/// The kinds of field.
#[derive(Debug)]
pub(in crate::v2) enum FieldKind {
    String(Choices),
    Multiselect(Choices),
    Boolean,
    Number,
    Integer,
    /// Something to be done elsewhere, at this address.
    External(String),
    Unknown {
        kind: String,
        raw: Value,
    },
}

/// What may be chosen.
#[derive(Debug, Default, Deserialize)]
pub(in crate::v2) struct Choices {
    #[serde(default)]
    pub(in crate::v2) options: Vec<Choice>,
    pub(in crate::v2) custom: Option<bool>,
}

/// A choice.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Choice {
    pub(in crate::v2) value: String,
    #[serde(default)]
    pub(in crate::v2) label: String,
    #[serde(default)]
    pub(in crate::v2) description: String,
}

impl Field {
    /// Reads a field. An error only where it has no key.
    pub(in crate::v2) fn read(raw: Value) -> Result<Self, serde_json::Error> {
        let head = Head::deserialize(&raw)?;
        let choices = || Choices::deserialize(&raw).unwrap_or_default();
        let kind = match head.kind.as_str() {
            "string" => FieldKind::String(choices()),
            "multiselect" => FieldKind::Multiselect(choices()),
            "boolean" => FieldKind::Boolean,
            "number" => FieldKind::Number,
            "integer" => FieldKind::Integer,
            "external" => {
                let url = raw.get("url").and_then(Value::as_str);
                FieldKind::External(url.unwrap_or_default().to_owned())
            }
            _ => FieldKind::Unknown {
                kind: head.kind.clone(),
                raw,
            },
        };
        Ok(Self { head, kind })
    }
}
