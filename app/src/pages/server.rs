//! `/s/{server}`: one server and its sessions.

use domain::id::ServerId;
use leptos::prelude::*;
use leptos_meta::Title;

use super::not_found::NothingHere;
use crate::components::each;
use crate::live::{Live, SessionKey};
use crate::views::{
    Head, NewSessionButton, ServerCard, ServerDialogs, ServerDialogsView, SessionRow,
};

/// `/s/{server}`.
#[component]
pub fn ServerPage(
    /// Which.
    server: ServerId,
) -> impl IntoView {
    let house = Live::here().house();
    let known = Memo::new(move |_| {
        house.with(|house| {
            let known = house.servers.get(&server)?;
            Some((known.id.clone(), known.name.clone()))
        })
    });
    (move || match known.get() {
        Some((server, name)) => view! { <Known server name /> }.into_any(),
        None => view! { <NothingHere what="server" /> }.into_any(),
    })
    .into_any()
}

#[component]
fn Known(server: ServerId, name: String) -> impl IntoView {
    let sessions = Live::here().sessions();
    let of_it = {
        let server = server.clone();
        Memo::new(move |_| {
            sessions.with(|sessions| {
                sessions
                    .iter()
                    .filter(|session| session.server == server)
                    .cloned()
                    .collect::<Vec<SessionKey>>()
            })
        })
    };
    let for_head = server.clone();
    let dialogs = ServerDialogs::provide();
    view! {
        <Title text=name.clone() />
        <Head title=name.clone() server=Signal::derive(move || Some(for_head.clone())) />
        <div class="scroller" tabindex="0" role="region" aria-label=name>
            <div class="sheet-page">
                <ServerCard server />
                <section aria-label="Sessions of this server">
                    <h2>"Sessions"</h2>
                    {move || {
                        of_it
                            .with(Vec::is_empty)
                            .then(|| view! { <p class="muted">"None yet."</p> <div><NewSessionButton /></div> })
                    }}
                    <div class="rows">
                        {each(
                            move || of_it.get(),
                            Clone::clone,
                            |session| view! { <SessionRow session /> }.into_any(),
                        )}
                    </div>
                </section>
            </div>
        </div>
        <ServerDialogsView dialogs />
    }.into_any()
}
