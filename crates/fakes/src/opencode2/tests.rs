//! The fake against itself, over its port.

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};

use super::{DIRECTORY, FakeOpenCode2, Fault, PASSWORD, QUEUE_FRAMES};

fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

async fn ask(server: &FakeOpenCode2, method: Method, path: &str, body: Value) -> Response {
    let request = client()
        .request(method, format!("{}{path}", server.url()))
        .basic_auth("opencode", Some(PASSWORD));
    let request = if body.is_null() {
        request
    } else {
        request.json(&body)
    };
    request.send().await.unwrap()
}

async fn get(server: &FakeOpenCode2, path: &str) -> Value {
    let answer = ask(server, Method::GET, path, Value::Null).await;
    answer.json().await.unwrap()
}

async fn post(server: &FakeOpenCode2, path: &str, body: Value) -> Response {
    ask(server, Method::POST, path, body).await
}

/// The frames of a stream, up to its end.
async fn frames(mut stream: Response) -> Vec<Value> {
    let mut text = String::new();
    while let Ok(Some(chunk)) = stream.chunk().await {
        text.push_str(&String::from_utf8_lossy(&chunk));
    }
    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    data.map(|json| serde_json::from_str(json).unwrap())
        .collect()
}

#[tokio::test]
async fn nothing_is_answered_without_the_password() {
    let server = FakeOpenCode2::start().await;
    let url = format!("{}/api/info", server.url());
    let answer = client().get(url).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert!(
        answer.headers()["www-authenticate"]
            .as_bytes()
            .starts_with(b"Basic")
    );
    assert_eq!(get(&server, "/api/info").await["version"], "2.0.24");
}

#[tokio::test]
async fn old_routes_have_a_page_and_unknown_ones_nothing() {
    let server = FakeOpenCode2::start().await;
    let page = ask(&server, Method::GET, "/global/health", Value::Null).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    for unknown in [
        "/api/health",
        "/api/credential",
        "/api/session/x/environment",
    ] {
        let answer = ask(&server, Method::GET, unknown, Value::Null).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{unknown}");
    }
    server.early(true);
    assert_eq!(get(&server, "/api/health").await["version"], "2.0.3");
}

#[tokio::test]
async fn a_prompt_waits_is_delivered_and_answered() {
    let server = FakeOpenCode2::start().await;
    let session = server.session(DIRECTORY, "one");
    let path = format!("/api/session/{session}");
    let prompt = json!({ "id": "msg_mine", "text": "Hello" });
    let receipt: Value = post(&server, &format!("{path}/prompt"), prompt.clone())
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(receipt["data"]["delivery"], "steer");
    assert_eq!(
        get(&server, &format!("{path}/inbox")).await["data"][0]["id"],
        "msg_mine"
    );
    let one = ask(
        &server,
        Method::GET,
        &format!("{path}/message/msg_mine"),
        Value::Null,
    )
    .await;
    assert_eq!(one.status(), StatusCode::NOT_FOUND);

    server.deliver(&session);
    let step = server.step(&session);
    assert_eq!(
        get(&server, "/api/session/active").await["data"][&session]["type"],
        "running"
    );
    server.say(&session, &step, 0, "Hello yourself");
    server.step_ended(&session, &step, "stop");
    server.publish("session.execution.succeeded", &session, json!({}));
    let read = get(&server, &format!("{path}/message?order=asc")).await;
    let kinds: Vec<&str> = read["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["user", "assistant", "idle"]);
    assert_eq!(read["data"][1]["content"][0]["text"], "Hello yourself");

    // The first record wins, whatever a repeat says; another session's id is refused.
    let repeat = json!({ "id": "msg_mine", "text": "Other words" });
    let again: Value = post(&server, &format!("{path}/prompt"), repeat.clone())
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(again["data"]["text"], "Hello");
    let other = server.session(DIRECTORY, "two");
    let answer = post(&server, &format!("/api/session/{other}/prompt"), repeat).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    let stray = json!({ "text": "Hello", "agent": "plan" });
    let answer = post(&server, &format!("{path}/prompt"), stray).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_stream_says_what_reads_lag_behind() {
    let server = FakeOpenCode2::start().await;
    let session = server.session(DIRECTORY, "one");
    let stream = ask(&server, Method::GET, "/api/event", Value::Null).await;
    server.listened().await;
    let step = server.step(&session);
    let at = json!({ "assistantMessageID": step, "ordinal": 0 });
    server.publish("session.text.started", &session, at.clone());
    let mut delta = at;
    delta["delta"] = json!("Half");
    server.publish("session.text.delta", &session, delta);
    assert_eq!(server.messages(&session)[0]["content"][0]["text"], "");
    server.hold();
    server.publish("session.execution.succeeded", &session, json!({}));
    assert_eq!(server.messages(&session)[1]["type"], "idle");
    server.let_go();
    server.end_streams();
    let said = frames(stream).await;
    let said: Vec<(&str, Option<u64>)> = said
        .iter()
        .map(|it| (it["type"].as_str().unwrap(), it["durable"]["seq"].as_u64()))
        .collect();
    assert_eq!(
        said,
        [
            ("server.connected", None),
            ("session.step.started", Some(1)),
            ("session.text.started", Some(2)),
            ("session.text.delta", None),
            ("session.execution.succeeded", Some(3)),
        ]
    );
}

#[tokio::test]
async fn a_reader_that_is_too_slow_comes_to_a_clean_end() {
    let server = FakeOpenCode2::start().await;
    let session = server.session(DIRECTORY, "one");
    let stream = ask(&server, Method::GET, "/api/event", Value::Null).await;
    server.listened().await;
    // Nothing is awaited in between, so the stream takes nothing out of its queue.
    for _ in 0..QUEUE_FRAMES + 10 {
        server.publish("session.viewed", &session, json!({ "idle": 1 }));
    }
    let said = frames(stream).await.len();
    assert!(said <= QUEUE_FRAMES + 1, "{said}");
    assert!(said >= QUEUE_FRAMES - 1, "{said}");
}

#[tokio::test]
async fn faults_happen_once_and_an_answer_can_be_lost_after_admission() {
    let server = FakeOpenCode2::start().await;
    let session = server.session(DIRECTORY, "one");
    let path = format!("/api/session/{session}/prompt");
    server.fault("POST", "/api/session/*/prompt", Fault::Empty500);
    let answer = post(&server, &path, json!({ "id": "msg_1", "text": "a" })).await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(server.inbox(&session).is_empty());
    server.fault("POST", "/api/session/*/prompt", Fault::AnswerLost);
    let lost = client()
        .post(format!("{}{path}", server.url()))
        .basic_auth("opencode", Some(PASSWORD))
        .json(&json!({ "id": "msg_1", "text": "a" }))
        .send()
        .await;
    assert!(lost.is_err());
    assert_eq!(server.inbox(&session).len(), 1);
    let answer = post(&server, &path, json!({ "id": "msg_1", "text": "a" })).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(server.inbox(&session).len(), 1);
}

#[tokio::test]
async fn a_restart_keeps_what_is_stored_and_loses_what_is_asked() {
    let mut server = FakeOpenCode2::start().await;
    let session = server.session(DIRECTORY, "one");
    server.publish("session.execution.started", &session, json!({}));
    let ask = json!({ "id": "per_1", "action": "shell", "resources": ["ls"] });
    server.publish("permission.asked", &session, ask);
    let pending = format!("/api/session/{session}/permission");
    assert_eq!(get(&server, &pending).await["data"][0]["id"], "per_1");
    let before = server.url();
    server.restart().await;
    assert_ne!(server.url(), before);
    assert_eq!(get(&server, &pending).await["data"], json!([]));
    assert_eq!(get(&server, "/api/session/active").await["data"], json!({}));
    assert_eq!(server.messages(&session), Vec::<Value>::new());
}

#[tokio::test]
async fn a_list_ends_with_a_page_without_anything() {
    let server = FakeOpenCode2::start().await;
    for title in ["one", "two", "three"] {
        server.session(DIRECTORY, title);
    }
    let first = get(&server, "/api/session?limit=2").await;
    assert_eq!(first["data"].as_array().unwrap().len(), 2);
    let next = first["cursor"]["next"].as_str().unwrap();
    let second = get(&server, &format!("/api/session?limit=2&cursor={next}")).await;
    assert_eq!(second["data"][0]["title"], "one");
    let next = second["cursor"]["next"].as_str().unwrap();
    let last = get(&server, &format!("/api/session?limit=2&cursor={next}")).await;
    assert_eq!(last, json!({ "data": [], "cursor": {} }));
    let both = format!("/api/session?cursor={next}&order=asc");
    let answer = ask(&server, Method::GET, &both, Value::Null).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_cold_directory_has_nothing_at_first_and_a_plain_directory_is_ignored() {
    let server = FakeOpenCode2::start().await;
    server.cold(true);
    let agents = "/api/agent?location%5Bdirectory%5D=%2Fa";
    assert_eq!(get(&server, agents).await["data"], json!([]));
    assert_eq!(get(&server, agents).await["data"][0]["name"], "build");
    let plain = get(&server, "/api/agent?directory=%2Fb").await;
    assert_eq!(plain["location"]["directory"], DIRECTORY);
    let nowhere = "/api/agent?location%5Bdirectory%5D=%2Fnone";
    let answer = ask(&server, Method::GET, nowhere, Value::Null).await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
}
