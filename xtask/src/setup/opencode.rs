//! An OpenCode to talk to: the one on the PATH, else the one that npm brought
//! along for the tests.

use std::env::consts::{ARCH, OS};
use std::ffi::OsString;
use std::path::PathBuf;

use super::node;
use crate::fault::Fault;
use crate::process;
use crate::workspace::Workspace;

/// Makes sure that npm's OpenCode is there.
pub(crate) fn present(workspace: &Workspace) -> Result<PathBuf, Fault> {
    node::present()?;
    node::packages(workspace)?;
    from_npm(workspace).ok_or_else(|| {
        Fault::Missing(format!(
            "There is no OpenCode for {OS} on {ARCH} among the npm packages; install one (https://opencode.ai) so that `opencode` is on the PATH."
        ))
    })
}

/// The PATH for the server: with npm's OpenCode at its end where there is no
/// other. Nothing where the PATH is right as it is, or nothing can be done.
pub(crate) fn search_path(workspace: &Workspace) -> Option<OsString> {
    if process::on_path(&format!("opencode{}", std::env::consts::EXE_SUFFIX)).is_some() {
        return None;
    }
    let folder = from_npm(workspace)?.parent()?.to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::env::split_paths(&path).chain([folder])).ok()
}

/// npm's executable for this machine. The packages' own start script is not
/// used: it would stand between us and the signals.
fn from_npm(workspace: &Workspace) -> Option<PathBuf> {
    let modules = workspace.end2end().join("node_modules");
    packages()
        .into_iter()
        .map(|package| {
            modules
                .join(package)
                .join("bin")
                .join(format!("opencode{}", std::env::consts::EXE_SUFFIX))
        })
        .find(|file| file.is_file())
}

/// The platform packages that may run here, best first.
fn packages() -> Vec<String> {
    let system = match OS {
        "macos" => "darwin",
        other => other,
    };
    let machine = match ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let plain = format!("opencode-{system}-{machine}");
    let baseline = format!("{plain}-baseline");
    let best = if modern_processor() {
        [plain, baseline]
    } else {
        [baseline, plain]
    };
    let musl = best.clone().map(|package| format!("{package}-musl"));
    best.into_iter().chain(musl).collect()
}

/// Whether the processor has what OpenCode's ordinary builds ask for.
fn modern_processor() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        std::arch::is_x86_feature_detected!("avx2")
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        true
    }
}
