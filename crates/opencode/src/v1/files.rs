//! Files of a directory, as the words of a prompt name them.

use domain::id::Directory;

use super::each;
use crate::client::Client;
use crate::fault::CallFault;
use crate::handover::PathFound;
use crate::path::split;
use crate::wire::workspace::Node;

/// The status of everything that the server did not foresee, missing directories included.
const UNFORESEEN: u16 = 500;

/// The paths that fit `query` best; folders end with a slash. A folder that is named to its
/// end gives what is in it: the server's own search would offer all folders.
pub(super) async fn find(
    client: &Client,
    directory: &Directory,
    query: &str,
    limit: usize,
) -> Result<Vec<String>, CallFault> {
    if query.ends_with('/')
        && let Some((above, name)) = split(query)
    {
        let folder = match above {
            "." => name.to_owned(),
            above => format!("{above}/{name}"),
        };
        let mut inside = inside(&folder, listed(client, directory, &folder).await?);
        inside.truncate(limit);
        if !inside.is_empty() {
            return Ok(inside);
        }
    }
    let mut paths: Vec<String> = client
        .get("/find/file")
        .query("query", query)
        .query("limit", &limit.to_string())
        .within(directory)
        .json()
        .await?;
    // The directory itself is among them.
    paths.retain(|path| path != "/");
    paths.truncate(limit);
    Ok(paths)
}

/// What `path` is, looked up in the folder that holds it; none where there is no such file.
/// The server answers a read of a missing file like that of an empty one.
pub(super) async fn look(
    client: &Client,
    directory: &Directory,
    path: &str,
) -> Result<Option<PathFound>, CallFault> {
    let Some((folder, name)) = split(path) else {
        return Ok(None);
    };
    let mut nodes = listed(client, directory, folder).await?.into_iter();
    Ok(nodes.find(|node| node.name == name).map(|node| PathFound {
        folder: node.is_folder(),
        absolute: node.absolute,
    }))
}

/// What is in a folder; nothing where there is no such folder.
async fn listed(
    client: &Client,
    directory: &Directory,
    folder: &str,
) -> Result<Vec<Node>, CallFault> {
    let listed = client
        .get("/file")
        .query("path", folder)
        .within(directory)
        .json()
        .await;
    match listed {
        Ok(nodes) => Ok(each::<Node>("files", nodes).collect()),
        Err(
            CallFault::NotFound
            | CallFault::Refused {
                status: UNFORESEEN, ..
            },
        ) => Ok(Vec::new()),
        Err(fault) => Err(fault),
    }
}

/// The paths of what is in `folder`, folders first; without what git ignores and its own.
fn inside(folder: &str, mut nodes: Vec<Node>) -> Vec<String> {
    nodes.retain(|node| !node.ignored && node.name != ".git");
    nodes.sort_by(|a, b| (!a.is_folder(), &a.name).cmp(&(!b.is_folder(), &b.name)));
    let path = |node: &Node| {
        let end = if node.is_folder() { "/" } else { "" };
        format!("{folder}/{}{end}", node.name)
    };
    nodes.iter().map(path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_what_is_in_it_folders_first() {
        let node = |name: &str, kind: &str, ignored| Node {
            name: name.to_owned(),
            absolute: String::new(),
            kind: kind.to_owned(),
            ignored,
        };
        let nodes = vec![
            node("b.rs", "file", false),
            node("a.rs", "file", false),
            node("wire", "directory", false),
            node("target", "directory", true),
            node(".git", "directory", false),
        ];
        assert_eq!(
            inside("src/v1", nodes),
            ["src/v1/wire/", "src/v1/a.rs", "src/v1/b.rs"]
        );
    }
}
