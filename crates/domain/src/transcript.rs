//! The messages of one session with their parts, or a window on them.

use serde::{Deserialize, Serialize};

use crate::id::{MessageId, PartId};
use crate::message::{Message, Role};
use crate::part::{Part, PartBody};
use crate::sorted::SortedSet;
use crate::todo::Todo;

/// A message and its parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The message.
    pub message: Message,
    /// Its parts, in the order in which they came.
    pub parts: Vec<Part>,
}

impl Entry {
    /// The place of `id` among the parts, looked for from the end: that is where things
    /// happen.
    pub fn part_at(&self, id: &PartId) -> Option<usize> {
        self.parts.iter().rposition(|part| part.id == *id)
    }

    /// What was said with it, without what the system put in.
    pub fn said(&self) -> String {
        let said: Vec<&str> = self.parts.iter().filter_map(|it| it.body.said()).collect();
        said.join("\n\n")
    }

    /// How many rows it is drawn as, roughly: what windows are measured in, because a step
    /// may have one part or fifty.
    pub fn rows(&self) -> usize {
        self.parts.len().max(1)
    }
}

/// What is taken back with a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenBack {
    /// How many messages of the owner's, each with its answer.
    pub prompts: usize,
    /// Whether there are more beyond the window.
    pub more: bool,
    /// The files that were changed since, by path.
    pub files: Vec<String>,
}

/// From where on `entries` up to `end` have no more than `rows` rows; at least one message.
pub fn back_from(entries: &[Entry], end: usize, rows: usize) -> usize {
    let end = end.min(entries.len());
    let before = entries.get(..end).unwrap_or_default().iter().rev();
    end - fitting(before, rows)
}

/// Up to where `entries` from `start` have no more than `rows` rows; at least one message.
pub fn on_from(entries: &[Entry], start: usize, rows: usize) -> usize {
    let start = start.min(entries.len());
    let after = entries.get(start..).unwrap_or_default().iter();
    start + fitting(after, rows)
}

fn fitting<'a>(entries: impl Iterator<Item = &'a Entry>, rows: usize) -> usize {
    let mut used = 0;
    let mut n = 0;
    for entry in entries {
        used += entry.rows();
        if n > 0 && used > rows {
            break;
        }
        n += 1;
    }
    n
}

/// A window on a session's messages: as a rule on their end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    /// The messages, ordered by time of making, then id.
    pub entries: Vec<Entry>,
    /// Whether there are older messages before the first one here.
    pub older: bool,
    /// Whether there are newer messages after the last one here: then the window does not
    /// grow with what is said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub newer: bool,
    /// The agent's things to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub todos: Vec<Todo>,
}

impl Transcript {
    /// The place of `id`, looked for from the end.
    pub fn message_at(&self, id: &MessageId) -> Option<usize> {
        self.entries
            .iter()
            .rposition(|entry| entry.message.id == *id)
    }

    /// The message with `id`.
    pub fn entry(&self, id: &MessageId) -> Option<&Entry> {
        self.entries.get(self.message_at(id)?)
    }

    /// The message with `id`, to be changed.
    pub fn entry_mut(&mut self, id: &MessageId) -> Option<&mut Entry> {
        let at = self.message_at(id)?;
        self.entries.get_mut(at)
    }

    /// The part with `part` of the message with `message`.
    pub fn part(&self, message: &MessageId, part: &PartId) -> Option<&Part> {
        let entry = self.entry(message)?;
        entry.parts.get(entry.part_at(part)?)
    }

    /// The part with `part` of the message with `message`, to be changed.
    pub fn part_mut(&mut self, message: &MessageId, part: &PartId) -> Option<&mut Part> {
        let entry = self.entry_mut(message)?;
        let at = entry.part_at(part)?;
        entry.parts.get_mut(at)
    }

    /// Where a message made at `message.created` belongs; none where that is outside the
    /// window: before it, and it does not reach the beginning, or after it, and it does not
    /// reach the end.
    pub(crate) fn place_for(&self, message: &Message) -> Option<usize> {
        let key = (message.created, &message.id);
        let place = self
            .entries
            .iter()
            .rposition(|entry| (entry.message.created, &entry.message.id) < key)
            .map_or(0, |before| before + 1);
        let before = place == 0 && self.older;
        let after = place == self.entries.len() && self.newer;
        (!before && !after).then_some(place)
    }

    /// Puts older messages before the window, where its first one is `first`: otherwise
    /// they were asked for by another window. The answer is whether anything changed.
    pub fn prepend(&mut self, first: &MessageId, entries: Vec<Entry>, older: bool) -> bool {
        if self.entries.first().map(|entry| &entry.message.id) != Some(first) {
            return false;
        }
        let mut fresh = self.unknown(entries);
        let changed = !fresh.is_empty() || self.older != older;
        fresh.append(&mut self.entries);
        self.entries = fresh;
        self.older = older;
        changed
    }

    /// What taking back `from` and all after it takes back.
    pub fn taken_back(&self, from: &MessageId) -> TakenBack {
        let at = self.message_at(from);
        let mut back = TakenBack {
            more: self.newer || (at.is_none() && self.older),
            ..TakenBack::default()
        };
        // A window on the end begins behind a message that it does not hold; of another
        // window it is not known on which side that is.
        let behind = self.older && !self.newer;
        let before = at.unwrap_or(if behind { 0 } else { self.entries.len() });
        let mut named = SortedSet::new();
        for entry in self.entries.iter().skip(before) {
            back.prompts += usize::from(matches!(entry.message.role, Role::User(_)));
            for part in &entry.parts {
                if let PartBody::Patch { files } = &part.body {
                    named.extend(files.iter().cloned());
                }
            }
        }
        back.files = named.into_iter().collect();
        back
    }

    /// Puts newer messages after the window, where its last one is `last`. The answer is
    /// whether anything changed.
    pub fn append(&mut self, last: &MessageId, entries: Vec<Entry>, newer: bool) -> bool {
        if self.entries.last().map(|entry| &entry.message.id) != Some(last) {
            return false;
        }
        let mut fresh = self.unknown(entries);
        let changed = !fresh.is_empty() || self.newer != newer;
        self.entries.append(&mut fresh);
        self.newer = newer;
        changed
    }

    fn unknown(&self, entries: Vec<Entry>) -> Vec<Entry> {
        let unknown = |entry: &Entry| self.message_at(&entry.message.id).is_none();
        entries.into_iter().filter(unknown).collect()
    }

    /// Lets go of everything before `first` and after `last`; it can be asked for again.
    /// The answer is whether anything went.
    pub fn keep(&mut self, first: &MessageId, last: &MessageId) -> bool {
        let (Some(from), Some(to)) = (self.message_at(first), self.message_at(last)) else {
            return false;
        };
        let len = self.entries.len();
        if from > to || to + 1 - from == len {
            return false;
        }
        self.entries.truncate(to + 1);
        self.entries.drain(..from);
        self.newer |= to + 1 < len;
        self.older |= from > 0;
        true
    }

    /// The messages from `start` to before `end`, as a window.
    #[must_use]
    pub fn slice(&self, start: usize, end: usize) -> Transcript {
        Transcript {
            entries: self.entries.get(start..end).unwrap_or_default().to_vec(),
            older: self.older || start > 0,
            newer: self.newer || end < self.entries.len(),
            todos: self.todos.clone(),
        }
    }

    /// The last `n` messages and whether there are more before them.
    #[must_use]
    pub fn tail(&self, n: usize) -> Transcript {
        let len = self.entries.len();
        self.slice(len.saturating_sub(n), len)
    }

    /// The last messages, as many as have `rows` rows together.
    #[must_use]
    pub fn end(&self, rows: usize) -> Transcript {
        let len = self.entries.len();
        self.slice(back_from(&self.entries, len, rows), len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::SessionId;
    use crate::message::{Role, User};
    use crate::time::Millis;
    use proptest::prelude::*;

    fn entry(n: usize) -> Entry {
        Entry {
            message: Message {
                id: id(n),
                session: SessionId::new("s"),
                created: Millis(n as u64),
                role: Role::User(User::default()),
            },
            parts: Vec::new(),
        }
    }

    fn id(n: usize) -> MessageId {
        MessageId::new(format!("m{n}"))
    }

    fn of(from: usize, to: usize, len: usize) -> Transcript {
        Transcript {
            entries: (from..to).map(entry).collect(),
            older: from > 0,
            newer: to < len,
            todos: Vec::new(),
        }
    }

    proptest! {
        /// Whatever a reader lets go of and asks for again, the window is a stretch of the
        /// whole without a hole, and knows at which ends there is more.
        #[test]
        fn a_window_is_always_a_stretch_of_the_whole(
            steps in proptest::collection::vec((0..4_u8, 0..12_usize), 0..40),
        ) {
            const LEN: usize = 30;
            let mut window = of(10, 20, LEN);
            for (step, size) in steps {
                let from: usize = window.entries[0].message.id.as_str()[1..].parse().unwrap();
                let to = from + window.entries.len();
                match step {
                    0 => {
                        let start = from.saturating_sub(size);
                        window.prepend(&id(from), (start..from).map(entry).collect(), start > 0);
                    }
                    1 => {
                        let end = (to + size).min(LEN);
                        window.append(&id(to - 1), (to..end).map(entry).collect(), end < LEN);
                    }
                    2 => {
                        window.keep(&id((from + size).min(to - 1)), &id(to - 1));
                    }
                    _ => {
                        window.keep(&id(from), &id(to.saturating_sub(size).max(from + 1) - 1));
                    }
                }
                let from: usize = window.entries[0].message.id.as_str()[1..].parse().unwrap();
                prop_assert_eq!(&window, &of(from, from + window.entries.len(), LEN));
            }
        }
    }

    #[test]
    fn what_was_asked_for_by_another_window_is_left_out() {
        let mut window = of(10, 20, 30);
        assert!(!window.prepend(&id(11), vec![entry(9)], true));
        assert!(!window.append(&id(18), vec![entry(20)], true));
        assert_eq!(window, of(10, 20, 30));
    }

    #[test]
    fn a_window_that_does_not_reach_the_end_does_not_grow_there() {
        let window = of(10, 20, 30);
        assert_eq!(window.place_for(&entry(40).message), None);
        assert_eq!(of(10, 30, 30).place_for(&entry(40).message), Some(20));
    }
}
