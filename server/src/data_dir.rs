//! The directory that holds everything we keep: readable by its owner only, and held by
//! one server at a time.

use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::Mode;

use crate::auth::SETUP_FILE;

/// The data directory.
#[derive(Clone, Debug)]
pub struct DataDir(PathBuf);

/// Held as long as this server lives. The lock goes with the process, however it ends.
#[derive(Debug)]
pub struct Held {
    _file: File,
}

/// Why the data directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// It cannot be made or closed to others.
    #[error("the data directory {path} cannot be used ({source}): choose another with --data-dir")]
    Unusable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another server holds it.
    #[error("another server uses {0}: stop it, or choose another directory with --data-dir")]
    InUse(PathBuf),
}

impl DataDir {
    /// Uses `path`, making it where it is missing. Files made from now on are for their
    /// owner only.
    pub fn open(path: PathBuf) -> Result<Self, DataDirError> {
        rustix::process::umask(Mode::RWXG | Mode::RWXO);
        match prepare(&path) {
            Ok(()) => Ok(Self(path)),
            Err(source) => Err(DataDirError::Unusable { path, source }),
        }
    }

    /// Keeps other servers out until dropped.
    pub fn hold(&self) -> Result<Held, DataDirError> {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(self.0.join("lock"))
            .map_err(|source| self.unusable(source))?;
        match file.try_lock() {
            Ok(()) => Ok(Held { _file: file }),
            Err(TryLockError::WouldBlock) => Err(DataDirError::InUse(self.0.clone())),
            Err(TryLockError::Error(source)) => Err(self.unusable(source)),
        }
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.0.join("nexus.db")
    }

    /// Files that wait for their prompt.
    pub fn uploads(&self) -> PathBuf {
        self.0.join("uploads")
    }

    /// The setup token, while there is one.
    pub fn setup_file(&self) -> PathBuf {
        self.0.join(SETUP_FILE)
    }

    fn unusable(&self, source: io::Error) -> DataDirError {
        DataDirError::Unusable {
            path: self.0.clone(),
            source,
        }
    }
}

fn prepare(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    let mode = std::fs::metadata(path)?.permissions().mode();
    if mode & 0o077 != 0 {
        std::fs::set_permissions(path, Permissions::from_mode(0o700))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_server_is_kept_out() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::open(dir.path().join("deep/data")).unwrap();
        let mode = std::fs::metadata(data.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        let held = data.hold().unwrap();
        assert!(matches!(data.hold(), Err(DataDirError::InUse(_))));
        drop(held);
        assert!(data.hold().is_ok());
    }
}
