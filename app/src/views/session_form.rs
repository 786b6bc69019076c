//! What the sheet of a session asks before it does something: another title, or whether it
//! is really meant.

use domain::command::{Command, Title};
use domain::id::MessageId;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

use super::session_row::title_of;
use super::session_sheet::{Sheet, take_up};
use super::tool_words::shown_path;
use crate::browser::page::focus;
use crate::components::{Button, Kind, Ring, TextField, Why};
use crate::fault::Fault;
use crate::live::{Deed, Live, SessionKey};

/// How many files are named.
const FILES_MAX: usize = 8;

/// The id of the field for a title.
const TITLE: &str = "session-title";

/// Something on its way, and what came of it.
#[derive(Clone, Copy)]
struct Doing {
    deed: RwSignal<Option<ArcReadSignal<Deed>>>,
    /// What is wrong with what was typed.
    wrong: RwSignal<Option<String>>,
}

impl Doing {
    /// Closes the sheet and does what `then` says once it is done.
    fn new(sheet: Sheet, then: impl Fn() + 'static) -> Self {
        let deed = RwSignal::new(None::<ArcReadSignal<Deed>>);
        Effect::new(move |_| {
            if let Some(Deed::Done(())) = deed.get().map(|deed| deed.get()) {
                then();
                sheet.close();
            }
        });
        Self {
            deed,
            wrong: RwSignal::new(None),
        }
    }

    fn is_doing(self) -> bool {
        self.deed.get().is_some_and(|deed| deed.get().is_given())
    }

    fn fault(self) -> Option<Fault> {
        self.deed.get()?.get().fault().cloned()
    }
}

/// What stands at the end of every form: why it failed, and the two ways on.
#[component]
fn Ends(sheet: Sheet, doing: Doing, word: &'static str, kind: Kind) -> impl IntoView {
    let disabled = Signal::derive(move || doing.is_doing());
    let class = match kind {
        Kind::Danger => "button danger-fill",
        Kind::Plain | Kind::Primary | Kind::Quiet => "button primary",
    };
    let why = move || match doing.fault()? {
        // Said beside the field.
        Fault::Invalid { .. } => None,
        fault @ (Fault::SignedOut
        | Fault::Forbidden
        | Fault::StepUp
        | Fault::NotFound { .. }
        | Fault::Conflict { .. }
        | Fault::ServerDown { .. }
        | Fault::Refused { .. }
        | Fault::TooMany { .. }
        | Fault::Unsure
        | Fault::Unconfirmed
        | Fault::Internal { .. }) => Some(view! { <Why words=fault.to_string() /> }),
    };
    view! {
        {why}
        <div class="actions">
            <Button kind=Kind::Quiet on:click=move |_| sheet.close()>
                "Cancel"
            </Button>
            <button type="submit" class=class disabled=move || disabled.get()>
                {move || disabled.get().then(|| view! { <Ring /> })}
                {word}
            </button>
        </div>
    }
    .into_any()
}

/// A field for another title.
#[component]
pub(super) fn Rename(sheet: Sheet, session: SessionKey) -> impl IntoView {
    let live = Live::here();
    let title = live
        .entry(&session)
        .with_untracked(|entry| entry.as_ref().map(|entry| title_of(entry)))
        .unwrap_or_default();
    let field = NodeRef::<html::Input>::new();
    let doing = Doing::new(sheet, || {});
    let wrong = doing.wrong;
    let why = Signal::derive(move || {
        wrong.get().or_else(|| match doing.fault()? {
            Fault::Invalid { why, .. } => Some(why),
            Fault::SignedOut
            | Fault::Forbidden
            | Fault::StepUp
            | Fault::NotFound { .. }
            | Fault::Conflict { .. }
            | Fault::ServerDown { .. }
            | Fault::Refused { .. }
            | Fault::TooMany { .. }
            | Fault::Unsure
            | Fault::Unconfirmed
            | Fault::Internal { .. } => None,
        })
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let written = field.get_untracked().map(|field| field.value());
        match Title::parse(&written.unwrap_or_default()) {
            Ok(title) => {
                wrong.set(None);
                doing
                    .deed
                    .set(Some(live.command(&session, Command::Rename { title })));
            }
            Err(why) => wrong.set(Some(why.to_string())),
        }
    };
    Effect::new(move |_| {
        leptos::task::spawn_local(async {
            leptos::task::tick().await;
            focus(TITLE);
        });
    });
    view! {
        <form class="ask" on:submit=submit>
            <TextField label="Title" name=TITLE value=title why field />
            <Ends sheet doing word="Rename" kind=Kind::Primary />
        </form>
    }
    .into_any()
}

/// What putting away means.
#[component]
pub(super) fn Archive(sheet: Sheet, session: SessionKey) -> impl IntoView {
    let live = Live::here();
    let doing = Doing::new(sheet, || {});
    view! {
        <form
            class="ask"
            on:submit=move |event| {
                event.prevent_default();
                doing.deed.set(Some(live.command(&session, Command::Archive)));
            }
        >
            <p>
                "It leaves the list for good: OpenCode cannot bring an archived session back. "
                "It can still be found by search, read and gone on with."
            </p>
            <Ends sheet doing word="Archive" kind=Kind::Danger />
        </form>
    }
    .into_any()
}

/// What taking back changes.
#[component]
pub(super) fn Revert(sheet: Sheet, session: SessionKey, message: MessageId) -> impl IntoView {
    let live = Live::here();
    let back = live.taken_back(&session, &message);
    let folder = live
        .entry(&session)
        .with_untracked(|entry| entry.as_ref().map(|it| it.session.directory.clone()));
    let doing = {
        let (live, session, message) = (live.clone(), session.clone(), message.clone());
        // Whoever takes a message back mostly wants to say it in another way.
        Doing::new(sheet, move || take_up(&live, &session, &message, &session))
    };
    let messages = match (back.prompts, back.more) {
        (0 | 1, false) => "Takes this message and its answer back.".to_owned(),
        (_, true) => "Takes this message, all after it and their answers back.".to_owned(),
        (all, false) => {
            format!("Takes this message, all after it ({all} in all) and their answers back.")
        }
    };
    let more = back.files.len().saturating_sub(FILES_MAX);
    let files = (!back.files.is_empty()).then(|| {
        let names = back.files.iter().take(FILES_MAX);
        let names = names.map(|path| {
            let path = shown_path(path, folder.as_ref());
            view! { <li class="mono clip">{path}</li> }
        });
        view! {
            <p>"Puts these files back as they were before it:"</p>
            <ul class="filenames">
                {names.collect_view()}
                {(more > 0).then(|| view! { <li class="muted">{format!("and {more} more")}</li> })}
            </ul>
        }
    });
    view! {
        <form
            class="ask"
            on:submit=move |event| {
                event.prevent_default();
                let message = message.clone();
                doing.deed.set(Some(live.command(&session, Command::Revert { message })));
            }
        >
            <p>{messages}</p>
            {files}
            <p class="muted">
                "It can be restored until you send the next message, which removes it for good."
            </p>
            <Ends sheet doing word="Revert" kind=Kind::Primary />
        </form>
    }
    .into_any()
}
