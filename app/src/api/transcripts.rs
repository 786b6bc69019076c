//! What was said in a session.

use domain::find::Findings;
use domain::id::{MessageId, ServerId, SessionId};
use domain::review::Patch;
use leptos::prelude::server;

use super::post::Post;
use crate::fault::Fault;
#[cfg(feature = "ssr")]
use crate::host::Host;

/// Looks for words in some more of a session: from its end, or before the message `from`.
/// Without words, for what the owner said.
#[server(prefix = "/api", endpoint = "transcripts/find", protocol = Post)]
pub async fn find(
    server: ServerId,
    session: SessionId,
    query: String,
    from: Option<MessageId>,
) -> Result<Findings, Fault> {
    Host::here()?
        .transcripts
        .find(server, session, query, from)
        .await
}

/// What a session came to: the files it changed, what it consumed.
#[server(prefix = "/api", endpoint = "transcripts/review", protocol = Post)]
pub async fn review(server: ServerId, session: SessionId) -> Result<domain::review::Review, Fault> {
    Host::here()?.transcripts.review(server, session).await
}

/// What turns did to the file at `path`, one answer for each.
#[server(prefix = "/api", endpoint = "transcripts/patches", protocol = Post)]
pub async fn patches(
    server: ServerId,
    session: SessionId,
    turns: Vec<MessageId>,
    path: String,
) -> Result<Vec<Patch>, Fault> {
    Host::here()?
        .transcripts
        .patches(server, session, turns, path)
        .await
}
