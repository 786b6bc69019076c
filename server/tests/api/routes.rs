//! Which addresses are public: exactly those on the list, and nothing else.

use app::fault::Fault;
use axum::body::Body;
use http::{Method, Request, StatusCode};
use serde_json::json;
use server::http::router::command_paths;

use crate::browser::{Browser, own};
use crate::server::TestServer;

/// The whole list, without the site's files.
const PUBLIC: [(&str, &str); 5] = [
    ("GET", "/healthz"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/setup"),
    ("POST", "/setup"),
];
/// The site's files: hashed ones, the worker, the manifest, icons, the offline shell.
const FILES: [&str; 7] = [
    "/pkg/nexus.1.js",
    "/pkg/nexus.2.wasm",
    "/pkg/nexus.3.css",
    "/sw.js",
    "/manifest.webmanifest",
    "/offline",
    "/favicon.svg",
];
/// Addresses that exist for the owner, and some that do not exist at all.
const CLOSED: [&str; 24] = [
    "/",
    "/servers",
    "/s/one",
    "/s/one/ses_here",
    "/settings",
    "/settings/devices",
    "/logs",
    "/gallery",
    "/logout",
    "/api",
    "/api/stream",
    "/api/stream/poll",
    "/api/nothing",
    "/api/bulk/a/b/c/d/output",
    "/api/transcripts/a/b",
    "/api/upload",
    "/api/upload/a",
    "/nothing",
    "/login/",
    "/setup/more",
    "/healthz/",
    "/pkg",
    "/pkg/nothing.js",
    "/assets.json",
];
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

fn is_refused(status: StatusCode, location: Option<&str>) -> bool {
    let to_login = location.is_some_and(|to| to == "/login" || to.starts_with("/login?next="));
    status == StatusCode::UNAUTHORIZED || (status == StatusCode::SEE_OTHER && to_login)
}

#[tokio::test]
async fn whoever_is_not_signed_in_gets_nothing_but_the_public_list() {
    let server = TestServer::owned().await;
    let closed = CLOSED.into_iter().chain(command_paths());
    let all = closed.chain(FILES).chain(PUBLIC.map(|(_, path)| path));
    for path in all {
        for method in METHODS {
            let reads = method == "GET" || method == "HEAD";
            let method_listed = if method == "HEAD" { "GET" } else { method };
            let public =
                PUBLIC.contains(&(method_listed, path)) || (reads && FILES.contains(&path));
            for accept in ["text/html", "*/*"] {
                let request = own(Method::from_bytes(method.as_bytes()).unwrap(), path)
                    .header("accept", accept)
                    .header("connection", "upgrade")
                    .header("upgrade", "websocket");
                let request = request.body(Body::empty()).unwrap();
                // Not faster than strangers may ask.
                server.clock.advance(1_000);
                let reply = Browser::here().send(&server, request).await;
                let refused = is_refused(reply.status, reply.header("location"));
                assert_eq!(!refused, public, "{method} {path}: {reply:?}");
                if refused && reply.status == StatusCode::UNAUTHORIZED && method != "HEAD" {
                    let fault: Fault = serde_json::from_str(&reply.body).unwrap();
                    assert_eq!(fault, Fault::SignedOut, "the same for every path");
                }
            }
        }
    }
}

#[tokio::test]
async fn every_command_is_reached_by_the_owner_and_takes_json_only() {
    let server = TestServer::owned().await;
    let mut browser = Browser::here();
    browser.sign_in(&server).await;
    for path in command_paths() {
        assert!(path.starts_with("/api/"), "{path}");
        let reply = browser.call(&server, path, "{}").await;
        let fault = serde_json::from_str::<Fault>(&reply.body);
        assert!(fault.is_ok(), "{path}: {reply:?}");
        assert_ne!(reply.status, StatusCode::NOT_FOUND, "{path}");
        for kind in [
            "application/x-www-form-urlencoded",
            "text/plain",
            "multipart/form-data",
        ] {
            let request = own(Method::POST, path).header("content-type", kind);
            let reply = browser
                .send(&server, request.body(Body::from("{}")).unwrap())
                .await;
            assert_eq!(
                reply.status,
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "{path} {kind}"
            );
        }
        let reply = browser.get(&server, path).await;
        assert_eq!(
            reply.status,
            StatusCode::METHOD_NOT_ALLOWED,
            "{path} by GET"
        );
    }
}

#[tokio::test]
async fn a_command_knows_which_of_the_owners_browsers_gives_it() {
    let server = TestServer::owned().await;
    let mut browser = Browser::here();
    browser.sign_in(&server).await;
    let body = json!({ "server": "one", "permission": "per_1", "reply": "once" });
    let request = own(Method::POST, "/api/asks/reply")
        .header("content-type", "application/json")
        .header(
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0",
        );
    let request = request.body(Body::from(body.to_string())).unwrap();
    let reply = browser.send(&server, request).await;
    let fault: Fault = serde_json::from_str(&reply.body).unwrap();
    let what = "Firefox on Linux".to_owned();
    assert_eq!(fault, Fault::Conflict { what });
}

#[tokio::test]
async fn health_says_ok_and_nothing_else() {
    let server = TestServer::owned().await;
    let reply = Browser::here().get(&server, "/healthz").await;
    assert_eq!(reply.body, r#"{"status":"ok"}"#);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("server"), None);
}

#[tokio::test]
async fn an_unknown_command_answers_with_an_encoded_fault() {
    let server = TestServer::owned().await;
    let mut browser = Browser::here();
    browser.sign_in(&server).await;
    let reply = browser.call(&server, "/api/nothing", "{}").await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert!(
        serde_json::from_str::<Fault>(&reply.body).is_ok(),
        "{}",
        reply.body
    );
}

#[tokio::test]
async fn files_come_compressed_and_stay_for_ever_where_their_name_says_so() {
    let server = TestServer::owned().await;
    let fetch = async |path: &str, name: &'static str, value: &str| {
        let request = Request::get(path).header(name, value);
        let request = request.body(Body::empty()).unwrap();
        Browser::here().send(&server, request).await
    };
    for (accepts, encoding, body) in [
        ("gzip, deflate, br, zstd", Some("br"), "pkg/nexus.1.js.br"),
        ("gzip;q=0.5", Some("gzip"), "pkg/nexus.1.js.gz"),
        ("br;q=0", None, "pkg/nexus.1.js"),
        ("identity", None, "pkg/nexus.1.js"),
    ] {
        let reply = fetch("/pkg/nexus.1.js", "accept-encoding", accepts).await;
        assert_eq!(reply.header("content-encoding"), encoding, "{accepts}");
        assert_eq!(reply.body, body, "{accepts}");
        assert_eq!(
            reply.header("content-type"),
            Some("text/javascript; charset=utf-8")
        );
        let keep = "public, max-age=31536000, immutable";
        assert_eq!(reply.header("cache-control"), Some(keep));
    }
    let worker = fetch("/sw.js", "accept", "*/*").await;
    assert_eq!(worker.header("cache-control"), Some("no-cache"));
    let again = fetch("/sw.js", "if-none-match", worker.header("etag").unwrap()).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert_eq!(again.body, "");
}
