//! What a server's log says that we missed, without what we have, and condensed: a whole
//! message or part that was saved ten times is applied once, as it was in the end.
//!
//! Pure.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::{Event, PartRef};
use domain::id::{MessageId, SessionId};
use opencode::Upstream;

/// A log that was asked for from just before where each session is `whole`, without what is
/// known of it: and the sessions whose last known number came back. In the others it is gone,
/// as where a server was put back to an earlier state; what it numbers so next is other.
pub(super) fn beyond(
    log: Vec<Upstream>,
    whole: &BTreeMap<SessionId, u64>,
) -> (Vec<Upstream>, BTreeSet<SessionId>) {
    let mut beyond = Vec::with_capacity(log.len());
    let mut there = BTreeSet::new();
    // A number stands behind what it is the number of.
    let mut begun = 0;
    for item in log {
        if let Upstream::Seq { session, seq } = &item {
            if whole.get(session) == Some(seq) {
                beyond.truncate(begun);
                there.insert(session.clone());
                continue;
            }
            beyond.push(item);
            begun = beyond.len();
        } else {
            beyond.push(item);
        }
    }
    (beyond, there)
}

/// What an event says anew.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Session(SessionId),
    Message(SessionId, MessageId),
    Part(PartRef),
}

impl Subject {
    fn is_part_of(&self, session: &SessionId, message: &MessageId) -> bool {
        match self {
            Subject::Part(at) => at.session == *session && at.message == *message,
            Subject::Session(_) | Subject::Message(..) => false,
        }
    }
}

/// The same with each thing as it was in the end, at the place where it came to be: a part
/// stays behind its message. The last number of each session stands at the end.
pub(super) fn condense(log: Vec<Upstream>) -> Vec<Upstream> {
    let mut places: BTreeMap<Subject, usize> = BTreeMap::new();
    let mut kept: Vec<Option<Upstream>> = Vec::new();
    let mut numbers: BTreeMap<SessionId, u64> = BTreeMap::new();
    for item in log {
        match item {
            Upstream::Seq { session, seq } => {
                let last = numbers.entry(session).or_default();
                *last = (*last).max(seq);
            }
            Upstream::Event(event) => {
                let (subject, goes) = subject_of(&event);
                let before = subject.as_ref().and_then(|it| places.get(it).copied());
                let place = before.and_then(|at| kept.get_mut(at));
                match (place, goes) {
                    (Some(place), false) => *place = Some(Upstream::Event(event)),
                    (place, _) => {
                        if let Some(place) = place {
                            *place = None;
                        }
                        if let Some(subject) = subject {
                            if let (true, Subject::Message(session, message)) = (goes, &subject) {
                                places.retain(|it, _| !it.is_part_of(session, message));
                            }
                            if goes {
                                places.remove(&subject);
                            } else {
                                places.insert(subject, kept.len());
                            }
                        }
                        kept.push(Some(Upstream::Event(event)));
                    }
                }
            }
            other @ (Upstream::Closed { .. }
            | Upstream::Delta { .. }
            | Upstream::Begun { .. }
            | Upstream::Connected
            | Upstream::Heartbeat
            | Upstream::Disposed { .. }
            | Upstream::Look(_)
            | Upstream::Mark(_)
            | Upstream::Missed
            | Upstream::Unknown { .. }) => kept.push(Some(other)),
        }
    }
    let numbers = numbers
        .into_iter()
        .map(|(session, seq)| Upstream::Seq { session, seq });
    kept.into_iter().flatten().chain(numbers).collect()
}

/// What an event is about, and whether it says that this is gone.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a log holds no other events; were there one, it would be kept as it is"
)]
fn subject_of(event: &Event) -> (Option<Subject>, bool) {
    match event {
        Event::SessionUpserted { session } => (Some(Subject::Session(session.id.clone())), false),
        Event::SessionRemoved { session } => (Some(Subject::Session(session.clone())), true),
        Event::MessageUpserted { message } => {
            let subject = Subject::Message(message.session.clone(), message.id.clone());
            (Some(subject), false)
        }
        Event::MessageRemoved { session, message } => {
            let subject = Subject::Message(session.clone(), message.clone());
            (Some(subject), true)
        }
        Event::PartUpserted { part } => (Some(Subject::Part(PartRef::of(part))), false),
        Event::PartRemoved(at) => (Some(Subject::Part(at.clone())), true),
        _ => (None, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::testing::{assistant, at, live, text, upserted};
    use domain::transcript::Transcript;
    use proptest::prelude::*;

    fn seq(seq: u64) -> Upstream {
        Upstream::Seq {
            session: SessionId::new("s"),
            seq,
        }
    }

    #[test]
    fn what_was_saved_often_comes_once_at_its_first_place() {
        let part = at("s", "m", "p");
        let log = vec![
            Upstream::Event(assistant("s", "m", 1)),
            seq(4),
            Upstream::Event(text(&part, "", true)),
            seq(5),
            Upstream::Event(upserted("s")),
            seq(6),
            Upstream::Event(text(&part, "done", false)),
            seq(7),
        ];
        assert_eq!(
            condense(log),
            [
                Upstream::Event(assistant("s", "m", 1)),
                Upstream::Event(text(&part, "done", false)),
                Upstream::Event(upserted("s")),
                seq(7),
            ]
        );
    }

    #[test]
    fn what_is_known_is_left_out_and_proves_that_the_log_goes_on() {
        let log = vec![
            Upstream::Event(upserted("s")),
            seq(4),
            Upstream::Event(assistant("s", "m", 1)),
            seq(5),
        ];
        let session = SessionId::new("s");
        let whole = |seq| BTreeMap::from([(session.clone(), seq)]);
        let (rest, there) = beyond(log.clone(), &whole(4));
        assert_eq!(rest, [Upstream::Event(assistant("s", "m", 1)), seq(5)]);
        assert!(there.contains(&session));
        let (rest, there) = beyond(log.clone(), &whole(9));
        assert_eq!(rest, log);
        assert!(there.is_empty(), "it was put back");
    }

    fn entry() -> impl Strategy<Value = Event> {
        (0..5_u8, 0..3_u8, 0..2_u8, "[a-z]{0,3}").prop_map(|(kind, message, part, words)| {
            let id = format!("m{message}");
            let place = at("s", &id, &format!("{id}p{part}"));
            match kind {
                0 | 1 => assistant("s", &id, u64::from(message)),
                2 => Event::MessageRemoved {
                    session: SessionId::new("s"),
                    message: MessageId::new(id),
                },
                3 => text(&place, &words, false),
                _ => Event::PartRemoved(place),
            }
        })
    }

    proptest! {
        /// A log says of every part that its message came before.
        #[test]
        fn condensed_it_leads_to_the_same(log in proptest::collection::vec(entry(), 0..40)) {
            let mut there: std::collections::BTreeSet<String> = std::collections::BTreeSet::new();
            let log: Vec<Upstream> = log
                .into_iter()
                .filter(|event| {
                    if let Event::MessageUpserted { message } = event {
                        there.insert(message.id.to_string());
                    }
                    if let Event::MessageRemoved { message, .. } = event {
                        return there.remove(message.as_str());
                    }
                    if let Event::PartUpserted { part } = event {
                        return there.contains(part.message.as_str());
                    }
                    true
                })
                .map(Upstream::Event)
                .collect();
            let reached = |log: &[Upstream]| -> Transcript {
                let mut live = live(&["s"]);
                for item in log {
                    if let Upstream::Event(event) = item {
                        live.absorb(event.clone());
                    }
                }
                live.mirror().transcripts[&SessionId::new("s")].clone()
            };
            let all = reached(&log);
            let short = reached(&condense(log));
            let sorted = |mut it: Transcript| {
                // The order of parts is the order in which they came to be.
                for entry in &mut it.entries {
                    entry.parts.sort_by(|a, b| a.id.cmp(&b.id));
                }
                it
            };
            prop_assert_eq!(sorted(short), sorted(all));
        }
    }
}
