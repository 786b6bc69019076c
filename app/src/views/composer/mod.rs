//! Where the owner speaks: the message, what goes with it and to whom, send and stop. What
//! was typed before the program came stays; what is typed is kept over a reload.

mod choosing;
mod enclosures;
mod hint;
mod later;
mod named;
mod offers;
mod trigger;
mod used;

use domain::prompt::{Attachment, PromptText, Saying};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use crate::browser::field::bind_textarea;
use crate::browser::files;
use crate::browser::page::{focus, focus_if_lost, is_touch};
use crate::chunk::{expect_words, expect_work};
use crate::components::{Glyph, Icon};
use crate::live::{Deed, Live, Ready, SessionKey};
pub use choosing::Chosen;
use choosing::Pickers;
pub(crate) use choosing::{Among, choices_among};
use enclosures::{Attach, Enclosures};
pub(crate) use enclosures::{attaching, enclosed};
use hint::Hint;
use later::Later;
use named::Offered;
pub(crate) use named::{Naming, named};
pub(crate) use trigger::Sign;

/// Where the owner speaks to a session.
#[expect(clippy::too_many_lines, reason = "a form is one view")]
#[component]
pub fn Composer(
    /// To which.
    session: SessionKey,
    /// To whom.
    choice: Chosen,
) -> impl IntoView {
    let live = Live::here();
    let running = live.runs(&session);
    let draft = live.draft(&session);
    let field = NodeRef::<html::Textarea>::new();
    bind_textarea(field, draft.text.clone());
    let naming = Naming::of(field, &draft);
    let is_naming = Memo::new(move |_| naming.sign().is_some());
    let server = session.server.clone();
    let problem = RwSignal::new(None::<String>);
    let later = Later::of(&server, running);
    let blank = {
        let draft = draft.clone();
        Memo::new(move |_| {
            draft.text.with(|text| text.trim().is_empty()) && draft.files.with(Vec::is_empty)
        })
    };
    let send = {
        let (session, draft) = (session.clone(), draft.clone());
        let live = live.clone();
        Callback::new(move |()| {
            let said = draft.text.with_untracked(|text| PromptText::parse(text));
            let files = draft
                .files
                .with_untracked(|files| files.iter().map(|it| it.attachment().cloned()).collect());
            problem.set(match ready_to_send(said, files, running.get_untracked()) {
                Ok((text, files)) => {
                    let (agent, model) = choice.used();
                    expect_answer();
                    let waits = later.waits();
                    let taken = live.send_prompt(&session, text, files, agent, model, waits);
                    if taken {
                        later.sent();
                    }
                    focus(MESSAGE);
                    (!taken).then(|| TOO_MANY.to_owned())
                }
                Err(why) => Some(why),
            });
        })
    };
    let take = {
        let session = session.clone();
        Callback::new(move |picked: Vec<files::Picked>| {
            if !picked.is_empty() {
                problem.set(None);
                live.attach(&session, picked);
            }
        })
    };
    // What was wrong may be mended: by another file, by the end of what runs.
    let files = draft.files.clone();
    Effect::new(move |before: Option<()>| {
        files.track();
        running.track();
        if before.is_some() {
            problem.set(None);
        }
    });
    let dragged = drop_zone(take);
    let copy = draft.text.clone();
    view! {
        <form
            class="composer"
            class:dropping=move || dragged.get()
            on:submit=move |event| {
                event.prevent_default();
                send.run(());
            }
        >
            <Offered naming choice server=server.clone() />
            <Enclosures session=session.clone() files=draft.files.clone() />
            <div class="page" data-copy=move || copy.get()>
                <textarea
                    id=MESSAGE
                    node_ref=field
                    rows="1"
                    aria-label="Message"
                    aria-describedby=hint::ID
                    aria-autocomplete="list"
                    aria-controls=move || is_naming.get().then_some(named::ID)
                    aria-activedescendant=move || naming.active_id()
                    placeholder="Message"
                    autocomplete="off"
                    enterkeyhint="enter"
                    on:keydown=move |event| {
                        if naming.takes(&event) {
                            event.prevent_default();
                        } else if sends(&event) {
                            event.prevent_default();
                            send.run(());
                        }
                    }
                    on:keyup=move |event| {
                        if event.key() != "Escape" {
                            naming.look();
                        }
                    }
                    on:click=move |_| naming.look()
                    on:input=move |_| {
                        expect_answer();
                        problem.set(None);
                        naming.look();
                    }
                    on:blur=move |_| naming.close()
                    on:paste=move |event| take.run(files::picked(&event))
                ></textarea>
            </div>
            <div class="bar">
                <Attach take />
                <Pickers choice />
                {later.view()}
                <span class="grow"></span>
                <SendAndStop session running blank problem />
            </div>
        </form>
        <Hint server draft problem running later choice />
    }
    .into_any()
}

/// The id of the field.
const MESSAGE: &str = "message";
/// Whoever writes will want what an answer needs, also where the network is gone by then.
fn expect_answer() {
    expect_words();
    expect_work();
}

/// The outbox is full.
const TOO_MANY: &str = "Too many messages wait to be sent. Send or discard some of them first.";

/// What can be sent, or a sentence on why nothing can.
fn ready_to_send(
    said: Result<PromptText, domain::prompt::InvalidPrompt>,
    files: Vec<Option<Attachment>>,
    running: bool,
) -> Result<(Option<PromptText>, Vec<Attachment>), String> {
    let text = match said {
        Err(domain::prompt::InvalidPrompt::Blank) if !files.is_empty() => None,
        said => Some(said.map_err(|why| why.to_string())?),
    };
    let all: Option<Vec<Attachment>> = files.into_iter().collect();
    let files = all.ok_or("Not every file is uploaded. Wait for it, or remove it.")?;
    let saying = text.as_ref().map(|text| Saying::of(text.as_str()));
    if let Some(Saying::Shell { .. }) = saying {
        if running {
            return Err(hint::SHELL_WAITS.to_owned());
        }
        if !files.is_empty() {
            return Err("A shell command takes no files.".to_owned());
        }
    }
    Ok((text, files))
}

/// Enter sends where there is a keyboard; where fingers type it is a new line. With Ctrl or
/// ⌘ it sends anywhere.
fn sends(event: &KeyboardEvent) -> bool {
    let enter = event.key() == "Enter" && !event.is_composing();
    let forced = event.ctrl_key() || event.meta_key();
    enter && (forced || (!event.shift_key() && !event.alt_key() && !is_touch()))
}

/// Takes what is dropped anywhere on the page: beside the composer a browser would leave
/// the page for it. The answer is whether something hangs over it.
fn drop_zone(take: Callback<Vec<files::Picked>>) -> RwSignal<bool> {
    let dragged = RwSignal::new(false);
    Effect::new(move |_| {
        let over = window_event_listener(leptos::ev::dragover, move |event| {
            let now = files::are_dragged(&event);
            if dragged.get_untracked() != now {
                dragged.set(now);
            }
        });
        let left = window_event_listener(leptos::ev::dragleave, move |event| {
            if event.related_target().is_none() {
                dragged.set(false);
            }
        });
        let dropped = window_event_listener(leptos::ev::drop, move |event| {
            dragged.set(false);
            take.run(files::picked(&event));
        });
        on_cleanup(move || {
            for handle in [over, left, dropped] {
                handle.remove();
            }
        });
    });
    dragged
}

/// The two buttons at the end.
#[component]
fn SendAndStop(
    session: SessionKey,
    running: Memo<bool>,
    blank: Memo<bool>,
    problem: RwSignal<Option<String>>,
) -> impl IntoView {
    let live = Live::here();
    let ready = Ready::here();
    let deed = RwSignal::new(None::<ArcReadSignal<Deed>>);
    let stopping = Memo::new(move |_| deed.get().is_some_and(|deed| deed.get().is_doing()));
    let (for_stop, for_send) = (ready.clone(), ready);
    // The button goes with what it stopped; whoever pressed it by keyboard goes on writing.
    Effect::new(move |was: Option<bool>| {
        let now = running.get();
        if was == Some(true) && !now && deed.with_untracked(Option::is_some) {
            deed.set(None);
            if !is_touch() {
                request_animation_frame(|| focus_if_lost(MESSAGE));
            }
        }
        now
    });
    Effect::new(move |_| {
        if let Some(fault) = deed.get().and_then(|deed| deed.get().fault().cloned()) {
            problem.set(Some(fault.to_string()));
        }
    });
    let stop = StoredValue::new((live, session));
    view! {
        {move || {
            let ready = for_stop.clone();
            running
                .get()
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="send stop"
                            aria-label="Stop"
                            title="Stop"
                            disabled=move || !ready.get() || stopping.get()
                            on:click=move |_| {
                                stop.with_value(|(live, session)| deed.set(Some(live.abort(session))));
                            }
                        >
                            <Glyph icon=Icon::Stop />
                        </button>
                    }
                })
        }}
        <button
            type="submit"
            class="send"
            aria-label="Send"
            title="Send"
            hidden=move || running.get() && blank.get()
            disabled=move || !for_send.get() || blank.get()
        >
            <Glyph icon=Icon::Send />
        </button>
    }.into_any()
}

#[cfg(test)]
mod tests {
    use domain::id::UploadId;
    use domain::prompt::InvalidPrompt;

    use super::*;

    fn file() -> Attachment {
        Attachment {
            upload: UploadId::new("u"),
            name: "a.png".to_owned(),
            mime: "image/png".to_owned(),
            bytes: 1,
        }
    }

    #[test]
    fn words_files_or_both_are_sent_and_nothing_by_halves() {
        let hello = || PromptText::parse("Hello");
        let blank = || Err(InvalidPrompt::Blank);
        assert!(ready_to_send(hello(), vec![], true).is_ok());
        assert!(ready_to_send(blank(), vec![Some(file())], false).is_ok());
        assert!(ready_to_send(blank(), vec![], false).is_err());
        assert!(ready_to_send(hello(), vec![Some(file()), None], false).is_err());
    }

    #[test]
    fn a_shell_command_goes_alone_and_only_while_the_agent_rests() {
        let shell = || PromptText::parse("!ls");
        assert!(ready_to_send(shell(), vec![], false).is_ok());
        assert!(ready_to_send(shell(), vec![], true).is_err());
        assert!(ready_to_send(shell(), vec![Some(file())], false).is_err());
    }
}
