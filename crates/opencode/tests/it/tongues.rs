//! What speaks there, told by content type and body. The bodies of 2.x are shaped as others
//! measured them; none was recorded here.

use domain::house::{Family, ServerFault};
use fakes::{FakeOpenCode, Manner};
use opencode::{Address, Client, Credentials, Tongue, probe};
use serde_json::{Value, json};

use crate::calls::client;

/// A server that has a web page for everything but these answers.
async fn answering(answers: &[(&str, u16, Value)]) -> FakeOpenCode {
    let server = FakeOpenCode::start().await;
    server.manner(Manner::Unknowing);
    for (path, status, body) in answers {
        server.answer("GET", path, *status, body.clone());
    }
    server
}

fn info() -> Value {
    json!({ "version": "2.0.24", "pid": 4711, "urls": ["http://127.0.0.1:4096"],
        "paths": { "tmp": "/tmp/opencode" }, "capabilities": { "persistentPty": true } })
}

#[tokio::test]
async fn each_tongue_is_told_by_what_is_in_its_answers() {
    let refusal = || json!({ "_tag": "RouteNotFoundError", "message": "no route" });
    for (answers, tongue, family, version) in [
        (
            vec![(
                "/global/health",
                200,
                json!({ "healthy": true, "version": "1.14.0" }),
            )],
            Tongue::V1,
            Family::V1,
            "1.14.0",
        ),
        (
            vec![
                (
                    "/global/health",
                    200,
                    json!({ "healthy": true, "version": "1.18.33" }),
                ),
                ("/api/health", 200, json!({ "healthy": true })),
            ],
            Tongue::Hybrid,
            Family::Hybrid,
            "1.18.33",
        ),
        (
            vec![(
                "/api/health",
                200,
                json!({ "healthy": true, "version": "2.0.3" }),
            )],
            Tongue::EarlyV2,
            Family::V2,
            "2.0.3",
        ),
        (
            vec![("/api/status", 200, json!({ "version": "0.0.0-next-18286" }))],
            Tongue::EarlyV2,
            Family::V2,
            "0.0.0-next-18286",
        ),
        (
            vec![
                ("/global/health", 404, refusal()),
                ("/api/health", 404, refusal()),
                ("/api/info", 200, info()),
            ],
            Tongue::CurrentV2,
            Family::V2,
            "2.0.24",
        ),
        (
            // Whoever has both is spoken to as the newer.
            vec![
                (
                    "/api/health",
                    200,
                    json!({ "healthy": true, "version": "2.0.24" }),
                ),
                ("/api/info", 200, info()),
            ],
            Tongue::CurrentV2,
            Family::V2,
            "2.0.24",
        ),
    ] {
        let server = answering(&answers).await;
        let found = probe(&client(&server)).await.unwrap();
        assert_eq!((found.tongue, found.family()), (tongue, family));
        assert_eq!(found.version.as_deref(), Some(version));
    }
}

#[tokio::test]
async fn what_only_resembles_a_server_is_a_stranger() {
    for (answers, fault) in [
        (vec![], ServerFault::NotOpenCode),
        // A hybrid's new face without its old one is no family that we know.
        (
            vec![("/api/health", 200, json!({ "healthy": true }))],
            ServerFault::NotOpenCode,
        ),
        (
            vec![("/api/info", 200, json!(["2.0.24"]))],
            ServerFault::NotOpenCode,
        ),
        (
            vec![("/api/info", 200, json!({ "version": "" }))],
            ServerFault::NotOpenCode,
        ),
        (vec![("/api/info", 503, info())], ServerFault::NotOpenCode),
    ] {
        let server = answering(&answers).await;
        assert_eq!(probe(&client(&server)).await, Err(fault), "{answers:?}");
    }
}

#[tokio::test]
async fn a_server_of_the_next_generation_wants_its_password_everywhere() {
    let server = answering(&[("/api/info", 200, info())]).await;
    server.password(Some("right"));
    let with = |password: &str| {
        let credentials = Credentials {
            user: "opencode".to_owned(),
            password: password.to_owned().into(),
        };
        let address = Address::parse(&server.url()).unwrap();
        Client::new(&address, Some(credentials), "1.2.3").unwrap()
    };
    let fault = probe(&client(&server)).await;
    assert_eq!(fault, Err(ServerFault::Unauthorized));
    let fault = probe(&with("wrong")).await;
    assert_eq!(fault, Err(ServerFault::Unauthorized));
    let found = probe(&with("right")).await.unwrap();
    assert!(!found.open_to_all);
    assert_eq!(found.tongue, Tongue::CurrentV2);
}
