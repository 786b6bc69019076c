//! The owner and the token with which one is created.

use domain::time::Millis;
use rusqlite::{Connection, OptionalExtension, params};

use super::StoreError;
use super::times::{from_sql, to_sql};

/// The owner as stored.
#[derive(Clone)]
pub struct OwnerRow {
    /// The user name.
    pub user_name: String,
    /// An argon2id PHC string.
    pub password: String,
}

impl std::fmt::Debug for OwnerRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnerRow").finish_non_exhaustive()
    }
}

/// The setup token as stored.
#[derive(Clone, Copy, Debug)]
pub struct SetupTokenRow {
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// When it was made.
    pub made: Millis,
}

/// The owner, if there is one.
pub fn find(connection: &Connection) -> Result<Option<OwnerRow>, StoreError> {
    Ok(connection
        .query_row("SELECT user_name, password FROM owner", [], |row| {
            Ok(OwnerRow {
                user_name: row.get(0)?,
                password: row.get(1)?,
            })
        })
        .optional()?)
}

/// Creates the owner; `false` where there is one already. The setup token is used up
/// either way.
pub fn create(
    connection: &mut Connection,
    owner: &OwnerRow,
    now: Millis,
) -> Result<bool, StoreError> {
    let transaction = connection.transaction()?;
    let created = transaction.execute(
        "INSERT INTO owner (id, user_name, password, created, password_changed)
         VALUES (1, ?1, ?2, ?3, ?3) ON CONFLICT DO NOTHING",
        params![owner.user_name, owner.password, to_sql(now)],
    )?;
    transaction.execute("DELETE FROM setup_token", [])?;
    transaction.commit()?;
    Ok(created == 1)
}

/// Keeps a new hash of the same password.
pub fn keep_hash(connection: &Connection, old: &str, new: &str) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE owner SET password = ?2 WHERE password = ?1",
        [old, new],
    )?;
    Ok(())
}

/// Sets another password and ends all sessions; `false` where there is no owner.
pub fn change_password(
    connection: &mut Connection,
    hash: &str,
    now: Millis,
) -> Result<bool, StoreError> {
    let transaction = connection.transaction()?;
    let changed = transaction.execute(
        "UPDATE owner SET password = ?1, password_changed = ?2",
        params![hash, to_sql(now)],
    )?;
    transaction.execute("DELETE FROM session", [])?;
    transaction.commit()?;
    Ok(changed == 1)
}

/// The setup token that is good at present, if there is one.
pub fn setup_token(connection: &Connection) -> Result<Option<SetupTokenRow>, StoreError> {
    Ok(connection
        .query_row("SELECT hash, made FROM setup_token", [], |row| {
            Ok(SetupTokenRow {
                hash: row.get(0)?,
                made: from_sql(row.get(1)?),
            })
        })
        .optional()?)
}

/// Replaces the setup token; the old one is void.
pub fn set_setup_token(connection: &Connection, token: SetupTokenRow) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO setup_token (id, hash, made) VALUES (1, ?1, ?2)
         ON CONFLICT DO UPDATE SET hash = excluded.hash, made = excluded.made",
        params![token.hash, to_sql(token.made)],
    )?;
    Ok(())
}
