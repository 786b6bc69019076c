//! Bad manners.

use serde_json::Value;

/// What becomes of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is carried out, and the answer is lost on the way.
    AnswerLost,
    /// It is carried out, and the answer never comes.
    Unanswered,
    /// It is answered with status 500 and no body, and not carried out.
    Empty500,
    /// It is answered with a web page and status 200, and not carried out.
    Page,
    /// It is answered with this status and this JSON, and not carried out.
    Instead(u16, Value),
}

/// All knobs together.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// What becomes of the next request of a method and path (`*` is any segment).
    pub(super) next: Vec<(String, String, Fault)>,
    /// Whether what happens is kept from the streams until it is let go.
    pub(super) held: bool,
    /// Whether the first look at a directory's catalogs finds nothing.
    pub(super) cold: bool,
    /// Whether it has the routes and bodies of before 2.0.4.
    pub(super) early: bool,
}

impl Faults {
    /// What becomes of this request. Once.
    pub(super) fn take(&mut self, is: impl Fn(&str, &str) -> bool) -> Option<Fault> {
        let at = self
            .next
            .iter()
            .position(|(method, path, _)| is(method, path))?;
        Some(self.next.remove(at).2)
    }
}
