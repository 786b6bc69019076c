//! Pages and the headers around them.

use http::StatusCode;

use crate::browser::Browser;
use crate::house::SESSION;
use crate::server::TestServer;

#[tokio::test]
async fn the_owner_sees_pages_and_a_page_for_what_does_not_exist() {
    let server = TestServer::owned().await;
    let mut browser = Browser::here();
    browser.sign_in(&server).await;
    let here = format!("/s/one/{SESSION}");
    for (path, status) in [
        ("/", StatusCode::OK),
        ("/servers", StatusCode::OK),
        ("/settings", StatusCode::OK),
        ("/s/one", StatusCode::OK),
        (here.as_str(), StatusCode::OK),
        ("/s/one/ses_gone", StatusCode::NOT_FOUND),
        ("/nothing", StatusCode::NOT_FOUND),
    ] {
        let reply = browser.get(&server, path).await;
        assert_eq!(reply.status, status, "{path}");
        assert_eq!(
            reply.header("content-type"),
            Some("text/html; charset=utf-8"),
            "{path}"
        );
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{path}");
    }
}

#[tokio::test]
async fn whoever_is_signed_in_needs_no_sign_in_page() {
    let server = TestServer::owned().await;
    let mut browser = Browser::here();
    browser.sign_in(&server).await;
    let reply = browser.get(&server, "/login?next=/servers").await;
    assert_eq!(reply.header("location"), Some("/servers"));
}

#[tokio::test]
async fn every_answer_says_what_the_browser_may_do_with_it() {
    let server = TestServer::owned().await;
    let mut browser = Browser::here();
    let closed = [
        "/login",
        "/setup",
        "/healthz",
        "/",
        "/api/nothing",
        "/sw.js",
        "/offline",
    ];
    for path in closed {
        let reply = browser.get(&server, path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{path} {name}");
        }
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"));
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{path}"
        );
        assert!(reply.header("permissions-policy").is_some(), "{path}");
        assert_eq!(reply.header("access-control-allow-origin"), None, "{path}");
        assert_eq!(
            reply.header("strict-transport-security"),
            None,
            "{path}: plain http"
        );
        assert!(reply.header("cache-control").is_some(), "{path}");
    }
}

#[tokio::test]
async fn every_script_of_a_page_carries_the_nonce_of_its_policy() {
    let server = TestServer::owned().await;
    let mut browser = Browser::here();
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let reply = browser.get(&server, "/login").await;
        let policy = reply.header("content-security-policy").unwrap().to_owned();
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .unwrap()
            .split('\'')
            .next()
            .unwrap()
            .to_owned();
        assert_eq!(policy.matches(&nonce).count(), 2, "scripts and styles");
        for script in reply.body.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            let is_data = tag.contains("type=\"application/json\"");
            assert!(is_data || tag.contains(&nonce), "{tag}");
        }
        assert!(!reply.body.contains(" style="), "the policy blocks these");
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}
