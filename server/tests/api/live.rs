//! The live parts against a fake OpenCode, with `Replica` as the device: what happens
//! there is seen here, whatever breaks in between.

mod asks;
mod bulk;
mod commands;
mod composing;
mod connections;
mod device;
mod faults;
mod history;
mod polling;
mod review;
mod second;
mod steering;
mod turns;

use std::sync::{Arc, LazyLock};

use app::host::Host;
use axum::{Extension, Router};
use domain::house::ServerLink;
use domain::id::{Directory, ServerId, SessionId};
use domain::prompt::{Prompt, PromptId, PromptText};
use domain::sync::Viewing;
use domain::time::Millis;
use fakes::opencode::FakeOpenCode;
use serde_json::{Value, json};
use server::auth::SignedIn;
use server::clock::{Clock, SystemClock};
use server::config::OpenCodeChoice;
use server::host::{self, LiveParts};
use server::http::page_source::PageSource;
use server::lifecycle::Lifecycle;
use server::relay::network::Network;
use server::secrets::Vault;
use server::store::Store;
use server::uploads::Uploads;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

pub(super) use device::Device;

pub(super) const DIRECTORY: &str = fakes::opencode::DIRECTORY;

/// The live parts over one fake server, of 1.x where nothing else is said.
pub(super) struct Nexus<S = FakeOpenCode> {
    pub(super) opencode: S,
    pub(super) host: Host,
    pub(super) pages: Arc<dyn PageSource>,
    pub(super) life: Lifecycle,
    pub(super) ended: CancellationToken,
    pub(super) server: ServerId,
    pub(super) store: Store,
    url: String,
    vault: Arc<Vault>,
    routes: Router,
    files: TempDir,
}

impl Nexus {
    pub(super) async fn new() -> Self {
        Self::over(FakeOpenCode::start().await).await
    }

    pub(super) async fn over(opencode: FakeOpenCode) -> Self {
        let url = opencode.url();
        Self::at(opencode, url).await
    }
}

impl<S> Nexus<S> {
    /// Over a server that listens at `url`.
    pub(super) async fn at(opencode: S, url: String) -> Self {
        let store = Store::memory().unwrap();
        let vault = Arc::new(Vault::ephemeral());
        let life = Lifecycle::new();
        let files = tempfile::tempdir().unwrap();
        let parts = LiveParts {
            store: store.clone(),
            uploads: Uploads::new(files.path().join("uploads")),
            vault: Arc::clone(&vault),
            clock: Arc::new(SystemClock) as Arc<dyn Clock>,
            life: life.clone(),
            build: "build".to_owned(),
            network: Network::default(),
        };
        let choice = OpenCodeChoice::At(url.clone());
        let started = host::start(parts, &choice).await.unwrap();
        let page = started.pages.snapshot("keeper", None).await.unwrap();
        let server = page.house.servers.keys().next().unwrap().clone();
        Self {
            opencode,
            url,
            host: started.host,
            pages: started.pages,
            life,
            ended: CancellationToken::new(),
            server,
            store,
            vault,
            routes: started.routes,
            files,
        }
    }

    /// The program started once more over what this one has saved.
    pub(super) async fn again(&self) -> Again {
        let life = Lifecycle::new();
        let parts = LiveParts {
            store: self.store.clone(),
            uploads: Uploads::new(self.files.path().join("uploads")),
            vault: Arc::clone(&self.vault),
            clock: Arc::new(SystemClock) as Arc<dyn Clock>,
            life: life.clone(),
            build: "build".to_owned(),
            network: Network::default(),
        };
        let choice = OpenCodeChoice::At(self.url.clone());
        let started = host::start(parts, &choice).await.unwrap();
        Again {
            host: started.host,
            pages: started.pages,
            life,
        }
    }

    /// Where the server is.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The routes as the owner reaches them.
    pub(super) fn routes(&self) -> Router {
        let signed_in = SignedIn {
            session: 1,
            owner: "keeper".into(),
            proved: Millis(0),
            ended: self.ended.clone(),
        };
        self.routes.clone().layer(Extension(signed_in))
    }

    pub(super) fn viewing(&self, session: &str) -> Viewing {
        Viewing {
            server: self.server.clone(),
            session: SessionId::new(session),
        }
    }

    /// A device that looks at `session`, up to date.
    pub(super) async fn device(&self, session: &str) -> Device {
        let mut device = Device::new(Some(self.viewing(session)));
        device.open(self).await;
        device.until_held(session).await;
        device
    }

    pub(super) async fn connected(&self) {
        let mut device = Device::new(None);
        device.open(self).await;
        device
            .until(|replica| {
                let mut servers = replica.house.servers.values();
                servers.any(|it| matches!(it.link, ServerLink::Connected { .. }))
                    && !replica.mirrors.is_empty()
            })
            .await;
    }

    pub(super) async fn prompt(
        &self,
        session: &str,
        prompt: &Prompt,
    ) -> Result<(), app::fault::Fault> {
        let session = SessionId::new(session);
        let sessions = &self.host.sessions;
        sessions
            .prompt(self.server.clone(), session, prompt.clone())
            .await
    }
}

impl Nexus {
    /// The agent begins to answer in `session`: message `msg_1`, an open text `prt_1`.
    pub(super) fn begin_answer(&self, session: &str) {
        self.opencode.push(status(session, "busy"));
        self.opencode.push(message(session, "msg_1"));
        self.opencode
            .push(text(session, "msg_1", "prt_1", "", false));
    }
}

/// The same program, started once more.
pub(super) struct Again {
    pub(super) host: Host,
    pub(super) pages: Arc<dyn PageSource>,
    life: Lifecycle,
}

impl Drop for Again {
    fn drop(&mut self) {
        self.life.soft().cancel();
        self.life.hard().cancel();
    }
}

impl<S> Drop for Nexus<S> {
    fn drop(&mut self) {
        self.life.soft().cancel();
        self.life.hard().cancel();
    }
}

pub(super) fn prompt(n: u8) -> Prompt {
    /// The same prompt is the same whenever it is made.
    static BEGAN: LazyLock<Millis> = LazyLock::new(|| SystemClock.now());
    Prompt {
        id: PromptId::new(BEGAN.plus(u64::from(n)), [n; 14]),
        text: PromptText::parse("Hello").ok(),
        files: Vec::new(),
        agent: None,
        model: None,
        waits: None,
    }
}

pub(super) fn directory() -> Directory {
    Directory::new(DIRECTORY)
}

pub(super) fn status(session: &str, kind: &str) -> Value {
    json!({ "type": "session.status", "directory": DIRECTORY, "properties":
        { "sessionID": session, "status": { "type": kind } } })
}

pub(super) fn said(session: &str, message: &str) -> Value {
    json!({
        "id": message, "sessionID": session, "role": "assistant", "parentID": "msg_parent",
        "providerID": "scripted", "modelID": "scripted-1", "mode": "build", "agent": "build",
        "path": { "cwd": DIRECTORY, "root": DIRECTORY }, "cost": 0,
        "tokens": { "input": 0, "output": 0, "reasoning": 0, "cache": { "read": 0, "write": 0 } },
        "time": { "created": 1_795_300_000_000_u64 },
    })
}

pub(super) fn message(session: &str, message: &str) -> Value {
    json!({ "type": "message.updated", "directory": DIRECTORY, "properties":
        { "sessionID": session, "info": said(session, message) } })
}

pub(super) fn text(session: &str, message: &str, part: &str, text: &str, ended: bool) -> Value {
    let time = if ended {
        json!({ "start": 1_795_300_000_000_u64, "end": 1_795_300_001_000_u64 })
    } else {
        json!({ "start": 1_795_300_000_000_u64 })
    };
    json!({ "type": "message.part.updated", "directory": DIRECTORY, "properties":
        { "sessionID": session, "time": 1, "part":
            { "id": part, "sessionID": session, "messageID": message, "type": "text",
              "text": text, "time": time } } })
}

pub(super) fn delta(session: &str, message: &str, part: &str, delta: &str) -> Value {
    json!({ "type": "message.part.delta", "directory": DIRECTORY, "properties":
        { "sessionID": session, "messageID": message, "partID": part, "field": "text",
          "delta": delta } })
}
