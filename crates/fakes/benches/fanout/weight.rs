//! What a process takes of the machine. Read from `/proc`: zeros where there is none.

use std::time::Duration;

/// The clock's ticks a second, as Linux counts them for programs.
const TICKS_PER_S: u64 = 100;

/// What a process takes.
pub(crate) struct Weight {
    pub(crate) cpu: Duration,
    resident_kib: u32,
}

impl Weight {
    pub(crate) fn of(process: u32) -> Self {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // The name in parentheses may hold anything.
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        let ticks = |at: usize| -> u64 {
            let field = fields.get(at);
            field.and_then(|it| it.parse().ok()).unwrap_or_default()
        };
        let status = std::fs::read_to_string(format!("/proc/{process}/status"));
        let status = status.unwrap_or_default();
        let resident = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|rest| rest.split_whitespace().next())
            .and_then(|kib| kib.parse().ok());
        Self {
            cpu: Duration::from_millis((ticks(11) + ticks(12)) * 1_000 / TICKS_PER_S),
            resident_kib: resident.unwrap_or_default(),
        }
    }

    pub(crate) fn mebibytes(&self) -> f64 {
        f64::from(self.resident_kib) / 1_024.0
    }
}
