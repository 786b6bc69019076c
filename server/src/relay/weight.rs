//! Roughly what a message takes in memory, and on the wire.

use domain::bulk::LongText;
use domain::part::PartBody;
use domain::transcript::Entry;

/// Roughly what a message takes in memory, and on the wire.
pub fn weight(entry: &Entry) -> usize {
    /// A message or part without its texts.
    const FIXED: usize = 384;
    entry.parts.iter().fold(FIXED, |sum, part| {
        let texts = match &part.body {
            PartBody::Text(text) | PartBody::Reasoning(text) => text.text.len(),
            PartBody::Tool(tool) => {
                let diffs: usize = tool.diffs.iter().map(|diff| long(&diff.patch)).sum();
                tool.output.as_ref().map_or(0, long) + diffs + FIXED
            }
            PartBody::Unknown { raw, .. } => long(raw),
            PartBody::File(_)
            | PartBody::Agent { .. }
            | PartBody::Subtask { .. }
            | PartBody::Compaction { .. }
            | PartBody::Patch { .. } => 0,
        };
        sum + FIXED + texts
    })
}

fn long(text: &LongText) -> usize {
    match text {
        LongText::Whole(text) => text.len(),
        LongText::Cut(bulk) => bulk.head.len() + bulk.tail.len(),
    }
}
