//! Finds out what speaks at an address: by content type and body, never by version or
//! status alone, because OpenCode answers unknown routes with a web page and status 200.

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
    /// Which protocol it speaks.
    pub family: Family,
    /// Its version, to be shown.
    pub version: Option<String>,
    /// Whether it answers without a password.
    pub open_to_all: bool,
    /// Whether it keeps a log of the past that can be asked.
    pub sync_history: bool,
}

/// Asks what speaks there.
pub async fn probe(client: &Client) -> Result<Probe, ServerFault> {
    let old = ask(client, "/global/health").await?;
    let new = ask(client, "/api/health").await?;
    let old_health = health(&old).filter(|it| it.version.is_some());
    let new_health = health(&new);
    if let Some(health) = old_health {
        return Ok(Probe {
            family: if new_health.is_some() {
                Family::Hybrid
            } else {
                Family::V1
            },
            version: health.version,
            open_to_all: is_open(client, "/global/health").await,
            sync_history: keeps_a_log(client).await,
        });
    }
    if let Some(health) = new_health.or(health(&ask(client, "/api/info").await?)) {
        let version = health.version;
        return Ok(Probe {
            family: Family::V2,
            version,
            open_to_all: is_open(client, "/api/info").await,
            sync_history: false,
        });
    }
    Err(stranger(&old, &new))
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
