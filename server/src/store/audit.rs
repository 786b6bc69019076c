//! The record of what happened to the account: appended only.

use domain::time::Millis;
use rusqlite::{Connection, params};

use super::StoreError;
use super::times::to_sql;

/// How many entries are kept; the oldest go first.
const ENTRIES_MAX: i64 = 50_000;

/// Something worth remembering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The owner was created.
    OwnerCreated,
    /// A setup link was made on the command line.
    SetupLink,
    /// The owner signed in.
    SignedIn,
    /// A sign-in or a setup token was wrong.
    Failed,
    /// A client was locked out.
    Locked,
    /// The owner signed out.
    SignedOut,
    /// The password was set on the command line.
    PasswordReset,
    /// All locks were lifted on the command line.
    Unlocked,
    /// All sessions were ended on the command line.
    SessionsRevoked,
    /// The owner gave the password once more, for something that needs it.
    Proved,
    /// An OpenCode server was added.
    ServerAdded,
    /// An OpenCode server's name, address or password was changed.
    ServerChanged,
    /// An OpenCode server was removed.
    ServerRemoved,
}

impl Deed {
    fn name(self) -> &'static str {
        match self {
            Deed::OwnerCreated => "owner created",
            Deed::SetupLink => "setup link made",
            Deed::SignedIn => "signed in",
            Deed::Failed => "sign-in failed",
            Deed::Locked => "locked out",
            Deed::SignedOut => "signed out",
            Deed::PasswordReset => "password reset",
            Deed::Unlocked => "locks lifted",
            Deed::SessionsRevoked => "sessions revoked",
            Deed::Proved => "password given again",
            Deed::ServerAdded => "server added",
            Deed::ServerChanged => "server changed",
            Deed::ServerRemoved => "server removed",
        }
    }
}

/// Appends an entry.
pub fn append(
    connection: &Connection,
    at: Millis,
    deed: Deed,
    client: &str,
) -> Result<(), StoreError> {
    append_about(connection, at, deed, client, "")
}

/// Appends an entry that is about something.
pub fn append_about(
    connection: &Connection,
    at: Millis,
    deed: Deed,
    client: &str,
    detail: &str,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO audit (at, what, client, detail) VALUES (?1, ?2, ?3, ?4)",
        params![to_sql(at), deed.name(), client, detail],
    )?;
    connection.execute(
        "DELETE FROM audit WHERE id <= ?1",
        [connection.last_insert_rowid() - ENTRIES_MAX],
    )?;
    Ok(())
}
