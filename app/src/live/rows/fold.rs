//! Tools that only looked around are folded into one row, for there are many of them and
//! none says much by itself.

use domain::sorted::SortedMap;
use std::sync::Arc;

use domain::id::{MessageId, PartId};
use domain::part::{Part, PartBody};
use domain::tool::{ToolInput, ToolState};

use super::RowKey;

/// From how many on they are folded: one alone is a line already.
const FOLD_FROM: usize = 2;

/// What the folded rows hold, by their first members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explored(SortedMap<(MessageId, PartId), Arc<Group>>);

/// Tools in a row that only looked around.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Their parts, in order.
    pub members: Vec<(MessageId, PartId)>,
    /// How many of them read a file; the others searched.
    pub reads: usize,
}

impl Explored {
    /// What the row of that first member holds.
    pub fn group(&self, message: &MessageId, part: &PartId) -> Option<Arc<Group>> {
        self.0.get(&(message.clone(), part.clone())).cloned()
    }
}

/// Rows before any are folded.
#[derive(Debug, Default)]
pub(super) struct Unfolded {
    keys: Vec<RowKey>,
    explored: Explored,
    /// Those that only looked around, at the end of the rows so far.
    looked: Group,
}

impl Unfolded {
    /// A row that is not folded, and ends what was.
    pub(super) fn push(&mut self, key: RowKey) {
        self.fold();
        self.keys.push(key);
    }

    /// The row of a part of an answer; of a compaction's summary where it is one. One that is
    /// kept `apart` is never folded.
    pub(super) fn part(&mut self, message: &MessageId, part: &Part, summary: bool, apart: bool) {
        let (message, id) = (message.clone(), part.id.clone());
        let looks = match &part.body {
            PartBody::Text(_) if summary => return self.push(RowKey::Summary(message, id)),
            // One that still runs, or went wrong, is to be seen.
            PartBody::Tool(tool) => tool.state == ToolState::Completed && tool.input.only_looks(),
            PartBody::Text(_)
            | PartBody::Reasoning(_)
            | PartBody::File(_)
            | PartBody::Agent { .. }
            | PartBody::Subtask { .. }
            | PartBody::Compaction { .. }
            | PartBody::Patch { .. }
            | PartBody::Unknown { .. } => false,
        };
        if !looks || apart {
            return self.push(RowKey::Part(message, id));
        }
        if let PartBody::Tool(tool) = &part.body
            && matches!(tool.input, ToolInput::Read { .. })
        {
            self.looked.reads += 1;
        }
        self.looked.members.push((message, id));
    }

    fn fold(&mut self) {
        let looked = std::mem::take(&mut self.looked);
        if looked.members.len() < FOLD_FROM {
            let alone = looked.members.into_iter();
            self.keys
                .extend(alone.map(|(message, part)| RowKey::Part(message, part)));
        } else if let Some(first) = looked.members.first().cloned() {
            self.keys
                .push(RowKey::Explored(first.0.clone(), first.1.clone()));
            self.explored.0.insert(first, Arc::new(looked));
        }
    }

    /// The rows, folded.
    pub(super) fn folded(mut self) -> (Vec<RowKey>, Explored) {
        self.fold();
        (self.keys, self.explored)
    }
}
