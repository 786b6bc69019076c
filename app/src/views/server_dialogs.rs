//! What is asked before a server is added, changed or removed. The dialogs stand beside the
//! cards: a card is drawn anew whenever its server moves.

use std::sync::Arc;

use domain::house::{House, Server};
use domain::id::ServerId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::server_form::ServerForm;
use super::step_up::{StepUp, StepUpDialog};
use crate::components::{Button, Dialog, Kind, Ring, Why};
use crate::fault::Fault;
use crate::live::{Live, Ready};
use crate::route::Place;

/// Which dialog is open, and about which server.
#[derive(Clone, Copy)]
pub struct ServerDialogs {
    form: RwSignal<bool>,
    /// The server that is changed; none where one is added.
    about: RwSignal<Option<Server>>,
    removing: RwSignal<bool>,
    step: StepUp,
    house: StoredValue<ArcReadSignal<Arc<House>>>,
}

impl std::fmt::Debug for ServerDialogs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerDialogs").finish_non_exhaustive()
    }
}

impl ServerDialogs {
    /// The dialogs of a page; its cards find them.
    pub fn provide() -> Self {
        let dialogs = Self {
            form: RwSignal::new(false),
            about: RwSignal::new(None),
            removing: RwSignal::new(false),
            step: StepUp::new(),
            house: StoredValue::new(Live::here().house()),
        };
        provide_context(dialogs);
        dialogs
    }

    /// The dialogs of the present page, where it has some.
    pub(super) fn here() -> Option<Self> {
        use_context()
    }

    fn add(self) {
        self.about.set(None);
        self.form.set(true);
    }

    pub(super) fn edit(self, server: &ServerId) {
        if self.find(server) {
            self.form.set(true);
        }
    }

    pub(super) fn remove(self, server: &ServerId) {
        if self.find(server) {
            self.removing.set(true);
        }
    }

    /// Takes a server as it is now: the button that was pressed may be older.
    fn find(self, server: &ServerId) -> bool {
        let house = self.house.get_value();
        let now = house.with_untracked(|house| house.servers.get(server).cloned());
        let known = now.is_some();
        self.about.set(now);
        known
    }
}

/// Opens the form for a new server.
#[component]
pub fn AddServer(
    /// The dialogs of the page.
    dialogs: ServerDialogs,
) -> impl IntoView {
    let ready = Ready::here();
    view! {
        <Button
            kind=Kind::Primary
            disabled=Signal::derive(move || !ready.get())
            on:click=move |_| dialogs.add()
        >
            "Add server"
        </Button>
    }
    .into_any()
}

/// The dialogs themselves.
#[component]
pub fn ServerDialogsView(
    /// The dialogs of the page.
    dialogs: ServerDialogs,
) -> impl IntoView {
    let ServerDialogs {
        form,
        about,
        removing,
        step,
        house: _,
    } = dialogs;
    let named = move |verb: &str| {
        about.with(|about| {
            about.as_ref().map_or_else(
                || "Add server".to_owned(),
                |server| format!("{verb} {}", server.name),
            )
        })
    };
    view! {
        <Dialog open=form title=Signal::derive(move || named("Edit"))>
            <ServerForm server=about.get_untracked() open=form step />
        </Dialog>
        <Dialog open=removing title=Signal::derive(move || format!("{}?", named("Remove")))>
            {about.get_untracked().map(|server| view! { <Removal server open=removing step /> })}
        </Dialog>
        <StepUpDialog step />
    }
    .into_any()
}

/// What removing a server means.
#[component]
fn Removal(server: Server, open: RwSignal<bool>, step: StepUp) -> impl IntoView {
    let place = Place::here();
    let doing = RwSignal::new(false);
    let fault = RwSignal::new(None::<String>);
    let (id, by_command) = (server.id.clone(), server.saved.by_command);
    let here = format!("/s/{}", server.id);
    let remove = RwSignal::new(None::<Callback<()>>);
    remove.set(Some(Callback::new(move |()| {
        let (id, place, here) = (id.clone(), place.clone(), here.clone());
        doing.set(true);
        fault.set(None);
        spawn_local(async move {
            let answer = Live::remove_server(id).await;
            if doing.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) | Err(Fault::NotFound { .. }) => {
                    open.set(false);
                    if place.path().with_untracked(|path| path.starts_with(&here)) {
                        place.go("/servers");
                    }
                }
                Err(Fault::StepUp) => {
                    if let Some(again) = remove.get_untracked() {
                        step.ask(again);
                    }
                }
                Err(other) => fault.set(Some(other.to_string())),
            }
        });
    })));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(remove) = remove.get_untracked() {
            remove.run(());
        }
    };
    view! {
        <form class="ask" on:submit=submit>
            <p>
                "Nexus forgets its address and its password, and its sessions leave the lists of all your devices. OpenCode itself and its sessions stay as they are: add the server again and they are back."
            </p>
            {server
                .started_here
                .then(|| view! { <p>"Nexus started this OpenCode, so it is stopped."</p> })}
            {by_command
                .then(|| {
                    view! {
                        <p>"It was named when Nexus was started (--opencode), so it comes back with the next start."</p>
                    }
                })}
            {move || fault.get().map(|words| view! { <Why words /> })}
            <div class="actions">
                <Button kind=Kind::Quiet on:click=move |_| open.set(false)>
                    "Keep"
                </Button>
                <button type="submit" class="button danger-fill" disabled=move || doing.get()>
                    {move || doing.get().then(|| view! { <Ring /> })}
                    "Remove"
                </button>
            </div>
        </form>
    }
    .into_any()
}
