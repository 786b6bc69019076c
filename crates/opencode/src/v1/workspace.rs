//! Directories of the server's machine. The server accepts any directory, also one that
//! does not exist; only listing it shows whether it does.

use domain::id::Directory;
use serde_json::Value;

use super::each;
use crate::client::Client;
use crate::dialect::Folders;
use crate::fault::CallFault;
use crate::path::parent;
use crate::wire::workspace::{Node, Paths};

/// How many folders of one directory are shown.
const FOLDERS_MAX: usize = 500;
/// The status of everything that the server did not foresee, missing directories included.
const UNFORESEEN: u16 = 500;

/// The folders in a directory, or in the home of the server's user.
pub(super) async fn list(
    client: &Client,
    directory: Option<&Directory>,
) -> Result<Folders, CallFault> {
    let asked = if let Some(directory) = directory {
        directory.clone()
    } else {
        let paths: Paths = client.get("/path").json().await?;
        Directory::new(paths.home)
    };
    let nodes = match nodes(client, &asked).await {
        Err(CallFault::Refused {
            status: UNFORESEEN, ..
        }) => return Err(CallFault::NotFound),
        answered => answered?,
    };
    // Symlinks and `..` are resolved there, not here.
    let paths: Paths = client.get("/path").within(&asked).json().await?;
    let mut found: Vec<Node> = each::<Node>("files", nodes)
        .filter(|node| node.kind == "directory" && node.name != ".git")
        .collect();
    found.sort_by_cached_key(|node| (node.name.starts_with('.'), node.name.to_lowercase()));
    let cut = found.len() > FOLDERS_MAX;
    found.truncate(FOLDERS_MAX);
    Ok(Folders {
        parent: parent(&paths.directory),
        directory: Directory::new(paths.directory),
        folders: found
            .into_iter()
            .map(|node| Directory::new(node.absolute))
            .collect(),
        cut,
    })
}

/// The directory that the server was started in.
pub(super) async fn home_ground(client: &Client) -> Result<Directory, CallFault> {
    let paths: Paths = client.get("/path").json().await?;
    Ok(Directory::new(paths.directory))
}

/// Whether a directory exists.
pub(super) async fn exists(client: &Client, directory: &Directory) -> Result<bool, CallFault> {
    match nodes(client, directory).await {
        Ok(_) => Ok(true),
        Err(
            CallFault::NotFound
            | CallFault::Refused {
                status: UNFORESEEN, ..
            },
        ) => Ok(false),
        Err(fault) => Err(fault),
    }
}

async fn nodes(client: &Client, directory: &Directory) -> Result<Vec<Value>, CallFault> {
    client
        .get("/file")
        .query("path", ".")
        .within(directory)
        .json()
        .await
}
