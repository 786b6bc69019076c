//! The pages of one browser among each other. Over HTTP/1.1 a browser grants an origin six
//! connections: at most [`STREAMS`] of the pages that can be seen hold a stream, and of the
//! hidden ones a single one, so that commands and further pages always get through. They
//! agree by locks of the browser; where there are none each does as if it were alone, and
//! hidden ones let go.

use super::{Input, Timer, Transport, with};
use crate::browser::locks::{self, Lock};
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
/// A page that has not been given a lock in this time, in milliseconds, goes on without: the
/// browser gives one that is free within a few.
const LOCK_MS: u64 = 150;

/// What this page has of what the pages share.
#[derive(Debug, Default)]
pub(super) struct Shares {
    /// The one of [`STREAMS`] that is held, or all of them while the page waits in line.
    streams: Vec<Lock>,
    keeper: Option<Lock>,
    /// Goes off when the page polls because it was given none.
    unheard: Option<Timer>,
}

impl Transport {
    /// Begins once it is known whether there is a connection for a stream.
    pub(super) fn begin(&mut self) {
        if window::is_visible() {
            self.take_share();
        }
        if self.shares.unheard.is_none() {
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
        self.begun();
        self.shares.streams.clear();
        if !page::is_touch() {
            self.shares.keeper = locks::ask(KEEPER, || {
                with(|transport| transport.input(Input::Keeper(true)));
            });
        }
    }

    /// Waits in line for all shares; the first one given is kept.
    fn take_share(&mut self) {
        if !self.shares.streams.is_empty() || !window::has_few_connections() {
            return;
        }
        let asked = STREAMS.iter().enumerate().filter_map(|(n, name)| {
            locks::ask(name, move || {
                with(|transport| transport.given(n));
            })
        });
        self.shares.streams = asked.collect();
        if !self.shares.streams.is_empty() {
            self.shares.unheard = Some(Timer::after(LOCK_MS, || {
                with(|transport| {
                    transport.input(Input::Crowded(true));
                    transport.begun();
                });
            }));
        }
    }

    /// The browser has given this page the share `n`.
    fn given(&mut self, n: usize) {
        if n < self.shares.streams.len() {
            let share = self.shares.streams.swap_remove(n);
            // The others are no longer waited for.
            self.shares.streams = vec![share];
        }
        self.input(Input::Crowded(false));
        self.begun();
    }
}
