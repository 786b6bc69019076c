//! Frames as they go down a stream. Events are encoded once, when they happen; here they
//! are only put together.

use std::io::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use domain::id::ServerId;
use domain::sync::{Frame, Position, Seq};

/// What stands before a frame.
const BEFORE: &[u8] = b"data: ";
/// What stands after it.
const AFTER: &[u8] = b"\n\n";

/// A frame as it goes down a stream: its JSON in a line of its own, and an empty line.
/// Cloning it copies nothing, so that many devices may be sent the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line(Bytes);

impl Line {
    /// Whether the frame only opens what is said.
    pub fn is_hello(&self) -> bool {
        self.json().starts_with(b"{\"hello\"")
    }

    /// How many bytes go down the stream.
    #[expect(clippy::len_without_is_empty, reason = "a line is never empty")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The frame alone.
    pub fn json(&self) -> &[u8] {
        let line = self.0.strip_prefix(BEFORE).unwrap_or(&self.0);
        line.strip_suffix(AFTER).unwrap_or(line)
    }

    /// As bytes of the stream.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

/// A frame, encoded.
pub fn encode(frame: &Frame) -> Option<Line> {
    let mut line = BEFORE.to_vec();
    match serde_json::to_writer(&mut line, frame) {
        Ok(()) => {
            line.extend_from_slice(AFTER);
            Some(Line(line.into()))
        }
        Err(error) => {
            tracing::error!(%error, "a frame could not be encoded");
            None
        }
    }
}

/// A frame of a server's events that are encoded already.
pub fn events(server: &ServerId, from: Seq, at: Position, events: &[Arc<str>]) -> Line {
    let server = quoted(server.as_str());
    put_together(
        &format!("{{\"events\":{{\"server\":{server},"),
        from,
        at,
        events,
    )
}

/// A frame of the house's events that are encoded already.
pub fn house_events(from: Seq, at: Position, events: &[Arc<str>]) -> Line {
    put_together("{\"house_events\":{", from, at, events)
}

fn put_together(head: &str, from: Seq, at: Position, events: &[Arc<str>]) -> Line {
    /// The fixed text of a frame.
    const FIXED: usize = 128;
    let bytes: usize = events.iter().map(|json| json.len() + 1).sum();
    let mut line = Vec::with_capacity(FIXED + head.len() + bytes);
    line.extend_from_slice(BEFORE);
    line.extend_from_slice(head.as_bytes());
    let (from, epoch, seq) = (from.0, at.epoch.0, at.seq.0);
    // Writing to memory cannot fail.
    let _ = write!(
        line,
        "\"from\":{from},\"at\":{{\"epoch\":\"{epoch:016x}\",\"seq\":{seq}}},\"events\":["
    );
    for (n, json) in events.iter().enumerate() {
        if n > 0 {
            line.push(b',');
        }
        line.extend_from_slice(json.as_bytes());
    }
    line.extend_from_slice(b"]}}");
    line.extend_from_slice(AFTER);
    Line(line.into())
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::journal::{Journal, Read, Shelf};
    use crate::relay::testing::{EPOCH, frame_of, status, upserted};
    use domain::house::HouseEvent;
    use domain::session::SessionStatus;

    #[test]
    fn a_frame_put_together_is_the_frame() {
        let all = [upserted("a"), status("a", SessionStatus::Busy)];
        let mut journal = Journal::new(EPOCH, &Shelf::default());
        let from = journal.position();
        for event in &all {
            journal.record(event);
        }
        let Read::Covered { events: json, .. } = journal.read(from, |_| true, usize::MAX) else {
            panic!("lost")
        };
        let server = ServerId::new("srv\"1");
        let frame = events(&server, from.seq, journal.position(), &json);
        assert_eq!(
            frame_of(&frame),
            Frame::Events {
                server,
                from: from.seq,
                at: journal.position(),
                events: all.to_vec(),
            }
        );
    }

    #[test]
    fn a_frame_of_the_house_put_together_is_the_frame() {
        let event = HouseEvent::ServerRemoved {
            server: ServerId::new("srv"),
        };
        let json: Arc<str> = serde_json::to_string(&event).unwrap().into();
        let at = Position {
            epoch: EPOCH,
            seq: Seq(4),
        };
        assert_eq!(
            frame_of(&house_events(Seq(3), at, &[json])),
            Frame::HouseEvents {
                from: Seq(3),
                at,
                events: vec![event],
            }
        );
        assert_eq!(
            frame_of(&house_events(Seq(3), at, &[])),
            Frame::HouseEvents {
                from: Seq(3),
                at,
                events: Vec::new(),
            }
        );
    }
}
