//! The pages in a real browser: a Playwright project of its own, whose benches
//! print tables. `page` measures first load, second visit and a slow phone, and
//! holds the byte budgets; `view` measures long sessions.

use std::path::Path;

use crate::fault::Fault;
use crate::setup::{self, Browser};
use crate::workspace::Workspace;
use crate::{process, say};

/// Its configuration, from the folder of the browser tests.
const CONFIGURATION: &str = "bench/playwright.config.ts";

/// First load, second visit and a slow phone.
pub(crate) fn page(workspace: &Workspace, executable: &Path) -> Result<(), Fault> {
    say::step(
        "Loading pages as a desktop and as a slow phone do",
        "2 minutes",
    );
    run(workspace, executable, "page")
}

/// Sessions of up to 5,000 messages.
pub(crate) fn view(workspace: &Workspace, executable: &Path) -> Result<(), Fault> {
    say::step("Reading long sessions on a slow phone", "3 minutes");
    run(workspace, executable, "view")
}

fn run(workspace: &Workspace, executable: &Path, name: &str) -> Result<(), Fault> {
    if !workspace.end2end().join(CONFIGURATION).is_file() {
        return Err(Fault::Data(format!(
            "The bench {name} needs end2end/{CONFIGURATION}, which is not there."
        )));
    }
    let browser = setup::for_the_browser_tests(workspace)?;
    let mut command = process::command(workspace, workspace.npm_tool("playwright"));
    command
        .args(["test", "--config", CONFIGURATION])
        .arg(format!("{name}.ts"))
        .current_dir(workspace.end2end())
        .env("NEXUS_BIN", executable);
    if let Browser::Installed(path) = browser {
        command.env("CHROMIUM", path);
    }
    process::require(&format!("The bench {name}"), &mut command)
}
