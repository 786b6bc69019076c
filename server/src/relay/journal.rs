//! What happened in one source, lately: numbered, encoded once, bounded. A device has a
//! place in it rather than a queue of its own, so one that reads nothing costs nothing.
//!
//! Pure. It keeps what it is given; what an event means is the mirror's business, and who
//! may be told is the feed's.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::event::Event;
use domain::id::SessionId;
use domain::sync::{Epoch, Position, Seq};

/// How many events a source keeps: minutes of a busy server, hours of a calm one.
pub const ENTRIES_MAX: usize = 10_000;
/// How many bytes of encoded events a source keeps.
pub const BYTES_MAX: usize = 32 * 1024 * 1024;
/// How many bytes of encoded events all sources keep together.
pub const ALL_BYTES_MAX: usize = 128 * 1024 * 1024;
/// What an entry costs beside its text, roughly: its own fields and two allocations.
const ENTRY_OVERHEAD: usize = 96;
/// From how many entries on neighbouring pieces of one text are joined: a device that is
/// so far behind is slow, and joining is dearer than sending what is encoded already.
pub(super) const JOIN_FROM: usize = 32;

/// One event that happened.
#[derive(Clone, Debug)]
struct Entry {
    /// The transcript it belongs to; none where every device gets it.
    transcript: Option<SessionId>,
    /// The event as JSON.
    json: Arc<str>,
    /// The session that it puts into the list, changes there or takes out.
    listed: Option<SessionId>,
    /// Whether it is a piece of a growing text, which can be joined with the next.
    grows: bool,
}

impl Entry {
    fn cost(&self) -> usize {
        self.json.len() + ENTRY_OVERHEAD
    }
}

/// The latest events of one source.
#[derive(Debug)]
pub struct Journal {
    epoch: Epoch,
    /// The place of the newest entry.
    head: Seq,
    entries: VecDeque<Entry>,
    bytes: usize,
    shelf: Shelf,
}

/// What all journals stand on: together they have [`ALL_BYTES_MAX`], each an equal share.
#[derive(Clone, Debug, Default)]
pub struct Shelf(Arc<AtomicUsize>);

impl Shelf {
    /// The most bytes that one journal may take now.
    fn share(&self) -> usize {
        let journals = self.0.load(Ordering::Relaxed);
        BYTES_MAX.min(ALL_BYTES_MAX / journals.max(1))
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.shelf.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a reader gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// Everything in `(from, to]` that it asked for.
    Covered {
        /// Up to where.
        to: Seq,
        /// The events, as JSON.
        events: Vec<Arc<str>>,
        /// The sessions that they put into the list, change there or take out.
        listed: Vec<SessionId>,
        /// The transcripts that some of them belong to.
        taken: Vec<SessionId>,
        /// The transcripts of those that were refused.
        left: Vec<SessionId>,
    },
    /// The journal does not reach back that far (or never was there).
    Lost,
}

impl Journal {
    /// An empty journal in the life `epoch`, among those on `shelf`.
    pub fn new(epoch: Epoch, shelf: &Shelf) -> Self {
        shelf.0.fetch_add(1, Ordering::Relaxed);
        Self {
            shelf: shelf.clone(),
            epoch,
            head: Seq(0),
            entries: VecDeque::new(),
            bytes: 0,
        }
    }

    /// Where the source stands.
    pub fn position(&self) -> Position {
        Position {
            epoch: self.epoch,
            seq: self.head,
        }
    }

    /// Adds an event of a server.
    pub fn record(&mut self, event: &Event) {
        match serde_json::to_string(event) {
            Ok(json) => self.push(Entry {
                transcript: event.transcript().cloned(),
                json: json.into(),
                listed: listed_by(event).cloned(),
                grows: matches!(event, Event::TextAppended { .. }),
            }),
            // Our own types are always encodable; were one not, a journal without it must
            // not pretend to be whole.
            Err(error) => {
                tracing::error!(%error, "an event could not be encoded");
                self.void();
            }
        }
    }

    /// Adds something already encoded that every device gets.
    pub fn record_json(&mut self, json: String) {
        self.push(Entry {
            transcript: None,
            json: json.into(),
            listed: None,
            grows: false,
        });
    }

    fn push(&mut self, entry: Entry) {
        self.head = Seq(self.head.0 + 1);
        self.bytes += entry.cost();
        self.entries.push_back(entry);
        self.trim();
    }

    /// Lets go of what is too old to be kept, given how many journals there are now.
    pub fn trim(&mut self) {
        let most = self.shelf.share();
        while self.entries.len() > ENTRIES_MAX || self.bytes > most {
            let Some(oldest) = self.entries.pop_front() else {
                break;
            };
            self.bytes -= oldest.cost();
        }
    }

    /// Moves on without an entry, so that whoever stands before it starts afresh.
    pub fn void(&mut self) {
        self.head = Seq(self.head.0 + 1);
        self.entries.clear();
        self.bytes = 0;
    }

    /// What happened after `from`, but for transcripts that `wants` refuses, up to about
    /// `max_bytes` of it; at least one event, so that a reader always gets on.
    pub fn read(
        &self,
        from: Position,
        wants: impl Fn(&SessionId) -> bool,
        max_bytes: usize,
    ) -> Read {
        let Some(behind) = self.head.0.checked_sub(from.seq.0) else {
            return Read::Lost;
        };
        let behind = usize::try_from(behind).unwrap_or(usize::MAX);
        if from.epoch != self.epoch || behind > self.entries.len() {
            return Read::Lost;
        }
        let mut to = from.seq;
        let mut bytes = 0;
        let mut wanted: Vec<&Entry> = Vec::new();
        let (mut taken, mut left): (Vec<&SessionId>, Vec<&SessionId>) = Default::default();
        for entry in self.entries.iter().skip(self.entries.len() - behind) {
            let is_wanted = match &entry.transcript {
                None => true,
                Some(session) if taken.contains(&session) => true,
                Some(session) if left.contains(&session) => false,
                Some(session) => wants(session),
            };
            if is_wanted {
                if bytes > 0 && bytes + entry.json.len() > max_bytes {
                    break;
                }
                bytes += entry.json.len();
                wanted.push(entry);
            }
            let known = if is_wanted { &mut taken } else { &mut left };
            if let Some(session) = &entry.transcript
                && !known.contains(&session)
            {
                known.push(session);
            }
            to = Seq(to.0 + 1);
        }
        let events = if wanted.len() < JOIN_FROM {
            wanted.iter().map(|entry| Arc::clone(&entry.json)).collect()
        } else {
            join(&wanted)
        };
        let listed = wanted.iter().filter_map(|entry| entry.listed.clone());
        Read::Covered {
            to,
            events,
            listed: listed.collect(),
            taken: taken.into_iter().cloned().collect(),
            left: left.into_iter().cloned().collect(),
        }
    }
}

/// The session that `event` puts into the list, changes there or takes out.
fn listed_by(event: &Event) -> Option<&SessionId> {
    if let Event::SessionUpserted { session } = event {
        Some(&session.id)
    } else if let Event::SessionRemoved { session } = event {
        Some(session)
    } else {
        None
    }
}

/// Joins neighbouring pieces of the same text into one event.
fn join(entries: &[&Entry]) -> Vec<Arc<str>> {
    let mut joined: Vec<Arc<str>> = Vec::new();
    let mut run: Option<Run> = None;
    for entry in entries {
        if !entry.grows {
            close(&mut run, &mut joined);
            joined.push(Arc::clone(&entry.json));
            continue;
        }
        let Ok(next) = serde_json::from_str::<Event>(&entry.json) else {
            close(&mut run, &mut joined);
            joined.push(Arc::clone(&entry.json));
            continue;
        };
        let longer = run.as_mut().is_some_and(|run| run.take(&next));
        if !longer {
            close(&mut run, &mut joined);
            run = Some(Run {
                event: next,
                first: Arc::clone(&entry.json),
                pieces: 1,
            });
        }
    }
    close(&mut run, &mut joined);
    joined
}

/// Pieces of one text, one after the other.
struct Run {
    event: Event,
    first: Arc<str>,
    pieces: usize,
}

impl Run {
    /// Appends `next` if it goes on exactly where this ends.
    fn take(&mut self, next: &Event) -> bool {
        if let (
            Event::TextAppended { at, offset, text },
            Event::TextAppended {
                at: next_at,
                offset: next_offset,
                text: more,
            },
        ) = (&mut self.event, next)
            && at == next_at
            && *offset + text.len() == *next_offset
            && text.len() + more.len() <= super::EVENT_TEXT_MAX
        {
            text.push_str(more);
            self.pieces += 1;
            return true;
        }
        false
    }
}

fn close(run: &mut Option<Run>, joined: &mut Vec<Arc<str>>) {
    let Some(run) = run.take() else { return };
    if run.pieces == 1 {
        joined.push(run.first);
        return;
    }
    match serde_json::to_string(&run.event) {
        Ok(json) => joined.push(json.into()),
        Err(error) => tracing::error!(%error, "a joined text could not be encoded"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::event::PartRef;
    use domain::id::{MessageId, PartId};

    const EPOCH: Epoch = Epoch(7);

    fn at(seq: u64) -> Position {
        Position {
            epoch: EPOCH,
            seq: Seq(seq),
        }
    }

    fn grown(session: &str, offset: usize, text: &str) -> Event {
        Event::TextAppended {
            at: PartRef {
                session: SessionId::new(session),
                message: MessageId::new("m"),
                part: PartId::new("p"),
            },
            offset,
            text: text.to_owned(),
        }
    }

    fn unread(session: &str) -> Event {
        Event::UnreadChanged {
            session: SessionId::new(session),
            unread: true,
        }
    }

    fn events(read: &Read) -> Vec<Event> {
        let Read::Covered { events, .. } = read else {
            panic!("lost")
        };
        events
            .iter()
            .map(|json| serde_json::from_str(json).unwrap())
            .collect()
    }

    #[test]
    fn a_reader_gets_the_index_and_only_the_transcripts_it_looks_at() {
        let mut journal = Journal::new(EPOCH, &Shelf::default());
        journal.record(&grown("a", 0, "one"));
        journal.record(&grown("b", 0, "two"));
        journal.record(&unread("b"));
        let read = journal.read(at(0), |id| id.as_str() == "a", usize::MAX);
        assert_eq!(events(&read), [grown("a", 0, "one"), unread("b")]);
        assert!(matches!(read, Read::Covered { to: Seq(3), .. }));
    }

    #[test]
    fn a_reader_beyond_the_journal_or_of_another_life_is_lost() {
        let mut journal = Journal::new(EPOCH, &Shelf::default());
        for _ in 0..ENTRIES_MAX + 5 {
            journal.record(&unread("a"));
        }
        assert_eq!(journal.read(at(4), |_| true, 1), Read::Lost);
        assert!(matches!(
            journal.read(at(5), |_| true, 1),
            Read::Covered { .. }
        ));
        assert_eq!(
            journal.read(at(ENTRIES_MAX as u64 + 6), |_| true, 1),
            Read::Lost
        );
        let other = Position {
            epoch: Epoch(8),
            seq: journal.position().seq,
        };
        assert_eq!(journal.read(other, |_| true, 1), Read::Lost);
    }

    #[test]
    fn the_journal_is_bounded_by_bytes() {
        let mut journal = Journal::new(EPOCH, &Shelf::default());
        let text = "x".repeat(1024 * 1024);
        for n in 0..40 {
            journal.record(&grown("a", n * text.len(), &text));
        }
        assert!(journal.bytes <= BYTES_MAX);
        assert!(journal.entries.len() < 40);
        assert_eq!(journal.position().seq, Seq(40));
    }

    #[test]
    fn many_journals_share_one_bound() {
        let shelf = Shelf::default();
        let text = "x".repeat(64 * 1024);
        let fill = |journal: &mut Journal| {
            for n in 0..BYTES_MAX / text.len() {
                journal.record(&grown("a", n * text.len(), &text));
            }
        };
        let mut journals = vec![Journal::new(EPOCH, &shelf)];
        fill(&mut journals[0]);
        assert!(journals[0].bytes > BYTES_MAX / 2, "one has all it may");
        journals.extend((0..15).map(|_| Journal::new(EPOCH, &shelf)));
        for journal in &mut journals {
            fill(journal);
        }
        let all: usize = journals.iter().map(|journal| journal.bytes).sum();
        assert!(all <= ALL_BYTES_MAX, "{all}");
        journals.truncate(1);
        fill(&mut journals[0]);
        assert!(journals[0].bytes > BYTES_MAX / 2, "there is room again");
    }

    #[test]
    fn a_read_is_cut_at_its_bound_but_always_gets_on() {
        let mut journal = Journal::new(EPOCH, &Shelf::default());
        for n in 0..4 {
            journal.record(&grown("a", n * 3, "abc"));
        }
        let mut from = 0;
        let mut all = Vec::new();
        while from < 4 {
            let read = journal.read(at(from), |_| true, 1);
            let Read::Covered { to, .. } = &read else {
                panic!("lost")
            };
            assert!(to.0 > from);
            from = to.0;
            all.extend(events(&read));
        }
        assert_eq!(all.len(), 4);
    }

    #[test]
    fn a_long_range_joins_neighbouring_pieces_of_one_text() {
        let mut journal = Journal::new(EPOCH, &Shelf::default());
        for n in 0..100 {
            journal.record(&grown("a", n * 2, "ab"));
            if n == 49 {
                journal.record(&unread("a"));
            }
        }
        let read = journal.read(at(0), |_| true, usize::MAX);
        assert_eq!(
            events(&read),
            [
                grown("a", 0, &"ab".repeat(50)),
                unread("a"),
                grown("a", 100, &"ab".repeat(50)),
            ]
        );
    }

    #[test]
    fn a_voided_journal_makes_everybody_start_afresh() {
        let mut journal = Journal::new(EPOCH, &Shelf::default());
        journal.record(&unread("a"));
        journal.void();
        assert_eq!(journal.read(at(1), |_| true, 1), Read::Lost);
        assert!(matches!(
            journal.read(journal.position(), |_| true, 1),
            Read::Covered { .. }
        ));
    }
}
