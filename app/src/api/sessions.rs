//! Sessions: make, speak to, stop.

use domain::id::{Directory, RequestId, ServerId, SessionId};
use domain::prompt::Prompt;
use leptos::prelude::server;
use server_fn::codec::Json;

use crate::fault::Fault;
#[cfg(feature = "ssr")]
use crate::host::Host;

/// Makes a session in `directory`; a repeated `request` answers with the one made before.
#[server(prefix = "/api", endpoint = "sessions/create", input = Json, output = Json)]
pub async fn create(
    request: RequestId,
    server: ServerId,
    directory: Directory,
) -> Result<SessionId, Fault> {
    Host::here()?
        .sessions
        .create(request, server, directory)
        .await
}

/// Sends a prompt; a repeated id is not sent again.
#[server(prefix = "/api", endpoint = "sessions/prompt", input = Json, output = Json)]
pub async fn send_prompt(
    server: ServerId,
    session: SessionId,
    prompt: Prompt,
) -> Result<(), Fault> {
    Host::here()?.sessions.prompt(server, session, prompt).await
}

/// Stops the running turn.
#[server(prefix = "/api", endpoint = "sessions/abort", input = Json, output = Json)]
pub async fn abort(server: ServerId, session: SessionId) -> Result<(), Fault> {
    Host::here()?.sessions.abort(server, session).await
}
