//! What is too long for an event travels by its ends, and as a whole where it is opened.

use axum::body::Body;
use domain::bulk::{BulkField, BulkId, LongText};
use domain::id::MessageId;
use domain::part::PartBody;
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::json;
use tower::ServiceExt as _;

use super::device::transcript;
use super::{DIRECTORY, Nexus, message};

/// What is got of `bulk`.
async fn get(nexus: &Nexus, bulk: &BulkId) -> (StatusCode, String) {
    let BulkId {
        session,
        message,
        part,
        ..
    } = bulk;
    let server = &nexus.server;
    let path = format!("/api/bulk/{server}/{session}/{message}/{part}/output");
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = nexus.routes().oneshot(request).await.unwrap();
    let status = answer.status();
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn a_long_output_comes_by_its_ends_and_as_a_whole_when_it_is_opened() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Long");
    let mut device = nexus.device(&session).await;
    let output = "a line of output, ä\n".repeat(10_000);
    nexus.opencode.push(message(&session, "msg_1"));
    nexus.opencode.push(
        json!({ "type": "message.part.updated", "directory": DIRECTORY,
        "properties": { "sessionID": session, "time": 1, "part":
            { "id": "prt_1", "sessionID": session, "messageID": "msg_1", "type": "tool",
              "tool": "bash", "callID": "call_1", "state": { "status": "completed",
                "input": { "command": "ls", "description": "lists" }, "output": output,
                "title": "ls", "metadata": { "output": output, "exit": 0 },
                "time": { "start": 1, "end": 2 } } } } }),
    );
    let id = MessageId::new("msg_1");
    device
        .until(|replica| {
            let entry = transcript(replica, &session).and_then(|it| it.entry(&id));
            entry.is_some_and(|entry| !entry.parts.is_empty())
        })
        .await;
    let entry = device.transcript(&session).unwrap().entry(&id).unwrap();
    let PartBody::Tool(tool) = &entry.parts[0].body else {
        panic!("a tool")
    };
    let Some(LongText::Cut(bulk)) = &tool.output else {
        panic!("{} bytes came at once", output.len())
    };
    assert_eq!(bulk.id.field, BulkField::Output);
    assert_eq!(bulk.len, output.len() as u64);
    assert!(bulk.head.len() + bulk.tail.len() < 64 * 1024);
    assert!(output.starts_with(&bulk.head) && output.ends_with(&bulk.tail));
    let got = get(&nexus, &bulk.id).await;
    assert!(got == (StatusCode::OK, output), "{}", got.0);

    let elsewhere = BulkId {
        message: MessageId::new("msg_2"),
        ..bulk.id.clone()
    };
    assert_eq!(get(&nexus, &elsewhere).await.0, StatusCode::NOT_FOUND);
}
