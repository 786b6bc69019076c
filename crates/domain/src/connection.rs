//! A connection to a server as the owner sets it up, tries it, and sees how it has been.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::house::{Family, ServerFault};
use crate::id::ServerId;
use crate::time::Millis;

/// How many servers may be saved: each has a worker and a share of the journals.
pub const SERVERS_MAX: usize = 32;
/// The longest name of a server, in characters: more does not fit a list.
pub const NAME_MAX_CHARS: usize = 60;
/// The longest user name, in characters.
pub const USER_MAX_CHARS: usize = 128;
/// The longest password, in characters.
pub const PASSWORD_MAX_CHARS: usize = 1_024;
/// How often a server may be asked whether it is well, in seconds.
pub const CHECK_CHOICES: [u32; 4] = [10, 30, 60, 300];
/// How often it is asked where nothing was chosen, in seconds.
pub const CHECK_DEFAULT_SECONDS: u32 = 30;
/// How many things that happened to a connection are remembered; the oldest go first.
pub const NOTED_MAX: usize = 100;
/// How many checks of a connection are remembered: an hour of them at the default pace.
pub const CHECKS_MAX: usize = 120;

/// A password on its way from the owner. It shows in no log.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What is to become of a server's password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewPassword {
    /// It stays as it is, as long as scheme, host and port do.
    Keep,
    /// There is none.
    Nothing,
    /// It is this one.
    Is(Secret),
}

/// A connection as the owner has written it down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Which server; made by the device for a new one, so that a repeated command adds none.
    pub id: ServerId,
    /// What it is called; empty: after its host.
    pub name: String,
    /// Scheme, host and port.
    pub address: String,
    /// The user name that it wants to hear; empty: OpenCode's own.
    pub user: String,
    /// The password that it wants to hear.
    pub password: NewPassword,
    /// The owner knows that the password travels unencrypted.
    #[serde(default)]
    pub in_clear: bool,
    /// How often to ask whether it is well, in seconds; one of [`CHECK_CHOICES`].
    pub check_seconds: u32,
}

/// Where an address leads, from near to far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// To the machine that Nexus runs on.
    Here,
    /// Into a private network.
    Private,
    /// Into the internet, or nobody knows where.
    Public,
}

/// What a try of a connection came to; nothing is saved by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tried {
    /// An OpenCode answered.
    Found {
        /// Which protocol it speaks.
        family: Family,
        /// Its version.
        version: Option<String>,
        /// Whether it answers those who give no password.
        open_to_all: bool,
        /// How long a question and its answer took, in milliseconds.
        round_trip_ms: u32,
        /// Where it is.
        reach: Reach,
    },
    /// None can be had.
    Failed {
        /// Where it was looked for.
        address: String,
        /// Why.
        reason: ServerFault,
    },
}

/// Something that happened to a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// Its events arrive.
    Connected {
        /// The version of the server, once it has told.
        version: Option<String>,
    },
    /// It broke, or could not be made.
    Lost {
        /// Why.
        reason: ServerFault,
    },
    /// The owner let go of it.
    LetGo,
    /// What was missed was read and told to the devices.
    Repaired {
        /// How many events that took.
        events: u32,
    },
    /// The server speaks of another version than before.
    VersionChanged {
        /// Before.
        from: String,
        /// Now.
        to: String,
    },
}

/// What happened, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// When.
    pub at: Millis,
    /// What.
    pub what: Happening,
}

/// One answer to the question whether a server is well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// When it was asked.
    pub at: Millis,
    /// What came of it.
    pub came: Came,
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Came {
    /// It answered.
    Answer {
        /// After how many milliseconds.
        round_trip_ms: u32,
    },
    /// It did not.
    Fault(ServerFault),
}

/// How a connection has been.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What happened, newest first.
    pub noted: Vec<Noted>,
    /// The checks since Nexus was started, newest first.
    pub checks: Vec<Check>,
    /// How often it was made since Nexus was started.
    pub connects: u64,
    /// When the server said anything last.
    pub heard: Option<Millis>,
    /// How many bytes its stream has brought since Nexus was started.
    pub received: u64,
    /// How many events were made up for since then that the stream had not brought.
    pub repaired: u64,
}

impl Record {
    /// The last round trip, in milliseconds; none where the last check failed.
    pub fn round_trip_ms(&self) -> Option<u32> {
        self.checks.first().and_then(|check| match check.came {
            Came::Answer { round_trip_ms } => Some(round_trip_ms),
            Came::Fault(_) => None,
        })
    }

    /// How many of the checks were answered, in percent; none where there were none.
    pub fn answered_percent(&self) -> Option<usize> {
        let all = self.checks.len();
        let answered = self
            .checks
            .iter()
            .filter(|check| matches!(check.came, Came::Answer { .. }))
            .count();
        (answered * 100).checked_div(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_shows_in_no_log() {
        let draft = Draft {
            id: ServerId::new("srv"),
            name: "Box".to_owned(),
            address: "http://box".to_owned(),
            user: String::new(),
            password: NewPassword::Is(Secret("open sesame".to_owned())),
            in_clear: false,
            check_seconds: CHECK_DEFAULT_SECONDS,
        };
        assert!(!format!("{draft:?}").contains("sesame"));
    }

    #[test]
    fn the_record_tells_how_well_a_server_answers() {
        let check = |at, came| Check {
            at: Millis(at),
            came,
        };
        let mut record = Record::default();
        assert_eq!(record.answered_percent(), None);
        record.checks = vec![
            check(3, Came::Fault(ServerFault::TimedOut)),
            check(2, Came::Answer { round_trip_ms: 9 }),
            check(1, Came::Answer { round_trip_ms: 4 }),
        ];
        assert_eq!(record.answered_percent(), Some(66));
        assert_eq!(record.round_trip_ms(), None);
        record.checks.remove(0);
        assert_eq!(record.round_trip_ms(), Some(9));
    }
}
