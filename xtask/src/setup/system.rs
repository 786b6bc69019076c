//! Programs that come from the system's packages, where we may install them.

use std::process::Stdio;

use crate::fault::Fault;
use crate::{process, say};

/// OpenCode searches files with `rg` and tries to download it otherwise.
pub(crate) fn ripgrep() -> Result<(), Fault> {
    if process::on_path("rg").is_some() {
        return Ok(());
    }
    install(&["ripgrep"], "10 seconds");
    if process::on_path("rg").is_some() {
        return Ok(());
    }
    Err(Fault::Missing(
        "`rg` (ripgrep), which OpenCode searches files with, is not on the PATH and could not be installed; install the package ripgrep."
            .to_owned(),
    ))
}

/// Installs Debian packages where that is possible without asking anybody.
/// Whether it helped is for the caller to see.
pub(crate) fn install(packages: &[&str], usually: &str) {
    if !may_install() {
        return;
    }
    say::step(
        &format!("Installing {} with apt-get", packages.join(" and ")),
        usually,
    );
    // A list that cannot be renewed may still be good enough.
    let _ = apt(&["update"]);
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(packages);
    if !apt(&arguments) {
        say::note("apt-get could not install that");
    }
}

fn apt(arguments: &[&str]) -> bool {
    std::process::Command::new("apt-get")
        .arg("-qq")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Only root on a Debian may.
fn may_install() -> bool {
    process::on_path("apt-get").is_some()
        && process::ask("id", &["-u"]).is_some_and(|user| user == "0")
}
