//! What stands around the session on show: where it comes from, and what it started.

use domain::id::{ServerId, SessionId};
use domain::mirror::Mirror;
use domain::session::Session;

use super::SessionKey;

/// How deep sub-sessions are shown below each other. OpenCode's nest a few levels; the
/// bound ends the walk where a server's data goes in a circle.
const DEPTH_MAX: u8 = 6;

/// The sessions around the one on show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Family {
    /// The ancestors of the session on show, the first session first, without itself.
    pub above: Vec<SessionKey>,
    /// The first session: the one of the owner.
    pub root: Option<SessionKey>,
    /// What it started, each below its parent in the order of making, with its depth
    /// from 1.
    pub below: Vec<(SessionKey, u8)>,
}

impl Family {
    /// The sessions around `session`.
    pub(super) fn of(server: &ServerId, mirror: &Mirror, session: &SessionId) -> Self {
        let key = |id: &SessionId| SessionKey {
            server: server.clone(),
            session: id.clone(),
        };
        let mut above: Vec<SessionKey> = mirror.lineage(session).map(key).collect();
        above.reverse();
        let root = above.first().cloned();
        // Itself.
        above.pop();
        let mut family = Self {
            above,
            root: root.clone(),
            below: Vec::new(),
        };
        if let Some(root) = root {
            family.gather(mirror, &root, 1);
        }
        family
    }

    fn gather(&mut self, mirror: &Mirror, parent: &SessionKey, depth: u8) {
        let mut children: Vec<&Session> = mirror
            .sessions
            .values()
            .map(|entry| &entry.session)
            .filter(|session| session.parent.as_ref() == Some(&parent.session))
            .collect();
        domain::sorted::sort_by_key(&mut children, |session| {
            (session.created, session.id.clone())
        });
        for child in children {
            let key = SessionKey {
                server: parent.server.clone(),
                session: child.id.clone(),
            };
            self.below.push((key.clone(), depth));
            if depth < DEPTH_MAX {
                self.gather(mirror, &key, depth + 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::id::Directory;
    use domain::session::SessionEntry;
    use domain::time::Millis;

    use super::*;

    fn put(mirror: &mut Mirror, id: &str, parent: Option<&str>, created: u64) {
        let session = Session {
            id: SessionId::new(id),
            directory: Directory::new("/p"),
            parent: parent.map(SessionId::new),
            forked_from: None,
            title: id.to_owned(),
            agent: None,
            model: None,
            created: Millis(created),
            updated: Millis(created),
            archived: None,
            revert: None,
            cost: 0.0,
            diff: None,
        };
        mirror
            .sessions
            .insert(session.id.clone(), SessionEntry::quiet(session));
    }

    #[test]
    fn sub_sessions_stand_below_what_started_them_in_the_order_of_making() {
        let mut mirror = Mirror::default();
        put(&mut mirror, "root", None, 1);
        put(&mut mirror, "late", Some("root"), 9);
        put(&mut mirror, "early", Some("root"), 2);
        put(&mut mirror, "nested", Some("early"), 3);
        put(&mut mirror, "stranger", None, 4);
        let server = ServerId::new("srv");
        let family = Family::of(&server, &mirror, &SessionId::new("nested"));
        let below: Vec<(&str, u8)> = family
            .below
            .iter()
            .map(|(key, depth)| (key.session.as_str(), *depth))
            .collect();
        assert_eq!(below, [("early", 1), ("nested", 2), ("late", 1)]);
        let above: Vec<&str> = family
            .above
            .iter()
            .map(|key| key.session.as_str())
            .collect();
        assert_eq!(above, ["root", "early"]);
    }

    #[test]
    fn a_circle_of_parents_ends() {
        let mut mirror = Mirror::default();
        put(&mut mirror, "a", Some("b"), 1);
        put(&mut mirror, "b", Some("a"), 2);
        let family = Family::of(&ServerId::new("srv"), &mirror, &SessionId::new("a"));
        assert!(family.below.len() <= usize::from(DEPTH_MAX));
    }
}
