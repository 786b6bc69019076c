//! A server as a card: what it is, how we stand with it, why, and the next step.

use domain::house::{Family, Server, ServerFault, ServerLink};
use domain::id::ServerId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::server_dialogs::ServerDialogs;
use super::server_record::{ServerRecord, since};
use super::server_survey::ServerSurvey;
use super::server_words::{family_word, host_and_port, link_word, trouble_of};
use crate::api::servers;
use crate::components::{Button, Chip, Kind, Why, ago, seconds_until};
use crate::fault::Fault;
use crate::live::{Live, Ready};

/// A server.
#[component]
pub fn ServerCard(
    /// Which.
    server: ServerId,
) -> impl IntoView {
    let house = Live::here().house();
    let of = server.clone();
    let state = Memo::new(move |_| house.with(|house| house.servers.get(&of).cloned()));
    let name = move || state.with(|it| it.as_ref().map(|it| it.name.clone()));
    view! {
        <article class="card" aria-label=name>
            {move || state.get().map(|server| view! { <Card server /> })}
            // They stay as they are when the server moves.
            <ServerSurvey server=server.clone() />
            <ServerRecord server />
        </article>
    }
    .into_any()
}

#[component]
fn Card(server: Server) -> impl IntoView {
    let word = link_word(&server.link);
    let since = since(&server.link);
    let now = Live::here().now();
    let (host, port) = host_and_port(&server.address);
    let name = server.name.clone();
    let href = format!("/s/{}", server.id);
    let notes = notes_of(&server);
    view! {
        <header>
            <h2 class="grow">
                <a href=href>{name}</a>
            </h2>
            <Chip tone=word.tone word=word.word running=word.running />
        </header>
        <Reason server=server.clone() />
        <dl class="facts">
            <div>
                <dt>"Host"</dt>
                <dd>{host}</dd>
            </div>
            <div>
                <dt>"Port"</dt>
                <dd>{port}</dd>
            </div>
            <div>
                <dt>"OpenCode"</dt>
                <dd>{server.version.clone().unwrap_or_else(|| "Not known yet".to_owned())}</dd>
            </div>
            <div>
                <dt>"Protocol"</dt>
                <dd>{server.family.map_or("Not known yet", family_word)}</dd>
            </div>
            {since
                .map(|since| {
                    view! {
                        <div>
                            <dt>"Since"</dt>
                            <dd>{move || ago(now.get().since(since))}</dd>
                        </div>
                    }
                })}
        </dl>
        {notes
            .into_iter()
            .map(|words| view! { <p class="muted small">{words}</p> })
            .collect_view()}
        <Steps server />
    }
    .into_any()
}

/// What else there is to say of a server.
fn notes_of(server: &Server) -> Vec<String> {
    let mut notes = Vec::new();
    if server.open_to_all {
        notes.push("This server has no password: any program on its machine can use it. Start it with OPENCODE_SERVER_PASSWORD to close it.".to_owned());
    }
    if server.saved.has_password && server.saved.in_clear {
        notes.push(
            "Its password travels unencrypted, as you chose. Better put https in front of it."
                .to_owned(),
        );
    }
    if server.family == Some(Family::V2) {
        notes.push("OpenCode 2 is new here: made from notes, not yet proved on a real server. It has no list of things to do, and what asks for something on another page is not shown.".to_owned());
    }
    if server.started_here {
        notes.push("Started by Nexus, and stopped with it.".to_owned());
    }
    notes
}

/// Why a server cannot be had.
#[component]
fn Reason(server: Server) -> impl IntoView {
    let now = Live::here().now();
    match &server.link {
        ServerLink::Disconnected | ServerLink::Connecting { .. } | ServerLink::Connected { .. } => {
            None
        }
        ServerLink::Error {
            reason, retry_at, ..
        } => {
            let (what, next) = trouble_of(&server.address, reason);
            let retry_at = *retry_at;
            let again = move || {
                retry_at.map(|at| match at.since(now.get()) {
                    0 => " Trying again now.".to_owned(),
                    left => format!(" Trying again in {} s.", seconds_until(left)),
                })
            };
            Some(view! {
                <div class="trouble">
                    <p>
                        <strong>{what}</strong>
                    </p>
                    <p class="next">{next} {again}</p>
                </div>
            })
        }
    }
}

/// What can be done with a server.
#[component]
fn Steps(server: Server) -> impl IntoView {
    let ready = Ready::here();
    let dialogs = ServerDialogs::here();
    let doing = RwSignal::new(false);
    let fault = RwSignal::new(None::<Fault>);
    let disabled = Signal::derive(move || !ready.get() || doing.get());
    let wants_password = matches!(
        server.link,
        ServerLink::Error {
            reason: ServerFault::Unauthorized,
            ..
        }
    );
    let wanted = !matches!(server.link, ServerLink::Disconnected);
    let up = matches!(server.link, ServerLink::Connected { .. });
    let (connect_id, let_go_id) = (server.id.clone(), server.id.clone());
    let connect = move |_| {
        let id = connect_id.clone();
        doing.set(true);
        spawn_local(async move { told(servers::connect(id).await, doing, fault) });
    };
    let let_go = move |_| {
        let id = let_go_id.clone();
        doing.set(true);
        spawn_local(async move { told(servers::disconnect(id).await, doing, fault) });
    };
    let (sign_in, edit, remove) = (server.id.clone(), server.id.clone(), server.id);
    view! {
        {move || fault.get().map(|fault| view! { <Why words=fault.to_string() /> })}
        <div class="actions">
            {dialogs
                .filter(|_| wants_password)
                .map(|dialogs| {
                    view! {
                        <Button kind=Kind::Primary disabled on:click=move |_| dialogs.edit(&sign_in)>
                            "Enter password"
                        </Button>
                    }
                })}
            {(!up && !wants_password)
                .then(|| {
                    view! {
                        <Button kind=Kind::Primary disabled on:click=connect>
                            "Connect"
                        </Button>
                    }
                })}
            {wanted
                .then(|| {
                    view! {
                        <Button disabled on:click=let_go>
                            "Disconnect"
                        </Button>
                    }
                })}
            // Read without it, two words would make a third: Connected.
            " "
            {dialogs
                .map(|dialogs| {
                    view! {
                        <Button disabled on:click=move |_| dialogs.edit(&edit)>
                            "Edit"
                        </Button>
                        <Button kind=Kind::Danger disabled on:click=move |_| dialogs.remove(&remove)>
                            "Remove"
                        </Button>
                    }
                })}
        </div>
    }
    .into_any()
}

/// A command has been answered; what it changed comes by the stream.
fn told(answer: Result<(), Fault>, doing: RwSignal<bool>, fault: RwSignal<Option<Fault>>) {
    doing.try_set(false);
    fault.try_set(answer.err());
}
