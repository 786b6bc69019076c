//! `cargo xtask bench [name]`: measuring what the product promises. Each
//! bench prints a table; only budgets in bytes can fail, because only bytes
//! are the same on every machine.

mod fanout;
mod page;
mod relay;
mod size;
mod start;

use std::process::ExitCode;

use clap::ValueEnum;

use crate::fault::Fault;
use crate::workspace::Workspace;
use crate::{dist, say};

pub(crate) use size::size;

/// The benches there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Name {
    /// Bytes of what the browser gets, against the budget
    Size,
    /// Time until the executable answers, and its memory when idle
    Start,
    /// First load, second visit and a slow phone, in a real browser
    Page,
    /// Sessions of 20, 1,000 and 5,000 messages on a slow phone, and a long answer in one
    View,
    /// Delay the relay adds, beside OpenCode itself and a plain proxy
    Relay,
    /// Delay, memory and CPU with many devices, and one that reads nothing
    Fanout,
    /// How fast a stream of OpenCode's becomes a mirror
    Upstream,
}

/// Runs one bench, or all that are there.
pub(crate) fn bench(workspace: &Workspace, name: Option<Name>) -> Result<ExitCode, Fault> {
    let names = name.map_or_else(|| Name::value_variants().to_vec(), |name| vec![name]);
    let executable = dist::dist(workspace)?;
    let mut worst = ExitCode::SUCCESS;
    for name in names {
        let done = match name {
            Name::Size => size::size(workspace),
            Name::Start => start::start(workspace, &executable),
            Name::Page => page::page(workspace, &executable),
            Name::View => page::view(workspace, &executable),
            Name::Relay => relay::relay(workspace, &executable),
            Name::Fanout => fanout::fanout(workspace, &executable),
            Name::Upstream => fanout::upstream(workspace),
        };
        if let Err(fault) = done {
            say::fault(&fault);
            worst = ExitCode::FAILURE;
        }
    }
    Ok(worst)
}
