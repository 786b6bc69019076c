//! What the session changed: its files, and the lines of each when it is opened.

use domain::review::{Blind, ChangedFile, Fate, Review};
use leptos::prelude::*;

use super::lines::Lines;
use super::tabs::Reading;
use crate::components::{Button, Disclosure, Empty, Glyph, Icon, Waiting, Why, each};
use crate::live::SessionKey;
use crate::views::diff::changed_lines;

/// What the session changed.
#[component]
pub(super) fn Changes(session: SessionKey, reading: Reading) -> impl IntoView {
    let files = Memo::new(move |_| {
        reading
            .review
            .with(|review| review.as_ref().map(|review| review.files.clone()))
            .unwrap_or_default()
    });
    view! {
        {move || failed(reading)}
        {move || {
            reading
                .review
                .with(|review| match review {
                    None if reading.why.with(Option::is_some) => ().into_any(),
                    None => view! { <Waiting words="Reading what was changed" /> }.into_any(),
                    Some(review) if review.files.is_empty() => nothing(review),
                    Some(review) => sums(review),
                })
        }}
        <div class="changed-files">
            {each(
                move || files.get(),
                |file| file.path.clone(),
                move |file| {
                    let current = Memo::new(move |_| {
                        let known = files.with(|files| {
                            files.iter().find(|it| it.path == file.path).cloned()
                        });
                        known.unwrap_or_else(|| file.clone())
                    });
                    one(session.clone(), current)
                },
            )}
        </div>
        {move || {
            let more = reading.review.with(|review| review.as_ref().map_or(0, |it| it.more));
            (more > 0).then(|| view! { <p class="aside">{format!("{more} more files are left out.")}</p> })
        }}
    }
    .into_any()
}

/// What to say where the session cannot be read. What was read before stays.
pub(super) fn failed(reading: Reading) -> Option<AnyView> {
    let fault = reading.why.get()?;
    Some(
        view! {
            <div class="pane-why">
                <Why words=fault.to_string() />
                <Button on:click=move |_| reading.again()>"Try again"</Button>
            </div>
        }
        .into_any(),
    )
}

fn nothing(review: &Review) -> AnyView {
    let (title, words) = match review.blind {
        Some(Blind::NoRepository) => (
            "Changes are not seen here",
            "This session’s folder is in no Git repository, and OpenCode follows the files of repositories only. What its tools changed stands in the conversation.",
        ),
        Some(Blind::SwitchedOff) => (
            "Changes are not seen here",
            "Snapshots are switched off in OpenCode’s settings (“snapshot”). What its tools changed stands in the conversation.",
        ),
        None if review.whole => (
            "No files changed",
            "Files that the agent changes stand here, as soon as OpenCode has counted them.",
        ),
        None => (
            "No files changed lately",
            "The session is long: its last messages were read, and none of them changed a file.",
        ),
    };
    view! { <Empty title words /> }.into_any()
}

/// All of it in a line.
fn sums(review: &Review) -> AnyView {
    let count = review.files.len() + review.more as usize;
    let files = if count == 1 {
        "1 file".to_owned()
    } else {
        format!("{count} files")
    };
    let sum = |of: fn(&ChangedFile) -> u64| review.files.iter().map(of).sum();
    let lately = (!review.whole)
        .then_some("The session is long: what its first turns changed is not among these.");
    view! {
        <p class="sums">
            <b>{files}</b>
            {changed_lines(sum(|it| it.additions), sum(|it| it.deletions))}
        </p>
        {lately.map(|words| view! { <p class="muted small">{words}</p> })}
    }
    .into_any()
}

/// A file; its lines when it is opened. It stays open while more is done to it.
fn one(session: SessionKey, file: Memo<ChangedFile>) -> AnyView {
    let path = file.with_untracked(|file| file.path.clone());
    let (folder, name) = match path.rsplit_once('/') {
        Some((folder, name)) => (format!("{folder}/"), name.to_owned()),
        None => (String::new(), path),
    };
    let fate = move || match file.with(|file| file.fate) {
        Fate::Added => "New",
        Fate::Modified => "",
        Fate::Deleted => "Deleted",
    };
    let summary = view! {
        <Glyph icon=Icon::File />
        <span class="path clip grow">
            <span class="muted">{folder}</span>
            {name}
        </span>
        <span class="muted small">{fate}</span>
        {move || file.with(|file| changed_lines(file.additions, file.deletions))}
        <Glyph icon=Icon::Right class="turns" />
    }
    .into_any();
    view! {
        <Disclosure class="changed-file" summary>
            <Lines session=session.clone() file />
        </Disclosure>
    }
    .into_any()
}
