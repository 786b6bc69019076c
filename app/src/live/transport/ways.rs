//! Polling: one request after another in the place of a stream, where streams are held back
//! on the way or the browser grants no connection for one.

use domain::sync::{POLL_WAIT_MAX_MS, PollRequest, StreamRequest};
use domain::time::Millis;

use super::{Conn, POLL, Timer, Transport, Way, stream, with};
use crate::browser::store::{self, Keep};

/// Under which key the device remembers until when streams are held back here.
const KEPT: &str = "nexus-polls-until";
/// How often a page asks that shares its connections with many others, in milliseconds: it
/// must not sit on one.
const CROWDED_MS: u64 = 1_500;

/// Until when streams are held back here, as the device remembers.
pub(super) fn remembered() -> Option<Millis> {
    store::get(Keep::Device, KEPT)?.parse().ok().map(Millis)
}

/// Remembers it, or forgets.
pub(super) fn remember(until: Option<Millis>) {
    let text = until.map(|until| until.0.to_string()).unwrap_or_default();
    store::put(Keep::Device, KEPT, &text);
}

/// The first poll is answered at once: so it is known whether polls come through.
pub(super) fn first_poll(open: StreamRequest) -> String {
    written(&PollRequest {
        stream: None,
        wait_ms: 0,
        open,
    })
}

fn written(request: &PollRequest) -> String {
    // Strings, numbers and maps with text keys cannot fail to be written.
    serde_json::to_string(request).unwrap_or_default()
}

impl Transport {
    /// A request has been answered to its end: where it was a poll, the next one follows.
    /// The answer is whether it does.
    pub(super) fn polls_on(&mut self, conn: Conn) -> bool {
        let crowded = self.link.is_crowded();
        let speaks = self
            .speaking
            .as_ref()
            .is_some_and(|speaking| speaking.conn == conn);
        let open = self.open.iter_mut().find(|open| open.conn == conn);
        let Some(open) = open.filter(|open| speaks && open.way == Way::Poll) else {
            return false;
        };
        if open.cutter.is_torn() {
            return false;
        }
        let pause = if crowded { CROWDED_MS } else { 0 };
        open.pause = Some(Timer::after(pause, move || {
            with(|transport| transport.poll(conn));
        }));
        true
    }

    fn poll(&mut self, conn: Conn) {
        let asked = self.looking();
        let request = PollRequest {
            stream: self.stream(),
            wait_ms: if self.link.is_crowded() {
                0
            } else {
                POLL_WAIT_MAX_MS
            },
            open: self.stream_request(&asked),
        };
        let body = written(&request);
        if let Some(open) = self.open.iter_mut().find(|open| open.conn == conn) {
            open.asked = asked;
            open.pause = None;
            open.stream = stream::open(POLL, body, move |said| {
                with(|transport| transport.said(conn, said));
            });
        }
    }
}
