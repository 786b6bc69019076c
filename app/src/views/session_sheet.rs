//! What can be done with a session: the button that its row and its page have, and the one
//! sheet that it opens. On a desk the sheet hangs at the button, on a phone it comes from
//! below.

use domain::command::{Command, Origin};
use domain::id::{MessageId, SessionId};
use domain::message::Waits;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::frame::FrameState;
use super::session_act::{Act, OF_MESSAGE, OF_SESSION, of_waiting};
use super::session_form::{Archive, Rename, Revert};
use super::session_row::title_of;
use super::transcript::Reader;
use crate::browser::dialog::{settle_soon, step};
use crate::browser::page::hang;
use crate::browser::text::{copy, fetch};
use crate::chunk::{Rare, rare};
use crate::components::{Dialog, Glyph, Icon, IconButton, Ring, Why};
use crate::live::{Deed, Draft, Live, Ready, SessionKey};
use crate::route::Place;

/// What the sheet is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct About {
    pub(super) session: SessionKey,
    pub(super) step: Step,
}

/// What the sheet shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// All that can be done with the session.
    Session,
    /// All that can be done from a message on.
    Message(MessageId),
    /// A field for another title.
    Rename,
    /// What putting away means.
    Archive,
    /// What taking back changes.
    Revert(MessageId),
}

/// The sheet and what it is about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sheet {
    open: RwSignal<bool>,
    about: RwSignal<Option<About>>,
    /// What opens the search of the conversation on whose page it stands.
    finding: RwSignal<Option<RwSignal<bool>>>,
}

impl Sheet {
    /// Shows what can be done with `session`, or from one of its messages on.
    fn show(
        self,
        session: SessionKey,
        message: Option<MessageId>,
        finding: Option<RwSignal<bool>>,
    ) {
        let step = message.map_or(Step::Session, Step::Message);
        self.finding.set(finding);
        self.about.set(Some(About { session, step }));
        self.open.set(true);
    }

    /// Shows something else about the same session.
    fn turn(self, step: Step) {
        self.about.update(|about| {
            if let Some(about) = about {
                about.step = step;
            }
        });
        // What was pressed is gone with what the sheet held before.
        settle_soon();
    }

    /// Closes it.
    pub(super) fn close(self) {
        self.open.set(false);
    }
}

/// The button that opens the sheet.
#[component]
pub fn SessionActions(
    /// Of which session.
    session: SessionKey,
    /// From which of its messages on, where it is about one.
    #[prop(optional)]
    message: Option<MessageId>,
    /// Who reads it, where it is on the page: a phone's head has no room for the search.
    #[prop(optional)]
    reader: Option<Reader>,
) -> impl IntoView {
    let finding = reader.map(|reader| reader.finding);
    let frame = FrameState::here();
    let ready = Ready::here();
    let name = if message.is_some() {
        "Message actions"
    } else {
        "Session actions"
    };
    view! {
        <IconButton
            icon=Icon::More
            name
            disabled=Signal::derive(move || !ready.get())
            attr:aria-haspopup="dialog"
            on:click=move |event| {
                hang(&event);
                frame.sheet.show(session.clone(), message.clone(), finding);
            }
        />
    }
    .into_any()
}

/// The sheet.
#[component]
pub(super) fn SessionSheet(sheet: Sheet) -> impl IntoView {
    let live = Live::here();
    let heading = Signal::derive(move || {
        sheet.about.with(|about| match about {
            Some(About { session, step }) => match step {
                Step::Session => live
                    .entry(session)
                    .with(|entry| entry.as_ref().map(|entry| title_of(entry)))
                    .unwrap_or_else(|| "Session".to_owned()),
                Step::Message(message) => match live.waits(session, message) {
                    Some(_) => "This message waits".to_owned(),
                    None => "From this message".to_owned(),
                },
                Step::Rename => "Rename session".to_owned(),
                Step::Archive => "Archive this session?".to_owned(),
                Step::Revert(_) => "Revert to before this message?".to_owned(),
            },
            None => String::new(),
        })
    });
    let menu = move || {
        sheet.about.with(|about| {
            let step = about.as_ref().map(|about| &about.step);
            matches!(step, Some(Step::Session | Step::Message(_))).then_some("")
        })
    };
    view! {
        <Dialog open=sheet.open title=heading attr:data-menu=menu>
            {rare(Rare::Sheet(sheet))}
        </Dialog>
    }
    .into_any()
}

/// What the sheet holds.
pub(crate) fn sheet(sheet: Sheet) -> AnyView {
    (move || {
        let About { session, step } = sheet.about.get()?;
        Some(match step {
            Step::Session => view! { <Menu sheet session message=None /> }.into_any(),
            Step::Message(message) => {
                view! { <Menu sheet session message=Some(message) /> }.into_any()
            }
            Step::Rename => view! { <Rename sheet session /> }.into_any(),
            Step::Archive => view! { <Archive sheet session /> }.into_any(),
            Step::Revert(message) => view! { <Revert sheet session message /> }.into_any(),
        })
    })
    .into_any()
}

#[component]
fn Menu(sheet: Sheet, session: SessionKey, message: Option<MessageId>) -> impl IntoView {
    let live = Live::here();
    let toasts = FrameState::here().toasts;
    let place = Place::here();
    let entry = live.entry(&session);
    let running = live.runs(&session);
    let finding = sheet.finding.get_untracked().filter(|_| message.is_none());
    let doing = RwSignal::new(None::<Act>);
    let why = RwSignal::new(None::<String>);
    let done = RwSignal::new(None::<ArcReadSignal<Deed>>);
    let forked = RwSignal::new(None::<ArcReadSignal<Deed<SessionId>>>);
    let waits = message.as_ref().and_then(|it| live.waits(&session, it));
    let of = match (&message, waits) {
        (None, _) => OF_SESSION,
        (Some(_), None) => OF_MESSAGE,
        // What no turn waits for cannot be put off.
        (Some(_), Some(_)) if !running.get_untracked() => &[Act::Withdraw],
        (Some(_), Some(waits)) => of_waiting(waits),
    };
    // What is taken back is the owner's to change: it goes into the field, once it is.
    let words = StoredValue::new(None::<String>);
    let field = live.draft(&session);
    // The sheet may have gone meanwhile.
    let failed = move |words: String| {
        doing.try_set(None);
        why.try_set(Some(words));
    };
    Effect::new(move |_| match done.get().map(|deed| deed.get()) {
        Some(Deed::Done(())) => {
            if let Some(words) = words.try_update_value(Option::take).flatten() {
                write(&field, words);
            }
            sheet.close();
        }
        Some(Deed::Failed(fault)) => failed(fault.to_string()),
        Some(Deed::Doing) | None => {}
    });
    {
        let (live, session, message) = (live.clone(), session.clone(), message.clone());
        let place = place.clone();
        Effect::new(move |_| match forked.get().map(|deed| deed.get()) {
            Some(Deed::Done(copy)) => {
                sheet.close();
                let copy = SessionKey {
                    server: session.server.clone(),
                    session: copy,
                };
                if let Some(message) = &message {
                    take_up(&live, &session, message, &copy);
                }
                let address = format!("/s/{}/{}", copy.server, copy.session);
                place.go(&address);
            }
            Some(Deed::Failed(fault)) => failed(fault.to_string()),
            Some(Deed::Doing) | None => {}
        });
    }
    let address = transcript_of(&session);
    let act = StoredValue::new(move |act: Act| {
        why.set(None);
        match (act, message.clone()) {
            (Act::Rename, _) => sheet.turn(Step::Rename),
            (Act::Archive, _) => sheet.turn(Step::Archive),
            (Act::Revert, Some(message)) => sheet.turn(Step::Revert(message)),
            (Act::Revert | Act::Withdraw | Act::Later | Act::Sooner, None) => {}
            (Act::Fork | Act::ForkHere, before) => {
                doing.set(Some(act));
                let origin = Origin::Fork {
                    session: session.session.clone(),
                    before,
                };
                forked.set(Some(live.create_session(&session.server, origin)));
            }
            (Act::Compact, _) => {
                doing.set(Some(act));
                done.set(Some(live.command(&session, Command::Compact)));
            }
            (Act::Withdraw, Some(message)) => {
                doing.set(Some(act));
                words.set_value(Some(live.said(&session, &message)));
                done.set(Some(live.command(&session, Command::Withdraw { message })));
            }
            (Act::Later | Act::Sooner, Some(message)) => {
                doing.set(Some(act));
                let until = if act == Act::Later {
                    Waits::Turn
                } else {
                    Waits::Step
                };
                let command = Command::Defer { message, until };
                done.set(Some(live.command(&session, command)));
            }
            (Act::Copy, _) => {
                doing.set(Some(act));
                let session = session.clone();
                spawn_local(async move {
                    match fetch(&transcript_of(&session)).await {
                        Ok(text) if copy(&text).await => {
                            toasts.say("The conversation is on the clipboard.".to_owned());
                            sheet.close();
                        }
                        Ok(_) => failed(REFUSED.to_owned()),
                        Err(fault) => failed(fault.to_string()),
                    }
                });
            }
            (Act::Delete, _) => {
                let title = entry.with_untracked(|entry| {
                    entry
                        .as_ref()
                        .map(|entry| title_of(entry))
                        .unwrap_or_default()
                });
                let open = live.is_viewing(&session);
                sheet.close();
                toasts.delete(&live, session.clone(), &title, open);
                if open {
                    place.go("/");
                }
            }
        }
    });
    view! {
        {move || why.get().map(|words| view! { <Why words /> })}
        <div class="options acts" on:keydown=move |event| step(&event, ".act:not(:disabled)")>
            {finding.map(|finding| view! { <Find sheet finding /> })}
            {of
                .iter()
                .enumerate()
                .map(|(at, &one)| {
                    let waits = move || one.waits() && running.get();
                    view! {
                        <button
                            type="button"
                            class="option act"
                            class:danger=one == Act::Delete
                            autofocus=at == 0
                            disabled=move || doing.get().is_some() || waits()
                            on:click=move |_| act.with_value(|act| act(one))
                        >
                            <Glyph icon=one.icon() />
                            <span>{one.word()}</span>
                            <span class="more">
                                {move || if waits() { "When the turn has ended" } else { one.hint() }}
                            </span>
                            {move || (doing.get() == Some(one)).then(|| view! { <Ring /> })}
                        </button>
                        {(one == Act::Copy).then(|| view! { <Save address=address.clone() /> })}
                    }
                })
                .collect_view()}
        </div>
    }
    .into_any()
}

/// The way to the search, on a phone.
#[component]
fn Find(sheet: Sheet, finding: RwSignal<bool>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="option act phone-only"
            on:click=move |_| {
                sheet.close();
                finding.set(true);
            }
        >
            <Glyph icon=Icon::Search />
            <span>"Find in the conversation"</span>
            <span class="more"></span>
        </button>
    }
    .into_any()
}

/// A file instead of the clipboard: works in every browser.
#[component]
fn Save(address: String) -> impl IntoView {
    view! {
        <a class="option act" href=address download="">
            <Glyph icon=Icon::File />
            <span>"Save as Markdown"</span>
            <span class="more">"The whole conversation, in a file"</span>
        </a>
    }
    .into_any()
}

/// Where a browser does not let a page write to the clipboard.
const REFUSED: &str =
    "The browser did not let the page write to the clipboard. Save the conversation instead.";

/// Where a whole conversation is had as Markdown.
fn transcript_of(session: &SessionKey) -> String {
    format!("/api/transcripts/{}/{}", session.server, session.session)
}

/// Has the words of a message in the field of the session `into`, to be said again in
/// another way; what is written there already stays.
pub(super) fn take_up(live: &Live, of: &SessionKey, message: &MessageId, into: &SessionKey) {
    write(&live.draft(into), live.said(of, message));
}

/// Has words in a field; what is written there already stays.
fn write(field: &Draft, words: String) {
    if field.text.with_untracked(|text| text.trim().is_empty()) {
        field.text.set(words);
    }
}
