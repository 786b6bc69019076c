//! Counting what passed and what failed, out of what the test programs print.

use std::ops::AddAssign;

use serde::Deserialize;

/// So many passed, so many failed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Passed.
    pub(crate) passed: usize,
    /// Failed.
    pub(crate) failed: usize,
}

impl Tally {
    /// One check that passed.
    pub(crate) const PASSED: Self = Self {
        passed: 1,
        failed: 0,
    };
    /// One check that failed.
    pub(crate) const FAILED: Self = Self {
        passed: 0,
        failed: 1,
    };

    /// A program that ended badly without naming a failed test has failed as
    /// a whole (it did not compile, say): that is one failure.
    pub(crate) fn ended(mut self, well: bool) -> Self {
        if !well && self.failed == 0 {
            self.failed = 1;
        }
        self
    }

    /// Reads a line of `cargo test`: `test result: ok. 3 passed; 0 failed; …`.
    pub(crate) fn of_cargo(line: &str) -> Option<Self> {
        let counts = line.trim().strip_prefix("test result: ")?;
        let (_, counts) = counts.split_once(". ")?;
        let mut counts = counts.split("; ");
        let passed = counts.next()?.strip_suffix(" passed")?.parse().ok()?;
        let failed = counts.next()?.strip_suffix(" failed")?.parse().ok()?;
        Some(Self { passed, failed })
    }

    /// Reads the end of Node's TAP output: `# pass 3` and `# fail 0`.
    pub(crate) fn of_tap(text: &str) -> Self {
        let count = |word: &str| {
            let mut numbers = text
                .lines()
                .filter_map(|line| line.strip_prefix(word)?.trim().parse::<usize>().ok());
            numbers.next_back().unwrap_or(0)
        };
        Self {
            passed: count("# pass "),
            failed: count("# fail ") + count("# cancelled "),
        }
    }

    /// Reads Playwright's JSON report. A test that passed only when it was
    /// run again has passed; Playwright names it.
    pub(crate) fn of_playwright(text: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Report {
            stats: Stats,
        }
        #[derive(Deserialize)]
        struct Stats {
            expected: usize,
            unexpected: usize,
            flaky: usize,
        }
        let Report { stats } = serde_json::from_str(text).ok()?;
        Some(Self {
            passed: stats.expected + stats.flaky,
            failed: stats.unexpected,
        })
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_lines_are_counted() {
        let line = "test result: FAILED. 12 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.10s";
        assert_eq!(
            Tally::of_cargo(line),
            Some(Tally {
                passed: 12,
                failed: 1
            })
        );
        assert_eq!(Tally::of_cargo("test sums_are_right ... ok"), None);
    }

    #[test]
    fn nodes_summary_is_counted() {
        let text = "TAP version 13\nok 1 - one\n# tests 3\n# pass 2\n# fail 1\n# cancelled 0\n";
        assert_eq!(
            Tally::of_tap(text),
            Tally {
                passed: 2,
                failed: 1
            }
        );
    }

    #[test]
    fn playwrights_report_is_counted() {
        let text = r#"{"suites":[],"stats":{"expected":7,"skipped":1,"unexpected":2,"flaky":1,"duration":3}}"#;
        assert_eq!(
            Tally::of_playwright(text),
            Some(Tally {
                passed: 8,
                failed: 2
            })
        );
    }

    #[test]
    fn a_run_that_did_not_compile_is_one_failure() {
        assert_eq!(Tally::default().ended(false), Tally::FAILED);
        assert_eq!(
            Tally {
                passed: 3,
                failed: 2
            }
            .ended(false),
            Tally {
                passed: 3,
                failed: 2
            }
        );
        assert_eq!(
            Tally {
                passed: 3,
                failed: 0
            }
            .ended(true),
            Tally {
                passed: 3,
                failed: 0
            }
        );
    }
}
