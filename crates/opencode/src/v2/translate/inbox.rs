//! What waits to be delivered. Words of the owner's are a message before the server calls
//! them one: the device that sent them waits for it, and others see what is to come.

use domain::id::{MessageId, SessionId};
use domain::message::{Role, Waits};
use domain::time::Millis;
use domain::transcript::Entry;
use serde::Deserialize as _;

use super::super::wire::inbox::{self, Item};
use super::super::wire::message::User;
use super::super::{Delivery, Waiting, WaitingKind};
use super::message::user;

/// What waits.
pub(in crate::v2) fn waiting(session: &SessionId, it: inbox::Waiting) -> Waiting {
    let message = MessageId::new(it.id);
    let created = Millis(it.time.created.unwrap_or_default());
    let kind = kind(session, &message, created, &it.item);
    Waiting {
        delivery: delivery(&it.item.delivery),
        message,
        created,
        kind,
    }
}

/// What it is that waits.
pub(in crate::v2) fn kind(
    session: &SessionId,
    message: &MessageId,
    at: Millis,
    item: &Item,
) -> WaitingKind {
    match item.kind.as_str() {
        "user" => match User::deserialize(&item.payload) {
            Ok(it) => {
                let mut entry = user(session, message, at, it);
                if let Role::User(user) = &mut entry.message.role {
                    user.waits = waits(&delivery(&item.delivery));
                }
                WaitingKind::Prompt(Box::new(entry))
            }
            Err(_) => WaitingKind::Unknown(item.kind.clone()),
        },
        "synthetic" => WaitingKind::Synthetic,
        "compaction" => WaitingKind::Compaction,
        "move" => WaitingKind::Move,
        _ => WaitingKind::Unknown(item.kind.clone()),
    }
}

/// What is said of a prompt that waits, as the message that it becomes.
pub(in crate::v2) fn prompt(
    session: &SessionId,
    message: &MessageId,
    at: Millis,
    item: &Item,
) -> Option<Entry> {
    match kind(session, message, at, item) {
        WaitingKind::Prompt(entry) => Some(*entry),
        WaitingKind::Synthetic
        | WaitingKind::Compaction
        | WaitingKind::Move
        | WaitingKind::Unknown(_) => None,
    }
}

/// What a message waits for; what this version does not know is not said.
fn waits(delivery: &Delivery) -> Option<Waits> {
    match delivery {
        Delivery::Steer => Some(Waits::Step),
        Delivery::Queue => Some(Waits::Turn),
        Delivery::Unknown(_) => None,
    }
}

/// The same message once it is delivered.
pub(in crate::v2) fn read(mut entry: Entry) -> Entry {
    if let Role::User(user) = &mut entry.message.role {
        user.waits = None;
    }
    entry
}

fn delivery(name: &str) -> Delivery {
    match name {
        "steer" => Delivery::Steer,
        "queue" => Delivery::Queue,
        _ => Delivery::Unknown(name.to_owned()),
    }
}
