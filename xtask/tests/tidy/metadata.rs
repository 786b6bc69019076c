//! What `cargo metadata` says, as far as these tests ask.

use std::process::Command;

use serde::Deserialize;

use crate::tree;

/// Everything cargo told.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    /// The packages.
    pub(crate) packages: Vec<Package>,
}

/// One package.
#[derive(Deserialize)]
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// Its licence, in SPDX words.
    pub(crate) license: Option<String>,
    /// Where it comes from; nothing for our own.
    pub(crate) source: Option<String>,
    /// What it asks for by itself.
    pub(crate) dependencies: Vec<Dependency>,
}

/// One thing a package asks for.
#[derive(Deserialize)]
pub(crate) struct Dependency {
    /// The package asked for.
    pub(crate) name: String,
    /// `dev` or `build`; nothing for an ordinary one.
    pub(crate) kind: Option<String>,
    /// Whether a feature must ask for it.
    pub(crate) optional: bool,
    /// Its folder, where it is one of ours.
    pub(crate) path: Option<String>,
}

impl Metadata {
    /// Our own packages only.
    pub(crate) fn ours() -> Self {
        read(&["--no-deps"])
    }

    /// All packages that are built for a platform.
    pub(crate) fn for_platform(platform: &str) -> Self {
        read(&["--filter-platform", platform])
    }
}

fn read(arguments: &[&str]) -> Metadata {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version=1", "--locked"])
        .args(arguments)
        .current_dir(tree::root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON")
}
