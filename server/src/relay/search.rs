//! Finds sessions by what they are called, also those beyond every device's list. The
//! mirror knows them all, so the server need not be asked and may be away.

use domain::mirror::Mirror;
use domain::session::SessionEntry;

/// How many sessions of a server are found at most: who finds more searches on.
pub const FOUND_MAX: usize = 50;

/// The owner's sessions that answer to `wanted`, put away ones too, newest first.
pub fn find(mirror: &Mirror, wanted: &str) -> Vec<SessionEntry> {
    let mut found: Vec<&SessionEntry> = mirror
        .sessions
        .values()
        .filter(|entry| entry.session.parent.is_none() && entry.session.answers_to(wanted))
        .collect();
    found.sort_by(|a, b| {
        (b.session.updated, &b.session.id).cmp(&(a.session.updated, &a.session.id))
    });
    found.truncate(FOUND_MAX);
    found.into_iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use domain::id::SessionId;
    use domain::session::Session;
    use domain::time::Millis;

    use super::*;
    use crate::relay::testing::session;

    #[test]
    fn sessions_are_found_newest_first_and_without_sub_agents() {
        let mut mirror = Mirror::default();
        for (n, (id, title)) in [("a", "Tide gauge"), ("b", "Lamp"), ("c", "tide again")]
            .into_iter()
            .enumerate()
        {
            let session = Session {
                title: title.to_owned(),
                updated: Millis(n as u64),
                ..session(id)
            };
            mirror
                .sessions
                .insert(SessionId::new(id), SessionEntry::quiet(session));
        }
        let child = Session {
            title: "Tide helper".to_owned(),
            parent: Some(SessionId::new("a")),
            ..session("d")
        };
        mirror
            .sessions
            .insert(SessionId::new("d"), SessionEntry::quiet(child));
        let found: Vec<String> = find(&mirror, " TIDE ")
            .into_iter()
            .map(|entry| entry.session.title)
            .collect();
        assert_eq!(found, ["tide again", "Tide gauge"]);
    }
}
