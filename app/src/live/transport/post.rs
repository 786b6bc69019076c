//! Prompts go out from here, and are kept on the device until they have arrived: a reload,
//! a crash or a day without network loses none. All tabs may send the same one: its id makes
//! sure that it counts once.

use domain::id::MessageId;
use leptos::task::spawn_local;

use super::{Input, Timer, Transport, clock, with};
use crate::api::sessions;
use crate::browser::store::{self, Keep};
use crate::fault::Fault;
use crate::live::outbox::{Pending, PendingState};

/// Where prompts are kept: each by itself, so that tabs do not overwrite each other's.
const KEPT: &str = "nexus-prompt ";
/// After an answer that was lost, a prompt is sent again in this time, in milliseconds.
const RETRY_MS: u64 = 3_000;

impl Transport {
    /// Takes up what was kept when the page was left.
    pub(super) fn restore(&mut self) {
        let mut kept: Vec<Pending> = store::device_keys(KEPT)
            .iter()
            .filter_map(|key| store::get_json(Keep::Device, key))
            .collect();
        if kept.is_empty() {
            return;
        }
        kept.sort_by_key(|pending| pending.at);
        self.live.0.lock().outbox.restore(kept);
        self.take_seen();
        self.outbox_moved();
    }

    /// Sends what is due.
    pub(in crate::live) fn post(&mut self) {
        let due = {
            let mut store = self.live.0.lock();
            store.outbox.set_open(self.link.is_up());
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
        let lost = matches!(answer, Err(Fault::Unsure));
        let signed_out = matches!(answer, Err(Fault::SignedOut));
        self.live.0.lock().outbox.answered(id, answer);
        self.drop_sent_elsewhere();
        if signed_out {
            self.input(Input::SignedOut);
            self.outbox_moved();
        } else if lost {
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
        let items = self.live.0.lock().outbox.items().to_vec();
        let mut kept = Vec::with_capacity(items.len());
        for item in &items {
            let key = key_of(item);
            if store::put_json(Keep::Device, &key, item) {
                kept.push(key);
            }
        }
        for gone in self.kept.iter().filter(|key| !kept.contains(key)) {
            store::put(Keep::Device, gone, "");
        }
        self.kept = kept;
        self.live.0.refresh_outbox();
    }

    /// Another tab has changed what is kept: what it has sent or discarded is done here too.
    pub(super) fn kept_elsewhere(&mut self) {
        let items = self.live.0.lock().outbox.items().to_vec();
        let gone: Vec<MessageId> = items
            .iter()
            .filter(|item| {
                let key = key_of(item);
                self.kept.contains(&key) && store::get(Keep::Device, &key).is_none()
            })
            .map(|item| item.prompt.id.message())
            .collect();
        if gone.is_empty() {
            return;
        }
        for id in &gone {
            self.live.0.lock().outbox.remove(id);
        }
        self.post();
    }

    /// The server's time.
    pub(in crate::live) fn now(&self) -> domain::time::Millis {
        self.server_time(clock::now())
    }
}

fn key_of(item: &Pending) -> String {
    format!("{KEPT}{}", item.prompt.id.as_str())
}
