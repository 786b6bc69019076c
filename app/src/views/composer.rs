//! Where the owner speaks: the message, to whom it goes, send and stop. What was typed
//! before the program came stays; what is typed is kept over a reload.

use domain::prompt::PromptText;
use domain::session::ModelRef;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::offers::{Offers, id_of, model_of};
use crate::browser::field::bind_textarea;
use crate::browser::page::{focus, is_touch};
use crate::chunk::expect_words;
use crate::components::{Glyph, Icon, Picker, Why};
use crate::live::{Deed, LinkState, Live, Ready, SessionKey};

/// Where the owner speaks to a session.
#[component]
pub fn Composer(
    /// To which.
    session: SessionKey,
) -> impl IntoView {
    let live = Live::here();
    let entry = live.entry(&session);
    let running = {
        let entry = entry.clone();
        Memo::new(move |_| {
            entry.with(|entry| {
                entry
                    .as_ref()
                    .is_some_and(|entry| entry.status.is_running())
            })
        })
    };
    let choice = Chosen::of(&session);
    let draft = live.draft(&session);
    let field = NodeRef::<html::Textarea>::new();
    bind_textarea(field, draft.clone());
    let problem = RwSignal::new(None::<String>);
    let send = {
        let (live, session, draft) = (live.clone(), session.clone(), draft.clone());
        move || match PromptText::parse(&draft.get_untracked()) {
            Ok(text) => {
                problem.set(None);
                expect_words();
                let (agent, model) = choice.get_untracked();
                live.send_prompt(&session, text, agent, model);
                draft.set(String::new());
                focus(MESSAGE);
            }
            Err(why) => problem.set(Some(why.to_string())),
        }
    };
    let on_key = {
        let send = send.clone();
        move |event: KeyboardEvent| {
            if sends(&event) {
                event.prevent_default();
                send();
            }
        }
    };
    let copy = draft.clone();
    let blank = Memo::new(move |_| draft.with(|draft| draft.trim().is_empty()));
    view! {
        {move || {
            problem.get().map(|words| view! { <div class="hint-line"><Why words /></div> })
        }}
        <form
            class="composer"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <div class="page" data-copy=move || copy.get()>
                <textarea
                    id=MESSAGE
                    node_ref=field
                    rows="1"
                    aria-label="Message"
                    placeholder="Message"
                    autocomplete="off"
                    enterkeyhint="enter"
                    on:keydown=on_key
                ></textarea>
            </div>
            <div class="bar">
                <Pickers choice />
                <span class="grow"></span>
                <SendAndStop session running blank />
            </div>
        </form>
        <Waits />
    }
    .into_any()
}

/// The id of the field.
const MESSAGE: &str = "message";

/// Enter sends where there is a keyboard; where fingers type it is a new line. With Ctrl or
/// ⌘ it sends anywhere.
fn sends(event: &KeyboardEvent) -> bool {
    let enter = event.key() == "Enter" && !event.is_composing();
    let forced = event.ctrl_key() || event.meta_key();
    enter && (forced || (!event.shift_key() && !event.alt_key() && !is_touch()))
}

/// The two buttons at the end.
#[component]
fn SendAndStop(session: SessionKey, running: Memo<bool>, blank: Memo<bool>) -> impl IntoView {
    let live = Live::here();
    let ready = Ready::here();
    let deed = RwSignal::new(None::<ArcReadSignal<Deed>>);
    let stopping = Memo::new(move |_| deed.get().is_some_and(|deed| deed.get().is_doing()));
    let (for_stop, for_send) = (ready.clone(), ready);
    let stop = StoredValue::new((live, session));
    view! {
        {move || {
            let ready = for_stop.clone();
            running
                .get()
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="send stop"
                            aria-label="Stop"
                            title="Stop"
                            disabled=move || !ready.get() || stopping.get()
                            on:click=move |_| {
                                stop.with_value(|(live, session)| deed.set(Some(live.abort(session))));
                            }
                        >
                            <Glyph icon=Icon::Stop />
                        </button>
                    }
                })
        }}
        <button
            type="submit"
            class="send"
            aria-label="Send"
            title="Send"
            hidden=move || running.get() && blank.get()
            disabled=move || !for_send.get() || blank.get()
        >
            <Glyph icon=Icon::Send />
        </button>
    }.into_any()
}

/// What is said where a message would not go out at once.
#[component]
fn Waits() -> impl IntoView {
    let link = Live::here().link();
    (move || {
        let words = match link.get() {
            LinkState::Offline | LinkState::Unreachable { .. } | LinkState::Reconnecting { .. } => {
                Some("What you send waits here and goes out when the connection is back.")
            }
            LinkState::Starting
            | LinkState::Live
            | LinkState::CatchingUp
            | LinkState::SignedOut
            | LinkState::UpdateReady => None,
        };
        words.map(|words| view! { <p class="hint-line">{words}</p> })
    })
    .into_any()
}

/// To whom a message goes: what was chosen here, else what the session used last, else what
/// the directory has first.
#[derive(Clone, Copy)]
struct Chosen {
    offers: RwSignal<Offers>,
    agent: RwSignal<Option<String>>,
    model: RwSignal<Option<ModelRef>>,
    last: Memo<(Option<String>, Option<ModelRef>)>,
}

impl Chosen {
    fn of(session: &SessionKey) -> Self {
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
        let server = session.server.clone();
        Effect::new(move |_| {
            if let Some(directory) = directory.get() {
                Offers::fetch(offers, server.clone(), directory);
            }
        });
        Self {
            offers,
            agent: RwSignal::new(None),
            model: RwSignal::new(None),
            last,
        }
    }

    fn agent(self) -> Option<String> {
        let last = self.last.with(|(agent, _)| agent.clone());
        self.agent
            .get()
            .or(last)
            .or_else(|| self.offers.with(Offers::default_agent))
    }

    fn model(self) -> Option<ModelRef> {
        let last = self.last.with(|(_, model)| model.clone());
        self.model
            .get()
            .or(last)
            .or_else(|| self.offers.with(Offers::default_model))
    }

    fn get_untracked(self) -> (Option<String>, Option<ModelRef>) {
        untrack(|| (self.agent(), self.model()))
    }
}

#[component]
fn Pickers(choice: Chosen) -> impl IntoView {
    let ready = Ready::here();
    let disabled = Signal::derive(move || !ready.get());
    let Chosen {
        offers,
        agent,
        model,
        ..
    } = choice;
    view! {
        <Picker
            name="Agent"
            icon=Icon::Person
            chosen_word=Signal::derive(move || choice.agent().unwrap_or_else(|| "Agent".to_owned()))
            chosen=Signal::derive(move || choice.agent())
            choices=Signal::derive(move || offers.with(Offers::agents))
            nothing=Signal::derive(move || offers.with(|offers| offers.nothing("agent")))
            disabled
            on_choice=move |id: String| agent.set(Some(id))
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
            choices=Signal::derive(move || offers.with(Offers::models))
            nothing=Signal::derive(move || offers.with(|offers| offers.nothing("model")))
            disabled
            on_choice=move |id: String| model.set(model_of(&id))
        />
    }
    .into_any()
}
