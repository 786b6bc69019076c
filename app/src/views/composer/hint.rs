//! The one line below the composer: what is wrong, what will happen, what can be done.

use domain::id::ServerId;
use domain::prompt::{PromptText, Saying};
use leptos::prelude::*;

use super::super::on_its_way::{LOST_WITH_PAGE, until};
use super::choosing::Chosen;
use super::later::Later;
use crate::components::Why;
use crate::live::{Draft, EnclosureState, Live};

/// The id of the line.
pub(super) const ID: &str = "message-hint";
/// OpenCode refuses it with 409.
pub(super) const SHELL_WAITS: &str =
    "The agent is at work: a shell command runs only while it rests. Stop it first, or wait.";

/// The line.
#[component]
pub(super) fn Hint(
    server: ServerId,
    draft: Draft,
    problem: RwSignal<Option<String>>,
    running: Memo<bool>,
    later: Later,
    choice: Chosen,
) -> impl IntoView {
    let live = Live::here();
    let words = Memo::new(move |_| {
        let (files, uploading) = draft.files.with(|files| {
            let on_their_way = |state: &EnclosureState| matches!(state, EnclosureState::Uploading);
            (
                !files.is_empty(),
                files.iter().any(|file| on_their_way(&file.state)),
            )
        });
        let blind = files && choice.takes_no_files();
        let (blank, shell) = draft.text.with(|text| {
            let said = PromptText::parse(text).ok();
            let shell = said
                .as_ref()
                .is_some_and(|said| matches!(Saying::of(said.as_str()), Saying::Shell { .. }));
            (said.is_none() && !files, shell)
        });
        if let Some(until) = until(&live, &server) {
            let lost = if live.keeps().get() {
                ""
            } else {
                LOST_WITH_PAGE
            };
            return format!("What you send waits here {until}, and goes out then.{lost}");
        }
        let words = if uploading {
            "Uploading. The message can be sent when its files are there."
        } else if blind {
            "This model does not take files. Choose another, or they are not seen."
        } else if shell && running.get() {
            SHELL_WAITS
        } else if shell {
            "A shell command: it runs in this session's folder, without the agent."
        } else if !blank && later.get() {
            "The agent is at work: it reads this after its turn."
        } else if !blank && running.get() {
            "The agent is at work: it reads this after its present step."
        } else {
            ""
        };
        words.to_owned()
    });
    let gone = Memo::new(move |_| choice.gone());
    view! {
        <div class="hint-line" id=ID>
            <div role="status">
                {move || problem.get().or_else(|| gone.get()).map(|words| view! { <Why words /> })}
            </div>
            <span>{move || words.get()}</span>
            <span class="signs" aria-hidden="true">
                "@ names a file or an agent · / runs a command · ! a shell command"
            </span>
        </div>
    }
    .into_any()
}
