//! Messages and errors.

use serde::Deserialize;
use serde_json::Value;

use super::number::{real, whole};
use super::review::Summary;

/// A message without its parts.
#[derive(Debug, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    #[serde(rename = "sessionID")]
    pub(crate) session: String,
    pub(crate) role: String,
    pub(crate) time: Time,
    pub(crate) agent: Option<String>,
    // A user's message names its model in an object, an assistant's in three fields.
    pub(crate) model: Option<Model>,
    #[serde(rename = "providerID")]
    pub(crate) provider: Option<String>,
    #[serde(rename = "modelID")]
    pub(crate) model_id: Option<String>,
    pub(crate) variant: Option<String>,
    #[serde(rename = "parentID")]
    pub(crate) parent: Option<String>,
    pub(crate) finish: Option<String>,
    pub(crate) error: Option<Error>,
    #[serde(default, deserialize_with = "real")]
    pub(crate) cost: Option<f64>,
    #[serde(default)]
    pub(crate) tokens: Tokens,
    #[serde(default)]
    pub(crate) summary: Summary,
}

/// The times of a message.
#[derive(Debug, Deserialize)]
pub(crate) struct Time {
    #[serde(default, deserialize_with = "whole")]
    pub(crate) created: Option<u64>,
    #[serde(default, deserialize_with = "whole")]
    pub(crate) completed: Option<u64>,
}

/// The model of a user's message.
#[derive(Debug, Deserialize)]
pub(crate) struct Model {
    #[serde(rename = "providerID")]
    pub(crate) provider: String,
    #[serde(rename = "modelID")]
    pub(crate) id: String,
    pub(crate) variant: Option<String>,
}

/// What a step consumed.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Tokens {
    #[serde(default, deserialize_with = "whole")]
    pub(crate) input: Option<u64>,
    #[serde(default, deserialize_with = "whole")]
    pub(crate) output: Option<u64>,
    #[serde(default, deserialize_with = "whole")]
    pub(crate) reasoning: Option<u64>,
    #[serde(default)]
    pub(crate) cache: Cache,
}

/// What of it a cache gave and took.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Cache {
    #[serde(default, deserialize_with = "whole")]
    pub(crate) read: Option<u64>,
    #[serde(default, deserialize_with = "whole")]
    pub(crate) write: Option<u64>,
}

/// An error by its name.
#[derive(Debug, Deserialize)]
pub(crate) struct Error {
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) data: ErrorData,
}

/// What is known of an error. A provider's headers are left out on purpose: they may hold
/// cookies.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ErrorData {
    #[serde(default)]
    pub(crate) message: String,
    #[serde(rename = "statusCode", default, deserialize_with = "whole")]
    pub(crate) status: Option<u64>,
    #[serde(rename = "responseBody")]
    pub(crate) body: Option<String>,
}

/// A message with its parts, as reads give it.
#[derive(Debug, Deserialize)]
pub(crate) struct Entry {
    pub(crate) info: Message,
    #[serde(default)]
    pub(crate) parts: Vec<Value>,
}
