//! OpenCode servers: connect, let go, sign in.

use domain::id::ServerId;
use leptos::prelude::server;

use super::post::Post;
use crate::fault::Fault;
#[cfg(feature = "ssr")]
use crate::host::Host;

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

/// Saves the name and password the server wants, and connects with them.
#[server(prefix = "/api", endpoint = "servers/credentials", protocol = Post)]
pub async fn set_credentials(
    server: ServerId,
    user: String,
    password: String,
) -> Result<(), Fault> {
    Host::here()?
        .servers
        .set_credentials(server, user, password)
        .await
}
