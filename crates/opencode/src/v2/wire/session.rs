//! Sessions.

use serde::Deserialize;
use serde_json::Value;

use super::Location;
use crate::wire::message::Tokens;
use crate::wire::number::{real, whole};
use crate::wire::session::Model;

/// A session.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Session {
    pub(in crate::v2) id: String,
    #[serde(rename = "parentID")]
    pub(in crate::v2) parent: Option<String>,
    pub(in crate::v2) fork: Option<Fork>,
    pub(in crate::v2) title: Option<String>,
    pub(in crate::v2) agent: Option<String>,
    pub(in crate::v2) model: Option<Model>,
    #[serde(default, deserialize_with = "real")]
    pub(in crate::v2) cost: Option<f64>,
    pub(in crate::v2) tokens: Option<Tokens>,
    /// The repository it works in, or what stands for none.
    #[serde(rename = "projectID")]
    pub(in crate::v2) project: Option<String>,
    pub(in crate::v2) metadata: Option<Value>,
    pub(in crate::v2) outcome: Option<String>,
    pub(in crate::v2) revert: Option<Revert>,
    pub(in crate::v2) location: Location,
    pub(in crate::v2) time: Time,
}

/// What a session was copied from. It is no parent.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Fork {
    #[serde(rename = "sessionID")]
    pub(in crate::v2) session: String,
}

/// What is taken back until the next prompt.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Revert {
    #[serde(rename = "messageID")]
    pub(in crate::v2) message: String,
    #[serde(default)]
    pub(in crate::v2) files: Vec<FileDiff>,
}

/// What happened to a file.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct FileDiff {
    #[serde(default)]
    pub(in crate::v2) file: String,
    #[serde(default)]
    pub(in crate::v2) patch: String,
    #[serde(default, deserialize_with = "whole")]
    pub(in crate::v2) additions: Option<u64>,
    #[serde(default, deserialize_with = "whole")]
    pub(in crate::v2) deletions: Option<u64>,
    pub(in crate::v2) status: Option<String>,
}

/// The times of a session.
#[derive(Debug, Default, Deserialize)]
pub(in crate::v2) struct Time {
    #[serde(default, deserialize_with = "whole")]
    pub(in crate::v2) created: Option<u64>,
    #[serde(default, deserialize_with = "whole")]
    pub(in crate::v2) updated: Option<u64>,
    /// When its last turn ended.
    #[serde(default, deserialize_with = "whole")]
    pub(in crate::v2) idle: Option<u64>,
    /// Up to which end of a turn somebody has looked at it.
    #[serde(default, deserialize_with = "whole")]
    pub(in crate::v2) viewed: Option<u64>,
    #[serde(default, deserialize_with = "whole")]
    pub(in crate::v2) archived: Option<u64>,
}
