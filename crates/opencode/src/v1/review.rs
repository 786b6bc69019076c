//! What a session came to. The server's own sum over a session is empty (`/session/{id}/diff`
//! without a message answers `[]`, and the session's `summary` counts only what is taken
//! back), so it is made up of what each message tells of its turn.

use domain::id::{MessageId, SessionId};
use domain::review::{Blind, FileChange};
use serde_json::Value;

use super::{each, messages, segment};
use crate::client::{Client, Page};
use crate::dialect::{Account, OlderCursor, ToldPage};
use crate::fault::CallFault;
use crate::translate;
use crate::wire::review::{Account as Told, Listed, Settings};

/// The project of all folders that are in no repository.
const NO_PROJECT: &str = "global";

/// The last `limit` messages, or those before `before`.
pub(super) async fn told(
    client: &Client,
    session: &SessionId,
    limit: u32,
    before: Option<&OlderCursor>,
) -> Result<ToldPage, CallFault> {
    let request = messages::request(client, session, limit, before);
    let Page { body, next } = request.page::<Vec<Value>>().await?;
    Ok(ToldPage {
        told: each::<Listed>("messages", body)
            .filter_map(translate::review::told)
            .collect(),
        older: next.map(OlderCursor),
    })
}

/// What the turn of a message of the owner's changed, each with its unified diff.
pub(super) async fn turn(
    client: &Client,
    session: &SessionId,
    message: &MessageId,
) -> Result<Vec<(FileChange, String)>, CallFault> {
    // The message alone: the route of diffs would have the server read the whole session.
    let listed: Listed = client
        .get(&messages::address(session, message))
        .json()
        .await?;
    let diffs = listed.info.summary.diffs.into_iter();
    Ok(diffs
        .map(|it| {
            let change = translate::review::change(&it);
            (change, it.patch.unwrap_or_default())
        })
        .collect())
}

/// What a session has consumed.
pub(super) async fn account(client: &Client, session: &SessionId) -> Result<Account, CallFault> {
    let told = read(client, session).await?;
    Ok(Account {
        tokens: told.tokens.as_ref().map(translate::review::tokens),
        cost: told.cost,
    })
}

/// Why the server does not see what is changed in a session's folder, if it does not.
pub(super) async fn blind(
    client: &Client,
    session: &SessionId,
) -> Result<Option<Blind>, CallFault> {
    let told = read(client, session).await?;
    if told.project.as_deref() == Some(NO_PROJECT) {
        return Ok(Some(Blind::NoRepository));
    }
    let directory = domain::id::Directory::new(told.directory);
    let settings: Settings = client.get("/config").within(&directory).json().await?;
    Ok((settings.snapshot == Some(false)).then_some(Blind::SwitchedOff))
}

async fn read(client: &Client, session: &SessionId) -> Result<Told, CallFault> {
    let path = format!("/session/{}", segment(session.as_str()));
    client.get(&path).json().await
}
