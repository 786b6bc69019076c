//! What agents do, as a server of 1.x tells it.

use fakes::FakeOpenCode;
use fakes::opencode::DIRECTORY;
use serde_json::{Value, json};

use super::{Goes, Place, Truth};
use crate::nexus::START;

pub(super) fn truth(server: &FakeOpenCode, session: &str) -> Vec<Truth> {
    let part = |part: &Value| {
        let words = part["text"].as_str().map(str::to_owned);
        (part["id"].as_str().unwrap().to_owned(), words)
    };
    let messages = server.messages(session).into_iter();
    let message = |it: Value| Truth {
        message: it["info"]["id"].as_str().unwrap().to_owned(),
        parts: it["parts"].as_array().unwrap().iter().map(part).collect(),
    };
    messages.map(message).collect()
}

pub(super) fn past(server: &FakeOpenCode, at: &Place, part: &str, words: &str) {
    let mut said = message(at, Some(at.created + 1));
    let mut words = words_of(at, part, words, true);
    let info = said["properties"]["info"].take();
    server.message(info, vec![words["properties"]["part"].take()]);
}

/// The session was used: so it is after each prompt and at the end of each step.
fn touch(server: &FakeOpenCode, session: &str) {
    server.use_session(session);
}

pub(super) fn begins(server: &FakeOpenCode, at: &Place) {
    touch(server, &at.session);
    server.push(status(&at.session, "busy"));
    server.push(message(at, None));
}

pub(super) fn ends(server: &FakeOpenCode, at: &Place) {
    server.push(message(at, Some(server.time())));
    touch(server, &at.session);
    server.push(status(&at.session, "idle"));
    server.push(event("session.idle", json!({ "sessionID": at.session })));
}

pub(super) fn fails(server: &FakeOpenCode, at: &Place) {
    let error = json!({ "name": "APIError",
        "data": { "message": "The provider is tired", "isRetryable": false } });
    let session = &at.session;
    server.push(event(
        "session.error",
        json!({ "sessionID": session, "error": error }),
    ));
    server.push(event("session.idle", json!({ "sessionID": session })));
    let mut failed = message(at, Some(server.time()));
    failed["properties"]["info"]["error"] = error;
    server.push(failed);
    touch(server, session);
    server.push(status(session, "idle"));
}

pub(super) fn text(server: &FakeOpenCode, at: &Place, part: &str, said: Option<(&str, bool)>) {
    server.push(match said {
        None => words_of(at, part, "", false),
        Some((whole, true)) => words_of(at, part, whole, true),
        Some((word, false)) => event(
            "message.part.delta",
            json!({ "sessionID": at.session, "messageID": at.message,
                "partID": part, "field": "text", "delta": word }),
        ),
    });
}

pub(super) fn tool(server: &FakeOpenCode, at: &Place, part: &str, goes: &Goes<'_>) {
    let input = json!({ "command": "ls", "description": "lists" });
    let running = |output: &str| {
        json!({ "status": "running", "input": input, "time": { "start": 1 },
            "metadata": { "output": output } })
    };
    let state = match goes {
        Goes::Named => json!({ "status": "pending", "input": {}, "raw": "" }),
        Goes::Called => running(""),
        Goes::Printed(output) => running(output),
        Goes::Ended(output) => json!({ "status": "completed", "input": input, "output": output,
            "title": "ls", "metadata": { "output": output, "exit": 0 },
            "time": { "start": 1, "end": 2 } }),
    };
    server.push(event(
        "message.part.updated",
        json!({ "sessionID": at.session, "time": 1, "part": {
            "id": part, "sessionID": at.session, "messageID": at.message, "type": "tool",
            "tool": "bash", "callID": format!("call_{part}"), "state": state } }),
    ));
}

pub(super) fn asks(server: &FakeOpenCode, at: &Place, part: &str, ask: &str) {
    server.push(event(
        "permission.asked",
        json!({ "id": ask, "sessionID": at.session, "permission": "bash",
            "patterns": ["ls"], "always": ["ls"], "metadata": { "command": "ls" },
            "tool": { "messageID": at.message, "callID": format!("call_{part}") } }),
    ));
}

pub(super) fn replied(server: &FakeOpenCode, session: &str, ask: &str) {
    server.push(event(
        "permission.replied",
        json!({ "sessionID": session, "requestID": ask, "reply": "once" }),
    ));
}

pub(super) fn rename(server: &FakeOpenCode, session: &str, title: &str) {
    server.change(session, |info| info["title"] = json!(title));
}

pub(super) fn plan(server: &FakeOpenCode, session: &str, content: &str) {
    server.push(event(
        "todo.updated",
        json!({ "sessionID": session, "todos":
            [{ "content": content, "status": "pending", "priority": "high" }] }),
    ));
    // It is a tool that does it, and leaves its traces.
    touch(server, session);
}

pub(super) fn take_back(server: &FakeOpenCode, session: &str) {
    let last = server.messages(session).pop();
    if let Some(last) = last.filter(|last| last["info"]["role"] == "assistant") {
        server.push(event(
            "message.removed",
            json!({ "sessionID": session, "messageID": last["info"]["id"] }),
        ));
        touch(server, session);
    }
}

pub(super) fn comes(
    server: &FakeOpenCode,
    id: &str,
    directory: &str,
    title: &str,
    parent: Option<&str>,
) {
    let mut info = json!({ "id": id, "directory": directory, "title": title, "version": "1",
        "time": { "created": START.0, "updated": START.0 } });
    let mut created = event("session.created", json!({ "sessionID": id }));
    if let Some(parent) = parent {
        info["parentID"] = json!(parent);
        created["directory"] = json!(directory);
    }
    created["properties"]["info"] = info;
    server.push(created);
}

pub(super) fn goes(server: &FakeOpenCode, id: &str) {
    server.push(event(
        "session.deleted",
        json!({ "sessionID": id, "info": { "id": id } }),
    ));
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "what is pushed is made for it"
)]
fn event(kind: &str, properties: Value) -> Value {
    json!({ "type": kind, "properties": properties })
}

fn status(session: &str, kind: &str) -> Value {
    event(
        "session.status",
        json!({ "sessionID": session, "status": { "type": kind } }),
    )
}

fn message(at: &Place, completed: Option<u64>) -> Value {
    let mut info = json!({
        "id": at.message, "sessionID": at.session, "role": "assistant", "parentID": "msg_0",
        "providerID": "p", "modelID": "m", "mode": "build", "agent": "build",
        "path": { "cwd": DIRECTORY, "root": DIRECTORY }, "cost": 0,
        "tokens": { "input": 0, "output": 0, "reasoning": 0, "cache": { "read": 0, "write": 0 } },
        "time": { "created": at.created },
    });
    if let Some(completed) = completed {
        info["time"]["completed"] = json!(completed);
        info["finish"] = json!("stop");
    }
    event(
        "message.updated",
        json!({ "sessionID": at.session, "info": info }),
    )
}

fn words_of(at: &Place, part: &str, text: &str, over: bool) -> Value {
    let time = if over {
        json!({ "start": 1, "end": 2 })
    } else {
        json!({ "start": 1 })
    };
    event(
        "message.part.updated",
        json!({ "sessionID": at.session, "time": 1, "part": {
            "id": part, "sessionID": at.session, "messageID": at.message, "type": "text",
            "text": text, "time": time } }),
    )
}
