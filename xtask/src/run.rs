//! `cargo xtask run`: from a fresh clone to the product in the browser.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use crate::fault::Fault;
use crate::workspace::{Profile, Workspace};
use crate::{process, product, say, setup};

/// Builds the product and becomes it.
pub(crate) fn run(workspace: &Workspace, arguments: Vec<OsString>) -> Result<ExitCode, Fault> {
    product::site(workspace, Profile::Release)?;
    let server = product::server(workspace, Profile::Release)?;
    say::line("\n==> Starting OpenCode Nexus; Ctrl-C ends it");
    let mut command = Command::new(server);
    command.arg("serve").args(arguments);
    match setup::search_path(workspace) {
        setup::SearchPath::AsItIs => {}
        setup::SearchPath::With(path) => {
            command.env("PATH", path);
        }
        setup::SearchPath::NoOpenCode(remark) => say::note(&remark),
    }
    process::become_program(command)
}
