//! What belongs to no single OpenCode server: the servers themselves and how we stand
//! with each.

use crate::sorted::SortedMap;
use serde::{Deserialize, Serialize};

use crate::connection::CHECK_DEFAULT_SECONDS;
use crate::id::ServerId;
use crate::time::Millis;

/// The house as every device sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct House {
    /// The saved servers.
    pub servers: SortedMap<ServerId, Server>,
}

/// A saved server and how we stand with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// Its id, ours.
    pub id: ServerId,
    /// Its name, the owner's.
    pub name: String,
    /// Where it is: scheme, host and port, never a password.
    pub address: String,
    /// Which protocol it speaks, once it has answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<Family>,
    /// Its own version, once it has told; shown, never decided upon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// How we stand with it.
    pub link: ServerLink,
    /// Whether it answers anybody without a password: any local program can use it then.
    #[serde(default)]
    pub open_to_all: bool,
    /// Whether this program started it.
    #[serde(default)]
    pub started_here: bool,
    /// What the owner has set.
    #[serde(default)]
    pub saved: Saved,
}

/// What the owner has set for a server. Never holds a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The user name it is told, where one was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Whether a password is kept.
    #[serde(default)]
    pub has_password: bool,
    /// Whether that password travels unencrypted through a network that is not private.
    #[serde(default)]
    pub in_clear: bool,
    /// Whether it was named when Nexus was started: its address is set there, and removed it
    /// comes back with the next start.
    #[serde(default)]
    pub by_command: bool,
    /// How often it is asked whether it is well, in seconds.
    #[serde(default = "check_default")]
    pub check_seconds: u32,
}

impl Default for Saved {
    fn default() -> Self {
        Self {
            user: None,
            has_password: false,
            in_clear: false,
            by_command: false,
            check_seconds: CHECK_DEFAULT_SECONDS,
        }
    }
}

fn check_default() -> u32 {
    CHECK_DEFAULT_SECONDS
}

/// The protocol families of OpenCode servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// V1 routes only.
    V1,
    /// V1 routes and a first set of new ones (1.17, 1.18).
    Hybrid,
    /// `/api` only (2.x).
    V2,
}

/// How we stand with a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerLink {
    /// Not wanted.
    Disconnected,
    /// Being tried.
    Connecting {
        /// Since when.
        since: Millis,
    },
    /// Its events arrive.
    Connected {
        /// Since when.
        since: Millis,
    },
    /// It cannot be had.
    Error {
        /// Why.
        reason: ServerFault,
        /// Since when.
        since: Millis,
        /// When it is tried again, where that is planned.
        retry_at: Option<Millis>,
    },
}

/// Why a server cannot be had; each has its own sentence and next step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerFault {
    /// Nothing listens at that address.
    Refused,
    /// The name is unknown or the host cannot be reached.
    Unreachable,
    /// It did not answer in time.
    TimedOut,
    /// It wants a password, or another one.
    Unauthorized,
    /// A web page answered instead of OpenCode.
    NotOpenCode,
    /// It speaks a protocol that this version cannot.
    Unsupported,
    /// What it said made no sense.
    Garbled,
    /// It failed to answer, with this HTTP status.
    Failed {
        /// The status.
        status: u16,
    },
    /// Its event stream ended.
    Ended,
    /// Its event stream fell silent.
    Silent,
    /// The program that we started ended.
    Exited {
        /// Its last words, one line.
        last_words: String,
    },
    /// The program could not be started.
    NotStarted {
        /// Why, one line.
        why: String,
    },
}

/// Something happened in the house.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HouseEvent {
    /// A server was added or changed.
    ServerUpserted {
        /// All of it.
        server: Server,
    },
    /// A server was removed.
    ServerRemoved {
        /// Which.
        server: ServerId,
    },
}

impl House {
    /// Applies `event`; the answer is whether anything moved.
    pub fn apply(&mut self, event: &HouseEvent) -> bool {
        match event {
            HouseEvent::ServerUpserted { server } => {
                self.servers
                    .insert(server.id.clone(), server.clone())
                    .as_ref()
                    != Some(server)
            }
            HouseEvent::ServerRemoved { server } => self.servers.remove(server).is_some(),
        }
    }
}
