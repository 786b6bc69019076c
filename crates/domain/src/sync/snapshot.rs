//! State as a whole, where events alone would not do.

use crate::sorted::{SortedMap, SortedSet, sort_by};
use serde::{Deserialize, Serialize};

use crate::id::SessionId;
use crate::mirror::Mirror;
use crate::permission::Permission;
use crate::question::Question;
use crate::session::SessionEntry;
use crate::transcript::Transcript;

/// How many sessions of a server an index shows at first.
pub const INDEX_DEFAULT: u32 = 100;

/// The list of sessions of a server within a device's window: what runs, what needs the
/// owner, and the newest ones.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// The sessions, in no particular order.
    pub sessions: Vec<SessionEntry>,
    /// How many more there are beyond the window.
    pub more: u32,
    /// All pending requests for permission.
    pub permissions: Vec<Permission>,
    /// All pending requests for answers.
    pub questions: Vec<Question>,
}

/// A session's transcript within a device's window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionWindow {
    /// Whose.
    pub session: SessionId,
    /// Its end.
    pub transcript: Transcript,
}

impl Index {
    /// The index of `mirror` with room for the `newest` sessions. Whatever runs, needs the
    /// owner or is an ancestor of such is in it besides.
    pub fn of(mirror: &Mirror, newest: usize) -> Self {
        let mut by_age: Vec<&SessionEntry> = mirror
            .sessions
            .values()
            .filter(|entry| entry.is_listed())
            .collect();
        sort_by(&mut by_age, |a, b| {
            (b.session.updated, &b.session.id).cmp(&(a.session.updated, &a.session.id))
        });
        let mut wanted: SortedSet<&SessionId> = by_age
            .iter()
            .take(newest)
            .map(|entry| &entry.session.id)
            .collect();
        let urgent = mirror
            .sessions
            .values()
            .filter(|entry| entry.status.is_running() || entry.unread)
            .map(|entry| &entry.session.id)
            .chain(mirror.permissions.values().map(|ask| &ask.session))
            .chain(mirror.questions.values().map(|ask| &ask.session));
        for id in urgent {
            wanted.extend(mirror.lineage(id));
        }
        let beyond = by_age
            .iter()
            .filter(|entry| !wanted.contains(&entry.session.id))
            .count();
        Self {
            sessions: wanted
                .into_iter()
                .filter_map(|id| mirror.sessions.get(id))
                .cloned()
                .collect(),
            more: u32::try_from(beyond).unwrap_or(u32::MAX),
            permissions: mirror.permissions.values().cloned().collect(),
            questions: mirror.questions.values().cloned().collect(),
        }
    }

    /// The same with the family of `session`: whoever looks at a session sees where it
    /// comes from and what it started, however old that is.
    #[must_use]
    pub fn with_family(mut self, mirror: &Mirror, session: &SessionId) -> Self {
        for entry in mirror.family(session) {
            let id = &entry.session.id;
            if !self.sessions.iter().any(|known| known.session.id == *id) {
                self.more = self.more.saturating_sub(u32::from(entry.is_listed()));
                self.sessions.push(entry.clone());
            }
        }
        self
    }

    /// A mirror that holds just this.
    pub fn into_mirror(self) -> Mirror {
        Mirror {
            sessions: self
                .sessions
                .into_iter()
                .map(|entry| (entry.session.id.clone(), entry))
                .collect(),
            transcripts: SortedMap::new(),
            permissions: self
                .permissions
                .into_iter()
                .map(|ask| (ask.id.clone(), ask))
                .collect(),
            questions: self
                .questions
                .into_iter()
                .map(|ask| (ask.id.clone(), ask))
                .collect(),
        }
    }
}
