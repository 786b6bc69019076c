//! The Rust tests: one `cargo test` for everything that runs natively.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::tally::Tally;
use crate::fault::{AtPath as _, Fault};
use crate::workspace::{Profile, Workspace};
use crate::{process, say};

/// One of the tests that start the executable.
const OF_THE_EXECUTABLE: &str = "api";
/// The example that is a server for the tests in a browser.
const FAKE: &str = "opencode2";

fn all(workspace: &Workspace) -> Command {
    everywhere(workspace, "test")
}

fn everywhere(workspace: &Workspace, verb: &str) -> Command {
    let mut command = process::cargo(workspace);
    command.args([verb, "--workspace", "--exclude"]);
    command.arg(&workspace.names().lib_package);
    command
}

/// The executable as these tests have it, with the features that they all want together: a
/// build for its own sake would compile most of what it depends on once more.
pub(crate) fn executable(workspace: &Workspace) -> Result<PathBuf, Fault> {
    let mut command = all(workspace);
    command.args(["--no-run", "--test", OF_THE_EXECUTABLE]);
    process::require("Building the server", &mut command)?;
    Ok(workspace.server(Profile::Debug))
}

/// The fake OpenCode 2 as a process, for the tests in a browser. An example of all packages
/// together has the features that the tests have; under `test` it would become a test itself.
pub(crate) fn fake(workspace: &Workspace) -> Result<PathBuf, Fault> {
    let mut command = everywhere(workspace, "build");
    command.args(["--example", FAKE]);
    process::require("Building the fake OpenCode 2", &mut command)?;
    let name = format!("{FAKE}{}", std::env::consts::EXE_SUFFIX);
    let folder = workspace.server(Profile::Debug).with_file_name("examples");
    Ok(folder.join(name))
}

/// Runs them, passing their output on while it is counted.
pub(crate) fn tests(workspace: &Workspace, filter: Option<&str>) -> Result<Tally, Fault> {
    // The executable that they build reads the site from there while it runs, if only the
    // folder was there when it was compiled.
    let site = workspace.site(Profile::Debug);
    fs::create_dir_all(&site).at(&site)?;
    let mut command = all(workspace);
    command.arg("--no-fail-fast");
    // An unseen snapshot is a failure, here as anywhere else.
    command.env("INSTA_UPDATE", "no");
    if let Some(filter) = filter {
        command.args(["--", filter]);
    }
    command.stdout(Stdio::piped());
    let mut child = command
        .spawn()
        .map_err(|source| process::not_started(&command, source))?;
    let mut tally = Tally::default();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            say::line(&line);
            if let Some(more) = Tally::of_cargo(&line) {
                tally += more;
            }
        }
    }
    let status = child
        .wait()
        .map_err(|source| process::not_started(&command, source))?;
    Ok(tally.ended(status.success()))
}
