//! Where a new session shall work: a folder lately used, or one found by going through the
//! server's folders.

use domain::command::Origin;
use domain::house::{House, ServerLink};
use domain::id::{Directory, ServerId, SessionId};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::tool_words::shown_path;
use crate::api::workspaces;
use crate::components::{Button, Glyph, Icon, Kind, Waiting, Why};
use crate::fault::Fault;
use crate::live::{Deed, Live};
use crate::route::{Place, Route};
use crate::workspace::Listing;

/// Something asked of the server for this dialog.
type Asked<T> = Option<Result<T, Fault>>;

/// What is in the dialog that makes a session; `open` closes it.
pub(crate) fn new_session(open: RwSignal<bool>) -> AnyView {
    let live = Live::here();
    let servers = servers_of(&live.house().get_untracked());
    let here = server_here();
    let first = servers.iter().find(|(id, _)| Some(id) == here.as_ref());
    let first = first.or_else(|| servers.first());
    let chosen = RwSignal::new(first.map(|(id, _)| id.clone()));
    let deed = RwSignal::new(None::<ArcReadSignal<Deed<SessionId>>>);
    let doing = Signal::derive(move || deed.get().is_some_and(|deed| deed.get().is_doing()));
    let place = Place::here();
    Effect::new(move |_| {
        let made = deed.get().map(|deed| deed.get());
        if let (Some(Deed::Done(session)), Some(server)) = (made, chosen.get_untracked()) {
            open.set(false);
            place.go(&format!("/s/{server}/{session}"));
        }
    });
    let start = Callback::new(move |directory: Directory| {
        if let (Some(server), false) = (chosen.get_untracked(), doing.get_untracked()) {
            deed.set(Some(
                live.create_session(&server, Origin::Directory(directory)),
            ));
        }
    });
    let why = move || {
        deed.get()
            .and_then(|deed| deed.get().fault().map(ToString::to_string))
    };
    view! {
        {(servers.len() > 1).then(|| view! { <Tabs servers=servers.clone() chosen /> })}
        {move || why().map(|words| view! { <Why words /> })}
        {move || doing.get().then(|| view! { <Waiting words="Making the session" /> })}
        {move || {
            match chosen.get() {
                Some(server) => view! { <Folders server start doing /> }.into_any(),
                None => {
                    view! {
                        <p class="muted">"No server is connected. " <a href="/servers">"Servers"</a></p>
                    }
                        .into_any()
                }
            }
        }}
    }.into_any()
}

/// The server of the page that is shown, where it has one.
fn server_here() -> Option<ServerId> {
    match Place::here().path().with_untracked(|path| Route::of(path)) {
        Route::Server(server) => Some(server),
        Route::Session(session) => Some(session.server),
        Route::Overview
        | Route::Servers
        | Route::Settings
        | Route::SignIn
        | Route::SetUp
        | Route::Nothing(_) => None,
        #[cfg(debug_assertions)]
        Route::Gallery => None,
    }
}

/// The servers that can be worked on now, connected ones first.
fn servers_of(house: &House) -> Vec<(ServerId, String)> {
    let mut servers: Vec<_> = house
        .servers
        .values()
        .filter(|server| !matches!(server.link, ServerLink::Disconnected))
        .collect();
    domain::sorted::sort_by_key(&mut servers, |server| {
        !matches!(server.link, ServerLink::Connected { .. })
    });
    servers
        .into_iter()
        .map(|server| (server.id.clone(), server.name.clone()))
        .collect()
}

#[component]
fn Tabs(servers: Vec<(ServerId, String)>, chosen: RwSignal<Option<ServerId>>) -> impl IntoView {
    view! {
        <div class="tabs" role="group" aria-label="Server">
            {servers
                .into_iter()
                .map(|(id, name)| {
                    let (this, set) = (id.clone(), id);
                    view! {
                        <button
                            type="button"
                            class="option"
                            aria-pressed=move || {
                                if chosen.with(|chosen| chosen.as_ref() == Some(&this)) {
                                    "true"
                                } else {
                                    "false"
                                }
                            }
                            on:click=move |_| chosen.set(Some(set.clone()))
                        >
                            <span class="clip">{name}</span>
                        </button>
                    }
                })
                .collect_view()}
        </div>
    }
    .into_any()
}

#[component]
fn Folders(server: ServerId, start: Callback<Directory>, doing: Signal<bool>) -> impl IntoView {
    let recent = RwSignal::new(None::<Result<Vec<Directory>, Fault>>);
    let listing = RwSignal::new(None::<Result<Listing, Fault>>);
    let browsing = RwSignal::new(false);
    {
        let server = server.clone();
        spawn_local(async move {
            let answer = workspaces::recent(server).await;
            // With nothing to go back to, the folders are the place to begin.
            if answer.as_ref().is_ok_and(Vec::is_empty) {
                browsing.try_set(true);
            }
            recent.try_set(Some(answer));
        });
    }
    let go = Callback::new(move |directory: Option<Directory>| {
        let server = server.clone();
        listing.set(None);
        spawn_local(async move {
            listing.try_set(Some(workspaces::list(server, directory).await));
        });
    });
    Effect::new(move |_| {
        if browsing.get() {
            go.run(None);
        }
    });
    view! {
        {move || {
            if browsing.get() {
                view! { <Browser listing go start doing /> }.into_any()
            } else {
                view! {
                    <Recent recent start doing />
                    <Button on:click=move |_| browsing.set(true)>
                        <Glyph icon=Icon::Folder />
                        "Another folder"
                    </Button>
                }
                    .into_any()
            }
        }}
    }
    .into_any()
}

#[component]
fn Recent(
    recent: RwSignal<Asked<Vec<Directory>>>,
    start: Callback<Directory>,
    doing: Signal<bool>,
) -> impl IntoView {
    (move || match recent.get() {
        None => view! { <Waiting words="Looking for folders" /> }.into_any(),
        Some(Err(fault)) => view! { <Why words=fault.to_string() /> }.into_any(),
        Some(Ok(folders)) => view! {
            <div class="folders">
                {folders
                    .into_iter()
                    .map(|folder| {
                        let to = folder.clone();
                        view! {
                            <button
                                type="button"
                                class="folder"
                                disabled=move || doing.get()
                                on:click=move |_| start.run(to.clone())
                            >
                                <Glyph icon=Icon::Folder />
                                <span class="clip">{shown_path(folder.name(), None)}</span>
                                <span class="path clip">{shown_path(folder.as_str(), None)}</span>
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
        }
        .into_any(),
    })
    .into_any()
}

/// The server's folders, level by level.
#[component]
fn Browser(
    listing: RwSignal<Asked<Listing>>,
    go: Callback<Option<Directory>>,
    start: Callback<Directory>,
    doing: Signal<bool>,
) -> impl IntoView {
    (move || match listing.get() {
        None => view! { <Waiting words="Reading the folder" /> }.into_any(),
        Some(Err(fault)) => view! {
            <Why words=fault.to_string() />
            <Button on:click=move |_| go.run(None)>"Begin at the home folder"</Button>
        }
        .into_any(),
        Some(Ok(listing)) => {
            let Listing {
                directory,
                parent,
                folders,
                cut,
            } = listing;
            let here = directory.clone();
            view! {
                <div class="here">
                    <span class="mono">{directory.as_str().to_owned()}</span>
                    <Button kind=Kind::Primary disabled=doing on:click=move |_| start.run(here.clone())>
                        "Start here"
                    </Button>
                </div>
                <div class="folders">
                    {parent.map(|parent| folder_row(Icon::Up, "Up".to_owned(), parent, go))}
                    {folders
                        .into_iter()
                        .map(|folder| folder_row(Icon::Folder, folder.name().to_owned(), folder, go))
                        .collect_view()}
                    {cut.then(|| view! { <p class="muted small">"There are more folders than are shown."</p> })}
                </div>
            }
            .into_any()
        }
    }).into_any()
}

fn folder_row(
    icon: Icon,
    name: String,
    to: Directory,
    go: Callback<Option<Directory>>,
) -> impl IntoView {
    view! {
        <button type="button" class="folder" on:click=move |_| go.run(Some(to.clone()))>
            <Glyph icon />
            <span class="clip">{shown_path(&name, None)}</span>
            <Glyph icon=Icon::Right />
        </button>
    }
}
