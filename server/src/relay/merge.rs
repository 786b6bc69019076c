//! Joins the small pieces in which a text arrives, before they get a place in the journal:
//! the first piece after quiet goes on at once, later ones at most once in [`WINDOW`] for
//! each text. So the first word is as quick as it can be and a fast model floods nobody.
//!
//! Pure: time is an argument, counted from any fixed start.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::event::PartRef;
use domain::id::{MessageId, SessionId};

/// The least time between two pieces of one text: two frames of a 60 Hz screen, which is
/// the most that can be told apart.
pub const WINDOW: Duration = Duration::from_millis(33);
/// How many bytes wait at most before they go on, whatever the time.
const WAITING_MAX_BYTES: usize = 16 * 1024;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Of which.
    pub at: PartRef,
    /// What came.
    pub text: String,
}

/// What waits, by text.
#[derive(Debug, Default)]
pub struct Merge {
    texts: BTreeMap<PartRef, Waiting>,
}

/// One text that grows.
#[derive(Debug)]
struct Waiting {
    /// When the next piece may go on.
    due: Duration,
    /// What has come since the last one went.
    text: String,
}

impl Merge {
    /// Takes a piece; gives back what may go on at once.
    pub fn push(&mut self, now: Duration, piece: Piece) -> Option<Piece> {
        let Some(waiting) = self.texts.get_mut(&piece.at) else {
            self.texts.insert(
                piece.at.clone(),
                Waiting {
                    due: now + WINDOW,
                    text: String::new(),
                },
            );
            return Some(piece);
        };
        waiting.text.push_str(&piece.text);
        if now < waiting.due && waiting.text.len() < WAITING_MAX_BYTES {
            return None;
        }
        waiting.due = now + WINDOW;
        Some(Piece {
            text: std::mem::take(&mut waiting.text),
            at: piece.at,
        })
    }

    /// When the next piece is due.
    pub fn next_due(&self) -> Option<Duration> {
        self.texts
            .values()
            .filter(|waiting| !waiting.text.is_empty())
            .map(|waiting| waiting.due)
            .min()
    }

    /// What is due by `now`. Texts that have been quiet for a window are forgotten.
    pub fn take_due(&mut self, now: Duration) -> Vec<Piece> {
        let mut due = Vec::new();
        self.texts.retain(|at, waiting| {
            if now < waiting.due {
                return true;
            }
            if waiting.text.is_empty() {
                return false;
            }
            waiting.due = now + WINDOW;
            due.push(Piece {
                at: at.clone(),
                text: std::mem::take(&mut waiting.text),
            });
            true
        });
        due
    }

    /// What waits of one message, because something else happened to it.
    pub fn take_message(&mut self, session: &SessionId, message: &MessageId) -> Vec<Piece> {
        self.take_if(|at| at.session == *session && at.message == *message)
    }

    /// What waits of one session, because its turn changed.
    pub fn take_session(&mut self, session: &SessionId) -> Vec<Piece> {
        self.take_if(|at| at.session == *session)
    }

    /// All that waits, because the stream ended.
    pub fn take_all(&mut self) -> Vec<Piece> {
        self.take_if(|_| true)
    }

    fn take_if(&mut self, wanted: impl Fn(&PartRef) -> bool) -> Vec<Piece> {
        self.texts
            .iter_mut()
            .filter(|(at, waiting)| !waiting.text.is_empty() && wanted(at))
            .map(|(at, waiting)| Piece {
                at: at.clone(),
                text: std::mem::take(&mut waiting.text),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::PartId;
    use proptest::prelude::*;

    fn at(part: &str) -> PartRef {
        PartRef {
            session: SessionId::new("s"),
            message: MessageId::new("m"),
            part: PartId::new(part),
        }
    }

    fn piece(part: &str, text: &str) -> Piece {
        Piece {
            at: at(part),
            text: text.to_owned(),
        }
    }

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn the_first_piece_after_quiet_goes_at_once_and_the_next_waits_for_its_window() {
        let mut merge = Merge::default();
        assert_eq!(merge.push(ms(0), piece("p", "a")), Some(piece("p", "a")));
        assert_eq!(merge.push(ms(5), piece("p", "b")), None);
        assert_eq!(merge.push(ms(9), piece("p", "c")), None);
        assert_eq!(merge.next_due(), Some(ms(33)));
        assert_eq!(merge.take_due(ms(32)), []);
        assert_eq!(merge.take_due(ms(33)), [piece("p", "bc")]);
        assert_eq!(merge.take_due(ms(66)), [], "quiet for a window");
        assert_eq!(merge.push(ms(70), piece("p", "d")), Some(piece("p", "d")));
    }

    #[test]
    fn two_texts_do_not_wait_for_each_other() {
        let mut merge = Merge::default();
        assert!(merge.push(ms(0), piece("p", "a")).is_some());
        assert!(merge.push(ms(1), piece("q", "b")).is_some());
    }

    #[test]
    fn another_event_of_the_message_takes_what_waits() {
        let mut merge = Merge::default();
        merge.push(ms(0), piece("p", "a"));
        merge.push(ms(1), piece("p", "b"));
        let taken = merge.take_message(&SessionId::new("s"), &MessageId::new("m"));
        assert_eq!(taken, [piece("p", "b")]);
        assert_eq!(merge.next_due(), None);
    }

    #[test]
    fn much_text_does_not_wait() {
        let mut merge = Merge::default();
        merge.push(ms(0), piece("p", "a"));
        let big = "x".repeat(WAITING_MAX_BYTES);
        assert!(merge.push(ms(1), piece("p", &big)).is_some());
    }

    proptest! {
        /// Whatever the timing, each text comes out whole and in order, and never more
        /// often than once a window but for its bulk.
        #[test]
        fn merged_pieces_join_to_what_was_pushed(
            steps in proptest::collection::vec((0_u64..50, 0_u8..3, "[a-z]{1,5}"), 1..200),
        ) {
            let mut merge = Merge::default();
            let mut now = 0;
            let mut sent: BTreeMap<PartRef, String> = BTreeMap::new();
            let mut got: BTreeMap<PartRef, String> = BTreeMap::new();
            let mut last: BTreeMap<PartRef, u64> = BTreeMap::new();
            for (wait, part, text) in steps {
                now += wait;
                let mut out = merge.take_due(ms(now));
                let at = at(&part.to_string());
                sent.entry(at.clone()).or_default().push_str(&text);
                out.extend(merge.push(ms(now), Piece { at, text }));
                for piece in out {
                    if let Some(before) = last.insert(piece.at.clone(), now) {
                        prop_assert!(now - before >= 33);
                    }
                    got.entry(piece.at).or_default().push_str(&piece.text);
                }
            }
            for piece in merge.take_all() {
                got.entry(piece.at).or_default().push_str(&piece.text);
            }
            prop_assert_eq!(sent, got);
        }
    }
}
