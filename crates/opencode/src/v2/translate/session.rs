//! Sessions.

use domain::id::{Directory, MessageId, SessionId};
use domain::review::{Fate, FileChange};
use domain::session::{REVERT_FILES_MAX, Revert, Session};
use domain::time::Millis;

use super::super::wire::session;
use super::super::{Listed, Outcome};
use crate::translate::review::path;
use crate::translate::session::model_ref;

/// What a session without a title is called.
const NAMELESS: &str = "New session";

/// A session with what the server knows beside it. Its archive is not the server's to keep:
/// no route of 2.x puts one away, though the shape has a time for it.
pub(in crate::v2) fn listed(it: session::Session) -> Listed {
    let time = it.time;
    let created = Millis(time.created.unwrap_or_default());
    let session = Session {
        id: SessionId::new(it.id),
        directory: Directory::new(it.location.directory),
        parent: it.parent.map(SessionId::new),
        forked_from: it.fork.map(|fork| SessionId::new(fork.session)),
        title: it.title.unwrap_or_else(|| NAMELESS.to_owned()),
        agent: it.agent,
        model: it
            .model
            .map(|model| model_ref(model.provider, model.id, model.variant)),
        created,
        updated: time.updated.map_or(created, Millis),
        archived: time.archived.map(Millis),
        revert: it.revert.map(|revert| Revert {
            message: MessageId::new(revert.message),
            files: revert
                .files
                .iter()
                .take(REVERT_FILES_MAX)
                .map(|file| path(&file.file))
                .collect(),
        }),
        cost: it.cost.unwrap_or_default(),
        // Not counted by the server; its turns are (`diff`).
        diff: None,
    };
    Listed {
        session,
        unread: time
            .idle
            .is_some_and(|idle| time.viewed.is_none_or(|viewed| idle > viewed)),
        outcome: it.outcome.map(outcome),
        idle: time.idle.map(Millis),
    }
}

/// How a turn ended.
pub(in crate::v2) fn outcome(name: String) -> Outcome {
    match name.as_str() {
        "succeeded" => Outcome::Succeeded,
        "failed" => Outcome::Failed,
        "interrupted" => Outcome::Interrupted,
        _ => Outcome::Unknown(name),
    }
}

/// What happened to a file, and its unified diff.
pub(in crate::v2) fn change(it: session::FileDiff) -> (FileChange, String) {
    let change = FileChange {
        path: path(&it.file),
        fate: match it.status.as_deref() {
            Some("added") => Fate::Added,
            Some("deleted") => Fate::Deleted,
            Some(_) | None => Fate::Modified,
        },
        additions: it.additions.unwrap_or_default(),
        deletions: it.deletions.unwrap_or_default(),
    };
    (change, it.patch)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "what is written on the spot")]
    fn of(more: Value) -> Listed {
        let mut raw = json!({ "id": "ses_1", "location": { "directory": "/a" },
            "time": { "created": 1, "updated": 2 } });
        for (key, value) in more.as_object().unwrap() {
            raw[key] = value.clone();
        }
        listed(serde_json::from_value(raw).unwrap())
    }

    #[test]
    fn news_are_what_ended_after_the_last_look() {
        let unread = |idle: Value, viewed: Value| {
            of(json!({ "time": { "created": 1, "idle": idle, "viewed": viewed } })).unread
        };
        assert!(!unread(Value::Null, Value::Null));
        assert!(unread(json!(5), Value::Null));
        assert!(unread(json!(5), json!(4)));
        assert!(!unread(json!(5), json!(5)));
    }

    #[test]
    fn a_copy_is_linked_and_no_child() {
        let copy = of(json!({ "fork": { "sessionID": "ses_0", "boundary": "msg_1" } })).session;
        assert_eq!(
            (copy.parent, copy.forked_from),
            (None, Some(SessionId::new("ses_0")))
        );
        let child = of(json!({ "parentID": "ses_0" })).session;
        assert_eq!(
            (child.parent, child.forked_from),
            (Some(SessionId::new("ses_0")), None)
        );
    }

    #[test]
    fn odd_numbers_and_absent_fields_cost_themselves() {
        let odd = of(json!({ "cost": "NaN", "outcome": "paused" }));
        assert!(odd.session.cost.abs() < f64::EPSILON);
        assert_eq!(odd.session.title, "New session");
        assert_eq!(odd.outcome, Some(Outcome::Unknown("paused".to_owned())));
    }
}
