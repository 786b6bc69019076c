//! An open event stream: bytes in, [`Upstream`] out.

use domain::house::ServerFault;

use crate::upstream::Upstream;

/// An open event stream. Dropping it closes it.
#[derive(Debug)]
pub struct Subscription {}

impl Subscription {
    /// Waits for bytes and answers with what they completed: maybe nothing, but that they
    /// came shows that the server lives. An error ends the stream: [`ServerFault::Ended`]
    /// or [`ServerFault::Garbled`]. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Result<Vec<Upstream>, ServerFault> {
        std::future::pending().await
    }
}
