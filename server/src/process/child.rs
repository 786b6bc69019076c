//! Starts children from one thread that lives as long as the program, hears what they say,
//! and ends them with all that they started.
//!
//! The kernel tells a child of its parent's death when the *thread* that spawned it ends,
//! so it must not be one of the runtime's.

use std::collections::VecDeque;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::mpsc as std_mpsc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group, set_parent_process_death_signal};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot};

/// How long a child may take to end after it was asked to; then it is killed.
const STOP_GRACE: Duration = Duration::from_secs(4);
/// How many of a child's last lines are kept for the case that it fails.
const LAST_LINES: usize = 12;
/// The longest line kept, in bytes.
const LINE_MAX_BYTES: usize = 400;
/// Lines of a child that nobody has taken yet; more are dropped, for a child must never
/// wait for us.
const LINES_WAITING: usize = 64;

type Order = (Command, oneshot::Sender<io::Result<Child>>);

/// Starts children; cheap to clone.
#[derive(Clone, Debug)]
pub struct Nursery {
    orders: std_mpsc::Sender<Order>,
}

impl Nursery {
    /// Starts the thread that starts the children. Must be called within a runtime.
    pub fn open() -> io::Result<Self> {
        let (orders, inbox) = std_mpsc::channel::<Order>();
        let runtime = tokio::runtime::Handle::current();
        std::thread::Builder::new()
            .name("nursery".into())
            .spawn(move || {
                let _runtime = runtime.enter();
                while let Ok((mut command, answer)) = inbox.recv() {
                    // Nobody waits any more: the child is dropped and with it killed.
                    let _ = answer.send(command.spawn());
                }
            })?;
        Ok(Self { orders })
    }

    /// Starts `command` in a process group of its own. It ends with us, whatever happens.
    pub async fn start(&self, mut command: Command) -> io::Result<Running> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.process_group(0).kill_on_drop(true);
        dies_with_us(&mut command);
        let (answer, started) = oneshot::channel();
        let gone = || io::Error::other("the thread that starts programs has ended");
        self.orders.send((command, answer)).map_err(|_| gone())?;
        let child = started.await.map_err(|_| gone())??;
        Ok(Running::of(child))
    }
}

#[expect(
    unsafe_code,
    reason = "between fork and exec only code marked unsafe can run"
)]
fn dies_with_us(command: &mut Command) {
    // SAFETY: the closure makes one system call, which is safe between fork and exec; it
    // allocates nothing and takes no lock.
    unsafe {
        command.pre_exec(|| {
            set_parent_process_death_signal(Some(Signal::KILL)).map_err(io::Error::from)
        });
    }
}

/// A child that runs.
#[derive(Debug)]
pub struct Running {
    child: Child,
    lines: mpsc::Receiver<String>,
    last: VecDeque<String>,
}

/// What a child did.
#[derive(Debug)]
pub enum Heard {
    /// It said a line.
    Line(String),
    /// It ended.
    Ended(Ending),
}

/// How a child ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Its exit status in words.
    pub status: String,
    /// Its last lines, the newest last.
    pub last_words: Vec<String>,
}

impl Ending {
    /// The end in one line.
    pub fn sentence(&self) -> String {
        match self.last_words.last() {
            Some(words) => format!("{}: {words}", self.status),
            None => self.status.clone(),
        }
    }
}

impl Running {
    fn of(mut child: Child) -> Self {
        let (say, lines) = mpsc::channel(LINES_WAITING);
        if let Some(stdout) = child.stdout.take() {
            listen(stdout, say.clone());
        }
        if let Some(stderr) = child.stderr.take() {
            listen(stderr, say);
        }
        Self {
            child,
            lines,
            last: VecDeque::new(),
        }
    }

    /// Waits for the next line, or the end.
    pub async fn hear(&mut self) -> Heard {
        tokio::select! {
            biased;
            Some(line) = self.lines.recv() => {
                if self.last.len() == LAST_LINES {
                    self.last.pop_front();
                }
                self.last.push_back(line.clone());
                Heard::Line(line)
            }
            status = self.child.wait() => Heard::Ended(self.ending(status)),
        }
    }

    /// Asks the child and all that it started to end, and kills them when they do not.
    pub async fn stop(mut self) -> Ending {
        self.signal(Signal::TERM);
        let patience = tokio::time::timeout(STOP_GRACE, self.child.wait());
        let status = if let Ok(status) = patience.await {
            status
        } else {
            self.signal(Signal::KILL);
            self.child.wait().await
        };
        self.ending(status)
    }

    fn signal(&self, signal: Signal) {
        let pid = self
            .child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        if let Some(pid) = pid
            && let Err(error) = kill_process_group(pid, signal)
        {
            tracing::debug!(%error, "the process group had already ended");
        }
    }

    fn ending(&mut self, status: io::Result<ExitStatus>) -> Ending {
        // What it said last may still be on its way to us.
        while let Ok(line) = self.lines.try_recv() {
            self.last.push_back(line);
        }
        while self.last.len() > LAST_LINES {
            self.last.pop_front();
        }
        Ending {
            status: status.map_or_else(|error| error.to_string(), |status| status.to_string()),
            last_words: self.last.drain(..).collect(),
        }
    }
}

fn listen(from: impl AsyncRead + Unpin + Send + 'static, say: mpsc::Sender<String>) {
    #[expect(
        clippy::disallowed_methods,
        reason = "ends by itself when the child closes the pipe"
    )]
    tokio::spawn(async move {
        let mut lines = BufReader::new(from).lines();
        while let Ok(Some(mut line)) = lines.next_line().await {
            line.truncate(domain::bulk::floor_char(&line, LINE_MAX_BYTES));
            if line.trim().is_empty() {
                continue;
            }
            // A full queue drops the line: the pipe must be emptied in any case.
            let _ = say.try_send(line);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        command
    }

    #[tokio::test]
    async fn a_childs_last_words_are_kept() {
        let nursery = Nursery::open().unwrap();
        let mut child = nursery
            .start(shell("echo one; echo two >&2; exit 3"))
            .await
            .unwrap();
        let ending = loop {
            if let Heard::Ended(ending) = child.hear().await {
                break ending;
            }
        };
        assert!(ending.status.contains('3'), "{ending:?}");
    }

    #[tokio::test]
    async fn a_child_is_ended_with_what_it_started() {
        let nursery = Nursery::open().unwrap();
        let mut child = nursery
            .start(shell("sleep 600 & echo $!; wait"))
            .await
            .unwrap();
        let Heard::Line(grandchild) = child.hear().await else {
            panic!("no line")
        };
        let pid = Pid::from_raw(grandchild.parse().unwrap()).unwrap();
        child.stop().await;
        // It is gone, or a zombie that its new parent has not buried yet.
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
        assert!(stat.is_err() || stat.unwrap().contains(") Z "));
    }

    #[tokio::test]
    async fn a_program_that_does_not_exist_is_said_so() {
        let nursery = Nursery::open().unwrap();
        let error = nursery
            .start(Command::new("/nowhere/opencode"))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
