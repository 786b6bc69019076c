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
pub(super) const OUTBOX_MAX: usize = 100;

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
pub(crate) struct Outbox {
    items: Vec<Pending>,
    open: bool,
}

impl Outbox {
    /// All of it, to be kept.
    pub(super) fn items(&self) -> &[Pending] {
        &self.items
    }

    /// What was kept, put before what is here. What was being sent may have arrived or not:
    /// it is sent again.
    pub(super) fn restore(&mut self, kept: Vec<Pending>) {
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
    pub(super) fn of<'a>(&'a self, session: &'a SessionKey) -> impl Iterator<Item = &'a Pending> {
        self.items.iter().filter(move |item| item.to == *session)
    }

    /// The prompt that becomes `message`.
    pub(super) fn find(&self, message: &MessageId) -> Option<&Pending> {
        self.items.iter().find(|item| is(item, message))
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

    /// The link is there or not. While it is not, prompts wait.
    pub(super) fn set_open(&mut self, open: bool) {
        self.open = open;
    }

    /// The prompts to send now, marked as being sent: of each session the first that waits,
    /// unless one before it is under way or failed.
    pub(super) fn due(&mut self) -> Vec<Pending> {
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
    pub(super) fn answered(&mut self, message: &MessageId, answer: Result<(), Fault>) {
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
    pub(super) fn seen(&mut self, message: &MessageId) -> bool {
        self.remove(message).is_some()
    }

    /// Sends a failed prompt again.
    pub(super) fn retry(&mut self, message: &MessageId) {
        if let Some(item) = self.items.iter_mut().find(|item| is(item, message)) {
            match item.state {
                PendingState::Failed(_) => item.state = PendingState::Waiting,
                PendingState::Waiting | PendingState::Sending | PendingState::Sent => {}
            }
        }
    }

    /// Takes a prompt out, to be thrown away or edited.
    pub(super) fn remove(&mut self, message: &MessageId) -> Option<Pending> {
        let at = self.items.iter().position(|item| is(item, message))?;
        Some(self.items.remove(at))
    }
}

fn is(item: &Pending, message: &MessageId) -> bool {
    item.prompt.id.as_str() == message.as_str()
}

#[cfg(test)]
mod tests {
    use domain::house::ServerFault;
    use domain::id::{ServerId, SessionId};
    use domain::prompt::{PromptId, PromptText};

    use super::*;

    fn to(session: &str) -> SessionKey {
        SessionKey {
            server: ServerId::new("srv"),
            session: SessionId::new(session),
        }
    }

    fn prompt(n: u8) -> Prompt {
        Prompt {
            id: PromptId::new(Millis(1), [n; 14]),
            text: PromptText::parse("hello").ok(),
            files: Vec::new(),
            agent: None,
            model: None,
        }
    }

    fn id(n: u8) -> MessageId {
        prompt(n).id.message()
    }

    /// An open outbox with these prompts, by session.
    fn outbox(items: &[(&str, u8)]) -> Outbox {
        let mut outbox = Outbox::default();
        outbox.set_open(true);
        for (session, n) in items {
            assert!(outbox.add(to(session), prompt(*n), Millis(1)));
        }
        outbox
    }

    fn due(outbox: &mut Outbox) -> Vec<MessageId> {
        let due = outbox.due();
        due.iter().map(|item| item.prompt.id.message()).collect()
    }

    #[test]
    fn prompts_of_one_session_go_out_one_after_another_and_sessions_side_by_side() {
        let mut outbox = outbox(&[("a", 1), ("a", 2), ("b", 3)]);
        assert_eq!(due(&mut outbox), [id(1), id(3)]);
        assert_eq!(due(&mut outbox), []);
        outbox.answered(&id(1), Ok(()));
        assert_eq!(due(&mut outbox), [id(2)]);
    }

    #[test]
    fn without_a_link_prompts_wait_and_go_out_in_order_when_it_is_back() {
        let mut outbox = outbox(&[("a", 1), ("a", 2)]);
        outbox.set_open(false);
        assert_eq!(due(&mut outbox), []);
        outbox.set_open(true);
        assert_eq!(due(&mut outbox), [id(1)]);
        outbox.answered(&id(1), Err(Fault::Unsure));
        assert_eq!(due(&mut outbox), [], "the link is gone again");
        outbox.set_open(true);
        assert_eq!(due(&mut outbox), [id(1)], "the same id: it is safe");
    }

    #[test]
    fn a_failed_prompt_holds_back_those_behind_it_until_it_is_retried_or_discarded() {
        let mut outbox = outbox(&[("a", 1), ("a", 2)]);
        due(&mut outbox);
        let fault = Fault::ServerDown {
            reason: ServerFault::Refused,
        };
        outbox.answered(&id(1), Err(fault.clone()));
        assert_eq!(
            outbox.find(&id(1)).unwrap().state,
            PendingState::Failed(fault)
        );
        assert_eq!(due(&mut outbox), []);
        outbox.retry(&id(1));
        assert_eq!(due(&mut outbox), [id(1)]);
        outbox.remove(&id(1));
        assert_eq!(due(&mut outbox), [id(2)]);
    }

    #[test]
    fn a_prompt_is_kept_until_its_message_is_seen() {
        let mut outbox = outbox(&[("a", 1)]);
        due(&mut outbox);
        outbox.answered(&id(1), Ok(()));
        assert_eq!(outbox.of(&to("a")).count(), 1);
        assert!(outbox.seen(&id(1)));
        assert!(!outbox.seen(&id(1)));
        assert_eq!(outbox.of(&to("a")).count(), 0);
    }

    #[test]
    fn after_a_reload_what_was_under_way_is_sent_again() {
        let mut before = outbox(&[("a", 1), ("a", 2)]);
        due(&mut before);
        let kept = serde_json::to_string(before.items()).unwrap();

        let mut after = Outbox::default();
        after.restore(serde_json::from_str(&kept).unwrap());
        after.set_open(true);
        assert_eq!(due(&mut after), [id(1)]);
    }

    #[test]
    fn it_does_not_grow_without_bound() {
        let mut outbox = Outbox::default();
        for _ in 0..OUTBOX_MAX {
            assert!(outbox.add(to("a"), prompt(1), Millis(1)));
        }
        assert!(!outbox.add(to("a"), prompt(1), Millis(1)));
    }
}
