//! Finds out what speaks at an address: by content type and body, never by version or
//! status alone, because OpenCode answers unknown routes with a web page and status 200.
//!
//! Four families of servers are told apart. What is said here of 2.x was measured by others
//! on its betas and on 2.0.6; it was never seen here.

use std::time::Duration;

use domain::house::{Family, ServerFault};
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::wire::workspace::Health;

/// How long one attempt waits. A request accepted while a server starts may never be
/// answered, so it is given up early and made again.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);
/// How often a silent server is asked.
pub const ATTEMPTS: u32 = 3;

/// How long a server that is connected may take to say that it is well.
const CHECK_TIMEOUT: Duration = Duration::from_secs(5);

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// What it speaks.
    pub tongue: Tongue,
    /// Its version, to be shown.
    pub version: Option<String>,
    /// Whether it answers without a password.
    pub open_to_all: bool,
    /// Whether it keeps a log of the past that can be asked.
    pub sync_history: bool,
}

impl Probe {
    /// Which protocol it speaks, as devices are told.
    pub fn family(&self) -> Family {
        match self.tongue {
            Tongue::V1 => Family::V1,
            Tongue::Hybrid => Family::Hybrid,
            Tongue::EarlyV2 | Tongue::CurrentV2 => Family::V2,
        }
    }
}

/// What a server speaks, as far as routes and bodies differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    /// V1 routes only.
    V1,
    /// V1 routes and a first set of new ones, which are another engine (1.17 to 1.19).
    Hybrid,
    /// `/api` alone, as the betas and 2.0.0 to 2.0.3 had it \[M 2.0.3\].
    EarlyV2,
    /// `/api` alone, from 2.0.4 on \[M 2.0.6\].
    CurrentV2,
}

impl Tongue {
    /// Whether it is that of 2.x.
    pub fn is_second(self) -> bool {
        match self {
            Tongue::V1 | Tongue::Hybrid => false,
            Tongue::EarlyV2 | Tongue::CurrentV2 => true,
        }
    }
}

/// With a version: V1 and hybrid.
const OLD_HEALTH: &str = "/global/health";
/// Without a version: hybrid, beside the old one. With one: early V2.
const NEW_HEALTH: &str = "/api/health";
/// With a version: current V2. Others answer with a page or a refusal.
const INFO: &str = "/api/info";
/// Where some of the betas have what others have at `/api/health` \[M\].
const STATUS: &str = "/api/status";

/// Asks what speaks there.
pub async fn probe(client: &Client) -> Result<Probe, ServerFault> {
    let old = ask(client, OLD_HEALTH).await?;
    let new = ask(client, NEW_HEALTH).await?;
    if let Some(version) = version(&old) {
        let tongue = if health(&new).is_some() {
            Tongue::Hybrid
        } else {
            Tongue::V1
        };
        return Ok(Probe {
            tongue,
            version: Some(version),
            open_to_all: is_open(client, OLD_HEALTH).await,
            sync_history: keeps_a_log(client).await,
        });
    }
    let info = ask(client, INFO).await?;
    let found = if let Some(version) = version(&info) {
        Some((Tongue::CurrentV2, version, INFO))
    } else if let Some(version) = version(&new) {
        Some((Tongue::EarlyV2, version, NEW_HEALTH))
    } else {
        let status = ask(client, STATUS).await?;
        version(&status).map(|version| (Tongue::EarlyV2, version, STATUS))
    };
    let Some((tongue, version, path)) = found else {
        return Err(stranger(&old, &info));
    };
    Ok(Probe {
        tongue,
        version: Some(version),
        open_to_all: is_open(client, path).await,
        sync_history: false,
    })
}

/// Whether a server is well, asked once: its version.
pub(crate) async fn check(client: &Client, path: &str) -> Result<Option<String>, ServerFault> {
    let answer = client.get(path).timeout(CHECK_TIMEOUT).send().await?;
    match health(&answer) {
        Some(health) => Ok(health.version),
        None => Err(stranger(&answer, &answer)),
    }
}

/// One question, asked again while there is only silence.
async fn ask(client: &Client, path: &str) -> Result<Answer, ServerFault> {
    for _ in 1..ATTEMPTS {
        match client.get(path).timeout(ATTEMPT_TIMEOUT).send().await {
            Err(ServerFault::TimedOut) => {}
            answered => return answered,
        }
    }
    client.get(path).timeout(ATTEMPT_TIMEOUT).send().await
}

/// The version in an answer that is JSON of a server that is well.
fn version(answer: &Answer) -> Option<String> {
    health(answer)?
        .version
        .filter(|version| !version.is_empty())
}

fn health(answer: &Answer) -> Option<Health> {
    if !answer.status().is_success() {
        return None;
    }
    let health: Health = answer.as_json()?;
    // A list of anything would pass for an object without fields.
    (health.healthy || health.version.is_some()).then_some(health)
}

/// Whether the server answers those who give no password.
async fn is_open(client: &Client, path: &str) -> bool {
    if !client.has_credentials() {
        return true;
    }
    ask(&client.anonymous(), path)
        .await
        .is_ok_and(|answer| health(&answer).is_some())
}

/// Whether the log can be asked. The question is one that it must refuse: a right one would
/// be answered with the whole log.
async fn keeps_a_log(client: &Client) -> bool {
    let wrong = json!({ "ses_probe": "not a number" });
    let answer = client
        .post("/sync/history", &wrong)
        .timeout(ATTEMPT_TIMEOUT)
        .send()
        .await;
    answer.is_ok_and(|answer| {
        answer.status().is_client_error() && answer.as_json::<Value>().is_some()
    })
}

/// What to say of something that is no OpenCode server, or hides that it is.
fn stranger(old: &Answer, new: &Answer) -> ServerFault {
    if old.wants_password() || new.wants_password() {
        return ServerFault::Unauthorized;
    }
    if old.is_html() || new.is_html() {
        return ServerFault::NotOpenCode;
    }
    if old.status().is_success() {
        // Something answers happily, but neither OpenCode's JSON nor its web page.
        return ServerFault::Garbled;
    }
    ServerFault::Failed {
        status: old.status().as_u16(),
    }
}
