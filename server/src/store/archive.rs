//! The sessions that the owner put away on servers that keep no archive of their own.

use std::collections::BTreeMap;

use domain::id::{ServerId, SessionId};
use domain::time::Millis;
use rusqlite::{Connection, params};

use super::StoreError;
use super::times::{from_sql, to_sql};

/// Puts a session away. Doing it again changes nothing.
pub fn put(
    connection: &Connection,
    server: &ServerId,
    session: &SessionId,
    now: Millis,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO archived (server, session, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![server.as_str(), session.as_str(), to_sql(now)],
    )?;
    Ok(())
}

/// The sessions of a server that are put away, and since when.
pub fn of(
    connection: &Connection,
    server: &ServerId,
) -> Result<BTreeMap<SessionId, Millis>, StoreError> {
    let mut statement = connection.prepare("SELECT session, at FROM archived WHERE server = ?1")?;
    let rows = statement.query_map([server.as_str()], |row| {
        let session: String = row.get(0)?;
        Ok((SessionId::new(session), from_sql(row.get(1)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn what_is_put_away_is_so_for_its_server_and_since_the_first_time() {
        let store = Store::memory().unwrap();
        let (here, there) = (ServerId::new("srv"), ServerId::new("other"));
        let session = SessionId::new("ses");
        let found = store
            .call(move |connection| {
                put(connection, &here, &session, Millis(1))?;
                put(connection, &here, &session, Millis(2))?;
                Ok((of(connection, &here)?, of(connection, &there)?))
            })
            .await
            .unwrap();
        let kept = BTreeMap::from([(SessionId::new("ses"), Millis(1))]);
        assert_eq!(found, (kept, BTreeMap::new()));
    }
}
