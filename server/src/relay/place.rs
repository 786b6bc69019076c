//! Where one device stands in one server's journal, and what it is to be sent next.
//!
//! Pure: it looks at the server's state and writes frames. It does not wait, and it does
//! not load: [`Place::missing`] says what should be.

use std::collections::{BTreeSet, VecDeque};

use domain::id::{ServerId, SessionId};
use domain::session::SessionEntry;
use domain::sync::{
    Focus, Frame, Index, PASSAGE_ROWS, Passage, Position, Seq, SessionWindow, WINDOW_ROWS,
};
use domain::transcript::{Entry, Transcript, back_from, on_from};

use super::frames::{self, Line};
use super::history::Found;
use super::live::Live;
use super::press::{Press, Stand};

/// About how many bytes of events go into one frame: a device on a slow link applies what
/// it has while the rest is on its way.
const FRAME_BYTES: usize = 128 * 1024;
/// How many sessions of a server a device may look at at once: panes of a large screen.
pub const FOCUS_MAX: usize = 8;
/// How many sessions an index may show at most.
pub const INDEX_MAX: u32 = 5_000;
/// How many requests for messages wait at most; more are a page gone mad.
const ASKED_MAX: usize = 8;

/// Messages that a device wants, and where they are to be taken from.
#[derive(Debug)]
struct Asked {
    session: SessionId,
    wanted: Passage,
    found: Found,
}

impl Asked {
    /// What is there of it.
    fn take(self, live: &Live) -> Option<(SessionId, Taken)> {
        let transcript = live.mirror().transcripts.get(&self.session)?;
        let since = live.held_since(&self.session)?;
        let taken = taken(self.wanted, self.found, transcript, since)?;
        Some((self.session, taken))
    }
}

/// One device's place in one server.
#[derive(Debug)]
pub struct Place {
    server: ServerId,
    /// What the device has been told; none before its first frame.
    told: Option<Position>,
    /// How far the journal has been read: beyond `told` where nothing was worth a frame.
    read: Option<Position>,
    /// The sessions it looks at.
    wanted: BTreeSet<SessionId>,
    /// Those of them whose transcripts it holds as of `read`.
    sent: BTreeSet<SessionId>,
    index: u32,
    index_due: bool,
    /// The root sessions that the device lists; none where that is not known.
    listed: Option<BTreeSet<SessionId>>,
    /// How many more it was told of.
    more: u32,
    /// Whether the list is other than when that was told.
    list_moved: bool,
    asked: VecDeque<Asked>,
}

impl Place {
    /// The place of a device that opens a stream.
    pub fn new(server: ServerId, at: Option<Position>, focus: &Focus) -> Self {
        let mut place = Self {
            server,
            told: at,
            read: at,
            wanted: BTreeSet::new(),
            sent: BTreeSet::new(),
            index: focus.index.min(INDEX_MAX),
            index_due: false,
            listed: None,
            more: 0,
            list_moved: false,
            asked: VecDeque::new(),
        };
        for it in focus.sessions.iter().take(FOCUS_MAX) {
            if it.server == place.server {
                place.wanted.insert(it.session.clone());
                if it.held {
                    place.sent.insert(it.session.clone());
                }
            }
        }
        place
    }

    /// The device looks at something else from now on.
    pub fn refocus(&mut self, focus: &Focus) {
        let mine = focus.sessions.iter().take(FOCUS_MAX);
        let mine: Vec<_> = mine.filter(|it| it.server == self.server).collect();
        self.wanted = mine.iter().map(|it| it.session.clone()).collect();
        // A window that we did not keep up is not held, whatever the device says.
        self.sent
            .retain(|session| mine.iter().any(|it| it.session == *session && it.held));
        let index = focus.index.min(INDEX_MAX);
        self.index_due |= self.index != index;
        self.index = index;
    }

    /// The device wants some messages, which were found; the answer is whether it may ask.
    pub fn ask(&mut self, session: SessionId, wanted: Passage, found: Found) -> bool {
        if self.asked.len() >= ASKED_MAX || !self.wanted.contains(&session) {
            return false;
        }
        self.asked.push_back(Asked {
            session,
            wanted,
            found,
        });
        true
    }

    /// What the device has been told.
    pub fn told(&self) -> Option<Position> {
        self.told
    }

    /// Whether the device has been told all there is for it.
    pub fn has_all(&self, live: &Live) -> bool {
        let head = Some(live.position());
        let asks = self.index_due || self.list_moved || !self.asked.is_empty();
        self.told == head && self.read == head && !asks && self.wanted.is_subset(&self.sent)
    }

    /// How far was read for the device.
    pub fn read(&self) -> Option<Seq> {
        self.read.map(|at| at.seq)
    }

    /// Whether a device that looks at this gets all it looks at.
    pub fn keeps_up(&self, focus: &Focus) -> bool {
        let mine = focus.sessions.iter().take(FOCUS_MAX);
        let mut mine = mine.filter(|it| it.server == self.server);
        // What it was sent and does not hold was lost on its way.
        mine.all(|it| it.held || !self.sent.contains(&it.session))
    }

    /// The sessions the device looks at.
    pub fn wanted(&self) -> &BTreeSet<SessionId> {
        &self.wanted
    }

    /// The sessions that it looks at and the server does not hold.
    pub fn missing(&self, live: &Live) -> Vec<SessionId> {
        self.wanted
            .iter()
            .filter(|session| live.held_since(session).is_none())
            .cloned()
            .collect()
    }

    /// The next frame, if there is anything to say.
    pub fn next(&mut self, live: &Live, press: &mut Press) -> Option<Line> {
        if !live.primed() {
            return None;
        }
        let Some((told, read)) = self.told.zip(self.read) else {
            return self.reset(live);
        };
        if self.listed.is_none() && !self.list_moved && told == live.position() {
            // It comes with what a page carries: the index of this place, with the families
            // of the windows that it holds.
            self.index_of(live, &self.sent.clone());
        }
        // A transcript that was let go and read again in between has no events for that
        // time: the device needs it anew.
        let lapsed = self.sent.iter().find(|session| {
            live.held_since(session)
                .is_none_or(|since| since > read.seq)
        });
        if let Some(session) = lapsed.cloned() {
            // The device is told before it is told that it has come further: with a cursor
            // beyond what its window misses it would be thought to hold it.
            self.sent.remove(&session);
            return frames::encode(&Frame::WindowLapsed {
                server: self.server.clone(),
                session,
            });
        }
        let (sent, from) = (&self.sent, Stand { told, read });
        let wants = |session: &SessionId| sent.contains(session);
        let Some(print) = press.print(live, &self.server, from, wants, FRAME_BYTES) else {
            return self.reset(live);
        };
        self.read = Some(print.to);
        self.list(live, &print.listed);
        if print.frame.is_some() {
            self.told = Some(print.to);
            return print.frame;
        }
        self.state(live, told, print.to)
    }

    /// Tells the device how far it has come, if it does not know: for a calm moment.
    pub fn catch_up(&mut self) -> Option<Line> {
        let (told, read) = self.told.zip(self.read)?;
        if told == read {
            return None;
        }
        self.told = Some(read);
        Some(frames::events(&self.server, told.seq, read, &[]))
    }

    fn reset(&mut self, live: &Live) -> Option<Line> {
        let at = live.position();
        self.told = Some(at);
        self.read = Some(at);
        self.sent.clear();
        self.index_due = false;
        frames::encode(&Frame::Reset {
            server: self.server.clone(),
            at,
            index: self.index_of(live, &self.wanted.clone()),
        })
    }

    /// State that was asked for. It stands at the very end of the journal, and the device
    /// must stand there too.
    fn state(&mut self, live: &Live, told: Position, read: Position) -> Option<Line> {
        if std::mem::take(&mut self.list_moved) {
            self.index_due |= self.is_index_stale(live);
        }
        let window = self
            .wanted
            .iter()
            .find(|session| !self.sent.contains(*session) && live.held_since(session).is_some())
            .cloned();
        let asked = self.asked_ready(live);
        if !self.index_due && window.is_none() && !asked {
            return None;
        }
        if told != read {
            return self.catch_up();
        }
        let server = self.server.clone();
        if std::mem::take(&mut self.index_due) {
            return frames::encode(&Frame::Index {
                server,
                at: read,
                index: self.index_of(live, &self.wanted.clone()),
            });
        }
        if let Some(session) = window {
            let transcript = live.mirror().transcripts.get(&session)?;
            let transcript = transcript.end(WINDOW_ROWS);
            let family = live.mirror().family(&session);
            let family: Vec<SessionEntry> = family.into_iter().cloned().collect();
            if let Some(listed) = &mut self.listed {
                for entry in family.iter().filter(|entry| entry.is_listed()) {
                    // The device counts it no longer among those beyond its list.
                    let fresh = listed.insert(entry.session.id.clone());
                    self.more = self.more.saturating_sub(u32::from(fresh));
                }
            }
            self.sent.insert(session.clone());
            return frames::encode(&Frame::Window {
                server,
                at: read,
                window: SessionWindow {
                    session,
                    transcript,
                },
                family,
            });
        }
        while self.asked_ready(live) {
            let asked = self.asked.pop_front()?;
            // What is not there any more is not waited for; what was asked after it is.
            let Some(taken) = asked.take(live) else {
                continue;
            };
            return match taken {
                (session, Taken::Window(transcript)) => frames::encode(&Frame::Window {
                    server,
                    at: read,
                    window: SessionWindow {
                        session,
                        transcript,
                    },
                    // It came with the first window.
                    family: Vec::new(),
                }),
                (
                    session,
                    Taken::Joins {
                        joins,
                        entries,
                        more,
                    },
                ) => frames::encode(&Frame::Passage {
                    server,
                    session,
                    joins,
                    entries,
                    more,
                }),
            };
        }
        None
    }

    /// Whether the first request for messages can be answered; what cannot be any more is
    /// forgotten.
    fn asked_ready(&mut self, live: &Live) -> bool {
        while let Some(Asked { session, .. }) = self.asked.front() {
            if !self.wanted.contains(session) {
                self.asked.pop_front();
                continue;
            }
            return self.sent.contains(session) && live.held_since(session).is_some();
        }
        false
    }

    /// Notes what the device lists after events about `sessions`.
    fn list(&mut self, live: &Live, sessions: &[SessionId]) {
        self.list_moved |= !sessions.is_empty();
        let Some(listed) = &mut self.listed else {
            return;
        };
        for session in sessions {
            // As it is at the end of the journal: before, nothing is made of it.
            let entry = live.mirror().sessions.get(session);
            if entry.is_some_and(SessionEntry::is_listed) {
                listed.insert(session.clone());
            } else {
                listed.remove(session);
            }
        }
    }

    /// Whether the device counts wrongly what lies beyond its index, or has room for some
    /// of it: a session from beyond was changed and so came up, or one went.
    fn is_index_stale(&self, live: &Live) -> bool {
        let Some(listed) = &self.listed else {
            return true;
        };
        let all = live.mirror().sessions.values();
        let all = all.filter(|entry| entry.is_listed()).count();
        let more = all.saturating_sub(listed.len());
        let newest = usize::try_from(self.index).unwrap_or(usize::MAX);
        u32::try_from(more) != Ok(self.more) || (more > 0 && listed.len() < newest)
    }

    /// The list that the device has, or gets, with the families of `shown`.
    fn index_of(&mut self, live: &Live, shown: &BTreeSet<SessionId>) -> Index {
        let newest = usize::try_from(self.index).unwrap_or(usize::MAX);
        let index = Index::of(live.mirror(), newest);
        let index = shown.iter().fold(index, |index, session| {
            index.with_family(live.mirror(), session)
        });
        let listed = index.sessions.iter().filter(|entry| entry.is_listed());
        self.listed = Some(listed.map(|entry| entry.session.id.clone()).collect());
        self.more = index.more;
        index
    }
}

/// What a device is sent of a transcript.
enum Taken {
    Window(Transcript),
    Joins {
        joins: Passage,
        entries: Vec<Entry>,
        more: bool,
    },
}

/// Takes what is wanted from where it was found; none where it is not there any more.
fn taken(wanted: Passage, found: Found, transcript: &Transcript, since: Seq) -> Option<Taken> {
    let all = &transcript.entries;
    let slice = |start: usize, end: usize| all.get(start..end).unwrap_or_default().to_vec();
    Some(match (wanted, found) {
        (Passage::End, _) => Taken::Window(transcript.end(WINDOW_ROWS)),
        (Passage::Around(_), Found::Past(chunk)) => Taken::Window(Transcript {
            entries: chunk.entries,
            older: chunk.older,
            newer: true,
            todos: transcript.todos.clone(),
        }),
        (Passage::Around(message), Found::Mirror | Found::MirrorStart(_)) => {
            let at = transcript.message_at(&message)?;
            Taken::Window(transcript.slice(
                back_from(all, at, PASSAGE_ROWS / 2),
                on_from(all, at, PASSAGE_ROWS),
            ))
        }
        (joins @ Passage::Before(_), Found::Past(chunk)) => Taken::Joins {
            joins,
            entries: chunk.entries,
            more: chunk.older,
        },
        (Passage::Before(message), Found::Mirror | Found::MirrorStart(_)) => {
            let end = transcript.message_at(&message)?;
            let start = back_from(all, end, PASSAGE_ROWS);
            Taken::Joins {
                joins: Passage::Before(message),
                entries: slice(start, end),
                more: transcript.older || start > 0,
            }
        }
        (joins @ Passage::After(_), Found::Past(chunk)) => Taken::Joins {
            joins,
            entries: chunk.entries,
            more: true,
        },
        (Passage::After(message), Found::Mirror) => {
            let start = transcript.message_at(&message)? + 1;
            let end = on_from(all, start, PASSAGE_ROWS);
            Taken::Joins {
                joins: Passage::After(message),
                entries: slice(start, end),
                more: end < all.len(),
            }
        }
        // Held anew since then, it may begin elsewhere.
        (Passage::After(_), Found::MirrorStart(then)) if then != since => return None,
        (joins @ Passage::After(_), Found::MirrorStart(_)) => {
            let end = on_from(all, 0, PASSAGE_ROWS);
            Taken::Joins {
                joins,
                entries: slice(0, end),
                more: end < all.len(),
            }
        }
    })
}

#[cfg(test)]
mod tests;
