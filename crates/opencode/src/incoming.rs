//! What arrives on an open event stream: bytes in, items out, whichever protocol they speak.

use std::sync::Arc;

use domain::house::ServerFault;
use domain::time::Millis;
use reqwest::Response;

use crate::sse::{Item, Parser};

/// The bytes of an open event stream. Dropping it closes it.
pub(crate) struct Incoming {
    response: Response,
    parser: Parser,
    /// Why it ends, once what was said before has been given out.
    broken: Option<ServerFault>,
    /// Bytes that came since they were asked for last.
    received: u64,
    clock: Arc<dyn Fn() -> Millis + Send + Sync>,
}

impl Incoming {
    pub(crate) fn new(response: Response, clock: Arc<dyn Fn() -> Millis + Send + Sync>) -> Self {
        Self {
            response,
            parser: Parser::default(),
            broken: None,
            received: 0,
            clock,
        }
    }

    /// How many bytes have come since this was asked last.
    pub(crate) fn take_received(&mut self) -> u64 {
        std::mem::take(&mut self.received)
    }

    /// Waits for bytes and answers with what `read` makes of the items that they completed:
    /// maybe nothing. What was read before an item that cannot be is given out first. An
    /// error ends the stream: that of `read`, or [`ServerFault::Ended`]. Dropping the future
    /// loses nothing.
    pub(crate) async fn next<T>(
        &mut self,
        mut read: impl FnMut(Item, Millis) -> Result<Vec<T>, ServerFault>,
    ) -> Result<Vec<T>, ServerFault> {
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
        self.received += chunk.len() as u64;
        let now = (self.clock)();
        let mut heard = Vec::new();
        for item in self.parser.push(&chunk) {
            if let Item::TooLong { bytes } = item {
                tracing::warn!(event.bytes = bytes, "an event is too long and was left out");
            }
            match read(item, now) {
                Ok(more) => heard.extend(more),
                Err(fault) => {
                    tracing::warn!(?fault, "the event stream cannot be read on");
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
}
