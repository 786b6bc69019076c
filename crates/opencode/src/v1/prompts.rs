//! Handing over a prompt, stopping a turn.

use domain::id::SessionId;
use domain::prompt::Prompt;
use serde_json::{Value, json};

use super::segment;
use crate::client::Client;
use crate::fault::CallFault;

/// Hands over a prompt without waiting for its turn. Message and part carry ids, so that a
/// repeat overwrites instead of doubling.
pub(super) async fn send(
    client: &Client,
    session: &SessionId,
    prompt: &Prompt,
) -> Result<(), CallFault> {
    client
        .post(
            &format!("/session/{}/prompt_async", segment(session.as_str())),
            &body(prompt),
        )
        .done()
        .await
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

fn body(prompt: &Prompt) -> Value {
    let mut body = json!({
        "messageID": prompt.id.as_str(),
        "parts": [{
            "id": prompt.id.part(0),
            "type": "text",
            "text": prompt.text.as_str(),
        }],
    });
    if let Value::Object(fields) = &mut body {
        if let Some(agent) = &prompt.agent {
            fields.insert("agent".to_owned(), json!(agent));
        }
        if let Some(model) = &prompt.model {
            let id = json!({ "providerID": model.provider, "modelID": model.model });
            fields.insert("model".to_owned(), id);
            if let Some(variant) = &model.variant {
                fields.insert("variant".to_owned(), json!(variant));
            }
        }
    }
    body
}
