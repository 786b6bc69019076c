//! Sessions and what they are doing.

use serde::Deserialize;
use serde_json::Value;

use super::number::{real, whole};

/// A session.
#[derive(Debug, Deserialize)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) directory: String,
    #[serde(rename = "parentID")]
    pub(crate) parent: Option<String>,
    #[serde(default)]
    pub(crate) title: String,
    pub(crate) agent: Option<String>,
    pub(crate) model: Option<Model>,
    pub(crate) summary: Option<Summary>,
    #[serde(default, deserialize_with = "real")]
    pub(crate) cost: Option<f64>,
    pub(crate) revert: Option<Revert>,
    pub(crate) metadata: Option<Value>,
    pub(crate) time: Time,
}

/// Where a session's metadata keep the request that last copied it. The copy has it too.
pub(crate) const FORK: &str = "nexusFork";
/// Where a copy's metadata keep what it was copied from: the server itself does not say.
pub(crate) const FORKED: &str = "nexusForked";

impl Session {
    /// What its metadata note under `key`.
    pub(crate) fn noted(&self, key: &str) -> Option<&str> {
        self.metadata.as_ref()?.get(key)?.as_str()
    }
}

/// The model of a session. Messages name the same things differently.
#[derive(Debug, Deserialize)]
pub(crate) struct Model {
    pub(crate) id: String,
    #[serde(rename = "providerID")]
    pub(crate) provider: String,
    pub(crate) variant: Option<String>,
}

/// How much a session changed.
#[derive(Debug, Deserialize)]
pub(crate) struct Summary {
    #[serde(default, deserialize_with = "whole")]
    pub(crate) additions: Option<u64>,
    #[serde(default, deserialize_with = "whole")]
    pub(crate) deletions: Option<u64>,
    #[serde(default, deserialize_with = "whole")]
    pub(crate) files: Option<u64>,
}

/// What is taken back, pending the next prompt.
#[derive(Debug, Deserialize)]
pub(crate) struct Revert {
    #[serde(rename = "messageID")]
    pub(crate) message: String,
    /// What is not as it was: a unified diff over all files.
    #[serde(default)]
    pub(crate) diff: Option<String>,
}

/// The times of a session.
#[derive(Debug, Deserialize)]
pub(crate) struct Time {
    #[serde(default, deserialize_with = "whole")]
    pub(crate) created: Option<u64>,
    #[serde(default, deserialize_with = "whole")]
    pub(crate) updated: Option<u64>,
    #[serde(default, deserialize_with = "whole")]
    pub(crate) archived: Option<u64>,
}

/// What a session is doing.
#[derive(Debug, Deserialize)]
pub(crate) struct Status {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default, deserialize_with = "whole")]
    pub(crate) attempt: Option<u64>,
    #[serde(default)]
    pub(crate) message: String,
    #[serde(default, deserialize_with = "whole")]
    pub(crate) next: Option<u64>,
}
