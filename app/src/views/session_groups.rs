//! How the list of sessions is put together: what needs the owner, then the folders, each
//! where its newest session stands; below the session on show what it started. Pure.

use crate::live::{Family, SessionKey};
use domain::sorted::SortedMap;

/// How many closed folders are remembered; more are nobody's.
const CLOSED_MAX: usize = 200;

/// What the list knows of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) session: SessionKey,
    /// Its directory in full, by which it is grouped.
    pub(super) directory: String,
    /// What its group is called.
    pub(super) name: String,
    pub(super) running: bool,
    pub(super) asks: bool,
}

/// Sessions that stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// Identity: the server and the directory; empty for what needs the owner.
    pub(super) id: String,
    pub(super) name: String,
    pub(super) sessions: Vec<SessionKey>,
    /// How many of them are at work.
    pub(super) running: usize,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Item {
    /// The head of a group, by its id.
    Head(String),
    /// A session and how deep it stands below one of the owner's.
    Row(SessionKey, u8),
}

/// The groups of `known`, which come newest first.
pub(super) fn groups_of(known: Vec<Known>) -> Vec<Group> {
    let mut needs = Group {
        id: String::new(),
        name: "Needs you".to_owned(),
        sessions: Vec::new(),
        running: 0,
    };
    let mut folders: Vec<Group> = Vec::new();
    let mut places: SortedMap<String, usize> = SortedMap::new();
    for one in known {
        if one.asks {
            needs.sessions.push(one.session);
            continue;
        }
        let id = format!("{} {}", one.session.server, one.directory);
        let place = *places.get_or_insert_with(id.clone(), || {
            folders.push(Group {
                id,
                name: one.name,
                sessions: Vec::new(),
                running: 0,
            });
            folders.len() - 1
        });
        if let Some(folder) = folders.get_mut(place) {
            folder.sessions.push(one.session);
            folder.running += usize::from(one.running);
        }
    }
    if !needs.sessions.is_empty() {
        folders.insert(0, needs);
    }
    folders
}

/// The lines of `groups` but for the sessions of closed ones; at most `room` sessions. The
/// second answer is how many are left out for want of room.
pub(super) fn items_of(
    groups: &[Group],
    is_closed: impl Fn(&str) -> bool,
    family: &Family,
    room: usize,
) -> (Vec<Item>, usize) {
    let mut items = Vec::new();
    let (mut shown, mut left) = (0, 0);
    for group in groups {
        let closed = is_closed(&group.id);
        if !closed && shown >= room {
            left += group.sessions.len();
            continue;
        }
        items.push(Item::Head(group.id.clone()));
        if closed {
            continue;
        }
        for session in &group.sessions {
            if shown >= room {
                left += 1;
                continue;
            }
            shown += 1;
            items.push(Item::Row(session.clone(), 0));
            if family.root.as_ref() == Some(session) {
                let below = family.below.iter().cloned();
                items.extend(below.map(|(session, depth)| Item::Row(session, depth)));
            }
        }
    }
    (items, left)
}

/// Whether a group is among the closed ones, which are kept a line each.
pub(super) fn is_closed(closed: &str, id: &str) -> bool {
    closed.lines().any(|line| line == id)
}

/// The closed groups once `id` is opened or closed.
pub(super) fn toggled(closed: &str, id: &str) -> String {
    let others = closed.lines().filter(|line| *line != id);
    let mut lines: Vec<&str> = others.collect();
    if !is_closed(closed, id) {
        lines.push(id);
    }
    let over = lines.len().saturating_sub(CLOSED_MAX);
    lines.drain(..over);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use domain::id::{ServerId, SessionId};

    use super::*;

    fn key(id: &str) -> SessionKey {
        SessionKey {
            server: ServerId::new("srv"),
            session: SessionId::new(id),
        }
    }

    fn known(id: &str, directory: &str, asks: bool) -> Known {
        Known {
            session: key(id),
            directory: directory.to_owned(),
            name: directory.to_owned(),
            running: id.starts_with('r'),
            asks,
        }
    }

    fn written(items: &[Item]) -> Vec<String> {
        let line = |item: &Item| match item {
            Item::Head(id) => format!("[{id}]"),
            Item::Row(key, depth) => format!("{}{}", ">".repeat((*depth).into()), key.session),
        };
        items.iter().map(line).collect()
    }

    #[test]
    fn what_needs_the_owner_comes_first_then_folders_by_their_newest_session() {
        let groups = groups_of(vec![
            known("r1", "/b", false),
            known("a", "/a", true),
            known("c", "/a", false),
            known("d", "/b", false),
        ]);
        let family = Family {
            root: Some(key("r1")),
            below: vec![(key("child"), 1), (key("nested"), 2)],
            above: Vec::new(),
        };
        let (items, left) = items_of(&groups, |_| false, &family, 10);
        assert_eq!(
            written(&items),
            [
                "[]", "a", "[srv /b]", "r1", ">child", ">>nested", "d", "[srv /a]", "c"
            ]
        );
        assert_eq!(left, 0);
        assert_eq!(groups[1].running, 1);
    }

    #[test]
    fn a_closed_folder_shows_its_head_alone_and_takes_no_room() {
        let groups = groups_of(vec![
            known("a", "/a", false),
            known("b", "/a", false),
            known("c", "/c", false),
            known("d", "/d", false),
        ]);
        let closed = |id: &str| id == "srv /a";
        let (items, left) = items_of(&groups, closed, &Family::default(), 1);
        assert_eq!(written(&items), ["[srv /a]", "[srv /c]", "c"]);
        assert_eq!(left, 1);
    }

    #[test]
    fn closed_folders_are_remembered_line_by_line() {
        let one = toggled("", "srv /a");
        let two = toggled(&one, "srv /a b");
        assert!(is_closed(&two, "srv /a") && is_closed(&two, "srv /a b"));
        assert_eq!(toggled(&two, "srv /a"), "srv /a b");
        let many = (0..300).fold(String::new(), |closed, n| toggled(&closed, &n.to_string()));
        assert_eq!(many.lines().count(), CLOSED_MAX);
    }
}
