//! The files of `public/`: most go to the browser as they are, the offline
//! shell with the paths of the build filled in.

use std::fs;

use super::assets::Entry;
use super::tree::{Tree, files_below};
use crate::fault::{AtPath as _, Fault};
use crate::workspace::Workspace;

/// The service worker's source; [`super::worker`] fills it in.
const WORKER: &str = "sw.js";
/// The offline shell's source.
const SHELL: &str = "offline.html";
/// The path at which the offline shell is served.
pub(crate) const SHELL_PATH: &str = "/offline";

/// Adds the files and returns the source of the service worker, which needs
/// to know all the others first.
pub(crate) fn add(workspace: &Workspace, entry: &Entry, tree: &mut Tree) -> Result<String, Fault> {
    let folder = workspace.root().join(&workspace.names().assets_dir);
    let mut worker = None;
    for path in files_below(&folder)? {
        let name = path
            .strip_prefix(&folder)
            .unwrap_or(&path)
            .to_string_lossy()
            .replace('\\', "/");
        match name.as_str() {
            WORKER => worker = Some(fs::read_to_string(&path).at(&path)?),
            SHELL => {
                let text = fs::read_to_string(&path).at(&path)?;
                tree.add_at(
                    SHELL,
                    SHELL_PATH.to_owned(),
                    shell(&text, entry).into_bytes(),
                );
            }
            _ => tree.add(&name, fs::read(&path).at(&path)?),
        }
    }
    worker.ok_or_else(|| Fault::Data(format!("{} has no {WORKER}.", folder.display())))
}

fn shell(text: &str, entry: &Entry) -> String {
    let paths = [
        ("{{css}}", &entry.css),
        ("{{js}}", &entry.js),
        ("{{wasm}}", &entry.wasm),
        ("{{boot}}", &entry.boot),
    ];
    paths
        .into_iter()
        .fold(text.to_owned(), |text, (mark, path)| {
            text.replace(mark, path)
        })
}
