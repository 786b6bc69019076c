//! Directories and what they offer.

use domain::catalog::Catalog;
use domain::id::{Directory, ServerId};
use leptos::prelude::server;

use super::post::Post;
use crate::fault::Fault;
#[cfg(feature = "ssr")]
use crate::host::Host;
use crate::workspace::Listing;

/// The directories lately worked in, newest first.
#[server(prefix = "/api", endpoint = "workspaces/recent", protocol = Post)]
pub async fn recent(server: ServerId) -> Result<Vec<Directory>, Fault> {
    Host::here()?.workspaces.recent(server).await
}

/// The folders in `directory`, or in the server's home where none is given.
#[server(prefix = "/api", endpoint = "workspaces/list", protocol = Post)]
pub async fn list(server: ServerId, directory: Option<Directory>) -> Result<Listing, Fault> {
    Host::here()?.workspaces.list(server, directory).await
}

/// The paths of a directory that fit `query` best; folders end with a slash.
#[server(prefix = "/api", endpoint = "workspaces/find", protocol = Post)]
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
#[server(prefix = "/api", endpoint = "workspaces/catalog", protocol = Post)]
pub async fn offers(server: ServerId, directory: Directory) -> Result<Catalog, Fault> {
    Host::here()?.workspaces.catalog(server, directory).await
}
