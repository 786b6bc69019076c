//! The browser tests, against the one file that is handed out; the gallery, which that
//! does not have, against a debug build.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::rust;
use super::tally::Tally;
use crate::fault::{AtPath as _, Fault};
use crate::setup::Browser;
use crate::workspace::{Profile, Workspace};
use crate::{process, product};

/// The tests of the gallery: skipped where the executable has none.
const GALLERY: &str = "gallery.spec.ts";

/// Runs them.
pub(crate) fn tests(
    workspace: &Workspace,
    filter: Option<&str>,
    browser: Option<&Browser>,
) -> Result<Tally, Fault> {
    let fake = rust::fake(workspace)?;
    let mut command = playwright(workspace, &workspace.dist(), browser);
    command.env("OPENCODE2_BIN", fake);
    if let Some(filter) = filter {
        command.args(["--grep", filter, "--pass-with-no-tests"]);
    }
    run(workspace, command)
}

/// Runs those of the gallery; builds what they need where there is one that is wanted.
pub(crate) fn gallery(
    workspace: &Workspace,
    filter: Option<&str>,
    browser: Option<&Browser>,
) -> Result<Tally, Fault> {
    let server = workspace.server(Profile::Debug);
    let mut list = playwright(workspace, &server, browser);
    list.args(["--list", GALLERY]);
    if let Some(filter) = filter {
        list.args(["--grep", filter]);
    }
    // It ends badly where there is none.
    if !list.output().is_ok_and(|output| output.status.success()) {
        return Ok(Tally::default());
    }
    let was_there = workspace.site(Profile::Debug).is_dir();
    product::site(workspace, Profile::Debug)?;
    if !was_there {
        product::embed_anew(workspace)?;
    }
    let server = rust::executable(workspace)?;
    let mut command = playwright(workspace, &server, browser);
    command.arg(GALLERY);
    if let Some(filter) = filter {
        command.args(["--grep", filter]);
    }
    run(workspace, command)
}

fn playwright(workspace: &Workspace, executable: &Path, browser: Option<&Browser>) -> Command {
    let mut command = process::command(workspace, workspace.npm_tool("playwright"));
    command
        .arg("test")
        .current_dir(workspace.end2end())
        .env("NEXUS_BIN", executable);
    if let Some(Browser::Installed(path)) = browser {
        command.env("CHROMIUM", path);
    }
    command
}

fn run(workspace: &Workspace, mut command: Command) -> Result<Tally, Fault> {
    let report = workspace.target().join("xtask/playwright.json");
    if report.is_file() {
        // What is found afterwards must be of this run.
        fs::remove_file(&report).at(&report)?;
    }
    command
        .arg("--reporter=list,json")
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    let status = command
        .status()
        .map_err(|source| process::not_started(&command, source))?;
    let tally = fs::read_to_string(&report)
        .ok()
        .and_then(|text| Tally::of_playwright(&text));
    Ok(tally.unwrap_or_default().ended(status.success()))
}
