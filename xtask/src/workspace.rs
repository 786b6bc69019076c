//! Where things are: read once from `cargo metadata`, so that
//! `[[workspace.metadata.leptos]]` stays the one place that names them.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::fault::Fault;
use crate::process;

/// How a build is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build, for working on the product.
    Debug,
    /// As it is shipped.
    Release,
}

impl Profile {
    /// The word that names its folders.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }
}

/// The workspace's folders and names.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
    names: Names,
}

/// `[[workspace.metadata.leptos]]`, as far as we use it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Names {
    /// The stem of the built files.
    pub(crate) output_name: String,
    /// The package of the server.
    pub(crate) bin_package: String,
    /// The server's executable.
    pub(crate) bin_target: String,
    /// The package of the browser's program.
    pub(crate) lib_package: String,
    /// The cargo profile in which that is shipped.
    pub(crate) lib_profile_release: String,
    /// Where the browser's files are put, from the root.
    pub(crate) site_root: PathBuf,
    /// The folder of built files within.
    pub(crate) site_pkg_dir: String,
    /// The style sheet that imports all others.
    pub(crate) style_file: PathBuf,
    /// Files that go to the browser as they are.
    pub(crate) assets_dir: PathBuf,
    /// The folder of the browser tests, which also carries the npm tools.
    pub(crate) end2end_dir: PathBuf,
}

#[derive(Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    target_directory: PathBuf,
    #[serde(rename = "metadata")]
    ours: Option<Extra>,
}

#[derive(Deserialize)]
struct Extra {
    leptos: Vec<Names>,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn find() -> Result<Self, Fault> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        // Where we are now, not where we were compiled: the checkout may have moved.
        let here = std::env::var_os("CARGO_MANIFEST_DIR")
            .unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let mut command = Command::new(cargo);
        command
            .args(["metadata", "--no-deps", "--format-version=1"])
            .current_dir(here);
        let text = process::read("cargo metadata", &mut command)?;
        let metadata: Metadata = serde_json::from_str(&text)
            .map_err(|error| Fault::Data(format!("cargo metadata could not be read: {error}.")))?;
        let names = metadata
            .ours.and_then(|extra| extra.leptos.into_iter().next()).ok_or_else(|| {
            Fault::Data("Cargo.toml has no [[workspace.metadata.leptos]], which names the files to build.".to_owned())
        })?;
        Ok(Self {
            root: metadata.workspace_root,
            target: metadata.target_directory,
            names,
        })
    }

    /// The repository's root.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where cargo builds.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// The configured names.
    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    /// What the browser gets, as the server embeds it. A debug server reads its own from
    /// disk while it runs, so the profiles do not share one: building either would change
    /// what the other serves.
    pub(crate) fn site(&self, profile: Profile) -> PathBuf {
        let site = self.root.join(&self.names.site_root);
        match profile {
            Profile::Debug => {
                let mut name = site.file_name().unwrap_or_default().to_owned();
                name.push("-debug");
                site.with_file_name(name)
            }
            Profile::Release => site,
        }
    }

    /// Our own intermediate results for one profile; may be deleted at any time.
    pub(crate) fn scratch(&self, profile: Profile) -> PathBuf {
        self.target.join("xtask").join(profile.name())
    }

    /// The folder of the browser tests and the npm tools.
    pub(crate) fn end2end(&self) -> PathBuf {
        self.root.join(&self.names.end2end_dir)
    }

    /// A tool that npm installed.
    pub(crate) fn npm_tool(&self, name: &str) -> PathBuf {
        self.end2end().join("node_modules/.bin").join(name)
    }

    /// The server's executable as cargo leaves it.
    pub(crate) fn server(&self, profile: Profile) -> PathBuf {
        let name = format!("{}{}", self.names.bin_target, std::env::consts::EXE_SUFFIX);
        self.target.join(profile.name()).join(name)
    }

    /// The one file that is handed out.
    pub(crate) fn dist(&self) -> PathBuf {
        let name = format!("{}{}", self.names.bin_target, std::env::consts::EXE_SUFFIX);
        self.target.join("dist").join(name)
    }
}
