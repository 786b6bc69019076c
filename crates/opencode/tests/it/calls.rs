//! Calls against a scripted server: what is sent, and what is made of the answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::bulk::{BulkField, BulkId};
use domain::id::{Directory, MessageId, PartId, RequestId, SessionId};
use domain::permission::PermissionReply;
use domain::question::Answers;
use domain::session::SessionStatus;
use domain::time::Millis;
use domain::transcript::Transcript;
use fakes::{FakeOpenCode, Manner, Recorded};
use opencode::{
    Address, BulkBody, CallFault, Client, Dialect, InUse, MessagePage, Upstream, dialect, probe,
};
use serde_json::{Value, json};

use crate::render::{Names, transcript};

const CANARY: &str = "sk-canary-of-a-provider";

pub(crate) async fn connected(server: &FakeOpenCode) -> Arc<dyn Dialect> {
    let client = client(server);
    let found = probe(&client).await.unwrap();
    dialect(client, &found)
}

pub(crate) fn client(server: &FakeOpenCode) -> Client {
    let address = Address::parse(&server.url()).unwrap();
    Client::new(&address, None, "0.0.0").unwrap()
}

pub(crate) fn recorded(name: &str) -> Value {
    let path = format!("{}/tests/captures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text.replace("***", CANARY)).unwrap()
}

pub(crate) fn home() -> Directory {
    Directory::new(fakes::opencode::DIRECTORY)
}

#[tokio::test]
async fn a_recorded_transcript_reads_as_it_streamed() {
    let server = FakeOpenCode::start().await;
    let dialect = connected(&server).await;
    for (name, session) in [
        ("get-session-message", "ses_a"),
        ("get-session-message-midway", "ses_b"),
    ] {
        server.answer(
            "GET",
            &format!("/session/{session}/message"),
            200,
            recorded(name),
        );
        let page = dialect
            .messages(&SessionId::new(session), 60, None)
            .await
            .unwrap();
        let read = Transcript {
            entries: page.entries,
            ..Transcript::default()
        };
        insta::assert_snapshot!(name, transcript(&read, &Names::default()));
    }
}

#[tokio::test]
async fn the_catalog_holds_no_key() {
    let server = FakeOpenCode::start().await;
    let dialect = connected(&server).await;
    for name in ["agent", "config/providers", "command", "config"] {
        let file = format!("get-{}", name.replace('/', "-"));
        server.answer("GET", &format!("/{name}"), 200, recorded(&file));
    }
    let catalog = dialect.catalog(&home()).await.unwrap();
    insta::assert_json_snapshot!("catalog", catalog);
    assert!(
        recorded("get-config-providers")
            .to_string()
            .contains(CANARY)
    );
    assert!(recorded("get-config").to_string().contains(CANARY));
    assert!(!serde_json::to_string(&catalog).unwrap().contains(CANARY));
    assert!(!format!("{catalog:?}").contains(CANARY));
}

#[tokio::test]
async fn a_created_session_is_found_by_its_request() {
    let server = FakeOpenCode::start().await;
    let dialect = connected(&server).await;
    let (one, other) = (RequestId::new("req_1"), RequestId::new("req_2"));
    let made = dialect.create(&home(), &one).await.unwrap();
    let found = dialect.find_created(&home(), &one).await.unwrap();
    assert_eq!(found.as_ref(), Some(&made));
    assert_eq!(dialect.find_created(&home(), &other).await, Ok(None));
    assert_eq!(dialect.session(&made.id).await, Ok(Some(made)));
    assert_eq!(dialect.session(&SessionId::new("ses_none")).await, Ok(None));
}

#[tokio::test]
async fn a_directory_of_any_name_arrives_whole() {
    let server = FakeOpenCode::start().await;
    let dialect = connected(&server).await;
    let odd = Directory::new("/home/me/50% off & ünï/%41");
    assert_eq!(dialect.statuses(&odd).await, Ok(BTreeMap::new()));
    let asked = server.asked("GET", "/session/status", 1).await;
    assert_eq!(asked.directory.as_deref(), Some(odd.as_str()));
}

#[tokio::test]
async fn an_id_cannot_leave_its_place_in_a_path() {
    let server = FakeOpenCode::start().await;
    let dialect = connected(&server).await;
    let odd = SessionId::new("../../global/dispose?x=#");
    assert_eq!(dialect.session(&odd).await, Ok(None));
    let last = server.requests().pop().unwrap();
    assert_eq!(
        last.path,
        "/session/%2E%2E%2F%2E%2E%2Fglobal%2Fdispose%3Fx%3D%23"
    );
}

#[tokio::test]
async fn all_sessions_are_listed_however_many_share_a_moment() {
    let server = FakeOpenCode::start().await;
    let dialect = connected(&server).await;
    let mut expected = BTreeSet::new();
    for number in 0..1_300_u64 {
        let id = format!("ses_{number:04}");
        // Six hundred of the same millisecond: more than fit a page.
        let updated = 1_795_200_000_000 + number.saturating_sub(600);
        server.miss(json!({ "type": "session.created", "properties": {
            "sessionID": id,
            "info": { "id": id, "directory": "/home/me/project", "title": id,
                "time": { "created": updated, "updated": updated } },
        }}));
        expected.insert(SessionId::new(id));
    }
    let listed = dialect.sessions(&InUse::default()).await.unwrap();
    assert_eq!(listed.only, None);
    assert_eq!(listed.sessions.len(), expected.len());
    let listed = listed.sessions.into_iter().map(|session| session.id);
    assert_eq!(listed.collect::<BTreeSet<_>>(), expected);
}

#[tokio::test]
async fn an_old_server_is_asked_only_in_directories_in_use() {
    let server = FakeOpenCode::start().await;
    server.old(true);
    let project = |worktree: &str, sandboxes: &[&str], used: u64| {
        json!({ "id": "a", "worktree": worktree, "sandboxes": sandboxes,
            "time": { "created": 1, "updated": used } })
    };
    server.answer(
        "GET",
        "/project",
        200,
        json!([
            project("/lately", &["/copy"], 1_000),
            project("/long/ago", &[], 999),
            project("/", &[], 1_000),
            project("/deleted", &[], 1_000),
        ]),
    );
    let mut expected: Vec<String> = ["/home/me/project", "/lately", "/copy", "/looked/at"]
        .map(|directory| server.session(directory, "one"))
        .to_vec();
    server.session("/long/ago", "unknown");
    let dialect = connected(&server).await;
    let directories = ["/looked/at", "/lately"];
    let in_use = InUse {
        directories: directories.map(Directory::new).to_vec(),
        since: Millis(1_000),
    };
    let listed = dialect.sessions(&in_use).await.unwrap();
    let asked: Vec<&str> = listed
        .only
        .iter()
        .flatten()
        .map(Directory::as_str)
        .collect();
    assert_eq!(
        asked,
        ["/copy", "/home/me/project", "/lately", "/looked/at"]
    );
    let mut ids: Vec<String> = listed.sessions.iter().map(|it| it.id.to_string()).collect();
    ids.sort();
    expected.sort();
    assert_eq!(ids, expected);
    for left_alone in ["/long/ago", "/"] {
        let asked = |it: &Recorded| it.directory.as_deref() == Some(left_alone);
        assert!(!server.requests().iter().any(asked), "{left_alone}");
    }
    assert_eq!(
        dialect
            .history(&BTreeMap::from([(SessionId::new("s"), 0)]))
            .await,
        Ok(None),
    );
    assert!(
        !server
            .requests()
            .iter()
            .any(|it| { it.is("POST", "/sync/history") && it.body["s"].is_u64() })
    );
}

#[tokio::test]
async fn older_messages_come_page_by_page() {
    let server = FakeOpenCode::start().await;
    let session = server.session(home().as_str(), "long");
    for number in 0..5 {
        server.message(
            json!({ "id": format!("msg_{number}"), "sessionID": session, "role": "user",
                "time": { "created": number } }),
            vec![json!({ "id": format!("prt_{number}"), "sessionID": session,
                "messageID": format!("msg_{number}"), "type": "text", "text": "words" })],
        );
    }
    let dialect = connected(&server).await;
    let session = SessionId::new(session);
    let ids = |page: &MessagePage| -> Vec<String> {
        let ids = page
            .entries
            .iter()
            .map(|entry| entry.message.id.to_string());
        ids.collect()
    };
    let last = dialect.messages(&session, 2, None).await.unwrap();
    assert_eq!(ids(&last), ["msg_3", "msg_4"]);
    let middle = dialect
        .messages(&session, 2, last.older.as_ref())
        .await
        .unwrap();
    assert_eq!(ids(&middle), ["msg_1", "msg_2"]);
    let first = dialect
        .messages(&session, 2, middle.older.as_ref())
        .await
        .unwrap();
    assert_eq!(ids(&first), ["msg_0"]);
    assert_eq!(first.older, None);
}

#[tokio::test]
async fn asks_are_answered_in_their_own_directory_and_once() {
    let server = FakeOpenCode::start().await;
    server.session("/home/me/other", "asks");
    server.push(
        json!({ "type": "permission.asked", "directory": "/home/me/other",
        "properties": { "id": "per_1", "sessionID": "ses_1", "permission": "bash",
            "patterns": ["rm x"], "always": [], "metadata": { "command": "rm x" } } }),
    );
    server.push(
        json!({ "type": "question.asked", "directory": "/home/me/other",
        "properties": { "id": "que_1", "sessionID": "ses_1",
            "questions": [{ "question": "Which?", "header": "H", "options": [] }] } }),
    );
    let dialect = connected(&server).await;
    assert_eq!(dialect.permissions(&home()).await, Ok(Vec::new()));
    let other = Directory::new("/home/me/other");
    let permission = dialect.permissions(&other).await.unwrap().remove(0);
    assert_eq!(permission.subject.as_deref(), Some("rm x"));
    let no = PermissionReply::Deny {
        message: Some("Use the bin.".to_owned()),
    };
    assert_eq!(dialect.reply(&permission, &no).await, Ok(()));
    let asked = server.asked("POST", "/permission/*/reply", 1).await;
    assert_eq!(
        asked.body,
        json!({ "reply": "reject", "message": "Use the bin." })
    );
    assert_eq!(
        dialect.reply(&permission, &PermissionReply::Once).await,
        Err(CallFault::NotFound)
    );

    let question = dialect.questions(&other).await.unwrap().remove(0);
    let answers = Answers(vec![vec!["Own words".to_owned()]]);
    assert_eq!(dialect.answer(&question, &answers).await, Ok(()));
    let asked = server.asked("POST", "/question/*/reply", 1).await;
    assert_eq!(asked.body, json!({ "answers": [["Own words"]] }));
    assert_eq!(dialect.skip(&question).await, Err(CallFault::NotFound));
}

#[tokio::test]
async fn statuses_name_only_sessions_that_are_busy() {
    let server = FakeOpenCode::start().await;
    let busy = server.session(home().as_str(), "busy");
    server.session(home().as_str(), "idle");
    server.push(json!({ "type": "session.status", "properties": {
        "sessionID": busy, "status": { "type": "busy" } } }));
    let dialect = connected(&server).await;
    let expected = BTreeMap::from([(SessionId::new(busy), SessionStatus::Busy)]);
    assert_eq!(dialect.statuses(&home()).await, Ok(expected));
}

#[tokio::test]
async fn folders_are_listed_and_missing_ones_told() {
    let server = FakeOpenCode::start().await;
    server.folder(
        "/home/me",
        &[
            "/home/me/b",
            "/home/me/.cache",
            "/home/me/A",
            "/home/me/.git",
        ],
    );
    let dialect = connected(&server).await;
    let folders = dialect.list(None).await.unwrap();
    assert_eq!(folders.directory.as_str(), "/home/me");
    assert_eq!(folders.parent, Some(Directory::new("/home")));
    let names: Vec<&str> = folders.folders.iter().map(Directory::name).collect();
    assert_eq!(names, ["A", "b", ".cache"]);

    let nowhere = Directory::new("/nowhere");
    assert_eq!(dialect.list(Some(&nowhere)).await, Err(CallFault::NotFound));
    assert_eq!(dialect.exists(&nowhere).await, Ok(false));
    assert_eq!(dialect.exists(&home()).await, Ok(true));
}

#[tokio::test]
async fn history_says_what_came_after_and_is_never_asked_for_everything() {
    let server = FakeOpenCode::start().await;
    let known = server.session(home().as_str(), "known");
    let other = server.session(home().as_str(), "other");
    server.message(
        json!({ "id": "msg_1", "sessionID": known, "role": "user", "time": { "created": 1 } }),
        Vec::new(),
    );
    let dialect = connected(&server).await;
    assert_eq!(dialect.history(&BTreeMap::new()).await, Ok(None));
    let after = BTreeMap::from([
        (SessionId::new(known.clone()), 0),
        (SessionId::new(other), u64::MAX),
    ]);
    let past = dialect.history(&after).await.unwrap().unwrap();
    let [Upstream::Event(_), Upstream::Seq { session, seq: 1 }] = past.as_slice() else {
        panic!("{past:?}")
    };
    assert_eq!(session.as_str(), known);
}

#[tokio::test]
async fn what_was_cut_can_be_had_whole() {
    let server = FakeOpenCode::start().await;
    let session = server.session(home().as_str(), "bulk");
    let output = "a line\n".repeat(10_000);
    let place = |id: &str, kind: &str| json!({ "id": id, "messageID": "msg_1", "sessionID": session, "type": kind });
    let mut tool = place("prt_tool", "tool");
    tool["tool"] = json!("bash");
    tool["state"] = json!({ "status": "completed", "input": { "command": "ls" },
        "output": output, "metadata": { "exit": 0 } });
    let mut file = place("prt_file", "file");
    file["url"] = json!("data:image/png;base64,QUJD");
    file["mime"] = json!("image/png");
    file["filename"] = json!("dot.png");
    let mut strange = place("prt_strange", "hologram");
    strange["beam"] = json!([1, 2]);
    server.message(
        json!({ "id": "msg_1", "sessionID": session, "role": "assistant", "time": { "created": 1 } }),
        vec![tool, file, strange],
    );
    let dialect = connected(&server).await;
    let bulk = |part: &str, field| BulkId {
        session: SessionId::new(session.clone()),
        message: MessageId::new("msg_1"),
        part: PartId::new(part),
        field,
    };
    assert_eq!(
        dialect.bulk(&bulk("prt_tool", BulkField::Output)).await,
        Ok(Some(BulkBody::Text(output)))
    );
    assert_eq!(
        dialect.bulk(&bulk("prt_file", BulkField::File)).await,
        Ok(Some(BulkBody::Bytes {
            mime: "image/png".to_owned(),
            name: Some("dot.png".to_owned()),
            bytes: "ABC".into(),
        }))
    );
    assert_eq!(
        dialect.bulk(&bulk("prt_none", BulkField::Output)).await,
        Ok(None)
    );
    let raw = dialect
        .bulk(&bulk("prt_strange", BulkField::Raw))
        .await
        .unwrap();
    assert!(matches!(raw, Some(BulkBody::Text(raw)) if raw.contains("beam")));
}

#[tokio::test]
async fn refusals_are_told_by_what_can_be_done() {
    let server = FakeOpenCode::start().await;
    let dialect = connected(&server).await;
    let session = SessionId::new("ses_1");
    let path = "/session/ses_1/abort";
    for (status, body, expected) in [
        (404, json!({ "name": "NotFoundError" }), CallFault::NotFound),
        (409, json!({ "_tag": "SessionBusyError" }), CallFault::Busy),
        (
            400,
            json!({ "name": "BadRequest", "data": { "message": "Missing key\n  at [\"parts\"]" } }),
            CallFault::Refused {
                status: 400,
                why: "Missing key".to_owned(),
            },
        ),
    ] {
        server.answer("POST", path, status, body);
        assert_eq!(dialect.abort(&session).await, Err(expected));
    }
    server.manner(Manner::Html);
    let fault = dialect.abort(&session).await.unwrap_err();
    assert_eq!(
        fault,
        CallFault::Down(domain::house::ServerFault::NotOpenCode)
    );
}
