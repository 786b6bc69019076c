//! What a directory offers. The answers hold keys; `wire::catalog` does not read them.

use domain::catalog::{Agent, Catalog, Command};
use domain::id::Directory;

use super::each;
use crate::client::Client;
use crate::fault::CallFault;
use crate::translate;
use crate::wire::catalog::{Config, Providers};

/// Agents, models and commands, asked for together.
pub(super) async fn read(client: &Client, directory: &Directory) -> Result<Catalog, CallFault> {
    let (agents, providers, commands, config) = tokio::try_join!(
        agents(client, directory),
        client
            .get("/config/providers")
            .within(directory)
            .json::<Providers>(),
        commands(client, directory),
        client.get("/config").within(directory).json::<Config>(),
    )?;
    Ok(translate::catalog::catalog(
        agents, providers, commands, &config,
    ))
}

/// The agents that may be addressed, primary ones first.
pub(super) async fn agents(
    client: &Client,
    directory: &Directory,
) -> Result<Vec<Agent>, CallFault> {
    let listed = client.get("/agent").within(directory).json().await?;
    Ok(translate::catalog::agents(each("agents", listed)))
}

/// The slash commands.
pub(super) async fn commands(
    client: &Client,
    directory: &Directory,
) -> Result<Vec<Command>, CallFault> {
    let listed = client.get("/command").within(directory).json().await?;
    Ok(each("commands", listed)
        .map(translate::catalog::command)
        .collect())
}
