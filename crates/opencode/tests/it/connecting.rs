//! Finding out what speaks there, and listening to it.

use std::time::Duration;

use domain::event::Event;
use domain::house::{Family, ServerFault};
use domain::time::Millis;
use fakes::{FakeOpenCode, Manner};
use opencode::probe::ATTEMPT_TIMEOUT;
use opencode::{Address, Client, Credentials, Probe, Subscription, Tongue, Upstream, probe};
use serde_json::json;

use crate::calls::{client, connected};

fn with_password(server: &FakeOpenCode, password: &str) -> Client {
    let address = Address::parse(&server.url()).unwrap();
    let credentials = Credentials {
        user: "opencode".to_owned(),
        password: password.to_owned().into(),
    };
    Client::new(&address, Some(credentials), "1.2.3").unwrap()
}

#[tokio::test]
async fn a_hybrid_is_known_by_both_its_faces() {
    let server = FakeOpenCode::start().await;
    let expected = Probe {
        tongue: Tongue::Hybrid,
        version: Some("1.18.33".to_owned()),
        open_to_all: true,
        sync_history: true,
    };
    assert_eq!(probe(&client(&server)).await, Ok(expected));
    // The whole log was not asked for.
    let asked = server.asked("POST", "/sync/history", 1).await;
    assert!(asked.body.as_object().is_some_and(|body| !body.is_empty()));
}

#[tokio::test]
async fn an_old_server_has_one_face_and_no_log() {
    let server = FakeOpenCode::start().await;
    server.old(true);
    let found = probe(&client(&server)).await.unwrap();
    assert_eq!((found.tongue, found.sync_history), (Tongue::V1, false));
}

#[tokio::test]
async fn each_kind_of_stranger_is_called_by_its_name() {
    let mut server = FakeOpenCode::start().await;
    for (manner, fault) in [
        (Manner::Html, ServerFault::NotOpenCode),
        (Manner::Garbage, ServerFault::Garbled),
        (Manner::Status(502), ServerFault::Failed { status: 502 }),
    ] {
        server.manner(manner);
        assert_eq!(probe(&client(&server)).await, Err(fault));
    }
    server.manner(Manner::Well);
    server.password(Some("right"));
    assert_eq!(
        probe(&client(&server)).await,
        Err(ServerFault::Unauthorized)
    );
    server.kill().await;
    assert_eq!(probe(&client(&server)).await, Err(ServerFault::Refused));
}

#[tokio::test]
async fn the_password_is_given_its_absence_noticed_and_a_wrong_one_told() {
    let server = FakeOpenCode::start().await;
    let found = probe(&with_password(&server, "pw")).await.unwrap();
    assert!(found.open_to_all, "it answers without the password too");
    server.password(Some("pw"));
    let found = probe(&with_password(&server, "pw")).await.unwrap();
    assert!(!found.open_to_all);
    let wrong = probe(&with_password(&server, "pv")).await;
    assert_eq!(wrong, Err(ServerFault::Unauthorized));
    let asked = server.asked("GET", "/global/health", 1).await;
    assert_eq!(asked.agent, "OpenCode-Nexus/1.2.3");
}

#[tokio::test]
async fn a_request_that_is_never_answered_is_made_again() {
    let server = FakeOpenCode::start().await;
    server.manner(Manner::Hang);
    let client = client(&server);
    let asking = probe(&client);
    tokio::pin!(asking);
    let woken = async {
        server.asked("GET", "/global/health", 1).await;
        server.manner(Manner::Well);
    };
    let (found, ()) = tokio::join!(asking, woken);
    assert_eq!(found.map(|found| found.family()), Ok(Family::Hybrid));
    assert!(ATTEMPT_TIMEOUT < Duration::from_secs(5));
}

#[tokio::test]
async fn what_happens_is_heard_in_order_with_its_number() {
    let server = FakeOpenCode::start().await;
    let session = server.session("/home/me/project", "one");
    let dialect = connected(&server).await;
    let mut heard = dialect.subscribe().await.unwrap();
    assert_eq!(next(&mut heard, 1).await, [Upstream::Connected]);
    server.push(json!({ "type": "message.updated", "properties": { "sessionID": session,
        "info": { "id": "msg_1", "sessionID": session, "role": "user", "time": { "created": 1 } } } }));
    let said = next(&mut heard, 2).await;
    assert!(matches!(
        said[0],
        Upstream::Event(Event::MessageUpserted { .. })
    ));
    assert!(matches!(said[1], Upstream::Seq { seq: 1, .. }));
}

#[tokio::test]
async fn a_statuss_time_is_the_clocks() {
    let server = FakeOpenCode::start().await;
    let session = server.session("/home/me/project", "one");
    let client = client(&server).with_clock(|| Millis(42));
    let found = probe(&client).await.unwrap();
    let dialect = opencode::dialect(client, &found);
    let mut heard = dialect.subscribe().await.unwrap();
    server.push(json!({ "type": "session.idle", "properties": { "sessionID": session } }));
    let said = next(&mut heard, 2).await;
    let Upstream::Event(Event::StatusChanged { at, .. }) = &said[1] else {
        panic!("{said:?}")
    };
    assert_eq!(*at, Millis(42));
}

#[tokio::test]
async fn bytes_that_complete_nothing_are_a_sign_of_life() {
    let server = FakeOpenCode::start().await;
    let dialect = connected(&server).await;
    let mut heard = dialect.subscribe().await.unwrap();
    next(&mut heard, 1).await;
    server.raw(": still there\n\n");
    assert_eq!(heard.next().await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_stream_that_ends_breaks_or_is_garbled_says_so() {
    let server = FakeOpenCode::start().await;
    let dialect = connected(&server).await;
    let mut heard = dialect.subscribe().await.unwrap();
    next(&mut heard, 1).await;
    server.end_streams();
    assert_eq!(heard.next().await, Err(ServerFault::Ended));

    let mut heard = dialect.subscribe().await.unwrap();
    next(&mut heard, 1).await;
    server.cut_stream_after(10);
    server.raw("data: {\"payload\":{\"type\":\"server.heartbeat\"}}\n\n");
    let fault = loop {
        match heard.next().await {
            Ok(said) => assert_eq!(said, []),
            Err(fault) => break fault,
        }
    };
    assert_eq!(fault, ServerFault::Ended);

    let mut heard = dialect.subscribe().await.unwrap();
    next(&mut heard, 1).await;
    server.raw("data: {\"payload\":\n\n");
    assert_eq!(heard.next().await, Err(ServerFault::Garbled));
}

#[tokio::test]
async fn what_was_said_before_the_damage_is_heard() {
    let server = FakeOpenCode::start().await;
    let dialect = connected(&server).await;
    let mut heard = dialect.subscribe().await.unwrap();
    next(&mut heard, 1).await;
    let whole = "data: {\"payload\":{\"type\":\"server.heartbeat\"}}\n\n";
    server.raw(format!("{whole}data: {{\"payload\":\n\n{whole}"));
    let mut said = Vec::new();
    let fault = loop {
        match heard.next().await {
            Ok(more) => said.extend(more),
            Err(fault) => break fault,
        }
    };
    assert_eq!(said, [Upstream::Heartbeat]);
    assert_eq!(fault, ServerFault::Garbled);
}

#[tokio::test]
async fn a_stream_is_not_opened_where_a_web_page_answers() {
    let server = FakeOpenCode::start().await;
    let dialect = connected(&server).await;
    server.manner(Manner::Html);
    assert_eq!(
        dialect.subscribe().await.err(),
        Some(ServerFault::NotOpenCode)
    );
    server.manner(Manner::Status(401));
    assert_eq!(
        dialect.subscribe().await.err(),
        Some(ServerFault::Unauthorized)
    );
}

async fn next(heard: &mut Subscription, count: usize) -> Vec<Upstream> {
    let mut said = Vec::new();
    while said.len() < count {
        said.extend(heard.next().await.unwrap());
    }
    said
}
