//! Handing over a prompt, stopping a turn.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::id::SessionId;
use domain::prompt::Prompt;
use serde_json::{Map, Value, json};

use super::segment;
use crate::client::Client;
use crate::fault::CallFault;
use crate::handover::{Enclosed, Handover, Manner, file_url};

/// How long the answer to a command is waited for: it comes when the turn has ended. After
/// it the turn goes on without a listener.
const TURN_TIMEOUT: Duration = Duration::from_hours(6);
/// The agent that a shell command is noted under where none is chosen: the route wants one.
const DEFAULT_AGENT: &str = "build";

/// Hands a prompt over. Message and parts carry ids, so that a repeat of words overwrites
/// instead of doubling; a repeated command or shell command would run again.
pub(super) async fn send(client: &Client, handover: &Handover) -> Result<(), CallFault> {
    let Handover {
        session,
        prompt,
        manner,
        enclosed,
    } = handover;
    let session = segment(session.as_str());
    let mut body = Map::new();
    body.insert("messageID".to_owned(), json!(prompt.id.as_str()));
    if let Some(agent) = &prompt.agent {
        body.insert("agent".to_owned(), json!(agent));
    }
    let model = prompt.model.as_ref();
    if let Some(variant) = model.and_then(|model| model.variant.as_ref()) {
        body.insert("variant".to_owned(), json!(variant));
    }
    let apart = model.map(|it| json!({ "providerID": it.provider, "modelID": it.model }));
    let request = match manner {
        Manner::Words => {
            body.insert("parts".to_owned(), Value::Array(parts(prompt, enclosed)));
            body.extend(apart.map(|model| ("model".to_owned(), model)));
            client.post(&format!("/session/{session}/prompt_async"), &body.into())
        }
        Manner::Command { name, arguments } => {
            body.insert("command".to_owned(), json!(name));
            body.insert("arguments".to_owned(), json!(arguments));
            // Its own words are the template's; only files may come with it.
            let files = enclosed
                .iter()
                .filter(|it| matches!(it, Enclosed::Bytes { .. }));
            let files = (1..)
                .zip(files)
                .map(|(n, it)| part(prompt, n, it))
                .collect();
            body.insert("parts".to_owned(), Value::Array(files));
            let joined = model.map(|it| json!(format!("{}/{}", it.provider, it.model)));
            body.extend(joined.map(|model| ("model".to_owned(), model)));
            client
                .post(&format!("/session/{session}/command"), &body.into())
                .timeout(TURN_TIMEOUT)
        }
        Manner::Shell { command } => {
            body.insert("command".to_owned(), json!(command));
            body.entry("agent").or_insert_with(|| json!(DEFAULT_AGENT));
            body.extend(apart.map(|model| ("model".to_owned(), model)));
            client
                .post(&format!("/session/{session}/shell"), &body.into())
                .timeout(TURN_TIMEOUT)
        }
    };
    request.done().await
}

/// Stops the running turn; a session that does nothing is stopped too.
pub(super) async fn abort(client: &Client, session: &SessionId) -> Result<(), CallFault> {
    client
        .post(
            &format!("/session/{}/abort", segment(session.as_str())),
            &json!({}),
        )
        .done()
        .await
}

/// The words first, as number 0, then what goes with them.
fn parts(prompt: &Prompt, enclosed: &[Enclosed]) -> Vec<Value> {
    let words = prompt
        .text
        .as_ref()
        .map(|text| json!({ "id": prompt.id.part(0), "type": "text", "text": text.as_str() }));
    let enclosed = (1..).zip(enclosed).map(|(n, it)| part(prompt, n, it));
    words.into_iter().chain(enclosed).collect()
}

fn part(prompt: &Prompt, n: u8, enclosed: &Enclosed) -> Value {
    let id = prompt.id.part(n);
    match enclosed {
        Enclosed::Bytes { name, mime, bytes } => json!({
            "id": id, "type": "file", "mime": mime, "filename": name,
            "url": format!("data:{mime};base64,{}", STANDARD.encode(bytes)),
        }),
        Enclosed::Path {
            name,
            absolute,
            folder,
        } => json!({
            "id": id, "type": "file", "filename": name, "url": file_url(absolute),
            "mime": if *folder { "application/x-directory" } else { "text/plain" },
            "source": { "type": "file", "path": name, "text": place(prompt.words(), name) },
        }),
        Enclosed::Agent { name } => json!({
            "id": id, "type": "agent", "name": name, "source": place(prompt.words(), name),
        }),
    }
}

/// Where the words name something, counted as OpenCode counts: in units of UTF-16.
fn place(words: &str, name: &str) -> Value {
    let value = format!("@{name}");
    let before = words.find(&value).and_then(|at| words.get(..at));
    let start = before.unwrap_or_default().encode_utf16().count();
    let end = start + value.encode_utf16().count();
    json!({ "value": value, "start": start, "end": end })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_where_the_words_have_it() {
        let place = place("🚀 see @src/a.rs", "src/a.rs");
        assert_eq!(
            place,
            json!({ "value": "@src/a.rs", "start": 7, "end": 16 })
        );
    }
}
