//! The repository's own files: nothing built, nothing downloaded.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold what is built, downloaded or recorded.
const NOT_OURS: [&str; 6] = [
    "target",
    "node_modules",
    ".git",
    "test-results",
    "playwright-report",
    "captures",
];

/// One file with its path from the root, in forward slashes.
pub(crate) struct File {
    /// Its path from the root.
    pub(crate) path: String,
    absolute: PathBuf,
}

impl File {
    /// Its text; nothing where it is none.
    pub(crate) fn text(&self) -> Option<String> {
        fs::read_to_string(&self.absolute).ok()
    }

    /// Whether its name ends in one of these, given without the dot.
    pub(crate) fn is(&self, ends: &[&str]) -> bool {
        self.path
            .rsplit_once('.')
            .is_some_and(|(_, end)| ends.contains(&end))
    }
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    // Where we are now, not where we were compiled: the checkout may have moved.
    let here =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&here)
        .parent()
        .expect("xtask lies in the root")
        .to_owned()
}

/// All files, in order.
pub(crate) fn files() -> Vec<File> {
    let root = root();
    let mut files = Vec::new();
    gather(&root, &root, &mut files);
    files.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(files.len() > 50, "only {} files were found", files.len());
    files
}

fn gather(root: &Path, folder: &Path, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).expect("a folder of ours is readable") {
        let path = entry.expect("a folder of ours is readable").path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            gather(root, &path, files);
        } else {
            let relative = path
                .strip_prefix(root)
                .expect("below the root")
                .to_string_lossy()
                .replace('\\', "/");
            files.push(File {
                path: relative,
                absolute: path,
            });
        }
    }
}
