//! The OpenCode servers that are known.

use domain::id::ServerId;
use domain::time::Millis;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::StoreError;

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
}

/// The table and column under which a password is sealed; the row is the server's id.
pub const PASSWORD: (&str, &str) = ("server", "password");

const COLUMNS: &str = "id, name, address, user_name, password, wanted";

fn read(row: &Row<'_>) -> rusqlite::Result<ServerRow> {
    Ok(ServerRow {
        id: ServerId::new(row.get::<_, String>(0)?),
        name: row.get(1)?,
        address: row.get(2)?,
        user_name: row.get(3)?,
        password: row.get(4)?,
        wanted: row.get(5)?,
    })
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

/// Adds a server.
pub fn add(connection: &Connection, row: &ServerRow, now: Millis) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO server (id, name, address, user_name, password, wanted, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            row.id.as_str(),
            row.name,
            row.address,
            row.user_name,
            row.password,
            row.wanted,
            i64::try_from(now.0).unwrap_or(i64::MAX),
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

/// Keeps what the server wants to hear.
pub fn set_credentials(
    connection: &Connection,
    id: &ServerId,
    user_name: &str,
    sealed: &[u8],
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE server SET user_name = ?2, password = ?3, wanted = 1 WHERE id = ?1",
        params![id.as_str(), user_name, sealed],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn a_server_is_kept_with_its_sealed_password_and_whether_it_is_wanted() {
        let store = Store::memory().unwrap();
        let id = ServerId::new("srv");
        let row = ServerRow {
            id: id.clone(),
            name: "Here".to_owned(),
            address: "http://127.0.0.1:4096".to_owned(),
            user_name: None,
            password: None,
            wanted: true,
        };
        let kept = store
            .call(move |connection| {
                add(connection, &row, Millis(1))?;
                set_credentials(connection, &id, "opencode", b"sealed")?;
                set_wanted(connection, &id, false)?;
                at(connection, &row.address)
            })
            .await
            .unwrap()
            .unwrap();
        assert_eq!(kept.password.as_deref(), Some(b"sealed".as_slice()));
        assert_eq!(kept.user_name.as_deref(), Some("opencode"));
        assert!(!kept.wanted);
    }
}
