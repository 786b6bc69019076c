//! The messages of one session with their parts, or a window on their end.

use serde::{Deserialize, Serialize};

use crate::id::{MessageId, PartId};
use crate::message::{Message, Role};
use crate::part::{Part, PartBody};
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
}

/// What is taken back with a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenBack {
    /// How many messages of the owner's, each with its answer.
    pub prompts: usize,
    /// Whether there are more before the window.
    pub more: bool,
    /// The files that were changed since, by path.
    pub files: Vec<String>,
}

/// A window on the end of a session's messages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    /// The messages, ordered by time of making, then id.
    pub entries: Vec<Entry>,
    /// Whether there are older messages before the first one here.
    pub older: bool,
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

    /// Where a message made at `message.created` belongs; none where that is before the
    /// window and the window does not reach the beginning.
    pub(crate) fn place_for(&self, message: &Message) -> Option<usize> {
        let key = (message.created, &message.id);
        let place = self
            .entries
            .iter()
            .rposition(|entry| (entry.message.created, &entry.message.id) < key)
            .map_or(0, |before| before + 1);
        if place == 0 && self.older {
            None
        } else {
            Some(place)
        }
    }

    /// Puts older messages before the window. What is already here is left out; the
    /// answer is whether any was new or the beginning was reached.
    pub fn prepend(&mut self, entries: Vec<Entry>, older: bool) -> bool {
        let mut fresh: Vec<Entry> = entries
            .into_iter()
            .filter(|entry| self.message_at(&entry.message.id).is_none())
            .collect();
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
            more: at.is_none() && self.older,
            ..TakenBack::default()
        };
        let before = at.unwrap_or(if self.older { 0 } else { self.entries.len() });
        for entry in self.entries.iter().skip(before) {
            back.prompts += usize::from(matches!(entry.message.role, Role::User(_)));
            for part in &entry.parts {
                if let PartBody::Patch { files } = &part.body {
                    back.files.extend(files.iter().cloned());
                }
            }
        }
        back.files.sort();
        back.files.dedup();
        back
    }

    /// The last `n` messages and whether there are more before them.
    #[must_use]
    pub fn tail(&self, n: usize) -> Transcript {
        let from = self.entries.len().saturating_sub(n);
        Transcript {
            entries: self.entries.get(from..).unwrap_or_default().to_vec(),
            older: self.older || from > 0,
            todos: self.todos.clone(),
        }
    }
}
