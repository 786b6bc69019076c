//! `/s/{server}/{session}`: a conversation.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::chunk::expect_words;
use crate::live::{Live, Ready, SessionKey};
use crate::views::{Announcer, Composer, Conversation, Dock, Head, Todos, title_of};

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
        Memo::new(move |_| {
            entry.with(|entry| {
                entry
                    .as_ref()
                    .map(|entry| entry.session.directory.name().to_owned())
                    .unwrap_or_default()
            })
        })
    };
    let parent = {
        let server = session.server.clone();
        Memo::new(move |_| {
            entry.with(|entry| {
                let parent = entry.as_ref()?.session.parent.clone()?;
                Some(format!("/s/{server}/{parent}"))
            })
        })
    };
    let server = session.server.clone();
    let below = session.clone();
    let heading = title.clone();
    view! {
        <Title text=move || title.get() />
        <Head
            title=Signal::derive(move || heading.get())
            crumb=Signal::derive(move || crumb.get())
            server=Signal::derive(move || Some(server.clone()))
        >
            {move || {
                parent
                    .get()
                    .map(|href| {
                        view! {
                            <a class="button quiet" href=href>
                                "Back to the asking session"
                            </a>
                        }
                    })
            }}
        </Head>
        <Conversation session=session.clone()>
            <Todos session=below.clone() />
            <Dock session=below.clone() />
            <Composer session=below />
        </Conversation>
        <Announcer session />
    }
    .into_any()
}
