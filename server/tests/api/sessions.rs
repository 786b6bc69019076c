//! How long one stays signed in.

use http::StatusCode;
use server::auth::{OVERLAP_MS, ROTATE_MS};

use crate::browser::Browser;
use crate::server::{PASSWORD, TestServer, USER};

const HOUR: u64 = 60 * 60 * 1000;
const DAY: u64 = 24 * HOUR;

async fn signed_in(server: &TestServer, keep: bool) -> Browser {
    let mut browser = Browser::here();
    let mut fields = vec![("user_name", USER), ("password", PASSWORD)];
    fields.extend(keep.then_some(("keep", "on")));
    let reply = browser.post(server, "/login", &fields).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    browser
}

#[tokio::test]
async fn a_session_ends_unless_it_is_used() {
    for (keep, lasts) in [(false, DAY), (true, 30 * DAY)] {
        let server = TestServer::owned().await;
        let mut browser = signed_in(&server, keep).await;
        server.clock.advance(lasts - 1);
        assert!(browser.is_signed_in(&server).await, "used in time");
        server.clock.advance(lasts - 1);
        assert!(browser.is_signed_in(&server).await, "so it rolled on");
        server.clock.advance(lasts);
        assert!(!browser.is_signed_in(&server).await);
    }
}

#[tokio::test]
async fn no_session_outlives_ninety_days() {
    let server = TestServer::owned().await;
    let mut browser = signed_in(&server, true).await;
    for _ in 0..89 {
        server.clock.advance(DAY);
        assert!(browser.is_signed_in(&server).await);
    }
    server.clock.advance(DAY);
    assert!(!browser.is_signed_in(&server).await);
}

#[tokio::test]
async fn a_session_survives_a_restart() {
    let server = TestServer::owned().await;
    let mut browser = signed_in(&server, false).await;
    let server = server.restart();
    assert!(browser.is_signed_in(&server).await);
}

#[tokio::test]
async fn a_token_is_replaced_every_day_while_requests_under_way_keep_the_old_one() {
    let server = TestServer::owned().await;
    let mut browser = signed_in(&server, true).await;
    let mut late = browser.clone();
    server.clock.advance(ROTATE_MS);
    let reply = browser.get(&server, "/").await;
    assert_eq!(reply.cookies().len(), 1);
    assert_ne!(browser.cookies, late.cookies);

    let parallel = late.clone().get(&server, "/").await;
    assert_eq!(parallel.status, StatusCode::OK);
    assert!(parallel.cookies().is_empty(), "one new token is enough");
    assert!(browser.is_signed_in(&server).await, "the new token is seen");
    server.clock.advance(OVERLAP_MS - 1);
    assert!(late.clone().is_signed_in(&server).await);
    server.clock.advance(1);
    assert!(!late.is_signed_in(&server).await);
    assert!(browser.is_signed_in(&server).await);
}

#[tokio::test]
async fn a_new_token_that_was_lost_on_its_way_signs_nobody_out() {
    let server = TestServer::owned().await;
    let mut browser = signed_in(&server, true).await;
    server.clock.advance(ROTATE_MS);
    browser.clone().get(&server, "/").await;
    server.clock.advance(5 * HOUR);
    let reply = browser.get(&server, "/").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.cookies().len(), 1, "it gets another");
    assert!(browser.is_signed_in(&server).await);
}

#[tokio::test]
async fn streams_are_told_when_their_session_ends() {
    let server = TestServer::owned().await;
    let mut browser = signed_in(&server, false).await;
    let token = browser
        .cookies
        .values()
        .find_map(|value| server::auth::Token::parse(value));
    let mut ended = Vec::new();
    for value in browser.cookies.values() {
        let token = server::auth::Token::parse(value).unwrap();
        if let Some(admitted) = server.auth.admit(&token).await.unwrap() {
            ended.push(admitted.signed_in.ended);
        }
    }
    assert!(token.is_some());
    assert_eq!(ended.len(), 1, "the browser's own token opens nothing");
    assert!(!ended[0].is_cancelled());
    browser.post(&server, "/logout", &[]).await;
    assert!(ended[0].is_cancelled());
}
