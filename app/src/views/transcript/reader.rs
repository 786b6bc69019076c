//! The reader of a conversation: where they are, what is fetched and let go of around them,
//! and where they go.

use domain::id::MessageId;
use domain::sync::Passage;
use leptos::prelude::*;

use super::extent::{NODES_MAX, Want, is_at_end, kept, wanted};
use super::trail::Trail;
use crate::browser::scroll::{Pressed, Scroll};
use crate::live::{Deed, Held, Live, RowKey, Rows, SessionKey};

/// Where a reader goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// To the end, and stays there while words come.
    End,
    /// To a message.
    Message(MessageId),
}

/// The reader of a conversation.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    pub(super) scroll: Scroll,
    live: StoredValue<Live>,
    session: StoredValue<SessionKey>,
    /// Whether they look for something.
    pub(in crate::views) finding: RwSignal<bool>,
    /// Whether they are not at the end.
    pub(super) away: RwSignal<bool>,
    /// Where they were before they went to a message.
    pub(super) origin: RwSignal<Option<Goal>>,
    /// What they have found, while they go through it.
    pub(super) trail: RwSignal<Option<Trail>>,
    /// Where they are going.
    goal: StoredValue<Option<Goal>>,
    /// What became of the last request for messages, by what it was for.
    pub(super) asked: RwSignal<Option<(Passage, ArcReadSignal<Deed>)>>,
    /// What they have pressed: its row stays where it is though they are at the end.
    pressed: StoredValue<Option<Pressed>>,
    /// Whether the next frame looks at what there is around them.
    tending: StoredValue<bool>,
}

impl Reader {
    /// A reader of `session`.
    pub fn new(session: &SessionKey) -> Self {
        Self {
            scroll: Scroll::default(),
            live: StoredValue::new(Live::here()),
            session: StoredValue::new(session.clone()),
            finding: RwSignal::new(false),
            away: RwSignal::new(false),
            origin: RwSignal::new(None),
            trail: RwSignal::new(None),
            goal: StoredValue::new(None),
            asked: RwSignal::new(None),
            pressed: StoredValue::new(None),
            tending: StoredValue::new(false),
        }
    }

    /// Begins to read: from now on the page follows what happens.
    pub(super) fn begin(self) {
        self.scroll.watch(move || self.settled());
        let rows = self.rows();
        // A window that is as high as the one before has no other sign.
        Effect::new(move |_| {
            rows.track();
            Scroll::soon(move || self.settled());
        });
        // What was asked for while nothing was heard, or by a stream that is no more, does
        // not come any more.
        let live = self.live();
        Effect::new(move |before: Option<bool>| {
            let linked = live.is_linked();
            if linked && before == Some(false) {
                self.ask_again();
            }
            linked
        });
        // Whoever says something wants to see it.
        let outbox = self.live().outbox(&self.session());
        Effect::new(move |before: Option<usize>| {
            let now = outbox.with(|outbox| outbox.len());
            if before.is_some_and(|before| now > before) {
                self.go(Goal::End);
            }
            now
        });
    }

    fn live(self) -> Live {
        self.live.get_value()
    }

    fn session(self) -> SessionKey {
        self.session.get_value()
    }

    fn rows(self) -> ArcReadSignal<Rows> {
        self.live().rows(&self.session())
    }

    /// The page has been moved, by the reader or by us.
    pub(super) fn scrolled(self) {
        self.look();
        if self.scroll.hold() {
            self.pressed.set_value(None);
        }
        self.tend();
    }

    /// Something of the list is being opened or closed: it stays under the finger. It may
    /// have been scrolled, and moved by what is not drawn yet, since we were told last.
    pub(super) fn press(self, event: &leptos::ev::MouseEvent) {
        self.scroll.hold();
        self.restore();
        let pressed = self.scroll.hold_pressed(event);
        if pressed.is_some() {
            self.pressed.set_value(pressed);
        }
    }

    /// Puts what is read, or was pressed, back where it was.
    fn restore(self) {
        if self.away.get_untracked() || self.pressed.get_value().is_some() {
            self.scroll.restore();
        }
    }

    /// The list is other than it was, and not drawn yet.
    fn settled(self) {
        if self.scroll.sight().is_none() {
            return;
        }
        if !self.arrive() {
            self.restore();
            // What is opened may still grow; what is closed is closed.
            if self.pressed.get_value() == Some(Pressed::ToClose) {
                self.pressed.set_value(None);
            }
        }
        self.look();
        self.tend();
    }

    /// Notes whether the reader is at the end.
    fn look(self) {
        let Some(sight) = self.scroll.sight() else {
            return;
        };
        let (_, newer) = self.beyond();
        let away = newer || !is_at_end(sight);
        if away != self.away.get_untracked() {
            self.away.set(away);
            self.live().set_away(&self.session(), away);
            if !away {
                self.origin.set(None);
            }
        }
    }

    /// Whether there are earlier and later messages than those here.
    fn beyond(self) -> (bool, bool) {
        self.rows().with_untracked(|rows| match &rows.held {
            Held::Here { older, newer, .. } => (*older, *newer),
            Held::Loading | Held::Slow | Held::Failed(_) => (false, false),
        })
    }

    /// Fetches what will be read next, and lets go of what is far; once in a frame.
    fn tend(self) {
        if self.tending.get_value() {
            return;
        }
        self.tending.set_value(true);
        Scroll::soon(move || {
            self.tending.set_value(false);
            let Some(sight) = self.scroll.sight() else {
                return;
            };
            self.let_go(sight.height);
            if !untrack(|| self.live().is_linked()) {
                return;
            }
            self.forget_answered();
            let (older, newer) = self.beyond();
            match wanted(sight, older, newer) {
                Some(want) if !self.is_asked(want) => self.ask(want),
                Some(_) | None => {}
            }
        });
    }

    fn let_go(self, height: f64) {
        let nodes = self.scroll.nodes();
        // The rows are measured only where it matters.
        if nodes <= NODES_MAX {
            return;
        }
        let Some(kept) = kept(&self.scroll.rows(), height, nodes) else {
            return;
        };
        let ends = self.rows().with_untracked(|rows| {
            let mut kept = rows.keys.get(kept)?.iter().filter_map(RowKey::message);
            let first = kept.next()?.clone();
            let last = kept.next_back().unwrap_or(&first).clone();
            Some((first, last))
        });
        if let Some((first, last)) = ends {
            self.live().keep(&self.session(), &first, &last);
        }
    }

    fn passage(self, want: Want) -> Option<Passage> {
        let (first, last) = self.live().ends(&self.session())?;
        Some(match want {
            Want::Earlier => Passage::Before(first),
            Want::Later => Passage::After(last),
        })
    }

    /// Whether these have been asked for: what failed is asked for again by the reader.
    fn is_asked(self, want: Want) -> bool {
        let wanted = self.passage(want);
        self.asked
            .with_untracked(|asked| asked.as_ref().map(|(asked, _)| asked) == wanted.as_ref())
    }

    /// What was asked for at an end that is another now has been answered: it may be asked
    /// for again when that end comes back.
    fn forget_answered(self) {
        let answered = self.asked.with_untracked(|asked| match asked {
            Some((asked @ Passage::Before(_), _)) => {
                self.passage(Want::Earlier).as_ref() != Some(asked)
            }
            Some((asked @ Passage::After(_), _)) => {
                self.passage(Want::Later).as_ref() != Some(asked)
            }
            Some((Passage::End | Passage::Around(_), _)) | None => false,
        });
        if answered {
            self.asked.set(None);
        }
    }

    /// Asks for more at one end.
    pub(super) fn ask(self, want: Want) {
        if let Some(wanted) = self.passage(want) {
            self.request(wanted);
        }
    }

    fn request(self, wanted: Passage) {
        let deed = self.live().passage(&self.session(), wanted.clone());
        self.asked.set(Some((wanted, deed)));
    }

    /// The page hears again: what was asked for is asked for anew.
    fn ask_again(self) {
        let goal = self.goal.get_value();
        self.asked.set(None);
        if let Some(goal) = goal {
            self.go_on(goal);
        }
        self.tend();
    }

    /// Goes somewhere; what is not here is fetched.
    pub fn go(self, goal: Goal) {
        self.leave_trail();
        self.depart(goal);
    }

    /// Goes to a place that was found; the others are a step away.
    pub(super) fn follow(self, trail: Trail) {
        let goal = trail.goal().cloned();
        self.trail.set(Some(trail));
        if let Some(message) = goal {
            self.depart(Goal::Message(message));
        }
    }

    /// Goes to the next place that was found, or to the one before.
    pub(super) fn step(self, later: bool) {
        let next = |trail: &Option<Trail>| trail.as_ref().map(|trail| trail.step(later));
        if let Some(trail) = self.trail.with_untracked(next) {
            self.follow(trail);
        }
    }

    /// Is done with what was found.
    pub(super) fn leave_trail(self) {
        if self.trail.with_untracked(Option::is_some) {
            self.trail.set(None);
        }
    }

    fn depart(self, goal: Goal) {
        let here = self.place();
        if let Goal::Message(_) = &goal {
            self.origin.update(|origin| {
                origin.get_or_insert(here);
            });
        } else {
            self.origin.set(None);
        }
        self.go_on(goal);
    }

    fn go_on(self, goal: Goal) {
        self.goal.set_value(Some(goal.clone()));
        self.pressed.set_value(None);
        if self.arrive() {
            self.look();
            self.tend();
        } else {
            self.request(match goal {
                Goal::End => Passage::End,
                Goal::Message(message) => Passage::Around(message),
            });
        }
    }

    /// Goes back to where the reader was before they went to a message.
    pub(super) fn go_back(self) {
        if let Some(origin) = self.origin.get_untracked() {
            self.go(origin);
            self.origin.set(None);
        }
    }

    fn place(self) -> Goal {
        let first = self.scroll.first_seen();
        let message = self
            .rows()
            .with_untracked(|rows| rows.keys.get(first?)?.message().cloned());
        match message {
            Some(message) if self.away.get_untracked() => Goal::Message(message),
            Some(_) | None => Goal::End,
        }
    }

    /// Goes where the reader is going, where that is here; the answer is whether it was.
    fn arrive(self) -> bool {
        let Some(goal) = self.goal.get_value() else {
            return false;
        };
        let row = self.rows().with_untracked(|rows| match &goal {
            // A transcript comes with its end.
            Goal::End => match rows.held {
                Held::Here { newer, .. } => (!newer).then_some(None),
                Held::Loading | Held::Slow | Held::Failed(_) => Some(None),
            },
            Goal::Message(message) => {
                let mut keys = rows.keys.iter();
                let at = keys.position(|key| key.message() == Some(message));
                at.map(Some)
            }
        });
        match row {
            None => return false,
            Some(None) => self.scroll.to_end(),
            Some(Some(row)) => self.scroll.to_row(row),
        }
        self.goal.set_value(None);
        true
    }
}
