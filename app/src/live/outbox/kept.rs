//! What the device keeps of the outbox, pure: told what there is, it says what to write.
//!
//! Several pages write to the same place. What another page took out stays out: only a
//! prompt of our own that was never written is written whatever is there.

use domain::id::MessageId;
use domain::sorted::{SortedMap, SortedSet};

use super::{Pending, PendingState, id_of};
use crate::fault::Fault;

/// What is to be written, at once or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::live) struct Writes {
    /// Not kept yet.
    pub(in crate::live) fresh: Vec<Pending>,
    /// Kept otherwise: written where it is still there.
    pub(in crate::live) changed: Vec<Pending>,
    /// Not needed any more.
    pub(in crate::live) gone: Vec<MessageId>,
}

impl Writes {
    /// Whether there is nothing to write.
    pub(in crate::live) fn is_empty(&self) -> bool {
        self.fresh.is_empty() && self.changed.is_empty() && self.gone.is_empty()
    }
}

/// What the device keeps, as far as this page knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::live) struct Kept {
    records: SortedMap<MessageId, Record>,
}

/// A prompt that is kept, or about to be.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Record {
    /// Why it was not accepted; all else about a prompt never changes.
    fault: Option<Fault>,
    /// Whether the write is done.
    done: bool,
}

impl Kept {
    /// What has to be written for `items`, and nothing else of ours, to be kept. It counts
    /// as kept from here on, until told otherwise.
    pub(in crate::live) fn writes(&mut self, items: &[Pending]) -> Writes {
        let mut writes = Writes::default();
        for item in items {
            let fault = fault_of(item);
            let record = self.records.get(&id_of(item));
            if record.is_some_and(|record| record.fault == fault) {
                continue;
            }
            let into = if record.is_none() {
                &mut writes.fresh
            } else {
                &mut writes.changed
            };
            into.push(item.clone().at_rest());
        }
        let there: SortedSet<MessageId> = items.iter().map(id_of).collect();
        let gone = self.records.keys().filter(|id| !there.contains(*id));
        writes.gone = gone.cloned().collect();
        for item in writes.fresh.iter().chain(&writes.changed) {
            let record = Record {
                fault: fault_of(item),
                done: false,
            };
            self.records.insert(id_of(item), record);
        }
        for id in &writes.gone {
            self.records.remove(id);
        }
        writes
    }

    /// It is written.
    pub(in crate::live) fn written(&mut self, writes: &Writes) {
        for item in writes.fresh.iter().chain(&writes.changed) {
            if let Some(record) = self.records.get_mut(&id_of(item)) {
                record.done = true;
            }
        }
    }

    /// The device keeps nothing that can be relied on: all is to be written anew.
    pub(in crate::live) fn forget(&mut self) {
        self.records.clear();
    }

    /// Those that are kept for certain: where one is missing, somebody took it out.
    pub(in crate::live) fn certain(&self) -> SortedSet<MessageId> {
        let done = self.records.iter().filter(|(_, record)| record.done);
        done.map(|(id, _)| id.clone()).collect()
    }

    /// What was read: those of it that are `ours` to keep or to take out.
    pub(in crate::live) fn found(&mut self, there: &[Pending], ours: impl Fn(&MessageId) -> bool) {
        for pending in there {
            let id = id_of(pending);
            if ours(&id) {
                let fault = fault_of(pending);
                self.records
                    .get_or_insert_with(id, || Record { fault, done: true });
            }
        }
    }
}

fn fault_of(item: &Pending) -> Option<Fault> {
    match &item.state {
        PendingState::Failed(fault) => Some(fault.clone()),
        PendingState::Waiting
        | PendingState::Sending
        | PendingState::Sent
        | PendingState::Unconfirmed { .. } => None,
    }
}
