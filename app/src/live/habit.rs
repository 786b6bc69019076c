//! What the owner likes to choose: kept on the device, newest first.

use leptos::prelude::{Effect, GetUntracked, GetValue, RwSignal, Set, StoredValue};

use super::edge;

/// A list of choices that is kept on the device. Empty until the page is at work.
#[derive(Clone, Copy, Debug)]
pub struct Habit {
    /// The ids of what was chosen.
    pub list: RwSignal<Vec<String>>,
    place: StoredValue<String>,
    max: usize,
}

impl Habit {
    /// The list kept under `place`, of at most `max` ids.
    pub fn of(place: String, max: usize) -> Self {
        let habit = Self {
            list: RwSignal::new(Vec::new()),
            place: StoredValue::new(place),
            max,
        };
        Effect::new(move |_| habit.list.set(edge::kept_list(&habit.place.get_value())));
        habit
    }

    /// Puts `id` first.
    pub fn add(&self, id: &str) {
        let mut list = self.without(id);
        list.insert(0, id.to_owned());
        list.truncate(self.max);
        self.keep(list);
    }

    /// Puts `id` first, or takes it out where it is there.
    pub fn toggle(&self, id: &str) {
        let list = self.without(id);
        if list.len() < self.list.get_untracked().len() {
            self.keep(list);
        } else {
            self.add(id);
        }
    }

    fn without(&self, id: &str) -> Vec<String> {
        let mut list = self.list.get_untracked();
        list.retain(|it| it != id);
        list
    }

    fn keep(&self, list: Vec<String>) {
        edge::keep_list(&self.place.get_value(), &list);
        self.list.set(list);
    }
}
