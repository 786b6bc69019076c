//! What is rare: pages and sheets that most visits never open.

use std::sync::Arc;

use domain::bulk::LongText;
use domain::id::ServerId;
use domain::part::Part;
use leptos::prelude::*;

use crate::components::{Choosing, choices};
use crate::live::SessionKey;
use crate::pages::{LoginPage, NothingHere, ServerPage, ServersPage, SettingsPage, SetupPage};
use crate::views;

/// Something rare, and what it is drawn from.
#[derive(Clone)]
pub(crate) enum Rare {
    /// `/login`.
    SignIn,
    /// `/setup`.
    SetUp,
    /// `/servers`.
    Servers,
    /// `/s/{server}`.
    Server(ServerId),
    /// `/settings`.
    Settings,
    /// There is no such thing at this address: "page", "session".
    Nothing(&'static str),
    /// Where a new session shall work; the dialog that it stands in.
    NewSession(RwSignal<bool>),
    /// What can be done with the account.
    Account,
    /// How well the connections do.
    Quality,
    /// The list of a picker.
    Choices(Choosing),
    /// What is inside an opened tool.
    Tool(SessionKey, Signal<Option<Arc<Part>>>),
    /// Something raw, as it came.
    Raw(ServerId, LongText),
}

/// Draws it.
pub(super) fn draw(what: Rare) -> AnyView {
    match what {
        Rare::SignIn => view! { <LoginPage /> }.into_any(),
        Rare::SetUp => view! { <SetupPage /> }.into_any(),
        Rare::Servers => view! { <ServersPage /> }.into_any(),
        Rare::Server(server) => view! { <ServerPage server /> }.into_any(),
        Rare::Settings => view! { <SettingsPage /> }.into_any(),
        Rare::Nothing(what) => view! { <NothingHere what /> }.into_any(),
        Rare::NewSession(open) => views::new_session(open),
        Rare::Account => views::account(),
        Rare::Quality => views::quality(),
        Rare::Choices(choosing) => choices(choosing),
        Rare::Tool(session, part) => views::tool_body(session, part),
        Rare::Raw(server, text) => views::raw(text, "Raw JSON", &server),
    }
}
