//! No event is larger than what the protocol allows, however much OpenCode says at once.

#![expect(
    clippy::needless_pass_by_value,
    reason = "tests write json!(…) right in the call"
)]

use domain::event::Event;
use domain::time::Millis;
use opencode::Upstream;
use opencode::translate::frame;
use serde_json::{Value, json};

/// The largest event, in bytes.
const EVENT_MAX_BYTES: usize = 64 * 1024;
/// How many there are of whatever there may be many of, and how long one may be.
const MANY: usize = 5_000;
const LONG: usize = 100_000;

/// What a frame comes to.
fn event(kind: &str, properties: &Value) -> Event {
    let payload = json!({ "id": "evt_1", "type": kind, "properties": properties });
    let frame_of = json!({ "directory": "/home/me", "payload": payload });
    match frame(&frame_of.to_string(), Millis(1)) {
        Ok(Some(Upstream::Event(event))) => event,
        other => panic!("{kind}: {other:?}"),
    }
}

fn part(body: Value) -> Event {
    let mut part = json!({ "id": "prt_1", "sessionID": "ses_1", "messageID": "msg_1" });
    part.as_object_mut()
        .unwrap()
        .extend(body.as_object().unwrap().clone());
    event(
        "message.part.updated",
        &json!({ "sessionID": "ses_1", "part": part }),
    )
}

fn many(one: impl Fn(usize) -> Value) -> Value {
    Value::Array((0..MANY).map(one).collect())
}

fn tool(name: &str, input: Value, metadata: Value) -> Event {
    part(
        json!({ "type": "tool", "tool": name, "callID": "call_1", "state": {
            "status": "completed", "input": input, "metadata": metadata, "title": "",
            "output": "o".repeat(LONG), "time": { "start": 1, "end": 2 } } }),
    )
}

#[test]
fn no_event_is_too_large_however_much_there_is() {
    let name = |n: usize| json!(format!("src/some/folder/file-{n}.rs"));
    let long = "w".repeat(LONG);
    let question = |options: Value| {
        json!({ "id": "que_1", "sessionID": "ses_1", "questions": [
            { "header": long, "question": long, "options": options }] })
    };
    let permission = |patterns: Value| {
        json!({ "id": "per_1", "sessionID": "ses_1", "permission": "bash",
            "patterns": patterns, "always": patterns,
            "metadata": { "command": long, "diff": long } })
    };
    let diff = "@@ -1 +1 @@\n-a\n+b\n".repeat(200);
    let files = many(|n| json!({ "file": name(n), "patch": diff }));
    let todo = |content: &str| json!({ "content": content, "status": "pending" });
    let todos = |list: Value| json!({ "sessionID": "ses_1", "todos": list });
    let events = [
        part(json!({ "type": "patch", "hash": "h", "files": many(name) })),
        part(json!({ "type": "patch", "hash": "h", "files": [long, long] })),
        event("todo.updated", &todos(many(|_| todo("Do this")))),
        event("todo.updated", &todos(json!([todo(&long), todo(&long)]))),
        event("permission.asked", &permission(many(name))),
        event("permission.asked", &permission(json!([long]))),
        event(
            "question.asked",
            &question(many(|n| json!({ "label": format!("Answer {n}") }))),
        ),
        event(
            "question.asked",
            &question(json!([{ "label": long, "description": long }])),
        ),
        tool(
            "apply_patch",
            json!({ "patchText": "*** Update File: src/a-file.rs\n".repeat(MANY) }),
            json!({ "files": files }),
        ),
    ];
    for event in events {
        let size = serde_json::to_string(&event).unwrap().len();
        let told = format!("{event:?}");
        let told = told.get(..80).unwrap_or(&told);
        assert!(size <= EVENT_MAX_BYTES, "{size} bytes: {told}");
    }
}

#[test]
fn whatever_is_left_out_is_counted() {
    let name = |n: usize| json!(format!("file-{n}.rs"));
    let event = part(json!({ "type": "patch", "hash": "h", "files": many(name) }));
    let json = serde_json::to_string(&event).unwrap();
    assert!(json.contains("… and "), "{json}");
}
