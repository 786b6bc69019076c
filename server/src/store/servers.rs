//! The OpenCode servers that are known, and what happened to their connections.

use domain::connection::{NOTED_MAX, Noted};
use domain::id::ServerId;
use domain::time::Millis;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::StoreError;
use super::times::{from_sql, to_sql};

/// One server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerRow {
    /// Its id, ours.
    pub id: ServerId,
    /// Its name.
    pub name: String,
    /// Scheme, host and port.
    pub address: String,
    /// The user name it wants, with the password.
    pub user_name: Option<String>,
    /// The password, sealed.
    pub password: Option<Vec<u8>>,
    /// Whether a connection is wanted.
    pub wanted: bool,
    /// Whether the owner knows that the password travels unencrypted.
    pub in_clear: bool,
    /// How often to ask whether it is well, in seconds.
    pub check_seconds: u32,
}

/// The table and column under which a password is sealed; the row is the server's id.
pub const PASSWORD: (&str, &str) = ("server", "password");

const COLUMNS: &str = "id, name, address, user_name, password, wanted, in_clear, check_seconds";

fn read(row: &Row<'_>) -> rusqlite::Result<ServerRow> {
    Ok(ServerRow {
        id: ServerId::new(row.get::<_, String>(0)?),
        name: row.get(1)?,
        address: row.get(2)?,
        user_name: row.get(3)?,
        password: row.get(4)?,
        wanted: row.get(5)?,
        in_clear: row.get(6)?,
        check_seconds: row.get(7)?,
    })
}

/// All servers, in the order in which they were added.
pub fn all(connection: &Connection) -> Result<Vec<ServerRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM server ORDER BY created, id");
    let mut statement = connection.prepare(&sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The server at `address`.
pub fn at(connection: &Connection, address: &str) -> Result<Option<ServerRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM server WHERE address = ?1");
    Ok(connection.query_row(&sql, [address], read).optional()?)
}

/// The server with `id`.
pub fn find(connection: &Connection, id: &ServerId) -> Result<Option<ServerRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM server WHERE id = ?1");
    Ok(connection.query_row(&sql, [id.as_str()], read).optional()?)
}

/// Adds a server, or changes the one with its id.
pub fn put(connection: &Connection, row: &ServerRow, now: Millis) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO server
           (id, name, address, user_name, password, wanted, in_clear, check_seconds, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, address = excluded.address,
           user_name = excluded.user_name, password = excluded.password,
           wanted = excluded.wanted, in_clear = excluded.in_clear,
           check_seconds = excluded.check_seconds",
        params![
            row.id.as_str(),
            row.name,
            row.address,
            row.user_name,
            row.password,
            row.wanted,
            row.in_clear,
            row.check_seconds,
            to_sql(now),
        ],
    )?;
    Ok(())
}

/// Says whether a connection is wanted.
pub fn set_wanted(connection: &Connection, id: &ServerId, wanted: bool) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE server SET wanted = ?2 WHERE id = ?1",
        params![id.as_str(), wanted],
    )?;
    Ok(())
}

/// Forgets a server and all that was kept for it. What is on the server itself stays.
pub fn remove(connection: &mut Connection, id: &ServerId) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    for sql in [
        "DELETE FROM connection_event WHERE server = ?1",
        "DELETE FROM prompt WHERE server = ?1",
        "DELETE FROM creation WHERE server = ?1",
        "DELETE FROM archived WHERE server = ?1",
        "DELETE FROM server WHERE id = ?1",
    ] {
        transaction.execute(sql, [id.as_str()])?;
    }
    transaction.commit()?;
    Ok(())
}

/// Notes what happened to a connection; of the oldest things so many go that
/// [`NOTED_MAX`] stay. Nothing is noted of a server that has been removed meanwhile.
pub fn note(connection: &Connection, id: &ServerId, noted: &Noted) -> Result<(), StoreError> {
    // Our own types are always encodable.
    let Ok(what) = serde_json::to_string(&noted.what) else {
        return Ok(());
    };
    connection.execute(
        "INSERT INTO connection_event (server, at, what)
         SELECT id, ?2, ?3 FROM server WHERE id = ?1",
        params![id.as_str(), to_sql(noted.at), what],
    )?;
    connection.execute(
        "DELETE FROM connection_event WHERE server = ?1 AND id <= (
           SELECT id FROM connection_event WHERE server = ?1
           ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        params![id.as_str(), i64::try_from(NOTED_MAX).unwrap_or(i64::MAX)],
    )?;
    Ok(())
}

/// What happened to a connection, oldest first. What an older version does not know is left
/// out.
pub fn noted(connection: &Connection, id: &ServerId) -> Result<Vec<Noted>, StoreError> {
    let mut statement = connection
        .prepare("SELECT at, what FROM connection_event WHERE server = ?1 ORDER BY id")?;
    let rows = statement.query_map([id.as_str()], |row| {
        Ok((from_sql(row.get(0)?), row.get::<_, String>(1)?))
    })?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let known = rows.into_iter().filter_map(|(at, what)| {
        let what = serde_json::from_str(&what).ok()?;
        Some(Noted { at, what })
    });
    Ok(known.collect())
}

#[cfg(test)]
mod tests {
    use domain::connection::{CHECK_DEFAULT_SECONDS, Happening};

    use super::*;
    use crate::store::Store;

    fn row(id: &str, address: &str) -> ServerRow {
        ServerRow {
            id: ServerId::new(id),
            name: "Here".to_owned(),
            address: address.to_owned(),
            user_name: Some("opencode".to_owned()),
            password: Some(b"sealed".to_vec()),
            wanted: true,
            in_clear: false,
            check_seconds: CHECK_DEFAULT_SECONDS,
        }
    }

    #[tokio::test]
    async fn a_server_is_kept_changed_and_forgotten_with_all_that_was_its_own() {
        let store = Store::memory().unwrap();
        let id = ServerId::new("srv");
        let (first, second) = (row("srv", "http://a"), row("other", "http://b"));
        let (kept, left, noted) = store
            .call(move |connection| {
                put(connection, &first, Millis(1))?;
                put(connection, &second, Millis(2))?;
                let changed = ServerRow {
                    name: "There".to_owned(),
                    ..first
                };
                put(connection, &changed, Millis(3))?;
                set_wanted(connection, &id, false)?;
                let kept = at(connection, "http://a")?;
                let happened = Noted {
                    at: Millis(4),
                    what: Happening::LetGo,
                };
                note(connection, &id, &happened)?;
                remove(connection, &id)?;
                note(connection, &id, &happened)?;
                Ok((kept, all(connection)?, super::noted(connection, &id)?))
            })
            .await
            .unwrap();
        let kept = kept.unwrap();
        assert_eq!(kept.name, "There");
        assert_eq!(kept.password.as_deref(), Some(b"sealed".as_slice()));
        assert!(!kept.wanted);
        assert_eq!(left.len(), 1);
        assert_eq!(noted, [], "nothing is noted of what is gone");
    }

    #[tokio::test]
    async fn of_what_happened_the_newest_is_kept() {
        let store = Store::memory().unwrap();
        let id = ServerId::new("srv");
        let kept = store
            .call(move |connection| {
                put(connection, &row("srv", "http://a"), Millis(1))?;
                for n in 0..NOTED_MAX as u64 + 7 {
                    let happened = Noted {
                        at: Millis(n),
                        what: Happening::LetGo,
                    };
                    note(connection, &id, &happened)?;
                }
                noted(connection, &id)
            })
            .await
            .unwrap();
        assert_eq!(kept.len(), NOTED_MAX);
        assert_eq!(kept[0].at, Millis(7));
    }
}
