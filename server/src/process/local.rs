//! An `opencode serve` of our own on this machine: found, started on loopback with a
//! password that only we know, started again when it ends, ended with us.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::time::Millis;
use secrecy::{ExposeSecret, SecretString};
use tokio::process::Command;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::child::{Heard, Nursery, Running};
use super::machine::{Effect, Event, Machine, State, Timer};
use crate::clock::Clock;

/// The user name OpenCode expects unless told otherwise.
pub const USER: &str = "opencode";
/// The line by which `opencode serve` says where it listens.
const LISTENING: &str = "listening on http://127.0.0.1:";
/// Orders waiting; there are two kinds of them, and each replaces the last.
const ORDERS_WAITING: usize = 8;

/// What is needed to start one.
#[derive(Clone, Debug)]
pub struct LocalSettings {
    /// The program; looked for on the `PATH` where it is a bare name.
    pub program: PathBuf,
    /// The directory it works in unless a session says otherwise.
    pub directory: PathBuf,
    /// The password it is to ask for.
    pub password: SecretString,
}

/// How it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalState {
    /// How the process stands.
    pub process: State,
    /// The port it listens on, once it has said so; kept over restarts.
    pub port: Option<u16>,
}

/// The handle to it; cheap to clone.
#[derive(Clone, Debug)]
pub struct Local {
    orders: mpsc::Sender<Event>,
    state: watch::Receiver<LocalState>,
}

impl Local {
    /// How it stands, and how that changes.
    pub fn state(&self) -> watch::Receiver<LocalState> {
        self.state.clone()
    }

    /// Makes it run; tries again at once where it was given up.
    pub async fn want(&self) {
        // The supervisor ends only with the program.
        let _ = self.orders.send(Event::Wanted).await;
    }

    /// Ends it.
    pub async fn unwant(&self) {
        let _ = self.orders.send(Event::Unwanted).await;
    }

    /// The supervisor of one, and the handle to it. The future is to be spawned; it ends
    /// the child and itself when `end` is cancelled.
    pub fn supervise(
        settings: LocalSettings,
        nursery: Nursery,
        clock: Arc<dyn Clock>,
        end: CancellationToken,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (orders, inbox) = mpsc::channel(ORDERS_WAITING);
        let first = LocalState {
            process: State::Stopped,
            port: None,
        };
        let (publish, state) = watch::channel(first);
        let supervisor = Supervisor {
            settings,
            nursery,
            clock,
            inbox,
            publish,
            machine: Machine::default(),
            child: None,
            alarm: None,
            port: None,
        };
        (Self { orders, state }, supervisor.run(end))
    }
}

struct Supervisor {
    settings: LocalSettings,
    nursery: Nursery,
    clock: Arc<dyn Clock>,
    inbox: mpsc::Receiver<Event>,
    publish: watch::Sender<LocalState>,
    machine: Machine,
    child: Option<Running>,
    alarm: Option<(Timer, Millis)>,
    port: Option<u16>,
}

impl Supervisor {
    async fn run(mut self, end: CancellationToken) {
        loop {
            let event = tokio::select! {
                () = end.cancelled() => break,
                Some(order) = self.inbox.recv() => order,
                heard = hear(&mut self.child) => match self.understand(heard) {
                    Some(event) => event,
                    None => continue,
                },
                timer = ring(self.alarm, self.clock.now()) => {
                    self.alarm = None;
                    Event::Timer(timer)
                }
            };
            self.take_in(event).await;
        }
        if let Some(child) = self.child.take() {
            child.stop().await;
        }
    }

    fn understand(&mut self, heard: Heard) -> Option<Event> {
        match heard {
            Heard::Line(line) => {
                let (_, rest) = line.split_once(LISTENING)?;
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                self.port = Some(digits.parse().ok()?);
                Some(Event::Ready)
            }
            Heard::Ended(ending) => {
                self.child = None;
                let why = ending.sentence();
                tracing::warn!(opencode.end = %why, "our OpenCode ended");
                Some(Event::Exited { why })
            }
        }
    }

    async fn take_in(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for effect in self.machine.handle(event, self.clock.now()) {
                match effect {
                    Effect::Start => match self.nursery.start(self.command()).await {
                        Ok(child) => self.child = Some(child),
                        Err(error) => {
                            let program = self.settings.program.display();
                            let why = if error.kind() == std::io::ErrorKind::NotFound {
                                format!("{program} was not found")
                            } else {
                                format!("{program} could not be started: {error}")
                            };
                            events.push(Event::NotStarted { why });
                        }
                    },
                    Effect::Stop => {
                        if let Some(child) = self.child.take() {
                            let why = child.stop().await.sentence();
                            events.push(Event::Exited { why });
                        }
                    }
                    Effect::Wake { timer, at } => self.alarm = Some((timer, at)),
                }
            }
        }
        self.publish.send_replace(LocalState {
            process: self.machine.state().clone(),
            port: self.port,
        });
    }

    /// The same port again after a restart: the address is part of what devices know.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.settings.program);
        let port = self.port.unwrap_or(0).to_string();
        command.args(["serve", "--hostname", "127.0.0.1", "--port", &port]);
        command.current_dir(&self.settings.directory);
        let password = self.settings.password.expose_secret();
        // 1.x and 2.x look for it under different names.
        command
            .env("OPENCODE_SERVER_PASSWORD", password)
            .env("OPENCODE_PASSWORD", password);
        command.env("OPENCODE_SERVER_USERNAME", USER);
        command
    }
}

async fn hear(child: &mut Option<Running>) -> Heard {
    match child {
        Some(child) => child.hear().await,
        None => std::future::pending().await,
    }
}

async fn ring(alarm: Option<(Timer, Millis)>, now: Millis) -> Timer {
    match alarm {
        Some((timer, at)) => {
            tokio::time::sleep(Duration::from_millis(at.since(now))).await;
            timer
        }
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::clock::SystemClock;

    /// A program that stands in for `opencode`.
    fn program(folder: &std::path::Path, script: &str) -> PathBuf {
        let path = folder.join("opencode");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
        path
    }

    fn supervise(program: PathBuf, folder: &std::path::Path) -> (Local, CancellationToken) {
        let end = CancellationToken::new();
        let settings = LocalSettings {
            program,
            directory: folder.to_owned(),
            password: SecretString::from("a password"),
        };
        let (local, supervisor) = Local::supervise(
            settings,
            Nursery::open().unwrap(),
            Arc::new(SystemClock),
            end.clone(),
        );
        #[expect(clippy::disallowed_methods, reason = "a test has no tracker")]
        tokio::spawn(supervisor);
        (local, end)
    }

    #[tokio::test]
    async fn it_is_up_when_it_says_where_it_listens_and_keeps_its_port() {
        let folder = tempfile::tempdir().unwrap();
        let script = r#"echo "$@ $OPENCODE_SERVER_PASSWORD" >> calls
echo "opencode server listening on http://127.0.0.1:41234"
[ -e second ] && exec sleep 600
touch second; exit 1"#;
        let (local, end) = supervise(program(folder.path(), script), folder.path());
        local.want().await;
        let mut state = local.state();
        let calls = || std::fs::read_to_string(folder.path().join("calls")).unwrap_or_default();
        state
            .wait_for(|state| {
                matches!(state.process, State::Up { .. }) && calls().lines().count() == 2
            })
            .await
            .unwrap();
        assert_eq!(state.borrow().port, Some(41234));
        assert_eq!(
            calls(),
            "serve --hostname 127.0.0.1 --port 0 a password\n\
             serve --hostname 127.0.0.1 --port 41234 a password\n"
        );
        end.cancel();
    }

    #[tokio::test]
    async fn a_missing_program_is_failed_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let (local, end) = supervise(folder.path().join("nothing"), folder.path());
        local.want().await;
        let mut state = local.state();
        state
            .wait_for(|state| match &state.process {
                State::Failed { why } => why.contains("nothing was not found"),
                State::Stopped
                | State::Starting { .. }
                | State::Up { .. }
                | State::Backoff { .. } => false,
            })
            .await
            .unwrap();
        end.cancel();
    }
}
