//! The site in memory, and putting it on disk with as few writes as possible.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::assets::{ASSETS_FILE, Assets};
use super::fingerprint;
use super::media::{self, Keep};
use crate::fault::{AtPath as _, Fault};

/// One file of the site.
#[derive(Debug)]
pub(crate) struct Leaf {
    /// The path it is served at.
    pub(crate) path: String,
    /// How long it may be kept.
    pub(crate) keep: Keep,
    /// Its content.
    pub(crate) bytes: Vec<u8>,
    /// Its content in brotli, where that is smaller.
    pub(crate) brotli: Option<Vec<u8>>,
    /// Its content in gzip, where that is smaller.
    pub(crate) gzip: Option<Vec<u8>>,
}

/// All files, by their name under the site's root.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    leaves: BTreeMap<String, Leaf>,
}

impl Tree {
    /// Adds a file under a name that carries its hash; returns its path.
    pub(crate) fn add_hashed(&mut self, stem: &str, end: &str, bytes: Vec<u8>) -> String {
        let file = format!("{stem}.{}.{end}", fingerprint::short(&bytes));
        let path = format!("/{file}");
        self.leaves
            .insert(file, Leaf::new(path.clone(), Keep::Immutable, bytes));
        path
    }

    /// Adds a file under its own name.
    pub(crate) fn add(&mut self, file: &str, bytes: Vec<u8>) {
        self.add_at(file, format!("/{file}"), bytes);
    }

    /// Adds a file that is served at another path than its name.
    pub(crate) fn add_at(&mut self, file: &str, path: String, bytes: Vec<u8>) {
        self.leaves
            .insert(file.to_owned(), Leaf::new(path, media::keep(file), bytes));
    }

    /// The files with their names, in order.
    pub(crate) fn leaves(&self) -> impl Iterator<Item = (&str, &Leaf)> {
        self.leaves.iter().map(|(file, leaf)| (file.as_str(), leaf))
    }

    /// The files with their names, to be changed.
    pub(crate) fn leaves_mut(&mut self) -> impl Iterator<Item = (&str, &mut Leaf)> {
        self.leaves
            .iter_mut()
            .map(|(file, leaf)| (file.as_str(), leaf))
    }

    /// One hash over all there is so far, and something more.
    pub(crate) fn fingerprint(&self, more: &str) -> String {
        let mut text = fingerprint::hex(more.as_bytes());
        for (file, leaf) in &self.leaves {
            text.push_str(file);
            text.push_str(&fingerprint::hex(&leaf.bytes));
        }
        fingerprint::short(text.as_bytes())
    }

    /// Makes the folder hold exactly these files. What is already right is
    /// not touched.
    pub(crate) fn write(&self, folder: &Path, assets: &Assets) -> Result<(), Fault> {
        let mut wanted: BTreeMap<PathBuf, &[u8]> = BTreeMap::new();
        for (file, leaf) in &self.leaves {
            wanted.insert(folder.join(file), &leaf.bytes);
            let forms = [("br", &leaf.brotli), ("gz", &leaf.gzip)];
            for (end, bytes) in forms
                .into_iter()
                .filter_map(|(end, bytes)| Some((end, bytes.as_ref()?)))
            {
                wanted.insert(folder.join(format!("{file}.{end}")), bytes);
            }
        }
        let list = assets.to_json();
        wanted.insert(folder.join(ASSETS_FILE), list.as_bytes());

        let keep: BTreeSet<&Path> = wanted.keys().map(PathBuf::as_path).collect();
        if folder.is_dir() {
            remove_others(folder, &keep)?;
        }
        for (path, bytes) in &wanted {
            write_if_changed(path, bytes)?;
        }
        Ok(())
    }
}

impl Leaf {
    fn new(path: String, keep: Keep, bytes: Vec<u8>) -> Self {
        Self {
            path,
            keep,
            bytes,
            brotli: None,
            gzip: None,
        }
    }
}

/// Writes a file, with its folders, unless it already holds this.
pub(crate) fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    if fs::read(path).is_ok_and(|present| present == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).at(folder)?;
    }
    fs::write(path, bytes).at(path)
}

/// Every file below a folder, in order.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).at(folder)? {
        let path = entry.at(folder)?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn remove_others(folder: &Path, keep: &BTreeSet<&Path>) -> Result<(), Fault> {
    for entry in fs::read_dir(folder).at(folder)? {
        let path = entry.at(folder)?.path();
        if path.is_dir() {
            remove_others(&path, keep)?;
            if fs::read_dir(&path).at(&path)?.next().is_none() {
                fs::remove_dir(&path).at(&path)?;
            }
        } else if !keep.contains(path.as_path()) {
            fs::remove_file(&path).at(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Profile;

    fn write(tree: &Tree, folder: &Path) {
        let entry = super::super::assets::Entry {
            js: String::new(),
            wasm: String::new(),
            css: String::new(),
            chunks: BTreeMap::new(),
        };
        let assets = Assets::list("build".to_owned(), Profile::Debug, entry, tree);
        tree.write(folder, &assets)
            .expect("a temporary folder is writable");
    }

    fn names(folder: &Path) -> Vec<String> {
        let files = files_below(folder).expect("readable");
        files
            .iter()
            .map(|path| {
                path.strip_prefix(folder)
                    .expect("below")
                    .to_string_lossy()
                    .into_owned()
            })
            .collect()
    }

    #[test]
    fn what_is_no_longer_wanted_goes_with_its_folder() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut tree = Tree::default();
        tree.add("icons/old.svg", b"old".to_vec());
        tree.add_hashed("pkg/nexus", "js", b"one".to_vec());
        write(&tree, folder.path());
        let mut tree = Tree::default();
        let path = tree.add_hashed("pkg/nexus", "js", b"two".to_vec());
        write(&tree, folder.path());
        let js = path.trim_start_matches('/').to_owned();
        assert_eq!(names(folder.path()), [ASSETS_FILE.to_owned(), js]);
        assert!(!folder.path().join("icons").exists());
    }

    #[test]
    fn what_has_not_changed_is_not_written_again() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut tree = Tree::default();
        tree.add("icon.svg", b"icon".to_vec());
        write(&tree, folder.path());
        let icon = folder.path().join("icon.svg");
        let long_ago = std::time::SystemTime::UNIX_EPOCH;
        let times = fs::FileTimes::new().set_modified(long_ago);
        let file = fs::File::options().append(true).open(&icon).expect("ours");
        file.set_times(times).expect("ours");
        drop(file);
        write(&tree, folder.path());
        let modified = fs::metadata(&icon).and_then(|metadata| metadata.modified());
        assert_eq!(modified.expect("known"), long_ago);
    }

    #[test]
    fn the_build_changes_with_any_file_and_with_the_worker() {
        let mut one = Tree::default();
        one.add("a.svg", b"a".to_vec());
        let mut two = Tree::default();
        two.add("a.svg", b"b".to_vec());
        assert_ne!(one.fingerprint(""), two.fingerprint(""));
        assert_ne!(one.fingerprint(""), one.fingerprint("worker"));
        assert_eq!(one.fingerprint("worker"), one.fingerprint("worker"));
    }
}
