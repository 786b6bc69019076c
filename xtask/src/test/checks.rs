//! The checks of the Rust code that are no tests. Warnings are made errors by
//! arguments to the last program alone: RUSTFLAGS would have everything
//! compiled a second time.

use crate::fault::Fault;
use crate::process;
use crate::site::WASM_TARGET;
use crate::workspace::Workspace;

/// The crates that run in the browser, besides the frontend.
const IN_THE_BROWSER: [&str; 4] = ["app", "domain", "highlight", "markdown"];

/// Everything is formatted.
pub(crate) fn format(workspace: &Workspace) -> Result<(), Fault> {
    let mut command = process::cargo(workspace);
    command.args(["fmt", "--all", "--check"]);
    process::require("cargo fmt (`cargo fmt --all` puts it right)", &mut command)
}

/// No warnings in what runs natively, tests included.
pub(crate) fn clippy(workspace: &Workspace) -> Result<(), Fault> {
    let mut command = process::cargo(workspace);
    command
        .args([
            "clippy",
            "--workspace",
            "--exclude",
            &workspace.names().lib_package,
        ])
        .args(["--all-targets", "--", "--deny=warnings"]);
    process::require("cargo clippy", &mut command)
}

/// No warnings in what runs in the browser.
pub(crate) fn clippy_wasm(workspace: &Workspace) -> Result<(), Fault> {
    let mut command = process::cargo(workspace);
    command.args(["clippy", "--package", &workspace.names().lib_package]);
    for package in IN_THE_BROWSER {
        command.args(["--package", package]);
    }
    command.args([
        "--features",
        "app/hydrate",
        "--target",
        WASM_TARGET,
        "--",
        "--deny=warnings",
    ]);
    process::require("cargo clippy for the browser", &mut command)
}

/// The documentation has no broken links.
pub(crate) fn documentation(workspace: &Workspace) -> Result<(), Fault> {
    let mut command = process::cargo(workspace);
    command
        .args([
            "doc",
            "--workspace",
            "--exclude",
            &workspace.names().lib_package,
            "--no-deps",
            "--document-private-items",
        ])
        .env("RUSTDOCFLAGS", "--deny=warnings");
    process::require("cargo doc", &mut command)
}
