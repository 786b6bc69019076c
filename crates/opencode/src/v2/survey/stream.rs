//! What the event stream said while the session of ours was made, changed and removed.

use std::time::Duration;

use super::Asker;
use super::heard::{Frame, hole};
use super::notes::{Found, Notes, Question};
use super::reply::word;

/// How long the last word of a session is waited for: it was said already, or never is.
pub(super) const LAST_WORD_TIMEOUT: Duration = Duration::from_secs(2);

/// What is said of a session that is made, called something else, given metadata, a model
/// and a prompt that is taken back, and removed.
const KINDS: [&str; 8] = [
    "session.created",
    "session.renamed",
    "session.metadata.updated",
    "session.model.selected",
    "session.inbox.enqueued",
    "session.inbox.delivery.changed",
    "session.inbox.cancelled",
    "session.deleted",
];

const FIRST: Question = Question {
    asked: "the stream's first frame",
    expected: "server.connected",
    mark: "S",
};
const SAID: Question = Question {
    asked: "what is said of the session meanwhile",
    expected: "each change by its name",
    mark: "C, T",
};
const NUMBERS: Question = Question {
    asked: "the numbers of what is said of it",
    expected: "from 0, without a hole",
    mark: "T, S",
};
const PLACE: Question = Question {
    asked: "whether its frames name the directory",
    expected: "all do but those of a turn",
    mark: "C",
};

const NOTHING_RAN: Question = Question {
    asked: "whether anything ran of what was not to be run",
    expected: "nothing did",
    mark: "T",
};

impl Asker {
    pub(super) async fn of_stream(&self, notes: &mut Notes) {
        let id = self.made.scratch.as_str();
        let last = |frame: &Frame| frame.kind == "session.deleted";
        // Whether it came is what the findings say.
        let _ = self.heard.until(id, last, LAST_WORD_TIMEOUT).await;
        let frames = self.heard.of(id);
        notes.note(FIRST, connected(self.heard.first().as_ref()));
        if self.is_silent() {
            notes.skip(&[SAID], "the server stopped answering");
        } else {
            notes.note(SAID, each_is_said(&frames));
        }
        notes.note(NUMBERS, numbered(&frames));
        notes.note(PLACE, placed(&frames));
        notes.note(NOTHING_RAN, nothing_ran(&frames));
    }
}

fn connected(first: Option<&Frame>) -> Found {
    let Some(first) = first else {
        return Found::Other("nothing was heard".to_owned());
    };
    let same = first.kind == "server.connected";
    Found::judged(same, word(&first.kind))
}

fn each_is_said(frames: &[Frame]) -> Found {
    let said = |kind: &&&str| frames.iter().any(|it| it.kind == **kind);
    let missing: Vec<&str> = KINDS.iter().filter(|it| !said(it)).copied().collect();
    if missing.is_empty() {
        return Found::Same("each is".to_owned());
    }
    let mut others: Vec<String> = frames.iter().map(|it| word(&it.kind)).collect();
    others.retain(|it| !KINDS.contains(&it.as_str()));
    others.sort();
    others.dedup();
    let missing = missing.join(" ");
    let others = others.join(" ");
    Found::Other(format!("without {missing}; beside them {others}"))
}

/// What is wrong with the numbers of a session, if anything.
pub(super) fn numbered(frames: &[Frame]) -> Found {
    if frames.iter().all(|it| it.seq.is_none()) {
        return Found::Other("no frame has a number".to_owned());
    }
    let count = frames.iter().filter(|it| it.seq.is_some()).count();
    match hole(frames) {
        None => Found::Same(format!("{count} of them")),
        Some(hole) => Found::Other(hole),
    }
}

fn placed(frames: &[Frame]) -> Found {
    let mut homeless: Vec<String> = frames
        .iter()
        .filter(|it| !it.placed && !it.kind.starts_with("session.execution."))
        .map(|it| word(&it.kind))
        .collect();
    homeless.sort();
    homeless.dedup();
    if frames.is_empty() {
        return Found::Other("nothing was heard".to_owned());
    }
    let said = if homeless.is_empty() {
        "all do".to_owned()
    } else {
        format!("not {}", homeless.join(" "))
    };
    Found::judged(homeless.is_empty(), said)
}

fn nothing_ran(frames: &[Frame]) -> Found {
    let mut runs = frames.iter();
    let runs = runs.find(|it| it.kind.starts_with("session.execution."));
    match runs {
        Some(frame) => Found::Other(word(&frame.kind)),
        None if frames.is_empty() => Found::Open("nothing was heard".to_owned()),
        None => Found::Same("nothing did".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Frame> {
        let frames = KINDS.iter().zip(0..);
        let of = |(kind, seq): (&&str, u64)| Frame {
            kind: (*kind).to_owned(),
            seq: Some(seq),
            placed: true,
            ..Frame::default()
        };
        frames.map(of).collect()
    }

    #[test]
    fn a_name_that_was_not_heard_is_told_with_those_that_were() {
        assert!(matches!(each_is_said(&all()), Found::Same(_)));
        let mut frames = all();
        frames[1].kind = "session.titled".to_owned();
        let found = each_is_said(&frames);
        let said = "without session.renamed; beside them session.titled".to_owned();
        assert_eq!(found, Found::Other(said));
    }

    #[test]
    fn numbers_and_places_that_are_missing_differ() {
        assert!(matches!(numbered(&all()), Found::Same(_)));
        assert!(matches!(placed(&all()), Found::Same(_)));
        let mut frames = all();
        frames.remove(2);
        assert_eq!(
            numbered(&frames),
            Found::Other("3 where 2 was due".to_owned())
        );
        frames[0].placed = false;
        assert_eq!(
            placed(&frames),
            Found::Other("not session.created".to_owned())
        );
        assert!(matches!(numbered(&[]), Found::Other(_)));
    }

    #[test]
    fn a_turn_that_began_against_our_word_is_told() {
        assert_eq!(nothing_ran(&all()), Found::Same("nothing did".to_owned()));
        let mut frames = all();
        frames[4].kind = "session.execution.started".to_owned();
        let found = nothing_ran(&frames);
        let said = "session.execution.started".to_owned();
        assert_eq!(found, Found::Other(said));
        assert!(matches!(nothing_ran(&[]), Found::Open(_)));
    }

    #[test]
    fn a_stream_begins_with_the_word_that_it_is_there() {
        let first = Frame {
            kind: "server.connected".to_owned(),
            ..Frame::default()
        };
        assert!(matches!(connected(Some(&first)), Found::Same(_)));
        assert!(matches!(connected(all().first()), Found::Other(_)));
        assert!(matches!(connected(None), Found::Other(_)));
    }
}
