//! What was published, in order: frames with an id, a time and, where they are durable, a
//! number.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// When it begins, in milliseconds: each frame is one later.
const EPOCH_MS: u64 = 1_795_000_000_000;

/// Events of a session that are not numbered.
const LIVE: [&str; 6] = [
    "session.text.delta",
    "session.reasoning.delta",
    "session.tool.input.delta",
    "session.tool.progress",
    "session.compaction.delta",
    "session.usage.updated",
];

/// Events whose frames name no directory.
const NOWHERE: [&str; 3] = [
    "session.execution.",
    "session.usage.updated",
    "session.tool.progress",
];

/// The journal.
#[derive(Debug, Default)]
pub(super) struct Journal {
    count: u64,
    /// When it begins, where that is told.
    epoch: Option<u64>,
    heads: BTreeMap<String, u64>,
}

impl Journal {
    /// The time of the last frame.
    pub(super) fn now(&self) -> u64 {
        self.epoch.unwrap_or(EPOCH_MS) + self.count
    }

    /// Begins at another time, in milliseconds.
    pub(super) fn begin(&mut self, epoch: u64) {
        self.epoch = Some(epoch);
    }

    /// A number that was not given out before.
    pub(super) fn fresh(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    /// The number of a session's last durable event.
    pub(super) fn head(&self, session: &str) -> Option<u64> {
        self.heads.get(session).copied()
    }

    /// Makes the frame of an event.
    pub(super) fn frame(&mut self, kind: &str, directory: Option<&str>, data: Value) -> Value {
        let number = self.fresh();
        let mut frame = json!({ "id": format!("evt_{number:026}"), "created": self.now(),
            "type": kind });
        let placeless = NOWHERE.iter().any(|it| kind.starts_with(it));
        if let Some(directory) = directory.filter(|_| !placeless) {
            frame["location"] = json!({ "directory": directory });
        }
        if kind.starts_with("session.")
            && !LIVE.contains(&kind)
            && let Some(session) = data["sessionID"].as_str()
        {
            let next = self.heads.get(session).map_or(0, |head| head + 1);
            self.heads.insert(session.to_owned(), next);
            frame["durable"] = json!({ "aggregateID": session, "seq": next, "version": 1 });
        }
        frame["data"] = data;
        frame
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durable_events_of_a_session_are_numbered_without_holes() {
        let mut journal = Journal::default();
        let mut of = |kind: &str| journal.frame(kind, Some("/a"), json!({ "sessionID": "ses_1" }));
        assert_eq!(of("session.created")["durable"]["seq"], 0);
        assert_eq!(of("session.text.delta")["durable"], Value::Null);
        let started = of("session.execution.started");
        assert_eq!(started["durable"]["seq"], 1);
        assert_eq!(started["location"], Value::Null);
        assert_eq!(of("permission.asked")["location"]["directory"], "/a");
        assert_eq!(journal.head("ses_1"), Some(1));
    }
}
