//! Messages with their parts, and lists of things to do.

use domain::id::{MessageId, SessionId};
use domain::todo::Todo;
use domain::transcript::Entry;
use serde_json::Value;

use super::{each, segment};
use crate::client::{Client, Page, Request};
use crate::dialect::{MessagePage, OlderCursor};
use crate::fault::CallFault;
use crate::translate;
use crate::wire;

/// The last `limit` messages, or those before `before`.
pub(super) async fn page(
    client: &Client,
    session: &SessionId,
    limit: u32,
    before: Option<&OlderCursor>,
) -> Result<MessagePage, CallFault> {
    let request = request(client, session, limit, before);
    let Page { body, next } = request.page::<Vec<Value>>().await?;
    Ok(MessagePage {
        entries: each("messages", body)
            .filter_map(translate::message::entry)
            .collect(),
        older: next.map(OlderCursor),
    })
}

/// What asks for the last `limit` messages, or those before `before`.
pub(super) fn request(
    client: &Client,
    session: &SessionId,
    limit: u32,
    before: Option<&OlderCursor>,
) -> Request {
    let request = client
        .get(&format!("/session/{}/message", segment(session.as_str())))
        // 0 would ask for all.
        .query("limit", &limit.max(1).to_string());
    match before {
        Some(OlderCursor(before)) => request.query("before", before),
        None => request,
    }
}

/// One message; none where its role is unknown to us.
pub(super) async fn one(
    client: &Client,
    session: &SessionId,
    message: &MessageId,
) -> Result<Option<Entry>, CallFault> {
    let entry: wire::message::Entry = client.get(&address(session, message)).json().await?;
    Ok(translate::message::entry(entry))
}

/// Where one message is.
pub(super) fn address(session: &SessionId, message: &MessageId) -> String {
    format!(
        "/session/{}/message/{}",
        segment(session.as_str()),
        segment(message.as_str())
    )
}

/// The agent's things to do.
pub(super) async fn todos(client: &Client, session: &SessionId) -> Result<Vec<Todo>, CallFault> {
    let list: Vec<Value> = client
        .get(&format!("/session/{}/todo", segment(session.as_str())))
        .json()
        .await?;
    Ok(translate::ask::todos(each("todos", list)))
}
