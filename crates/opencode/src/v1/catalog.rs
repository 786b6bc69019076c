//! What a directory offers. The answers hold keys; `wire::catalog` does not read them.

use domain::catalog::Catalog;
use domain::id::Directory;
use serde_json::Value;

use super::each;
use crate::client::Client;
use crate::fault::CallFault;
use crate::translate;
use crate::wire::catalog::{Config, Providers};

/// Agents, models and commands, asked for together.
pub(super) async fn read(client: &Client, directory: &Directory) -> Result<Catalog, CallFault> {
    let (agents, providers, commands, config) = tokio::try_join!(
        client.get("/agent").within(directory).json::<Vec<Value>>(),
        client
            .get("/config/providers")
            .within(directory)
            .json::<Providers>(),
        client
            .get("/command")
            .within(directory)
            .json::<Vec<Value>>(),
        client.get("/config").within(directory).json::<Config>(),
    )?;
    Ok(translate::catalog::catalog(
        each("agents", agents).collect(),
        providers,
        each("commands", commands).collect(),
        &config,
    ))
}
