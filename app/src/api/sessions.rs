//! Sessions: make, find, speak to, stop, and what is done with one as a whole.

use domain::command::{Command, Origin};
use domain::id::{RequestId, ServerId, SessionId};
use domain::prompt::Prompt;
use leptos::prelude::server;

use super::post::Post;
use crate::fault::Fault;
use crate::found::Found;
#[cfg(feature = "ssr")]
use crate::host::Host;

/// Makes a session from `origin`; a repeated `request` answers with the one made before.
#[server(prefix = "/api", endpoint = "sessions/create", protocol = Post)]
pub async fn create(
    request: RequestId,
    server: ServerId,
    origin: Origin,
) -> Result<SessionId, Fault> {
    Host::here()?.sessions.create(request, server, origin).await
}

/// Does something with a session as a whole.
#[server(prefix = "/api", endpoint = "sessions/command", protocol = Post)]
pub async fn steer(server: ServerId, session: SessionId, command: Command) -> Result<(), Fault> {
    Host::here()?
        .sessions
        .command(server, session, command)
        .await
}

/// The sessions of all servers that answer to `wanted`, newest first.
#[server(prefix = "/api", endpoint = "sessions/search", protocol = Post)]
pub async fn search(wanted: String) -> Result<Vec<Found>, Fault> {
    Host::here()?.sessions.search(wanted).await
}

/// Sends a prompt; a repeated id is not sent again.
#[server(prefix = "/api", endpoint = "sessions/prompt", protocol = Post)]
pub async fn send_prompt(
    server: ServerId,
    session: SessionId,
    prompt: Prompt,
) -> Result<(), Fault> {
    Host::here()?.sessions.prompt(server, session, prompt).await
}

/// Stops the running turn.
#[server(prefix = "/api", endpoint = "sessions/abort", protocol = Post)]
pub async fn abort(server: ServerId, session: SessionId) -> Result<(), Fault> {
    Host::here()?.sessions.abort(server, session).await
}
