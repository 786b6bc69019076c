//! Signing in and out.

use axum::body::Body;
use http::StatusCode;

use crate::browser::{Browser, own};
use crate::server::{PASSWORD, TestServer, USER};

#[tokio::test]
async fn the_right_password_opens_and_a_wrong_one_does_not() {
    let server = TestServer::owned().await;
    let mut browser = Browser::here();
    let reply = browser.try_password(&server, "Wrong 1 password").await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.cookies().is_empty());
    assert!(reply.body.contains(USER), "what was typed stays");
    assert!(
        !reply.body.contains("Wrong 1 password"),
        "but not the password"
    );
    assert!(!browser.is_signed_in(&server).await);

    browser.sign_in(&server).await;
    assert!(browser.is_signed_in(&server).await);
}

#[tokio::test]
async fn an_unknown_user_is_answered_like_a_wrong_password() {
    let server = TestServer::owned().await;
    let known = Browser::at("203.0.113.1")
        .try_password(&server, "Wrong 1 password")
        .await;
    let fields = [("user_name", "nobody"), ("password", PASSWORD)];
    let unknown = Browser::at("203.0.113.2")
        .post(&server, "/login", &fields)
        .await;
    assert_eq!(known.status, unknown.status);
    assert_eq!(known.body.replace(USER, "nobody").len(), unknown.body.len());
}

#[tokio::test]
async fn one_arrives_where_one_wanted_to_go_but_never_on_another_site() {
    let server = TestServer::owned().await;
    let away = Browser::here().get(&server, "/s/one/ses_2?a=b").await;
    assert_eq!(away.status, StatusCode::SEE_OTHER);
    assert_eq!(
        away.header("location"),
        Some("/login?next=/s/one/ses_2%3Fa%3Db")
    );

    for (next, location) in [
        ("/s/one/ses_2?a=b", "/s/one/ses_2?a=b"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("", "/"),
    ] {
        let fields = [("user_name", USER), ("password", PASSWORD), ("next", next)];
        let reply = Browser::here().post(&server, "/login", &fields).await;
        assert_eq!(reply.header("location"), Some(location), "{next}");
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_and_clears_what_the_browser_kept() {
    let server = TestServer::owned().await;
    let mut browser = Browser::here();
    browser.sign_in(&server).await;
    let stolen = browser.clone();

    let reply = browser.post(&server, "/logout", &[]).await;
    assert_eq!(reply.header("location"), Some("/login"));
    assert_eq!(
        reply.header("clear-site-data"),
        Some("\"cache\", \"storage\"")
    );
    assert!(!browser.is_signed_in(&server).await);
    assert!(
        !stolen.clone().is_signed_in(&server).await,
        "the token is void, not only gone"
    );
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before() {
    let server = TestServer::owned().await;
    let mut browser = Browser::here();
    browser.sign_in(&server).await;
    let mut before = browser.clone();
    browser.sign_in(&server).await;
    assert!(browser.is_signed_in(&server).await);
    assert!(!before.is_signed_in(&server).await);
}

#[tokio::test]
async fn a_form_that_cannot_be_read_is_refused_without_repeating_it() {
    let server = TestServer::owned().await;
    let request = own(http::Method::POST, "/login")
        .header("content-type", "application/json")
        .body(Body::from(format!("{{\"password\":\"{PASSWORD}\"}}")))
        .unwrap();
    let reply = Browser::here().send(&server, request).await;
    assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(!reply.body.contains(PASSWORD));
}
