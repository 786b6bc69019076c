//! What arrives on the stream, put in its place: text through the merge, events into the
//! mirror, and whatever follows from them.

use std::sync::Arc;
use std::time::Duration;

use domain::event::Event;
use domain::id::SessionId;
use domain::message::Role;
use domain::session::SessionStatus;
use opencode::{Upstream, Verdict};
use tokio::time::Instant;

use super::Online;
use super::transcripts::Loading;
use crate::relay::live::Live;
use crate::relay::merge::Piece;
use crate::relay::repair;

/// A turn's last updates come after its end is told: only then is it closed.
pub(super) const TURN_SETTLING: Duration = Duration::from_secs(1);

impl Online<'_> {
    pub(super) fn hear(&mut self, items: Vec<Upstream>) {
        if items.is_empty() {
            return;
        }
        let shared = Arc::clone(&self.worker.shared);
        let mut live = shared.live();
        for item in items {
            self.take(&mut live, item);
        }
    }

    pub(super) fn take(&mut self, live: &mut Live, item: Upstream) {
        match item {
            Upstream::Event(event) => {
                if let Event::MessageUpserted { message } = &event {
                    self.worker.shared.came(&message.id);
                }
                if let Some(session) = event.transcript()
                    && let Some(waiting) = self.waiting(session)
                {
                    waiting.keep(Upstream::Event(event));
                    return;
                }
                self.happened(live, event);
            }
            Upstream::Closed { event, verdict } => {
                self.answered(&event, verdict);
                self.happened(live, event);
            }
            Upstream::Delta { at, text } => {
                if let Some(waiting) = self.waiting(&at.session) {
                    waiting.keep(Upstream::Delta { at, text });
                    return;
                }
                let now = Instant::now() - self.began;
                if let Some(piece) = self.merge.push(now, Piece { at, text }) {
                    live.grow(&piece);
                }
            }
            Upstream::Begun { mark } => {
                if let Some(waiting) = self.waiting(&mark.session) {
                    waiting.keep(Upstream::Begun { mark });
                    return;
                }
                // What waits to be told of the attempt before goes with it.
                self.merge.take_message(&mark.session, &mark.message);
                live.begin_step(mark);
            }
            Upstream::Seq { session, seq } => {
                let held = live.held_since(&session).is_some();
                if !self.worker.numbers.hear(&session, seq, held) {
                    tracing::info!(session.id = %session, "events were missed");
                    self.missed(live);
                }
            }
            Upstream::Look(look) => self.look(live, look),
            Upstream::Mark(mark) => {
                let told = self.marked(live, &mark);
                self.tell_looked_at(told.into_iter().collect());
            }
            Upstream::Missed => self.missed(live),
            Upstream::Connected | Upstream::Heartbeat => {}
            Upstream::Disposed { .. } => {
                self.refresh.get_or_insert(Instant::now());
            }
            Upstream::Unknown { kind } => {
                tracing::debug!(event.kind = %kind, "an event that this version does not know");
            }
        }
    }

    /// Where what happens to a transcript waits while it, or a piece of it, is read.
    pub(super) fn waiting(&mut self, session: &SessionId) -> Option<&mut Loading> {
        match self.loading.get_mut(session) {
            Some(loading) => Some(loading),
            None => self.looks.waiting(session),
        }
    }

    /// Something was missed: it is read, and whatever grows may have a hole.
    pub(super) fn missed(&mut self, live: &mut Live) {
        live.mark_broken();
        self.refresh.get_or_insert(Instant::now());
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the mirror takes every event; here are those that lead to more"
    )]
    pub(super) fn happened(&mut self, live: &mut Live, event: Event) {
        self.flush_before(live, &event);
        match &event {
            Event::StatusChanged {
                session, status, ..
            } => {
                let session = session.clone();
                let was_running = live.is_running(&session);
                let runs = *status != SessionStatus::Idle;
                live.absorb(event);
                if runs {
                    self.settles.remove(&session);
                    if live.held_since(&session).is_none() {
                        self.load(session, None);
                    }
                } else if was_running {
                    self.turn_ended(live, &session);
                }
            }
            Event::SessionUpserted { session } => {
                self.notice(session.directory.clone());
                live.absorb(event);
            }
            Event::SessionRemoved { session } => {
                self.settles.remove(session);
                self.looks.forget(session);
                self.worker.marks.forget(session);
                if let Some(loading) = self.loading.get_mut(session) {
                    loading.forget();
                }
                self.worker.numbers.forget(session);
                live.absorb(event);
            }
            Event::PermissionClosed { .. } | Event::QuestionClosed { .. } => {
                self.answered(&event, None);
                live.absorb(event);
            }
            Event::MessageRemoved { session, message } => repair::take_back(live, session, message),
            Event::MessageUpserted { message } => {
                if matches!(message.role, Role::User(_)) {
                    self.worker.shared.came(&message.id);
                }
                live.absorb(event);
            }
            _ => {
                live.absorb(event);
            }
        }
    }

    /// Notes who answered an ask; how is told the first time, where it is told at all.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "only these say that an ask is answered"
    )]
    fn answered(&self, event: &Event, verdict: Option<Verdict>) {
        let ask = match event {
            Event::PermissionClosed { permission } => permission.as_str(),
            Event::QuestionClosed { question } => question.as_str(),
            _ => return,
        };
        self.worker.shared.answered(ask, verdict);
    }

    /// Text that waits goes before whatever else happens to its message.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "only these happen to a message or end a turn"
    )]
    fn flush_before(&mut self, live: &mut Live, event: &Event) {
        let pieces = match event {
            Event::PartUpserted { part } => self.merge.take_message(&part.session, &part.message),
            Event::MessageUpserted { message } => {
                self.merge.take_message(&message.session, &message.id)
            }
            Event::MessageRemoved { session, message } => self.merge.take_message(session, message),
            Event::PartRemoved(at) => self.merge.take_message(&at.session, &at.message),
            Event::StatusChanged { session, .. }
            | Event::SessionRemoved { session }
            | Event::TurnFailed { session, .. } => self.merge.take_session(session),
            _ => Vec::new(),
        };
        for piece in pieces {
            live.grow(&piece);
        }
    }

    pub(super) fn turn_ended(&mut self, live: &mut Live, session: &SessionId) {
        self.settles
            .insert(session.clone(), Instant::now() + TURN_SETTLING);
        self.worker.marks.ended(session);
        let entry = live.mirror().sessions.get(session);
        let of_owner = entry.is_some_and(|entry| entry.session.parent.is_none());
        if of_owner && !self.worker.shared.is_seen(session) {
            live.commit(&Event::UnreadChanged {
                session: session.clone(),
                unread: true,
            });
        }
    }
}
