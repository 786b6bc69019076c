//! The counters of failed sign-ins, so that a restart forgives nothing.

use domain::time::Millis;
use rusqlite::{Connection, OptionalExtension, params};

use super::StoreError;
use super::times::{from_sql, to_sql};

/// How many clients are remembered. Beyond that the one that was touched longest ago and
/// is not locked makes room; a locked one never does.
pub const CLIENTS_MAX: u32 = 10_000;

/// One counter as stored.
#[derive(Clone, Debug, Default)]
pub struct AttemptRow {
    /// When failures were, oldest first.
    pub failures: Vec<Millis>,
    /// Until when nothing is let through.
    pub locked_until: Millis,
}

/// The counter of `client`; an empty one where there is none.
pub fn read(connection: &Connection, client: &str) -> Result<AttemptRow, StoreError> {
    let found = connection
        .query_row(
            "SELECT failures, locked_until FROM attempt WHERE client = ?1",
            [client],
            |row| Ok((row.get::<_, String>(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((failures, locked_until)) = found else {
        return Ok(AttemptRow::default());
    };
    Ok(AttemptRow {
        // What cannot be read counts as no failure; the lock beside it stays.
        failures: serde_json::from_str(&failures).unwrap_or_default(),
        locked_until: from_sql(locked_until),
    })
}

/// Stores the counter of `client`.
pub fn write(
    connection: &Connection,
    client: &str,
    counter: &AttemptRow,
    now: Millis,
) -> Result<(), StoreError> {
    if counter.failures.is_empty() && counter.locked_until <= now {
        connection.execute("DELETE FROM attempt WHERE client = ?1", [client])?;
        return Ok(());
    }
    let failures: Vec<u64> = counter.failures.iter().map(|time| time.0).collect();
    let failures = serde_json::to_string(&failures).unwrap_or_default();
    connection.execute(
        "INSERT INTO attempt (client, failures, locked_until, touched) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET failures = excluded.failures,
           locked_until = excluded.locked_until, touched = excluded.touched",
        params![client, failures, to_sql(counter.locked_until), to_sql(now)],
    )?;
    make_room(connection, now)
}

fn make_room(connection: &Connection, now: Millis) -> Result<(), StoreError> {
    let clients: u32 =
        connection.query_row("SELECT count(*) FROM attempt", [], |row| row.get(0))?;
    if clients > CLIENTS_MAX {
        connection.execute(
            "DELETE FROM attempt WHERE client IN (
               SELECT client FROM attempt WHERE locked_until <= ?1 ORDER BY touched LIMIT ?2)",
            params![to_sql(now), clients - CLIENTS_MAX],
        )?;
    }
    Ok(())
}

/// Lifts all locks and forgets all failures; answers how many clients had some.
pub fn clear(connection: &Connection) -> Result<usize, StoreError> {
    Ok(connection.execute("DELETE FROM attempt", [])?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_clients_drops_the_oldest_but_no_lock() {
        let connection = crate::store::open::memory().unwrap();
        let failed = AttemptRow {
            failures: vec![Millis(1)],
            locked_until: Millis(0),
        };
        let locked = AttemptRow {
            locked_until: Millis(u64::from(u32::MAX)),
            ..failed.clone()
        };
        write(&connection, "locked", &locked, Millis(1)).unwrap();
        connection.execute_batch("BEGIN").unwrap();
        for n in 0..u64::from(CLIENTS_MAX) + 5 {
            write(&connection, &n.to_string(), &failed, Millis(n + 2)).unwrap();
        }
        connection.execute_batch("COMMIT").unwrap();
        let clients: u32 = connection
            .query_row("SELECT count(*) FROM attempt", [], |row| row.get(0))
            .unwrap();
        assert_eq!(clients, CLIENTS_MAX);
        assert!(!read(&connection, "locked").unwrap().failures.is_empty());
        assert!(read(&connection, "0").unwrap().failures.is_empty());
    }
}
