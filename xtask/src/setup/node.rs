//! Node, and the npm packages that the lock file names.

use std::fs;

use crate::fault::{AtPath as _, Fault};
use crate::workspace::Workspace;
use crate::{process, say};

/// The oldest Node that runs our tools, as major and minor.
const OLDEST: (u32, u32) = (20, 19);
/// In `node_modules`: the lock file these packages were installed from.
const INSTALLED: &str = ".installed-from";

/// Whether there is a Node that is new enough.
pub(crate) fn present() -> Result<(), Fault> {
    let (major, minor) = OLDEST;
    let needed = format!("Node {major}.{minor} or newer is needed (https://nodejs.org)");
    let Some(found) = process::ask("node", &["--version"]) else {
        return Err(Fault::Missing(format!(
            "{needed}, and there is none on the PATH."
        )));
    };
    if version(&found).is_none_or(|version| version < OLDEST) {
        return Err(Fault::Missing(format!(
            "{needed}; the one on the PATH is {found}."
        )));
    }
    if process::on_path("npm").is_none() {
        return Err(Fault::Missing(
            "npm is needed to install the build's tools, and there is none on the PATH.".to_owned(),
        ));
    }
    Ok(())
}

/// Installs the packages where they are missing or the lock file has changed.
pub(crate) fn packages(workspace: &Workspace) -> Result<(), Fault> {
    let folder = workspace.end2end();
    let lock = folder.join("package-lock.json");
    let stamp = folder.join("node_modules").join(INSTALLED);
    let wanted = fs::read_to_string(&lock).at(&lock)?;
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    say::step(
        "Installing the npm packages of the build and the browser tests",
        "10 seconds to a minute",
    );
    let mut command = process::command(workspace, "npm");
    command
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(&folder);
    process::require("npm ci", &mut command).map_err(|_| {
        Fault::Missing(
            "The npm packages could not be installed (npm's own message is above); the first build needs the network."
                .to_owned(),
        )
    })?;
    fs::write(&stamp, wanted).at(&stamp)
}

/// Reads `v20.19.3`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_are_compared_by_number() {
        assert_eq!(version("v20.19.3\n"), Some((20, 19)));
        assert!(version("v9.9.0") < Some(OLDEST));
        assert!(version("v22.0.0") > Some(OLDEST));
        assert_eq!(version("twenty"), None);
    }
}
