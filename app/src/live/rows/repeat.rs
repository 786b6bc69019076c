//! What OpenCode repeats: where a prompt did not fit, it summarises what was said before and
//! gives the prompt once more, as if the owner had.

use domain::message::Role;
use domain::part::PartBody;
use domain::transcript::Entry;

/// Tells repeats from what the owner said again.
#[derive(Debug, Default)]
pub(super) struct Repeats<'a> {
    /// What the owner said last.
    said: Option<&'a str>,
    /// Whether the last thing before was that OpenCode began to summarise by itself: it goes
    /// on by itself too, so what comes next is not from the owner.
    compacted: bool,
}

impl<'a> Repeats<'a> {
    /// Whether the user's message `entry`, which follows those asked for before, repeats what
    /// the owner had said.
    pub(super) fn is_one(&mut self, entry: &'a Entry) -> bool {
        let words = entry.parts.iter().find_map(|part| part.body.said());
        let repeats = self.compacted && words.is_some() && words == self.said;
        self.compacted = compacts(entry);
        self.said = words.or(self.said);
        repeats
    }
}

/// Whether with `entry` OpenCode begins by itself to summarise what was said before.
pub(super) fn compacts(entry: &Entry) -> bool {
    let by_itself = |body: &PartBody| matches!(body, PartBody::Compaction { auto: true });
    matches!(entry.message.role, Role::User(_))
        && entry.parts.iter().any(|part| by_itself(&part.body))
}
