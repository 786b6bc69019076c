//! What belongs to a directory: what it offers, its files, whether it is loaded.

use domain::catalog::{Agent, Catalog, Command};
use domain::id::Directory;
use serde_json::Value;

use super::route::Route;
use super::translate::catalog::{agents, catalog};
use super::wire::catalog::{Found, Model, Provider};
use super::wire::{Data, Location};
use super::{V2, located, within};
use crate::answered::{each, found};
use crate::fault::CallFault;
use crate::translate;
use crate::wire::session::Model as Reference;

impl V2 {
    /// The directories that are loaded: asks can be pending only there.
    pub async fn loaded(&self) -> Result<Vec<Directory>, CallFault> {
        // This one comes bare.
        let list: Vec<Value> = self.door.ask(Route::Loaded).json().await?;
        Ok(each::<Location>("locations", list)
            .map(|it| Directory::new(it.directory))
            .collect())
    }

    /// The agents, models and commands of a directory, without any key. Empty where the
    /// directory was not loaded before: an event says when there is more.
    pub async fn catalog(&self, directory: &Directory) -> Result<Catalog, CallFault> {
        let (agents, models, default, providers, commands) = tokio::try_join!(
            self.list_of(Route::Agents, directory),
            self.list_of(Route::Models, directory),
            self.default_model(directory),
            self.list_of(Route::Providers, directory),
            self.commands(directory),
        )?;
        Ok(catalog(
            each("agents", agents),
            each::<Model>("models", models),
            default,
            each::<Provider>("providers", providers),
            commands,
        ))
    }

    /// The agents of a directory.
    pub async fn agents(&self, directory: &Directory) -> Result<Vec<Agent>, CallFault> {
        let list = self.list_of(Route::Agents, directory).await?;
        Ok(agents(each("agents", list)))
    }

    /// The slash commands of a directory.
    pub async fn commands(&self, directory: &Directory) -> Result<Vec<Command>, CallFault> {
        let list = self.list_of(Route::Commands, directory).await?;
        Ok(each("commands", list)
            .map(translate::catalog::command)
            .collect())
    }

    /// What is in a folder of a directory, as paths; folders end with a slash.
    pub async fn list(
        &self,
        directory: &Directory,
        folder: &str,
    ) -> Result<Vec<String>, CallFault> {
        let request = within(self.door.ask(Route::List), directory);
        let request = match folder {
            "" => request,
            folder => request.query("path", folder),
        };
        let list: Data<Vec<Value>> = located(request.json().await)?;
        Ok(each("files", list.data).map(path).collect())
    }

    /// The paths of a directory that fit `query` best, at most `limit`.
    pub async fn find(
        &self,
        directory: &Directory,
        query: &str,
        limit: usize,
    ) -> Result<Vec<String>, CallFault> {
        let request = within(self.door.ask(Route::Find), directory)
            .query("query", query)
            .query("limit", &limit.to_string());
        let list: Data<Vec<Value>> = located(request.json().await)?;
        Ok(each("files", list.data).map(path).collect())
    }

    async fn default_model(&self, directory: &Directory) -> Result<Option<Reference>, CallFault> {
        let request = within(self.door.ask(Route::DefaultModel), directory);
        // Its shape was never seen [?]: what names no model is none.
        let it: Option<Data<Value>> = found(located(request.json().await))?;
        Ok(it.and_then(|it| each("models", vec![it.data]).next()))
    }

    async fn list_of(
        &self,
        route: Route<'_>,
        directory: &Directory,
    ) -> Result<Vec<Value>, CallFault> {
        let list: Data<Vec<Value>> = located(within(self.door.ask(route), directory).json().await)?;
        Ok(list.data)
    }
}

/// A path; those of folders end with a slash.
fn path(it: Found) -> String {
    let is_folder = it.kind == "directory" && !it.path.ends_with('/');
    if is_folder { it.path + "/" } else { it.path }
}
