//! What can be chosen for a prompt in a directory: fetched once for each, in the browser.

use std::sync::Arc;

use domain::catalog::{Addressee, Catalog, Model};
use domain::id::{Directory, ServerId};
use domain::session::ModelRef;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::workspaces;
use crate::components::Choice;
use crate::fault::Fault;
use crate::live::{Live, SessionKey};

/// What can be chosen, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Offers {
    /// On its way; perhaps it is known already whom the session speaks to.
    Loading(Option<Arc<Addressee>>),
    /// Here.
    Loaded(Arc<Catalog>),
    /// It cannot be had.
    Failed(Fault),
}

/// Separates the parts of a model's id in a choice: no id has it.
const SEPARATOR: char = '\u{1f}';

impl Offers {
    /// What is known of `session` when its page is drawn.
    pub(super) fn begin(session: &SessionKey) -> Self {
        Offers::Loading(Live::here().addressee(session))
    }

    /// Fetches what `directory` offers.
    pub(super) fn fetch(into: RwSignal<Offers>, server: ServerId, directory: Directory) {
        spawn_local(async move {
            let offers = match workspaces::offers(server, directory).await {
                Ok(catalog) => Offers::Loaded(Arc::new(catalog)),
                Err(fault) => Offers::Failed(fault),
            };
            // The page may have gone on meanwhile.
            into.try_set(offers);
        });
    }

    /// What to say where there is nothing to choose.
    pub(super) fn nothing(&self, what: &str) -> String {
        match self {
            Offers::Loading(_) => "Loading …".to_owned(),
            Offers::Loaded(_) => format!("No {what} found."),
            Offers::Failed(fault) => fault.to_string(),
        }
    }

    fn catalog(&self) -> Option<&Catalog> {
        match self {
            Offers::Loaded(catalog) => Some(catalog),
            Offers::Loading(_) | Offers::Failed(_) => None,
        }
    }

    fn addressee(&self) -> Option<&Addressee> {
        match self {
            Offers::Loading(addressee) => addressee.as_deref(),
            Offers::Loaded(_) | Offers::Failed(_) => None,
        }
    }

    /// The agents that can be spoken to.
    pub(super) fn agents(&self) -> Vec<Choice> {
        let agents = self.catalog().map(|catalog| catalog.agents.as_slice());
        agents
            .unwrap_or_default()
            .iter()
            .filter(|agent| agent.primary)
            .map(|agent| Choice {
                id: agent.name.clone(),
                name: agent.name.clone(),
                more: agent.description.clone(),
                group: None,
            })
            .collect()
    }

    /// The models, each variant by itself, by provider.
    pub(super) fn models(&self) -> Vec<Choice> {
        let models = self.catalog().map(|catalog| catalog.models.as_slice());
        let mut choices: Vec<Choice> = models
            .unwrap_or_default()
            .iter()
            .flat_map(choices_of)
            .collect();
        choices.sort_by(|a, b| a.group.cmp(&b.group));
        choices
    }

    /// The model where none was chosen.
    pub(super) fn default_model(&self) -> Option<ModelRef> {
        match self.addressee() {
            Some(addressee) => addressee.model.clone(),
            None => self.catalog()?.default_model.clone(),
        }
    }

    /// The agent where none was chosen: the first.
    pub(super) fn default_agent(&self) -> Option<String> {
        match self.addressee() {
            Some(addressee) => addressee.agent.clone(),
            None => self.catalog()?.default_agent().map(str::to_owned),
        }
    }

    /// What a model is called.
    pub(super) fn name_of(&self, model: &ModelRef) -> String {
        let known = self.catalog().and_then(|catalog| catalog.model(model));
        let known = known.map(|known| known.name.as_str());
        let same = |addressee: &&Addressee| addressee.model.as_ref() == Some(model);
        let addressee = self.addressee().filter(same);
        let known = known.or_else(|| addressee?.model_name.as_deref());
        let name = known.unwrap_or(model.model.as_str());
        match &model.variant {
            Some(variant) => format!("{name} · {variant}"),
            None => name.to_owned(),
        }
    }
}

fn choices_of(model: &Model) -> Vec<Choice> {
    let plain = ModelRef {
        variant: None,
        ..model.id.clone()
    };
    let more = (!model.tools).then(|| "Cannot use tools: it can only talk.".to_owned());
    let choice = |id: &ModelRef, name: String| Choice {
        id: id_of(id),
        name,
        more: more.clone(),
        group: Some(model.provider_name.clone()),
    };
    let mut choices = vec![choice(&plain, model.name.clone())];
    choices.extend(model.variants.iter().map(|variant| {
        let id = ModelRef {
            variant: Some(variant.clone()),
            ..plain.clone()
        };
        choice(&id, format!("{} · {variant}", model.name))
    }));
    choices
}

/// A model as the id of a choice.
pub(super) fn id_of(model: &ModelRef) -> String {
    let variant = model.variant.as_deref().unwrap_or_default();
    format!(
        "{}{SEPARATOR}{}{SEPARATOR}{variant}",
        model.provider, model.model
    )
}

/// The model that a choice stands for.
pub(super) fn model_of(id: &str) -> Option<ModelRef> {
    let mut parts = id.split(SEPARATOR);
    let provider = parts.next()?.to_owned();
    let model = parts.next()?.to_owned();
    let variant = parts.next().filter(|variant| !variant.is_empty());
    Some(ModelRef {
        provider,
        model,
        variant: variant.map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_survives_being_a_choice() {
        for variant in [None, Some("high".to_owned())] {
            let model = ModelRef {
                provider: "open/router".to_owned(),
                model: "vendor/model:free".to_owned(),
                variant,
            };
            assert_eq!(model_of(&id_of(&model)), Some(model));
        }
    }
}
