//! What the event stream says meanwhile. Of each frame only the outside is kept: what is
//! said in it is the owner's.

use std::future::pending;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::house::ServerFault;
use reqwest::Response;
use serde_json::Value;
use tokio::sync::watch;

use crate::sse::{Item, Parser};

/// How many frames are kept: a server at work for others may say more than that, and then
/// what comes later is not looked at.
const FRAMES_MAX: usize = 20_000;

/// The outside of a frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Frame {
    /// Its type.
    pub(super) kind: String,
    /// Of which session it is.
    pub(super) session: Option<String>,
    /// Its number, where it is durable.
    pub(super) seq: Option<u64>,
    /// Whether it names a directory.
    pub(super) placed: bool,
    /// Of which message it is.
    pub(super) message: Option<String>,
    /// The names of what it says.
    pub(super) fields: Vec<String>,
}

/// What was heard so far.
#[derive(Debug, Default)]
pub(super) struct Heard {
    frames: Mutex<Vec<Frame>>,
    count: watch::Sender<usize>,
}

impl Frame {
    fn read(json: &str) -> Option<Self> {
        let frame: Value = serde_json::from_str(json).ok()?;
        let text = |pointer: &str| Some(frame.pointer(pointer)?.as_str()?.to_owned());
        let fields = frame.get("data").and_then(Value::as_object);
        Some(Self {
            kind: text("/type")?,
            session: text("/data/sessionID"),
            seq: frame.pointer("/durable/seq").and_then(Value::as_u64),
            placed: frame.pointer("/location/directory").is_some(),
            message: text("/data/assistantMessageID"),
            fields: fields
                .into_iter()
                .flatten()
                .map(|it| it.0.clone())
                .collect(),
        })
    }
}

impl Heard {
    /// Listens until the end, and beyond: it never returns, so that whoever waits for it
    /// beside something else waits for that.
    pub(super) async fn listen(&self, stream: Result<Response, ServerFault>) {
        if let Ok(mut stream) = stream {
            let mut parser = Parser::default();
            while let Ok(Some(chunk)) = stream.chunk().await {
                self.take(parser.push(&chunk));
            }
        }
        pending::<()>().await;
    }

    fn take(&self, items: Vec<Item>) {
        let mut frames = self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        let read = items.into_iter().filter_map(|item| match item {
            Item::Data(json) => Frame::read(&json),
            Item::TooLong { .. } | Item::Damaged => None,
        });
        let room = FRAMES_MAX.saturating_sub(frames.len());
        frames.extend(read.take(room));
        self.count.send_replace(frames.len());
    }

    /// The first frame of all.
    pub(super) fn first(&self) -> Option<Frame> {
        let frames = self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        frames.first().cloned()
    }

    /// The frames of a session.
    pub(super) fn of(&self, session: &str) -> Vec<Frame> {
        let frames = self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |it: &&Frame| it.session.as_deref() == Some(session);
        frames.iter().filter(of).cloned().collect()
    }

    /// Waits until a frame of a session is one of these, or until that has taken too long:
    /// that frame.
    pub(super) async fn until(
        &self,
        session: &str,
        is: impl Fn(&Frame) -> bool,
        within: Duration,
    ) -> Option<Frame> {
        let mut count = self.count.subscribe();
        let found = async {
            loop {
                count.borrow_and_update();
                if let Some(it) = self.of(session).into_iter().find(|it| is(it)) {
                    return it;
                }
                // The sender lives as long as this does.
                let _ = count.changed().await;
            }
        };
        tokio::time::timeout(within, found).await.ok()
    }

    /// Waits until anything was heard, or until that has taken too long.
    pub(super) async fn begun(&self, within: Duration) {
        let mut count = self.count.subscribe();
        // Nothing within that time is a finding too, and is noted as one.
        let _ = tokio::time::timeout(within, count.wait_for(|count| *count > 0)).await;
    }
}

/// What is wrong with the numbers of a session, which go up from 0 without a hole.
pub(super) fn hole(frames: &[Frame]) -> Option<String> {
    let seqs = frames.iter().filter_map(|it| it.seq);
    let wrong = seqs.zip(0..).find(|(seq, expected)| seq != expected);
    wrong.map(|(seq, expected)| format!("{seq} where {expected} was due"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(seqs: &[u64]) -> Vec<Frame> {
        let of = |seq: &u64| Frame {
            seq: Some(*seq),
            ..Frame::default()
        };
        seqs.iter().map(of).collect()
    }

    #[test]
    fn a_hole_in_the_numbers_is_found() {
        assert_eq!(hole(&numbered(&[])), None);
        assert_eq!(hole(&numbered(&[0, 1, 2])), None);
        assert_eq!(hole(&numbered(&[0, 2])).unwrap(), "2 where 1 was due");
        assert_eq!(hole(&numbered(&[1])).unwrap(), "1 where 0 was due");
    }

    #[test]
    fn of_a_frame_the_outside_is_kept() {
        let frame = Frame::read(
            r#"{"type":"session.text.delta","durable":{"seq":3},"location":{"directory":"/a"},
                "data":{"sessionID":"ses_1","assistantMessageID":"msg_1","delta":"sk-secret"}}"#,
        )
        .unwrap();
        assert_eq!(frame.seq, Some(3));
        assert!(frame.placed);
        assert_eq!(frame.fields, ["assistantMessageID", "delta", "sessionID"]);
        assert!(!format!("{frame:?}").contains("secret"));
    }
}
