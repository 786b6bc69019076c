//! A model that answers every prompt with a few words, in the form in which most providers
//! are spoken to: for runs with the real OpenCode server. It counts what it was asked.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::opencode::listener::Listening;

/// How often each last prompt came, requests for titles left out.
type Asked = Arc<watch::Sender<BTreeMap<String, u32>>>;

/// A model on a loopback port. Dropping it stops it.
#[derive(Debug)]
pub struct FakeModel {
    asked: Asked,
    listening: Listening,
}

impl FakeModel {
    /// Starts it.
    ///
    /// # Panics
    /// Where loopback has no free port.
    #[expect(clippy::expect_used, reason = "without a port there is no test")]
    pub async fn start() -> Self {
        let asked = Asked::default();
        let router = Router::new()
            .route("/v1/chat/completions", post(answer))
            .with_state(Arc::clone(&asked));
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let listening = Listening::at(any, router).await;
        Self {
            asked,
            listening: listening.expect("a free port on loopback"),
        }
    }

    /// Where it is, `http://127.0.0.1:PORT/v1`.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.listening.address)
    }

    /// How often each prompt was answered, by its words.
    pub fn asked(&self) -> BTreeMap<String, u32> {
        self.asked.borrow().clone()
    }

    /// Waits until so many different prompts were answered.
    pub async fn answered(&self, prompts: usize) {
        let mut asked = self.asked.subscribe();
        // It lives as long as we do.
        let _ = asked.wait_for(|asked| asked.len() >= prompts).await;
    }

    /// The configuration that makes an OpenCode server speak to it and to nobody else, with
    /// a command `greet`.
    pub fn config(&self) -> Value {
        let model = |name: &str| {
            json!({ "name": name, "tool_call": true,
                "limit": { "context": 200_000, "output": 8_000 } })
        };
        json!({
            "autoupdate": false, "share": "disabled", "lsp": false, "formatter": false,
            "enabled_providers": ["scripted"],
            "model": "scripted/large", "small_model": "scripted/small",
            "command": { "greet": { "template": "Greet $ARGUMENTS" } },
            "provider": { "scripted": {
                "npm": "@ai-sdk/openai-compatible", "name": "Scripted model",
                "options": { "baseURL": self.url(), "apiKey": "not-a-secret" },
                "models": { "large": model("Large"), "small": model("Small") },
            }},
        })
    }
}

async fn answer(State(asked): State<Asked>, Json(request): Json<Value>) -> Response {
    let messages = request["messages"].as_array().cloned().unwrap_or_default();
    if request["model"] == "large"
        && let Some(last) = messages.iter().rfind(|it| it["role"] == "user")
    {
        let words = words(&last["content"]);
        asked.send_modify(|asked| *asked.entry(words).or_default() += 1);
    }
    let chunk = |delta: Value, finish: Value| {
        let chunk = json!({ "id": "c", "object": "chat.completion.chunk", "created": 1,
            "model": request["model"], "choices":
                [{ "index": 0, "delta": delta, "finish_reason": finish }],
            "usage": { "prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3 } });
        format!("data: {chunk}\n\n")
    };
    let body = [
        chunk(
            json!({ "role": "assistant", "content": "As you " }),
            Value::Null,
        ),
        chunk(json!({ "content": "say." }), Value::Null),
        chunk(json!({}), json!("stop")),
        "data: [DONE]\n\n".to_owned(),
    ];
    let kind = [("content-type", "text/event-stream")];
    (kind, Body::from(body.concat())).into_response()
}

/// A message's words, however they are written.
fn words(content: &Value) -> String {
    match content {
        Value::String(words) => words.clone(),
        Value::Array(parts) => parts
            .iter()
            .filter_map(|part| part["text"].as_str())
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => String::new(),
    }
}
