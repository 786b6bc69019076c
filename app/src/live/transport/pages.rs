//! The pages of one browser among each other. Over HTTP/1.1 a browser grants an origin six
//! connections: at most [`STREAMS`] of the pages that can be seen hold a stream, and of the
//! hidden ones a single one, so that commands and further pages always get through. They
//! agree by locks of the browser; where there are none each does as if it were alone, and
//! hidden ones let go.

use super::{Input, Timer, Transport, with};
use crate::browser::locks::{self, Lock, Otherwise};
use crate::browser::{page, window};

/// How many visible pages hold a stream at once: six connections less one for a hidden page
/// and one for all that is short.
const STREAMS: [&str; 4] = [
    "nexus-stream-1",
    "nexus-stream-2",
    "nexus-stream-3",
    "nexus-stream-4",
];
/// The lock of the hidden page that keeps a stream for all.
const KEEPER: &str = "nexus-keeper";
/// How long the browser may take to tell about a lock before the page goes on without, in
/// milliseconds: it answers within a few.
const LOCK_MS: u64 = 300;

/// What this page has of what the pages share.
#[derive(Debug, Default)]
pub(super) struct Shares {
    /// One of [`STREAMS`], held or asked for.
    stream: Option<Lock>,
    keeper: Option<Lock>,
    /// Goes off when a stream is opened without having heard of a lock.
    unheard: Option<Timer>,
}

impl Transport {
    /// Begins once it is known whether there is a connection for a stream.
    pub(super) fn begin(&mut self) {
        if window::is_visible() {
            self.shares.unheard = Some(Timer::after(LOCK_MS, || {
                with(Transport::begun);
            }));
            self.take_share();
        }
        if self.shares.stream.is_none() {
            self.begun();
        }
    }

    /// Opens the first stream, unless that was done.
    fn begun(&mut self) {
        self.shares.unheard = None;
        if !self.has_begun {
            self.has_begun = true;
            self.input(Input::Start);
        }
    }

    /// The page can be seen: it wants a stream of its own.
    pub(super) fn is_shown(&mut self) {
        self.shares.keeper = None;
        self.input(Input::Keeper(false));
        self.take_share();
    }

    /// The page cannot be seen: it gives its share to those that can, and keeps a stream
    /// only if no other hidden page does. A phone keeps none.
    pub(super) fn is_hidden(&mut self) {
        self.shares.stream = None;
        if !page::is_touch() {
            self.shares.keeper = locks::ask(KEEPER, Otherwise::Wait, |_| {
                with(|transport| transport.input(Input::Keeper(true)));
            });
        }
    }

    fn take_share(&mut self) {
        if self.shares.stream.is_none() && window::has_few_connections() {
            self.try_share(0);
        }
    }

    /// Asks for one share after another; where all are taken, waits for the last.
    fn try_share(&mut self, n: usize) {
        let (name, otherwise) = match STREAMS.get(n) {
            Some(name) => (*name, Otherwise::GiveUp),
            None => (STREAMS[STREAMS.len() - 1], Otherwise::Wait),
        };
        if otherwise == Otherwise::Wait {
            self.input(Input::Crowded(true));
            self.begun();
        }
        self.shares.stream = locks::ask(name, otherwise, move |granted| {
            with(|transport| {
                if granted {
                    transport.input(Input::Crowded(false));
                    transport.begun();
                } else {
                    transport.try_share(n + 1);
                }
            });
        });
    }
}
