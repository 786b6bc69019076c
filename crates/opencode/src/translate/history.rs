//! The log of the past.

use domain::id::SessionId;
use domain::time::Millis;

use super::event::upstream;
use crate::upstream::Upstream;
use crate::wire::event::{Happening, Logged};

/// Translates entries of the log, each into what happened and its number.
pub(crate) fn log(entries: Vec<Logged>, now: Millis) -> Vec<Upstream> {
    let mut past = Vec::with_capacity(entries.len() * 2);
    for entry in entries {
        let happening = Happening::read(without_version(&entry.kind), entry.data);
        past.extend(upstream(happening, None, now));
        past.push(Upstream::Seq {
            session: SessionId::new(entry.aggregate),
            seq: entry.seq,
        });
    }
    past
}

/// `message.updated.1` is `message.updated` in its first version.
fn without_version(kind: &str) -> &str {
    match kind.rsplit_once('.') {
        Some((name, version)) if version.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => kind,
    }
}
