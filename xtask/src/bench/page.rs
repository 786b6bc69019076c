//! First load, second visit and a slow phone: a Playwright project of its
//! own, which prints the table and holds the byte budgets.

use std::path::Path;

use crate::fault::Fault;
use crate::setup::{self, Browser};
use crate::workspace::Workspace;
use crate::{process, say};

/// Its configuration, from the folder of the browser tests.
const CONFIGURATION: &str = "bench/playwright.config.ts";

/// Runs it against the executable.
pub(crate) fn page(workspace: &Workspace, executable: &Path) -> Result<(), Fault> {
    if !workspace.end2end().join(CONFIGURATION).is_file() {
        return Err(Fault::Data(format!(
            "The bench page needs end2end/{CONFIGURATION}, which is not there."
        )));
    }
    let browser = setup::for_the_browser_tests(workspace)?;
    say::step(
        "Loading pages as a desktop and as a slow phone do",
        "2 minutes",
    );
    let mut command = process::command(workspace, workspace.npm_tool("playwright"));
    command
        .args(["test", "--config", CONFIGURATION])
        .current_dir(workspace.end2end())
        .env("NEXUS_BIN", executable);
    if let Browser::Installed(path) = browser {
        command.env("CHROMIUM", path);
    }
    process::require("The bench page", &mut command)
}
