//! Why a command of ours stopped. Each variant prints as one sentence that
//! says what to do, as far as that can be known.

use std::io;
use std::path::{Path, PathBuf};

/// Why a command stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// Something is not on this machine and could not be set up; the sentence
    /// says what and how to get it.
    #[error("{0}")]
    Missing(String),
    /// A program we started ended badly; it has printed why.
    #[error("{what} failed ({status}); its own message is above.")]
    Failed {
        /// What was being done, as a noun.
        what: String,
        /// Its exit status in words.
        status: String,
    },
    /// A program could not be started at all.
    #[error("{program} could not be started: {source}.")]
    Start {
        /// The program's name.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// A file or folder could not be read or written.
    #[error("{}: {source}.", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Something we read is not what it should be.
    #[error("{0}")]
    Data(String),
    /// Measured, and over what was promised.
    #[error("{0}")]
    OverBudget(String),
}

/// Puts the path into an I/O error.
pub(crate) trait AtPath<T> {
    /// The same result, with the path named in the error.
    fn at(self, path: &Path) -> Result<T, Fault>;
}

impl<T> AtPath<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, Fault> {
        self.map_err(|source| Fault::File {
            path: path.to_owned(),
            source,
        })
    }
}
