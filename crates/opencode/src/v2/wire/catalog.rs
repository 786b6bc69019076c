//! What a directory offers. The answers may hold keys (`settings`, `headers`, `body`): those
//! fields are not listed here, so no key outlives the reading.

use serde::Deserialize;

use crate::wire::number::whole;
use crate::wire::session::Model as Reference;

/// An agent.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Agent {
    /// What it is chosen by.
    pub(in crate::v2) id: String,
    pub(in crate::v2) description: Option<String>,
    #[serde(default)]
    pub(in crate::v2) mode: String,
    #[serde(default)]
    pub(in crate::v2) hidden: bool,
    pub(in crate::v2) model: Option<Reference>,
}

/// A provider.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Provider {
    pub(in crate::v2) id: String,
    #[serde(default)]
    pub(in crate::v2) name: String,
}

/// A model.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Model {
    pub(in crate::v2) id: String,
    #[serde(rename = "providerID")]
    pub(in crate::v2) provider: String,
    #[serde(default)]
    pub(in crate::v2) name: String,
    #[serde(default)]
    pub(in crate::v2) capabilities: Capabilities,
    #[serde(default)]
    pub(in crate::v2) variants: Vec<Variant>,
    #[serde(default)]
    pub(in crate::v2) status: String,
    pub(in crate::v2) enabled: Option<bool>,
    #[serde(default)]
    pub(in crate::v2) limit: Limit,
}

/// What a model takes.
#[derive(Debug, Default, Deserialize)]
pub(in crate::v2) struct Capabilities {
    #[serde(default)]
    pub(in crate::v2) tools: bool,
    #[serde(default)]
    pub(in crate::v2) input: Vec<String>,
}

/// A level of reasoning.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Variant {
    pub(in crate::v2) id: String,
}

/// How much fits.
#[derive(Debug, Default, Deserialize)]
pub(in crate::v2) struct Limit {
    #[serde(default, deserialize_with = "whole")]
    pub(in crate::v2) context: Option<u64>,
}

/// A file or folder.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Found {
    pub(in crate::v2) path: String,
    #[serde(rename = "type", default)]
    pub(in crate::v2) kind: String,
}

/// Whether a turn was stopped. Comes bare.
#[derive(Debug, Deserialize)]
pub(in crate::v2) struct Interrupted {
    #[serde(default)]
    pub(in crate::v2) interrupted: bool,
}
