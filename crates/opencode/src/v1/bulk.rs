//! Long texts and attachments in full: read again from their message.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use domain::bulk::{BulkField, BulkId};
use serde_json::Value;

use super::{found, messages};
use crate::client::Client;
use crate::dialect::BulkBody;
use crate::fault::CallFault;
use crate::translate::part::{percent_decode, readable};
use crate::translate::tool::{output, patches, text_at};
use crate::wire::message::Entry;

/// The whole of what `bulk` names; none where it is not there (any more).
pub(super) async fn read(client: &Client, bulk: &BulkId) -> Result<Option<BulkBody>, CallFault> {
    let address = messages::address(&bulk.session, &bulk.message);
    let entry = found(client.get(&address).json::<Entry>().await)?;
    Ok(entry
        .into_iter()
        .flat_map(|entry| entry.parts)
        .find(|part| part.get("id").and_then(Value::as_str) == Some(bulk.part.as_str()))
        .and_then(|part| whole(&part, bulk.field)))
}

fn whole(part: &Value, field: BulkField) -> Option<BulkBody> {
    if field == BulkField::Raw {
        return Some(BulkBody::Text(readable(part)));
    }
    if field == BulkField::File {
        return file(part);
    }
    let state = part.get("state")?;
    let name = part.get("tool").and_then(Value::as_str).unwrap_or_default();
    let metadata = state.get("metadata").unwrap_or(&Value::Null);
    let input = state.get("input").unwrap_or(&Value::Null);
    let text = match field {
        BulkField::Output => {
            let printed = text_at(state, &["output"]).or_else(|| text_at(metadata, &["output"]));
            output(name, input, metadata, printed)
        }
        BulkField::Input => {
            text_at(input, &["command"]).or_else(|| (!input.is_null()).then(|| readable(input)))
        }
        BulkField::Diff(at) => patches(name, input, metadata)
            .into_iter()
            .nth(usize::from(at))
            .map(|it| it.diff),
        BulkField::Raw | BulkField::File => None,
    };
    text.map(BulkBody::Text)
}

fn file(part: &Value) -> Option<BulkBody> {
    let url = part.get("url").and_then(Value::as_str)?;
    let (head, data) = url.strip_prefix("data:")?.split_once(',')?;
    let bytes = if head.ends_with(";base64") {
        STANDARD.decode(data).ok()?
    } else {
        percent_decode(data).into_bytes()
    };
    Some(BulkBody::Bytes {
        mime: text_at(part, &["mime"]).unwrap_or_default(),
        name: text_at(part, &["filename"]),
        bytes: Bytes::from(bytes),
    })
}
