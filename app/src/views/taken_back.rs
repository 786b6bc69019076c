//! What is taken back of a session, above the composer, and the way to restore it.

use domain::command::Command;
use leptos::prelude::*;

use super::tool_words::shown_path;
use crate::chunk::{Rare, rare};
use crate::components::{Button, Glyph, Icon, Why};
use crate::live::{Deed, Live, Ready, SessionKey};

/// What is taken back; nothing where nothing is.
#[component]
pub fn TakenBack(session: SessionKey) -> impl IntoView {
    let entry = Live::here().entry(&session);
    let any = Memo::new(move |_| {
        entry.with(|entry| entry.as_ref().is_some_and(|it| it.session.revert.is_some()))
    });
    (move || any.get().then(|| rare(Rare::TakenBack(session.clone())))).into_any()
}

/// What is taken back, and the way to restore it.
pub(crate) fn taken_back(session: SessionKey) -> AnyView {
    let live = Live::here();
    let entry = live.entry(&session);
    let revert = {
        let entry = entry.clone();
        Memo::new(move |_| entry.with(|entry| entry.as_ref()?.session.revert.clone()))
    };
    let deed = RwSignal::new(None::<ArcReadSignal<Deed>>);
    let doing = Memo::new(move |_| deed.get().is_some_and(|deed| deed.get().is_doing()));
    let ready = Ready::here();
    let rows = live.rows(&session);
    // What was put into the field to be said anew stands in the conversation again, and is
    // taken out of the field; where it does not, it comes back.
    let cleared = RwSignal::new(None::<String>);
    let draft = live.draft(&session);
    let field = draft.text.clone();
    Effect::new(move |_| {
        if deed.get().is_some_and(|deed| deed.get().fault().is_some())
            && let Some(said) = cleared.try_update(Option::take).flatten()
            && field.with_untracked(String::is_empty)
        {
            field.set(said);
        }
    });
    (move || {
        let revert = revert.get()?;
        rows.track();
        let back = live.taken_back(&session, &revert.message);
        let messages = match (back.prompts, back.more) {
            (0 | 1, false) => "1 message taken back".to_owned(),
            (all, false) => format!("{all} messages taken back"),
            (0, true) => "Messages taken back".to_owned(),
            (all, true) => format!("More than {all} messages taken back"),
        };
        let files = (!revert.files.is_empty()).then(|| {
            let directory = entry
                .with_untracked(|entry| entry.as_ref().map(|it| it.session.directory.clone()));
            let count = match revert.files.len() {
                1 => "1 file is as it was before".to_owned(),
                all => format!("{all} files are as they were before"),
            };
            let names = revert.files.iter().map(|path| {
                let path = shown_path(path, directory.as_ref());
                view! { <li class="mono clip">{path}</li> }
            });
            view! {
                <details class="disclosure">
                    <summary class="small">
                        <Glyph icon=Icon::Right class="turns" />
                        {count}
                    </summary>
                    <ul class="filenames">{names.collect_view()}</ul>
                </details>
            }
        });
        let (live, session, ready) = (live.clone(), session.clone(), ready.clone());
        let draft = draft.clone();
        let why = move || {
            let fault = deed.get().and_then(|deed| deed.get().fault().cloned());
            fault.map(|fault| view! { <Why words=fault.to_string() /> })
        };
        Some(view! {
            <section class="taken-back" aria-label="Taken back">
                <Glyph icon=Icon::Back />
                <div class="grow">
                    <b>{messages}</b>
                    <p class="muted small">"The next message removes what is taken back for good."</p>
                    {files}
                    {why}
                </div>
                <Button
                    disabled=Signal::derive(move || !ready.get() || doing.get())
                    on:click=move |_| {
                        let said = live.said(&session, &revert.message);
                        if draft.text.with_untracked(|text| *text == said) {
                            draft.text.set(String::new());
                            cleared.set(Some(said));
                        }
                        deed.set(Some(live.command(&session, Command::Restore)));
                    }
                >
                    "Restore"
                </Button>
            </section>
        })
    })
    .into_any()
}
