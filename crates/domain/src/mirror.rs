//! Our copy of one OpenCode server. The relay holds all of it; a device holds the part
//! inside its windows: the index, and the transcripts it looks at.

use crate::id::{PermissionId, QuestionId, SessionId};
use crate::permission::Permission;
use crate::question::Question;
use crate::session::SessionEntry;
use crate::sorted::{SortedMap, sort_by_key};
use crate::transcript::Transcript;

/// How many parents are followed from a session to its root. OpenCode's sub-agents nest a
/// few levels; the bound ends the walk where a server's data goes in a circle.
pub const ANCESTORS_MAX: usize = 32;

/// How many sessions of one family travel with a transcript: sub-agents that ran side by
/// side are counted in tens.
pub const FAMILY_MAX: usize = 200;

/// Our copy of one server.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mirror {
    /// The sessions known, archived ones too.
    pub sessions: SortedMap<SessionId, SessionEntry>,
    /// The transcripts that are looked at.
    pub transcripts: SortedMap<SessionId, Transcript>,
    /// Pending requests for permission.
    pub permissions: SortedMap<PermissionId, Permission>,
    /// Pending requests for answers.
    pub questions: SortedMap<QuestionId, Question>,
}

impl Mirror {
    /// Whether `session` is `root` or was started, at any depth, by `root`'s agent.
    pub fn belongs_to(&self, session: &SessionId, root: &SessionId) -> bool {
        self.lineage(session).any(|id| id == root)
    }

    /// `session` and its ancestors, nearest first.
    pub fn lineage<'a>(&'a self, session: &'a SessionId) -> impl Iterator<Item = &'a SessionId> {
        std::iter::successors(Some(session), |id| {
            self.sessions
                .get(*id)
                .and_then(|entry| entry.session.parent.as_ref())
        })
        .take(ANCESTORS_MAX)
    }

    /// The sessions around `session`: its ancestors up to the first, and all that were
    /// started from there at any depth; at most [`FAMILY_MAX`], the newest.
    pub fn family(&self, session: &SessionId) -> Vec<&SessionEntry> {
        let Some(root) = self.lineage(session).last() else {
            return Vec::new();
        };
        let lineage: Vec<&SessionId> = self.lineage(session).collect();
        let mut family: Vec<&SessionEntry> = self
            .sessions
            .values()
            .filter(|entry| {
                let id = &entry.session.id;
                id == root || (entry.session.parent.is_some() && self.belongs_to(id, root))
            })
            .collect();
        sort_by_key(&mut family, |entry| {
            let near = lineage.contains(&&entry.session.id);
            (
                std::cmp::Reverse(near),
                std::cmp::Reverse(entry.session.created),
            )
        });
        family.truncate(FAMILY_MAX);
        family
    }

    /// The pending requests for permission that stop `root`: its own and its sub-agents'.
    pub fn permissions_of(&self, root: &SessionId) -> impl Iterator<Item = &Permission> {
        self.permissions
            .values()
            .filter(move |ask| self.belongs_to(&ask.session, root))
    }

    /// The pending requests for answers that stop `root`: its own and its sub-agents'.
    pub fn questions_of(&self, root: &SessionId) -> impl Iterator<Item = &Question> {
        self.questions
            .values()
            .filter(move |ask| self.belongs_to(&ask.session, root))
    }

    /// Whether `root` waits for the owner.
    pub fn needs_owner(&self, root: &SessionId) -> bool {
        self.permissions_of(root).next().is_some() || self.questions_of(root).next().is_some()
    }
}
