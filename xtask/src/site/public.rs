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
/// The offline shell's script: its page is the same for everybody, so its scripts cannot
/// carry a nonce and must be files.
const SHELL_SCRIPT: &str = "offline.js";
/// The path at which the offline shell is served.
pub(crate) const SHELL_PATH: &str = "/offline";

/// Adds the files and returns the source of the service worker, which needs
/// to know all the others first.
pub(crate) fn add(workspace: &Workspace, entry: &Entry, tree: &mut Tree) -> Result<String, Fault> {
    let folder = workspace.root().join(&workspace.names().assets_dir);
    let script = folder.join(SHELL_SCRIPT);
    let script = tree.add_hashed(
        &format!("{}/offline", workspace.names().site_pkg_dir),
        "js",
        fs::read(&script).at(&script)?,
    );
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
                    shell(&text, entry, &script).into_bytes(),
                );
            }
            SHELL_SCRIPT => {}
            _ => tree.add(&name, fs::read(&path).at(&path)?),
        }
    }
    worker.ok_or_else(|| Fault::Data(format!("{} has no {WORKER}.", folder.display())))
}

fn shell(text: &str, entry: &Entry, script: &str) -> String {
    text.replace("{{css}}", &entry.css)
        .replace("{{offline}}", script)
}
