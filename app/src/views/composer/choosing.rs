//! To whom a message goes: agent, model, and how hard the model thinks.

use domain::catalog::Catalog;
use domain::id::Directory;
use domain::session::ModelRef;
use leptos::prelude::*;

use super::offers::{MODELS_NOTE, Offers, id_of, model_of};
use super::used::Used;
use crate::chunk::{Rare, rare};
use crate::components::{Choosing, Icon, Picker, Stars, choices};
use crate::live::{Habit, Live, Ready, SessionKey};

/// How many models count as used lately.
const RECENT_MAX: usize = 5;
/// How many favourites there are at most: a longer list is no help.
const FAVOURITES_MAX: usize = 20;

/// To whom a message goes: what was chosen here, else what the session used last, else what
/// was used last in this directory, else what the directory has first.
#[derive(Clone, Copy, Debug)]
pub struct Chosen {
    pub(super) directory: Memo<Option<Directory>>,
    offers: RwSignal<Offers>,
    fetch: Callback<()>,
    agent: RwSignal<Option<String>>,
    model: RwSignal<Option<ModelRef>>,
    last: Memo<(Option<String>, Option<ModelRef>)>,
    /// What was used last in this directory.
    here: Habit,
    recent: Habit,
}

impl Chosen {
    /// What is chosen for the messages of a session.
    pub(crate) fn of(session: &SessionKey) -> Self {
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
        }
    }

    /// Looks at what the directory offers, where that is known.
    pub(crate) fn catalog<R>(self, look: impl FnOnce(Option<&Catalog>) -> R) -> R {
        self.offers.with(|offers| look(offers.catalog()))
    }

    /// How much fits `model`, in tokens; 0 where that is not known.
    pub(crate) fn room(self, model: Option<&ModelRef>) -> u64 {
        self.catalog(|catalog| Some(catalog?.model(model?)?.context))
            .unwrap_or_default()
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

    /// Looks at the variants that the model has.
    fn variants<R>(self, look: impl FnOnce(&[String]) -> R) -> R {
        let model = self.model();
        self.offers.with(|offers| {
            let known = model.as_ref().and_then(|model| offers.find(model));
            look(known.map_or(&[], |model| model.variants.as_slice()))
        })
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

/// What is chosen from a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Among {
    /// Whom to speak to.
    Agents,
    /// What answers.
    Models,
    /// How hard it thinks.
    Variants,
}

/// The buttons that choose.
#[component]
pub(super) fn Pickers(choice: Chosen) -> impl IntoView {
    let variant = Memo::new(move |_| choice.model().and_then(|model| model.variant));
    let varies =
        Memo::new(move |_| variant.get().is_some() || choice.variants(|all| !all.is_empty()));
    let offers = choice.offers;
    let agent = Signal::derive(move || choice.agent().unwrap_or_else(|| "Agent".to_owned()));
    let model = Signal::derive(move || match choice.model() {
        Some(model) => offers.with(|offers| offers.name_of(&model)),
        None => "Model".to_owned(),
    });
    let word = Signal::derive(move || variant.get().unwrap_or_else(|| "Default".to_owned()));
    view! {
        {picker(choice, Among::Agents, "Agent", Icon::Person, agent)}
        {picker(choice, Among::Models, "Model", Icon::Spark, model)}
        {move || {
            varies.get().then(|| picker(choice, Among::Variants, "Variant", Icon::Gauge, word))
        }}
    }
    .into_any()
}

fn picker(
    choice: Chosen,
    among: Among,
    name: &'static str,
    icon: Icon,
    chosen_word: Signal<String>,
) -> AnyView {
    let ready = Ready::here();
    let open = RwSignal::new(false);
    view! {
        <Picker name icon chosen_word disabled=Signal::derive(move || !ready.get()) open>
            {rare(Rare::Choices(among, choice, open))}
        </Picker>
    }
    .into_any()
}

/// The list of one of the buttons; `open` says whether it is.
pub(crate) fn choices_among(among: Among, choice: Chosen, open: RwSignal<bool>) -> AnyView {
    let Chosen {
        offers,
        model,
        recent,
        fetch,
        ..
    } = choice;
    let again = Signal::derive(move || offers.with(Offers::is_failed).then_some(fetch));
    let done = move |choose: &dyn Fn()| {
        choose();
        open.set(false);
    };
    choices(match among {
        Among::Agents => Choosing {
            chosen: Signal::derive(move || choice.agent()),
            choices: Signal::derive(move || offers.with(Offers::agents)),
            nothing: Signal::derive(move || offers.with(|offers| offers.nothing("agent"))),
            on_choice: Callback::new(move |id: String| done(&|| choice.choose_agent(&id))),
            stars: None,
            note: "",
            again,
        },
        Among::Models => {
            let favourites = Habit::of("nexus-favourites".to_owned(), FAVOURITES_MAX);
            Choosing {
                chosen: Signal::derive(move || choice.model().as_ref().map(id_of)),
                choices: Signal::derive(move || {
                    let chosen = choice.model();
                    let (recent, favourites) = (recent.list.get(), favourites.list.get());
                    offers.with(|offers| offers.models(chosen.as_ref(), &favourites, &recent))
                }),
                nothing: Signal::derive(move || offers.with(|offers| offers.nothing("model"))),
                on_choice: Callback::new(move |id: String| done(&|| model.set(model_of(&id)))),
                stars: Some(Stars {
                    starred: favourites.list.into(),
                    on_star: Callback::new(move |id: String| favourites.toggle(&id)),
                }),
                note: MODELS_NOTE,
                again,
            }
        }
        Among::Variants => Choosing {
            chosen: Signal::derive(move || {
                Some(
                    choice
                        .model()
                        .and_then(|model| model.variant)
                        .unwrap_or_default(),
                )
            }),
            choices: Signal::derive(move || choice.variants(Offers::variants)),
            nothing: Signal::derive(String::new),
            on_choice: Callback::new(move |id: String| done(&|| choice.choose_variant(&id))),
            stars: None,
            note: "",
            again: Signal::derive(|| None),
        },
    })
}
