//! Prompts on their way, pure: what waits, what is being sent, what failed and why.
//!
//! A prompt stays here until the message with its id is in the transcript, so it may be
//! repeated for ever: the server knows the id. In one session the order is kept: the next
//! one goes out when the one before has been accepted. Keeping the prompts over a reload is
//! the caller's: [`Outbox::items`] and [`Outbox::restore`] are the seam.

use domain::id::MessageId;
use domain::prompt::Prompt;
use domain::time::Millis;
use serde::{Deserialize, Serialize};

use super::SessionKey;
use crate::fault::Fault;

/// How many prompts wait at most: a page that sends more has gone wrong.
pub const OUTBOX_MAX: usize = 100;

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
    /// For the link, or for the prompt before it.
    Waiting,
    /// On its way to the server.
    Sending,
    /// Accepted; its message has not come back yet.
    Sent,
    /// Not accepted.
    Failed(Fault),
}

/// Prompts on their way, in the order in which they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outbox {
    items: Vec<Pending>,
    open: bool,
}

impl Outbox {
    /// All of it, to be kept.
    pub fn items(&self) -> &[Pending] {
        &self.items
    }

    /// What was kept, put before what is here. What was being sent may have arrived or not:
    /// it is sent again.
    pub fn restore(&mut self, kept: Vec<Pending>) {
        let fresh = std::mem::take(&mut self.items);
        self.items = kept;
        for item in &mut self.items {
            match item.state {
                PendingState::Sending | PendingState::Sent => item.state = PendingState::Waiting,
                PendingState::Waiting | PendingState::Failed(_) => {}
            }
        }
        self.items.extend(fresh);
        self.items.truncate(OUTBOX_MAX);
    }

    /// The prompts on their way to `session`.
    pub fn of<'a>(&'a self, session: &'a SessionKey) -> impl Iterator<Item = &'a Pending> {
        self.items.iter().filter(move |item| item.to == *session)
    }

    /// The prompt that becomes `message`.
    pub fn find(&self, message: &MessageId) -> Option<&Pending> {
        self.items.iter().find(|item| is(item, message))
    }

    /// Takes a new prompt; the answer is whether there was room for it.
    pub fn add(&mut self, to: SessionKey, prompt: Prompt, at: Millis) -> bool {
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

    /// The link is there or not. While it is not, prompts wait.
    pub fn set_open(&mut self, open: bool) {
        self.open = open;
    }

    /// The prompts to send now, marked as being sent: of each session the first that waits,
    /// unless one before it is under way or failed.
    pub fn due(&mut self) -> Vec<Pending> {
        if !self.open {
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
                PendingState::Waiting => {
                    item.state = PendingState::Sending;
                    due.push(item.clone());
                }
                PendingState::Sending | PendingState::Failed(_) => {}
            }
            held.push(item.to.clone());
        }
        due
    }

    /// The server has answered. Where it is not known whether the prompt arrived, or nobody
    /// is signed in, it waits to be sent again; every other fault is the owner's to judge.
    pub fn answered(&mut self, message: &MessageId, answer: Result<(), Fault>) {
        let Some(item) = self.items.iter_mut().find(|item| is(item, message)) else {
            return;
        };
        item.state = match answer {
            Ok(()) => PendingState::Sent,
            Err(Fault::Unsure | Fault::SignedOut) => {
                self.open = false;
                PendingState::Waiting
            }
            Err(fault) => PendingState::Failed(fault),
        };
    }

    /// The message is in the transcript; the answer is whether it was one of these.
    pub fn seen(&mut self, message: &MessageId) -> bool {
        self.remove(message).is_some()
    }

    /// Sends a failed prompt again.
    pub fn retry(&mut self, message: &MessageId) {
        if let Some(item) = self.items.iter_mut().find(|item| is(item, message)) {
            match item.state {
                PendingState::Failed(_) => item.state = PendingState::Waiting,
                PendingState::Waiting | PendingState::Sending | PendingState::Sent => {}
            }
        }
    }

    /// Takes a prompt out, to be thrown away or edited.
    pub fn remove(&mut self, message: &MessageId) -> Option<Pending> {
        let at = self.items.iter().position(|item| is(item, message))?;
        Some(self.items.remove(at))
    }
}

fn is(item: &Pending, message: &MessageId) -> bool {
    item.prompt.id.as_str() == message.as_str()
}
