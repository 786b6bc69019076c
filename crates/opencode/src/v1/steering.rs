//! What is done with a session as a whole: copy, rename, put away, delete, summarise, take
//! back.

use std::time::Duration;

use domain::command::Title;
use domain::id::{Directory, MessageId, RequestId, SessionId};
use domain::session::Session;
use domain::time::Millis;
use serde_json::{Map, Value, json};

use super::sessions::LATEST;
use super::{catalog, each, segment};
use crate::client::Client;
use crate::fault::CallFault;
use crate::translate;
use crate::wire;
use crate::wire::session::{FORK, FORKED};

/// How long a summary may take: a slow model writes some thousand tokens in this time.
const SUMMARY_TIMEOUT: Duration = Duration::from_mins(10);

/// The status of a summary that nobody could write, as the server itself would give it.
const NOT_FOUND: u16 = 404;

fn address(session: &SessionId) -> String {
    format!("/session/{}", segment(session.as_str()))
}

/// Copies a session. The server has no place for a request, but a copy has the metadata of
/// its original: so the request is noted there first.
pub(super) async fn fork(
    client: &Client,
    session: &SessionId,
    before: Option<&MessageId>,
    request: &RequestId,
) -> Result<Session, CallFault> {
    let original: wire::session::Session = client.get(&address(session)).json().await?;
    let mut noted = match original.metadata {
        Some(Value::Object(noted)) => noted,
        Some(_) | None => Map::new(),
    };
    noted.insert(FORK.to_owned(), json!(request));
    note(client, session, &noted).await?;
    let body = match before {
        Some(message) => json!({ "messageID": message }),
        None => json!({}),
    };
    let copy: wire::session::Session = client
        .post(&format!("{}/fork", address(session)), &body)
        .json()
        .await?;
    noted.insert(FORKED.to_owned(), json!(session));
    if let Err(fault) = note(client, &SessionId::new(copy.id.as_str()), &noted).await {
        // It is a good copy all the same; only where it comes from is not told.
        tracing::info!(session.id = %copy.id, %fault, "a copy's original is not noted");
    }
    Ok(translate::session::session(copy))
}

/// Replaces a session's metadata.
async fn note(
    client: &Client,
    session: &SessionId,
    noted: &Map<String, Value>,
) -> Result<(), CallFault> {
    let body = json!({ "metadata": noted });
    client.patch(&address(session), &body).done().await
}

/// The copy of `session` that has `request` in its metadata.
pub(super) async fn find_forked(
    client: &Client,
    session: &SessionId,
    request: &RequestId,
) -> Result<Option<Session>, CallFault> {
    let original: wire::session::Session = client.get(&address(session)).json().await?;
    let list: Vec<Value> = client
        .get("/session")
        .query("limit", LATEST)
        .within(&Directory::new(original.directory))
        .json()
        .await?;
    Ok(each::<wire::session::Session>("sessions", list)
        .filter(|copy| copy.id != session.as_str() && copy.parent.is_none())
        .find(|copy| copy.noted(FORK) == Some(request.as_str()))
        .map(translate::session::session))
}

/// Calls a session something else.
pub(super) async fn rename(
    client: &Client,
    session: &SessionId,
    title: &Title,
) -> Result<(), CallFault> {
    let body = json!({ "title": title });
    client.patch(&address(session), &body).done().await
}

/// Puts a session away.
pub(super) async fn archive(
    client: &Client,
    session: &SessionId,
    now: Millis,
) -> Result<(), CallFault> {
    let body = json!({ "time": { "archived": now } });
    client.patch(&address(session), &body).done().await
}

/// Deletes a session with all its sub-sessions.
pub(super) async fn delete(client: &Client, session: &SessionId) -> Result<(), CallFault> {
    client.delete(&address(session)).done().await
}

/// Has a session summarised by its model, or where it has none by that of its directory.
pub(super) async fn compact(client: &Client, session: &Session) -> Result<(), CallFault> {
    let model = match &session.model {
        Some(model) => Some(model.clone()),
        None => {
            catalog::read(client, &session.directory)
                .await?
                .default_model
        }
    };
    let model = model.ok_or_else(|| CallFault::Refused {
        status: NOT_FOUND,
        why: "no model is set up that could write the summary.".to_owned(),
    })?;
    let body = json!({ "providerID": model.provider, "modelID": model.model });
    client
        .post(&format!("{}/summarize", address(&session.id)), &body)
        .timeout(SUMMARY_TIMEOUT)
        .done()
        .await
}

/// Takes `message` and all after it back. A message that is not there changes nothing, and
/// the server says nothing of it.
pub(super) async fn revert(
    client: &Client,
    session: &SessionId,
    message: &MessageId,
) -> Result<(), CallFault> {
    let body = json!({ "messageID": message });
    let answer: wire::session::Session = client
        .post(&format!("{}/revert", address(session)), &body)
        .json()
        .await?;
    match answer.revert {
        Some(revert) if revert.message == message.as_str() => Ok(()),
        Some(_) | None => Err(CallFault::NotFound),
    }
}

/// Puts back what was taken back.
pub(super) async fn restore(client: &Client, session: &SessionId) -> Result<(), CallFault> {
    client
        .post(&format!("{}/unrevert", address(session)), &json!({}))
        .done()
        .await
}
