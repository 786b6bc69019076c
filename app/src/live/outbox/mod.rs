//! Prompts on their way, pure: what waits, what is being sent, what failed and why.
//!
//! A prompt stays here until the message with its id is in the transcript, so it may be
//! repeated for ever: the server knows the id. In one session the order is kept: the next
//! one goes out when the one before has been accepted. What the device keeps of it is told
//! by `kept`; writing and reading is the caller's.

mod kept;
#[cfg(test)]
mod tests;

use domain::sorted::SortedSet;
use std::collections::VecDeque;

use domain::id::{MessageId, ServerId};
use domain::prompt::Prompt;
use domain::time::Millis;
use serde::{Deserialize, Serialize};

#[cfg(feature = "hydrate")]
pub(super) use kept::{Kept, Writes};

use super::SessionKey;
use crate::fault::Fault;

/// How many prompts wait at most: a page that sends more has gone wrong.
pub(super) const OUTBOX_MAX: usize = 100;
/// How many of those that went are remembered: what is read late must not bring them back.
const LEFT_MAX: usize = 200;

/// A prompt on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// To which session.
    pub to: SessionKey,
    /// What is said.
    pub prompt: Prompt,
    /// When it was written.
    pub at: Millis,
    /// How far it is.
    pub state: PendingState,
}

/// How far a prompt is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingState {
    /// For the link, for its server, or for the prompt before it.
    Waiting,
    /// On its way to the server.
    Sending,
    /// Accepted; its message has not come back yet.
    Sent,
    /// OpenCode took it and has not shown it; the server is asked again what became of it.
    Unconfirmed {
        /// Whether it is being asked.
        asking: bool,
    },
    /// Not accepted.
    Failed(Fault),
}

impl Pending {
    /// As it is kept: what was being sent may have arrived or not, and is sent again.
    pub(super) fn at_rest(mut self) -> Self {
        match self.state {
            PendingState::Sending | PendingState::Sent | PendingState::Unconfirmed { .. } => {
                self.state = PendingState::Waiting;
            }
            PendingState::Waiting | PendingState::Failed(_) => {}
        }
        self
    }
}

/// Prompts on their way, in the order in which they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outbox {
    items: Vec<Pending>,
    /// Whether the link is there.
    open: bool,
    /// Whether what the device keeps has been read, or cannot be: older prompts go first.
    read: bool,
    /// The servers that take nothing now.
    down: SortedSet<ServerId>,
    /// Those that went lately, oldest first.
    left: VecDeque<MessageId>,
    /// Those that were taken up from what the device keeps.
    taken_up: SortedSet<MessageId>,
}

impl Outbox {
    /// All of it, to be kept.
    pub(super) fn items(&self) -> &[Pending] {
        &self.items
    }

    /// What the device keeps has been read, or cannot be read.
    pub(super) fn set_read(&mut self) {
        self.read = true;
    }

    /// The device keeps `there`, and `known` was in it before. What is missing went from
    /// another page, and goes here; what is new was written by a page that is gone, and is
    /// taken up as far as there is room. The rest stays kept.
    pub(super) fn reconcile(&mut self, there: Vec<Pending>, known: &SortedSet<MessageId>) {
        let kept: SortedSet<MessageId> = there.iter().map(id_of).collect();
        let gone: Vec<MessageId> = known
            .iter()
            .filter(|id| !kept.contains(*id))
            .cloned()
            .collect();
        for id in &gone {
            self.remove(id);
        }
        for pending in there {
            let id = id_of(&pending);
            let pending = pending.at_rest();
            if let Some(item) = self.items.iter_mut().find(|item| is(item, &id)) {
                // Another page tries again what failed.
                if matches!(item.state, PendingState::Failed(_)) {
                    item.state = pending.state;
                }
            } else if !self.left.contains(&id) && self.items.len() < OUTBOX_MAX {
                self.taken_up.insert(id);
                let later = |item: &Pending| item.at > pending.at;
                let at = self.items.iter().position(later);
                self.items.insert(at.unwrap_or(self.items.len()), pending);
            }
        }
    }

    /// The prompts on their way to `session`.
    pub(super) fn of<'a>(&'a self, session: &'a SessionKey) -> impl Iterator<Item = &'a Pending> {
        self.items.iter().filter(move |item| item.to == *session)
    }

    /// The prompt that becomes `message`.
    pub(super) fn find(&self, message: &MessageId) -> Option<&Pending> {
        self.items.iter().find(|item| is(item, message))
    }

    /// Whether a prompt is here, or went from here lately.
    pub(super) fn knows(&self, message: &MessageId) -> bool {
        self.find(message).is_some() || self.left.contains(message)
    }

    /// Takes a new prompt; the answer is whether there was room for it.
    pub(super) fn add(&mut self, to: SessionKey, prompt: Prompt, at: Millis) -> bool {
        if self.items.len() >= OUTBOX_MAX {
            return false;
        }
        self.items.push(Pending {
            to,
            prompt,
            at,
            state: PendingState::Waiting,
        });
        true
    }

    /// The link is there or not, and which servers take nothing. Until then prompts wait.
    pub(super) fn set_open(&mut self, open: bool, down: SortedSet<ServerId>) {
        self.open = open;
        self.down = down;
    }

    /// The prompts to send now, marked as being sent: of each session the first that waits,
    /// unless one before it is under way or failed.
    pub(super) fn due(&mut self) -> Vec<Pending> {
        if !self.open || !self.read {
            return Vec::new();
        }
        let mut held: Vec<SessionKey> = Vec::new();
        let mut due = Vec::new();
        for item in &mut self.items {
            if held.contains(&item.to) {
                continue;
            }
            match item.state {
                PendingState::Sent => continue,
                PendingState::Waiting if !self.down.contains(&item.to.server) => {
                    item.state = PendingState::Sending;
                    due.push(item.clone());
                }
                PendingState::Unconfirmed { asking: false }
                    if !self.down.contains(&item.to.server) =>
                {
                    item.state = PendingState::Unconfirmed { asking: true };
                    due.push(item.clone());
                }
                PendingState::Waiting
                | PendingState::Sending
                | PendingState::Unconfirmed { .. }
                | PendingState::Failed(_) => {}
            }
            held.push(item.to.clone());
        }
        due
    }

    /// The server has answered. Where it is not known whether the prompt arrived, where
    /// OpenCode cannot be had or nobody is signed in, it waits to be sent again, which for
    /// one that OpenCode took is to be looked for; every other fault is the owner's to judge.
    /// The answer is whether it waits.
    pub(super) fn answered(&mut self, message: &MessageId, answer: Result<(), Fault>) -> bool {
        let Some(item) = self.items.iter_mut().find(|item| is(item, message)) else {
            return false;
        };
        let again = match item.state {
            PendingState::Unconfirmed { .. } => PendingState::Unconfirmed { asking: false },
            PendingState::Waiting
            | PendingState::Sending
            | PendingState::Sent
            | PendingState::Failed(_) => PendingState::Waiting,
        };
        let (state, waits) = match answer {
            Ok(()) => (PendingState::Sent, false),
            Err(Fault::Unsure | Fault::SignedOut) => {
                self.open = false;
                (again, true)
            }
            Err(Fault::ServerDown { .. }) => {
                self.down.insert(item.to.server.clone());
                (again, true)
            }
            Err(Fault::Unconfirmed) => (PendingState::Unconfirmed { asking: false }, true),
            Err(fault) => (PendingState::Failed(fault), false),
        };
        item.state = state;
        waits
    }

    /// The message is in the transcript; the answer is whether it was one of these.
    pub(super) fn seen(&mut self, message: &MessageId) -> bool {
        self.remove(message).is_some()
    }

    /// The page has all that happened. What it took up from what the device keeps, was
    /// accepted, and is missing where `misses` says so, arrived long ago, before what is
    /// shown; the answer is whether there was any.
    pub(super) fn drop_old(&mut self, misses: impl Fn(&Pending) -> bool) -> bool {
        let old = self.items.iter().filter(|item| {
            item.state == PendingState::Sent && self.taken_up.contains(&id_of(item)) && misses(item)
        });
        let old: Vec<MessageId> = old.map(id_of).collect();
        for id in &old {
            self.remove(id);
        }
        !old.is_empty()
    }

    /// Sends a failed prompt again.
    pub(super) fn retry(&mut self, message: &MessageId) {
        if let Some(item) = self.items.iter_mut().find(|item| is(item, message)) {
            match item.state {
                PendingState::Failed(_) => item.state = PendingState::Waiting,
                PendingState::Waiting
                | PendingState::Sending
                | PendingState::Sent
                | PendingState::Unconfirmed { .. } => {}
            }
        }
    }

    /// Takes a prompt out, to be thrown away or edited.
    pub(super) fn remove(&mut self, message: &MessageId) -> Option<Pending> {
        let at = self.items.iter().position(|item| is(item, message))?;
        self.left.push_back(message.clone());
        self.taken_up.remove(message);
        if self.left.len() > LEFT_MAX {
            self.left.pop_front();
        }
        Some(self.items.remove(at))
    }
}

fn is(item: &Pending, message: &MessageId) -> bool {
    item.prompt.id.as_str() == message.as_str()
}

fn id_of(item: &Pending) -> MessageId {
    item.prompt.id.message()
}
