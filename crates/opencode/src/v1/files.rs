//! Files of a directory, as the words of a prompt name them.

use domain::id::Directory;

use super::each;
use crate::client::Client;
use crate::fault::CallFault;
use crate::handover::PathFound;
use crate::wire::workspace::Node;

/// The status of everything that the server did not foresee, missing directories included.
const UNFORESEEN: u16 = 500;

/// The paths that fit `query` best; folders end with a slash.
pub(super) async fn find(
    client: &Client,
    directory: &Directory,
    query: &str,
    limit: usize,
) -> Result<Vec<String>, CallFault> {
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
    let listed = client
        .get("/file")
        .query("path", folder)
        .within(directory)
        .json()
        .await;
    let nodes = match listed {
        Ok(nodes) => nodes,
        Err(
            CallFault::NotFound
            | CallFault::Refused {
                status: UNFORESEEN, ..
            },
        ) => return Ok(None),
        Err(fault) => return Err(fault),
    };
    Ok(each::<Node>("files", nodes)
        .find(|node| node.name == name)
        .map(|node| PathFound {
            folder: node.kind == "directory",
            absolute: node.absolute,
        }))
}

/// The folder and the name of a path that stays within its directory.
fn split(path: &str) -> Option<(&str, &str)> {
    let path = path.trim_end_matches('/');
    let stays = !path.starts_with('/')
        && !path.contains(['\\', '\0', ':'])
        && path
            .split('/')
            .all(|step| !step.is_empty() && step != "." && step != "..");
    stays.then(|| path.rsplit_once('/').unwrap_or((".", path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_leave_its_directory() {
        assert_eq!(split("README.md"), Some((".", "README.md")));
        assert_eq!(split("src/a/"), Some(("src", "a")));
        for outside in [
            "",
            "/etc/passwd",
            "../a",
            "a/../../b",
            "a//b",
            "a\\..\\b",
            "C:/a",
            ".",
        ] {
            assert_eq!(split(outside), None, "{outside:?}");
        }
    }
}
