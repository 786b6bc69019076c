//! Directories and files.

use serde::Deserialize;

/// Where a request is at home.
#[derive(Debug, Deserialize)]
pub(crate) struct Paths {
    /// The home of the server's user.
    pub(crate) home: String,
    /// The directory asked about, canonical.
    pub(crate) directory: String,
}

/// One entry of a directory.
#[derive(Debug, Deserialize)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) absolute: String,
    #[serde(rename = "type", default)]
    pub(crate) kind: String,
    /// Whether git does not look at it.
    #[serde(default)]
    pub(crate) ignored: bool,
}

impl Node {
    /// Whether others may be in it.
    pub(crate) fn is_folder(&self) -> bool {
        self.kind == "directory"
    }
}

/// A repository, or the heap of directories that are none.
#[derive(Debug, Deserialize)]
pub(crate) struct Project {
    #[serde(default)]
    pub(crate) worktree: String,
    #[serde(default)]
    pub(crate) sandboxes: Vec<String>,
    #[serde(default)]
    time: ProjectTime,
}

/// When a project was used, in milliseconds.
#[derive(Debug, Default, Deserialize)]
struct ProjectTime {
    #[serde(default)]
    created: u64,
    #[serde(default)]
    updated: u64,
}

impl Project {
    /// When it was used last, in milliseconds; 0 where that is not told.
    pub(crate) fn used(&self) -> u64 {
        self.time.updated.max(self.time.created)
    }
}

/// The answer of a server that is well.
#[derive(Debug, Deserialize)]
pub(crate) struct Health {
    #[serde(default)]
    pub(crate) healthy: bool,
    pub(crate) version: Option<String>,
}
