//! What agents do, as a server of 2.x tells it: in pieces, and of a turn's beginning and end
//! only that.

use fakes::FakeOpenCode2;
use serde_json::{Value, json};

use super::{Goes, Place, Truth};

pub(super) fn truth(server: &FakeOpenCode2, session: &str) -> Vec<Truth> {
    let rows = server.messages(session).into_iter();
    let shown = rows.filter(|row| {
        let kind = row["type"].as_str().unwrap();
        kind != "idle" && !kind.ends_with("-switched")
    });
    let waiting = server.inbox(session).into_iter();
    let waiting = waiting.filter(|item| item["type"] == "user").map(|item| {
        let mut row = item;
        row["text"] = row["payload"]["text"].clone();
        row
    });
    let mut all: Vec<Value> = shown.chain(waiting).collect();
    all.sort_by_key(|row| {
        let id = row["id"].as_str().unwrap().to_owned();
        (row["time"]["created"].as_u64().unwrap(), id)
    });
    all.iter().map(message).collect()
}

fn message(row: &Value) -> Truth {
    let id = row["id"].as_str().unwrap();
    let words = |it: &Value| it["text"].as_str().map(str::to_owned);
    let parts = if row["type"] == "assistant" {
        let mut texts = 0..;
        let items = row["content"].as_array().unwrap().iter();
        items
            .map(|item| match item["type"].as_str() {
                Some("text") => (format!("{id}-t{}", texts.next().unwrap()), words(item)),
                _ => (format!("{id}-c{}", item["id"].as_str().unwrap()), None),
            })
            .collect()
    } else {
        let tail = id.strip_prefix("msg_").unwrap();
        vec![(format!("prt_{tail}00"), words(row))]
    };
    Truth {
        message: id.to_owned(),
        parts,
    }
}

fn tell(server: &FakeOpenCode2, at: &Place, kind: &str, mut data: Value) {
    data["assistantMessageID"] = json!(at.message);
    server.publish(kind, &at.session, data);
}

fn step(server: &FakeOpenCode2, at: &Place) {
    let who = json!({ "agent": "build", "model": { "id": "m", "providerID": "p" } });
    tell(server, at, "session.step.started", who);
}

pub(super) fn past(server: &FakeOpenCode2, at: &Place, words: &str) {
    step(server, at);
    text(server, at, 0, None);
    text(server, at, 0, Some((words, true)));
    tell(
        server,
        at,
        "session.step.ended",
        json!({ "finish": "stop" }),
    );
}

/// Something that nobody typed begins it, and what waits is delivered with it.
pub(super) fn begins(server: &FakeOpenCode2, at: &Place) {
    let item = json!({ "type": "synthetic", "delivery": "steer", "payload": { "text": "Go." } });
    server.publish(
        "session.inbox.enqueued",
        &at.session,
        json!({ "inboxID": format!("{}go", at.message), "item": item }),
    );
    server.deliver(&at.session);
    step(server, at);
}

pub(super) fn goes_on(server: &FakeOpenCode2, broken: &Place, tool: Option<&str>, at: &Place) {
    server.publish("session.execution.started", &at.session, json!({}));
    if let Some(tool) = tool {
        let stale = json!({ "type": "tool.execution", "message": "The server ended" });
        tell(
            server,
            broken,
            "session.tool.failed",
            json!({ "id": tool, "error": stale, "metadata": {} }),
        );
    }
    let error = json!({ "type": "unknown", "message": "The server ended" });
    tell(
        server,
        broken,
        "session.step.failed",
        json!({ "error": error }),
    );
    step(server, at);
}

pub(super) fn ends(server: &FakeOpenCode2, at: &Place) {
    tell(
        server,
        at,
        "session.step.ended",
        json!({ "finish": "stop" }),
    );
    server.publish("session.execution.succeeded", &at.session, json!({}));
}

pub(super) fn fails(server: &FakeOpenCode2, at: &Place) {
    let error = json!({ "type": "provider.overloaded", "message": "The provider is tired" });
    tell(server, at, "session.step.failed", json!({ "error": error }));
    server.publish(
        "session.execution.failed",
        &at.session,
        json!({ "error": error }),
    );
}

pub(super) fn text(server: &FakeOpenCode2, at: &Place, n: u64, said: Option<(&str, bool)>) {
    match said {
        None => tell(server, at, "session.text.started", json!({ "ordinal": n })),
        Some((whole, true)) => tell(
            server,
            at,
            "session.text.ended",
            json!({ "ordinal": n, "text": whole }),
        ),
        Some((word, false)) => tell(
            server,
            at,
            "session.text.delta",
            json!({ "ordinal": n, "delta": word }),
        ),
    }
}

pub(super) fn tool(server: &FakeOpenCode2, at: &Place, id: &str, goes: &Goes<'_>) {
    let (kind, data) = match goes {
        Goes::Named => (
            "session.tool.input.started",
            json!({ "id": id, "name": "shell" }),
        ),
        Goes::Called => (
            "session.tool.called",
            json!({ "id": id, "input": { "command": "ls" } }),
        ),
        Goes::Printed(output) => (
            "session.tool.progress",
            json!({ "id": id, "metadata": { "output": output }, "replaces": true }),
        ),
        Goes::Ended(output) => (
            "session.tool.success",
            json!({ "id": id, "content": [{ "type": "text", "text": output }],
                "metadata": { "exit": 0 } }),
        ),
    };
    tell(server, at, kind, data);
}

pub(super) fn asks(server: &FakeOpenCode2, at: &Place, id: &str, ask: &str) {
    server.publish(
        "permission.asked",
        &at.session,
        json!({ "id": ask, "action": "shell", "resources": ["ls"], "save": ["ls"],
            "source": { "type": "tool", "messageID": at.message, "id": id } }),
    );
}

pub(super) fn replied(server: &FakeOpenCode2, session: &str, ask: &str) {
    let reply = json!({ "requestID": ask, "reply": "once" });
    server.publish("permission.replied", session, reply);
}

pub(super) fn rename(server: &FakeOpenCode2, session: &str, title: &str) {
    server.publish("session.renamed", session, json!({ "title": title }));
}

pub(super) fn take_back(server: &FakeOpenCode2, session: &str) {
    let rows = server.messages(session);
    let last = rows.iter().rev().find(|row| row["type"] != "idle");
    if let Some(last) = last.filter(|last| last["type"] == "assistant") {
        let to = json!({ "to": last["id"] });
        server.publish("session.revert.committed", session, to);
    }
}

pub(super) fn comes(
    server: &FakeOpenCode2,
    id: &str,
    directory: &str,
    title: &str,
    parent: Option<&str>,
) {
    let mut data = json!({ "title": title, "projectID": "global",
        "location": { "directory": directory } });
    if let Some(parent) = parent {
        data["parentID"] = json!(parent);
    }
    server.publish("session.created", id, data);
}

pub(super) fn goes(server: &FakeOpenCode2, id: &str) {
    server.publish("session.deleted", id, json!({}));
}

pub(super) fn settle(server: &FakeOpenCode2, session: &str) {
    if !server.inbox(session).is_empty() {
        server.deliver(session);
        server.publish("session.execution.succeeded", session, json!({}));
    }
}
