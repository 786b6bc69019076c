//! Time, number and size in words. No clock and no locale: the same on the server and in every
//! browser.

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// How long something took: `0.4 s`, `12 s`, `2 min 14 s`, `3 h 12 min`.
pub fn duration(ms: u64) -> String {
    let both = |n: u64, unit: &str, rest: u64, smaller: &str| match rest {
        0 => format!("{n} {unit}"),
        rest => format!("{n} {unit} {rest} {smaller}"),
    };
    match ms {
        0..100 => "0.1 s".to_owned(),
        100..SECOND => format!("0.{} s", ms / 100),
        SECOND..MINUTE => format!("{} s", ms / SECOND),
        MINUTE..HOUR => both(ms / MINUTE, "min", ms % MINUTE / SECOND, "s"),
        HOUR..DAY => both(ms / HOUR, "h", ms % HOUR / MINUTE, "min"),
        _ => both(ms / DAY, "d", ms % DAY / HOUR, "h"),
    }
}

/// How long ago something was: `just now`, `18 min ago`, `yesterday`, `3 weeks ago`.
pub fn ago(ms: u64) -> String {
    let several = |n: u64, one: &str| {
        if n == 1 {
            format!("1 {one} ago")
        } else {
            format!("{n} {one}s ago")
        }
    };
    match ms / DAY {
        0 if ms < MINUTE => "just now".to_owned(),
        0 if ms < HOUR => format!("{} min ago", ms / MINUTE),
        0 => format!("{} h ago", ms / HOUR),
        1 => "yesterday".to_owned(),
        days @ 2..7 => several(days, "day"),
        7..14 => "last week".to_owned(),
        days @ 14..60 => several(days / 7, "week"),
        days @ 60..730 => several(days / 30, "month"),
        days => several(days / 365, "year"),
    }
}

/// Whole seconds left, at least one: for countdowns.
pub fn seconds_until(ms: u64) -> u64 {
    ms.div_ceil(SECOND).max(1)
}

/// A number short enough for a line: `950`, `12.4k`, `1.2M`.
pub fn count(n: u64) -> String {
    match n {
        0..1_000 => n.to_string(),
        1_000..100_000 => format!("{}.{}k", n / 1_000, n % 1_000 / 100),
        100_000..1_000_000 => format!("{}k", n / 1_000),
        _ => format!("{}.{}M", n / 1_000_000, n % 1_000_000 / 100_000),
    }
}

/// How much room something takes: `12 B`, `1.4 KB`, `82 KB`, `25 MB`.
pub fn bytes(n: u64) -> String {
    const KB: u64 = 1_024;
    const MB: u64 = 1_024 * KB;
    let (unit, name) = match n {
        0..KB => return format!("{n} B"),
        KB..MB => (KB, "KB"),
        _ => (MB, "MB"),
    };
    match (n / unit, n % unit * 10 / unit) {
        (whole @ 0..10, tenth @ 1..) => format!("{whole}.{tenth} {name}"),
        (whole, _) => format!("{whole} {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_as_exact_as_one_wants_to_know() {
        let told: Vec<String> = [
            40, 400, 9_950, 12_300, 134_000, 240_000, 11_520_000, 90_000_000,
        ]
        .map(duration)
        .into();
        assert_eq!(
            told,
            [
                "0.1 s",
                "0.4 s",
                "9 s",
                "12 s",
                "2 min 14 s",
                "4 min",
                "3 h 12 min",
                "1 d 1 h"
            ]
        );
    }

    #[test]
    fn an_age_is_told_in_one_unit() {
        let told: Vec<String> = [
            0,
            61_000,
            18 * MINUTE,
            3 * HOUR,
            DAY,
            3 * DAY,
            8 * DAY,
            21 * DAY,
            90 * DAY,
            800 * DAY,
        ]
        .map(ago)
        .into();
        assert_eq!(
            told,
            [
                "just now",
                "1 min ago",
                "18 min ago",
                "3 h ago",
                "yesterday",
                "3 days ago",
                "last week",
                "3 weeks ago",
                "3 months ago",
                "2 years ago"
            ]
        );
    }

    #[test]
    fn room_is_told_in_the_unit_that_fits() {
        assert_eq!(
            [2, 1_024, 1_500, 82_000, 3 << 20, (25 << 20) + 900_000].map(bytes),
            ["2 B", "1 KB", "1.4 KB", "80 KB", "3 MB", "25 MB"]
        );
    }

    #[test]
    fn a_count_fits_a_line() {
        assert_eq!(
            [950, 12_440, 250_000, 1_234_567].map(count),
            ["950", "12.4k", "250k", "1.2M"]
        );
    }
}
