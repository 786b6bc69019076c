//! Prompts go out from here, in the order that the outbox says.

use domain::house::ServerLink;
use domain::id::{MessageId, ServerId};
use domain::sorted::SortedSet;
use leptos::task::spawn_local;

use super::{Input, Timer, Transport, clock, with};
use crate::api::sessions;
use crate::fault::Fault;
use crate::live::outbox::PendingState;

/// A prompt whose answer was lost, or whose server could not be had, is sent again in this
/// time, in milliseconds.
const RETRY_MS: u64 = 3_000;

impl Transport {
    /// Sends what is due.
    pub(in crate::live) fn post(&mut self) {
        let due = {
            let mut store = self.live.0.lock();
            let servers = &store.replica.house.servers;
            let down: SortedSet<ServerId> = servers
                .iter()
                .filter(|(_, server)| !matches!(server.link, ServerLink::Connected { .. }))
                .map(|(id, _)| id.clone())
                .collect();
            store.outbox.set_open(self.link.is_up(), down);
            store.outbox.due()
        };
        for pending in due {
            let id = pending.prompt.id.message();
            spawn_local(async move {
                let to = pending.to;
                let answer = sessions::send_prompt(to.server, to.session, pending.prompt).await;
                with(|transport| transport.posted(&id, answer));
            });
        }
        self.outbox_moved();
    }

    fn posted(&mut self, id: &MessageId, answer: Result<(), Fault>) {
        let signed_out = matches!(answer, Err(Fault::SignedOut));
        let waits = self.live.0.lock().outbox.answered(id, answer);
        self.drop_sent_elsewhere();
        if signed_out {
            self.input(Input::SignedOut);
            self.outbox_moved();
        } else if waits {
            self.retry = Some(Timer::after(RETRY_MS, || {
                with(Transport::post);
            }));
            self.outbox_moved();
        } else {
            self.post();
        }
    }

    /// Takes out the prompts whose messages have arrived; the answer is whether there were
    /// any.
    pub(super) fn take_seen(&mut self) -> bool {
        let mut store = self.live.0.lock();
        let arrived: Vec<MessageId> = store
            .outbox
            .items()
            .iter()
            .filter_map(|pending| {
                let id = pending.prompt.id.message();
                let entry = store.transcript(&pending.to)?.entry(&id)?;
                (!entry.parts.is_empty()).then_some(id)
            })
            .collect();
        let mut seen = false;
        for id in &arrived {
            seen |= store.outbox.seen(id);
        }
        seen
    }

    /// Takes out the prompts whose messages arrived before what the page shows.
    pub(super) fn drop_old(&mut self) {
        let dropped = {
            let mut store = self.live.0.lock();
            let mut outbox = std::mem::take(&mut store.outbox);
            let dropped = outbox.drop_old(|pending| {
                store.transcript(&pending.to).is_some_and(|transcript| {
                    !transcript.newer && transcript.entry(&pending.prompt.id.message()).is_none()
                })
            });
            store.outbox = outbox;
            dropped
        };
        if dropped {
            self.outbox_moved();
        }
    }

    /// The messages of sessions that are not looked at do not come back here: what they
    /// were sent is theirs once it is accepted.
    pub(super) fn drop_sent_elsewhere(&mut self) {
        let mut store = self.live.0.lock();
        let gone: Vec<MessageId> = store
            .outbox
            .items()
            .iter()
            .filter(|pending| {
                pending.state == PendingState::Sent && store.viewing.as_ref() != Some(&pending.to)
            })
            .map(|pending| pending.prompt.id.message())
            .collect();
        for id in &gone {
            store.outbox.seen(id);
        }
    }

    /// The outbox is other than it was: keep it and draw it.
    pub(in crate::live) fn outbox_moved(&mut self) {
        self.keep();
        self.live.0.refresh_outbox();
    }

    /// The server's time.
    pub(in crate::live) fn now(&self) -> domain::time::Millis {
        self.server_time(clock::now())
    }
}
