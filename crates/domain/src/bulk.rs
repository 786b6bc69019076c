//! Long text: nothing big travels in an event. What is too long is cut to a head and a
//! tail, and the whole is fetched when it is opened.

use serde::{Deserialize, Serialize};

use crate::id::{MessageId, PartId, SessionId};

/// Above this many bytes a text is cut: an event must stay under 64 KiB, and one event
/// may hold two such texts (arguments and output) and be escaped in JSON.
pub const WHOLE_MAX_BYTES: usize = 16 * 1024;
/// How much of a cut text's beginning travels, in bytes: about twenty lines.
pub const HEAD_BYTES: usize = 2 * 1024;
/// How much of a cut text's end travels, in bytes: a screenful, errors stand there.
pub const TAIL_BYTES: usize = 6 * 1024;

/// Text that is whole, or cut because it is long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LongText {
    /// All of it.
    Whole(String),
    /// Only its ends.
    Cut(Bulk),
}

/// The ends of a long text, and what to ask for to get all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulk {
    /// Where the whole stands.
    pub id: BulkId,
    /// Length of the whole, in bytes.
    pub len: u64,
    /// Its beginning, at most [`HEAD_BYTES`].
    pub head: String,
    /// Its end, at most [`TAIL_BYTES`].
    pub tail: String,
}

/// Where a long text stands: a field of a part. The server reads it from OpenCode again
/// when it is asked for, so a cut text costs no memory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BulkId {
    /// The session.
    pub session: SessionId,
    /// The message.
    pub message: MessageId,
    /// The part.
    pub part: PartId,
    /// Which of its texts.
    pub field: BulkField,
}

/// The texts of a part that may be long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkField {
    /// What a tool printed.
    Output,
    /// What a tool was given.
    Input,
    /// What a tool did to one of its files, by the file's place from 0.
    Diff(u16),
    /// The raw JSON of something unknown.
    Raw,
    /// The bytes of an attachment.
    File,
}

impl LongText {
    /// Cuts `text` where it is longer than [`WHOLE_MAX_BYTES`].
    pub fn of(text: String, id: impl FnOnce() -> BulkId) -> Self {
        if text.len() <= WHOLE_MAX_BYTES {
            return LongText::Whole(text);
        }
        let head = floor_char(&text, HEAD_BYTES);
        let tail = ceil_char(&text, text.len().saturating_sub(TAIL_BYTES));
        LongText::Cut(Bulk {
            id: id(),
            len: text.len() as u64,
            head: text.get(..head).unwrap_or_default().to_owned(),
            tail: text.get(tail..).unwrap_or_default().to_owned(),
        })
    }

    /// What is here to be read: the whole, or the tail of what was cut.
    pub fn end(&self) -> &str {
        match self {
            LongText::Whole(text) => text,
            LongText::Cut(bulk) => &bulk.tail,
        }
    }

    /// Length of the whole, in bytes.
    pub fn len(&self) -> u64 {
        match self {
            LongText::Whole(text) => text.len() as u64,
            LongText::Cut(bulk) => bulk.len,
        }
    }

    /// Whether the whole is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends at `offset` (bytes from the start of the whole). An overlap is cut off.
    /// Answers whether anything changed; a gap changes nothing, for the next snapshot
    /// replaces the text anyway. A whole text that grows too long is cut.
    pub fn append(&mut self, offset: u64, more: &str, id: impl FnOnce() -> BulkId) -> bool {
        let len = self.len();
        if offset > len {
            return false;
        }
        let skip = usize::try_from(len - offset).unwrap_or(usize::MAX);
        let Some(fresh) = more.get(skip..).filter(|fresh| !fresh.is_empty()) else {
            return false;
        };
        match self {
            LongText::Whole(text) => {
                text.push_str(fresh);
                if text.len() > WHOLE_MAX_BYTES {
                    *self = LongText::of(std::mem::take(text), id);
                }
            }
            LongText::Cut(bulk) => {
                bulk.len += fresh.len() as u64;
                bulk.tail.push_str(fresh);
                let from = ceil_char(&bulk.tail, bulk.tail.len().saturating_sub(TAIL_BYTES));
                bulk.tail.drain(..from);
            }
        }
        true
    }
}

/// The largest char boundary at or below `at`.
pub fn floor_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The smallest char boundary at or above `at`.
pub fn ceil_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> BulkId {
        BulkId {
            session: SessionId::new("s"),
            message: MessageId::new("m"),
            part: PartId::new("p"),
            field: BulkField::Output,
        }
    }

    #[test]
    fn a_long_text_keeps_its_ends_and_its_length() {
        let text = "ä".repeat(WHOLE_MAX_BYTES);
        let LongText::Cut(bulk) = LongText::of(text.clone(), id) else {
            panic!("not cut")
        };
        assert_eq!(bulk.len, text.len() as u64);
        assert!(text.starts_with(&bulk.head) && text.ends_with(&bulk.tail));
        assert!(bulk.head.len() <= HEAD_BYTES && bulk.tail.len() <= TAIL_BYTES);
    }

    #[test]
    fn appending_piecewise_equals_the_whole_at_once() {
        let whole: String = "a line of some length\n".repeat(2_000);
        let mut grown = LongText::Whole(String::new());
        let mut at = 0;
        for piece in whole.as_bytes().chunks(997) {
            let piece = std::str::from_utf8(piece).unwrap();
            assert!(grown.append(at, piece, id));
            assert!(!grown.append(at, piece, id), "a repeat must change nothing");
            at += piece.len() as u64;
        }
        let (LongText::Cut(grown), LongText::Cut(at_once)) = (grown, LongText::of(whole, id))
        else {
            panic!("not cut")
        };
        assert_eq!(grown.len, at_once.len);
        assert_eq!(grown.tail, at_once.tail);
        assert_eq!(grown.head, at_once.head);
    }
}
