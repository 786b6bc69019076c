//! The event stream.

use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::handle::lock;
use super::state::State;

/// How often a stream says that it lives, as the real server does.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// What goes down a stream.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// Bytes, whole frames or not.
    Bytes(Bytes),
    /// The end, as a server that stops makes it.
    End,
}

/// A stream's other end.
pub(crate) type Sender = mpsc::UnboundedSender<Piece>;

/// A frame as bytes.
pub(crate) fn encode(frame: &Value) -> Bytes {
    format!("data: {frame}\n\n").into()
}

/// An event of the stream itself.
pub(crate) fn of_the_server(kind: &str) -> Value {
    json!({ "payload": { "id": "evt_server", "type": kind, "properties": {} } })
}

struct Running {
    pieces: mpsc::UnboundedReceiver<Piece>,
    beat: Interval,
    state: Arc<Mutex<State>>,
    broken: bool,
}

/// Answers with a stream, and gives its other end.
pub(crate) fn open(state: Arc<Mutex<State>>) -> (Sender, Response) {
    let (sender, pieces) = mpsc::unbounded_channel();
    let _ = sender.send(Piece::Bytes(encode(&of_the_server("server.connected"))));
    let mut beat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let running = Running {
        pieces,
        beat,
        state,
        broken: false,
    };
    let body = Body::from_stream(stream::unfold(running, next));
    let response = ([("content-type", "text/event-stream")], body).into_response();
    (sender, response)
}

async fn next(mut running: Running) -> Option<(io::Result<Bytes>, Running)> {
    if running.broken {
        let broken = io::Error::from(io::ErrorKind::ConnectionReset);
        running.broken = false;
        running.pieces.close();
        return Some((Err(broken), running));
    }
    loop {
        let piece = tokio::select! {
            biased;
            piece = running.pieces.recv() => piece?,
            _ = running.beat.tick() => {
                Piece::Bytes(encode(&of_the_server("server.heartbeat")))
            }
        };
        let Piece::Bytes(mut bytes) = piece else {
            return None;
        };
        let mut state = lock(&running.state);
        if state.faults.silent {
            continue;
        }
        if let Some(left) = &mut state.faults.cut_after {
            if bytes.len() < *left {
                *left -= bytes.len();
            } else {
                // The torn bytes go out; then the connection breaks.
                bytes.truncate(*left);
                state.faults.cut_after = None;
                running.broken = true;
            }
        }
        drop(state);
        return Some((Ok(bytes), running));
    }
}

/// A body that never says anything.
pub(crate) async fn hang() -> Response {
    std::future::pending::<Infallible>().await;
    Response::new(Body::empty())
}
