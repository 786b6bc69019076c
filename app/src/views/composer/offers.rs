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
    /// It cannot be had; perhaps it is known all the same whom the session speaks to.
    Failed(Fault, Option<Arc<Addressee>>),
}

/// The heading of agents that only other agents call.
const HELPERS: &str = "Helpers: the agent calls them. Name one with @ to suggest it.";
/// Why there is no model, and what to do.
const NO_MODEL: &str = "OpenCode is signed in to no provider. On the machine where it runs, “opencode auth login” signs it in.";
/// Why a model that one knows may not be among them.
pub(super) const MODELS_NOTE: &str = "These are the models of the providers that OpenCode is signed in to. On its machine, “opencode auth login” adds another.";
/// Separates the parts of a model's id in a choice: no id has it.
const SEPARATOR: char = '\u{1f}';

impl Offers {
    /// What is known of `session` when its page is drawn.
    pub(super) fn begin(session: &SessionKey) -> Self {
        Offers::Loading(Live::here().addressee(session))
    }

    /// Fetches what `directory` offers.
    pub(super) fn fetch(into: RwSignal<Offers>, server: ServerId, directory: Directory) {
        let addressee = into.with_untracked(|offers| offers.addressee().cloned());
        if into.with_untracked(Offers::is_failed) {
            into.set(Offers::Loading(addressee.clone()));
        }
        spawn_local(async move {
            let offers = match workspaces::offers(server, directory).await {
                Ok(catalog) => Offers::Loaded(Arc::new(catalog)),
                Err(fault) => Offers::Failed(fault, addressee),
            };
            // The page may have gone on meanwhile.
            into.try_set(offers);
        });
    }

    /// What to say where there is nothing to choose.
    pub(super) fn nothing(&self, what: &str) -> String {
        match self {
            Offers::Loading(_) => "Loading …".to_owned(),
            Offers::Loaded(_) if what == "model" => NO_MODEL.to_owned(),
            Offers::Loaded(_) => format!("No {what} found."),
            Offers::Failed(fault, _) => fault.to_string(),
        }
    }

    /// Whether it cannot be had.
    pub(super) fn is_failed(&self) -> bool {
        matches!(self, Offers::Failed(..))
    }

    /// What can be chosen, where it is known.
    pub(super) fn catalog(&self) -> Option<&Catalog> {
        match self {
            Offers::Loaded(catalog) => Some(catalog),
            Offers::Loading(_) | Offers::Failed(..) => None,
        }
    }

    fn addressee(&self) -> Option<&Arc<Addressee>> {
        match self {
            Offers::Loading(addressee) | Offers::Failed(_, addressee) => addressee.as_ref(),
            Offers::Loaded(_) => None,
        }
    }

    /// Whether nothing is known, so that what was used last is as good as any.
    fn is_dark(&self) -> bool {
        self.catalog().is_none() && self.addressee().is_none()
    }

    /// The agents, those that cannot be spoken to last.
    pub(super) fn agents(&self) -> Vec<Choice> {
        let agents = self.catalog().map(|catalog| catalog.agents.as_slice());
        agents
            .unwrap_or_default()
            .iter()
            .map(|agent| Choice {
                id: agent.name.clone(),
                name: agent.name.clone(),
                more: agent.description.clone(),
                group: (!agent.primary).then(|| HELPERS.to_owned()),
                usable: agent.primary,
            })
            .collect()
    }

    /// The models: favourites, then those used lately, then all by provider. Above them the
    /// one that is chosen, where it is not among them any more.
    pub(super) fn models(
        &self,
        chosen: Option<&ModelRef>,
        favourites: &[String],
        recent: &[String],
    ) -> Vec<Choice> {
        let Some(catalog) = self.catalog() else {
            return Vec::new();
        };
        let gone = chosen.filter(|model| self.find(model).is_none());
        let gone = gone.map(|model| Choice {
            id: id_of(model),
            name: model.model.clone(),
            more: Some(format!(
                "The provider {} does not offer it now.",
                model.provider
            )),
            group: Some("Not available".to_owned()),
            usable: false,
        });
        let listed = |ids: &[String], group: &str, but: &[String]| -> Vec<Choice> {
            ids.iter()
                .filter(|id| !but.contains(id))
                .filter_map(|id| {
                    let model = catalog
                        .models
                        .iter()
                        .find(|model| id_of(&model.id) == **id)?;
                    Some(choice_of(model, group))
                })
                .collect()
        };
        let mut all: Vec<Choice> = catalog
            .models
            .iter()
            .map(|model| choice_of(model, &model.provider_name))
            .collect();
        domain::sorted::sort_by(&mut all, |a, b| a.group.cmp(&b.group));
        let mut choices: Vec<Choice> = gone.into_iter().collect();
        choices.extend(listed(favourites, "Favourites", &[]));
        choices.extend(listed(recent, "Used lately", favourites));
        choices.extend(all);
        choices
    }

    /// The variants of a model; the empty id is the model as it is.
    pub(super) fn variants(variants: &[String]) -> Vec<Choice> {
        let choice = |id: &str, name: &str| Choice {
            id: id.to_owned(),
            name: name.to_owned(),
            more: None,
            group: None,
            usable: true,
        };
        let mut choices = vec![choice("", "Default")];
        choices.extend(variants.iter().map(|variant| choice(variant, variant)));
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

    /// Whether an agent of this name can be spoken to, as far as is known.
    pub(super) fn speaks(&self, name: &str) -> bool {
        if self.is_dark() {
            return true;
        }
        let agents = self.catalog().map(|catalog| catalog.agents.as_slice());
        let mut agents = agents.unwrap_or_default().iter();
        agents.any(|agent| agent.primary && agent.name == name)
    }

    /// Whether a model is offered, in its variant, as far as is known.
    pub(super) fn takes(&self, model: &ModelRef) -> bool {
        if self.is_dark() {
            return true;
        }
        self.find(model).is_some_and(|known| {
            let variant = model.variant.as_ref();
            variant.is_none_or(|variant| known.variants.contains(variant))
        })
    }

    /// What is known of a model, whatever its variant.
    pub(super) fn find(&self, model: &ModelRef) -> Option<&Model> {
        self.catalog()?.model(model)
    }

    /// What a model is called.
    pub(super) fn name_of(&self, model: &ModelRef) -> String {
        let known = self.find(model).map(|known| known.name.as_str());
        let same = |addressee: &&Arc<Addressee>| addressee.model.as_ref() == Some(model);
        let addressee = self.addressee().filter(same);
        let known = known.or_else(|| addressee?.model_name.as_deref());
        known.unwrap_or(model.model.as_str()).to_owned()
    }
}

fn choice_of(model: &Model, group: &str) -> Choice {
    Choice {
        id: id_of(&model.id),
        name: model.name.clone(),
        more: (!model.tools).then(|| "Cannot use tools: it can only talk.".to_owned()),
        group: Some(group.to_owned()),
        usable: true,
    }
}

/// A model as the id of a choice, whatever its variant.
pub(super) fn id_of(model: &ModelRef) -> String {
    format!("{}{SEPARATOR}{}", model.provider, model.model)
}

/// The model that a choice stands for.
pub(super) fn model_of(id: &str) -> Option<ModelRef> {
    let (provider, model) = id.split_once(SEPARATOR)?;
    Some(ModelRef {
        provider: provider.to_owned(),
        model: model.to_owned(),
        variant: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(provider: &str, model: &str) -> ModelRef {
        ModelRef {
            provider: provider.to_owned(),
            model: model.to_owned(),
            variant: None,
        }
    }

    fn offers() -> Offers {
        let known = |provider: &str, name: &str| Model {
            id: model(provider, name),
            name: name.to_owned(),
            provider_name: provider.to_owned(),
            variants: Vec::new(),
            context: 0,
            tools: true,
            attachments: true,
        };
        Offers::Loaded(Arc::new(Catalog {
            models: vec![known("b", "two"), known("a", "one"), known("b", "three")],
            ..Catalog::default()
        }))
    }

    #[test]
    fn a_model_survives_being_a_choice() {
        let model = model("open/router", "vendor/model:free");
        assert_eq!(model_of(&id_of(&model)), Some(model));
    }

    #[test]
    fn favourites_come_first_then_what_was_used_lately_then_all_by_provider() {
        let id = |provider: &str, name: &str| id_of(&model(provider, name));
        let (favourites, recent) = (
            vec![id("b", "three"), id("gone", "gone")],
            vec![id("b", "three"), id("b", "two")],
        );
        let choices = offers().models(None, &favourites, &recent);
        let drawn: Vec<_> = choices
            .iter()
            .map(|it| (it.group.as_deref().unwrap_or_default(), it.name.as_str()))
            .collect();
        assert_eq!(
            drawn,
            [
                ("Favourites", "three"),
                ("Used lately", "two"),
                ("a", "one"),
                ("b", "two"),
                ("b", "three"),
            ]
        );
    }

    #[test]
    fn whom_the_page_named_is_whom_a_message_goes_to_until_all_is_known() {
        let known = Addressee {
            agent: Some("plan".to_owned()),
            model: Some(model("a", "one")),
            model_name: Some("One".to_owned()),
        };
        let named = || Some(Arc::new(known.clone()));
        for offers in [
            Offers::Loading(named()),
            Offers::Failed(Fault::Unsure, named()),
        ] {
            assert_eq!(offers.default_agent(), known.agent);
            assert_eq!(offers.default_model(), known.model);
            assert_eq!(offers.name_of(&model("a", "one")), "One");
            assert!(!offers.speaks("build"), "what was used last gives way");
        }
        // Where nothing is known, what was used last is named, and sent.
        assert!(Offers::Loading(None).speaks("build"));
        assert!(Offers::Failed(Fault::Unsure, None).takes(&model("b", "two")));
    }

    #[test]
    fn a_model_that_is_gone_is_shown_and_cannot_be_chosen() {
        let gone = model("a", "old");
        let choices = offers().models(Some(&gone), &[], &[]);
        let first = choices.first().unwrap();
        assert_eq!((first.name.as_str(), first.usable), ("old", false));
        let here = offers().models(Some(&model("a", "one")), &[], &[]);
        assert!(here.iter().all(|choice| choice.usable));
    }
}
