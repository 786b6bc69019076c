//! An open event stream: bytes in, what was heard out.

use std::fmt;
use std::sync::Arc;

use domain::house::ServerFault;
use domain::time::Millis;
use reqwest::Response;

use super::fold::{Fold, Heard};
use crate::incoming::Incoming;
use crate::sse::Item;
use crate::upstream::Upstream;

/// An open event stream. Dropping it closes it.
///
/// Nothing that was missed is ever said again. A reader that is too slow comes to an end
/// that looks like any other \[S\]: whatever the end, all must be read again, and it is never
/// the end of a turn. A comment comes at least every 15 s; who hears nothing for 30 s is to
/// take the stream as ended.
pub struct Listening {
    incoming: Incoming,
    fold: Fold,
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listening").finish_non_exhaustive()
    }
}

impl Listening {
    pub(super) fn new(response: Response, clock: Arc<dyn Fn() -> Millis + Send + Sync>) -> Self {
        Self {
            incoming: Incoming::new(response, clock),
            fold: Fold::default(),
        }
    }

    /// Waits for bytes and answers with what they completed: maybe nothing, but that they
    /// came shows that the server lives. An error ends the stream: [`ServerFault::Ended`]
    /// or [`ServerFault::Garbled`]. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Result<Vec<Heard>, ServerFault> {
        let fold = &mut self.fold;
        let read = |item, now| match item {
            Item::Data(json) => fold.read(&json, now),
            Item::Damaged => Err(ServerFault::Garbled),
            Item::TooLong { .. } => Ok(vec![Heard::Said(Upstream::Missed)]),
        };
        self.incoming.next(read).await
    }
}
