//! What is rare: pages and sheets that most visits never open.

use std::sync::Arc;

use domain::bulk::LongText;
use domain::failure::Failure;
use domain::id::ServerId;
use domain::part::Part;
use domain::session::SessionStatus;
use domain::todo::Todo;
use leptos::prelude::*;

use crate::browser::files::Picked;
use crate::live::{Enclosure, SessionKey};
use crate::pages::{LoginPage, NothingHere, ServerPage, ServersPage, SettingsPage, SetupPage};
use crate::views::{
    self, Among, Chosen, Naming, Pane, Reader, Sheet, Sign, Toast, Toasts, Together,
};

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
    Choices(Among, Chosen, RwSignal<bool>),
    /// What is inside an opened tool.
    Tool(SessionKey, Signal<Option<Arc<Part>>>),
    /// What may be meant by a name that is being typed after this sign.
    Named(Naming, Sign, Chosen, ServerId),
    /// The ways to attach files, for what takes them; the sheet that they stand in.
    Attaching(Callback<Vec<Picked>>, RwSignal<bool>),
    /// A file that goes with a message.
    Enclosed(SessionKey, Enclosure),
    /// What can be done with a session.
    Sheet(Sheet),
    /// What went wrong.
    Failure(Signal<Option<Failure>>),
    /// A provider that is tried again.
    Retry(SessionKey, Signal<SessionStatus>),
    /// A file that was sent; whether it is still on its way.
    Attachment(SessionKey, Arc<Part>, bool),
    /// What is taken back of a session.
    TakenBack(SessionKey),
    /// What the agent means to do.
    Todos(Memo<Vec<Todo>>),
    /// Something that is said for a moment.
    Toast(Toasts, Toast),
    /// What a search finds beyond the list: what is looked for, and whether the list has none.
    FoundSessions(RwSignal<String>, Signal<bool>),
    /// What waits for the owner in a session.
    Asks(SessionKey),
    /// What is left of a request that went away, where those of several sessions are answered.
    Left(Together),
    /// What is found in a conversation; the words that are looked for.
    Find(SessionKey, Reader, RwSignal<String>),
    /// The way from one place that was found to the next.
    Trail(Reader),
    /// What a session came to; whether it stands beside the conversation.
    Pane(SessionKey, Pane, Chosen, bool),
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
        Rare::Choices(among, choice, open) => views::choices_among(among, choice, open),
        Rare::Tool(session, part) => views::tool_body(session, part),
        Rare::Named(naming, sign, choice, server) => views::named(naming, sign, choice, server),
        Rare::Attaching(take, open) => views::attaching(take, open),
        Rare::Enclosed(session, file) => views::enclosed(session, file),
        Rare::Sheet(of) => views::sheet(of),
        Rare::Failure(failure) => views::failure(failure),
        Rare::Retry(session, status) => views::retry(session, status),
        Rare::Attachment(session, part, sending) => views::attachment(session, part, sending),
        Rare::TakenBack(session) => views::taken_back(session),
        Rare::Todos(list) => views::todos(list),
        Rare::Toast(toasts, toast) => views::toast(toasts, toast),
        Rare::FoundSessions(wanted, none) => views::found_sessions(wanted, none),
        Rare::Asks(session) => views::asks(session),
        Rare::Left(together) => views::left_together(together),
        Rare::Find(session, reader, words) => views::find(session, reader, words),
        Rare::Trail(reader) => views::trail(reader),
        Rare::Pane(session, pane, choice, beside) => views::pane(session, pane, choice, beside),
        Rare::Raw(server, text) => views::raw(text, "Raw JSON", "Copy JSON", &server),
    }
}
