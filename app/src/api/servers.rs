//! OpenCode servers: add, try, change, connect, let go, remove, ask, and how they have been.

use domain::connection::{Draft, Record, Tried};
use domain::id::ServerId;
use domain::survey::Survey;
use leptos::prelude::server;

use super::post::Post;
use crate::fault::Fault;
#[cfg(feature = "ssr")]
use crate::host::{Caller, Host};

/// Connects, or tries again at once.
#[server(prefix = "/api", endpoint = "servers/connect", protocol = Post)]
pub async fn connect(server: ServerId) -> Result<(), Fault> {
    Host::here()?.servers.connect(server).await
}

/// Lets go of a server until told otherwise.
#[server(prefix = "/api", endpoint = "servers/disconnect", protocol = Post)]
pub async fn disconnect(server: ServerId) -> Result<(), Fault> {
    Host::here()?.servers.disconnect(server).await
}

/// Saves a new server and connects to it.
#[server(prefix = "/api", endpoint = "servers/add", protocol = Post)]
pub async fn add(draft: Draft) -> Result<(), Fault> {
    Host::here()?.servers.add(Caller::here()?, draft).await
}

/// Changes a server.
#[server(prefix = "/api", endpoint = "servers/edit", protocol = Post)]
pub async fn edit(draft: Draft) -> Result<(), Fault> {
    Host::here()?.servers.edit(Caller::here()?, draft).await
}

/// Tries what was written down, without saving anything.
#[server(prefix = "/api", endpoint = "servers/try", protocol = Post)]
pub async fn attempt(draft: Draft) -> Result<Tried, Fault> {
    Host::here()?.servers.attempt(draft).await
}

/// Forgets a server.
#[server(prefix = "/api", endpoint = "servers/remove", protocol = Post)]
pub async fn remove(server: ServerId) -> Result<(), Fault> {
    Host::here()?.servers.remove(Caller::here()?, server).await
}

/// Asks a connected server whether it behaves as it is taken to.
#[server(prefix = "/api", endpoint = "servers/survey", protocol = Post)]
pub async fn ask(server: ServerId, with_prompt: bool) -> Result<Survey, Fault> {
    Host::here()?.servers.survey(server, with_prompt).await
}

/// How a connection has been.
#[server(prefix = "/api", endpoint = "servers/record", protocol = Post)]
pub async fn history(server: ServerId) -> Result<Record, Fault> {
    Host::here()?.servers.record(server).await
}
