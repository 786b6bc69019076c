//! How far what we hold of each session is whole, by the numbers that the server gives its
//! durable events: they have no holes, so a hole means that something was missed.
//!
//! Pure.

use std::collections::BTreeMap;

use domain::id::SessionId;

/// What is known of the numbers of all sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Numbers {
    sessions: BTreeMap<SessionId, Known>,
    /// Whether whatever happens is heard: not in a stream's first moments.
    settled: bool,
}

/// What is known of one session's numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Known {
    /// All events up to this one are in what we hold.
    whole: Option<u64>,
    /// The first and the last of the events that this stream has said without a hole.
    heard: Option<(u64, u64)>,
}

/// Where a session stood when a read of it was begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Begun(Option<u64>);

impl Numbers {
    /// The stream broke: what comes next is heard on another, which is not settled.
    pub(super) fn broke(&mut self) {
        self.settled = false;
        for known in self.sessions.values_mut() {
            known.heard = None;
        }
    }

    /// From now on whatever happens is heard.
    pub(super) fn settle(&mut self) {
        self.settled = true;
    }

    /// The stream said event `seq` of `session`, whose transcript is `held` or not; false
    /// where something before it was missed.
    pub(super) fn hear(&mut self, session: &SessionId, seq: u64, held: bool) -> bool {
        let known = self.sessions.entry(session.clone()).or_default();
        known.heard = match known.heard {
            Some((first, last)) if seq == last + 1 => Some((first, seq)),
            Some((first, last)) if seq <= last => Some((first, last)),
            Some(_) | None => Some((seq, seq)),
        };
        match known.whole {
            Some(whole) if seq > whole + 1 => return false,
            Some(whole) => known.whole = Some(whole.max(seq)),
            // All that ever happened to it; or it was read, and nothing since was missed.
            None if seq == 0 || (held && self.settled) => known.whole = Some(seq),
            None => {}
        }
        true
    }

    /// A read of `session` is begun now.
    pub(super) fn begin(&self, session: &SessionId) -> Begun {
        let known = self.sessions.get(session);
        Begun(known.and_then(|known| known.heard).map(|(_, last)| last))
    }

    /// What was read is held from now on: it shows everything up to where it was begun, and
    /// what was heard since is applied to it.
    pub(super) fn read(&mut self, session: &SessionId, begun: Begun) {
        let known = self.sessions.entry(session.clone()).or_default();
        let Some(begun) = begun.0 else {
            return;
        };
        let reached = match known.heard {
            Some((first, last)) if first <= begun + 1 => last.max(begun),
            Some(_) | None => begun,
        };
        known.whole = known.whole.max(Some(reached));
    }

    /// The log showed everything up to `seq`.
    pub(super) fn logged(&mut self, session: &SessionId, seq: u64) {
        let known = self.sessions.entry(session.clone()).or_default();
        known.whole = known.whole.max(Some(seq));
    }

    /// The server has lost what we thought it had said: its numbers begin anew somewhere.
    pub(super) fn lost(&mut self, session: &SessionId) {
        if let Some(known) = self.sessions.get_mut(session) {
            known.whole = None;
        }
    }

    /// How far what we hold of a session is whole.
    pub(super) fn whole(&self, session: &SessionId) -> Option<u64> {
        self.sessions.get(session)?.whole
    }

    /// What we hold of these sessions alone is still whole; of the others nothing is known
    /// any more.
    pub(super) fn keep_only(&mut self, whole: impl Fn(&SessionId) -> bool) {
        for (session, known) in &mut self.sessions {
            if !whole(session) {
                known.whole = None;
            }
        }
    }

    /// A session is gone.
    pub(super) fn forget(&mut self, session: &SessionId) {
        self.sessions.remove(session);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> SessionId {
        SessionId::new("s")
    }

    fn settled() -> Numbers {
        let mut numbers = Numbers::default();
        numbers.settle();
        numbers
    }

    #[test]
    fn a_session_that_is_born_on_the_stream_is_whole_and_a_hole_is_seen() {
        let mut numbers = Numbers::default();
        for seq in 0..3 {
            assert!(numbers.hear(&session(), seq, false));
        }
        assert_eq!(numbers.whole(&session()), Some(2));
        assert!(!numbers.hear(&session(), 4, false));
        assert_eq!(numbers.whole(&session()), Some(2), "asked for from there");
        numbers.logged(&session(), 4);
        assert!(numbers.hear(&session(), 5, false));
        assert!(numbers.hear(&session(), 5, false), "twice is no hole");
    }

    #[test]
    fn what_is_said_in_a_streams_first_moments_proves_nothing() {
        let mut numbers = Numbers::default();
        assert!(numbers.hear(&session(), 6, true));
        assert_eq!(numbers.whole(&session()), None, "5 may be lost");
        // Read after the stream has settled, it shows at least what was heard before.
        let begun = numbers.begin(&session());
        numbers.settle();
        numbers.read(&session(), begun);
        assert_eq!(numbers.whole(&session()), Some(6));
    }

    #[test]
    fn what_is_heard_while_a_read_is_under_way_counts_with_it() {
        let mut numbers = settled();
        numbers.hear(&session(), 3, false);
        let begun = numbers.begin(&session());
        numbers.hear(&session(), 4, false);
        numbers.hear(&session(), 5, false);
        assert_eq!(numbers.whole(&session()), None, "nothing is held");
        numbers.read(&session(), begun);
        assert_eq!(numbers.whole(&session()), Some(5));
    }

    #[test]
    fn a_hole_is_seen_also_after_a_server_was_put_back() {
        let mut numbers = settled();
        numbers.hear(&session(), 100, true);
        numbers.broke();
        numbers.lost(&session());
        numbers.settle();
        numbers.hear(&session(), 51, false);
        let begun = numbers.begin(&session());
        numbers.read(&session(), begun);
        assert_eq!(numbers.whole(&session()), Some(51));
        assert!(!numbers.hear(&session(), 53, true));
    }

    #[test]
    fn a_break_leaves_what_is_held_and_shows_what_was_missed() {
        let mut numbers = settled();
        numbers.hear(&session(), 0, true);
        numbers.broke();
        assert_eq!(numbers.whole(&session()), Some(0));
        assert!(!numbers.hear(&session(), 2, true));
        numbers.keep_only(|_| false);
        assert_eq!(numbers.whole(&session()), None);
    }
}
