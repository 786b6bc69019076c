//! Everything this program prints goes through here: steps to stdout, faults
//! to stderr. A closed pipe is nobody's problem.

use std::io::Write as _;

use crate::fault::Fault;

/// One line on stdout.
pub(crate) fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// A step that takes more than a few seconds: what it does, and how long it
/// usually takes.
pub(crate) fn step(what: &str, usually: &str) {
    line(&format!("\n==> {what} (usually {usually})"));
}

/// A remark between the steps.
pub(crate) fn note(text: &str) {
    line(&format!("    {text}"));
}

/// Why we stopped.
pub(crate) fn fault(fault: &Fault) {
    let _ = writeln!(std::io::stderr().lock(), "cargo xtask: {fault}");
}
