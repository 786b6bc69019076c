//! A tool at work: one line, whatever it is; a card with its input and output when it is
//! opened.

use std::sync::Arc;

use domain::id::Directory;
use domain::part::{Part, PartBody};
use domain::session::SessionStatus;
use domain::tool::{Tool, ToolInput, ToolState};
use leptos::prelude::*;

use super::diff::changed_lines;
use super::explored::Within;
use super::tool_words::tool_words;
use crate::chunk::{Rare, rare};
use crate::components::{Disclosure, Glyph, Icon, Ring, duration};
use crate::live::{Ask, Live, SessionKey};

/// A tool.
#[component]
pub(super) fn ToolRow(session: SessionKey, part: Signal<Option<Arc<Part>>>) -> impl IntoView {
    let directory = directory_of(&session);
    let words = Memo::new(move |_| {
        directory.with(|directory| with_tool(part, |tool| tool_words(tool, directory.as_ref())))
    });
    let changed = Memo::new(move |_| {
        with_tool(part, |tool| {
            tool.diffs.iter().fold((0, 0), |(added, removed), diff| {
                (added + diff.additions, removed + diff.deletions)
            })
        })
        .unwrap_or_default()
    });
    let summary = view! {
        {move || {
            words
                .get()
                .map(|words| {
                    let target = if words.is_code { "target clip grow" } else { "clip grow" };
                    view! {
                        <Glyph icon=words.icon />
                        <b>{words.verb}</b>
                        <span class=target>{words.target}</span>
                        <span class="time">{words.size}</span>
                    }
                })
        }}
        {move || {
            let (added, removed) = changed.get();
            changed_lines(added, removed)
        }}
        <ToolEnd session=session.clone() part />
        <Glyph icon=Icon::Right class="turns" />
    }
    .into_any();
    let live = use_context::<Within>().is_none().then(Live::here);
    view! {
        <Disclosure class="tool" summary>
            {
                // What is read is not folded away because the agent looks on.
                if let (Some(live), Some(part)) = (&live, part.get_untracked()) {
                    live.keep_apart(&part.id);
                }
                rare(Rare::Tool(session.clone(), part))
            }
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

/// How far a tool is: a tone, a mark (without one it goes round) and a word.
#[derive(Clone, Debug, PartialEq, Eq)]
struct End {
    tone: &'static str,
    mark: Option<Icon>,
    word: String,
    /// Whether the word is only read aloud, for the mark and the time say it to the eye.
    unseen: bool,
}

fn end_of(tool: &Tool) -> End {
    // OpenCode completes it, but what the model meant was not done.
    let wrong = matches!(tool.input, ToolInput::Invalid { .. });
    let (tone, mark, word) = match (&tool.state, tool.exit) {
        (ToolState::Pending, _) => ("tone-live", None, "Preparing"),
        (ToolState::Running, _) => ("tone-live", None, "Running"),
        (ToolState::Completed, _) if wrong => ("tone-need", Some(Icon::Alert), "Not run"),
        (ToolState::Completed, Some(code)) if code != 0 => {
            return End {
                tone: "tone-bad",
                mark: Some(Icon::Alert),
                word: format!("Exit {code}"),
                unseen: false,
            };
        }
        (ToolState::Completed, _) => ("tone-quiet", Some(Icon::Check), "Done"),
        (ToolState::Failed { .. }, _) => ("tone-bad", Some(Icon::Alert), "Failed"),
        (ToolState::Denied { .. }, _) => ("tone-quiet", Some(Icon::Close), denied_word(tool)),
        (ToolState::Aborted, _) => ("tone-quiet", Some(Icon::Stop), "Stopped"),
        (ToolState::Interrupted, _) => ("tone-quiet", Some(Icon::Unlinked), "Cut off"),
    };
    let timed = tool.started.is_some();
    End {
        tone,
        mark,
        word: word.to_owned(),
        unseen: (tool.state == ToolState::Completed && !wrong)
            || (timed && tool.state == ToolState::Running),
    }
}

fn denied_word(tool: &Tool) -> &'static str {
    if matches!(tool.input, ToolInput::Question { .. }) {
        "Not answered"
    } else {
        "Denied"
    }
}

/// Said of what was under way where nothing is heard of it.
pub(super) const WAITS: &str = "Waiting for the connection";

/// How far a tool is and how long it took, at the end of its line.
#[component]
fn ToolEnd(session: SessionKey, part: Signal<Option<Arc<Part>>>) -> impl IntoView {
    let live = Live::here();
    let (now, asks, server) = (live.now(), live.asks(&session), session.server);
    // The sub-agent that it sent, as long as it is at work.
    let helper = {
        let server = server.clone();
        Memo::new(move |_| {
            let session = with_tool(part, |tool| {
                let ToolInput::Task { session, .. } = &tool.input else {
                    return None;
                };
                session.clone().filter(|_| tool.state.is_open())
            })??;
            let server = server.clone();
            Some(SessionKey { server, session })
        })
    };
    let of_helper = live.clone();
    let held = Memo::new(move |_| {
        // What any of its own sub-agents asks holds it up as well.
        let below = helper.get().is_some_and(|helper| {
            let asks = of_helper.asks(&helper);
            asks.with(|asks| !asks.is_empty())
        });
        let is_open = with_tool(part, |tool| tool.state.is_open()) == Some(true);
        below || (is_open && asks.with(|asks| part.with(|part| is_held(part.as_deref(), asks))))
    });
    let of_helper = live.clone();
    let tried_again = Memo::new(move |_| {
        helper.get().is_some_and(|helper| {
            let entry = of_helper.entry(&helper);
            entry.with(|entry| {
                let status = entry.as_ref().map(|entry| &entry.status);
                matches!(status, Some(SessionStatus::Retry { .. }))
            })
        })
    });
    let unheard = Memo::new(move |_| {
        with_tool(part, |tool| tool.state.is_open()) == Some(true) && !live.hears(&server)
    });
    let end = Memo::new(move |_| {
        if unheard.get() {
            return Some(End {
                tone: "tone-quiet",
                mark: Some(Icon::Unlinked),
                word: WAITS.to_owned(),
                unseen: false,
            });
        }
        if held.get() {
            return Some(End {
                tone: "tone-need",
                mark: Some(Icon::Question),
                word: "Waits for you".to_owned(),
                unseen: false,
            });
        }
        if tried_again.get() {
            return Some(End {
                tone: "tone-need",
                mark: None,
                word: "Trying again".to_owned(),
                unseen: false,
            });
        }
        with_tool(part, end_of)
    });
    let took = Memo::new(move |_| {
        let (from, to, runs) = with_tool(part, |tool| {
            (tool.started, tool.ended, tool.state == ToolState::Running)
        })?;
        let to = if runs && held.get() {
            None
        } else if runs && !unheard.get() {
            Some(now.get())
        } else {
            to
        };
        Some(duration(to?.since(from?).max(100)))
    });
    view! {
        {move || {
            end.get()
                .map(|end| {
                    let mark = match end.mark {
                        Some(icon) => view! { <Glyph icon /> }.into_any(),
                        None => view! { <Ring /> }.into_any(),
                    };
                    view! {
                        <span class=format!("state {}", end.tone)>
                            {mark} <span class:unseen=end.unseen>{end.word}</span>
                        </span>
                    }
                })
        }}
        <span class="time">{move || took.get()}</span>
    }
    .into_any()
}

/// Whether a tool waits for an answer to one of `asks`.
fn is_held(part: Option<&Part>, asks: &[Ask]) -> bool {
    let Some((Part { message, .. }, PartBody::Tool(tool))) = part.map(|part| (part, &part.body))
    else {
        return false;
    };
    asks.iter().any(|ask| ask.holds(message, tool))
}

#[cfg(test)]
mod tests {
    use domain::time::Millis;
    use domain::tool::ToolInput;

    use super::*;

    #[test]
    fn every_state_has_a_word_and_a_command_that_failed_its_number() {
        let of = |input, state, exit| {
            end_of(&Tool {
                call: "c".to_owned(),
                name: "bash".to_owned(),
                input,
                state,
                started: Some(Millis(1)),
                ended: None,
                output: None,
                diffs: Vec::new(),
                exit,
                found: None,
            })
            .word
        };
        let told = |state, exit| of(ToolInput::Empty, state, exit);
        let wrong = ToolInput::Invalid {
            tool: "apply_patch".to_owned(),
            error: "no such tool".to_owned(),
        };
        let asked = ToolInput::Question {
            count: 1,
            answered: Vec::new(),
        };
        let failed = ToolState::Failed {
            error: "no".to_owned(),
        };
        assert_eq!(
            [
                told(ToolState::Pending, None),
                told(ToolState::Running, None),
                told(ToolState::Completed, Some(0)),
                told(ToolState::Completed, Some(101)),
                told(failed, None),
                told(ToolState::Denied { word: None }, None),
                told(ToolState::Aborted, None),
                told(ToolState::Interrupted, None),
                of(wrong, ToolState::Completed, None),
                of(asked, ToolState::Denied { word: None }, None),
            ],
            [
                "Preparing",
                "Running",
                "Done",
                "Exit 101",
                "Failed",
                "Denied",
                "Stopped",
                "Cut off",
                "Not run",
                "Not answered",
            ]
        );
    }
}
