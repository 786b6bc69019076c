//! What waits to be delivered to an agent.

use serde::Deserialize;
use serde_json::Value;

use crate::wire::number::whole;

/// What waits, as a read and the receipt of a prompt have it.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Waiting {
    pub(in crate::v2) id: String,
    #[serde(default)]
    pub(in crate::v2) time: Time,
    #[serde(flatten)]
    pub(in crate::v2) item: Item,
}

/// When it was admitted.
#[derive(Debug, Default, Deserialize)]
pub(in crate::v2) struct Time {
    #[serde(default, deserialize_with = "whole")]
    pub(in crate::v2) created: Option<u64>,
}

/// What it is: `user`, `synthetic`, `compaction`, `move`.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Item {
    #[serde(rename = "type", default)]
    pub(in crate::v2) kind: String,
    #[serde(default)]
    pub(in crate::v2) delivery: String,
    #[serde(default)]
    pub(in crate::v2) payload: Value,
}
