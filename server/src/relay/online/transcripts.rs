//! Transcripts on their way: read when they are wanted or run, while what happens to them
//! meanwhile waits.

use std::sync::Arc;

use domain::house::ServerFault;
use domain::id::SessionId;
use domain::sync::WindowFault;
use opencode::{CallFault, Upstream};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::hear::TURN_SETTLING;
use super::{Done, Online, SETTLING};
use crate::relay::live::Live;
use crate::relay::reads::{self, Page};
use crate::relay::repair;
use crate::relay::whole::Begun;

/// How many things that happen to a transcript wait while it is read. A read takes seconds
/// at most; beyond this it is begun again.
const WAITING_MAX: usize = 20_000;

/// A transcript on its way.
#[derive(Debug, Default)]
pub(super) struct Loading {
    /// Who waits for it.
    wanted: Vec<oneshot::Sender<Result<(), WindowFault>>>,
    /// What happened to it meanwhile.
    waiting: Vec<Upstream>,
    /// Whether too much happened, or something was missed, so that it must be read again.
    again: bool,
    /// Whether its session was removed meanwhile: what is read of it would bring it back.
    gone: bool,
}

impl Online<'_> {
    /// Reads a transcript, unless that is under way.
    pub(super) fn load(
        &mut self,
        session: SessionId,
        wanted: Option<oneshot::Sender<Result<(), WindowFault>>>,
    ) {
        self.looks.give_up_on(&session);
        let begin = !self.loading.contains_key(&session);
        let loading = self.loading.entry(session.clone()).or_default();
        loading.wanted.extend(wanted);
        if begin {
            self.read_transcript(session);
        }
    }

    fn read_transcript(&mut self, session: SessionId) {
        let dialect = Arc::clone(&self.dialect);
        let begun = self.worker.numbers.begin(&session);
        self.jobs.spawn(async move {
            let page = reads::transcript(dialect, session.clone()).await;
            Done::Transcript(session, begun, page)
        });
    }

    pub(super) fn loaded(
        &mut self,
        session: SessionId,
        begun: Begun,
        page: Result<Page, CallFault>,
    ) -> Option<ServerFault> {
        let mut loading = self.loading.remove(&session)?;
        if loading.gone {
            loading.answer(Err(WindowFault::NotFound));
            return None;
        }
        if loading.again {
            loading.again = false;
            loading.waiting.clear();
            self.loading.insert(session.clone(), loading);
            self.read_transcript(session);
            return None;
        }
        let (answer, fault) = match page {
            Ok(page) => {
                if page.todos.is_none() {
                    self.retry.get_or_insert(Instant::now() + SETTLING);
                }
                self.take_page(&session, page, std::mem::take(&mut loading.waiting));
                self.worker.numbers.read(&session, begun);
                (Ok(()), None)
            }
            Err(CallFault::Down(fault)) => (Err(WindowFault::Unreachable), Some(fault)),
            Err(CallFault::NotFound) => (Err(WindowFault::NotFound), None),
            Err(fault) => {
                tracing::warn!(session.id = %session, %fault, "transcript not read");
                (Err(WindowFault::Unreachable), None)
            }
        };
        loading.answer(answer);
        fault
    }

    fn take_page(&mut self, session: &SessionId, page: Page, waiting: Vec<Upstream>) {
        let shared = Arc::clone(&self.worker.shared);
        let mut live = shared.live();
        repair::repair_transcript(&mut live, session, page);
        self.take_waiting(&mut live, session, waiting);
        self.watch_commands(&live, session);
    }

    /// Takes what happened in a transcript while it was read.
    pub(super) fn take_waiting(
        &mut self,
        live: &mut Live,
        session: &SessionId,
        waiting: Vec<Upstream>,
    ) {
        let waited = !waiting.is_empty();
        for item in waiting {
            self.take(live, item);
        }
        if waited && !live.is_running(session) {
            // Its turn may have ended, and been closed, while what happened in it waited.
            let at = Instant::now() + TURN_SETTLING;
            self.settles.entry(session.clone()).or_insert(at);
        }
    }
}

impl Loading {
    /// What happened meanwhile; none where that was too much.
    pub(super) fn take_waiting(self) -> Option<Vec<Upstream>> {
        (!self.again).then_some(self.waiting)
    }

    /// Its session was removed.
    pub(super) fn forget(&mut self) {
        self.gone = true;
        self.waiting.clear();
    }

    fn answer(self, answer: Result<(), WindowFault>) {
        for wanted in self.wanted {
            // Whoever asked may have given up.
            let _ = wanted.send(answer);
        }
    }

    /// What is on its way is not enough: it is to be read once more.
    pub(super) fn again(&mut self) {
        self.again = true;
        self.waiting.clear();
    }

    pub(super) fn keep(&mut self, item: Upstream) {
        if self.waiting.len() >= WAITING_MAX {
            self.again();
        }
        self.waiting.push(item);
    }
}
