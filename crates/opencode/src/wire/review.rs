//! What a message tells of its turn: the files that it changed, what it consumed. Its parts
//! are not read.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::message::Tokens;
use super::number::{real, whole};

/// A message in a list, without its parts.
#[derive(Debug, Deserialize)]
pub(crate) struct Listed {
    pub(crate) info: Info,
}

/// What of it a review needs.
#[derive(Debug, Deserialize)]
pub(crate) struct Info {
    pub(crate) id: String,
    pub(crate) role: String,
    #[serde(default)]
    pub(crate) tokens: Tokens,
    #[serde(default, deserialize_with = "real")]
    pub(crate) cost: Option<f64>,
    #[serde(default)]
    pub(crate) summary: Summary,
}

/// A mark on a compaction's answer; on a user's message what its turn changed.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    pub(crate) is_compaction: bool,
    pub(crate) diffs: Vec<FileDiff>,
}

impl<'de> Deserialize<'de> for Summary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // What is of another shape costs the summary and not the message.
        let mut value = Value::deserialize(deserializer)?;
        let diffs = value.get_mut("diffs").map(Value::take);
        let diffs = match diffs {
            Some(Value::Array(diffs)) => diffs,
            Some(_) | None => Vec::new(),
        };
        Ok(Self {
            is_compaction: value == Value::Bool(true),
            diffs: diffs
                .into_iter()
                .filter_map(|diff| serde_json::from_value(diff).ok())
                .collect(),
        })
    }
}

/// What happened to one file.
#[derive(Debug, Deserialize)]
pub(crate) struct FileDiff {
    pub(crate) file: String,
    pub(crate) patch: Option<String>,
    #[serde(default, deserialize_with = "whole")]
    pub(crate) additions: Option<u64>,
    #[serde(default, deserialize_with = "whole")]
    pub(crate) deletions: Option<u64>,
    pub(crate) status: Option<String>,
}

/// What a session has consumed, and whether its folder is in a repository.
#[derive(Debug, Deserialize)]
pub(crate) struct Account {
    #[serde(rename = "projectID")]
    pub(crate) project: Option<String>,
    #[serde(default, deserialize_with = "real")]
    pub(crate) cost: Option<f64>,
    pub(crate) tokens: Option<Tokens>,
    pub(crate) directory: String,
}

/// The setting that says whether snapshots are taken.
#[derive(Debug, Deserialize)]
pub(crate) struct Settings {
    pub(crate) snapshot: Option<bool>,
}
