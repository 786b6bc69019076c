//! What happened to one file, line by line: below each other where there is little room,
//! side by side where there is more. Which of the two is for the style sheet alone.

mod lines;

use std::ops::Range;

use domain::id::{Directory, ServerId};
use domain::tool::FileDiff;
use leptos::prelude::*;

use self::lines::{Cell, Group, Sort, groups_of};
use super::bar::Bar;
use super::long_text::Whole;
use super::painted::painted;
use super::tool_words::shown_path;

/// How many lines are drawn; a file beyond that is read elsewhere.
const LINES_MAX: usize = 600;

/// A file's changes.
#[component]
pub(super) fn Diff(
    /// Where the whole can be had.
    server: ServerId,
    /// The changes.
    diff: FileDiff,
    /// Where the file is called from.
    directory: Option<Directory>,
    /// Whether the line above says already which file it is, and how much of it.
    told: bool,
) -> impl IntoView {
    let path = shown_path(&diff.path, directory.as_ref());
    let label = format!("Changes of {path}");
    let title = if told {
        view! { <span class="grow"></span> }.into_any()
    } else {
        view! {
            <span class="mono clip grow">{path}</span>
            {changed_lines(diff.additions, diff.deletions)}
        }
        .into_any()
    };
    let whole = Whole::of_still(server, diff.patch);
    let note = whole.note();
    let wrap = RwSignal::new(true);
    view! {
        <div class="file" class:wrap=move || wrap.get()>
            <Bar title wrap=Some(wrap) copy="Copy path" text=Signal::stored(diff.path) />
            {lines(whole.text, label)}
            {note}
        </div>
    }
    .into_any()
}

/// How many lines were added and removed; of what there is none nothing is said.
pub(super) fn changed_lines(added: u64, removed: u64) -> AnyView {
    let side = |class, sign, lines: u64| {
        (lines > 0).then(|| view! { <span class=class>{format!("{sign}{lines}")}</span> })
    };
    view! {
        {side("plus", '+', added)}
        {side("minus", '−', removed)}
    }
    .into_any()
}

/// The lines of a unified diff.
#[component]
pub(super) fn Patch(patch: String, label: String) -> impl IntoView {
    view! { <div class="file wrap">{lines(Signal::stored(patch), label)}</div> }.into_any()
}

fn lines(patch: Signal<String>, label: String) -> AnyView {
    let shown = RwSignal::new(LINES_MAX);
    let read = Memo::new(move |_| patch.with(|patch| groups_of(patch, shown.get())));
    let more = Memo::new(move |_| read.with(|(_, more)| *more));
    let groups = move || {
        let (groups, _) = read.get();
        groups.into_iter().map(group).collect::<Vec<AnyView>>()
    };
    view! {
        <div class="diff" tabindex="0" role="group" aria-label=label>
            <div>{groups}</div>
        </div>
        {move || {
            more.get()
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="link-button aside"
                            on:click=move |_| shown.update(|shown| *shown += LINES_MAX)
                        >
                            "Show more lines"
                        </button>
                    }
                })
        }}
    }
    .into_any()
}

fn group(Group(cells): Group) -> AnyView {
    let cells: Vec<AnyView> = cells.into_iter().map(cell).collect();
    view! { <div>{cells}</div> }.into_any()
}

fn cell(cell: Cell) -> AnyView {
    let class = match cell.sort {
        Sort::SameOld => "old same",
        Sort::SameNew => "new",
        Sort::Removed => "old del",
        Sort::Added => "new add",
        Sort::Gap => "at",
    };
    let part = |range: Range<usize>| cell.text.get(range).unwrap_or_default().to_owned();
    let stretches = if cell.mark.is_empty() {
        vec![(String::new(), cell.text)]
    } else {
        let (from, to) = (cell.mark.start, cell.mark.end);
        vec![
            (String::new(), part(0..from)),
            ("differs".to_owned(), part(from..to)),
            (String::new(), part(to..cell.text.len())),
        ]
    };
    let number = (cell.number > 0).then(|| cell.number.to_string());
    view! {
        <div class=class>
            <i>{number}</i>
            <span>{painted(stretches)}</span>
        </div>
    }
    .into_any()
}
