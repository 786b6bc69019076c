//! A tool at work: one line, whatever it is; its input and output when it is opened.

use std::sync::Arc;

use domain::id::{Directory, ServerId};
use domain::part::{Part, PartBody};
use domain::tool::{Tool, ToolState};
use leptos::prelude::*;

use super::tool_words::tool_words;
use crate::chunk::{Rare, rare};
use crate::components::{Disclosure, Glyph, Icon, Ring, duration};
use crate::live::{Live, SessionKey};

/// A tool.
#[component]
pub(super) fn ToolRow(session: SessionKey, part: Signal<Option<Arc<Part>>>) -> impl IntoView {
    let tool = move |read: &dyn Fn(&Tool) -> AnyView| {
        part.with(|part| match part.as_ref().map(|part| &part.body) {
            Some(PartBody::Tool(tool)) => Some(read(tool)),
            Some(_) | None => None,
        })
    };
    let directory = directory_of(&session);
    let words = Memo::new(move |_| {
        directory.with(|directory| with_tool(part, |tool| tool_words(tool, directory.as_ref())))
    });
    let line = move || {
        words.get().map(|words| {
            let target = if words.is_code {
                "target clip grow"
            } else {
                "clip grow"
            };
            view! {
                <Glyph icon=words.icon />
                <b>{words.verb}</b>
                <span class=target>{words.target}</span>
            }
        })
    };
    let summary = view! {
        {line}
        {move || tool(&|tool| changed_lines(tool))}
        <ToolEnd server=session.server.clone() part />
        <Glyph icon=Icon::Right class="turns" />
    }
    .into_any();
    view! {
        <Disclosure class="tool" summary>
            {rare(Rare::Tool(session.clone(), part))}
        </Disclosure>
    }
    .into_any()
}

/// Where a session works.
pub(super) fn directory_of(session: &SessionKey) -> Memo<Option<Directory>> {
    let entry = Live::here().entry(session);
    Memo::new(move |_| entry.with(|entry| Some(entry.as_ref()?.session.directory.clone())))
}

/// Reads the tool of a part.
pub(super) fn with_tool<T>(
    part: Signal<Option<Arc<Part>>>,
    read: impl Fn(&Tool) -> T,
) -> Option<T> {
    part.with(|part| match part.as_ref().map(|part| &part.body) {
        Some(PartBody::Tool(tool)) => Some(read(tool)),
        Some(_) | None => None,
    })
}

fn changed_lines(tool: &Tool) -> AnyView {
    let (added, removed) = tool.diffs.iter().fold((0, 0), |(added, removed), diff| {
        (added + diff.additions, removed + diff.deletions)
    });
    (added + removed > 0)
        .then(|| {
            view! {
                <span class="plus">{format!("+{added}")}</span>
                <span class="minus">{format!("−{removed}")}</span>
            }
        })
        .into_any()
}

/// Said of what was under way where nothing is heard of it.
pub(super) const WAITS: &str = "Waiting for the connection";

/// How far a tool is, at the end of its line.
#[component]
fn ToolEnd(server: ServerId, part: Signal<Option<Arc<Part>>>) -> impl IntoView {
    let live = Live::here();
    let now = live.now();
    let state = Memo::new(move |_| {
        with_tool(part, |tool| {
            (tool.state.clone(), tool.started, tool.ended, tool.exit)
        })
    });
    (move || {
        let (state, started, ended, exit) = state.get()?;
        let took = started
            .zip(ended)
            .map(|(from, to)| duration(to.since(from)));
        let now = now.clone();
        Some(match state {
            ToolState::Pending | ToolState::Running if !live.hears(&server) => {
                word("tone-quiet", WAITS.to_owned()).into_any()
            }
            ToolState::Pending => running("Preparing".to_owned()).into_any(),
            ToolState::Running => match started {
                Some(started) => view! {
                    <span class="state tone-live figures">
                        <Ring />
                        {move || duration(now.get().since(started).max(100))}
                        <span class="unseen">"Running"</span>
                    </span>
                }
                .into_any(),
                None => running("Running".to_owned()).into_any(),
            },
            ToolState::Completed => match exit {
                Some(code) if code != 0 => word("tone-bad", format!("Exit {code}")).into_any(),
                Some(_) | None => took
                    .map(|took| view! { <span class="time">{took}</span> })
                    .into_any(),
            },
            ToolState::Failed { .. } => word("tone-bad", "Failed".to_owned()).into_any(),
            ToolState::Aborted => word("tone-quiet", "Stopped".to_owned()).into_any(),
            ToolState::Interrupted => word("tone-quiet", "Cut off".to_owned()).into_any(),
        })
    })
    .into_any()
}

fn running(word: String) -> impl IntoView {
    view! {
        <span class="state tone-live">
            <Ring />
            {word}
        </span>
    }
}

fn word(tone: &'static str, word: String) -> impl IntoView {
    view! { <span class=format!("state {tone}")>{word}</span> }
}
