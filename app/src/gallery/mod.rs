//! `/gallery`: every row, card, dock and state beside each other, to be looked at and
//! compared. Debug builds only; nothing of it is in a released program.
//!
//! The scenes are data ([`mod@scenes`]), drawn by the very views of the product from a
//! [`Live`] of their own that never moves.

#![expect(
    unreachable_pub,
    reason = "the macro makes a public builder beside each component, also beside private ones"
)]

mod scenes;

use domain::id::MessageId;
use domain::sync::Viewing;
use leptos::context::Provider;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{
    Button, Chip, Empty, Icon, IconButton, Kind, Mark, TextField, Tone, Waiting,
};
use crate::fault::Fault;
use crate::live::{LinkState, Live, PendingState, SessionKey};
use crate::views::{Connection, Dock, Head, OnItsWay, Row, ServerCard, SessionRow, Todos, Trouble};
use scenes::{Scene, scenes};

/// `/gallery`.
#[component]
pub(crate) fn GalleryPage() -> impl IntoView {
    view! {
        <Title text="Gallery" />
        <Head title="Gallery" />
        <div class="scroller" tabindex="0" role="region" aria-label="Gallery">
            <div class="sheet-page">
                {scenes().into_iter().map(|scene| view! { <OneScene scene /> }).collect_view()}
                <OnTheirWay />
                <Connections />
                <House />
                <Parts />
            </div>
        </div>
    }
    .into_any()
}

/// The rows of a session, what it asks, and its line in the list. Each scene has a state of
/// its own, also for what is drawn later.
#[component]
fn OneScene(scene: Scene) -> impl IntoView {
    let live = Live::of(&scene.page);
    view! {
        <Provider value=live>
            <Drawn scene />
        </Provider>
    }
    .into_any()
}

#[component]
fn Drawn(scene: Scene) -> impl IntoView {
    let live = Live::here();
    let session = scene.page.viewing.clone().unwrap_or_else(nobody);
    let keys = live.rows(&session).get_untracked().keys.to_vec();
    let rows = keys.into_iter().map(|row| {
        let session = session.clone();
        view! {
            <div class="row">
                <Row session row />
            </div>
        }
    });
    view! {
        <section aria-label=scene.title.clone() class="column">
            <h2>{scene.title.clone()}</h2>
            {rows.collect_view()}
            <Todos session=session.clone() />
            <Dock session=session.clone() />
            <div class="rows">
                <SessionRow session with_folder=true />
            </div>
        </section>
    }
    .into_any()
}

fn nobody() -> SessionKey {
    Viewing {
        server: domain::id::ServerId::new("none"),
        session: domain::id::SessionId::new("none"),
    }
}

/// Every state of a prompt that has not come back.
#[component]
fn OnTheirWay() -> impl IntoView {
    let states = [
        ("It waits.", PendingState::Waiting),
        ("It goes.", PendingState::Sending),
        ("It went.", PendingState::Sent),
        ("Nobody knows.", PendingState::Unconfirmed { asking: false }),
        ("It does not go.", PendingState::Failed(Fault::Unsure)),
    ];
    let one = |(said, state)| {
        let message = MessageId::new("msg_none");
        view! {
            <div class="row">
                <div class="user" role="group" aria-label="You said">
                    <div class="said">{said}</div>
                    <OnItsWay session=nobody() message state />
                </div>
            </div>
        }
    };
    view! {
        <Provider value=Live::of(&scenes::house())>
            <section aria-label="What is on its way" class="column">
                <h2>"What is on its way"</h2>
                {states.map(one).into_iter().collect_view()}
            </section>
        </Provider>
    }
    .into_any()
}

/// Every state of the link, and what is said about it.
#[component]
fn Connections() -> impl IntoView {
    let states = [
        LinkState::Starting,
        LinkState::CatchingUp,
        LinkState::Live,
        LinkState::Offline,
        LinkState::Reconnecting {
            retry_at: Some(scenes::NOW.plus(4_000)),
        },
        LinkState::Unreachable { retry_at: None },
        LinkState::SignedOut,
        LinkState::UpdateReady,
    ];
    let of_house = scenes::house();
    let servers: Vec<_> = of_house.house.servers.keys().cloned().collect();
    let one = |state: LinkState, server| {
        let page = of_house.clone();
        view! { <OneConnection page state server /> }
    };
    view! {
        <section aria-label="Connection">
            <h2>"Connection"</h2>
            {states.map(|state| one(state, None)).into_iter().collect_view()}
            {servers
                .into_iter()
                .map(|server| one(LinkState::Live, Some(server)))
                .collect_view()}
        </section>
    }
    .into_any()
}

#[component]
fn OneConnection(
    page: domain::sync::PageSnapshot,
    state: LinkState,
    server: Option<domain::id::ServerId>,
) -> impl IntoView {
    let live = Live::of(&page);
    live.pretend(state);
    let server = Signal::stored(server);
    view! {
        <Provider value=live>
            <p>
                <Connection server />
            </p>
            <Trouble server />
        </Provider>
    }
    .into_any()
}

/// Every state of a server.
#[component]
fn House() -> impl IntoView {
    let page = scenes::house();
    let live = Live::of(&page);
    let servers: Vec<_> = page.house.servers.into_keys().collect();
    view! {
        <Provider value=live>
            <section aria-label="Servers">
                <h2>"Servers"</h2>
                {servers
                    .iter()
                    .map(|server| view! { <ServerCard server=server.clone() /> })
                    .collect_view()}
            </section>
        </Provider>
    }
    .into_any()
}

/// The building blocks.
#[component]
fn Parts() -> impl IntoView {
    let kinds = [
        (Kind::Plain, "Plain"),
        (Kind::Primary, "Primary"),
        (Kind::Quiet, "Quiet"),
        (Kind::Danger, "Danger"),
    ];
    let tones = [
        (Tone::Live, "Live"),
        (Tone::Ok, "Done"),
        (Tone::Need, "Asks"),
        (Tone::Bad, "Failed"),
        (Tone::News, "New"),
        (Tone::Quiet, "Quiet"),
    ];
    let button = |disabled: bool| {
        kinds.map(|(kind, word)| {
            let word = if disabled {
                format!("{word}, disabled")
            } else {
                word.to_owned()
            };
            view! { <Button kind disabled>{word}</Button> }
        })
    };
    view! {
        <section aria-label="Building blocks">
            <h2>"Building blocks"</h2>
            <p>{button(false)} <IconButton icon=Icon::Plus name="With an icon" /></p>
            <p>{button(true)}</p>
            <p>
                {tones
                    .map(|(tone, word)| view! { <Chip tone word running=tone == Tone::Live /> " " })}
            </p>
            <TextField label="A field" name="field" hint="A word of help." />
            <TextField
                label="A field that is wrong"
                name="wrong"
                value="12 34"
                why=Signal::stored(Some("A password needs a letter.".to_owned()))
            />
            <Waiting words="Loading the conversation" />
            <Mark />
            <Empty title="Nothing here" words="And what can be done about it.">
                <Button kind=Kind::Primary>"Do it"</Button>
            </Empty>
        </section>
    }
    .into_any()
}
