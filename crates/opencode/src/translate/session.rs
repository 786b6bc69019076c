//! Sessions and what they are doing.

use domain::id::{Directory, MessageId, SessionId};
use domain::session::{DiffStat, ModelRef, Session, SessionStatus};
use domain::time::Millis;

use super::failure;
use crate::wire;

/// A session.
pub(crate) fn session(it: wire::session::Session) -> Session {
    let created = Millis(it.time.created.unwrap_or_default());
    Session {
        id: SessionId::new(it.id),
        directory: Directory::new(it.directory),
        parent: it.parent.map(SessionId::new),
        // A fork does not say what it was copied from.
        forked_from: None,
        title: it.title,
        agent: it.agent,
        model: it
            .model
            .map(|model| model_ref(model.provider, model.id, model.variant)),
        created,
        updated: it.time.updated.map_or(created, Millis),
        archived: it.time.archived.map(Millis),
        revert: it.revert.map(|revert| MessageId::new(revert.message)),
        cost: it.cost.unwrap_or_default(),
        diff: it.summary.map(|summary| DiffStat {
            additions: summary.additions.unwrap_or_default(),
            deletions: summary.deletions.unwrap_or_default(),
            files: summary.files.unwrap_or_default(),
        }),
    }
}

/// What a session is doing; the kind's name where we do not know it.
pub(crate) fn status(it: wire::session::Status) -> Result<SessionStatus, String> {
    match it.kind.as_str() {
        "idle" => Ok(SessionStatus::Idle),
        "busy" => Ok(SessionStatus::Busy),
        "retry" => Ok(SessionStatus::Retry {
            attempt: it
                .attempt
                .and_then(|attempt| u32::try_from(attempt).ok())
                .unwrap_or(1),
            message: failure::sentence(&it.message).0,
            next: Millis(it.next.unwrap_or_default()),
        }),
        _ => Err(it.kind),
    }
}

/// A model. The server says `default` where no variant was chosen.
pub(super) fn model_ref(provider: String, model: String, variant: Option<String>) -> ModelRef {
    ModelRef {
        provider,
        model,
        variant: variant.filter(|variant| variant != "default"),
    }
}
