//! A browser for the tests: an installed Chromium or Chrome, else Debian's
//! package where that can be installed, else Playwright's own.

use std::path::PathBuf;

use super::system;
use crate::fault::Fault;
use crate::workspace::Workspace;
use crate::{process, say};

/// Names under which a Chromium is installed, in the order of preference.
const NAMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
];
/// Where macOS keeps it.
const MACOS: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// The browser the tests run in.
#[derive(Debug, Clone)]
pub(crate) enum Browser {
    /// One that is installed.
    Installed(PathBuf),
    /// The one that Playwright downloads and finds by itself.
    Playwright,
}

/// Finds a browser, or brings one.
pub(crate) fn present(workspace: &Workspace) -> Result<Browser, Fault> {
    if let Some(path) = installed() {
        return Ok(Browser::Installed(path));
    }
    system::install(&["chromium"], "30 seconds");
    if let Some(path) = installed() {
        return Ok(Browser::Installed(path));
    }
    say::step("Fetching Playwright's own Chromium", "a minute");
    let mut command = process::command(workspace, workspace.npm_tool("playwright"));
    command
        .args(["install", "chromium"])
        .current_dir(workspace.end2end());
    process::require("playwright install", &mut command).map_err(|_| {
        Fault::Missing(
            "There is no Chromium or Chrome on the PATH and none could be installed; install Chromium, or name one in the variable CHROMIUM."
                .to_owned(),
        )
    })?;
    Ok(Browser::Playwright)
}

fn installed() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM")
        .map(PathBuf::from)
        .filter(|path| path.is_file());
    let macos = || Some(PathBuf::from(MACOS)).filter(|path| path.is_file());
    named
        .or_else(|| NAMES.iter().find_map(|name| process::on_path(name)))
        .or_else(macos)
}
