//! What a process takes of the machine. Read from `/proc`: zeros where there is none.

use std::time::Duration;

/// The clock's ticks a second, as Linux counts them for programs.
const TICKS_PER_S: u64 = 100;

/// What a process takes.
pub(crate) struct Weight {
    cpu: Duration,
    resident_kib: u32,
}

impl Weight {
    pub(crate) fn of(process: u32) -> Self {
        let ticks = |at: usize| -> u64 {
            let fields = stat(process);
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

    /// Of a process and those that it started.
    pub(crate) fn with_children(process: u32) -> Self {
        let mut sum = Self::of(process);
        let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let all = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        for child in all.filter(|it| stat(*it).get(1) == Some(&process.to_string())) {
            let more = Self::of(child);
            sum.cpu += more.cpu;
            sum.resident_kib += more.resident_kib;
        }
        sum
    }

    pub(crate) fn mebibytes(&self) -> f64 {
        f64::from(self.resident_kib) / 1_024.0
    }

    /// Milliseconds of CPU since `before` for each ten thousand of so many deliveries.
    pub(crate) fn cpu_for_10_000(&self, before: &Self, deliveries: usize) -> f64 {
        let cpu = self.cpu.saturating_sub(before.cpu).as_secs_f64() * 1_000.0;
        cpu * 10_000.0 / f64::from(u32::try_from(deliveries).unwrap())
    }
}

/// The fields of a process after its name, which may hold anything.
fn stat(process: u32) -> Vec<String> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let behind = stat.rsplit(')').next().unwrap_or_default();
    behind.split_whitespace().map(str::to_owned).collect()
}
