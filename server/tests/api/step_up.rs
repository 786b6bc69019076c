//! What a stolen cookie alone must not do asks for the password.

use app::fault::Fault;
use http::StatusCode;
use serde_json::json;

use crate::browser::{Browser, Reply};
use crate::server::{PASSWORD, TestServer};

const MINUTE: u64 = 60 * 1000;

/// A server as the page sends it.
pub(crate) const DRAFT: &str = r#"{"draft":{"id":"srv_1","name":"Box","address":"http://127.0.0.1:4096","user":"","password":"nothing","in_clear":false,"check_seconds":30}}"#;

const GUARDED: [(&str, &str); 4] = [
    ("/api/servers/add", DRAFT),
    ("/api/servers/edit", DRAFT),
    ("/api/servers/try", DRAFT),
    ("/api/servers/remove", r#"{"server":"srv_1"}"#),
];

async fn prove(server: &TestServer, browser: &mut Browser, password: &str) -> Reply {
    let json = json!({ "password": password }).to_string();
    browser.call(server, "/api/account/prove", &json).await
}

fn is_step_up(reply: &Reply) -> bool {
    reply.status == StatusCode::FORBIDDEN
        && serde_json::from_str::<Fault>(&reply.body).is_ok_and(|fault| fault == Fault::StepUp)
}

#[tokio::test]
async fn servers_are_changed_only_within_ten_minutes_of_the_password() {
    let server = TestServer::owned().await;
    let mut browser = Browser::here();
    browser.sign_in(&server).await;
    for (path, json) in GUARDED {
        let reply = browser.call(&server, path, json).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {reply:?}");
    }
    server.clock.advance(10 * MINUTE);
    for (path, json) in GUARDED {
        let reply = browser.call(&server, path, json).await;
        assert!(is_step_up(&reply), "{path}: {reply:?}");
    }
    let harmless = r#"{"server":"srv_1"}"#;
    for path in ["/api/servers/connect", "/api/servers/record"] {
        let reply = browser.call(&server, path, harmless).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
    }

    let before = browser.clone();
    let proven = prove(&server, &mut browser, PASSWORD).await;
    assert_eq!(proven.status, StatusCode::OK, "{proven:?}");
    let reply = browser.call(&server, GUARDED[0].0, DRAFT).await;
    assert_eq!(reply.status, StatusCode::OK, "{reply:?}");

    // The session has another token; the old one is out once that was seen.
    assert_ne!(browser.cookies, before.cookies);
    server.clock.advance(2 * MINUTE);
    let mut stolen = before;
    assert!(!stolen.is_signed_in(&server).await);
    assert!(browser.is_signed_in(&server).await);
}

#[tokio::test]
async fn wrong_passwords_count_as_those_of_signing_in_do() {
    let server = TestServer::owned().await;
    let mut browser = Browser::here();
    browser.sign_in(&server).await;
    server.clock.advance(10 * MINUTE);
    for left in [4, 3, 2, 1, 0] {
        let reply = prove(&server, &mut browser, "Wrong 1 password").await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{left}");
        let fault: Fault = serde_json::from_str(&reply.body).unwrap();
        assert!(matches!(fault, Fault::Invalid { field, .. } if field == "password"));
    }
    let right = prove(&server, &mut browser, PASSWORD).await;
    assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(right.header("retry-after"), Some("1800"));
    let reply = browser.call(&server, GUARDED[0].0, DRAFT).await;
    assert!(is_step_up(&reply), "{reply:?}");
    assert_eq!(
        browser.try_password(&server, PASSWORD).await.status,
        StatusCode::TOO_MANY_REQUESTS,
        "the same counter"
    );
}

#[tokio::test]
async fn nobody_without_a_session_gives_a_password_here() {
    let server = TestServer::owned().await;
    let reply = prove(&server, &mut Browser::here(), PASSWORD).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
}
