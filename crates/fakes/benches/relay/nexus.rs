//! The built executable on a throw-away data directory, used as a browser would.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

use crate::reader::Reader;

const USER: &str = "bench";
const PASSWORD: &str = "Correct7horse-battery";
/// The start, and the hash of a password.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Nexus {
    child: Child,
    folder: PathBuf,
    address: String,
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

    /// Opens a stream that follows `session`, once the server is primed.
    pub(crate) async fn follow(&self, session: &str) -> Reader {
        let form = format!("user_name={USER}&password={PASSWORD}");
        let answer = self
            .client
            .post(format!("{}/login", self.address))
            .header("origin", &self.address)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .unwrap();
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
        let build = after.split('"').next().unwrap();

        let server = tokio::time::timeout(PATIENCE, self.primed(&cookies, build))
            .await
            .expect("the server was not primed");
        let focus = json!([{ "server": server, "session": session, "held": false }]);
        let reader = Reader::of(self.open(&cookies, build, focus).await);
        // The window arrives within moments of the stream's opening; words are only sent
        // after a quiet time anyway.
        reader
    }

    /// The server's id, from the first frame that holds its index.
    async fn primed(&self, cookies: &str, build: &str) -> String {
        let mut body = self.open(cookies, build, json!([])).await.bytes_stream();
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

    async fn open(&self, cookies: &str, build: &str, sessions: Value) -> reqwest::Response {
        let body = json!({
            "protocol": 1, "build": build, "cursor": {},
            "focus": { "sessions": sessions, "index": 10, "visible": true },
        });
        self.client
            .post(format!("{}/api/stream", self.address))
            .header("origin", &self.address)
            .header("cookie", cookies)
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
