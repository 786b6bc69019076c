//! Times as SQLite keeps them: signed 64-bit milliseconds.

use domain::time::Millis;

/// To the database. A time beyond the year 292 million is as good as never.
pub fn to_sql(time: Millis) -> i64 {
    i64::try_from(time.0).unwrap_or(i64::MAX)
}

/// From the database. There are no times before 1970.
pub fn from_sql(time: i64) -> Millis {
    Millis(u64::try_from(time).unwrap_or(0))
}
