//! An open event stream: bytes in, what was heard out.

use std::fmt;
use std::sync::Arc;

use domain::house::ServerFault;
use domain::time::Millis;
use reqwest::Response;

use super::fold::{Fold, Heard};
use crate::sse::{Item, Parser};
use crate::upstream::Upstream;

/// An open event stream. Dropping it closes it.
///
/// Nothing that was missed is ever said again. A reader that is too slow comes to an end
/// that looks like any other \[S\]: whatever the end, all must be read again, and it is never
/// the end of a turn. A comment comes at least every 15 s; who hears nothing for 30 s is to
/// take the stream as ended.
pub struct Listening {
    response: Response,
    parser: Parser,
    fold: Fold,
    /// Why it ends, once what was said before has been given out.
    broken: Option<ServerFault>,
    clock: Arc<dyn Fn() -> Millis + Send + Sync>,
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listening").finish_non_exhaustive()
    }
}

impl Listening {
    pub(super) fn new(response: Response, clock: Arc<dyn Fn() -> Millis + Send + Sync>) -> Self {
        Self {
            response,
            parser: Parser::default(),
            fold: Fold::default(),
            broken: None,
            clock,
        }
    }

    /// Waits for bytes and answers with what they completed: maybe nothing, but that they
    /// came shows that the server lives. An error ends the stream: [`ServerFault::Ended`]
    /// or [`ServerFault::Garbled`]. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Result<Vec<Heard>, ServerFault> {
        if let Some(fault) = self.broken.take() {
            return Err(fault);
        }
        let chunk = match self.response.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return Err(ServerFault::Ended),
            Err(error) => {
                tracing::debug!(%error, "the event stream broke");
                return Err(ServerFault::Ended);
            }
        };
        let now = (self.clock)();
        let mut heard = Vec::new();
        for item in self.parser.push(&chunk) {
            match self.taken(item, now) {
                Ok(more) => heard.extend(more),
                Err(fault) => {
                    tracing::warn!(fault = ?fault, "the event stream cannot be read on");
                    self.broken = Some(fault);
                    break;
                }
            }
        }
        match self.broken.take_if(|_| heard.is_empty()) {
            Some(fault) => Err(fault),
            None => Ok(heard),
        }
    }

    fn taken(&mut self, item: Item, now: Millis) -> Result<Vec<Heard>, ServerFault> {
        let json = match item {
            Item::Data(json) => json,
            Item::Damaged => return Err(ServerFault::Garbled),
            Item::TooLong { bytes } => {
                tracing::warn!(event.bytes = bytes, "an event is too long and was left out");
                return Ok(vec![Heard::Said(Upstream::Missed)]);
            }
        };
        self.fold.read(&json, now)
    }
}
