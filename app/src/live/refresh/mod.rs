//! Which signals fire for what moved.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use domain::changes::Change;
use domain::id::{MessageId, PartId, ServerId, SessionId};
use domain::part::Part;
use domain::sync::Moved;
use leptos::prelude::{ArcRwSignal, ReadUntracked, Set};

use super::SessionKey;
use super::rows::{Held, RowKey};
use super::state::Inner;

impl Inner {
    /// Fires what shows any of `moved`.
    pub(super) fn refresh(&self, moved: &[Moved]) {
        for one in moved {
            match one {
                Moved::House => self.refresh_house(),
                Moved::Server(server) => self.refresh_server(server),
                Moved::Within(server, changes) => {
                    let mut changes = changes.0.clone();
                    dedup(&mut changes);
                    for change in &changes {
                        self.refresh_change(server, change);
                    }
                }
            }
        }
    }

    fn refresh_house(&self) {
        let house = Arc::new(self.lock().replica.house.clone());
        put(&self.house, house);
        // A server that was removed takes its sessions with it.
        self.refresh_list();
        self.refresh_asks(|_| true);
    }

    /// Everything of a server may be other than it was.
    fn refresh_server(&self, server: &ServerId) {
        self.more.put(server, || self.lock().more(server));
        self.refresh_list();
        for key in self.entries.keys(|key| key.server == *server) {
            self.entries.put(&key, || self.lock().entry(&key));
        }
        self.refresh_asks(|key| key.server == *server);
        for key in self.rows.keys(|key| key.server == *server) {
            // What was shown stays until its new window has come.
            if self.lock().transcript(&key).is_some() {
                self.refresh_session(&key);
            }
        }
    }

    fn refresh_change(&self, server: &ServerId, change: &Change) {
        let key = |session: &SessionId| SessionKey {
            server: server.clone(),
            session: session.clone(),
        };
        match change {
            Change::SessionList => {
                self.refresh_list();
                self.more.put(server, || self.lock().more(server));
                for key in self.entries.keys(|key| key.server == *server) {
                    self.entries.put(&key, || self.lock().entry(&key));
                }
                // A session that was removed takes its transcript with it.
                for key in self.rows.keys(|key| key.server == *server) {
                    if self.lock().failed.contains_key(&key) {
                        self.refresh_session(&key);
                    }
                }
                // Whose sub-agent asks may only now be known.
                self.refresh_asks(|key| key.server == *server);
            }
            Change::Session(session) => {
                let key = key(session);
                self.entries.put(&key, || self.lock().entry(&key));
                self.refresh_list();
                self.refresh_rows(&key);
                // Whose sub-agent it is may be new, and with it whom its requests stop.
                self.refresh_asks(|key| key.server == *server);
            }
            Change::Rows(session) => self.refresh_session(&key(session)),
            Change::Message(session, message) => {
                let key = key(session);
                self.refresh_message(&key, message);
                self.refresh_rows(&key);
            }
            Change::Part(at) => {
                let key = key(&at.session);
                let streams = self.refresh_part(&key, &at.message, &at.part);
                if !streams || !self.has_row(&key, &at.message, &at.part) {
                    self.refresh_message(&key, &at.message);
                    self.refresh_rows(&key);
                }
            }
            Change::Asks => self.refresh_asks(|key| key.server == *server),
            Change::Todos(session) => {
                let key = key(session);
                self.todos.put(&key, || self.lock().todos(&key));
            }
        }
    }

    pub(super) fn refresh_list(&self) {
        let (sessions, family) = {
            let store = self.lock();
            (store.sessions(), store.family())
        };
        put(&self.sessions, sessions);
        put(&self.family, Arc::new(family));
    }

    fn refresh_asks(&self, wanted: impl Fn(&SessionKey) -> bool) {
        let (all, waiting) = {
            let store = self.lock();
            (store.all_asks(), store.waiting())
        };
        put(&self.all_asks, all);
        put(&self.waiting, waiting);
        for key in self.asks.keys(wanted) {
            self.asks.put(&key, || self.lock().asks(&key));
        }
    }

    /// Everything of a session's transcript may be other than it was.
    pub(super) fn refresh_session(&self, key: &SessionKey) {
        // First what the rows show, then the rows: a new row finds its signal up to date.
        for (_, message) in self.messages.keys(|(of, _)| of == key) {
            self.refresh_message(key, &message);
        }
        for (_, message, part) in self.parts.keys(|(of, _, _)| of == key) {
            self.refresh_part(key, &message, &part);
        }
        self.todos.put(key, || self.lock().todos(key));
        self.refresh_rows(key);
    }

    /// The outbox is other than it was.
    #[cfg(any(feature = "hydrate", test))]
    pub(super) fn refresh_outbox(&self) {
        let unsent = self.lock().outbox.items().len();
        put(&self.unsent, unsent);
        for message in self.pending.keys(|_| true) {
            self.pending.put(&message, || self.lock().pending(&message));
        }
        for key in self.outboxes.keys(|_| true) {
            self.outboxes.put(&key, || self.lock().pending_of(&key));
        }
        for (key, message) in self.messages.keys(|_| true) {
            // What was shown stays until its new window has come.
            if self.lock().message(&key, &message).is_some() {
                self.refresh_message(&key, &message);
            }
        }
        for key in self.rows.keys(|_| true) {
            self.refresh_rows(&key);
        }
    }

    /// Drops the signals of transcripts that are no longer looked at.
    pub(super) fn forget_all_but(&self, viewing: Option<&SessionKey>) {
        self.rows.retain(|key| viewing == Some(key));
        self.todos.retain(|key| viewing == Some(key));
        self.messages.retain(|(key, _)| viewing == Some(key));
        self.parts.retain(|(key, _, _)| viewing == Some(key));
        self.pending
            .retain(|message| self.lock().outbox.find(message).is_some());
    }

    /// More or less has come since the reader left the end.
    pub(super) fn refresh_fresh(&self) {
        let fresh = self.lock().away.as_ref().map_or(0, |it| it.fresh.len());
        put(&self.fresh, u32::try_from(fresh).unwrap_or(u32::MAX));
    }

    /// Drops the signals of the messages that a window no longer holds.
    pub(super) fn forget_outside(&self, key: &SessionKey) {
        let held = |message: &MessageId| {
            let store = self.lock();
            store
                .transcript(key)
                .is_some_and(|it| it.message_at(message).is_some())
                || store.outbox.find(message).is_some()
        };
        self.messages
            .retain(|(of, message)| of != key || held(message));
        self.parts
            .retain(|(of, message, _)| of != key || held(message));
    }

    /// What was shown stays while its transcript is fetched anew.
    pub(super) fn refresh_rows(&self, key: &SessionKey) {
        let rows = self.lock().rows(key);
        let kept = match rows.held {
            Held::Loading | Held::Slow => {
                let shown = self.rows.peek(key, |shown| shown.with_said(&rows.keys));
                shown.flatten()
            }
            Held::Here { .. } | Held::Failed(_) => None,
        };
        self.rows.put(key, || kept.unwrap_or(rows));
    }

    fn refresh_message(&self, key: &SessionKey, message: &MessageId) {
        self.messages.put(&(key.clone(), message.clone()), || {
            self.lock().message(key, message)
        });
    }

    /// Whether a part has its row already. What streams stands at the end, and is found at
    /// once.
    fn has_row(&self, key: &SessionKey, message: &MessageId, part: &PartId) -> bool {
        let row = RowKey::Part(message.clone(), part.clone());
        let found = self
            .rows
            .peek(key, |rows| rows.keys.iter().rev().any(|key| *key == row));
        found.unwrap_or(true)
    }

    /// The answer is whether the part streams on, as it did: then the rows are as they were.
    fn refresh_part(&self, key: &SessionKey, message: &MessageId, part: &PartId) -> bool {
        let at = (key.clone(), message.clone(), part.clone());
        let open = |part: &Option<Arc<Part>>| part.as_ref().is_some_and(|it| it.body.is_open());
        let was_open = self.parts.peek(&at, open).unwrap_or(false);
        self.parts.put(&at, || self.lock().part(key, message, part));
        let store = self.lock();
        let streams = store
            .transcript(key)
            .and_then(|transcript| transcript.part(message, part))
            .is_some_and(|part| part.body.is_open());
        was_open && streams
    }
}

/// A burst of events moves the same part many times; it is drawn once. The last mention
/// counts, so that what comes before a change of the rows still does.
fn dedup(changes: &mut Vec<Change>) {
    let mut seen: Vec<Change> = Vec::new();
    changes.reverse();
    changes.retain(|change| {
        let fresh = !seen.contains(change);
        if fresh {
            seen.push(change.clone());
        }
        fresh
    });
    changes.reverse();
}

/// Fires `signal` where `value` differs from what it has.
pub(super) fn put<T: PartialEq + Send + Sync + 'static>(signal: &ArcRwSignal<T>, value: T) {
    if *signal.read_untracked() != value {
        signal.set(value);
    }
}
