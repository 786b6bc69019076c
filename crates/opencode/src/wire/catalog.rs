//! What a directory offers. The answers hold keys of providers in clear (`options`, `key`,
//! `headers`): those fields are not listed here, so no key outlives the reading.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::number::whole;
use super::ordered::Ordered;

/// An agent.
#[derive(Debug, Deserialize)]
pub(crate) struct Agent {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) mode: String,
    #[serde(default)]
    pub(crate) hidden: bool,
    pub(crate) model: Option<AgentModel>,
}

/// The model an agent prefers.
#[derive(Debug, Deserialize)]
pub(crate) struct AgentModel {
    #[serde(rename = "providerID")]
    pub(crate) provider: String,
    #[serde(rename = "modelID")]
    pub(crate) model: String,
}

/// The providers that can be used.
#[derive(Debug, Deserialize)]
pub(crate) struct Providers {
    #[serde(default)]
    pub(crate) providers: Vec<Provider>,
    /// The model to take of each.
    #[serde(default)]
    pub(crate) default: Ordered<String>,
}

/// A provider.
#[derive(Debug, Deserialize)]
pub(crate) struct Provider {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) models: Ordered<Model>,
}

/// A model.
#[derive(Debug, Deserialize)]
pub(crate) struct Model {
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) capabilities: Capabilities,
    #[serde(default)]
    pub(crate) limit: Limit,
    pub(crate) variants: Option<Ordered<IgnoredAny>>,
}

/// What a model can do.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Capabilities {
    #[serde(default)]
    pub(crate) toolcall: bool,
    #[serde(default)]
    pub(crate) attachment: bool,
}

/// How much fits a model.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Limit {
    #[serde(default, deserialize_with = "whole")]
    pub(crate) context: Option<u64>,
}

/// A slash command.
#[derive(Debug, Deserialize)]
pub(crate) struct Command {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
}

/// The one setting that we read.
#[derive(Debug, Deserialize)]
pub(crate) struct Config {
    /// `provider/model`.
    pub(crate) model: Option<String>,
}
