//! Text that programs print or are given. What was too long to travel by itself is fetched
//! when it is looked at; until then, and where it is longer than a page should hold, its
//! ends are here.

use domain::bulk::{Bulk, BulkField, LongText};
use domain::id::{Directory, MessageId, PartId, ServerId, SessionId};
use leptos::html;
use leptos::prelude::*;

use super::painted::{Stretch, of_matches, of_paths, of_terminal, painted};
use crate::browser::scroll::{is_at_foot, to_foot};
use crate::components::{CopyButton, Why, bytes};
use crate::live::{Deed, Live, Ready};

/// The longest text that is fetched into the page, in bytes: some five thousand lines, as
/// much as a phone lays out in a moment. Longer ones are opened as a file.
const FETCHED_MAX_BYTES: u64 = 256 * 1024;

/// How a text is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As a terminal shows it; the reader follows its end.
    Terminal,
    /// As files, one a line.
    Paths(Option<Directory>),
    /// As lines that were found, by file.
    Matches(Option<Directory>),
}

impl Form {
    fn stretches(&self, text: &str) -> Vec<Stretch> {
        match self {
            Form::Terminal => of_terminal(text),
            Form::Paths(directory) => of_paths(text, directory.as_ref()),
            Form::Matches(directory) => of_matches(text, directory.as_ref()),
        }
    }
}

/// What a program printed, or what it was given.
#[component]
pub(super) fn Printed(
    /// The text.
    text: Signal<String>,
    /// What it is.
    label: &'static str,
    /// What copying it is called.
    #[prop(default = "Copy output")]
    copy: &'static str,
    /// How it is read.
    #[prop(default = Form::Terminal)]
    form: Form,
    /// Classes beside `out`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let element = NodeRef::<html::Div>::new();
    let away = StoredValue::new(form != Form::Terminal);
    Effect::new(move |_| {
        text.track();
        if !away.get_value() {
            to_foot(element);
        }
    });
    let ready = Ready::here();
    // As it is read: without what only tells a terminal how to show it.
    let copied = {
        let form = form.clone();
        Signal::derive(move || {
            let stretches = text.with(|text| form.stretches(text));
            stretches
                .into_iter()
                .map(|(_, text)| text)
                .collect::<String>()
        })
    };
    view! {
        <div class="printed">
            <div
                class=format!("out {class}")
                node_ref=element
                tabindex="0"
                role="group"
                aria-label=label
                on:scroll=move |_| away.set_value(!is_at_foot(element))
            >
                {move || text.with(|text| painted(form.stretches(text)))}
            </div>
            <CopyButton name=copy text=copied disabled=Signal::derive(move || !ready.get()) />
        </div>
    }
    .into_any()
}

/// A long text, as much of it as is here, with a line below where that is not all.
#[derive(Clone)]
pub(super) struct Whole {
    /// What can be read: all of it, or its ends.
    pub(super) text: Signal<String>,
    live: Live,
    wanted: Memo<Option<(String, u64)>>,
    fetched: RwSignal<Option<ArcReadSignal<Deed<String>>>>,
}

impl Whole {
    /// Of `text`, which may still grow while it is `open`; what is missing is fetched when
    /// it no longer does.
    pub(super) fn of(server: ServerId, text: Signal<Option<LongText>>, open: Signal<bool>) -> Self {
        let wanted = Memo::new(move |_| {
            text.with(|text| match text {
                Some(LongText::Cut(bulk)) => Some((address_of(&server, bulk), bulk.len)),
                Some(LongText::Whole(_)) | None => None,
            })
        });
        let fetched = RwSignal::new(None::<ArcReadSignal<Deed<String>>>);
        let shown = Memo::new(move |_| {
            if let Some(Deed::Done(all)) = fetched.get().map(|deed| deed.get()) {
                return all;
            }
            text.with(|text| text.as_ref().map(ends_of).unwrap_or_default())
        });
        let whole = Self {
            text: shown.into(),
            live: Live::here(),
            wanted,
            fetched,
        };
        let fetching = whole.clone();
        Effect::new(move |_| {
            let short = wanted.with(|wanted| {
                wanted
                    .as_ref()
                    .is_some_and(|(_, len)| *len <= FETCHED_MAX_BYTES)
            });
            if short && !open.get() && fetching.fetched.with_untracked(Option::is_none) {
                fetching.fetch();
            }
        });
        whole
    }

    /// Of a text that does not change.
    pub(super) fn of_still(server: ServerId, text: LongText) -> Self {
        Self::of(server, Signal::stored(Some(text)), Signal::stored(false))
    }

    fn fetch(&self) {
        if let Some((address, _)) = self.wanted.get_untracked() {
            let deed = self.live.fetch_text(address);
            self.fetched.set(Some(deed));
        }
    }

    /// What is to be said where not all of it is here.
    pub(super) fn note(&self) -> AnyView {
        let this = self.clone();
        (move || {
            let (href, len) = this.wanted.get()?;
            let again = this.clone();
            Some(match this.fetched.get().map(|deed| deed.get()) {
                Some(Deed::Done(_)) => ().into_any(),
                Some(Deed::Doing) => view! { <p class="aside">"Loading all of it"</p> }.into_any(),
                Some(Deed::Failed(fault)) => view! {
                    <p class="aside">
                        <Why words=format!("Only the ends of it are here. {fault}") />
                        <button type="button" class="link-button" on:click=move |_| again.fetch()>
                            "Try again"
                        </button>
                    </p>
                }
                .into_any(),
                None => view! {
                    <p class="aside">
                        <a href=href target="_blank" rel="noopener">
                            {format!("Open all of it ({})", bytes(len))}
                        </a>
                    </p>
                }
                .into_any(),
            })
        })
        .into_any()
    }
}

/// A text, or its ends with a word between them.
fn ends_of(text: &LongText) -> String {
    match text {
        LongText::Whole(text) => text.clone(),
        LongText::Cut(bulk) => {
            let left_out = bulk.len - (bulk.head.len() + bulk.tail.len()) as u64;
            format!(
                "{}\n⋯ {} are left out here ⋯\n{}",
                bulk.head,
                bytes(left_out),
                bulk.tail
            )
        }
    }
}

/// Where the whole of a cut text is.
fn address_of(server: &ServerId, bulk: &Bulk) -> String {
    let id = &bulk.id;
    bulk_address(server, &id.session, &id.message, &id.part, id.field)
}

/// Where a field of a part is, all of it.
pub(super) fn bulk_address(
    server: &ServerId,
    session: &SessionId,
    message: &MessageId,
    part: &PartId,
    field: BulkField,
) -> String {
    let field = match field {
        BulkField::Output => "output".to_owned(),
        BulkField::Input => "input".to_owned(),
        BulkField::Diff(at) => format!("diff-{at}"),
        BulkField::Raw => "raw".to_owned(),
        BulkField::File => "file".to_owned(),
    };
    format!("/api/bulk/{server}/{session}/{message}/{part}/{field}")
}

#[cfg(test)]
mod tests {
    use domain::bulk::BulkId;

    use super::*;

    #[test]
    fn of_a_cut_text_both_ends_are_shown_and_what_is_missing_is_said() {
        let bulk = Bulk {
            id: BulkId {
                session: SessionId::new("ses"),
                message: MessageId::new("msg"),
                part: PartId::new("prt"),
                field: BulkField::Diff(1),
            },
            len: 300_000,
            head: "first".to_owned(),
            tail: "last".to_owned(),
        };
        assert_eq!(
            address_of(&ServerId::new("srv"), &bulk),
            "/api/bulk/srv/ses/msg/prt/diff-1"
        );
        assert_eq!(
            ends_of(&LongText::Cut(bulk)),
            "first\n⋯ 292 KB are left out here ⋯\nlast"
        );
    }
}
