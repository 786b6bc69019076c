//! The server's log of what happened.

use std::collections::BTreeMap;

use domain::id::SessionId;
use serde_json::Value;

use super::each;
use crate::client::Client;
use crate::fault::CallFault;
use crate::translate;
use crate::upstream::Upstream;

/// The largest number that JavaScript holds exactly: nothing comes after it.
const NUMBER_MAX: u64 = 9_007_199_254_740_991;

/// What happened after each session's number.
pub(super) async fn after(
    client: &Client,
    after: &BTreeMap<SessionId, u64>,
) -> Result<Vec<Upstream>, CallFault> {
    let body: serde_json::Map<String, Value> = after
        .iter()
        .map(|(session, seq)| {
            let seq = (*seq).min(NUMBER_MAX);
            (session.as_str().to_owned(), Value::from(seq))
        })
        .collect();
    let list: Vec<Value> = client
        .post("/sync/history", &Value::Object(body))
        .json()
        .await?;
    Ok(translate::log(each("log", list).collect(), client.now()))
}
