//! `/s/{server}/{session}`: a conversation.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::chunk::expect_words;
use crate::live::{Live, Ready, SessionKey};
use crate::views::{
    Chosen, Composer, Conversation, Dock, FindButton, Finder, Head, Pane, PaneButtons, PanePlace,
    Reader, SessionActions, TakenBack, Todos, server_name_of, title_of,
};

/// `/s/{server}/{session}`.
#[component]
pub fn SessionPage(
    /// Which.
    session: SessionKey,
) -> impl IntoView {
    if Ready::here().get_untracked() {
        // Nothing of it was drawn by the server.
        expect_words();
    }
    let live = Live::here();
    let entry = live.entry(&session);
    // The document's head is written when this page's own owner is gone already, so the
    // title must not belong to it.
    let title = {
        let entry = entry.clone();
        ArcMemo::new(move |_| {
            entry.with(|entry| {
                entry
                    .as_ref()
                    .map_or_else(|| "Session".to_owned(), |entry| title_of(entry))
            })
        })
    };
    let crumb = {
        let entry = entry.clone();
        let server = server_name_of(&live, session.server.clone());
        Memo::new(move |_| {
            let folder = entry.with(|entry| {
                let entry = entry.as_ref()?;
                Some(entry.session.directory.name().to_owned())
            });
            let parts = [folder, server.get()];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
        })
    };
    let family = live.family();
    let trail = Signal::derive(move || family.with(|family| family.above.clone()));
    let server = session.server.clone();
    let (below, actions) = (session.clone(), session.clone());
    let heading = title.clone();
    let reader = Reader::new(&session);
    let choice = Chosen::of(&session);
    let pane = Pane::of(&session, choice);
    view! {
        <Title text=move || title.get() />
        <Head
            title=Signal::derive(move || heading.get())
            crumb=Signal::derive(move || crumb.get())
            trail
            server=Signal::derive(move || Some(server.clone()))
        >
            <PaneButtons pane />
            <FindButton reader />
            <SessionActions session=actions reader />
        </Head>
        <Conversation session=session.clone() reader>
            <Todos session=below.clone() />
            <TakenBack session=below.clone() />
            <Dock session=below.clone() />
            <Composer session=below choice />
        </Conversation>
        <Finder session=session.clone() reader />
        <PanePlace session pane choice />
    }
    .into_any()
}
