//! Sessions: listing, looking up, making.

use std::collections::{BTreeMap, BTreeSet};

use domain::house::ServerFault;
use domain::id::{Directory, RequestId, SessionId};
use domain::session::{Session, SessionStatus};
use serde_json::{Value, json};

use super::{each, segment};
use crate::client::{Client, Page};
use crate::fault::CallFault;
use crate::translate;
use crate::wire;
use crate::wire::session::FORKED;

/// How many sessions one page asks for: a server answers a hundred in some 20 ms.
const PAGE: usize = 500;
/// How many pages are read at most; a server that never comes to an end is not believed.
const PAGES_MAX: usize = 200;
/// How many sessions of a directory are looked through for one that was just made.
pub(super) const LATEST: &str = "100";
/// Where a session's metadata keep the request that made it.
const REQUEST: &str = "nexusRequest";

/// All sessions of all directories.
pub(super) async fn all(client: &Client) -> Result<Vec<Session>, CallFault> {
    match across_directories(client).await {
        // An old server does not know the route and sends its web page.
        Err(CallFault::Down(ServerFault::NotOpenCode) | CallFault::NotFound) => {
            directory_by_directory(client).await
        }
        answered => answered,
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

async fn directory_by_directory(client: &Client) -> Result<Vec<Session>, CallFault> {
    let projects: Vec<Value> = client.get("/project").json().await?;
    let mut directories = BTreeSet::new();
    for project in each::<wire::workspace::Project>("projects", projects) {
        directories.insert(project.worktree);
        directories.extend(project.sandboxes);
    }
    directories.remove("");
    let mut sessions = BTreeMap::new();
    for directory in directories {
        let list: Vec<Value> = client
            .get("/session")
            .query("limit", "-1")
            .within(&Directory::new(directory))
            .json()
            .await?;
        for session in each("sessions", list).map(translate::session::session) {
            sessions.insert(session.id.clone(), session);
        }
    }
    Ok(sessions.into_values().collect())
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
