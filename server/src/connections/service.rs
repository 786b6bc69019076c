//! The background service of OpenCode 2: its own terminal starts it, and it outlives that.
//! Where it is and what it wants to hear stands in a file, anew with each start.
//!
//! It is only used: never started, never ended. The names and fields of the file were
//! measured by others on 2.0.x and never seen here (decision 0018).

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use domain::house::ServerFault;
use opencode::{Address, Client, Credentials};
use serde::Deserialize;

use super::USER;
use crate::relay::handle::Target;

/// What the file is called; before 2.0.4 otherwise.
const FILES: [&str; 2] = ["service.json", "server.json"];
/// The longest file that is read, in bytes: it holds five short fields.
const FILE_MAX_BYTES: u64 = 16 * 1024;

/// What the file says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Service {
    url: String,
    pid: u32,
    password: String,
}

/// Where OpenCode keeps its state: below `state`, else below the `home` of its user.
fn state_directory(state: Option<OsString>, home: Option<OsString>) -> Option<PathBuf> {
    let set = |it: Option<OsString>| it.filter(|it| !it.is_empty()).map(PathBuf::from);
    let state = set(state).or_else(|| Some(set(home)?.join(".local/state")))?;
    Some(state.join("opencode"))
}

/// Where the OpenCode of this machine and user keeps its state.
pub(super) fn state_here() -> Option<PathBuf> {
    state_directory(std::env::var_os("XDG_STATE_HOME"), std::env::var_os("HOME"))
}

/// The service whose file is in `directory`, if its process lives.
pub(super) async fn find(directory: &Path) -> Option<Service> {
    for name in FILES {
        let path = directory.join(name);
        let Ok(about) = tokio::fs::metadata(&path).await else {
            continue;
        };
        if about.len() > FILE_MAX_BYTES {
            continue;
        }
        let Ok(text) = tokio::fs::read_to_string(&path).await else {
            continue;
        };
        match serde_json::from_str::<Service>(&text) {
            Ok(service) if lives(service.pid).await => return Some(service),
            // What a crash left behind, or another program's file.
            Ok(_) | Err(_) => {}
        }
    }
    None
}

/// Whether there is such a process, as far as the system tells it by files.
async fn lives(pid: u32) -> bool {
    match tokio::fs::try_exists("/proc/self").await {
        Ok(true) => tokio::fs::try_exists(format!("/proc/{pid}"))
            .await
            .unwrap_or(false),
        Ok(false) | Err(_) => true,
    }
}

impl Service {
    /// Where to connect. None where that is not on this machine: the file is not believed.
    pub(super) fn target(&self) -> Option<Target> {
        let address = Address::parse(&self.url).ok()?;
        address.is_loopback().then(|| Target {
            address,
            credentials: Some(Credentials {
                user: USER.to_owned(),
                password: self.password.clone().into(),
            }),
        })
    }
}

/// Whether an OpenCode is at `target`, with or without the right password.
pub(super) async fn answers(target: &Target, version: &str) -> bool {
    let Ok(client) = Client::new(&target.address, target.credentials.clone(), version) else {
        return false;
    };
    matches!(
        opencode::probe(&client).await,
        Ok(_) | Err(ServerFault::Unauthorized)
    )
}

#[cfg(test)]
mod tests {
    use fakes::FakeOpenCode2;
    use fakes::opencode2::PASSWORD;
    use serde_json::json;

    use super::*;

    fn said(url: &str, pid: u32) -> String {
        json!({ "id": "x", "version": "2.0.24", "url": url, "pid": pid, "password": PASSWORD })
            .to_string()
    }

    #[tokio::test]
    async fn a_service_that_lives_is_found_by_its_file_and_answers() {
        let server = FakeOpenCode2::start().await;
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("service.json");
        assert_eq!(find(directory.path()).await, None);
        std::fs::write(&file, said(&server.url(), std::process::id())).unwrap();
        let found = find(directory.path()).await.unwrap();
        let target = found.target().unwrap();
        assert_eq!(target.address.to_string(), server.url());
        assert!(answers(&target, "0.0.0").await);
    }

    #[tokio::test]
    async fn what_a_crash_left_behind_or_leads_elsewhere_is_not_used() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("service.json");
        // No process has this number: it is beyond what systems give.
        std::fs::write(&file, said("http://127.0.0.1:9", u32::MAX)).unwrap();
        let left = find(directory.path()).await;
        assert!(left.is_none() || !Path::new("/proc/self").exists());
        std::fs::write(&file, "no JSON").unwrap();
        assert_eq!(find(directory.path()).await, None);
        std::fs::write(&file, said("http://192.0.2.1:80", std::process::id())).unwrap();
        let elsewhere = find(directory.path()).await.unwrap();
        assert!(elsewhere.target().is_none());
    }

    #[test]
    fn its_state_is_where_the_environment_says() {
        let of = |state: &str, home: &str| {
            let directory = state_directory(Some(state.into()), Some(home.into()));
            directory.map(|it| it.display().to_string())
        };
        assert_eq!(of("", "/h").unwrap(), "/h/.local/state/opencode");
        assert_eq!(of("/s", "/h").unwrap(), "/s/opencode");
        assert_eq!(of("", ""), None);
    }
}
