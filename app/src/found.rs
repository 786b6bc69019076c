//! What a search finds.

use domain::id::ServerId;
use domain::session::SessionEntry;
use serde::{Deserialize, Serialize};

/// A session that a search found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// On which server.
    pub server: ServerId,
    /// The session, as it was when it was found.
    pub entry: SessionEntry,
}
