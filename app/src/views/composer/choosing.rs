//! To whom a message goes: agent, model, and how hard the model thinks.

use domain::catalog::Catalog;
use domain::id::Directory;
use domain::session::ModelRef;
use leptos::prelude::*;

use super::offers::{MODELS_NOTE, Offers, id_of, model_of};
use super::used::Used;
use crate::components::{Icon, Picker};
use crate::live::{Habit, Live, Ready, SessionKey};

/// How many models count as used lately.
const RECENT_MAX: usize = 5;
/// How many favourites there are at most: a longer list is no help.
const FAVOURITES_MAX: usize = 20;

/// To whom a message goes: what was chosen here, else what the session used last, else what
/// was used last in this directory, else what the directory has first.
#[derive(Clone, Copy)]
pub(super) struct Chosen {
    pub(super) directory: Memo<Option<Directory>>,
    offers: RwSignal<Offers>,
    fetch: Callback<()>,
    agent: RwSignal<Option<String>>,
    model: RwSignal<Option<ModelRef>>,
    last: Memo<(Option<String>, Option<ModelRef>)>,
    /// What was used last in this directory.
    here: Habit,
    recent: Habit,
    favourites: Habit,
}

impl Chosen {
    /// What is chosen for the messages of a session.
    pub(super) fn of(session: &SessionKey) -> Self {
        let entry = Live::here().entry(session);
        let directory = {
            let entry = entry.clone();
            Memo::new(move |_| entry.with(|entry| Some(entry.as_ref()?.session.directory.clone())))
        };
        let last = Memo::new(move |_| {
            entry.with(|entry| {
                entry.as_ref().map_or((None, None), |entry| {
                    (entry.session.agent.clone(), entry.session.model.clone())
                })
            })
        });
        let offers = RwSignal::new(Offers::begin(session));
        let (live, server) = (Live::here(), session.server.clone());
        let heard = Memo::new(move |_| live.hears(&server));
        let server = session.server.clone();
        let fetch = Callback::new(move |()| {
            if let Some(directory) = directory.get_untracked() {
                Offers::fetch(offers, server.clone(), directory);
            }
        });
        Effect::new(move |_| {
            directory.track();
            fetch.run(());
        });
        Effect::new(move |_| {
            // What could not be had may be there when the server is back.
            if heard.get() && offers.with_untracked(Offers::is_failed) {
                fetch.run(());
            }
        });
        let project = directory.get_untracked();
        let project = project.map_or_else(String::new, |it| it.as_str().to_owned());
        Self {
            directory,
            offers,
            fetch,
            agent: RwSignal::new(None),
            model: RwSignal::new(None),
            last,
            here: Habit::of(format!("nexus-last {} {project}", session.server), 1),
            recent: Habit::of(
                format!("nexus-recent {} {project}", session.server),
                RECENT_MAX,
            ),
            favourites: Habit::of("nexus-favourites".to_owned(), FAVOURITES_MAX),
        }
    }

    /// Looks at what the directory offers, where that is known.
    pub(super) fn catalog<R>(self, look: impl FnOnce(Option<&Catalog>) -> R) -> R {
        self.offers.with(|offers| look(offers.catalog()))
    }

    fn agent(self) -> Option<String> {
        let last = self.last.with(|(agent, _)| agent.clone());
        self.agent.get().or(last).or_else(|| {
            let here = self.used_here().agent;
            self.offers.with(|offers| {
                let here = here.filter(|name| offers.speaks(name));
                here.or_else(|| offers.default_agent())
            })
        })
    }

    /// What was used last in this directory, by any session.
    fn used_here(self) -> Used {
        let here = self.here.list.with(|list| list.first().cloned());
        here.map_or_else(Used::default, |text| Used::parse(&text))
    }

    fn model(self) -> Option<ModelRef> {
        let last = self.last.with(|(_, model)| model.clone());
        self.model.get().or(last).or_else(|| {
            let here = self.used_here().model;
            self.offers.with(|offers| {
                let here = here.filter(|model| offers.takes(model));
                here.or_else(|| offers.default_model())
            })
        })
    }

    /// The agent and the model of a message that is sent now; both are remembered.
    pub(super) fn used(self) -> (Option<String>, Option<ModelRef>) {
        let (agent, model) = untrack(|| (self.agent(), self.model()));
        if let Some(model) = &model {
            self.recent.add(&id_of(model));
        }
        let used = Used { agent, model };
        // Before it is known what there is, nothing was chosen.
        if used.agent.is_some() && used.model.is_some() {
            self.here.add(&used.to_text());
        }
        (used.agent, used.model)
    }

    /// Whether the model would not see files.
    pub(super) fn takes_no_files(self) -> bool {
        let model = self.model();
        self.offers.with(|offers| {
            let model = model.as_ref().and_then(|model| offers.find(model));
            model.is_some_and(|model| !model.attachments)
        })
    }

    /// That the agent or the model is not offered any more, as a sentence.
    pub(super) fn gone(self) -> Option<String> {
        let (agent, model) = (self.agent(), self.model());
        self.offers.with(|offers| {
            let catalog = offers.catalog()?;
            let model = model.filter(|model| offers.find(model).is_none());
            let agent = agent.filter(|name| catalog.agents.iter().all(|it| it.name != *name));
            let (what, name) = match (model, agent) {
                (Some(model), _) => ("model", model.model),
                (None, Some(agent)) => ("agent", agent),
                (None, None) => return None,
            };
            Some(format!(
                "The {what} “{name}” is not offered here any more. Choose another."
            ))
        })
    }

    fn choose_agent(self, name: &str) {
        // An agent that prefers a model gets it.
        let preferred = self.offers.with_untracked(|offers| {
            let agents = &offers.catalog()?.agents;
            let agent = agents.iter().find(|agent| agent.name == name)?;
            agent.model.clone()
        });
        if preferred.is_some() {
            self.model.set(preferred);
        }
        self.agent.set(Some(name.to_owned()));
    }

    fn choose_variant(self, variant: &str) {
        let model = untrack(|| self.model());
        self.model.set(model.map(|model| ModelRef {
            variant: (!variant.is_empty()).then(|| variant.to_owned()),
            ..model
        }));
    }
}

/// The buttons that choose.
#[component]
pub(super) fn Pickers(choice: Chosen) -> impl IntoView {
    let ready = Ready::here();
    let disabled = Signal::derive(move || !ready.get());
    let Chosen {
        offers,
        recent,
        favourites,
        model,
        fetch,
        ..
    } = choice;
    let again = Signal::derive(move || offers.with(Offers::is_failed).then_some(fetch));
    let variants = Memo::new(move |_| {
        let model = choice.model();
        offers.with(|offers| {
            let known = model.as_ref().and_then(|model| offers.find(model));
            known.map_or_else(Vec::new, |model| model.variants.clone())
        })
    });
    let variant = Memo::new(move |_| choice.model().and_then(|model| model.variant));
    let varies = Memo::new(move |_| variant.get().is_some() || !variants.with(Vec::is_empty));
    view! {
        <Picker
            name="Agent"
            icon=Icon::Person
            chosen_word=Signal::derive(move || choice.agent().unwrap_or_else(|| "Agent".to_owned()))
            chosen=Signal::derive(move || choice.agent())
            choices=Signal::derive(move || offers.with(Offers::agents))
            nothing=Signal::derive(move || offers.with(|offers| offers.nothing("agent")))
            again
            disabled
            on_choice=move |id: String| choice.choose_agent(&id)
        />
        <Picker
            name="Model"
            icon=Icon::Spark
            chosen_word=Signal::derive(move || {
                choice
                    .model()
                    .map_or_else(
                        || "Model".to_owned(),
                        |model| offers.with(|offers| offers.name_of(&model)),
                    )
            })
            chosen=Signal::derive(move || choice.model().as_ref().map(id_of))
            choices=Signal::derive(move || {
                let chosen = choice.model();
                let (recent, favourites) = (recent.list.get(), favourites.list.get());
                offers.with(|offers| offers.models(chosen.as_ref(), &favourites, &recent))
            })
            nothing=Signal::derive(move || offers.with(|offers| offers.nothing("model")))
            note=MODELS_NOTE
            again
            disabled
            on_choice=move |id: String| model.set(model_of(&id))
            starred=favourites.list
            on_star=move |id: String| favourites.toggle(&id)
        />
        {move || {
            varies
                .get()
                .then(|| {
                    view! {
                        <Picker
                            name="Variant"
                            icon=Icon::Gauge
                            chosen_word=Signal::derive(move || {
                                variant.get().unwrap_or_else(|| "Default".to_owned())
                            })
                            chosen=Signal::derive(move || Some(variant.get().unwrap_or_default()))
                            choices=Signal::derive(move || variants.with(|all| Offers::variants(all)))
                            nothing=Signal::derive(String::new)
                            disabled
                            on_choice=move |id: String| choice.choose_variant(&id)
                        />
                    }
                })
        }}
    }
    .into_any()
}
