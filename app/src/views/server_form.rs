//! The form of a server: its name, where it is, what it wants to hear; a try, and saving.

use domain::connection::{
    CHECK_CHOICES, CHECK_DEFAULT_SECONDS, Draft, NewPassword, Reach, Secret, Tried,
};
use domain::house::Server;
use domain::id::ServerId;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::server_words::{family_word, interval_word, reach_words, trouble_of};
use super::step_up::StepUp;
use crate::browser::page::focus;
use crate::components::{Button, Kind, Ring, TextField, Waiting, Why};
use crate::fault::Fault;
use crate::live::Live;

const NAME: &str = "server-name";
const ADDRESS: &str = "server-address";
const USER: &str = "server-user";
const PASSWORD: &str = "server-password";
const IN_CLEAR: &str = "server-in-clear";

/// The field that the server's word for a fault means, and its id.
fn field_of(field: &str) -> Option<&'static str> {
    match field {
        "name" => Some(NAME),
        "address" => Some(ADDRESS),
        "user" => Some(USER),
        "password" => Some(PASSWORD),
        "in_clear" => Some(IN_CLEAR),
        _ => None,
    }
}

/// What is being done with what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Trying,
    Saving,
}

/// The form and what came of it.
#[derive(Clone, Copy)]
struct Form {
    id: StoredValue<ServerId>,
    is_new: bool,
    name: NodeRef<html::Input>,
    address: NodeRef<html::Input>,
    user: NodeRef<html::Input>,
    password: NodeRef<html::Input>,
    every: NodeRef<html::Select>,
    /// Whether the kept password is to be forgotten.
    forget: RwSignal<bool>,
    in_clear: RwSignal<bool>,
    doing: RwSignal<Option<Doing>>,
    /// The field that is wrong, by its id, and why.
    wrong: RwSignal<Option<(&'static str, String)>>,
    fault: RwSignal<Option<String>>,
    tried: RwSignal<Option<Tried>>,
    open: RwSignal<bool>,
    step: StepUp,
}

impl Form {
    fn draft(self) -> Draft {
        let said = |field: NodeRef<html::Input>| {
            let field = field.get_untracked();
            field.map(|field| field.value()).unwrap_or_default()
        };
        let password = said(self.password);
        let every = self.every.get_untracked();
        let every = every.and_then(|every| every.value().parse().ok());
        Draft {
            id: self.id.get_value(),
            name: said(self.name),
            address: said(self.address),
            user: said(self.user),
            password: if !password.is_empty() {
                NewPassword::Is(Secret(password))
            } else if self.is_new || self.forget.get_untracked() {
                NewPassword::Nothing
            } else {
                NewPassword::Keep
            },
            in_clear: self.in_clear.get_untracked(),
            check_seconds: every.unwrap_or(CHECK_DEFAULT_SECONDS),
        }
    }

    fn begin(self, doing: Doing) {
        self.doing.set(Some(doing));
        self.wrong.set(None);
        self.fault.set(None);
        self.tried.set(None);
    }

    fn attempt(self) {
        self.begin(Doing::Trying);
        let draft = self.draft();
        spawn_local(async move {
            let answer = Live::try_server(draft).await;
            let again = Callback::new(move |()| self.attempt());
            if let Some(tried) = self.told(answer, again) {
                self.tried.set(Some(tried));
            }
        });
    }

    fn save(self) {
        self.begin(Doing::Saving);
        let draft = self.draft();
        spawn_local(async move {
            let answer = if self.is_new {
                Live::add_server(draft).await
            } else {
                Live::edit_server(draft).await
            };
            if let Some(()) = self.told(answer, Callback::new(move |()| self.save())) {
                self.open.set(false);
            }
        });
    }

    /// Says what was wrong; the answer is what was right.
    fn told<T>(self, answer: Result<T, Fault>, again: Callback<()>) -> Option<T> {
        // The dialog may have been closed meanwhile.
        if self.doing.try_set(None).is_some() {
            return None;
        }
        match answer {
            Ok(done) => return Some(done),
            Err(Fault::StepUp) => self.step.ask(again),
            Err(Fault::Invalid { field, why }) => match field_of(&field) {
                Some(id) => {
                    self.wrong.set(Some((id, why)));
                    spawn_local(async move {
                        leptos::task::tick().await;
                        focus(id);
                    });
                }
                None => self.fault.set(Some(why)),
            },
            Err(other) => self.fault.set(Some(other.to_string())),
        }
        None
    }

    fn why(self, id: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.wrong.with(|wrong| {
                let (_, why) = wrong.as_ref().filter(|(field, _)| *field == id)?;
                Some(why.clone())
            })
        })
    }
}

/// The form of a server.
#[expect(clippy::too_many_lines, reason = "a form is one view")]
#[component]
pub(super) fn ServerForm(
    /// The server that is changed; none where one is added.
    server: Option<Server>,
    /// Closes the dialog that it stands in.
    open: RwSignal<bool>,
    /// Asks for the owner's password.
    step: StepUp,
) -> impl IntoView {
    let saved = server
        .as_ref()
        .map(|it| it.saved.clone())
        .unwrap_or_default();
    let form = Form {
        id: StoredValue::new(
            server
                .as_ref()
                .map_or_else(Live::new_server, |it| it.id.clone()),
        ),
        is_new: server.is_none(),
        name: NodeRef::new(),
        address: NodeRef::new(),
        user: NodeRef::new(),
        password: NodeRef::new(),
        every: NodeRef::new(),
        forget: RwSignal::new(false),
        in_clear: RwSignal::new(saved.in_clear),
        doing: RwSignal::new(None),
        wrong: RwSignal::new(None),
        fault: RwSignal::new(None),
        tried: RwSignal::new(None),
        open,
        step,
    };
    let address = server.as_ref().map(|it| it.address.clone());
    let (before, by_command) = (address.clone().unwrap_or_default(), saved.by_command);
    // Where the server is told to be elsewhere, its password is not taken along.
    let moved = RwSignal::new(false);
    let busy = Signal::derive(move || form.doing.get().is_some());
    let asks_clear = Signal::derive(move || {
        form.in_clear.get()
            || form
                .wrong
                .with(|wrong| wrong.as_ref().is_some_and(|(id, _)| *id == IN_CLEAR))
    });
    let first = if form.is_new { ADDRESS } else { NAME };
    Effect::new(move |_| {
        spawn_local(async move {
            leptos::task::tick().await;
            focus(first);
        });
    });
    view! {
        <form
            class="ask server-form"
            novalidate
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                form.save();
            }
            on:input=move |_| form.tried.set(None)
        >
            {if by_command {
                view! {
                    <p class="muted small">
                        {format!("Its address, {before}, is set where Nexus is started (--opencode).")}
                    </p>
                }
                    .into_any()
            } else {
                let before = before.clone();
                view! {
                    <div on:input=move |event| {
                        let now = event_target_value(&event);
                        moved.set(now.trim().trim_end_matches('/') != before);
                    }>
                        <TextField
                            label="Address"
                            name=ADDRESS
                            value=address.unwrap_or_default()
                            hint="Scheme, host and port, like http://127.0.0.1:4096"
                            why=form.why(ADDRESS)
                            field=form.address
                        />
                    </div>
                }
                    .into_any()
            }}
            <TextField
                label="Name"
                name=NAME
                value=server.as_ref().map(|it| it.name.clone()).unwrap_or_default()
                hint="What you call it; empty: after its host"
                why=form.why(NAME)
                field=form.name
            />
            <div class="pair">
                <TextField
                    label="User name"
                    name=USER
                    value=saved.user.clone().unwrap_or_default()
                    hint="Empty: opencode"
                    why=form.why(USER)
                    field=form.user
                />
                <TextField
                    label="Password"
                    name=PASSWORD
                    kind="password"
                    autocomplete="new-password"
                    why=form.why(PASSWORD)
                    hint=if saved.has_password { "One is kept; empty: it stays" } else { "Where the server wants one" }
                    field=form.password
                />
            </div>
            {saved
                .has_password
                .then(|| {
                    view! {
                        {move || {
                            moved
                                .get()
                                .then(|| {
                                    view! {
                                        <p class="caution">
                                            "The kept password belongs to the old address and does not go to another. Enter it again if the new one wants it."
                                        </p>
                                    }
                                })
                        }}
                        <label class="check">
                            <input
                                type="checkbox"
                                prop:checked=move || form.forget.get()
                                on:change=move |event| form.forget.set(event_target_checked(&event))
                            />
                            "Forget the kept password"
                        </label>
                    }
                })}
            {move || {
                asks_clear
                    .get()
                    .then(|| {
                        view! {
                            <div class="caution">
                                {form.why(IN_CLEAR).get().map(|words| view! { <Why words /> })}
                                <label class="check">
                                    <input
                                        id=IN_CLEAR
                                        type="checkbox"
                                        prop:checked=move || form.in_clear.get()
                                        on:change=move |event| form.in_clear.set(event_target_checked(&event))
                                    />
                                    "Send the password unencrypted"
                                </label>
                            </div>
                        }
                    })
            }}
            <div class="field">
                <label for="server-every">"Check every"</label>
                <select id="server-every" node_ref=form.every>
                    {CHECK_CHOICES
                        .into_iter()
                        .map(|seconds| {
                            view! {
                                <option value=seconds.to_string() selected=seconds == saved.check_seconds>
                                    {interval_word(seconds)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </div>
            <div class="tried" role="status">
                {move || (form.doing.get() == Some(Doing::Trying)).then(|| view! { <Waiting words="Asking the server" /> })}
                {move || form.tried.get().map(|tried| view! { <Came tried /> })}
            </div>
            {move || form.fault.get().map(|words| view! { <Why words /> })}
            <div class="actions">
                // Nexus alone knows the password of one that it started.
                {(!server.as_ref().is_some_and(|it| it.started_here))
                    .then(|| {
                        view! {
                            <Button disabled=busy on:click=move |_| form.attempt()>
                                "Test"
                            </Button>
                        }
                    })}
                <span class="grow"></span>
                <Button kind=Kind::Quiet on:click=move |_| open.set(false)>
                    "Cancel"
                </Button>
                <button type="submit" class="button primary" disabled=move || busy.get()>
                    {move || (form.doing.get() == Some(Doing::Saving)).then(|| view! { <Ring /> })}
                    "Save"
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// What a try came to.
#[component]
fn Came(tried: Tried) -> impl IntoView {
    match tried {
        Tried::Failed { address, reason } => {
            let (what, next) = trouble_of(&address, &reason);
            view! {
                <div class="trouble">
                    <p>
                        <strong>{what}</strong>
                    </p>
                    <p class="next">{next}</p>
                </div>
            }
            .into_any()
        }
        Tried::Found {
            family,
            version,
            open_to_all,
            round_trip_ms,
            reach,
        } => {
            let version = version.unwrap_or_default();
            let what = format!(
                "OpenCode {version} answered in {} ms.",
                round_trip_ms.max(1)
            );
            view! {
                <div class="found">
                    <p>
                        <strong>{what}</strong>
                    </p>
                    <p class="next">
                        {format!("Protocol: {}. {}", family_word(family), reach_words(reach))}
                    </p>
                    {open_to_all
                        .then(|| {
                            view! {
                                <p class="next">
                                    {match reach {
                                        Reach::Here => "It has no password: any program on this machine can use it.",
                                        Reach::Private | Reach::Public => {
                                            "It has no password: anybody who reaches it can run commands on its machine."
                                        }
                                    }}
                                </p>
                            }
                        })}
                </div>
            }
            .into_any()
        }
    }
}
