//! The browser tests, against the one file that is handed out.

use std::fs;

use super::tally::Tally;
use crate::fault::{AtPath as _, Fault};
use crate::process;
use crate::setup::Browser;
use crate::workspace::Workspace;

/// Runs them.
pub(crate) fn tests(
    workspace: &Workspace,
    filter: Option<&str>,
    browser: Option<&Browser>,
) -> Result<Tally, Fault> {
    let report = workspace.target().join("xtask/playwright.json");
    if report.is_file() {
        // What is found afterwards must be of this run.
        fs::remove_file(&report).at(&report)?;
    }
    let mut command = process::command(workspace, workspace.npm_tool("playwright"));
    command
        .args(["test", "--reporter=list,json"])
        .current_dir(workspace.end2end())
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report)
        .env("NEXUS_BIN", workspace.dist());
    if let Some(Browser::Installed(path)) = browser {
        command.env("CHROMIUM", path);
    }
    if let Some(filter) = filter {
        command.args(["--grep", filter, "--pass-with-no-tests"]);
    }
    let status = command
        .status()
        .map_err(|source| process::not_started(&command, source))?;
    let tally = fs::read_to_string(&report)
        .ok()
        .and_then(|text| Tally::of_playwright(&text));
    Ok(tally.unwrap_or_default().ended(status.success()))
}
