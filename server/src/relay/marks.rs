//! Up to where the owner has looked at each session, on a server that keeps that itself: what
//! it says is taken over, and what was looked at here is told to it, once.
//!
//! Pure. Everything is counted in the server's own times: the ends of turns.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::id::SessionId;
use domain::time::Millis;
use opencode::ReadMark;

/// How many sessions become news by one read of everything, the latest first: as many as a
/// list shows. Of a server whose other clients never say that they looked all would.
const NEWS_MAX: usize = 100;

/// What is known of each session in which a turn has ended.
#[derive(Debug, Default)]
pub(super) struct Marks(BTreeMap<SessionId, Known>);

#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// When its last turn ended.
    idle: Millis,
    /// Whether a turn has ended since the server said so: what it says next may be older.
    since: bool,
    /// Up to which end the owner has looked, as far as is known here.
    seen: Option<Millis>,
    /// Up to which end the server knows it, or was told.
    told: Option<Millis>,
}

/// What follows from what a server says of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Whether the session holds news.
    pub(super) news: bool,
    /// What the server is to be told: up to this end it was looked at.
    pub(super) tell: Option<Millis>,
}

/// What is taken of a read of everything, the latest first: all that was looked at, and of
/// news [`NEWS_MAX`].
pub(super) fn latest(mut marks: Vec<ReadMark>) -> Vec<ReadMark> {
    marks.sort_by_key(|mark| Reverse(mark.idle));
    let mut news = 0;
    marks.retain(|mark| {
        news += usize::from(mark.unread);
        !mark.unread || news <= NEWS_MAX
    });
    marks
}

impl Marks {
    /// The server speaks of a session, at which somebody is looking here or not. None where
    /// what it says is older than what was heard.
    pub(super) fn hear(&mut self, mark: &ReadMark, looks_on: bool) -> Option<Word> {
        let known = self.0.entry(mark.session.clone()).or_default();
        if known.since && mark.idle <= known.idle {
            return None;
        }
        known.since = false;
        known.idle = mark.idle;
        let here = Some(mark.idle);
        if !mark.unread {
            known.told = known.told.max(here);
        }
        if !mark.unread || looks_on {
            known.seen = known.seen.max(here);
        }
        Some(Word {
            news: known.seen < here,
            tell: known.tell(),
        })
    }

    /// The owner looks at a session: what the server is to be told.
    pub(super) fn see(&mut self, session: &SessionId) -> Option<Millis> {
        let known = self.0.get_mut(session)?;
        known.seen = known.seen.max(Some(known.idle));
        known.tell()
    }

    /// A turn of a session ends: the server says when.
    pub(super) fn ended(&mut self, session: &SessionId) {
        if let Some(known) = self.0.get_mut(session) {
            known.since = true;
        }
    }

    /// The server is read as a whole on a line that is new: what it was told on the last one
    /// may not have arrived.
    pub(super) fn connected(&mut self) {
        for known in self.0.values_mut() {
            known.told = None;
            known.since = false;
        }
    }

    /// The session is gone.
    pub(super) fn forget(&mut self, session: &SessionId) {
        self.0.remove(session);
    }
}

impl Known {
    /// Each end is told once, and the last one alone: a server that does not take it is not
    /// told for ever.
    fn tell(&mut self) -> Option<Millis> {
        if self.seen < Some(self.idle) || self.seen <= self.told {
            return None;
        }
        self.told = self.seen;
        self.seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(idle: u64, unread: bool) -> ReadMark {
        ReadMark {
            session: SessionId::new("ses_1"),
            idle: Millis(idle),
            unread,
        }
    }

    fn heard(marks: &mut Marks, idle: u64, unread: bool) -> (bool, Option<u64>) {
        let word = marks.hear(&mark(idle, unread), false).unwrap();
        (word.news, word.tell.map(|idle| idle.0))
    }

    #[test]
    fn news_of_the_server_are_news_until_it_is_looked_at_here_or_there() {
        let mut marks = Marks::default();
        assert_eq!(heard(&mut marks, 5, true), (true, None));
        assert_eq!(heard(&mut marks, 5, false), (false, None));
        assert_eq!(heard(&mut marks, 9, true), (true, None));
        let session = SessionId::new("ses_1");
        assert_eq!(marks.see(&session), Some(Millis(9)));
        assert_eq!(marks.see(&session), None, "once is enough");
        assert_eq!(heard(&mut marks, 9, false), (false, None));
        assert_eq!(marks.see(&SessionId::new("ses_2")), None);
    }

    #[test]
    fn a_server_that_takes_no_mark_is_told_once_and_its_word_does_not_count() {
        let mut marks = Marks::default();
        let seen = marks.hear(&mark(5, true), true).unwrap();
        assert_eq!((seen.news, seen.tell), (false, Some(Millis(5))));
        for looks_on in [true, false] {
            let again = marks.hear(&mark(5, true), looks_on).unwrap();
            assert_eq!((again.news, again.tell), (false, None));
        }
        assert_eq!(heard(&mut marks, 6, true), (true, None));
    }

    #[test]
    fn what_was_looked_at_while_the_server_was_away_is_told_when_it_is_back() {
        let mut marks = Marks::default();
        marks.hear(&mark(5, true), false);
        // Told on a line that broke.
        assert_eq!(marks.see(&SessionId::new("ses_1")), Some(Millis(5)));
        marks.connected();
        assert_eq!(heard(&mut marks, 5, true), (false, Some(5)));
        assert_eq!(heard(&mut marks, 5, false), (false, None));
    }

    #[test]
    fn of_a_server_with_which_nobody_looks_only_the_latest_are_news() {
        let marks = (0..300).map(|idle| mark(idle, idle % 2 == 0)).collect();
        let taken = latest(marks);
        let news: Vec<u64> = taken
            .iter()
            .filter(|it| it.unread)
            .map(|it| it.idle.0)
            .collect();
        assert_eq!(news.len(), NEWS_MAX);
        assert_eq!((news[0], news[NEWS_MAX - 1]), (298, 100));
        assert_eq!(taken.iter().filter(|it| !it.unread).count(), 150);
    }

    #[test]
    fn what_was_read_before_a_turn_ended_says_nothing_of_its_end() {
        let mut marks = Marks::default();
        let session = SessionId::new("ses_1");
        marks.hear(&mark(5, false), false);
        marks.ended(&session);
        assert_eq!(marks.hear(&mark(5, false), false), None);
        assert_eq!(heard(&mut marks, 8, true), (true, None));
        marks.ended(&session);
        marks.connected();
        let again = heard(&mut marks, 8, true);
        assert_eq!(again, (true, None), "it was read anew");
    }
}
