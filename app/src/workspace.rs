//! Directories to work in: where a new session can be started.

use domain::id::Directory;
use serde::{Deserialize, Serialize};

/// One level of a server's folders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// The directory listed, canonical.
    pub directory: Directory,
    /// Its parent; none at the root.
    pub parent: Option<Directory>,
    /// The folders in it, by name, hidden ones last.
    pub folders: Vec<Directory>,
    /// Whether there are more than were listed.
    pub cut: bool,
}
