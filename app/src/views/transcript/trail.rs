//! The way from one place that was found to the next, without the list.

use domain::find::Hit;
use domain::id::MessageId;
use leptos::prelude::*;

use super::LOG;
use super::reader::Reader;
use crate::browser::page::focus;
use crate::components::{Icon, IconButton};

/// What was found, newest first, and where of it the reader is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    messages: Vec<MessageId>,
    at: usize,
}

impl Trail {
    /// The way through `hits`, at the one that was chosen. Several in one message are one
    /// place: they are seen together.
    pub(super) fn at(hits: &[Hit], chosen: &MessageId) -> Self {
        let mut messages: Vec<MessageId> = hits.iter().map(|hit| hit.message.clone()).collect();
        messages.dedup();
        let at = messages.iter().position(|it| it == chosen);
        Self {
            messages,
            at: at.unwrap_or_default(),
        }
    }

    /// Where it leads now.
    pub(super) fn goal(&self) -> Option<&MessageId> {
        self.messages.get(self.at)
    }

    /// The next place in the time of the conversation, or the one before; from an end it
    /// leads to the other, as it does in a browser.
    pub(super) fn step(&self, later: bool) -> Self {
        let all = self.messages.len().max(1);
        let by = if later { all - 1 } else { 1 };
        Self {
            messages: self.messages.clone(),
            at: (self.at + by) % all,
        }
    }

    /// Where of all it is: counted from the beginning of the conversation.
    fn words(&self) -> String {
        let all = self.messages.len();
        format!("{} of {all}", all - self.at)
    }
}

/// Listens for the keys that lead from place to place: F3 and Ctrl or ⌘ with G, with Shift
/// the other way. Searching goes back in time, so that is what they do without it.
pub(super) fn listen(reader: Reader) {
    Effect::new(move |_| {
        let listening = window_event_listener(leptos::ev::keydown, move |event| {
            let key = event.key();
            let with_g = (event.ctrl_key() || event.meta_key()) && key.eq_ignore_ascii_case("g");
            if (key == "F3" || with_g) && reader.trail.with_untracked(Option::is_some) {
                event.prevent_default();
                reader.step(event.shift_key());
            }
        });
        on_cleanup(move || listening.remove());
    });
}

/// The buttons of it.
pub(crate) fn trail(reader: Reader) -> AnyView {
    let words = move || reader.trail.with(|trail| trail.as_ref().map(Trail::words));
    view! {
        <div class="found-trail" role="group" aria-label="Found places">
            <IconButton
                icon=Icon::Left
                name="Earlier place"
                on:click=move |_| reader.step(false)
            />
            <span class="figures" role="status">{words}</span>
            <IconButton
                icon=Icon::Right
                name="Later place"
                on:click=move |_| reader.step(true)
            />
            <IconButton
                icon=Icon::Close
                name="Done searching"
                on:click=move |_| {
                    reader.leave_trail();
                    focus(LOG);
                }
            />
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::find::Place;
    use domain::time::Millis;

    use super::*;

    fn hit(message: &str) -> Hit {
        Hit {
            message: MessageId::new(message),
            at: Millis::default(),
            place: Place::Answer,
            before: String::new(),
            found: String::new(),
            after: String::new(),
        }
    }

    fn at(trail: &Trail) -> (&str, String) {
        (trail.goal().map_or("", MessageId::as_str), trail.words())
    }

    #[test]
    fn it_leads_from_place_to_place_and_round_at_its_ends() {
        let hits = ["c", "c", "b", "a"].map(hit);
        let trail = Trail::at(&hits, &MessageId::new("b"));
        assert_eq!(at(&trail), ("b", "2 of 3".to_owned()));
        let earlier = trail.step(false);
        assert_eq!(at(&earlier), ("a", "1 of 3".to_owned()));
        assert_eq!(at(&earlier.step(false)), ("c", "3 of 3".to_owned()));
        assert_eq!(at(&earlier.step(true)), at(&trail));
        assert_eq!(at(&earlier.step(false).step(true)), at(&earlier));
    }
}
