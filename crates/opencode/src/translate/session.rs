//! Sessions and what they are doing.

use domain::id::{Directory, MessageId, SessionId};
use domain::session::{DiffStat, ModelRef, REVERT_FILES_MAX, Revert, Session, SessionStatus};
use domain::time::Millis;

use super::failure;
use crate::wire;
use crate::wire::session::FORKED;

/// A session.
pub(crate) fn session(it: wire::session::Session) -> Session {
    let created = Millis(it.time.created.unwrap_or_default());
    let forked_from = it.noted(FORKED).map(SessionId::new);
    Session {
        id: SessionId::new(it.id),
        directory: Directory::new(it.directory),
        parent: it.parent.map(SessionId::new),
        forked_from,
        title: title(it.title),
        agent: it.agent,
        model: it
            .model
            .map(|model| model_ref(model.provider, model.id, model.variant)),
        created,
        updated: it.time.updated.map_or(created, Millis),
        archived: it.time.archived.map(Millis),
        revert: it.revert.map(|revert| Revert {
            message: MessageId::new(revert.message),
            files: revert.diff.as_deref().map(files_of).unwrap_or_default(),
        }),
        cost: it.cost.unwrap_or_default(),
        diff: it.summary.map(|summary| DiffStat {
            additions: summary.additions.unwrap_or_default(),
            deletions: summary.deletions.unwrap_or_default(),
            files: summary.files.unwrap_or_default(),
        }),
    }
}

/// The files of a unified diff, by path: from the line before each file's hunks, where a
/// line of the content cannot stand (those begin with a space, `+`, `-` or `\`).
fn files_of(diff: &str) -> Vec<String> {
    diff.lines()
        .filter_map(|line| line.strip_prefix("diff --git a/"))
        // Both names are the same but for a renaming; then the new one is shown.
        .filter_map(|names| names.rsplit_once(" b/"))
        .map(|(_, name)| name.to_owned())
        .take(REVERT_FILES_MAX)
        .collect()
}

/// A title without the moment that the server puts behind the name of a session that has
/// none yet.
fn title(given: String) -> String {
    ["New session", "Child session"]
        .into_iter()
        .find(|name| {
            let moment = given
                .strip_prefix(name)
                .and_then(|rest| rest.strip_prefix(" - "));
            moment.is_some_and(is_moment)
        })
        .map(str::to_owned)
        .unwrap_or(given)
}

/// Whether `text` is a time as `2026-01-31T23:59:59.999Z`.
fn is_moment(text: &str) -> bool {
    let shape = "0000-00-00T00:00:00.000Z";
    text.len() == shape.len()
        && text
            .bytes()
            .zip(shape.bytes())
            .all(|(is, want)| match want {
                b'0' => is.is_ascii_digit(),
                other => is == other,
            })
}

/// What a session is doing; the kind's name where we do not know it.
pub(crate) fn status(it: wire::session::Status) -> Result<SessionStatus, String> {
    match it.kind.as_str() {
        "idle" => Ok(SessionStatus::Idle),
        "busy" => Ok(SessionStatus::Busy),
        "retry" => {
            let (message, detail) = failure::sentence(&it.message);
            Ok(SessionStatus::Retry {
                attempt: it
                    .attempt
                    .and_then(|attempt| u32::try_from(attempt).ok())
                    .unwrap_or(1),
                message,
                detail: detail.map(failure::bounded),
                next: Millis(it.next.unwrap_or_default()),
            })
        }
        _ => Err(it.kind),
    }
}

/// A model. The server says `default` where no variant was chosen.
pub(crate) fn model_ref(provider: String, model: String, variant: Option<String>) -> ModelRef {
    ModelRef {
        provider,
        model,
        variant: variant.filter(|variant| variant != "default"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_a_diff_are_named_once_and_its_content_is_not_read_as_names() {
        let diff = "diff --git a/b.md b/b.md\ndeleted file mode 100644\n--- a/b.md\n\
            +++ /dev/null\n@@ -1 +0,0 @@\n-diff --git a/no b/no\n\
            diff --git a/src/a b.py b/src/a b.py\n--- a/src/a b.py\n+++ b/src/a b.py\n";
        assert_eq!(files_of(diff), ["b.md", "src/a b.py"]);
        assert!(files_of("").is_empty());
    }

    #[test]
    fn a_session_without_a_name_is_not_called_by_a_moment() {
        for (given, shown) in [
            ("New session - 2026-11-21T08:05:00.123Z", "New session"),
            ("Child session - 2026-11-21T08:05:00.123Z", "Child session"),
            ("New session - about tides", "New session - about tides"),
            ("Mend the gauge", "Mend the gauge"),
        ] {
            assert_eq!(title(given.to_owned()), shown);
        }
    }
}
