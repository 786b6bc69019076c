//! The files that go with a message: picked, shown, taken out again.

use domain::prompt::ATTACHMENTS_MAX;
use leptos::prelude::*;

use crate::browser::files::{self, Picked};
use crate::chunk::{Rare, rare};
use crate::components::{Dialog, Glyph, Icon, IconButton, Ring, bytes, each};
use crate::live::{Enclosure, EnclosureState, Live, Ready, SessionKey};

/// What the limits are, before anything is picked.
const LIMITS: &str = "Pictures and PDF up to 10 MB, text up to 1 MB; 10 files, 25 MB together";
/// The id of the limits where they are told above the buttons.
const LIMITS_ID: &str = "file-limits";
/// What a file dialog offers. What a file is the server judges by its bytes.
const KINDS: &str = "image/png,image/jpeg,image/gif,image/webp,application/pdf,text/*,.md,.json,.toml,.yaml,.yml,.log,.csv,.rs,.ts,.js,.py,.go,.svg";

/// The button that picks files. Where no pointer can rest on it to read its limits, it opens
/// a sheet that tells them first and offers the camera too.
#[component]
pub(super) fn Attach(take: Callback<Vec<Picked>>) -> impl IntoView {
    let ready = Ready::here();
    let open = RwSignal::new(false);
    view! {
        <PickFiles take name="Attach files" icon=Icon::Clip kinds=KINDS />
        <span class="touch-only">
            <IconButton
                icon=Icon::Clip
                name="Attach"
                attr:aria-haspopup="dialog"
                disabled=Signal::derive(move || !ready.get())
                on:click=move |_| open.set(true)
            />
        </span>
        <Dialog open title="Attach to the message">
            {rare(Rare::Attaching(take, open))}
        </Dialog>
    }
    .into_any()
}

/// What can be attached, and the ways to do it; `open` says whether this is shown.
pub(crate) fn attaching(take: Callback<Vec<Picked>>, open: RwSignal<bool>) -> AnyView {
    let take = Callback::new(move |picked| {
        open.set(false);
        take.run(picked);
    });
    view! {
        <p id=LIMITS_ID class="muted">
            {LIMITS}
        </p>
        <PickFiles take name="Choose files" icon=Icon::Clip kinds=KINDS worded=true />
        <PickFiles
            take
            name="Take a picture"
            icon=Icon::Camera
            kinds="image/*"
            camera="environment"
            worded=true
        />
    }
    .into_any()
}

#[component]
fn PickFiles(
    take: Callback<Vec<Picked>>,
    name: &'static str,
    icon: Icon,
    kinds: &'static str,
    /// Which camera takes the picture; none for files that are there.
    #[prop(optional)]
    camera: Option<&'static str>,
    /// Whether its name is written, below the limits.
    #[prop(optional)]
    worded: bool,
) -> impl IntoView {
    let ready = Ready::here();
    let class = if worded {
        "button pick-files"
    } else {
        "icon-button pick-files"
    };
    view! {
        <label class=class>
            <input
                type="file"
                aria-label=name
                aria-describedby=worded.then_some(LIMITS_ID)
                title=(!worded).then_some(LIMITS)
                accept=kinds
                capture=camera
                multiple=camera.is_none()
                disabled=move || !ready.get()
                on:change=move |event| take.run(files::picked(&event))
            />
            <Glyph icon />
            {worded.then_some(name)}
        </label>
    }
    .into_any()
}

/// The files of a message.
#[component]
pub(super) fn Enclosures(session: SessionKey, files: ArcRwSignal<Vec<Enclosure>>) -> impl IntoView {
    let none = {
        let files = files.clone();
        Memo::new(move |_| files.with(Vec::is_empty))
    };
    let sum = {
        let files = files.clone();
        move || {
            files.with(|files| {
                let whole = files.iter().filter(|file| file.stage() < 2);
                let sum = bytes(whole.map(|file| file.bytes).sum());
                let count = files.len();
                format!("{count} of {ATTACHMENTS_MAX} files, {sum} of 25 MB")
            })
        }
    };
    view! {
        <div class="enclosures" role="group" aria-label="Attached files" hidden=move || none.get()>
            {each(
                move || files.get(),
                |file| (file.key, file.stage()),
                move |file| rare(Rare::Enclosed(session.clone(), file)),
            )}
            <span class="muted small">{sum}</span>
        </div>
    }
    .into_any()
}

/// One of them.
pub(crate) fn enclosed(session: SessionKey, file: Enclosure) -> AnyView {
    let live = Live::here();
    let Enclosure {
        key,
        name,
        bytes: len,
        measured: _,
        preview,
        state,
    } = file;
    let size = bytes(len);
    let uploading = state == EnclosureState::Uploading;
    let (failed, retry, words) = match state {
        EnclosureState::Uploading => (false, false, "Uploading".to_owned()),
        EnclosureState::Ready(_) => (false, false, size),
        EnclosureState::Failed(failed) => (true, failed.again, failed.why),
    };
    let again = (live.clone(), session.clone());
    let remove = format!("Remove {name}");
    view! {
        <div class="enclosure" class:failed=failed>
            {match preview {
                Some(source) => view! { <img src=source alt="" /> }.into_any(),
                None => view! { <Glyph icon=Icon::File /> }.into_any(),
            }}
            <span class="about">
                <span class="clip">{name}</span>
                <span class="state-of">{uploading.then(|| view! { <Ring /> })} {words}</span>
            </span>
            {retry
                .then(|| {
                    view! {
                        <IconButton
                            icon=Icon::Again
                            name="Upload again"
                            on:click=move |_| again.0.attach_again(&again.1, key)
                        />
                    }
                })}
            <IconButton icon=Icon::Close name=remove on:click=move |_| live.detach(&session, key) />
        </div>
    }
    .into_any()
}
