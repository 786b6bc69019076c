//! Browsers that have signed in and their sessions. Tokens are known by SHA-256 only.

use domain::time::Millis;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::StoreError;
use super::times::{from_sql, to_sql};

/// A session as stored.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Its number; never used again for another.
    pub id: i64,
    /// Whether the owner asked to be kept signed in.
    pub kept: bool,
    /// When the owner signed in.
    pub signed_in: Millis,
    /// When the owner last showed in it to be the owner.
    pub proved: Millis,
    /// When its present token was made.
    pub made: Millis,
    /// When it was last used, to a minute.
    pub last_used: Millis,
    /// When it ends unless it is used.
    pub expires: Millis,
    /// How the token that was asked for stands.
    pub token: TokenRow,
}

/// Which of a session's tokens was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRow {
    /// The present one. `first` says that it was never seen before while the one before
    /// it still counts.
    Present {
        /// Whether this is its first use.
        first: bool,
    },
    /// The one before. It counts until then, or, where the present one was never seen,
    /// until it is.
    Old {
        /// Until when.
        until: Option<Millis>,
    },
}

/// What a new session is made of.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// SHA-256 of its token.
    pub hash: [u8; 32],
    /// Whose.
    pub device: i64,
    /// Whether the owner asked to be kept signed in.
    pub kept: bool,
    /// When it begins.
    pub now: Millis,
    /// When it ends unless it is used.
    pub expires: Millis,
    /// Where from.
    pub client: String,
    /// With which browser.
    pub agent: String,
}

/// The browser with this token, if it is known.
pub fn find_device(connection: &Connection, hash: [u8; 32]) -> Result<Option<i64>, StoreError> {
    Ok(connection
        .query_row("SELECT id FROM device WHERE hash = ?1", [hash], |row| {
            row.get(0)
        })
        .optional()?)
}

/// Remembers a browser.
pub fn add_device(connection: &Connection, hash: [u8; 32], now: Millis) -> Result<i64, StoreError> {
    connection.execute(
        "INSERT INTO device (hash, first_seen, last_seen) VALUES (?1, ?2, ?2)",
        params![hash, to_sql(now)],
    )?;
    Ok(connection.last_insert_rowid())
}

/// Notes that a known browser signed in again.
pub fn touch_device(connection: &Connection, device: i64, now: Millis) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE device SET last_seen = ?2 WHERE id = ?1",
        params![device, to_sql(now)],
    )?;
    Ok(())
}

/// Begins a session.
pub fn begin(connection: &Connection, new: &NewSession) -> Result<i64, StoreError> {
    connection.execute(
        "INSERT INTO session (hash, device, kept, signed_in, proved, made, last_used, expires, client, agent)
         VALUES (?1, ?2, ?3, ?4, ?4, ?4, ?4, ?5, ?6, ?7)",
        params![
            new.hash,
            new.device,
            new.kept,
            to_sql(new.now),
            to_sql(new.expires),
            new.client,
            new.agent
        ],
    )?;
    Ok(connection.last_insert_rowid())
}

/// The session with this token, present or old, however it stands with time.
pub fn find(connection: &Connection, hash: [u8; 32]) -> Result<Option<SessionRow>, StoreError> {
    const COLUMNS: &str =
        "id, kept, signed_in, made, last_used, expires, old_hash, old_until, proved";
    let present = connection
        .query_row(
            &format!("SELECT {COLUMNS} FROM session WHERE hash = ?1"),
            [hash],
            |row| {
                let first = row.get::<_, Option<[u8; 32]>>(6)?.is_some()
                    && row.get::<_, Option<i64>>(7)?.is_none();
                read(row, TokenRow::Present { first })
            },
        )
        .optional()?;
    if present.is_some() {
        return Ok(present);
    }
    Ok(connection
        .query_row(
            &format!("SELECT {COLUMNS} FROM session WHERE old_hash = ?1"),
            [hash],
            |row| {
                let until = row.get::<_, Option<i64>>(7)?.map(from_sql);
                read(row, TokenRow::Old { until })
            },
        )
        .optional()?)
}

fn read(row: &Row<'_>, token: TokenRow) -> rusqlite::Result<SessionRow> {
    Ok(SessionRow {
        id: row.get(0)?,
        kept: row.get(1)?,
        signed_in: from_sql(row.get(2)?),
        proved: from_sql(row.get(8)?),
        made: from_sql(row.get(3)?),
        last_used: from_sql(row.get(4)?),
        expires: from_sql(row.get(5)?),
        token,
    })
}

/// Notes a use, which moves the end.
pub fn touch(
    connection: &Connection,
    id: i64,
    now: Millis,
    expires: Millis,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE session SET last_used = ?2, expires = ?3 WHERE id = ?1",
        params![id, to_sql(now), to_sql(expires)],
    )?;
    Ok(())
}

/// Gives a session another token; `before` counts until the new one has been seen.
pub fn rotate(
    connection: &Connection,
    id: i64,
    before: [u8; 32],
    hash: [u8; 32],
    now: Millis,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE session SET hash = ?3, old_hash = ?2, old_until = NULL, made = ?4 WHERE id = ?1",
        params![id, before, hash, to_sql(now)],
    )?;
    Ok(())
}

/// Notes that the owner has shown in this session to be the owner.
pub fn prove(connection: &Connection, id: i64, now: Millis) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE session SET proved = ?2 WHERE id = ?1",
        params![id, to_sql(now)],
    )?;
    Ok(())
}

/// The new token has been seen: the old one counts only until then.
pub fn end_old(connection: &Connection, id: i64, until: Millis) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE session SET old_until = ?2 WHERE id = ?1",
        params![id, to_sql(until)],
    )?;
    Ok(())
}

/// Ends one session.
pub fn end(connection: &Connection, id: i64) -> Result<(), StoreError> {
    connection.execute("DELETE FROM session WHERE id = ?1", [id])?;
    Ok(())
}

/// Ends all sessions; answers how many there were.
pub fn end_all(connection: &Connection) -> Result<usize, StoreError> {
    Ok(connection.execute("DELETE FROM session", [])?)
}

/// Drops what has run out and answers with the sessions that are left.
pub fn sweep(connection: &Connection, now: Millis) -> Result<Vec<i64>, StoreError> {
    connection.execute("DELETE FROM session WHERE expires <= ?1", [to_sql(now)])?;
    let mut statement = connection.prepare("SELECT id FROM session")?;
    let left = statement
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(left)
}
