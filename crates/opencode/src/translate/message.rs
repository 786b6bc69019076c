//! Messages, alone and with their parts.

use domain::id::{MessageId, SessionId};
use domain::message::{Assistant, Changed, Message, Role, User};
use domain::time::Millis;
use domain::transcript::Entry;

use super::session::model_ref;
use super::{failure, part, review};
use crate::wire;

/// A message; the role's name where we do not know it.
pub(crate) fn message(it: wire::message::Message) -> Result<Message, String> {
    let role = match it.role.as_str() {
        "user" => Role::User(User {
            agent: it.agent,
            model: it
                .model
                .map(|model| model_ref(model.provider, model.id, model.variant)),
            changed: {
                let changes: Vec<_> = it.summary.diffs.iter().map(review::change).collect();
                Changed::of(&changes)
            },
            // Nothing says that it waits: the steps of the answer show it.
            waits: None,
        }),
        "assistant" => Role::Assistant(Assistant {
            parent: it.parent.map(MessageId::new),
            agent: it.agent,
            model: it
                .provider
                .zip(it.model_id)
                .map(|(provider, model)| model_ref(provider, model, it.variant)),
            completed: it.time.completed.map(Millis),
            finish: it.finish,
            failure: it.error.map(failure::failure),
            cost: it.cost.unwrap_or_default(),
            tokens: review::tokens(&it.tokens),
            summary: it.summary.is_compaction,
            interrupted: false,
        }),
        _ => return Err(it.role),
    };
    Ok(Message {
        id: MessageId::new(it.id),
        session: SessionId::new(it.session),
        created: Millis(it.time.created.unwrap_or_default()),
        role,
    })
}

/// A message with its parts, as a read gives it. None where its role is unknown.
pub(crate) fn entry(it: wire::message::Entry) -> Option<Entry> {
    let message = match message(it.info) {
        Ok(message) => message,
        Err(role) => {
            tracing::warn!(message.role = %role, "a message of an unknown role is left out");
            return None;
        }
    };
    let grows = match &message.role {
        Role::User(_) => false,
        Role::Assistant(assistant) => assistant.is_open(),
    };
    let parts = it
        .parts
        .into_iter()
        .filter_map(|raw| match wire::part::Part::read(raw) {
            Ok(part) => part::part(part),
            Err(error) => {
                tracing::warn!(%error, "a part without a place is left out");
                None
            }
        })
        .map(|mut part| {
            if let Some(text) = part.body.text_mut() {
                // What belongs to a message that is complete grows no more, closed or not.
                text.open &= grows;
            }
            part
        })
        .collect();
    Some(Entry { message, parts })
}
