//! Sessions: listing, looking up, making.

use std::collections::{BTreeMap, BTreeSet};

use domain::house::ServerFault;
use domain::id::{Directory, RequestId, SessionId};
use domain::session::{Session, SessionStatus};
use domain::time::Millis;
use serde_json::{Value, json};

use super::{each, segment, workspace};
use crate::client::{Client, Page};
use crate::dialect::{InUse, Listed};
use crate::fault::CallFault;
use crate::translate;
use crate::wire;
use crate::wire::session::FORKED;

/// How many sessions one page asks for: a server answers a hundred in some 20 ms.
const PAGE: usize = 500;
/// How many pages are read at most; a server that never comes to an end is not believed.
const PAGES_MAX: usize = 200;
/// How many directories are asked where a server lists the sessions of one alone.
const DIRECTORIES_MAX: usize = 16;
/// How many sessions of a directory are looked through for one that was just made.
pub(super) const LATEST: &str = "100";
/// Where a session's metadata keep the request that made it.
const REQUEST: &str = "nexusRequest";

/// All sessions of all directories; of an old server those of directories in use.
pub(super) async fn all(client: &Client, in_use: &InUse) -> Result<Listed, CallFault> {
    match across_directories(client).await {
        Ok(sessions) => Ok(Listed {
            sessions,
            only: None,
            marks: Vec::new(),
        }),
        // An old server does not know the route and sends its web page.
        Err(CallFault::Down(ServerFault::NotOpenCode) | CallFault::NotFound) => {
            directory_by_directory(client, in_use).await
        }
        Err(fault) => Err(fault),
    }
}

/// The list pages by the time of last use: `cursor` asks for what is older. Sessions of
/// equal time may stand on both sides of a page's end, so each page is asked for from one
/// millisecond later than the last ended, and what comes twice is dropped.
async fn across_directories(client: &Client) -> Result<Vec<Session>, CallFault> {
    let mut seen = BTreeSet::new();
    let mut sessions = Vec::new();
    let mut cursor: Option<u64> = None;
    let mut limit = PAGE;
    for _ in 0..PAGES_MAX {
        let mut request = client
            .get("/experimental/session")
            .query("archived", "true")
            .query("limit", &limit.to_string());
        if let Some(cursor) = cursor {
            request = request.query("cursor", &cursor.to_string());
        }
        let Page { body, next } = request.page::<Vec<Value>>().await?;
        let full = body.len() >= limit;
        let before = sessions.len();
        for session in each("sessions", body).map(translate::session::session) {
            if seen.insert(session.id.clone()) {
                sessions.push(session);
            }
        }
        let next = next.and_then(|next| next.parse::<u64>().ok());
        let Some(next) = next.filter(|_| full) else {
            return Ok(sessions);
        };
        if sessions.len() == before {
            // A whole page of one and the same time: only a larger page leads past it.
            limit *= 2;
        }
        cursor = Some(next.saturating_add(1));
    }
    tracing::warn!(sessions = sessions.len(), "the list of sessions has no end");
    Ok(sessions)
}

/// Where the list is of one directory, only those in use are asked, because each gets an
/// instance by that: where something is done, where the server itself is, and the projects
/// in which something was done lately.
async fn directory_by_directory(client: &Client, in_use: &InUse) -> Result<Listed, CallFault> {
    let projects: Vec<Value> = client.get("/project").json().await?;
    let mut lately: Vec<_> = each::<wire::workspace::Project>("projects", projects)
        .filter(|project| Millis(project.used()) >= in_use.since)
        .collect();
    lately.sort_by_key(|project| std::cmp::Reverse(project.used()));
    let lately = lately
        .into_iter()
        .flat_map(|project| std::iter::once(project.worktree).chain(project.sandboxes))
        // Directories of no repository are a project too, which is at home nowhere.
        .filter(|directory| !matches!(directory.as_str(), "" | "/"));
    let home = workspace::home_ground(client).await?;
    let all = in_use.directories.iter().cloned();
    let all = all.chain([home]).chain(lately.map(Directory::new));
    let mut asked = BTreeSet::new();
    let mut sessions = BTreeMap::new();
    for directory in all {
        if asked.len() == DIRECTORIES_MAX {
            break;
        }
        if asked.contains(&directory) || !workspace::exists(client, &directory).await? {
            continue;
        }
        let list: Vec<Value> = client
            .get("/session")
            .query("limit", "-1")
            .within(&directory)
            .json()
            .await?;
        for session in each("sessions", list).map(translate::session::session) {
            sessions.insert(session.id.clone(), session);
        }
        asked.insert(directory);
    }
    Ok(Listed {
        sessions: sessions.into_values().collect(),
        only: Some(asked),
        marks: Vec::new(),
    })
}

/// What the sessions of a directory are doing.
pub(super) async fn statuses(
    client: &Client,
    directory: &Directory,
) -> Result<BTreeMap<SessionId, SessionStatus>, CallFault> {
    let list: BTreeMap<String, Value> = client
        .get("/session/status")
        .within(directory)
        .json()
        .await?;
    let mut statuses = BTreeMap::new();
    for (session, status) in list {
        let Some(status) = each("statuses", vec![status]).next() else {
            continue;
        };
        match translate::session::status(status) {
            Ok(status) => {
                statuses.insert(SessionId::new(session), status);
            }
            Err(kind) => {
                tracing::warn!(status.kind = %kind, "a session's status is unknown");
            }
        }
    }
    Ok(statuses)
}

/// One session.
pub(super) async fn one(client: &Client, session: &SessionId) -> Result<Session, CallFault> {
    let session: wire::session::Session = client
        .get(&format!("/session/{}", segment(session.as_str())))
        .json()
        .await?;
    Ok(translate::session::session(session))
}

/// Makes a session that remembers who asked for it.
pub(super) async fn create(
    client: &Client,
    directory: &Directory,
    request: &RequestId,
) -> Result<Session, CallFault> {
    let body = json!({ "metadata": { REQUEST: request } });
    let session: wire::session::Session = client
        .post("/session", &body)
        .within(directory)
        .json()
        .await?;
    Ok(translate::session::session(session))
}

/// The session that remembers `request`.
pub(super) async fn find_created(
    client: &Client,
    directory: &Directory,
    request: &RequestId,
) -> Result<Option<Session>, CallFault> {
    let list: Vec<Value> = client
        .get("/session")
        .query("limit", LATEST)
        .within(directory)
        .json()
        .await?;
    Ok(each::<wire::session::Session>("sessions", list)
        // A copy has the metadata of its original, and was not made by this request.
        .filter(|session| session.noted(FORKED).is_none())
        .find(|session| session.noted(REQUEST) == Some(request.as_str()))
        .map(translate::session::session))
}
