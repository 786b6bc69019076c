//! Time and number in words. No clock and no locale: the same on the server and in every
//! browser.

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// How long something took: `0.4 s`, `12 s`, `2 min 14 s`, `3 h 12 min`.
pub fn duration(ms: u64) -> String {
    match ms {
        0..100 => "0.1 s".to_owned(),
        100..10_000 => format!("{}.{} s", ms / SECOND, ms % SECOND / 100),
        10_000..MINUTE => format!("{} s", ms / SECOND),
        MINUTE..HOUR => format!("{} min {} s", ms / MINUTE, ms % MINUTE / SECOND),
        HOUR..DAY => format!("{} h {} min", ms / HOUR, ms % HOUR / MINUTE),
        _ => format!("{} d {} h", ms / DAY, ms % DAY / HOUR),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_as_exact_as_one_wants_to_know() {
        let told: Vec<String> = [40, 400, 9_950, 12_300, 134_000, 11_520_000, 90_000_000]
            .map(duration)
            .into();
        assert_eq!(
            told,
            [
                "0.1 s",
                "0.4 s",
                "9.9 s",
                "12 s",
                "2 min 14 s",
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
    fn a_count_fits_a_line() {
        assert_eq!(
            [950, 12_440, 250_000, 1_234_567].map(count),
            ["950", "12.4k", "250k", "1.2M"]
        );
    }
}
