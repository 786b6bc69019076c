//! What an open stream is asked for; the answers arrive in it.

use domain::id::{ServerId, SessionId, StreamId};
use domain::sync::{Focus, Passage};
use leptos::prelude::server;

use super::post::Post;
use crate::fault::Fault;
#[cfg(feature = "ssr")]
use crate::host::Host;

/// Changes what the device looks at.
#[server(prefix = "/api", endpoint = "streams/focus", protocol = Post)]
pub async fn set_focus(stream: StreamId, focus: Focus) -> Result<(), Fault> {
    Host::here()?.streams.focus(stream, focus).await
}

/// Asks for messages of a transcript.
#[server(prefix = "/api", endpoint = "streams/passage", protocol = Post)]
pub async fn send_passage(
    stream: StreamId,
    server: ServerId,
    session: SessionId,
    wanted: Passage,
) -> Result<(), Fault> {
    Host::here()?
        .streams
        .passage(stream, server, session, wanted)
        .await
}
