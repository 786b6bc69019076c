//! What a page carries in its first HTML: enough to draw it and to go on from there.

use serde::{Deserialize, Serialize};

use super::cursor::Position;
use super::snapshot::{Index, SessionWindow};
use crate::catalog::Addressee;
use crate::house::House;
use crate::id::{ServerId, SessionId};
use crate::time::Millis;

/// The state a page is drawn from, on the server and at first in the browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageSnapshot {
    /// The server's build.
    pub build: String,
    /// The time all times on the page refer to.
    pub as_of: Millis,
    /// The owner's user name.
    pub owner: String,
    /// Where the house stands.
    pub house_at: Position,
    /// The house.
    pub house: House,
    /// The servers whose mirrors are primed.
    pub servers: Vec<ServerSnapshot>,
    /// What the page's address names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewing: Option<Viewing>,
    /// To whom a message in it goes, as far as that is at hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addressee: Option<Addressee>,
}

/// One server of a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServerSnapshot {
    /// Which.
    pub server: ServerId,
    /// Where it stands.
    pub at: Position,
    /// Its index.
    pub index: Index,
    /// The transcript the page shows, if it is one of this server's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<SessionWindow>,
}

/// The session that a page's address names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Viewing {
    /// On which server.
    pub server: ServerId,
    /// Which.
    pub session: SessionId,
}
