//! What is inside an opened tool: what it was given, what it changed, what came out. Each
//! is drawn by what it means, by the few views there are for text.

use std::sync::Arc;

use domain::bulk::LongText;
use domain::id::{Directory, ServerId, SessionId};
use domain::part::{Part, Text};
use domain::tool::{Field, FileDiff, Tool, ToolInput, ToolState};
use leptos::prelude::*;
use markdown::{CodeBlock, Target};

use super::code::Code;
use super::diff::Diff;
use super::inline::REL;
use super::long_text::{Form, Printed, Whole};
use super::prose::Prose;
use super::todos::todo_list;
use super::tool::{directory_of, with_tool};
use super::tool_words::chosen;
use crate::components::{Glyph, Icon};
use crate::live::SessionKey;

/// What is inside an opened tool.
pub(crate) fn tool_body(session: SessionKey, part: Signal<Option<Arc<Part>>>) -> AnyView {
    let directory = directory_of(&session);
    let server = session.server;
    let input = Memo::new(move |_| with_tool(part, |tool| tool.input.clone()));
    let diffs = Memo::new(move |_| with_tool(part, |tool| tool.diffs.clone()).unwrap_or_default());
    let error = Memo::new(move |_| with_tool(part, error_of).flatten());
    let open = Memo::new(move |_| with_tool(part, |tool| tool.state.is_open()) == Some(true));
    let nothing = Memo::new(move |_| with_tool(part, nothing_of).flatten());
    let has_output = Memo::new(move |_| {
        with_tool(part, |tool| {
            tool.output.as_ref().is_some_and(|text| !text.is_empty())
        }) == Some(true)
    });
    let output = Signal::derive(move || with_tool(part, |tool| tool.output.clone()).flatten());
    let (for_input, for_diffs, for_output) = (server.clone(), server.clone(), server);
    view! {
        <div class="body">
            {move || input.get().map(|input| given(input, &for_input))}
            {move || {
                let diffs = diffs.get();
                let told = diffs.len() == 1;
                diffs
                    .into_iter()
                    .map(|diff: FileDiff| {
                        view! { <Diff server=for_diffs.clone() diff directory=directory.get() told /> }
                    })
                    .collect_view()
            }}
            {move || {
                has_output
                    .get()
                    .then(|| {
                        let whole = Whole::of(for_output.clone(), output, open.into());
                        let shown = input
                            .with(|input| {
                                came(input.as_ref(), whole.text, directory.get())
                            });
                        view! {
                            {shown}
                            {whole.note()}
                        }
                    })
            }}
            {move || {
                error
                    .get()
                    .map(|error| {
                        view! {
                            <div class="out error" tabindex="0" role="group" aria-label="Error">
                                {error}
                            </div>
                        }
                    })
            }}
            {move || {
                let says_nothing = !has_output.get() && error.with(Option::is_none)
                    && diffs.with(Vec::is_empty);
                says_nothing.then(|| nothing.get().map(|words| view! { <p class="aside">{words}</p> }))
            }}
        </div>
    }
    .into_any()
}

/// Whether what is given says too little for there to be nothing below it.
fn prints(input: &ToolInput) -> bool {
    match input {
        ToolInput::Todo { .. } | ToolInput::Invalid { .. } => false,
        ToolInput::Question { answered, .. } => answered.is_empty(),
        ToolInput::Empty
        | ToolInput::Bash { .. }
        | ToolInput::Read { .. }
        | ToolInput::Edit { .. }
        | ToolInput::Write { .. }
        | ToolInput::Patch { .. }
        | ToolInput::Glob { .. }
        | ToolInput::Grep { .. }
        | ToolInput::List { .. }
        | ToolInput::WebFetch { .. }
        | ToolInput::WebSearch { .. }
        | ToolInput::Task { .. }
        | ToolInput::Skill { .. }
        | ToolInput::Other { .. } => true,
    }
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
            | ToolState::Denied { .. }
            | ToolState::Aborted
            | ToolState::Interrupted,
            _,
        ) => None,
    }
}

/// What is said where nothing came out, or not yet; none where that says nothing.
fn nothing_of(tool: &Tool) -> Option<String> {
    match &tool.state {
        ToolState::Denied { word: Some(word) } => {
            let word = markdown::visible(word);
            Some(format!("You did not allow it, and said: {word}"))
        }
        ToolState::Denied { word: None } => {
            let asked = matches!(tool.input, ToolInput::Question { .. });
            let words = if asked {
                "You did not answer it."
            } else {
                "You did not allow it."
            };
            Some(words.to_owned())
        }
        // What a sub-agent does is seen in its own session.
        ToolState::Pending | ToolState::Running => (prints(&tool.input)
            && !matches!(tool.input, ToolInput::Task { .. }))
        .then(|| "Nothing yet.".to_owned()),
        ToolState::Completed
        | ToolState::Failed { .. }
        | ToolState::Aborted
        | ToolState::Interrupted => prints(&tool.input).then(|| "Nothing was printed.".to_owned()),
    }
}

/// What came out, as what it is.
fn came(input: Option<&ToolInput>, text: Signal<String>, directory: Option<Directory>) -> AnyView {
    let form = match input {
        Some(ToolInput::Read {
            path,
            lines: Some(lines),
        }) => return source(path, lines.first, text),
        Some(ToolInput::Write { path }) => return source(path, 1, text),
        Some(ToolInput::Task { .. } | ToolInput::Skill { .. } | ToolInput::WebFetch { .. }) => {
            let words = Signal::derive(move || Some(Arc::new(Text::whole(text.get()))));
            return view! {
                <div class="thoughts">
                    <Prose text=words />
                </div>
            }
            .into_any();
        }
        Some(ToolInput::Glob { .. } | ToolInput::List { .. }) => Form::Paths(directory),
        Some(ToolInput::Grep { .. }) => Form::Matches(directory),
        Some(
            ToolInput::Empty
            | ToolInput::Bash { .. }
            | ToolInput::Read { lines: None, .. }
            | ToolInput::Edit { .. }
            | ToolInput::Patch { .. }
            | ToolInput::WebSearch { .. }
            | ToolInput::Todo { .. }
            | ToolInput::Question { .. }
            | ToolInput::Invalid { .. }
            | ToolInput::Other { .. },
        )
        | None => Form::Terminal,
    };
    view! { <Printed text label="Output" form /> }.into_any()
}

/// The text of a file, with the numbers of its lines.
fn source(path: &str, first: u64, text: Signal<String>) -> AnyView {
    let language = path
        .rsplit(['/', '.'])
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let code = Signal::derive(move || CodeBlock {
        ordinal: 0,
        language: language.clone(),
        text: text.with(|text| markdown::visible(text).into_owned()),
        open: false,
    });
    view! { <Code code first=Some(first) /> }.into_any()
}

/// What it was given, where its line does not say all of it.
fn given(input: ToolInput, server: &ServerId) -> AnyView {
    match input {
        ToolInput::Bash {
            command,
            description,
        } => view! {
            {description.map(|words| view! { <p class="aside">{words}</p> })}
            {raw(command, "Command", "Copy command", server)}
        }
        .into_any(),
        ToolInput::Other { fields, arguments } => view! {
            <dl class="fields">{fields.into_iter().map(field).collect_view()}</dl>
            <details class="disclosure aside">
                <summary class="more">"Raw arguments" <Glyph icon=Icon::Right class="turns" /></summary>
                {raw(arguments, "Arguments", "Copy arguments", server)}
            </details>
        }
        .into_any(),
        ToolInput::Task {
            session: Some(session),
            ..
        } => sub_agent(server, &session),
        ToolInput::WebFetch { url } => address(&url),
        ToolInput::Question { answered, .. } if !answered.is_empty() => {
            let answered = answered.into_iter().map(|it| {
                let value = chosen(&it);
                field(Field {
                    name: it.question,
                    value,
                })
            });
            view! { <dl class="fields answered">{answered.collect_view()}</dl> }.into_any()
        }
        ToolInput::Todo { items } if items.is_empty() => {
            view! { <p class="aside">"Nothing is left to do."</p> }.into_any()
        }
        ToolInput::Todo { items } => todo_list(items),
        ToolInput::Empty
        | ToolInput::Read { .. }
        | ToolInput::Edit { .. }
        | ToolInput::Write { .. }
        | ToolInput::Patch { .. }
        | ToolInput::Glob { .. }
        | ToolInput::Grep { .. }
        | ToolInput::List { .. }
        | ToolInput::WebSearch { .. }
        | ToolInput::Question { .. }
        | ToolInput::Task { session: None, .. }
        | ToolInput::Skill { .. }
        | ToolInput::Invalid { .. } => ().into_any(),
    }
}

/// A text as it was given.
pub(crate) fn raw(
    text: LongText,
    label: &'static str,
    // What copying it is called.
    copy: &'static str,
    server: &ServerId,
) -> AnyView {
    let whole = Whole::of_still(server.clone(), text);
    let note = whole.note();
    view! {
        <Printed text=whole.text label copy class="command" />
        {note}
    }
    .into_any()
}

fn field(Field { name, value }: Field) -> AnyView {
    view! {
        <dt>{markdown::visible(&name).into_owned()}</dt>
        <dd>{markdown::visible(&value).into_owned()}</dd>
    }
    .into_any()
}

/// Where a page is: a link only where a browser may follow it.
fn address(url: &str) -> AnyView {
    let shown = markdown::visible(url).into_owned();
    match Target::parse(url) {
        Some(Target { href, host }) => view! {
            <p class="aside">
                <a href=href target="_blank" rel=REL>
                    {format!("Open at {host}")}
                </a>
                <span class="mono">{shown}</span>
            </p>
        }
        .into_any(),
        None => view! { <p class="aside mono">{shown}</p> }.into_any(),
    }
}

fn sub_agent(server: &ServerId, session: &SessionId) -> AnyView {
    let href = format!("/s/{server}/{session}");
    view! {
        <p class="aside">
            <a href=href>"Open the sub-agent's session"</a>
        </p>
    }
    .into_any()
}
