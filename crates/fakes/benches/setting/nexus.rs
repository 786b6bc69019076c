//! The built executable on a throw-away data directory, used as a browser would.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

const USER: &str = "bench";
const PASSWORD: &str = "Correct7horse-battery";
/// The start, and the hash of a password.
const PATIENCE: Duration = Duration::from_secs(20);

/// The owner, signed in.
pub(crate) struct SignedIn {
    pub(crate) cookies: String,
    pub(crate) build: String,
    pub(crate) server: String,
}

pub(crate) struct Nexus {
    pub(crate) child: Child,
    folder: PathBuf,
    pub(crate) address: String,
    client: reqwest::Client,
}

impl Nexus {
    pub(crate) async fn start(executable: &OsStr, opencode: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("nexus-bench-{}", std::process::id()));
        let data = folder.as_os_str();
        let mut create = Command::new(executable)
            .args(["owner", "create", "--user-name", USER, "--data-dir"])
            .arg(data)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdin = create.stdin.take().unwrap();
        stdin
            .write_all(format!("{PASSWORD}\n").as_bytes())
            .await
            .unwrap();
        drop(stdin);
        assert!(
            create.wait().await.unwrap().success(),
            "the owner was not created"
        );

        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let address = format!("http://127.0.0.1:{port}");
        let child = Command::new(executable)
            .args([
                "serve",
                "--listen",
                &format!("127.0.0.1:{port}"),
                "--opencode",
                opencode,
            ])
            .arg("--data-dir")
            .arg(data)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let nexus = Self {
            child,
            folder,
            address,
            client,
        };
        tokio::time::timeout(PATIENCE, nexus.healthy())
            .await
            .expect("Nexus did not start");
        nexus
    }

    async fn healthy(&self) {
        while self
            .client
            .get(format!("{}/healthz", self.address))
            .send()
            .await
            .is_err()
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Signs in, as often as that is allowed.
    pub(crate) async fn sign_in(&self) -> SignedIn {
        let form = format!("user_name={USER}&password={PASSWORD}");
        let answer = loop {
            let answer = self
                .client
                .post(format!("{}/login", self.address))
                .header("origin", &self.address)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.clone())
                .send()
                .await
                .unwrap();
            if answer.status() != reqwest::StatusCode::TOO_MANY_REQUESTS {
                break answer;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        };
        let cookies: Vec<&str> = answer
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
            .collect();
        let cookies = cookies.join("; ");
        assert!(!cookies.is_empty(), "no cookie: {}", answer.status());
        let page = self
            .client
            .get(&self.address)
            .header("cookie", &cookies)
            .send()
            .await
            .unwrap();
        let page = page.text().await.unwrap();
        let (_, after) = page
            .split_once("\"build\":\"")
            .expect("a page with its snapshot");
        let build = after.split('"').next().unwrap().to_owned();
        let mut signed_in = SignedIn {
            cookies,
            build,
            server: String::new(),
        };
        signed_in.server = tokio::time::timeout(PATIENCE, self.primed(&signed_in))
            .await
            .expect("the server was not primed");
        signed_in
    }

    /// Opens a stream that follows `session`.
    pub(crate) async fn open(&self, by: &SignedIn, session: &str) -> reqwest::Response {
        let focus = json!([{ "server": by.server, "session": session, "held": false }]);
        self.stream(by, focus).await
    }

    /// The server's id, from the first frame that holds its index.
    async fn primed(&self, by: &SignedIn) -> String {
        let mut body = self.stream(by, json!([])).await.bytes_stream();
        let mut text = String::new();
        while let Some(Ok(bytes)) = body.next().await {
            text.push_str(&String::from_utf8_lossy(&bytes));
            for line in text.lines().filter_map(|line| line.strip_prefix("data:")) {
                if let Ok(frame) = serde_json::from_str::<Value>(line)
                    && let Some(server) = frame["reset"]["server"].as_str()
                {
                    return server.to_owned();
                }
            }
        }
        panic!("the stream ended: {text}")
    }

    async fn stream(&self, by: &SignedIn, sessions: Value) -> reqwest::Response {
        let body = json!({
            "protocol": 1, "build": by.build, "cursor": {},
            "focus": { "sessions": sessions, "index": 10, "visible": true },
        });
        self.client
            .post(format!("{}/api/stream", self.address))
            .header("origin", &self.address)
            .header("cookie", &by.cookies)
            .header("content-type", "application/json")
            .body(body.to_string())
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn stop(mut self) {
        self.child.kill().await.unwrap();
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}
