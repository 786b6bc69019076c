//! Messages, alone and with their parts.

use domain::id::{MessageId, SessionId};
use domain::message::{Assistant, Changed, Message, Role, User};
use domain::part::Part;
use domain::time::Millis;
use domain::transcript::Entry;

use super::session::model_ref;
use super::{failure, part, review};
use crate::wire;
use crate::wire::part::Body;

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
            ..Assistant::default()
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
    let mut parts: Vec<Part> = Vec::new();
    for raw in it.parts {
        match wire::part::Part::read(raw) {
            Ok(part) => {
                if let Body::Begin = part.body {
                    // The step begins anew: what it had not ended is said again.
                    parts.retain(|part| !part.body.text().is_some_and(|text| text.open));
                }
                parts.extend(part::part(part));
            }
            Err(error) => tracing::warn!(%error, "a part without a place is left out"),
        }
    }
    for text in parts.iter_mut().filter_map(|part| part.body.text_mut()) {
        // What belongs to a message that is complete grows no more, closed or not.
        text.open &= grows;
    }
    Some(Entry { message, parts })
}

#[cfg(test)]
mod tests {
    use super::entry;

    #[test]
    fn a_step_that_began_anew_reads_without_what_its_attempt_before_had_not_ended() {
        let part = |id: &str, kind: &str, rest: &str| {
            format!(r#"{{"id":"{id}","sessionID":"s","messageID":"m","type":"{kind}"{rest}}}"#)
        };
        let parts = [
            part("1", "step-start", ""),
            part(
                "2",
                "reasoning",
                r#","text":"Hm.","time":{"start":1,"end":2}"#,
            ),
            part("3", "text", r#","text":"","time":{"start":2}"#),
            part("4", "step-start", ""),
            part("5", "text", r#","text":"","time":{"start":3}"#),
        ];
        let info = r#"{"id":"m","sessionID":"s","role":"assistant","time":{"created":1}}"#;
        let json = format!(r#"{{"info":{info},"parts":[{}]}}"#, parts.join(","));
        let read = entry(serde_json::from_str(&json).unwrap()).unwrap();
        let ids: Vec<&str> = read.parts.iter().map(|part| part.id.as_str()).collect();
        assert_eq!(ids, ["2", "5"]);
    }
}
