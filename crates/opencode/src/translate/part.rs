//! Parts of messages.
//!
//! Dropped on purpose: `step-start`, `step-finish` and `snapshot`, because they only mark
//! the seams between steps (tokens and cost stand in the message too; a step that begins
//! anew is told apart before it comes to this), and `retry`, because the session's status
//! says it.

use domain::bulk::{Bulk, BulkField, BulkId, LongText};
use domain::id::{MessageId, PartId, SessionId};
use domain::part::{File, Part, PartBody, Text};
use domain::time::Millis;
use serde_json::Value;

use super::{bound, tool};
use crate::wire;
use crate::wire::part::Body;

/// How much of the names of the files that a step changed travels, in bytes.
const FILES_MAX_BYTES: usize = 16 * 1024;

/// A part; none where its kind is dropped on purpose.
pub(crate) fn part(it: wire::part::Part) -> Option<Part> {
    let place = Place {
        session: SessionId::new(it.session),
        message: MessageId::new(it.message),
        part: PartId::new(it.id),
    };
    let body = match it.body {
        Body::Text(text) => PartBody::Text(words(text)),
        Body::Reasoning(text) => PartBody::Reasoning(words(text)),
        Body::Tool(it) => match tool::tool(*it, &place) {
            Ok(tool) => PartBody::Tool(Box::new(tool)),
            Err(status) => {
                trace_unknown("tool", &status);
                PartBody::Unknown {
                    kind: format!("tool {status}"),
                    raw: LongText::Whole(String::new()),
                }
            }
        },
        Body::File(it) => PartBody::File(file(it)),
        Body::Agent(it) => PartBody::Agent { name: it.name },
        Body::Subtask(it) => PartBody::Subtask {
            agent: it.agent,
            description: it.description,
        },
        Body::Compaction(it) => PartBody::Compaction { auto: it.auto },
        Body::Patch(it) => PartBody::Patch {
            files: bound::texts(it.files, FILES_MAX_BYTES),
        },
        Body::Begin | Body::Seam => return None,
        Body::Unknown { kind, raw } => {
            trace_unknown("part", &kind);
            PartBody::Unknown {
                kind,
                raw: place.long(readable(&raw), BulkField::Raw),
            }
        }
    };
    Some(Part {
        id: place.part,
        message: place.message,
        session: place.session,
        body,
    })
}

/// Where a part stands, for what is too long to travel.
pub(crate) struct Place {
    pub(crate) session: SessionId,
    pub(crate) message: MessageId,
    pub(crate) part: PartId,
}

impl Place {
    /// `text`, cut where it is long.
    pub(crate) fn long(&self, text: String, field: BulkField) -> LongText {
        LongText::of(text, || BulkId {
            session: self.session.clone(),
            message: self.message.clone(),
            part: self.part.clone(),
            field,
        })
    }

    /// A text of `len` bytes of which nothing travels.
    pub(super) fn elsewhere(&self, len: u64, field: BulkField) -> LongText {
        LongText::Cut(Bulk {
            id: BulkId {
                session: self.session.clone(),
                message: self.message.clone(),
                part: self.part.clone(),
                field,
            },
            len,
            head: String::new(),
            tail: String::new(),
        })
    }
}

/// JSON for people to read.
pub(crate) fn readable(raw: &Value) -> String {
    serde_json::to_string_pretty(raw).unwrap_or_default()
}

fn words(it: wire::part::Text) -> Text {
    // What a user typed has no times; an answer has a beginning from the first, and an end
    // once it is whole.
    let span = it.time.unwrap_or_default();
    Text {
        text: it.so_far,
        synthetic: it.synthetic,
        started: span.start.map(Millis),
        ended: span.end.map(Millis),
        open: span.start.is_some() && span.end.is_none(),
        hole: None,
    }
}

fn file(it: wire::part::File) -> File {
    File {
        mime: it.mime,
        name: it.filename.filter(|name| !name.is_empty()),
        path: it.url.strip_prefix("file://").map(path_of),
        bytes: data_len(&it.url),
    }
}

/// The path in a `file:` address, without the lines that may be picked by its query.
pub(crate) fn path_of(rest: &str) -> String {
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    percent_decode(path)
}

/// How many bytes a `data:` address holds, without decoding it.
pub(crate) fn data_len(url: &str) -> Option<u64> {
    let (head, data) = url.strip_prefix("data:")?.split_once(',')?;
    let len = if head.ends_with(";base64") {
        let digits = data.trim_end_matches('=').len();
        digits * 3 / 4
    } else {
        // An encoded byte takes three.
        let escapes = data.bytes().filter(|byte| *byte == b'%').count();
        data.len().saturating_sub(2 * escapes)
    };
    Some(len as u64)
}

/// `%41` is `A`; what is no code stays.
pub(crate) fn percent_decode(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let code = match (first, behind) {
            (b'%', [high, low, ..]) => digit(*high).zip(digit(*low)),
            _ => None,
        };
        if let Some((high, low)) = code {
            decoded.push(high << 4 | low);
            rest = behind.get(2..).unwrap_or_default();
        } else {
            decoded.push(first);
            rest = behind;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// Says once more that something is unknown.
pub(crate) fn trace_unknown(what: &'static str, kind: &str) {
    tracing::info!(
        monotonic_counter.opencode_unknown_parts = 1_u64,
        part.what = what,
        part.kind = %kind,
        "the server sent a part that this version does not know"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_inline_data_is_told_without_decoding_it() {
        for (url, len) in [
            ("data:image/png;base64,", Some(0)),
            ("data:image/png;base64,QQ==", Some(1)),
            ("data:image/png;base64,QUI=", Some(2)),
            ("data:image/png;base64,QUJD", Some(3)),
            ("data:text/plain,a%20b", Some(3)),
            ("file:///a/b.rs", None),
        ] {
            assert_eq!(data_len(url), len, "{url}");
        }
    }

    #[test]
    fn a_file_given_by_path_shows_its_path() {
        assert_eq!(path_of("/a/b%20c.rs?start=1&end=2"), "/a/b c.rs");
        assert_eq!(path_of("/100%/x"), "/100%/x");
        assert_eq!(path_of("/%C3%A4"), "/ä");
    }
}
