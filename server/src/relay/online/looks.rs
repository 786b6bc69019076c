//! What the stream told of only in part, read. What happens to a transcript of which a piece
//! is being read waits until the piece is there, so that nothing older than what was heard
//! is ever applied after it.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::id::SessionId;
use opencode::{CallFault, Look, Upstream};

use super::transcripts::Loading;
use super::{Done, Online, ids};
use crate::relay::live::Live;
use crate::relay::reads::{self, Page};
use crate::relay::repair;

/// How many such reads are under way at most. Each session has one of each kind; more is a
/// server that tells nothing whole, of which everything is read at once instead.
const LOOKS_MAX: usize = 64;

/// What is being read.
#[derive(Debug, Default)]
pub(super) struct Looks {
    /// Sessions and asks, and whether something happened to them again meanwhile.
    beside: BTreeMap<Look, bool>,
    /// Transcripts, and what happens to them meanwhile.
    within: BTreeMap<SessionId, Loading>,
    /// Moves when everything is read: what was begun before is no news any more.
    round: u64,
}

/// What was read.
#[derive(Debug)]
pub(super) enum Seen {
    /// As if it were heard.
    Heard(Vec<Upstream>),
    /// As the end of a transcript.
    Page(SessionId, Page),
}

impl Seen {
    /// Without what it says of where the owner has looked: a turn may have ended since.
    fn unmarked(self) -> Self {
        match self {
            Seen::Heard(mut items) => {
                items.retain(|item| !matches!(item, Upstream::Mark(_)));
                Seen::Heard(items)
            }
            Seen::Page(session, page) => Seen::Page(session, page),
        }
    }
}

impl Looks {
    /// Everything is read from now on, and with it what is looked for.
    pub(super) fn give_up(&mut self) {
        self.beside.clear();
        self.within.clear();
        self.round += 1;
    }

    /// A transcript is read as a whole, and with it what is looked for there.
    pub(super) fn give_up_on(&mut self, session: &SessionId) {
        self.within.remove(session);
    }

    /// A session is gone: what is being read of it was answered before that, and would bring
    /// it back.
    pub(super) fn forget(&mut self, session: &SessionId) {
        self.beside.remove(&Look::Session(session.clone()));
        self.within.remove(session);
    }

    /// Where what happens to a transcript waits, while a piece of it is read.
    pub(super) fn waiting(&mut self, session: &SessionId) -> Option<&mut Loading> {
        self.within.get_mut(session)
    }

    fn len(&self) -> usize {
        self.beside.len() + self.within.len()
    }
}

impl Online<'_> {
    /// Reads what the stream told of only in part.
    pub(super) fn look(&mut self, live: &mut Live, look: Look) {
        let held = match &look {
            Look::Message { session, .. } | Look::Rows(session) => {
                if let Some(waiting) = self.waiting(session) {
                    waiting.keep(Upstream::Look(look));
                    return;
                }
                if live.held_since(session).is_none() {
                    // What is not held is read when it is wanted; unless the list shows of it
                    // what may be gone.
                    if live.failed_at(session).is_some() {
                        self.load(session.clone(), None);
                    }
                    return;
                }
                ids(live.mirror(), session)
            }
            Look::Session(_) | Look::Asks(_) => {
                if let Some(again) = self.looks.beside.get_mut(&look) {
                    *again = true;
                    return;
                }
                Vec::new()
            }
        };
        if self.looks.len() >= LOOKS_MAX {
            self.missed(live);
            return;
        }
        match &look {
            Look::Message { session, .. } | Look::Rows(session) => {
                self.looks
                    .within
                    .insert(session.clone(), Loading::default());
            }
            Look::Session(_) | Look::Asks(_) => {
                self.looks.beside.insert(look.clone(), false);
            }
        }
        let (dialect, round) = (Arc::clone(&self.dialect), self.looks.round);
        self.jobs.spawn(async move {
            let seen = match &look {
                Look::Rows(session) => reads::transcript_again(&dialect, session, &held)
                    .await
                    .map(|page| Seen::Page(session.clone(), page)),
                Look::Message { .. } | Look::Session(_) | Look::Asks(_) => {
                    dialect.read_again(&look).await.map(Seen::Heard)
                }
            };
            Done::Look(look, round, seen)
        });
    }

    /// Takes what was read, and then what happened meanwhile.
    pub(super) fn looked(&mut self, look: Look, round: u64, seen: Result<Seen, CallFault>) {
        if round != self.looks.round {
            return;
        }
        let shared = Arc::clone(&self.worker.shared);
        let mut live = shared.live();
        match &look {
            Look::Session(_) | Look::Asks(_) => {
                let Some(again) = self.looks.beside.remove(&look) else {
                    // Its session is gone.
                    return;
                };
                let seen = seen.map(|seen| if again { seen.unmarked() } else { seen });
                self.see(&mut live, &look, seen);
                if again {
                    self.look(&mut live, look);
                }
            }
            Look::Message { session, .. } | Look::Rows(session) => {
                let Some(waited) = self.looks.within.remove(session) else {
                    // The whole of it is being read since.
                    return;
                };
                self.see(&mut live, &look, seen);
                let Some(waiting) = waited.take_waiting() else {
                    self.missed(&mut live);
                    return;
                };
                self.take_waiting(&mut live, session, waiting);
                self.watch_commands(&live, session);
            }
        }
    }

    fn see(&mut self, live: &mut Live, look: &Look, seen: Result<Seen, CallFault>) {
        match seen {
            Ok(Seen::Heard(items)) => {
                for item in items {
                    if let Upstream::Event(event) = item {
                        // Not by way of what waits: it was read, and is first.
                        self.happened(live, event);
                    } else {
                        self.take(live, item);
                    }
                }
            }
            Ok(Seen::Page(session, page)) => repair::repair_transcript(live, &session, page),
            // Its own event tells that its session is gone.
            Err(CallFault::NotFound) => {}
            Err(fault) => {
                tracing::info!(?look, %fault, "what was told in part is not to be had");
                self.missed(live);
            }
        }
    }
}
