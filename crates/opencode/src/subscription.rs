//! An open event stream: bytes in, [`Upstream`] out.

use std::fmt;
use std::sync::Arc;

use domain::house::ServerFault;
use domain::time::Millis;
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;

use crate::incoming::Incoming;
use crate::once::Once;
use crate::sse::Item;
use crate::translate::Said;
use crate::upstream::Upstream;
use crate::v2::Fold;

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
///
/// What was missed is not said again. A 2.x server lets a reader who is too slow come to an
/// end that looks like any other \[S\]: whatever the end, all must be read again, and it is
/// never the end of a turn.
pub struct Subscription {
    incoming: Incoming,
    telling: Telling,
}

/// How a server tells what happens.
enum Telling {
    /// Each frame says what is, whole: the marks of the latest ones are all that is kept.
    Whole(Once),
    /// In pieces, that are put together here.
    Pieces(Box<Fold>),
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

impl Subscription {
    /// A stream whose frames say what is.
    pub(crate) fn whole(response: Response, clock: Arc<dyn Fn() -> Millis + Send + Sync>) -> Self {
        Self {
            incoming: Incoming::new(response, clock),
            telling: Telling::Whole(Once::default()),
        }
    }

    /// A stream that tells in pieces.
    pub(crate) fn in_pieces(
        response: Response,
        clock: Arc<dyn Fn() -> Millis + Send + Sync>,
    ) -> Self {
        Self {
            incoming: Incoming::new(response, clock),
            telling: Telling::Pieces(Box::default()),
        }
    }

    /// How many bytes have come since this was asked last.
    pub fn take_received(&mut self) -> u64 {
        self.incoming.take_received()
    }

    /// Waits for bytes and answers with what they completed: maybe nothing, but that they
    /// came shows that the server lives. An error ends the stream: [`ServerFault::Ended`]
    /// or [`ServerFault::Garbled`]. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Result<Vec<Upstream>, ServerFault> {
        let telling = &mut self.telling;
        let read = |item, now| match item {
            Item::Data(json) => telling.read(&json, now),
            Item::Damaged => Err(ServerFault::Garbled),
            Item::TooLong { .. } => Ok(vec![Upstream::Missed]),
        };
        self.incoming.next(read).await
    }
}

impl Telling {
    fn read(&mut self, json: &str, now: Millis) -> Result<Vec<Upstream>, ServerFault> {
        match self {
            Telling::Pieces(fold) => fold.read(json, now),
            Telling::Whole(once) => match Said::read(json) {
                Ok(frame) if frame.mark().is_some_and(|mark| !once.is_new(mark)) => Ok(Vec::new()),
                Ok(frame) => Ok(frame.translate(now).into_iter().collect()),
                Err(error) => {
                    tracing::warn!(%error, "an event is garbled");
                    Err(ServerFault::Garbled)
                }
            },
        }
    }
}
