//! What is written in TypeScript and JavaScript: types, lint, and the tests
//! of the scripted model, which need no browser.

use std::fs;
use std::path::{Path, PathBuf};

use super::tally::Tally;
use crate::fault::{AtPath as _, Fault};
use crate::process;
use crate::workspace::Workspace;

/// The types of the tests and the offline shell's script, and of the service
/// worker, which lives in another world of globals.
pub(crate) fn types(workspace: &Workspace) -> Result<(), Fault> {
    for project in ["tsconfig.json", "worker/tsconfig.json"] {
        let mut command = process::command(workspace, workspace.npm_tool("tsc"));
        command
            .args(["--noEmit", "--project", project])
            .current_dir(workspace.end2end());
        process::require("tsc", &mut command)?;
    }
    Ok(())
}

/// The lint of the tests, the service worker and the offline shell's script.
pub(crate) fn lint(workspace: &Workspace) -> Result<(), Fault> {
    let mut command = process::command(workspace, workspace.npm_tool("eslint"));
    command
        .args(["--max-warnings=0", "."])
        .current_dir(workspace.end2end());
    process::require("eslint", &mut command)?;
    let mut command = process::command(workspace, workspace.npm_tool("eslint"));
    command
        .arg("--max-warnings=0")
        .arg("--config")
        .arg(
            workspace
                .names()
                .end2end_dir
                .join("worker/eslint.config.mjs"),
        )
        .arg(workspace.names().assets_dir.join("sw.js"))
        .arg(workspace.names().assets_dir.join("offline.js"));
    process::require("eslint for the service worker and the shell", &mut command)
}

/// Node's own tests beside the browser tests.
pub(crate) fn tests(workspace: &Workspace, filter: Option<&str>) -> Result<Tally, Fault> {
    let folder = workspace.end2end();
    let files = test_files(&folder)?;
    if files.is_empty() {
        return Ok(Tally::default());
    }
    let report = workspace.target().join("xtask/scripts.tap");
    if let Some(folder) = report.parent() {
        fs::create_dir_all(folder).at(folder)?;
    }
    let mut command = process::command(workspace, "node");
    command
        .args([
            "--test",
            "--test-reporter=spec",
            "--test-reporter-destination=stdout",
            "--test-reporter=tap",
        ])
        .arg(format!("--test-reporter-destination={}", report.display()));
    if let Some(filter) = filter {
        command.arg(format!("--test-name-pattern={filter}"));
    }
    command.args(files).current_dir(&folder);
    let status = command
        .status()
        .map_err(|source| process::not_started(&command, source))?;
    let text = fs::read_to_string(&report).at(&report)?;
    Ok(Tally::of_tap(&text).ended(status.success()))
}

/// The files named `*.test.mjs`, without what npm brought.
fn test_files(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).at(folder)? {
        let path = entry.at(folder)?.path();
        if path.is_dir() && !path.ends_with("node_modules") {
            files.extend(test_files(&path)?);
        } else if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
