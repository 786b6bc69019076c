//! What belongs to a directory: what it offers, its files, whether it is loaded.

use std::time::Duration;

use domain::catalog::{Agent, Catalog, Command};
use domain::id::Directory;
use serde_json::Value;

use super::route::Route;
use super::translate::catalog::{agents, catalog};
use super::wire::catalog::{Found, Model, Provider};
use super::wire::{Data, Location};
use super::{V2, located, within};
use crate::answered::{each, found};
use crate::dialect::Folders;
use crate::fault::CallFault;
use crate::handover::PathFound;
use crate::path::{below, parent, split};
use crate::translate;
use crate::wire::session::Model as Reference;

/// How often a directory that offers nothing is asked again: it is being loaded.
const COLD_TRIES: u32 = 8;
/// How long is waited in between. All together two seconds: a person waits for it.
const COLD_PAUSE: Duration = Duration::from_millis(250);
/// How many folders of one directory are shown.
const FOLDERS_MAX: usize = 500;

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

    /// Waits until a directory is loaded, as far as is bearable: until then it offers
    /// nothing. One without a single agent is not.
    pub(super) async fn warm(&self, directory: &Directory) -> Result<(), CallFault> {
        for _ in 0..COLD_TRIES {
            if !self.list_of(Route::Agents, directory).await?.is_empty() {
                break;
            }
            tokio::time::sleep(COLD_PAUSE).await;
        }
        Ok(())
    }

    /// Whether a directory exists. Asking has the server load it.
    pub async fn exists(&self, directory: &Directory) -> Result<bool, CallFault> {
        Ok(found(self.list(directory, "").await)?.is_some())
    }

    /// The directory that the server was started in.
    pub async fn home_ground(&self) -> Result<Directory, CallFault> {
        // This one comes bare.
        let it: Location = self.door.ask(Route::Location).json().await?;
        Ok(Directory::new(it.directory))
    }

    /// The folders in a directory, or in the one that the server was started in: where its
    /// user is at home it does not say. [`CallFault::NotFound`]: there is no such directory.
    pub async fn folders(&self, directory: Option<&Directory>) -> Result<Folders, CallFault> {
        let directory = match directory {
            Some(directory) => directory.clone(),
            None => self.home_ground().await?,
        };
        let listed = self.list(&directory, "").await?.into_iter();
        let mut names: Vec<String> = listed
            .filter_map(|path| Some(path.strip_suffix('/')?.to_owned()))
            .filter(|path| path != ".git")
            .collect();
        names.sort_by_cached_key(|name| (name.starts_with('.'), name.to_lowercase()));
        let cut = names.len() > FOLDERS_MAX;
        names.truncate(FOLDERS_MAX);
        let place = directory.as_str();
        Ok(Folders {
            parent: parent(place),
            folders: names
                .iter()
                .map(|name| Directory::new(below(place, name)))
                .collect(),
            directory,
            cut,
        })
    }

    /// What lies at `path` below a directory, if anything does; nothing outside of it.
    pub async fn look_up(
        &self,
        directory: &Directory,
        path: &str,
    ) -> Result<Option<PathFound>, CallFault> {
        let Some((folder, name)) = split(path) else {
            return Ok(None);
        };
        let folder = if folder == "." { "" } else { folder };
        let inside = found(self.list(directory, folder).await)?.unwrap_or_default();
        let mut inside = inside.iter();
        // Whether paths begin at the folder or at the directory was never seen [?].
        let named = |it: &&String| it.trim_end_matches('/').rsplit('/').next() == Some(name);
        Ok(inside.find(named).map(|found| PathFound {
            absolute: below(directory.as_str(), path.trim_end_matches('/')),
            folder: found.ends_with('/'),
        }))
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

    /// The paths of a directory that fit `query` best, at most `limit`. A folder that is
    /// named to its end gives what is in it.
    pub async fn find(
        &self,
        directory: &Directory,
        query: &str,
        limit: usize,
    ) -> Result<Vec<String>, CallFault> {
        if let Some(folder) = query.strip_suffix('/')
            && split(folder).is_some()
            && let Some(inside) = found(self.list(directory, folder).await)?
            && !inside.is_empty()
        {
            let named = |path: String| {
                if path.starts_with(query) {
                    path
                } else {
                    format!("{query}{path}")
                }
            };
            return Ok(inside.into_iter().take(limit).map(named).collect());
        }
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
