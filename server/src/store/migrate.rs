//! Brings a database to the present version, one numbered step after another. A step that
//! was once released is never edited.

use std::path::Path;

use rusqlite::Connection;

use super::StoreError;

/// One step. Its number is the version the database has afterwards.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// The number, counted from 1 without holes.
    pub number: u32,
    /// The statements.
    pub sql: &'static str,
}

/// All steps, in order.
const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        sql: include_str!("migrations/0001_owner.sql"),
    },
    Migration {
        number: 2,
        sql: include_str!("migrations/0002_servers.sql"),
    },
    Migration {
        number: 3,
        sql: include_str!("migrations/0003_connections.sql"),
    },
    Migration {
        number: 4,
        sql: include_str!("migrations/0004_taken.sql"),
    },
    Migration {
        number: 5,
        sql: include_str!("migrations/0005_archive.sql"),
    },
];

/// Brings `connection` to the present version. Where there is something to change and
/// `file` is given, a copy of the database is left beside it first.
pub(super) fn migrate(connection: &mut Connection, file: Option<&Path>) -> Result<(), StoreError> {
    let found: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = MIGRATIONS.last().map_or(0, |last| last.number);
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    if found == known {
        return Ok(());
    }
    if let Some(file) = file.filter(|_| found > 0) {
        copy_before(connection, file, found)?;
    }
    for step in MIGRATIONS.iter().filter(|step| step.number > found) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(step.sql)?;
        transaction.pragma_update(None, "user_version", step.number)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Leaves a copy named after the version it holds. One per version is kept; a copy of an
/// earlier try is replaced.
fn copy_before(connection: &Connection, file: &Path, version: u32) -> Result<(), StoreError> {
    let copy = file.with_extension(format!("before-{}.db", version + 1));
    match std::fs::remove_file(&copy) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_numbered_without_holes() {
        for (index, step) in MIGRATIONS.iter().enumerate() {
            assert_eq!(step.number as usize, index + 1);
        }
    }

    #[test]
    fn a_database_of_a_newer_program_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection
            .pragma_update(None, "user_version", 9_999)
            .unwrap();
        assert!(matches!(
            migrate(&mut connection, None),
            Err(StoreError::TooNew { found: 9_999, .. })
        ));
    }
}
