//! Frames as the text that goes down a stream. Events are encoded once, when they happen;
//! here they are only put together.

use std::fmt::Write as _;
use std::sync::Arc;

use domain::id::ServerId;
use domain::sync::{Frame, Position, Seq};

/// A frame as JSON.
pub fn encode(frame: &Frame) -> Option<String> {
    match serde_json::to_string(frame) {
        Ok(json) => Some(json),
        Err(error) => {
            tracing::error!(%error, "a frame could not be encoded");
            None
        }
    }
}

/// Whether a frame only opens what is said.
pub fn is_hello(frame: &str) -> bool {
    frame.starts_with("{\"hello\"")
}

/// A frame of a server's events that are encoded already.
pub fn events(server: &ServerId, from: Seq, at: Position, events: &[Arc<str>]) -> String {
    let server = quoted(server.as_str());
    put_together(
        &format!("{{\"events\":{{\"server\":{server},"),
        from,
        at,
        events,
    )
}

/// A frame of the house's events that are encoded already.
pub fn house_events(from: Seq, at: Position, events: &[Arc<str>]) -> String {
    put_together("{\"house_events\":{", from, at, events)
}

fn put_together(head: &str, from: Seq, at: Position, events: &[Arc<str>]) -> String {
    /// The fixed text of a frame.
    const FIXED: usize = 128;
    let bytes: usize = events.iter().map(|json| json.len() + 1).sum();
    let mut frame = String::with_capacity(FIXED + head.len() + bytes);
    frame.push_str(head);
    let (from, epoch, seq) = (from.0, at.epoch.0, at.seq.0);
    // Writing to a string cannot fail.
    let _ = write!(
        frame,
        "\"from\":{from},\"at\":{{\"epoch\":\"{epoch:016x}\",\"seq\":{seq}}},\"events\":["
    );
    for (n, json) in events.iter().enumerate() {
        if n > 0 {
            frame.push(',');
        }
        frame.push_str(json);
    }
    frame.push_str("]}}");
    frame
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::journal::{Journal, Read, Shelf};
    use crate::relay::testing::{EPOCH, status, upserted};
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
            serde_json::from_str::<Frame>(&frame).unwrap(),
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
            serde_json::from_str::<Frame>(&house_events(Seq(3), at, &[json])).unwrap(),
            Frame::HouseEvents {
                from: Seq(3),
                at,
                events: vec![event],
            }
        );
        assert_eq!(
            serde_json::from_str::<Frame>(&house_events(Seq(3), at, &[])).unwrap(),
            Frame::HouseEvents {
                from: Seq(3),
                at,
                events: Vec::new(),
            }
        );
    }
}
