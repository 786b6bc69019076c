//! What a directory offers.

use domain::catalog::{Agent, Catalog, Command, Model};
use domain::session::ModelRef;

use super::session::model_ref;
use crate::wire::catalog;

/// Puts the four answers together.
pub(crate) fn catalog(
    agents: Vec<Agent>,
    providers: catalog::Providers,
    commands: Vec<Command>,
    config: &catalog::Config,
) -> Catalog {
    let defaults = providers.default;
    let mut models = Vec::new();
    for provider in providers.providers {
        for (id, it) in provider.models.0 {
            if it.status == "deprecated" {
                continue;
            }
            models.push(model(&provider.id, &provider.name, id, it));
        }
    }
    Catalog {
        agents,
        default_model: default_model(&models, &defaults.0, config),
        models,
        commands,
    }
}

/// The agents that are not hidden, primary ones first.
pub(crate) fn agents(agents: impl Iterator<Item = catalog::Agent>) -> Vec<Agent> {
    let mut agents: Vec<Agent> = agents.filter(|agent| !agent.hidden).map(agent).collect();
    agents.sort_by_key(|agent| !agent.primary);
    agents
}

/// A slash command.
pub(crate) fn command(it: catalog::Command) -> Command {
    Command {
        name: it.name,
        description: it.description,
    }
}

/// The configured model, else the one that the first provider would have taken.
fn default_model(
    models: &[Model],
    defaults: &[(String, String)],
    config: &catalog::Config,
) -> Option<ModelRef> {
    let find = |provider: &str, model: &str| {
        models
            .iter()
            .map(|it| &it.id)
            .find(|id| id.provider == provider && id.model == model)
            .cloned()
    };
    config
        .model
        .as_deref()
        .and_then(|model| model.split_once('/'))
        .and_then(|(provider, model)| find(provider, model))
        .or_else(|| {
            let mut providers: Vec<&str> = Vec::new();
            for model in models {
                if !providers.contains(&model.id.provider.as_str()) {
                    providers.push(&model.id.provider);
                }
            }
            providers.into_iter().find_map(|provider| {
                let (_, model) = defaults.iter().find(|(of, _)| of == provider)?;
                find(provider, model)
            })
        })
}

fn agent(it: catalog::Agent) -> Agent {
    Agent {
        primary: it.mode != "subagent",
        name: it.name,
        description: it.description,
        model: it
            .model
            .map(|model| model_ref(model.provider, model.model, None)),
    }
}

fn model(provider: &str, provider_name: &str, id: String, it: catalog::Model) -> Model {
    let named = |name: String, id: &str| if name.is_empty() { id.to_owned() } else { name };
    Model {
        name: named(it.name, &id),
        provider_name: named(provider_name.to_owned(), provider),
        id: model_ref(provider.to_owned(), id, None),
        variants: it
            .variants
            .map(|variants| variants.0.into_iter().map(|(name, _)| name).collect())
            .unwrap_or_default(),
        context: it.limit.context.unwrap_or_default(),
        tools: it.capabilities.toolcall,
        attachments: it.capabilities.attachment,
    }
}
