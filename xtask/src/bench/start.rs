//! Time from starting the executable to its first answer, its memory when
//! idle, and the time it takes to end.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::fault::{AtPath as _, Fault};
use crate::stopwatch::{Spoken, Stopwatch};
use crate::workspace::Workspace;
use crate::{process, say};

/// Starts to take the median of; odd, so that there is a middle one.
const STARTS: usize = 11;
/// Between two questions whether it answers: far below what is measured.
const ASK_EVERY: Duration = Duration::from_millis(1);
/// Without an answer by then it will not come.
const GIVE_UP: Duration = Duration::from_secs(10);
/// How long it idles before its memory is read.
const IDLE: Duration = Duration::from_secs(3);

/// What one start showed.
struct Measured {
    answered: Duration,
    ended: Duration,
    resident: Option<u64>,
}

/// Measures.
pub(crate) fn start(workspace: &Workspace, executable: &Path) -> Result<(), Fault> {
    say::step("Starting the executable again and again", "10 seconds");
    let data = workspace.target().join("xtask/bench-start");
    let mut fresh = Vec::new();
    let mut again = Vec::new();
    for turn in 0..STARTS {
        if data.is_dir() {
            fs::remove_dir_all(&data).at(&data)?;
        }
        // Only the last start idles; the others end as soon as they answer.
        let idle = (turn + 1 == STARTS).then_some(IDLE);
        fresh.push(once(executable, &data, None)?);
        again.push(once(executable, &data, idle)?);
    }
    let resident = again.iter().find_map(|measured| measured.resident);
    say::line(&format!(
        "  first answer, new data folder       {}",
        milliseconds(&fresh, |m| m.answered)
    ));
    say::line(&format!(
        "  first answer, existing data folder  {}",
        milliseconds(&again, |m| m.answered)
    ));
    say::line(&format!(
        "  end after SIGTERM                   {}",
        milliseconds(&again, |m| m.ended)
    ));
    let memory = resident.map_or_else(
        || "not known on this system".to_owned(),
        |kib| format!("{:.1} MB", kib_to_mb(kib)),
    );
    say::line(&format!(
        "  resident memory, idle for {}     {memory}",
        Spoken(IDLE)
    ));
    Ok(())
}

fn once(executable: &Path, data: &Path, idle: Option<Duration>) -> Result<Measured, Fault> {
    let address = free_address()?;
    let watch = Stopwatch::start();
    let mut command = Command::new(executable);
    command
        .args([
            "serve",
            "--opencode",
            "off",
            "--listen",
            &address.to_string(),
            "--data-dir",
        ])
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let mut child = command
        .spawn()
        .map_err(|source| process::not_started(&command, source))?;
    let answered = first_answer(address, &mut child, watch);
    let resident = idle.and_then(|idle| {
        thread::sleep(idle);
        resident_kib(&child)
    });
    let watch = Stopwatch::start();
    end(&mut child);
    Ok(Measured {
        answered: answered?,
        ended: watch.elapsed(),
        resident,
    })
}

/// A port that nobody has at the moment.
fn free_address() -> Result<SocketAddr, Fault> {
    let any = PathBuf::from("127.0.0.1:0");
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .at(&any)
}

fn first_answer(
    address: SocketAddr,
    child: &mut Child,
    watch: Stopwatch,
) -> Result<Duration, Fault> {
    while watch.elapsed() < GIVE_UP {
        if healthy(address) {
            return Ok(watch.elapsed());
        }
        if let Ok(Some(status)) = child.try_wait() {
            return Err(Fault::Failed {
                what: "Starting the executable".to_owned(),
                status: status.to_string(),
            });
        }
        thread::sleep(ASK_EVERY);
    }
    Err(Fault::Data(format!(
        "The executable did not answer /healthz within {}.",
        Spoken(GIVE_UP)
    )))
}

fn healthy(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        write!(
            stream,
            "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer.starts_with("HTTP/1.1 200"))
    };
    ask().unwrap_or(false)
}

/// The kernel's word on memory, where it gives one.
fn resident_kib(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// Asks it to end and waits; kills it where it cannot be asked.
fn end(child: &mut Child) {
    let asked = Command::new("kill")
        .arg(child.id().to_string())
        .status()
        .is_ok_and(|status| status.success());
    if !asked {
        let _ = child.kill();
    }
    let _ = child.wait();
}

fn milliseconds(all: &[Measured], of: impl Fn(&Measured) -> Duration) -> String {
    let mut times: Vec<Duration> = all.iter().map(of).collect();
    times.sort();
    let at = |place: usize| times.get(place).copied().unwrap_or_default().as_secs_f64() * 1000.0;
    format!(
        "median {:.0} ms (from {:.0} to {:.0})",
        at(times.len() / 2),
        at(0),
        at(times.len().saturating_sub(1))
    )
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a size in megabytes with one digit"
)]
fn kib_to_mb(kib: u64) -> f64 {
    kib as f64 * 1024.0 / 1e6
}
