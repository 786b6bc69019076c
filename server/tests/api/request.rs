//! Which requests are looked at at all.

use app::fault::Fault;
use axum::body::Body;
use http::{Method, Request, StatusCode};

use crate::browser::{Browser, LOCAL, own};
use crate::server::TestServer;
use crate::step_up::DRAFT;

#[tokio::test]
async fn only_our_own_page_may_change_something() {
    let server = TestServer::owned().await;
    let mut browser = Browser::here();
    browser.sign_in(&server).await;
    let origin = format!("http://{LOCAL}");
    for (site, origin, passes) in [
        (Some("same-origin"), None, true),
        (Some("same-origin"), Some(origin.as_str()), true),
        (Some("same-site"), Some(origin.as_str()), false),
        (Some("cross-site"), Some(origin.as_str()), false),
        (Some("none"), None, false),
        (None, Some(origin.as_str()), true),
        (None, Some("http://127.0.0.1:4211"), false),
        (None, Some("http://127.0.0.1:42100"), false),
        (None, Some("http://127.0.0.1:4210.evil.example"), false),
        (None, Some("https://127.0.0.1:4210"), false),
        (None, Some("null"), false),
        (None, None, false),
    ] {
        for (path, refusal) in [
            (
                "/api/stream",
                serde_json::to_string(&Fault::Forbidden).unwrap(),
            ),
            ("/logout", format!("{}\n", Fault::Forbidden)),
        ] {
            let mut browser = browser.clone();
            let mut request = Request::post(path);
            if let Some(site) = site {
                request = request.header("sec-fetch-site", site);
            }
            if let Some(origin) = origin {
                request = request.header("origin", origin);
            }
            if passes && path == "/logout" {
                continue;
            }
            let reply = browser
                .send(&server, request.body(Body::empty()).unwrap())
                .await;
            let case = format!("{path} {site:?} {origin:?}");
            assert_eq!(reply.status == StatusCode::OK, passes, "{case}");
            if !passes {
                assert_eq!(reply.status, StatusCode::FORBIDDEN, "{case}");
                assert_eq!(reply.body, refusal, "{case}");
            }
        }
    }
    assert!(browser.is_signed_in(&server).await);
}

#[tokio::test]
async fn a_header_that_comes_twice_convinces_nobody() {
    let server = TestServer::owned().await;
    let request = own(Method::POST, "/login").header("sec-fetch-site", "cross-site");
    let reply = Browser::here()
        .send(&server, request.body(Body::empty()).unwrap())
        .await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn under_a_foreign_name_nothing_is_answered() {
    let server = TestServer::owned().await;
    for host in [
        "evil.example",
        "evil.example:4210",
        "127.0.0.1:80",
        "localhost",
    ] {
        for path in ["/", "/login", "/healthz", "/sw.js", "/api/stream"] {
            let request = Request::get(path).header("host", host);
            let reply = Browser::here()
                .send(&server, request.body(Body::empty()).unwrap())
                .await;
            assert_eq!(
                reply.status,
                StatusCode::MISDIRECTED_REQUEST,
                "{host} {path}"
            );
        }
    }
    let twice = Request::get("/healthz")
        .header("host", LOCAL)
        .header("host", "evil.example");
    let reply = Browser::here()
        .send(&server, twice.body(Body::empty()).unwrap())
        .await;
    assert_eq!(reply.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn what_came_through_a_tunnel_is_refused_at_the_main_door() {
    let server = TestServer::owned().await;
    for name in ["cf-connecting-ip", "CF-Ray", "Cf-Warp-Tag-Id"] {
        let request = Request::get("/healthz").header(name, "1");
        let reply = Browser::here()
            .send(&server, request.body(Body::empty()).unwrap())
            .await;
        assert_eq!(reply.status, StatusCode::MISDIRECTED_REQUEST, "{name}");
    }
}

#[tokio::test]
async fn a_body_has_a_bearable_size() {
    let server = TestServer::owned().await;
    let mut browser = Browser::here();
    browser.sign_in(&server).await;
    let long = "x".repeat(1024 * 1024 + 1);
    let request = own(Method::POST, "/api/stream").header("content-length", long.len());
    let reply = browser
        .send(&server, request.body(Body::from(long)).unwrap())
        .await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(serde_json::from_str::<Fault>(&reply.body).is_ok());
}

#[tokio::test]
async fn a_stranger_who_asks_all_the_time_is_slowed_down_and_nobody_else() {
    let server = TestServer::owned().await;
    let mut owner = Browser::at("203.0.113.9");
    owner.sign_in(&server).await;
    server.clock.advance(60_000);
    let mut stranger = Browser::at("203.0.113.9");
    for _ in 0..60 {
        let reply = stranger.get(&server, "/login").await;
        assert_eq!(reply.status, StatusCode::OK);
    }
    let reply = stranger.get(&server, "/login").await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reply.header("retry-after"), Some("1"));
    assert_eq!(
        stranger.get(&server, "/sw.js").await.status,
        StatusCode::OK,
        "files are free"
    );
    assert!(owner.is_signed_in(&server).await);
    assert_eq!(
        Browser::here().get(&server, "/login").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn passwords_of_servers_are_not_taken_over_a_plain_connection_from_afar() {
    let server = TestServer::owned().await;
    let path = "/api/servers/add";
    let json = DRAFT;
    for (mut browser, status) in [
        (Browser::here(), StatusCode::OK),
        (Browser::at("192.168.1.9"), StatusCode::FORBIDDEN),
    ] {
        browser.sign_in(&server).await;
        let reply = browser.call(&server, path, json).await;
        assert_eq!(reply.status, status, "{reply:?}");
    }
}
