//! An open event stream: bytes in, [`Upstream`] out.

use std::fmt;
use std::sync::Arc;

use domain::house::ServerFault;
use domain::time::Millis;
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;

use crate::once::Once;
use crate::sse::{Item, Parser};
use crate::translate::Said;
use crate::upstream::Upstream;

/// An answer that is an event stream.
pub(crate) fn accepted(response: Response) -> Result<Response, ServerFault> {
    let is_stream = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|media| media.as_bytes().starts_with(b"text/event-stream"));
    match response.status().as_u16() {
        401 => Err(ServerFault::Unauthorized),
        200 if is_stream => Ok(response),
        200 => Err(ServerFault::NotOpenCode),
        status => Err(ServerFault::Failed { status }),
    }
}

/// An open event stream. Dropping it closes it.
pub struct Subscription {
    response: Response,
    parser: Parser,
    /// The marks of the latest frames.
    once: Once,
    /// Why it ends, once what was said before has been given out.
    broken: Option<ServerFault>,
    /// Bytes that came since they were asked for last.
    received: u64,
    clock: Arc<dyn Fn() -> Millis + Send + Sync>,
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

impl Subscription {
    pub(crate) fn new(response: Response, clock: Arc<dyn Fn() -> Millis + Send + Sync>) -> Self {
        Self {
            response,
            parser: Parser::default(),
            once: Once::default(),
            broken: None,
            received: 0,
            clock,
        }
    }

    /// How many bytes have come since this was asked last.
    pub fn take_received(&mut self) -> u64 {
        std::mem::take(&mut self.received)
    }

    /// Waits for bytes and answers with what they completed: maybe nothing, but that they
    /// came shows that the server lives. An error ends the stream: [`ServerFault::Ended`]
    /// or [`ServerFault::Garbled`]. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Result<Vec<Upstream>, ServerFault> {
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
        let mut said = Vec::new();
        for item in self.parser.push(&chunk) {
            match item {
                Item::Data(json) => match Said::read(&json) {
                    Ok(frame) => {
                        if frame.mark().is_none_or(|mark| self.once.is_new(mark)) {
                            said.extend(frame.translate(now));
                        }
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the event stream is garbled");
                        self.broken = Some(ServerFault::Garbled);
                        break;
                    }
                },
                Item::Damaged => {
                    tracing::warn!("the event stream is damaged");
                    self.broken = Some(ServerFault::Garbled);
                    break;
                }
                Item::TooLong { bytes } => {
                    tracing::warn!(event.bytes = bytes, "an event is too long and was left out");
                    said.push(Upstream::Missed);
                }
            }
        }
        match self.broken.take_if(|_| said.is_empty()) {
            Some(fault) => Err(fault),
            None => Ok(said),
        }
    }
}
