//! What lies before the transcript that the mirror holds: in which stretch of the server's
//! history each message is, so that any of them can be read without what is in between.
//!
//! Pure. `history` reads. The server gives its history backwards alone, each stretch telling
//! where the one before it is asked for; what was learnt on the way is kept, so that a
//! reader may go forwards too.

use std::collections::VecDeque;
use std::sync::Arc;

use domain::id::MessageId;
use domain::transcript::Entry;
use opencode::OlderCursor;

/// How many stretches are kept as they were read: those around the reader, and a step back.
const KEPT: usize = 4;

/// The history of one session before what the mirror holds of it.
#[derive(Debug, Default)]
pub struct Past {
    /// Where the messages before those of the mirror are asked for; none where there are
    /// none.
    start: Option<OlderCursor>,
    /// What is known, newest first.
    stretches: Vec<Stretch>,
    kept: VecDeque<(usize, Arc<[Entry]>)>,
}

/// One stretch, as it was last read.
#[derive(Debug)]
struct Stretch {
    ids: Vec<MessageId>,
    /// Where the one before it is asked for.
    older: Option<OlderCursor>,
}

/// How a stretch is to be had.
#[derive(Debug)]
pub enum Seek {
    /// It is at hand.
    Here(Arc<[Entry]>),
    /// It is to be read before this.
    Read(OlderCursor),
    /// There is none: the one before it is the first of all.
    Nothing,
}

/// Where a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// In which stretch, counted from the mirror backwards.
    pub stretch: usize,
    /// At which place in it.
    pub at: usize,
}

impl Past {
    /// The history that is asked for at `start`, of which nothing is known yet.
    pub fn new(start: Option<OlderCursor>) -> Self {
        Self {
            start,
            ..Self::default()
        }
    }

    /// How many stretches are known.
    pub fn known(&self) -> usize {
        self.stretches.len()
    }

    /// How the stretch with this number is to be had; only the first unknown one can.
    pub fn seek(&self, stretch: usize) -> Seek {
        if let Some((_, entries)) = self.kept.iter().find(|(number, _)| *number == stretch) {
            return Seek::Here(Arc::clone(entries));
        }
        let cursor = match stretch.checked_sub(1) {
            None => self.start.as_ref(),
            Some(newer) => self.stretches.get(newer).and_then(|it| it.older.as_ref()),
        };
        cursor.map_or(Seek::Nothing, |cursor| Seek::Read(cursor.clone()))
    }

    /// Whether there is anything before a stretch that is known.
    pub fn goes_on(&self, stretch: usize) -> bool {
        let known = self.stretches.get(stretch);
        known.is_some_and(|known| known.older.is_some())
    }

    /// Takes what was read for `stretch` at `cursor`; nothing where the history is no longer
    /// the one that was asked.
    pub fn learn(
        &mut self,
        stretch: usize,
        cursor: &OlderCursor,
        entries: Arc<[Entry]>,
        older: Option<OlderCursor>,
    ) {
        let asked = match self.seek(stretch) {
            Seek::Read(asked) => asked == *cursor,
            Seek::Here(_) | Seek::Nothing => false,
        };
        if !asked {
            return;
        }
        let ids = entries.iter().map(|it| it.message.id.clone()).collect();
        let known = Stretch { ids, older };
        match self.stretches.get_mut(stretch) {
            Some(before) => *before = known,
            None => self.stretches.push(known),
        }
        self.kept.push_back((stretch, entries));
        while self.kept.len() > KEPT {
            self.kept.pop_front();
        }
    }

    /// Where `message` is, as far as is known.
    pub fn spot(&self, message: &MessageId) -> Option<Spot> {
        self.stretches.iter().enumerate().find_map(|(stretch, it)| {
            let at = it.ids.iter().position(|id| id == message)?;
            Some(Spot { stretch, at })
        })
    }

    /// A message is no longer there: what was read is read again.
    pub fn forget(&mut self, message: &MessageId) {
        if self.spot(message).is_some() {
            self.kept.clear();
            for stretch in &mut self.stretches {
                stretch.ids.retain(|id| id != message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::message::{Message, Role, User};
    use domain::time::Millis;

    fn entries(numbers: std::ops::Range<u64>) -> Arc<[Entry]> {
        numbers
            .map(|n| Entry {
                message: Message {
                    id: id(n),
                    session: domain::id::SessionId::new("s"),
                    created: Millis(n),
                    role: Role::User(User::default()),
                },
                parts: Vec::new(),
            })
            .collect()
    }

    fn id(n: u64) -> MessageId {
        MessageId::new(format!("m{n}"))
    }

    fn cursor(n: u64) -> OlderCursor {
        OlderCursor::new(n.to_string())
    }

    /// Twenty messages before the mirror, in stretches of five.
    fn walked(stretches: usize) -> Past {
        let mut past = Past::new(Some(cursor(20)));
        for stretch in 0..stretches {
            let end = 20 - 5 * stretch as u64;
            let Seek::Read(asked) = past.seek(stretch) else {
                panic!("not to be read: {stretch}")
            };
            assert_eq!(asked, cursor(end));
            let older = (end > 5).then(|| cursor(end - 5));
            past.learn(stretch, &asked, entries(end - 5..end), older);
        }
        past
    }

    #[test]
    fn it_is_walked_backwards_to_its_beginning() {
        let past = walked(4);
        assert!(matches!(past.seek(4), Seek::Nothing));
        assert!(past.goes_on(2) && !past.goes_on(3));
        assert_eq!(past.spot(&id(0)), Some(Spot { stretch: 3, at: 0 }));
        assert_eq!(past.spot(&id(20)), None, "that one is the mirror's");
    }

    #[test]
    fn what_was_passed_is_read_again_where_it_was_read_before() {
        let mut past = walked(4);
        past.kept.clear();
        let Seek::Read(again) = past.seek(1) else {
            panic!("known")
        };
        assert_eq!(again, cursor(15));
        past.learn(1, &again, entries(10..15), Some(cursor(10)));
        assert!(matches!(past.seek(1), Seek::Here(_)));
        assert_eq!(past.known(), 4);
    }

    #[test]
    fn an_answer_to_an_older_question_is_left_out() {
        let mut past = walked(1);
        past.learn(1, &cursor(99), entries(0..1), None);
        assert_eq!(past.known(), 1);
        past.learn(5, &cursor(15), entries(10..15), None);
        assert_eq!(past.known(), 1);
    }

    #[test]
    fn only_a_few_stretches_are_kept() {
        let mut past = walked(4);
        for n in 0..20 {
            past.kept.push_back((n + 10, entries(0..1)));
        }
        let Seek::Here(_) = past.seek(3) else {
            panic!("known")
        };
        past.forget(&id(1));
        assert!(past.kept.is_empty());
        assert_eq!(past.spot(&id(1)), None);
    }
}
