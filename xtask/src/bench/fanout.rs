//! What many devices cost, and how fast OpenCode's stream is taken in: benches beside the
//! crates that they measure, the first with the built executable.

use std::path::Path;

use crate::fault::Fault;
use crate::workspace::Workspace;
use crate::{process, say};

/// Fan-out to many devices, beside a plain proxy.
pub(crate) fn fanout(workspace: &Workspace, executable: &Path) -> Result<(), Fault> {
    say::step("Measuring what many devices cost", "5 minutes");
    let mut command = process::cargo(workspace);
    command
        .args(["bench", "--package", "fakes", "--bench", "fanout"])
        .env("NEXUS_BIN", executable);
    process::require("The bench fanout", &mut command)
}

/// From the bytes of OpenCode's stream to the mirror.
pub(crate) fn upstream(workspace: &Workspace) -> Result<(), Fault> {
    say::step("Measuring how fast a stream is taken in", "2 minutes");
    let mut command = process::cargo(workspace);
    command.args(["bench", "--package", "opencode", "--bench", "upstream"]);
    process::require("The bench upstream", &mut command)
}
