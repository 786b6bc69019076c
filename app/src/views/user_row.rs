//! What the owner said, as it was typed, and how far it is while it is on its way.

use std::sync::Arc;

use domain::bulk::BulkField;
use domain::id::MessageId;
use domain::part::{File, Part, PartBody};
use domain::transcript::Entry;
use leptos::prelude::*;

use super::long_text::bulk_address;
use super::on_its_way::OnItsWay;
use super::session_sheet::SessionActions;

use crate::chunk::{Rare, rare};
use crate::components::{Glyph, Icon, bytes};
use crate::live::{Live, SessionKey};

/// The pictures a browser may draw: what the server sends as such, and nothing that can
/// hold a script.
const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/gif"];
/// The largest picture that is shown without being asked for, in bytes: as much as OpenCode
/// makes of a photograph.
const PICTURE_MAX_BYTES: u64 = 4 * 1024 * 1024;

/// How many lines of the owner's words are shown at first; the style sheet knows it too.
const LINES_MAX: usize = 14;
/// About how much stands in one, in bytes.
const LINE_CHARS: usize = 80;

/// What the owner said.
#[component]
pub(super) fn UserRow(session: SessionKey, message: MessageId) -> impl IntoView {
    let live = Live::here();
    let entry = live.message(&session, &message);
    let pending = live.pending(&message);
    let of = session.clone();
    let state = Memo::new(move |_| pending.get().map(|pending| pending.state.clone()));
    let files = {
        let entry = entry.clone();
        Memo::new(move |_| {
            entry.with(|entry| {
                entry
                    .as_ref()
                    .map_or_else(Vec::new, |entry| files_of(entry))
            })
        })
    };
    let said = Memo::new(move |_| {
        entry.with(|entry| entry.as_ref().map(|entry| entry.said()).unwrap_or_default())
    });
    view! {
        <div class="user" role="group" aria-label="You said">
            {
                let (session, message) = (session.clone(), message.clone());
                // What has not arrived cannot be taken back.
                move || {
                    state
                        .with(Option::is_none)
                        .then(|| {
                            view! { <SessionActions session=session.clone() message=message.clone() /> }
                        })
                }
            }
            {move || {
                said.with(|said| !said.is_empty())
                    .then(|| view! { <Said said /> })
            }}
            {move || {
                files
                    .with(|files| !files.is_empty())
                    .then(|| {
                        let files = files.get();
                        view! {
                            <div class="files">
                                {files
                                    .into_iter()
                                    .map(|part| {
                                        let sending = state.with(Option::is_some);
                                        rare(Rare::Attachment(of.clone(), part, sending))
                                    })
                                    .collect_view()}
                            </div>
                        }
                    })
            }}
            {move || {
                state.get().map(|state| {
                    view! { <OnItsWay session=session.clone() message=message.clone() state /> }
                })
            }}
        </div>
    }
    .into_any()
}

/// The words; of many lines the first, until the rest is asked for. That takes no program.
#[component]
fn Said(said: Memo<String>) -> impl IntoView {
    let long = Memo::new(move |_| said.with(|said| is_long(said)));
    view! {
        <div class="said" class:folded=move || long.get()>
            {move || said.get()}
        </div>
        {move || {
            long.get()
                .then(|| {
                    view! {
                        <details class="unfold">
                            <summary class="link-button small">
                                <span class="more">"Show all"</span>
                                <span class="less">"Show less"</span>
                            </summary>
                        </details>
                    }
                })
        }}
    }
    .into_any()
}

/// Whether words take more lines than are shown of them, on the narrower of most screens.
fn is_long(said: &str) -> bool {
    let lines = said
        .lines()
        .map(|line| 1 + line.chars().count() / LINE_CHARS)
        .sum::<usize>();
    lines > LINES_MAX
}

/// An attachment: a picture as such, anything else by its name and size. Its bytes are
/// fetched from our own server alone, and only where they came with the message.
pub(crate) fn attachment(
    session: SessionKey,
    part: Arc<Part>,
    // Whether it is still on its way, so that there is nothing to fetch.
    sending: bool,
) -> AnyView {
    let Some(file) = file_of(&part) else {
        return ().into_any();
    };
    let name = file
        .name
        .as_ref()
        .or(file.path.as_ref())
        .unwrap_or(&file.mime);
    let name = markdown::visible(name).into_owned();
    let is_picture = PICTURES.contains(&file.mime.as_str());
    let size = file.bytes.map(|len| {
        view! { <span class="muted">{bytes(len)}</span> }
    });
    let Some(len) = file.bytes.filter(|_| !sending) else {
        return view! {
            <span class="attachment">
                <Glyph icon=Icon::File />
                <span class="clip">{name}</span>
                {size}
            </span>
        }
        .into_any();
    };
    let href = bulk_address(
        &session.server,
        &part.session,
        &part.message,
        &part.id,
        BulkField::File,
    );
    let shown = if is_picture && len <= PICTURE_MAX_BYTES {
        view! { <img src=href.clone() alt="" loading="lazy" /> }.into_any()
    } else {
        view! { <Glyph icon=if is_picture { Icon::Picture } else { Icon::File } /> }.into_any()
    };
    let download = name.clone();
    view! {
        <a class="attachment" href=href download=download>
            {shown}
            <span class="clip">{name}</span>
            {size}
        </a>
    }
    .into_any()
}

fn file_of(part: &Part) -> Option<&File> {
    match &part.body {
        PartBody::File(file) => Some(file),
        PartBody::Text(_)
        | PartBody::Reasoning(_)
        | PartBody::Tool(_)
        | PartBody::Agent { .. }
        | PartBody::Subtask { .. }
        | PartBody::Compaction { .. }
        | PartBody::Patch { .. }
        | PartBody::Unknown { .. } => None,
    }
}

fn files_of(entry: &Entry) -> Vec<Arc<Part>> {
    entry
        .parts
        .iter()
        .filter(|part| file_of(part).is_some())
        .map(|part| Arc::new(part.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_by_the_lines_that_they_take() {
        let lines = |n: usize| vec!["a line"; n].join("\n");
        assert!(!is_long(&lines(LINES_MAX)));
        assert!(is_long(&lines(LINES_MAX + 1)));
        assert!(!is_long(&"word ".repeat(200)));
        assert!(is_long(&"word ".repeat(300)));
    }
}
