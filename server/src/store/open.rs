//! Opens the database with the settings everything relies on.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use super::{StoreError, migrate::migrate};

/// How long a statement waits for another process that holds the file (a verb of the
/// command line, a backup).
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

pub(super) fn file(path: &Path) -> Result<Connection, StoreError> {
    let mut connection = Connection::open(path)?;
    settle(&connection).map_err(as_damage)?;
    check(&connection)?;
    migrate(&mut connection, Some(path))?;
    Ok(connection)
}

pub(super) fn memory() -> Result<Connection, StoreError> {
    let mut connection = Connection::open_in_memory()?;
    settle(&connection)?;
    migrate(&mut connection, None)?;
    Ok(connection)
}

fn settle(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // Credentials and accepted prompts must survive a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // The model's and the owner's names are text to us; no SQL of the file's own runs.
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(())
}

/// A quick check of the whole file, so that damage is found at the start and not in the
/// middle of a day.
fn check(connection: &Connection) -> Result<(), StoreError> {
    let found: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(StoreError::from)
        .map_err(as_damage)?;
    if found == "ok" {
        Ok(())
    } else {
        Err(StoreError::Damaged(found))
    }
}

fn as_damage(error: StoreError) -> StoreError {
    let damaged = matches!(
        &error,
        StoreError::Sqlite(inner) if matches!(
            inner.sqlite_error_code(),
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
        )
    );
    if damaged {
        StoreError::Damaged(error.to_string())
    } else {
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_database_is_called_damaged() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("nexus.db");
        std::fs::write(
            &path,
            "not a database, but long enough to be looked at".repeat(40),
        )
        .unwrap();
        assert!(matches!(file(&path), Err(StoreError::Damaged(_))));
    }

    #[test]
    fn a_database_opens_again_with_what_it_held() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("nexus.db");
        file(&path)
            .unwrap()
            .execute("INSERT INTO setting (name, value) VALUES ('a', 'b')", [])
            .unwrap();
        let value: String = file(&path)
            .unwrap()
            .query_row("SELECT value FROM setting WHERE name = 'a'", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(value, "b");
    }
}
