//! The same against a real `opencode serve`, whose model is a script, over a line that
//! loses answers after delivery. Without an OpenCode on this machine there is nothing to
//! test here; `cargo xtask test` brings one.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use domain::command::Origin;
use domain::house::ServerLink;
use domain::id::{Directory, RequestId, SessionId};
use domain::prompt::{Prompt, PromptId, PromptText};
use domain::time::Millis;
use fakes::{Chance, FakeModel, Fate, Line};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::device::Device;
use crate::nexus::{Nexus, Running};

/// A machine that has much to do starts it slowly.
const PATIENCE: Duration = Duration::from_secs(90);
const PROMPTS: u8 = 6;

/// The executable: on the PATH, or where npm puts it.
fn executable() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let modules = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../end2end/node_modules"
    ));
    let npm = ["opencode-linux-x64", "opencode-linux-x64-baseline"]
        .map(|package| modules.join(package).join("bin"));
    let mut folders = std::env::split_paths(&path).chain(npm);
    folders.find_map(|folder| Some(folder.join("opencode")).filter(|it| it.is_file()))
}

/// A real server in a folder of its own.
pub(crate) struct Real {
    _child: Child,
    pub(crate) address: String,
    pub(crate) project: PathBuf,
    _folder: tempfile::TempDir,
}

impl Real {
    /// One that asks a scripted model; none where there is no OpenCode on this machine.
    #[expect(clippy::print_stdout, reason = "a test that proves nothing says so")]
    pub(crate) async fn here() -> Option<(Self, FakeModel)> {
        let Some(executable) = executable() else {
            println!("there is no opencode here");
            return None;
        };
        let model = FakeModel::start().await;
        Some((Self::start(&executable, &model).await, model))
    }

    async fn start(executable: &PathBuf, model: &FakeModel) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("project");
        std::fs::create_dir(&project).unwrap();
        let mut command = Command::new(executable);
        command
            .args(["serve", "--hostname", "127.0.0.1", "--port", "0"])
            .current_dir(&project)
            .env("OPENCODE_CONFIG_CONTENT", model.config().to_string())
            .env("OPENCODE_DISABLE_AUTOUPDATE", "1")
            .env("OPENCODE_DISABLE_MODELS_FETCH", "1")
            .env("OPENCODE_DISABLE_LSP_DOWNLOAD", "1")
            .env("OPENCODE_DISABLE_DEFAULT_PLUGINS", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        for home in [
            "HOME",
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "XDG_STATE_HOME",
            "XDG_CACHE_HOME",
        ] {
            command.env(home, folder.path().join(home));
        }
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = tokio::time::timeout(PATIENCE, async {
            loop {
                let line = lines.next_line().await.unwrap().unwrap();
                if let Some((_, address)) = line.split_once("listening on ") {
                    return address.trim().to_owned();
                }
            }
        });
        let address = address.await.unwrap();
        Self {
            _child: child,
            address,
            project,
            _folder: folder,
        }
    }

    async fn get(&self, path: &str) -> Value {
        let answer = reqwest::get(format!("{}{path}", self.address)).await;
        serde_json::from_slice(&answer.unwrap().bytes().await.unwrap()).unwrap()
    }

    /// Waits until a session does nothing, as its stream tells of it.
    async fn until_idle(&self, session: &SessionId) {
        let events = reqwest::get(format!("{}/global/event", self.address)).await;
        let mut events = events.unwrap();
        loop {
            let running = self.get("/session/status").await;
            if running.get(session.as_str()).is_none() {
                return;
            }
            assert!(events.chunk().await.unwrap().is_some(), "the stream ended");
        }
    }
}

/// A Nexus before a real server, on a line that loses half of what is asked of it, or the
/// answers to that.
struct Setting {
    real: Real,
    model: FakeModel,
    nexus: Nexus,
    running: Running,
    session: SessionId,
}

impl Setting {
    /// None where there is no OpenCode on this machine.
    async fn new() -> Option<Self> {
        let (real, model) = Real::here().await?;
        let line = Line::at(&real.address);
        let nexus = Nexus::start(line.clone(), 7).await;
        let running = nexus.running().unwrap();
        let mut chance = Chance::new(7);
        line.befall(move |method, path| {
            let sends = method == "POST" && path.starts_with("/session");
            match chance.below(4) {
                0 | 1 if sends => Fate::Unanswered,
                2 if sends => Fate::Lost,
                _ => Fate::Well,
            }
        });
        let connected = async {
            let mut device = Device::new();
            device.open(&running).await;
            let is_connected = |device: &Device| {
                let mut servers = device.replica.house.servers.values();
                servers.any(|it| matches!(it.link, ServerLink::Connected { .. }))
            };
            while !is_connected(&device) {
                assert!(device.receive().await);
            }
        };
        tokio::time::timeout(PATIENCE, connected).await.unwrap();
        let mut this = Self {
            real,
            model,
            nexus,
            running,
            session: SessionId::new(""),
        };
        let directory = Directory::new(this.real.project.to_string_lossy());
        this.session = this.make("req_real", Origin::Directory(directory)).await;
        Some(this)
    }

    async fn make(&self, request: &str, origin: Origin) -> SessionId {
        let sessions = &self.running.host.sessions;
        patiently(request, async || {
            let (request, server) = (RequestId::new(request), self.nexus.server.clone());
            sessions.create(request, server, origin.clone()).await
        })
        .await
    }

    /// Says something until it is accepted.
    async fn say(&self, n: u8, words: &str) {
        let prompt = Prompt {
            id: PromptId::new(nexus_time(n), [n; 14]),
            text: PromptText::parse(words).ok(),
            files: Vec::new(),
            agent: None,
            model: None,
            waits: None,
        };
        let sessions = &self.running.host.sessions;
        patiently(words, async || {
            let (server, session) = (self.nexus.server.clone(), self.session.clone());
            sessions.prompt(server, session, prompt.clone()).await
        })
        .await;
    }

    /// Waits until the model was asked by so many, and the session does nothing.
    async fn rest(&self, answers: usize) {
        let rest = async {
            self.model.answered(answers).await;
            self.real.until_idle(&self.session).await;
        };
        tokio::time::timeout(PATIENCE, rest).await.unwrap();
    }

    /// How many sessions there are.
    async fn sessions(&self) -> Option<usize> {
        let made = self.real.get("/session").await;
        made.as_array().map(Vec::len)
    }

    /// What the owner said in a session, as the server has it.
    async fn said(&self, session: &SessionId) -> Vec<String> {
        let messages = self.real.get(&format!("/session/{session}/message")).await;
        let messages = messages.as_array().unwrap().iter();
        let mine = messages.filter(|message| message["info"]["role"] == "user");
        let parts = mine.flat_map(|message| message["parts"].as_array().unwrap());
        parts
            .map(|part| part["text"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_server_gets_every_prompt_once_however_many_answers_are_lost() {
    let Some(setting) = Setting::new().await else {
        return;
    };
    for n in 1..=PROMPTS {
        setting.say(n, &format!("Prompt {n}")).await;
        // Each is answered before the next: what waits in a queue is answered together.
        setting.rest(usize::from(n)).await;
    }
    assert_eq!(setting.sessions().await, Some(1));
    let right: Vec<String> = (1..=PROMPTS).map(|n| format!("Prompt {n}")).collect();
    assert_eq!(setting.said(&setting.session).await, right);
    for (prompt, times) in setting.model.asked() {
        assert_eq!(times, 1, "{prompt} was answered {times} times");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_server_runs_every_command_once_and_copies_a_session_once() {
    let Some(setting) = Setting::new().await else {
        return;
    };
    setting.say(1, "/greet the crew").await;
    setting.rest(1).await;
    for n in 2..=PROMPTS {
        setting.say(n, &format!("!echo {n} >> runs")).await;
        setting.rest(1).await;
    }
    assert_eq!(setting.model.asked()["Greet the crew"], 1);

    let origin = Origin::Fork {
        session: setting.session.clone(),
        before: None,
    };
    let copy = setting.make("req_copy", origin).await;
    assert_eq!(setting.sessions().await, Some(2));
    let said = setting.said(&setting.session).await;
    assert_eq!(setting.said(&copy).await, said);

    let right: Vec<String> = (2..=PROMPTS).map(|n| n.to_string()).collect();
    // The last one may have been accepted before it ran.
    let runs = async {
        loop {
            let runs = std::fs::read_to_string(setting.real.project.join("runs"));
            let runs: Vec<String> = runs
                .unwrap_or_default()
                .lines()
                .map(str::to_owned)
                .collect();
            if runs.len() >= right.len() {
                return runs;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let runs = tokio::time::timeout(PATIENCE, runs).await.unwrap();
    assert_eq!(runs, right);
}

fn nexus_time(n: u8) -> Millis {
    Millis(1_795_200_000_000 + u64::from(n) * 1_000)
}

/// Tries until it works, as an outbox does.
async fn patiently<T, E: std::fmt::Debug>(
    what: &str,
    mut attempt: impl AsyncFnMut() -> Result<T, E>,
) -> T {
    let mut last = None;
    let tries = async {
        loop {
            match attempt().await {
                Ok(done) => return done,
                Err(why) => last = Some(why),
            }
            // An attempt that failed has taken its time on the line.
            tokio::task::yield_now().await;
        }
    };
    let done = tokio::time::timeout(PATIENCE, tries).await;
    assert!(done.is_ok(), "{what}: {last:?}");
    done.unwrap()
}
