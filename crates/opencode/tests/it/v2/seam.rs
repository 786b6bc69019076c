//! What only the seam has: whole texts, what turns came to, files as words name them, what
//! this family cannot do.

use bytes::Bytes;
use domain::bulk::{BulkField, BulkId};
use domain::id::{Directory, MessageId, PartId, RequestId, SessionId};
use domain::review::Told;
use domain::time::Millis;
use fakes::FakeOpenCode2;
use fakes::opencode2::{DIRECTORY, Fault};
use opencode::{BulkBody, CallFault, Dialect, PathFound};
use serde_json::json;

use super::{connected, home};

/// A turn of one step in which a command printed something.
fn turn(server: &FakeOpenCode2, session: &str) -> String {
    let prompt = json!({ "inboxID": "msg_asked", "item": { "type": "user", "delivery": "steer",
        "payload": { "text": "See", "files": [{ "uri": "data:image/png;base64,QUJD",
            "name": "a.png" }] } } });
    server.publish("session.inbox.enqueued", session, prompt);
    server.deliver(session);
    let step = server.step(session);
    let tell = |kind: &str, mut data: serde_json::Value| {
        data["assistantMessageID"] = json!(step);
        server.publish(kind, session, data);
    };
    tell(
        "session.tool.input.started",
        json!({ "id": "c1", "name": "shell" }),
    );
    tell(
        "session.tool.called",
        json!({ "id": "c1", "input": { "command": "seq 9" } }),
    );
    tell(
        "session.tool.success",
        json!({ "id": "c1", "content": [{ "type": "text", "text": "1 2 3" }] }),
    );
    server.step_ended(session, &step, "stop");
    server.publish("session.execution.succeeded", session, json!({}));
    step
}

fn bulk(session: &str, message: &str, part: &str, field: BulkField) -> BulkId {
    BulkId {
        session: SessionId::new(session),
        message: MessageId::new(message),
        part: PartId::new(part),
        field,
    }
}

#[tokio::test]
async fn long_texts_and_files_are_read_from_their_message() {
    let server = FakeOpenCode2::start().await;
    let session = server.session(DIRECTORY, "one");
    let step = turn(&server, &session);
    let v2 = connected(&server);
    let text = |text: &str| Ok(Some(BulkBody::Text(text.to_owned())));
    let tool = format!("{step}-cc1");
    let read = |message: &str, part: &str, field| {
        let bulk = bulk(&session, message, part, field);
        let v2 = &v2;
        async move { Dialect::bulk(v2, &bulk).await }
    };
    assert_eq!(read(&step, &tool, BulkField::Output).await, text("1 2 3"));
    assert_eq!(read(&step, &tool, BulkField::Input).await, text("seq 9"));
    assert_eq!(read(&step, &tool, BulkField::Raw).await, Ok(None));
    assert_eq!(read(&step, "none", BulkField::Output).await, Ok(None));
    assert_eq!(read("msg_none", &tool, BulkField::Output).await, Ok(None));
    let file = read("msg_asked", "prt_asked01", BulkField::File).await;
    assert_eq!(
        file,
        Ok(Some(BulkBody::Bytes {
            mime: "image/png".to_owned(),
            name: Some("a.png".to_owned()),
            bytes: Bytes::from_static(b"ABC"),
        }))
    );
}

#[tokio::test]
async fn the_file_of_a_prompt_that_waits_is_there_before_it_is_delivered() {
    let server = FakeOpenCode2::start().await;
    let session = server.session(DIRECTORY, "one");
    let v2 = connected(&server);
    let picture = json!({ "uri": "data:image/png;base64,QUJD", "name": "a.png" });
    let item = |kind: &str| {
        json!({ "type": kind, "delivery": "queue",
            "payload": { "text": "See", "files": [picture] } })
    };
    for (id, kind) in [("msg_waits", "user"), ("msg_new", "hologram")] {
        let waits = json!({ "inboxID": id, "item": item(kind) });
        server.publish("session.inbox.enqueued", &session, waits);
    }
    let file = bulk(&session, "msg_waits", "prt_waits01", BulkField::File);
    let Ok(Some(BulkBody::Bytes { bytes, .. })) = Dialect::bulk(&v2, &file).await else {
        panic!("no file")
    };
    assert_eq!(bytes, Bytes::from_static(b"ABC"));
    let raw = bulk(&session, "msg_new", "msg_new-u0", BulkField::Raw);
    let Ok(Some(BulkBody::Text(raw))) = Dialect::bulk(&v2, &raw).await else {
        panic!("nothing raw")
    };
    assert!(raw.contains("a.png"), "{raw}");
    let gone = bulk(&session, "msg_gone", "prt_gone01", BulkField::File);
    assert_eq!(Dialect::bulk(&v2, &gone).await, Ok(None));
}

#[tokio::test]
async fn what_a_session_came_to_is_asked_for_each_turn() {
    let server = FakeOpenCode2::start().await;
    let session = server.session(DIRECTORY, "one");
    turn(&server, &session);
    let v2 = connected(&server);
    let id = SessionId::new(&*session);
    let page = Dialect::told(&v2, &id, 100, None).await.unwrap();
    assert_eq!(page.older, None);
    let [Told::Prompt(prompt, changes), Told::Step { tokens, cost }] = &page.told[..] else {
        panic!("{page:?}")
    };
    assert_eq!((prompt.as_str(), changes.len()), ("msg_asked", 0));
    assert_eq!(tokens.input, 100);
    assert!((cost - 0.25).abs() < f64::EPSILON);
    let asked = server.asked("GET", "/api/session/*/diff", 1).await;
    assert_eq!(asked.query, "from=msg_asked&to=msg_asked");
    // Where that cannot be had, the rest is worth telling all the same.
    let account = Dialect::account(&v2, &id).await.unwrap();
    assert_eq!(account.tokens.map(|it| it.input), Some(100));
    let blind = Dialect::blind(&v2, &id).await.unwrap();
    assert!(blind.is_some(), "it is in no repository");
}

#[tokio::test]
async fn files_are_found_as_words_name_them() {
    let server = FakeOpenCode2::start().await;
    let v2 = connected(&server);
    let found = |path| {
        let v2 = &v2;
        async move { Dialect::look(v2, &home(), path).await.unwrap() }
    };
    let at = |path: &str, folder| {
        Some(PathFound {
            absolute: format!("{DIRECTORY}/{path}"),
            folder,
        })
    };
    assert_eq!(found("README.md").await, at("README.md", false));
    assert_eq!(found("src/").await, at("src", true));
    assert_eq!(found("nothing.rs").await, None);
    assert_eq!(found("../../etc/passwd").await, None);
    let inside = Dialect::find(&v2, &home(), "src/", 1).await.unwrap();
    assert_eq!(inside, ["src/lib.rs"]);
    assert_eq!(Dialect::home_ground(&v2).await, Ok(home()));
    let nowhere = Directory::new("/none");
    assert_eq!(Dialect::exists(&v2, &nowhere).await, Ok(false));
    assert_eq!(Dialect::exists(&v2, &home()).await, Ok(true));
    let listed = Dialect::list(&v2, Some(&nowhere)).await;
    assert_eq!(listed, Err(CallFault::NotFound));
}

#[tokio::test]
async fn a_cold_directory_is_waited_for() {
    let server = FakeOpenCode2::start().await;
    server.cold(true);
    let v2 = connected(&server);
    let commands = Dialect::commands(&v2, &home()).await.unwrap();
    assert_eq!(commands.len(), 1);
}

#[tokio::test]
async fn a_request_makes_one_session_whatever_is_lost() {
    let server = FakeOpenCode2::start().await;
    let v2 = connected(&server);
    let (one, other) = (RequestId::new("req_1"), RequestId::new("req_2"));
    assert_eq!(v2.find_created(&home(), &one).await, Ok(None));
    server.fault("POST", "/api/session", Fault::AnswerLost);
    assert!(Dialect::create(&v2, &home(), &one).await.is_err());
    let made = v2.find_created(&home(), &one).await.unwrap().unwrap();
    let again = Dialect::create(&v2, &home(), &one).await.unwrap();
    assert_eq!(again.id, made.id);
    assert_eq!(made.id.as_str().len(), 30);
    let second = Dialect::create(&v2, &home(), &other).await.unwrap();
    assert_ne!(second.id, made.id);
}

#[tokio::test]
async fn what_this_family_cannot_do_is_called_so() {
    let server = FakeOpenCode2::start().await;
    let session = SessionId::new(server.session(DIRECTORY, "one"));
    let v2 = connected(&server);
    let away = v2.archive(&session, Millis(1)).await;
    assert_eq!(away, Err(CallFault::Unsupported));
    assert_eq!(v2.todos(&session).await, Err(CallFault::Unsupported));
    server.fault("GET", "/api/debug/location", Fault::Page);
    assert_eq!(Dialect::loaded(&v2).await, Ok(None));
    assert_eq!(server.requests().len(), 1, "nothing is asked for it");
}
