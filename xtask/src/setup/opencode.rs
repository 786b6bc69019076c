//! An OpenCode to talk to: the one on the PATH, else the one that npm brought
//! along for the tests.

use std::env::consts::{ARCH, EXE_SUFFIX, OS};
use std::ffi::OsString;
use std::path::PathBuf;

use super::node;
use crate::fault::Fault;
use crate::process;
use crate::workspace::Workspace;

/// Where the server will look for an OpenCode to start.
#[derive(Debug)]
pub(crate) enum SearchPath {
    /// There is one on the PATH.
    AsItIs,
    /// There is none; this PATH has npm's at its end.
    With(OsString),
    /// There is none for this machine at all; the remark says what to do.
    NoOpenCode(String),
}

/// Makes sure that npm's OpenCode is there.
pub(crate) fn present(workspace: &Workspace) -> Result<PathBuf, Fault> {
    node::present()?;
    node::packages(workspace)?;
    from_npm(workspace).ok_or_else(|| Fault::Missing(none()))
}

/// The PATH for the server.
pub(crate) fn search_path(workspace: &Workspace) -> SearchPath {
    if process::on_path(&executable()).is_some() {
        return SearchPath::AsItIs;
    }
    let joined = || {
        let folder = from_npm(workspace)?.parent()?.to_owned();
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::join_paths(std::env::split_paths(&path).chain([folder])).ok()
    };
    joined().map_or_else(|| SearchPath::NoOpenCode(none()), SearchPath::With)
}

fn none() -> String {
    format!(
        "There is no OpenCode for {OS} on {ARCH} among the npm packages; install one (https://opencode.ai) so that `opencode` is on the PATH."
    )
}

fn executable() -> String {
    format!("opencode{EXE_SUFFIX}")
}

/// npm's executable for this machine. The packages' own start script is not
/// used: it would stand between us and the signals.
fn from_npm(workspace: &Workspace) -> Option<PathBuf> {
    let modules = workspace.end2end().join("node_modules");
    packages()
        .into_iter()
        .map(|package| modules.join(package).join("bin").join(executable()))
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
