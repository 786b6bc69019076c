//! The event stream: frames as `data:` lines, a comment at once and each fifteen seconds, a
//! queue of its own for each reader. Who reads too slowly comes to a clean end.

use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::QUEUE_FRAMES;

/// How often a stream says that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What goes down a stream: bytes, or the break of the connection.
pub(super) type Piece = Result<Bytes, ()>;

/// A frame as bytes.
pub(super) fn encode(frame: &Value) -> Bytes {
    format!("data: {frame}\n\n").into()
}

/// Answers with a stream that begins with `first`, and gives its other end.
pub(super) fn open(first: &Value) -> (mpsc::Sender<Piece>, Response) {
    let (sender, pieces) = mpsc::channel(QUEUE_FRAMES);
    let mut beat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let begun = Bytes::from(format!(": heartbeat\n\ndata: {first}\n\n"));
    // The queue is empty, so there is room.
    let _ = sender.try_send(Ok(begun));
    let body = Body::from_stream(stream::unfold((pieces, beat), next));
    let response = ([("content-type", "text/event-stream")], body).into_response();
    (sender, response)
}

type Running = (mpsc::Receiver<Piece>, Interval);

async fn next((mut pieces, mut beat): Running) -> Option<(io::Result<Bytes>, Running)> {
    let piece = tokio::select! {
        biased;
        piece = pieces.recv() => piece?,
        _ = beat.tick() => Ok(Bytes::from_static(b": heartbeat\n\n")),
    };
    let piece = piece.map_err(|()| {
        pieces.close();
        io::Error::from(io::ErrorKind::ConnectionReset)
    });
    Some((piece, (pieces, beat)))
}
