//! Finding words in the whole conversation, and what the owner said in it; the way there.

use domain::find::{Findings, Hit, Place, QUERY_MAX_BYTES};
use domain::id::MessageId;
use leptos::prelude::*;

use super::reader::Reader;
use super::trail::Trail;
use crate::browser::page::{focus, is_touch};
use crate::chunk::{Rare, rare};
use crate::components::{Button, Dialog, Glyph, Icon, IconButton, Why, ago, each};
use crate::fault::Fault;
use crate::live::{Live, Ready, SessionKey};

/// How many places are shown before more are asked for: a few screens.
const SHOWN: usize = 60;
/// The id of the field.
const FIELD: &str = "find-words";
/// How long after a letter the search begins, in milliseconds: between two letters of one
/// who types.
const PAUSE_MS: u64 = 250;

/// Opens the list.
#[component]
pub fn FindButton(
    /// Who looks for something.
    reader: Reader,
) -> impl IntoView {
    let ready = Ready::here();
    let finding = reader.finding;
    // The browser's own search knows only what is drawn. Pressed again it gets its turn.
    Effect::new(move |_| {
        let listening = window_event_listener(leptos::ev::keydown, move |event| {
            let shortcut = (event.ctrl_key() || event.meta_key())
                && !event.alt_key()
                && !event.shift_key()
                && event.key().eq_ignore_ascii_case("f");
            if shortcut && !finding.get_untracked() {
                event.prevent_default();
                finding.set(true);
            }
        });
        on_cleanup(move || listening.remove());
    });
    view! {
        // A phone has it among the session's actions.
        <span class="desk-only">
            <IconButton
                icon=Icon::Search
                name="Find in the conversation"
                disabled=Signal::derive(move || !ready.get())
                on:click=move |_| finding.set(true)
            />
        </span>
    }
    .into_any()
}

/// A search, as far as it is.
#[derive(Clone, Copy)]
struct Search {
    session: StoredValue<SessionKey>,
    words: RwSignal<String>,
    found: RwSignal<Findings>,
    why: RwSignal<Option<Fault>>,
    running: RwSignal<bool>,
    /// Whether the first place is gone to as soon as it is found: Enter was pressed before.
    hurried: RwSignal<bool>,
    /// Counts what was looked for: an answer to what is no longer looked for is left out.
    turn: StoredValue<u32>,
}

impl Search {
    /// Looks for what is typed, from the end.
    fn begin(self) {
        self.found.set(Findings::default());
        self.go_on(SHOWN);
    }

    /// Goes on until `enough` places are found.
    fn go_on(self, enough: usize) {
        let turn = self.next_turn();
        self.why.set(None);
        self.running.set(true);
        leptos::task::spawn_local(async move {
            let session = self.session.get_value();
            let query = self.words.get_untracked();
            loop {
                let from = self.found.with_untracked(|found| found.rest.clone());
                let answer = Live::find(&session, query.clone(), from).await;
                if self.turn.try_get_value() != Some(turn) {
                    return;
                }
                match answer {
                    Err(fault) => {
                        self.why.set(Some(fault));
                        break;
                    }
                    Ok(more) => self.found.update(|found| {
                        found.hits.extend(more.hits);
                        found.searched += more.searched;
                        found.rest = more.rest;
                    }),
                }
                let done = |found: &Findings| found.rest.is_none() || found.hits.len() >= enough;
                if self.found.with_untracked(done) {
                    break;
                }
            }
            self.running.set(false);
        });
    }

    /// From now on only what is asked for next counts.
    fn next_turn(self) -> u32 {
        self.turn.update_value(|turn| *turn += 1);
        self.turn.get_value()
    }

    fn stop(self) {
        self.next_turn();
        self.running.set(false);
    }

    fn typed(self, words: String) {
        self.words.set(words);
        let turn = self.next_turn();
        // What was found before is no answer to what is looked for now.
        self.found.set(Findings::default());
        self.hurried.set(false);
        self.running.set(true);
        set_timeout(
            move || {
                if self.turn.try_get_value() == Some(turn) {
                    self.begin();
                }
            },
            std::time::Duration::from_millis(PAUSE_MS),
        );
    }
}

/// The list of what was found, or of what the owner said.
#[component]
pub fn Finder(
    /// In which session.
    session: SessionKey,
    /// Who goes there.
    reader: Reader,
) -> impl IntoView {
    let finding = reader.finding;
    let words = RwSignal::new(String::new());
    view! {
        <Dialog open=finding title="Find in the conversation">
            {rare(Rare::Find(session.clone(), reader, words))}
        </Dialog>
    }
    .into_any()
}

/// The field and what is found; the words stay while the list is closed.
pub(crate) fn find(session: SessionKey, reader: Reader, words: RwSignal<String>) -> AnyView {
    let search = Search {
        session: StoredValue::new(session),
        words,
        found: RwSignal::new(Findings::default()),
        why: RwSignal::new(None),
        running: RwSignal::new(false),
        hurried: RwSignal::new(false),
        turn: StoredValue::new(0),
    };
    search.begin();
    let go = move |message: MessageId| {
        let trail = search
            .found
            .with_untracked(|found| Trail::at(&found.hits, &message));
        reader.finding.set(false);
        // The dialog gives the focus back when it closes; only then is it ours.
        request_animation_frame(move || reader.follow(trail));
    };
    view! { <Found search on_choice=Callback::new(go) /> }.into_any()
}

#[component]
fn Found(search: Search, on_choice: Callback<MessageId>) -> impl IntoView {
    let now = Live::here().now();
    // Fingers may only want the list: the keyboard would lie over it.
    Effect::new(move |_| {
        if !is_touch() {
            request_animation_frame(|| focus(FIELD));
        }
    });
    let first = move || {
        search
            .found
            .with(|found| found.hits.first().map(|hit| hit.message.clone()))
    };
    Effect::new(move |_| {
        if search.hurried.get()
            && let Some(first) = first()
        {
            search.hurried.set(false);
            on_choice.run(first);
        }
    });
    let enter = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            if untrack(first).is_none() {
                search.begin();
            }
            search.hurried.set(true);
        }
    };
    view! {
        <div class="search">
            <Glyph icon=Icon::Search />
            <input
                id=FIELD
                type="search"
                placeholder="Words, in any case"
                aria-label="Find in the conversation"
                autocomplete="off"
                maxlength=QUERY_MAX_BYTES.to_string()
                prop:value=search.words.get_untracked()
                on:input=move |event| search.typed(event_target_value(&event))
                on:keydown=enter
            />
        </div>
        <p class="muted small" role="status">
            {move || said_of(search)}
        </p>
        <div class="options">
            {each(
                move || search.found.with(|found| found.hits.clone()).into_iter().enumerate().collect(),
                |(at, hit)| (*at, hit.message.clone()),
                move |(_, hit)| {
                    let ago = ago(now.get_untracked().since(hit.at));
                    view! { <OneHit hit ago on_choice /> }.into_any()
                },
            )}
        </div>
        {move || {
            let why = search.why.get().map(|fault| view! { <Why words=fault.to_string() /> });
            let more = search.found.with(|found| found.rest.is_some());
            let button = if search.running.get() {
                Some(view! { <Button on:click=move |_| search.stop()>"Stop"</Button> }.into_any())
            } else {
                more.then(|| {
                    let go_on = move |_| {
                        search.go_on(search.found.with_untracked(|found| found.hits.len()) + SHOWN);
                    };
                    view! { <Button on:click=go_on>"Look further back"</Button> }.into_any()
                })
            };
            view! {
                {why}
                {button}
            }
        }}
    }
    .into_any()
}

/// How far the search is, in words.
fn said_of(search: Search) -> String {
    let prompts = search.words.with(|words| words.trim().is_empty());
    let (hits, searched, rest) = search
        .found
        .with(|found| (found.hits.len(), found.searched, found.rest.is_some()));
    let what = match (prompts, hits) {
        (true, 1) => "1 prompt".to_owned(),
        (true, n) => format!("{n} prompts"),
        (false, 0) if !search.running.get() => "Nothing found".to_owned(),
        (false, 1) => "1 place".to_owned(),
        (false, n) => format!("{n} places"),
    };
    match (rest || search.running.get(), searched) {
        (_, 0) => "Looking".to_owned(),
        (true, n) => format!("{what} in the last {n} messages"),
        (false, n) => format!("{what} in all {n} messages"),
    }
}

#[component]
fn OneHit(hit: Hit, ago: String, on_choice: Callback<MessageId>) -> impl IntoView {
    let who = match hit.place {
        Place::Prompt => "You",
        Place::Answer => "Agent",
        Place::Reasoning => "Thought",
        Place::Tool => "Tool",
    };
    let message = hit.message;
    view! {
        <button type="button" class="option hit" on:click=move |_| on_choice.run(message.clone())>
            <span class="text">{hit.before} <mark>{hit.found}</mark> {hit.after}</span>
            <span class="more">{who} " · " {ago}</span>
        </button>
    }
    .into_any()
}
