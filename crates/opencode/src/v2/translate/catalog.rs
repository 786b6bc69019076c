//! What a directory offers.

use std::collections::BTreeMap;

use domain::catalog::{Agent, Catalog, Command, Model};
use domain::session::ModelRef;

use super::super::wire::catalog;
use crate::translate::session::model_ref;
use crate::wire::session::Model as Reference;

/// What a model takes that takes more than words.
const BEYOND_WORDS: [&str; 2] = ["image", "pdf"];

/// Puts the answers together.
pub(in crate::v2) fn catalog(
    agents: impl Iterator<Item = catalog::Agent>,
    models: impl Iterator<Item = catalog::Model>,
    default: Option<Reference>,
    providers: impl Iterator<Item = catalog::Provider>,
    commands: Vec<Command>,
) -> Catalog {
    let names: BTreeMap<String, String> = providers.map(|it| (it.id, it.name)).collect();
    Catalog {
        agents: self::agents(agents),
        models: models
            // One that cannot be used is not offered; nothing said counts as usable.
            .filter(|it| it.status != "deprecated" && it.enabled != Some(false))
            .map(|it| model(&names, it))
            .collect(),
        default_model: default.map(reference),
        commands,
    }
}

/// The agents that are not hidden, primary ones first.
pub(in crate::v2) fn agents(agents: impl Iterator<Item = catalog::Agent>) -> Vec<Agent> {
    let shown = agents.filter(|agent| !agent.hidden);
    let mut agents: Vec<Agent> = shown
        .map(|it| Agent {
            primary: it.mode != "subagent",
            name: it.id,
            description: it.description,
            model: it.model.map(reference),
        })
        .collect();
    agents.sort_by_key(|agent| !agent.primary);
    agents
}

fn model(names: &BTreeMap<String, String>, it: catalog::Model) -> Model {
    let or_id = |name: Option<&str>, id: &str| match name {
        Some(name) if !name.is_empty() => name.to_owned(),
        Some(_) | None => id.to_owned(),
    };
    Model {
        name: or_id(Some(&it.name), &it.id),
        provider_name: or_id(names.get(&it.provider).map(String::as_str), &it.provider),
        variants: it.variants.into_iter().map(|it| it.id).collect(),
        context: it.limit.context.unwrap_or_default(),
        tools: it.capabilities.tools,
        attachments: it
            .capabilities
            .input
            .iter()
            .any(|it| BEYOND_WORDS.contains(&it.as_str())),
        id: model_ref(it.provider, it.id, None),
    }
}

fn reference(it: Reference) -> ModelRef {
    model_ref(it.provider, it.id, it.variant)
}
