//! Starts a program and follows it: its lines, its last words, its end.
//!
//! Programs are started from one thread that lives as long as we do: the signal that ends
//! a child with its parent is sent when the *thread* that started it ends.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group, set_parent_process_death_signal};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child as Process, Command};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

/// How many lines are remembered as last words.
const WORDS_LINES: usize = 20;
/// How long a remembered line may be.
const LINE_MAX_CHARS: usize = 300;
/// How much of a line is held while it is read: room for as many of the longest
/// characters. What comes after is thrown away, so that a program that never ends its
/// line costs no more.
const LINE_MAX_BYTES: usize = LINE_MAX_CHARS * 4;
/// How many lines wait to be read; a reader that is slower misses none, the program waits.
const LINES_WAITING: usize = 64;
/// How many starts wait; there are a handful of programs.
const STARTS_WAITING: usize = 8;
/// How long the last lines of a program that has ended are waited for. Its children may
/// hold its output open.
const DRAIN: Duration = Duration::from_millis(200);
/// How long a program may take to end when told.
const PATIENCE: Duration = Duration::from_secs(3);

/// What to start.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The program: a path, or a name to be found on the PATH.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Where it works.
    pub directory: PathBuf,
    /// Its whole environment.
    pub environment: Vec<(OsString, OsString)>,
}

/// A running program. Dropping it ends the program at once.
#[derive(Debug)]
pub struct Child {
    process: Process,
    lines: mpsc::Receiver<String>,
    words: LastWords,
    /// How it ended, once it has.
    status: Option<String>,
}

/// The last lines a program wrote.
#[derive(Clone, Debug, Default)]
struct LastWords(Arc<Mutex<VecDeque<String>>>);

/// What a program did.
#[derive(Debug, PartialEq, Eq)]
pub enum News {
    /// It wrote a line.
    Line(String),
    /// It ended, with these last words on one line.
    Exited(String),
}

struct Start {
    launch: Launch,
    done: oneshot::Sender<io::Result<Process>>,
}

/// The thread that starts programs; cheap to clone.
#[derive(Clone, Debug)]
pub struct Spawner {
    starts: mpsc::Sender<Start>,
}

impl std::fmt::Debug for Start {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Start")
            .field("program", &self.launch.program)
            .finish_non_exhaustive()
    }
}

impl Spawner {
    /// Starts the thread. Its programs belong to the present runtime.
    pub fn start() -> io::Result<Self> {
        let (starts, mut inbox) = mpsc::channel::<Start>(STARTS_WAITING);
        let runtime = Handle::current();
        std::thread::Builder::new()
            .name("spawner".to_owned())
            .spawn(move || {
                let _runtime = runtime.enter();
                while let Some(start) = inbox.blocking_recv() {
                    // A caller that is gone drops the child, which ends it.
                    let _ = start.done.send(spawn(&start.launch));
                }
            })?;
        Ok(Self { starts })
    }

    /// Starts a program.
    pub async fn spawn(&self, launch: Launch) -> io::Result<Child> {
        let (done, answer) = oneshot::channel();
        let gone = || io::Error::other("the thread that starts programs is gone");
        let start = Start { launch, done };
        self.starts.send(start).await.map_err(|_| gone())?;
        let mut process = answer.await.map_err(|_| gone())??;
        let words = LastWords::default();
        let (sender, lines) = mpsc::channel(LINES_WAITING);
        if let Some(output) = process.stdout.take() {
            follow(output, sender.clone(), words.clone());
        }
        if let Some(errors) = process.stderr.take() {
            follow(errors, sender, words.clone());
        }
        Ok(Child {
            process,
            lines,
            words,
            status: None,
        })
    }
}

fn spawn(launch: &Launch) -> io::Result<Process> {
    let mut command = Command::new(&launch.program);
    command
        .args(&launch.arguments)
        .current_dir(&launch.directory)
        .env_clear()
        .envs(launch.environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // A group of its own: Ctrl-C in our terminal is ours to handle, and its own
        // children end with it.
        .process_group(0)
        .kill_on_drop(true);
    #[expect(
        unsafe_code,
        reason = "there is no safe way to set the parent-death signal of a child; the one \
                  system call made between fork and exec is safe there"
    )]
    // SAFETY: the closure only makes a prctl call, which is async-signal-safe, and
    // allocates nothing.
    unsafe {
        command.pre_exec(|| {
            set_parent_process_death_signal(Some(Signal::TERM))?;
            Ok(())
        });
    }
    command.spawn()
}

fn follow(
    output: impl AsyncRead + Unpin + Send + 'static,
    lines: mpsc::Sender<String>,
    words: LastWords,
) {
    #[expect(
        clippy::disallowed_methods,
        reason = "it ends with the program's output, which ends with the program"
    )]
    tokio::spawn(async move {
        let mut output = BufReader::new(output);
        while let Ok(Some(line)) = next_line(&mut output).await {
            let line = plain(&String::from_utf8_lossy(&line));
            words.keep(&line);
            // Nobody listens for lines any more; the pipe is drained all the same.
            let _ = lines.try_send(line);
        }
    });
}

/// The beginning of the next line, and the rest of it read past; none where there is no
/// more.
async fn next_line(output: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut any = false;
    loop {
        let read = output.fill_buf().await?;
        if read.is_empty() {
            return Ok(any.then_some(line));
        }
        any = true;
        let end = read.iter().position(|byte| *byte == b'\n');
        let of_line = end.unwrap_or(read.len());
        let room = LINE_MAX_BYTES - line.len();
        line.extend(read.iter().take(of_line.min(room)));
        output.consume(end.map_or(of_line, |end| end + 1));
        if end.is_some() {
            return Ok(Some(line));
        }
    }
}

/// A line without control characters, not too long.
fn plain(line: &str) -> String {
    let visible = line.trim_end().chars().filter(|it| !it.is_control());
    visible.take(LINE_MAX_CHARS).collect()
}

impl LastWords {
    fn keep(&self, line: &str) {
        if line.is_empty() {
            return;
        }
        let mut words = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if words.len() >= WORDS_LINES {
            words.pop_front();
        }
        words.push_back(line.to_owned());
    }

    /// The last line that says anything.
    fn last(&self) -> String {
        let words = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        words.back().cloned().unwrap_or_default()
    }
}

impl Child {
    /// Waits for a line or the end.
    pub async fn news(&mut self) -> News {
        if self.status.is_none() {
            tokio::select! {
                biased;
                Some(line) = self.lines.recv() => return News::Line(line),
                status = self.process.wait() => {
                    let status = status.map_or_else(|error| error.to_string(), |it| it.to_string());
                    self.status = Some(status);
                }
            }
        }
        // What it wrote last may still be on its way.
        if let Ok(Some(line)) = tokio::time::timeout(DRAIN, self.lines.recv()).await {
            return News::Line(line);
        }
        let words = self.words.last();
        let status = self.status.clone().unwrap_or_default();
        News::Exited(if words.is_empty() { status } else { words })
    }

    /// Ends the program and its children: politely, then at once.
    pub async fn end(&mut self) {
        self.signal(Signal::TERM);
        if tokio::time::timeout(PATIENCE, self.process.wait())
            .await
            .is_err()
        {
            self.signal(Signal::KILL);
            // It cannot refuse; waiting takes it off the process table.
            let _ = self.process.wait().await;
        }
    }

    fn signal(&self, signal: Signal) {
        let group = self
            .process
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        if let Some(group) = group {
            // It may have ended this instant.
            let _ = kill_process_group(group, signal);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Launch {
        Launch {
            program: PathBuf::from("/bin/sh"),
            arguments: vec!["-c".into(), script.into()],
            directory: std::env::temp_dir(),
            environment: vec![("PATH".into(), "/usr/bin:/bin".into())],
        }
    }

    #[tokio::test]
    async fn a_programs_lines_and_last_words_are_heard() {
        let spawner = Spawner::start().unwrap();
        let mut child = spawner
            .spawn(shell("echo hello; echo 'it \x1b[31mfailed' >&2; exit 3"))
            .await
            .unwrap();
        let mut lines = Vec::new();
        let words = loop {
            match child.news().await {
                News::Line(line) => lines.push(line),
                News::Exited(words) => break words,
            }
        };
        lines.sort();
        assert!(lines.contains(&"hello".to_owned()));
        assert!(words == "it [31mfailed" || words == "hello", "{words}");
    }

    #[tokio::test]
    async fn of_an_endless_line_only_the_beginning_is_held() {
        let text = format!("{}\nshort\nlast", "x".repeat(LINE_MAX_BYTES * 3));
        let mut output = BufReader::with_capacity(7, text.as_bytes());
        let first = next_line(&mut output).await.unwrap().unwrap();
        assert_eq!(first.len(), LINE_MAX_BYTES);
        assert!(first.capacity() <= LINE_MAX_BYTES * 2);
        for line in [Some("short"), Some("last"), None] {
            let next = next_line(&mut output).await.unwrap();
            assert_eq!(next.as_deref(), line.map(str::as_bytes));
        }
    }

    #[tokio::test]
    async fn a_program_gets_only_the_environment_it_is_given() {
        let spawner = Spawner::start().unwrap();
        let mut child = spawner.spawn(shell("env | wc -l")).await.unwrap();
        let News::Line(count) = child.news().await else {
            panic!("no line")
        };
        assert!(count.trim().parse::<u32>().unwrap() <= 4, "{count}");
    }

    #[tokio::test]
    async fn a_program_that_does_not_listen_is_ended_with_its_children() {
        let spawner = Spawner::start().unwrap();
        let mut child = spawner
            .spawn(shell("trap '' TERM; echo up; sleep 60 & wait; sleep 60"))
            .await
            .unwrap();
        assert_eq!(child.news().await, News::Line("up".to_owned()));
        tokio::time::timeout(Duration::from_secs(10), child.end())
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_an_error() {
        let spawner = Spawner::start().unwrap();
        let launch = Launch {
            program: PathBuf::from("/nonexistent/program"),
            ..shell("")
        };
        assert!(spawner.spawn(launch).await.is_err());
    }
}
