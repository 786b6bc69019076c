//! What was said in a session.

use domain::find::Findings;
use domain::id::{MessageId, ServerId, SessionId};
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
