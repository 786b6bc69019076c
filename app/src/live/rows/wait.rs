//! What the owner said while a turn ran: it waits, and several are answered together.

use domain::id::MessageId;
use domain::message::{Assistant, Role, Waits};
use domain::sorted::{SortedMap, SortedSet};
use domain::transcript::Entry;

/// Why what the owner said has no answer of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wait {
    /// A turn runs; the agent reads it with its next step.
    Queued,
    /// A turn runs; the agent reads it when that has ended.
    Later,
    /// No turn runs: the agent reads it with the next one.
    Parked,
    /// It was answered together with what was said after it.
    Together,
}

/// The user's messages without an answer of their own, where that can be told.
pub(super) fn waits_of(entries: &[Entry], running: bool) -> SortedMap<&MessageId, Wait> {
    let steps = || entries.iter().filter_map(step_of);
    // Between a prompt's arrival and the first step of its answer no step is open.
    let works = running && steps().any(Assistant::is_open);
    let mut waits = SortedMap::new();
    for entry in entries {
        let wait = match (entry.message.waits(), running) {
            (Some(_), false) => Wait::Parked,
            (Some(Waits::Turn), true) => Wait::Later,
            (Some(Waits::Step), true) if works => Wait::Queued,
            // It is read at once.
            (None, _) | (Some(Waits::Step), true) => continue,
        };
        waits.insert(&entry.message.id, wait);
    }
    if steps().any(|step| step.parent.is_none()) {
        return waits;
    }
    let answered: SortedSet<&MessageId> = steps().filter_map(|step| step.parent.as_ref()).collect();
    let mut later = false;
    for entry in entries
        .iter()
        .rev()
        .filter(|entry| step_of(entry).is_none())
    {
        let id = &entry.message.id;
        if answered.contains(id) {
            later = true;
        } else if later {
            waits.insert(id, Wait::Together);
        } else if works {
            waits.insert(id, Wait::Queued);
        }
    }
    waits
}

fn step_of(entry: &Entry) -> Option<&Assistant> {
    match &entry.message.role {
        Role::Assistant(step) => Some(step),
        Role::User(_) => None,
    }
}
