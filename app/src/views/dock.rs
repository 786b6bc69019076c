//! What stands above the composer while something waits for the owner: one request at a
//! time, with a way to the others. All that wait are there and all but one are hidden, so
//! that turning from one to another loses nothing that was typed or chosen.

use std::sync::Arc;

use leptos::prelude::*;

use super::frame::PLACE;
use super::permission::PermissionDock;
use super::question::QuestionDock;
use crate::browser::later::{Later, later};
use crate::browser::page::{focus, focus_if_lost, is_touch};
use crate::chunk::{Rare, rare};
use crate::components::{Button, CopyButton, Glyph, Icon, IconButton, Kind, Waiting, Why, each};
use crate::live::{Ask, Deed, Draft, Live, Ready, SessionKey};

/// The id of the field that the focus goes to when nothing more is asked.
const MESSAGE: &str = "message";
/// How long a request is seen before it takes an answer, in milliseconds. It comes up where
/// another stood, or under a finger that was meant for something else: nobody allows what
/// nobody has seen. A double tap is over in half of it.
const SEEN_MS: u64 = 500;

/// The requests that stop a session, its own and its sub-agents'.
#[derive(Clone, Copy)]
pub(super) struct Queue {
    /// The session that is shown.
    pub(super) session: StoredValue<SessionKey>,
    /// All of them, oldest first.
    pub(super) asks: Signal<Arc<[Ask]>>,
    /// The id of the one that is shown.
    shown: Memo<Option<String>>,
    /// The one that the owner turned to.
    turned: RwSignal<Option<String>>,
    /// Those that are allowed together.
    pub(super) together: RwSignal<Vec<String>>,
    left: RwSignal<Option<Left>>,
}

/// Where the requests of several sessions are answered: what is left of one is told beside
/// all of them, for its own part of the page goes with it.
#[derive(Clone, Copy, Debug)]
pub struct Together(RwSignal<Option<Left>>);

impl Together {
    /// From here on down.
    pub fn provide() -> Self {
        let together = Self(RwSignal::new(None));
        provide_context(together);
        together
    }

    /// Whether there is something to be told.
    pub fn has_left(self) -> bool {
        self.0.with(Option::is_some)
    }
}

/// What is left of a request that went away while the owner was at it.
#[derive(Clone, Debug)]
pub struct Left {
    /// The answer that was on its way.
    deed: Option<ArcReadSignal<Deed>>,
    /// What had been typed.
    typed: String,
}

/// The ways through the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Back,
    Forth,
}

impl Way {
    /// The id of the button that leads there from the request `id`.
    fn id(self, id: &str) -> String {
        match self {
            Way::Back => format!("{id}-back"),
            Way::Forth => format!("{id}-forth"),
        }
    }
}

impl Queue {
    fn of(session: &SessionKey) -> Self {
        let asks: Signal<Arc<[Ask]>> = Live::here().asks(session).into();
        let turned = RwSignal::new(None::<String>);
        let shown = Memo::new(move |_| {
            asks.with(|asks| {
                let turned = turned.get();
                let there = |id: &String| asks.iter().any(|ask| ask.id() == id);
                turned
                    .filter(there)
                    .or_else(|| asks.first().map(|ask| ask.id().to_owned()))
            })
        });
        Self {
            session: StoredValue::new(session.clone()),
            asks,
            shown,
            turned,
            together: RwSignal::new(Vec::new()),
            left: use_context().map_or_else(|| RwSignal::new(None), |Together(left)| left),
        }
    }

    /// The place of the one that is shown, from 0, and how many there are.
    fn place(self) -> (usize, usize) {
        self.asks.with(|asks| {
            let at = self.shown.with(|shown| {
                let mut ids = asks.iter().map(Ask::id);
                ids.position(|id| shown.as_deref() == Some(id))
            });
            (at.unwrap_or(0), asks.len())
        })
    }

    /// Shows the one at `at`; the focus goes to its button of the same way.
    fn turn_to(self, at: usize, way: Way) {
        let id = self
            .asks
            .with_untracked(|asks| asks.get(at).map(|ask| ask.id().to_owned()));
        self.turned.set(id.clone());
        if let Some(id) = id {
            leptos::task::spawn_local(async move {
                leptos::task::tick().await;
                // At the end of the queue its button is disabled, and the request has it.
                focus(&id);
                focus(&way.id(&id));
            });
        }
    }
}

/// One request and what the owner does about it.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) ask: Ask,
    pub(super) queue: Queue,
    deed: RwSignal<Option<ArcReadSignal<Deed>>>,
    /// Whether it cannot be answered now.
    pub(super) disabled: Signal<bool>,
    /// Whether the buttons that answer it cannot be pressed now: it was not seen yet.
    pub(super) unready: Signal<bool>,
    words: StoredValue<Vec<ArcRwSignal<String>>>,
}

impl Asked {
    fn new(ask: Ask, queue: Queue) -> Self {
        let ready = Ready::here();
        let deed = RwSignal::new(None::<ArcReadSignal<Deed>>);
        let seen = RwSignal::new(false);
        let disabled = Signal::derive(move || {
            !ready.get() || deed.get().is_some_and(|deed| deed.get().is_given())
        });
        let asked = Self {
            ask,
            queue,
            deed,
            disabled,
            unready: Signal::derive(move || disabled.get() || !seen.get()),
            words: StoredValue::new(Vec::new()),
        };
        let shown = asked.clone();
        Effect::new(move |_: Option<Option<Later>>| {
            (shown.is_shown() && !seen.get_untracked()).then(|| {
                later(SEEN_MS, move || {
                    let _ = seen.try_set(true);
                })
            })
        });
        let (gone, live) = (asked.clone(), Live::here());
        on_cleanup(move || gone.gone(&live));
        asked
    }

    /// Whether it is the one that is shown.
    pub(super) fn is_shown(&self) -> bool {
        self.queue
            .shown
            .with(|shown| shown.as_deref() == Some(self.ask.id()))
    }

    /// Whether it has been answered, or is about to be.
    pub(super) fn is_given(&self) -> bool {
        self.disabled.get_untracked()
    }

    /// It is answered by `deed`.
    pub(super) fn give(&self, deed: ArcReadSignal<Deed>) {
        self.queue.left.set(None);
        self.deed.set(Some(deed));
    }

    /// What is typed in the next field of it.
    pub(super) fn words(&self) -> ArcRwSignal<String> {
        let mut words = self.words.write_value();
        let next = Live::here().words(&self.ask, words.len());
        words.push(next.clone());
        next
    }

    /// Its part of the page goes: because it was answered, here or elsewhere, or because the
    /// owner looks at something else.
    fn gone(&self, live: &Live) {
        let waits = |asks: &Arc<[Ask]>| asks.iter().any(|ask| ask.id() == self.ask.id());
        // Nothing can be asked of a page that has gone as a whole.
        if self.queue.asks.try_with_untracked(waits) != Some(false) {
            return;
        }
        let words = self.words.try_get_value().unwrap_or_default();
        let typed: Vec<String> = words
            .iter()
            .map(|words| words.get_untracked().trim().to_owned())
            .filter(|words| !words.is_empty() && !self.ask.gives(words))
            .collect();
        for at in 0..words.len() {
            live.forget_words(&self.ask, at);
        }
        let left = Left {
            deed: self.deed.try_get_untracked().flatten(),
            typed: typed.join("\n"),
        };
        let (ours, next) = (left.deed.is_some(), self.queue.shown);
        if ours || !left.typed.is_empty() {
            let _ = self.queue.left.try_set(Some(left));
        }
        if ours {
            leptos::task::spawn_local(async move {
                leptos::task::tick().await;
                match next.try_get_untracked().flatten() {
                    Some(next) => focus_if_lost(&next),
                    // On a phone it would bring up the keyboard.
                    None if is_touch() => {}
                    None => {
                        focus_if_lost(MESSAGE);
                        // Where all sessions wait there is no such field.
                        focus_if_lost(PLACE);
                    }
                }
            });
        }
    }
}

/// What waits for the owner in a session.
#[component]
pub fn Dock(
    /// Which.
    session: SessionKey,
) -> impl IntoView {
    let asks = Live::here().asks(&session);
    // Once something was asked it stays: it may have to say what became of an answer.
    let any = Memo::new(move |any: Option<&bool>| {
        any.copied().unwrap_or(false) || asks.with(|asks| !asks.is_empty())
    });
    (move || any.get().then(|| rare(Rare::Asks(session.clone())))).into_any()
}

/// All that waits there, once something did.
pub(crate) fn asks(session: SessionKey) -> AnyView {
    let queue = Queue::of(&session);
    // Where several sessions wait it is told beside them.
    let draft = use_context::<Together>()
        .is_none()
        .then(|| Live::here().draft(&session));
    view! {
        {draft.map(|draft| leaving(queue.left, Some(draft)))}
        {each(
            move || queue.asks.get().to_vec(),
            |ask| ask.id().to_owned(),
            move |ask| {
                let asked = Asked::new(ask.clone(), queue);
                match ask {
                    Ask::Permission(_, permission) => {
                        view! { <PermissionDock asked permission /> }.into_any()
                    }
                    Ask::Question(_, question) => {
                        view! { <QuestionDock asked question /> }.into_any()
                    }
                }
            },
        )}
    }
    .into_any()
}

/// What both sorts have: a heading, who asks, what became of the answer, the buttons.
pub(super) fn frame(
    asked: &Asked,
    name: &'static str,
    icon: Icon,
    title: String,
    body: AnyView,
    actions: AnyView,
) -> AnyView {
    let id = asked.ask.id().to_owned();
    let (queue, deed) = (asked.queue, asked.deed);
    let many = Memo::new(move |_| queue.asks.with(|asks| asks.len()) > 1);
    let state = Memo::new(move |_| deed.get().map(|deed| deed.get()));
    let (here, of_focus) = (id.clone(), id.clone());
    // A button that was pressed is disabled and loses the focus; it is needed again.
    Effect::new(move |_| {
        if state.with(|deed| matches!(deed, Some(Deed::Failed(_)))) {
            focus_if_lost(&of_focus);
        }
    });
    let shown = asked.clone();
    view! {
        <section class="dock" aria-label=name id=id tabindex="-1" hidden=move || !shown.is_shown()>
            <header>
                <Glyph icon />
                <h2 class="grow">{title}</h2>
                {move || many.get().then(|| turning(queue, &here))}
            </header>
            <div class="asked">{body}</div>
            <div aria-live="polite">
                {move || match state.get() {
                    Some(Deed::Doing) => {
                        view! { <Waiting words="Sending your answer" /> }.into_any()
                    }
                    Some(Deed::Failed(fault)) => {
                        view! { <Why words=fault.to_string() /> }.into_any()
                    }
                    Some(Deed::Done(())) | None => ().into_any(),
                }}
            </div>
            <div class="actions">{actions}</div>
        </section>
    }
    .into_any()
}

/// The place of what is shown among what waits, and the way to its neighbours; it stands in
/// the request `id`.
fn turning(queue: Queue, id: &str) -> AnyView {
    let ready = Ready::here();
    let step = |icon: Icon, name: &'static str, way: Way| {
        let ready = ready.clone();
        let next = Memo::new(move |_| {
            let (at, of) = queue.place();
            match way {
                Way::Back => at.checked_sub(1),
                Way::Forth => Some(at + 1).filter(|at| *at < of),
            }
        });
        view! {
            <IconButton
                icon
                name
                attr:id=way.id(id)
                disabled=Signal::derive(move || !ready.get() || next.get().is_none())
                on:click=move |_| {
                    if let Some(next) = next.get_untracked() {
                        queue.turn_to(next, way);
                    }
                }
            />
        }
    };
    view! {
        <span class="turning">
            {step(Icon::Left, "Previous request", Way::Back)}
            <span class="state figures">
                {move || {
                    let (at, of) = queue.place();
                    format!("{} of {of}", at + 1)
                }}
            </span>
            {step(Icon::Right, "Next request", Way::Forth)}
        </span>
    }
    .into_any()
}

/// What is left where the requests of several sessions are answered.
pub(crate) fn left_together(Together(left): Together) -> AnyView {
    leaving(left, None)
}

/// What is said when a request goes away under the owner's hands; what was typed is not
/// lost with it: it goes into `draft`, or can be copied where there is none.
fn leaving(left_behind: RwSignal<Option<Left>>, draft: Option<Draft>) -> AnyView {
    (move || {
        let left = left_behind.get()?;
        let words = match left.deed.map(|deed| deed.get()) {
            Some(Deed::Doing | Deed::Done(())) => return None,
            Some(Deed::Failed(fault)) => fault.to_string(),
            None => {
                "What you were answering was answered elsewhere, or its turn has ended.".to_owned()
            }
        };
        let (draft, typed) = (draft.clone(), left.typed);
        let kept = (!typed.is_empty()).then(|| {
            let words = typed.clone();
            let to_take = match draft {
                Some(draft) => view! {
                    <Button on:click=move |_| {
                        draft
                            .text
                            .update(|draft| {
                                if !draft.is_empty() {
                                    draft.push('\n');
                                }
                                draft.push_str(&words);
                            });
                        left_behind.set(None);
                        focus(MESSAGE);
                    }>"Put into the message"</Button>
                }
                .into_any(),
                None => view! { <CopyButton name="Copy what you wrote" text=Signal::stored(words) disabled=Signal::stored(false) /> }
                    .into_any(),
            };
            view! {
                <p class="what">{typed}</p>
                {to_take}
            }
        });
        Some(view! {
            <div class="dock left" role="status">
                <p>{words}</p>
                {kept}
                <Button
                    kind=Kind::Quiet
                    on:click=move |_| {
                        left_behind.set(None);
                        if !is_touch() {
                            focus(MESSAGE);
                        }
                    }
                >
                    "Dismiss"
                </Button>
            </div>
        })
    })
    .into_any()
}
