//! `cargo xtask demo`: the whole product on throw-away data, with a real
//! OpenCode whose model is a script. Needs no account and no network.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{ChildStdin, Command, ExitCode, Stdio};

use serde::Deserialize;

use crate::fault::{AtPath as _, Fault};
use crate::workspace::{Profile, Workspace};
use crate::{process, product, say, setup};

/// What the script for the model prints when all is ready.
#[derive(Deserialize)]
struct Ready {
    opencode: String,
    directory: String,
}

/// Builds the product, starts the scripted OpenCode and becomes the product.
pub(crate) fn demo(workspace: &Workspace, arguments: Vec<OsString>) -> Result<ExitCode, Fault> {
    product::site(workspace, Profile::Release)?;
    let server = product::server(workspace, Profile::Release)?;
    setup::for_the_demo(workspace)?;

    // Removed at the next start rather than at the end: by then we are another program.
    let data = workspace.target().join("xtask/demo");
    if data.is_dir() {
        fs::remove_dir_all(&data).at(&data)?;
    }
    let (ready, lifeline) = scripted_opencode(workspace)?;
    say::note(&format!("OpenCode works in {}", ready.directory));

    say::line("\n==> Starting OpenCode Nexus; Ctrl-C ends it and the scripted OpenCode");
    let mut command = Command::new(server);
    command
        .arg("serve")
        .arg("--data-dir")
        .arg(&data)
        .arg("--opencode")
        .arg(&ready.opencode)
        .args(arguments);
    // The script lives until its standard input closes. We are about to become
    // the product, which never reads its own: it holds the other end for us,
    // and however it ends, the script ends too.
    command.stdin(Stdio::from(lifeline));
    process::become_program(command)
}

/// Starts the script and waits until it is ready. It lives as long as the
/// returned pipe is open.
fn scripted_opencode(workspace: &Workspace) -> Result<(Ready, ChildStdin), Fault> {
    say::step("Starting OpenCode with a scripted model", "10 seconds");
    let mut command = process::command(workspace, "node");
    command
        .arg("demo.mjs")
        .current_dir(workspace.end2end())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command
        .spawn()
        .map_err(|source| process::not_started(&command, source))?;
    let silent = || {
        Fault::Data(
            "The scripted OpenCode ended before it was ready; its own message is above.".to_owned(),
        )
    };
    let (lifeline, stdout) = (
        child.stdin.take().ok_or_else(silent)?,
        child.stdout.take().ok_or_else(silent)?,
    );
    let line = BufReader::new(stdout).lines().next().ok_or_else(silent)?;
    let line = line.map_err(|_| silent())?;
    let ready = serde_json::from_str(&line).map_err(|error| {
        Fault::Data(format!(
            "The scripted OpenCode said something else than where it is: {error}."
        ))
    })?;
    Ok((ready, lifeline))
}
