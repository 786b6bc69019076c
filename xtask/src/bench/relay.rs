//! The delay the relay adds: a bench beside the fake server, which runs the built
//! executable beside a plain proxy and prints the table.

use std::path::Path;

use crate::fault::Fault;
use crate::workspace::Workspace;
use crate::{process, say};

/// Its source, from the root.
const SOURCE: &str = "crates/fakes/benches/relay/main.rs";

/// Runs it.
pub(crate) fn relay(workspace: &Workspace, executable: &Path) -> Result<(), Fault> {
    if !workspace.root().join(SOURCE).is_file() {
        return Err(Fault::Data(format!(
            "The bench relay needs {SOURCE}, which is not there."
        )));
    }
    say::step("Measuring the delay the relay adds", "3 minutes");
    let mut command = process::cargo(workspace);
    command
        .args(["bench", "--package", "fakes", "--bench", "relay"])
        .env("NEXUS_BIN", executable);
    process::require("The bench relay", &mut command)
}
