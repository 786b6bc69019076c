//! What an open stream is asked for; the answers arrive in it.

use domain::id::{MessageId, ServerId, SessionId, StreamId};
use domain::sync::Focus;
use leptos::prelude::server;
use server_fn::codec::Json;

use crate::fault::Fault;
#[cfg(feature = "ssr")]
use crate::host::Host;

/// Changes what the device looks at.
#[server(prefix = "/api", endpoint = "streams/focus", input = Json, output = Json)]
pub async fn set_focus(stream: StreamId, focus: Focus) -> Result<(), Fault> {
    Host::here()?.streams.focus(stream, focus).await
}

/// Asks for the messages before `before`.
#[server(prefix = "/api", endpoint = "streams/older", input = Json, output = Json)]
pub async fn older(
    stream: StreamId,
    server: ServerId,
    session: SessionId,
    before: MessageId,
) -> Result<(), Fault> {
    Host::here()?
        .streams
        .older(stream, server, session, before)
        .await
}
