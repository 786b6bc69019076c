//! The WebAssembly target of the pinned toolchain.

use crate::fault::Fault;
use crate::site::WASM_TARGET;
use crate::workspace::Workspace;
use crate::{process, say};

/// Adds the target where the toolchain does not have it.
pub(crate) fn wasm_target(workspace: &Workspace) -> Result<(), Fault> {
    if installed(workspace) {
        return Ok(());
    }
    let missing = || {
        Fault::Missing(format!(
            "The Rust target {WASM_TARGET} is missing and rustup could not add it; install it with your Rust toolchain."
        ))
    };
    if process::on_path("rustup").is_none() {
        return Err(missing());
    }
    say::step("Adding the WebAssembly target to Rust", "10 seconds");
    let mut command = process::command(workspace, "rustup");
    command.args(["target", "add", WASM_TARGET]);
    process::require("rustup target add", &mut command).map_err(|_| missing())
}

/// Whether the toolchain that builds this workspace has the target.
fn installed(workspace: &Workspace) -> bool {
    let mut command = process::command(workspace, "rustc");
    command.args(["--print", "target-libdir", "--target", WASM_TARGET]);
    process::read("rustc", &mut command)
        .is_ok_and(|folder| std::path::Path::new(folder.trim()).is_dir())
}
