//! What a tool was given and what came out, plainly.

use std::sync::Arc;

use domain::bulk::LongText;
use domain::id::SessionId;
use domain::part::Part;
use domain::tool::{FileDiff, Tool, ToolInput, ToolState};
use leptos::prelude::*;

use super::diff::Diff;
use super::long_text::RawText;
use super::tool::with_tool;
use crate::live::SessionKey;

/// What is inside an opened tool.
pub(crate) fn tool_body(session: SessionKey, part: Signal<Option<Arc<Part>>>) -> AnyView {
    let server = session.server;
    let input = Memo::new(move |_| with_tool(part, |tool| tool.input.clone()));
    let diffs = Memo::new(move |_| with_tool(part, |tool| tool.diffs.clone()).unwrap_or_default());
    let output = Memo::new(move |_| with_tool(part, |tool| tool.output.clone()).flatten());
    let error = Memo::new(move |_| with_tool(part, error_of).flatten());
    let silent = move || {
        output.with(Option::is_none) && diffs.with(Vec::is_empty) && error.with(Option::is_none)
    };
    let (for_input, for_diffs, for_output) = (server.clone(), server.clone(), server);
    view! {
        <div class="body">
            {move || {
                let server = for_input.clone();
                input.get().map(|input| given(input, server))
            }}
            {move || {
                diffs
                    .get()
                    .into_iter()
                    .map(|diff: FileDiff| view! { <Diff server=for_diffs.clone() diff /> })
                    .collect_view()
            }}
            {move || {
                let server = for_output.clone();
                // The diff says what the output would say again.
                let said = diffs.with(Vec::is_empty).then(|| output.get()).flatten();
                said.filter(|text| !text.is_empty())
                    .map(|text| view! { <RawText server text label="Output" /> })
            }}
            {move || {
                error
                    .get()
                    .map(|error| view! { <div class="out error" tabindex="0" role="group" aria-label="Error">{error}</div> })
            }}
            {move || silent().then(|| view! { <p class="aside">"Nothing was printed."</p> })}
        </div>
    }.into_any()
}

fn error_of(tool: &Tool) -> Option<String> {
    match (&tool.state, &tool.input) {
        (ToolState::Failed { error }, _) | (_, ToolInput::Invalid { error, .. }) => {
            Some(markdown::visible(error).into_owned())
        }
        (
            ToolState::Pending
            | ToolState::Running
            | ToolState::Completed
            | ToolState::Aborted
            | ToolState::Interrupted,
            _,
        ) => None,
    }
}

/// What it was given, where its line does not say all of it.
fn given(input: ToolInput, server: domain::id::ServerId) -> AnyView {
    match input {
        ToolInput::Bash {
            command,
            description,
        } => view! {
            {description.map(|words| view! { <p class="aside">{words}</p> })}
            <RawText server text=command label="Command" class="command" />
        }
        .into_any(),
        ToolInput::Other { arguments } => {
            view! { <RawText server text=arguments label="Arguments" class="command" /> }.into_any()
        }
        ToolInput::Task {
            session: Some(session),
            ..
        } => sub_agent(&server, &session),
        ToolInput::WebFetch { url } => whole(url, server),
        ToolInput::Empty
        | ToolInput::Read { .. }
        | ToolInput::Edit { .. }
        | ToolInput::Write { .. }
        | ToolInput::Patch { .. }
        | ToolInput::Glob { .. }
        | ToolInput::Grep { .. }
        | ToolInput::List { .. }
        | ToolInput::WebSearch { .. }
        | ToolInput::Todo { .. }
        | ToolInput::Question { .. }
        | ToolInput::Task { session: None, .. }
        | ToolInput::Skill { .. }
        | ToolInput::Invalid { .. } => ().into_any(),
    }
}

fn whole(text: String, server: domain::id::ServerId) -> AnyView {
    view! { <RawText server text=LongText::Whole(text) label="Address" class="command" /> }
        .into_any()
}

fn sub_agent(server: &domain::id::ServerId, session: &SessionId) -> AnyView {
    let href = format!("/s/{server}/{session}");
    view! { <p class="aside"><a href=href>"Open the sub-agent's session"</a></p> }.into_any()
}
