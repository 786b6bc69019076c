//! What the browser is given to keep.

use http::StatusCode;
use server::http::names::Names;

use crate::browser::Browser;
use crate::server::{PASSWORD, TestServer, USER};

/// The attributes of the cookies of a sign-in, values left out.
async fn attributes(server: &TestServer, browser: &mut Browser, keep: bool) -> Vec<String> {
    let mut fields = vec![("user_name", USER), ("password", PASSWORD)];
    fields.extend(keep.then_some(("keep", "on")));
    let reply = browser.post(server, "/login", &fields).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    let cookies = reply.cookies().into_iter();
    cookies
        .map(|cookie| {
            let (name, rest) = cookie.split_once('=').unwrap();
            let (value, rest) = rest.split_once(';').unwrap();
            assert_eq!(value.len(), 43, "256 bits");
            format!("{name};{rest}")
        })
        .collect()
}

fn https() -> (Names, Browser) {
    let names = Names {
        extra: vec!["https://nexus.example".parse().unwrap()],
    };
    let browser = Browser {
        host: "nexus.example".to_owned(),
        ..Browser::here()
    };
    (names, browser)
}

#[tokio::test]
async fn over_https_cookies_are_bound_to_host_and_tls() {
    let (names, mut browser) = https();
    let server = TestServer::named(names);
    server.create_owner().await;
    assert_eq!(
        attributes(&server, &mut browser, false).await,
        [
            "__Host-session; Path=/; HttpOnly; SameSite=Lax; Secure",
            "__Host-device; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=34560000",
        ]
    );
    let kept = attributes(&server, &mut browser, true).await;
    assert_eq!(
        kept,
        ["__Host-session; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=2592000"],
        "a known browser is not given another token"
    );
}

#[tokio::test]
async fn on_plain_loopback_cookies_have_names_of_their_own() {
    let server = TestServer::owned().await;
    assert_eq!(
        attributes(&server, &mut Browser::here(), false).await,
        [
            "nexus-session-4210; Path=/; HttpOnly; SameSite=Lax",
            "nexus-device-4210; Path=/; HttpOnly; SameSite=Strict; Max-Age=34560000",
        ]
    );
}

#[tokio::test]
async fn a_cookie_of_plain_http_opens_nothing_over_https() {
    let (names, mut remote) = https();
    let server = TestServer::named(names);
    server.create_owner().await;
    let mut here = Browser::here();
    here.sign_in(&server).await;
    remote.cookies.clone_from(&here.cookies);
    assert!(!remote.is_signed_in(&server).await);
    let value = here.cookies["nexus-session-4210"].clone();
    remote.cookies.insert("__Host-session".to_owned(), value);
    assert!(
        remote.is_signed_in(&server).await,
        "it was the name that made the difference"
    );
}
