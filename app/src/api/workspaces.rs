//! Directories and what they offer.

use domain::catalog::Catalog;
use domain::id::{Directory, ServerId};
use leptos::prelude::server;
use server_fn::codec::Json;

use crate::fault::Fault;
#[cfg(feature = "ssr")]
use crate::host::Host;
use crate::workspace::Listing;

/// The directories lately worked in, newest first.
#[server(prefix = "/api", endpoint = "workspaces/recent", input = Json, output = Json)]
pub async fn recent(server: ServerId) -> Result<Vec<Directory>, Fault> {
    Host::here()?.workspaces.recent(server).await
}

/// The folders in `directory`, or in the server's home where none is given.
#[server(prefix = "/api", endpoint = "workspaces/list", input = Json, output = Json)]
pub async fn list(server: ServerId, directory: Option<Directory>) -> Result<Listing, Fault> {
    Host::here()?.workspaces.list(server, directory).await
}

/// The paths of a directory that fit `query` best; folders end with a slash.
#[server(prefix = "/api", endpoint = "workspaces/find", input = Json, output = Json)]
pub async fn find(
    server: ServerId,
    directory: Directory,
    query: String,
) -> Result<Vec<String>, Fault> {
    Host::here()?
        .workspaces
        .find(server, directory, query)
        .await
}

/// The agents, models and commands of a directory.
#[server(prefix = "/api", endpoint = "workspaces/catalog", input = Json, output = Json)]
pub async fn offers(server: ServerId, directory: Directory) -> Result<Catalog, Fault> {
    Host::here()?.workspaces.catalog(server, directory).await
}
