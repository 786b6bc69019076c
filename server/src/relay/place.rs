//! Where one device stands in one server's journal, and what it is to be sent next.
//!
//! Pure: it looks at the server's state and writes frames. It does not wait, and it does
//! not load: [`Place::missing`] says what should be.

use std::collections::{BTreeSet, VecDeque};

use domain::id::{MessageId, ServerId, SessionId};
use domain::session::SessionEntry;
use domain::sync::{Focus, Frame, Index, Position, SessionWindow, WINDOW_DEFAULT};

use super::frames;
use super::journal::Read;
use super::live::Live;

/// About how many bytes of events go into one frame: a device on a slow link applies what
/// it has while the rest is on its way.
const FRAME_BYTES: usize = 128 * 1024;
/// How many sessions of a server a device may look at at once: panes of a large screen.
pub const FOCUS_MAX: usize = 8;
/// How many sessions an index may show at most.
pub const INDEX_MAX: u32 = 5_000;
/// How many older messages go into one frame.
pub const OLDER_PAGE: usize = 40;
/// How many requests for older messages wait at most; more are a page gone mad.
const OLDER_WAITING_MAX: usize = 8;

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
    older: VecDeque<(SessionId, MessageId)>,
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
            older: VecDeque::new(),
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

    /// The device wants the messages before `before`; the answer is whether it may ask.
    pub fn ask_older(&mut self, session: SessionId, before: MessageId) -> bool {
        if self.older.len() >= OLDER_WAITING_MAX || !self.wanted.contains(&session) {
            return false;
        }
        self.older.push_back((session, before));
        true
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
    pub fn next(&mut self, live: &Live) -> Option<String> {
        if !live.primed() {
            return None;
        }
        let Some((told, read)) = self.told.zip(self.read) else {
            return self.reset(live);
        };
        if self.listed.is_none() && !self.list_moved && told == live.position() {
            // It comes with what a page carries: the index of this place.
            self.index_of(live);
        }
        // A transcript that was let go and read again in between has no events for that
        // time: the device needs it anew.
        self.sent.retain(|session| {
            live.held_since(session)
                .is_some_and(|since| since <= read.seq)
        });
        let sent = &self.sent;
        match live.read(read, |session| sent.contains(session), FRAME_BYTES) {
            Read::Lost => self.reset(live),
            Read::Covered { to, events, listed } => {
                let read = Position { seq: to, ..read };
                self.read = Some(read);
                self.list(live, listed);
                if !events.is_empty() {
                    self.told = Some(read);
                    return Some(frames::events(&self.server, told.seq, read, &events));
                }
                self.state(live, told, read)
            }
        }
    }

    /// Tells the device how far it has come, if it does not know: for a calm moment.
    pub fn catch_up(&mut self) -> Option<String> {
        let (told, read) = self.told.zip(self.read)?;
        if told == read {
            return None;
        }
        self.told = Some(read);
        Some(frames::events(&self.server, told.seq, read, &[]))
    }

    fn reset(&mut self, live: &Live) -> Option<String> {
        let at = live.position();
        self.told = Some(at);
        self.read = Some(at);
        self.sent.clear();
        self.index_due = false;
        frames::encode(&Frame::Reset {
            server: self.server.clone(),
            at,
            index: self.index_of(live),
        })
    }

    /// State that was asked for. It stands at the very end of the journal, and the device
    /// must stand there too.
    fn state(&mut self, live: &Live, told: Position, read: Position) -> Option<String> {
        if std::mem::take(&mut self.list_moved) {
            self.index_due |= self.is_index_stale(live);
        }
        let window = self
            .wanted
            .iter()
            .find(|session| !self.sent.contains(*session) && live.held_since(session).is_some())
            .cloned();
        let older = self.older_ready(live);
        if !self.index_due && window.is_none() && !older {
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
                index: self.index_of(live),
            });
        }
        if let Some(session) = window {
            let transcript = live.mirror().transcripts.get(&session)?;
            let shown = usize::try_from(WINDOW_DEFAULT).unwrap_or(usize::MAX);
            let transcript = transcript.tail(shown);
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
        let (session, before) = self.older.pop_front()?;
        let transcript = live.mirror().transcripts.get(&session)?;
        let end = transcript.message_at(&before).unwrap_or(0);
        let start = end.saturating_sub(OLDER_PAGE);
        frames::encode(&Frame::Older {
            server,
            session,
            entries: transcript
                .entries
                .get(start..end)
                .unwrap_or_default()
                .to_vec(),
            older: transcript.older || start > 0,
        })
    }

    /// Whether the first request for older messages can be answered; what cannot be any
    /// more is forgotten.
    fn older_ready(&mut self, live: &Live) -> bool {
        while let Some((session, _)) = self.older.front() {
            if !self.wanted.contains(session) {
                self.older.pop_front();
                continue;
            }
            return self.sent.contains(session) && live.held_since(session).is_some();
        }
        false
    }

    /// Notes what the device lists after events about `sessions`.
    fn list(&mut self, live: &Live, sessions: Vec<SessionId>) {
        self.list_moved |= !sessions.is_empty();
        let Some(listed) = &mut self.listed else {
            return;
        };
        for session in sessions {
            // As it is at the end of the journal: before, nothing is made of it.
            let entry = live.mirror().sessions.get(&session);
            if entry.is_some_and(SessionEntry::is_listed) {
                listed.insert(session);
            } else {
                listed.remove(&session);
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

    fn index_of(&mut self, live: &Live) -> Index {
        let newest = usize::try_from(self.index).unwrap_or(usize::MAX);
        let index = Index::of(live.mirror(), newest);
        let index = self.wanted.iter().fold(index, |index, session| {
            index.with_family(live.mirror(), session)
        });
        let listed = index.sessions.iter().filter(|entry| entry.is_listed());
        self.listed = Some(listed.map(|entry| entry.session.id.clone()).collect());
        self.more = index.more;
        index
    }
}

#[cfg(test)]
mod tests;
