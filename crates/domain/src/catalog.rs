//! What a directory offers: agents, models, commands. Never a key.

use serde::{Deserialize, Serialize};

use crate::session::{ModelRef, Session};

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

/// To whom a prompt goes where nothing is chosen: enough of a catalog to say so before the
/// whole is at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// The agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelRef>,
    /// The model's name, without its variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_name: Option<String>,
}

impl Catalog {
    /// A model, whatever its variant.
    pub fn model(&self, id: &ModelRef) -> Option<&Model> {
        self.models
            .iter()
            .find(|known| known.id.provider == id.provider && known.id.model == id.model)
    }

    /// The agent where none was chosen: the first that can be spoken to.
    pub fn default_agent(&self) -> Option<&str> {
        let agent = self.agents.iter().find(|agent| agent.primary)?;
        Some(&agent.name)
    }

    /// To whom a prompt in `session` goes: whom it spoke to last, else what comes first.
    pub fn addressee(&self, session: &Session) -> Addressee {
        let agent = session.agent.as_deref().or_else(|| self.default_agent());
        let model = session.model.as_ref().or(self.default_model.as_ref());
        Addressee {
            agent: agent.map(str::to_owned),
            model_name: model
                .and_then(|model| self.model(model))
                .map(|model| model.name.clone()),
            model: model.cloned(),
        }
    }
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
