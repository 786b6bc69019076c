//! What a session came to, beside the conversation: the two buttons in its head, and where
//! the pane stands. With room it stands beside the conversation, and that is remembered; else
//! it comes over it from the right. What is in it is rare.

mod changes;
mod context;
mod lines;
mod tabs;

use domain::brief::{Brief, Fill, Touched, percent};
use leptos::prelude::*;

use super::composer::Chosen;
use crate::browser::later::keep;
use crate::browser::page::{focus, is_wide};
use crate::chunk::{Rare, rare};
use crate::components::{Dialog, Glyph, Icon, count};
use crate::live::{Live, Ready, SessionKey};

pub(crate) use tabs::pane;

/// The pane's name.
const NAME: &str = "This session";

/// What the pane shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    /// What was changed.
    #[default]
    Changes,
    /// How full the context is, and what was consumed.
    Context,
}

impl Tab {
    /// How the choice is kept on the device.
    const fn word(self) -> &'static str {
        match self {
            Tab::Changes => "changes",
            Tab::Context => "context",
        }
    }

    /// The id of the button that opens it.
    const fn opener(self) -> &'static str {
        match self {
            Tab::Changes => "open-changes",
            Tab::Context => "open-context",
        }
    }
}

/// The pane of a session's page.
#[derive(Clone, Copy, Debug)]
pub struct Pane {
    /// Which tab stands beside the conversation, in a word; empty for none.
    kept: RwSignal<String>,
    /// Whether it lies over the conversation.
    over: RwSignal<bool>,
    tab: RwSignal<Tab>,
    wide: RwSignal<bool>,
    brief: Memo<Brief>,
    /// How full the context is, in percent.
    full: Memo<Option<u8>>,
    /// How many files there are in all, as last read, and of what that was told.
    counted: RwSignal<Option<(Touched, usize)>>,
}

impl Pane {
    /// The pane of `session`.
    pub fn of(session: &SessionKey, choice: Chosen) -> Self {
        let (live, session) = (Live::here(), session.clone());
        // While the reader is far from the end it stays as it was.
        let brief = Memo::new(move |before: Option<&Brief>| {
            let known = live.brief(&session);
            known.or_else(|| before.cloned()).unwrap_or_default()
        });
        let full = Memo::new(move |_| {
            brief.with(|brief| match &brief.fill {
                Fill::Used { tokens, model } => percent(*tokens, choice.room(model.as_ref())),
                Fill::Unknown | Fill::Summed => None,
            })
        });
        Self {
            kept: RwSignal::new(String::new()),
            over: RwSignal::new(false),
            tab: RwSignal::new(Tab::default()),
            wide: RwSignal::new(false),
            brief,
            full,
            counted: RwSignal::new(None),
        }
    }

    /// Follows the window, and what is kept on the device.
    fn begin(self) {
        keep("nexus-pane", self.kept);
        Effect::new(move |_| {
            self.wide.set(is_wide());
            let listening = window_event_listener(leptos::ev::resize, move |_| {
                if self.wide.get_untracked() != is_wide() {
                    self.wide.set(is_wide());
                }
            });
            on_cleanup(move || listening.remove());
        });
        Effect::new(move |_| {
            // It stands in one place at a time.
            if self.wide.get() {
                self.over.set(false);
            }
        });
        Effect::new(move |_| {
            if self.kept.with(|kept| kept == Tab::Context.word()) {
                self.tab.set(Tab::Context);
            }
        });
    }

    /// Whether it stands beside the conversation.
    fn is_beside(self) -> bool {
        self.wide.get() && self.kept.with(|kept| !kept.is_empty())
    }

    /// Whether it can be seen at `tab`.
    fn shows(self, tab: Tab) -> bool {
        (self.over.get() || self.is_beside()) && self.tab.get() == tab
    }

    /// Shows `tab`.
    fn turn(self, tab: Tab) {
        self.tab.set(tab);
        if self.wide.get_untracked() {
            self.kept.set(tab.word().to_owned());
        }
    }

    fn press(self, tab: Tab) {
        if untrack(|| self.shows(tab)) {
            self.close();
        } else {
            self.turn(tab);
            self.over.set(!self.wide.get_untracked());
        }
    }

    /// Closes it; the focus goes back to the button that opens what was shown.
    fn close(self) {
        self.over.set(false);
        if self.wide.get_untracked() {
            self.kept.set(String::new());
            focus(self.tab.get_untracked().opener());
        }
    }

    /// How many files were changed, in a word: `3`, or `3+` where there may be more.
    fn files(self) -> (usize, bool) {
        self.brief.with(|brief| {
            let touched = &brief.touched;
            self.counted.with(|counted| match counted {
                Some((of, files)) if of == touched => (*files, false),
                Some(_) | None => (touched.files, touched.more),
            })
        })
    }
}

/// The buttons that open the pane.
#[component]
pub fn PaneButtons(pane: Pane) -> impl IntoView {
    let ready: Signal<bool> = Ready::here().into();
    let shown = move |tab| move || if pane.shows(tab) { "true" } else { "false" };
    let name = Memo::new(
        move |_| match (pane.full.get(), pane.brief.with(|it| it.fill.clone())) {
            (Some(full), _) => format!("Context, {full} % used"),
            (None, Fill::Used { tokens, .. }) => format!("Context, {} tokens used", count(tokens)),
            (None, Fill::Unknown | Fill::Summed) => "Context".to_owned(),
        },
    );
    let changed = Memo::new(move |_| match pane.files() {
        (0, _) => ("Changes".to_owned(), String::new()),
        (1, false) => ("Changes, 1 file".to_owned(), "1".to_owned()),
        (files, false) => (format!("Changes, {files} files"), files.to_string()),
        (1, true) => ("Changes, at least 1 file".to_owned(), "1+".to_owned()),
        (files, true) => (
            format!("Changes, at least {files} files"),
            format!("{files}+"),
        ),
    });
    view! {
        <span class="pane-buttons">
            <button
                type="button"
                class="button quiet"
                id=Tab::Changes.opener()
                aria-label=move || changed.get().0
                title=move || changed.get().0
                aria-expanded=shown(Tab::Changes)
                disabled=move || !ready.get()
                on:click=move |_| pane.press(Tab::Changes)
            >
                <Glyph icon=Icon::Pencil />
                <span class="word">"Changes"</span>
                <span class="figures">{move || changed.get().1}</span>
            </button>
            <button
                type="button"
                class="button quiet fullness"
                id=Tab::Context.opener()
                aria-label=move || name.get()
                title=move || name.get()
                aria-expanded=shown(Tab::Context)
                disabled=move || !ready.get()
                on:click=move |_| pane.press(Tab::Context)
            >
                <svg class="fill" viewBox="0 0 24 24" aria-hidden="true">
                    <circle cx="12" cy="12" r="9" />
                    <circle
                        class="used"
                        cx="12"
                        cy="12"
                        r="9"
                        pathLength="100"
                        stroke-dasharray=move || format!("{} 100", pane.full.get().unwrap_or(0))
                    />
                </svg>
                <span class="figures">
                    {move || pane.full.get().map(|full| format!("{full} %"))}
                </span>
            </button>
        </span>
    }
    .into_any()
}

/// Where the pane stands.
#[component]
pub fn PanePlace(session: SessionKey, pane: Pane, choice: Chosen) -> impl IntoView {
    pane.begin();
    let over = session.clone();
    let beside = Memo::new(move |_| pane.is_beside());
    view! {
        {move || {
            beside
                .get()
                .then(|| {
                    let what = Rare::Pane(session.clone(), pane, choice, true);
                    view! {
                        <section
                            class="pane"
                            aria-label=NAME
                            on:keydown=move |event| {
                                if event.key() == "Escape" {
                                    pane.close();
                                }
                            }
                        >
                            // In a dialog its head says so.
                            <h2 class="unseen">{NAME}</h2>
                            {rare(what)}
                        </section>
                    }
                })
        }}
        <Dialog open=pane.over title=NAME attr:data-side="">
            {rare(Rare::Pane(over.clone(), pane, choice, false))}
        </Dialog>
    }
    .into_any()
}
