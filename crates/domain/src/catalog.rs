//! What a directory offers: agents, models, commands. Never a key.

use serde::{Deserialize, Serialize};

use crate::session::ModelRef;

/// What can be chosen for a prompt in one directory.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Catalog {
    /// The agents that may be addressed (hidden ones left out), primary ones first.
    pub agents: Vec<Agent>,
    /// The models of the connected providers, deprecated ones left out.
    pub models: Vec<Model>,
    /// The model used where none is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_model: Option<ModelRef>,
    /// The slash commands.
    pub commands: Vec<Command>,
}

/// An agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Its name, also its id.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether it can be given a prompt directly (not only as a sub-agent).
    pub primary: bool,
    /// The model it prefers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelRef>,
}

/// A model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Provider and model ids.
    pub id: ModelRef,
    /// Its name.
    pub name: String,
    /// Its provider's name.
    pub provider_name: String,
    /// The variants (levels of reasoning), in the server's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<String>,
    /// How many tokens fit; 0 where unknown.
    pub context: u64,
    /// Whether it can call tools: an agent without them can only talk.
    pub tools: bool,
    /// Whether it takes pictures and files.
    pub attachments: bool,
}

/// A slash command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Its name without the slash.
    pub name: String,
    /// What it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}
