//! What waits to be delivered, as messages before the server calls them any: the device that
//! sent a prompt waits for it, and others see what is to come, be it no prompt.

use domain::id::{MessageId, PartId, SessionId};
use domain::message::{Message, Role, User, Waits};
use domain::part::{Part, PartBody, Text};
use domain::time::Millis;
use domain::transcript::Entry;
use serde::Deserialize as _;
use serde_json::Value;

use super::super::wire::inbox::{self, Item};
use super::super::wire::message;
use super::super::{Delivery, Waiting, WaitingKind};
use super::content::{place, unknown};
use super::message::{own_part, user};

/// What waits.
pub(in crate::v2) fn waiting(session: &SessionId, it: inbox::Waiting) -> Waiting {
    let message = MessageId::new(it.id);
    let created = Millis(it.time.created.unwrap_or_default());
    Waiting {
        delivery: delivery(&it.item.delivery),
        kind: kind(&it.item),
        entry: Box::new(entry(session, &message, created, &it.item)),
        message,
        created,
    }
}

fn kind(item: &Item) -> WaitingKind {
    match item.kind.as_str() {
        "user" => WaitingKind::Prompt,
        "synthetic" => WaitingKind::Synthetic,
        "compaction" => WaitingKind::Compaction,
        "move" => WaitingKind::Move,
        _ => WaitingKind::Unknown(item.kind.clone()),
    }
}

/// What waits, as a message that says what it waits for.
pub(in crate::v2) fn entry(
    session: &SessionId,
    message: &MessageId,
    at: Millis,
    item: &Item,
) -> Entry {
    let mut entry = prompt(session, message, at, item)
        .unwrap_or_else(|| beside_prompts(session, message, at, item));
    if let Role::User(user) = &mut entry.message.role {
        user.waits = waits(&delivery(&item.delivery));
    }
    entry
}

/// What is said of a prompt, as the message that it becomes once it is delivered; none of
/// what is none.
pub(in crate::v2) fn prompt(
    session: &SessionId,
    message: &MessageId,
    at: Millis,
    item: &Item,
) -> Option<Entry> {
    match kind(item) {
        WaitingKind::Prompt => {
            let said = message::User::deserialize(&item.payload).ok()?;
            Some(user(session, message, at, said))
        }
        WaitingKind::Synthetic
        | WaitingKind::Compaction
        | WaitingKind::Move
        | WaitingKind::Unknown(_) => None,
    }
}

/// What waits and is no prompt, as what it is. The shape of a move was never seen \[?\].
fn beside_prompts(session: &SessionId, message: &MessageId, at: Millis, item: &Item) -> Entry {
    let (id, body) = match kind(item) {
        WaitingKind::Synthetic => {
            let text = item.payload.get("text").and_then(Value::as_str);
            let text = Text {
                synthetic: true,
                ..Text::whole(text.unwrap_or_default())
            };
            (own_part(message, 0), PartBody::Text(text))
        }
        WaitingKind::Compaction => {
            let mark = PartId::new(format!("{message}-k"));
            (mark, PartBody::Compaction { auto: false })
        }
        WaitingKind::Prompt | WaitingKind::Move | WaitingKind::Unknown(_) => {
            let id = PartId::new(format!("{message}-u0"));
            let place = place(session, message, &id);
            let body = unknown("inbox", item.kind.clone(), &item.payload, &place);
            (id, body)
        }
    };
    Entry {
        message: Message {
            id: message.clone(),
            session: session.clone(),
            created: at,
            role: Role::User(User::default()),
        },
        parts: vec![Part {
            id,
            message: message.clone(),
            session: session.clone(),
            body,
        }],
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

fn delivery(name: &str) -> Delivery {
    match name {
        "steer" => Delivery::Steer,
        "queue" => Delivery::Queue,
        _ => Delivery::Unknown(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_waits_is_shown_as_what_it_is() {
        let of = |kind: &str, payload: Value| {
            let raw = json!({ "id": "msg_1", "type": kind, "delivery": "queue",
                "payload": payload, "time": { "created": 5 } });
            let it = waiting(
                &SessionId::new("ses_1"),
                serde_json::from_value(raw).unwrap(),
            );
            assert_eq!(it.entry.message.waits(), Some(Waits::Turn), "{kind}");
            it.entry.parts[0].body.clone()
        };
        let said = of("user", json!({ "text": "Hello" }));
        assert_eq!(said.text().unwrap().text, "Hello");
        let put_in = of("synthetic", json!({ "text": "Go on" }));
        assert!(put_in.text().unwrap().synthetic);
        let summary = of("compaction", json!({}));
        assert_eq!(summary, PartBody::Compaction { auto: false });
        for kind in ["move", "hologram"] {
            let other = of(kind, json!({ "directory": "/b" }));
            assert!(matches!(other, PartBody::Unknown { kind: it, .. } if it == kind));
        }
    }
}
