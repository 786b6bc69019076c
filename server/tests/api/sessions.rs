//! How long one stays signed in.

use http::StatusCode;
use server::auth::{OVERLAP_MS, ROTATE_MS};
use tokio_util::sync::CancellationToken;

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

/// What the streams of a browser's session hear of its end.
async fn ended(server: &TestServer, browser: &Browser) -> CancellationToken {
    let mut ended = Vec::new();
    for value in browser.cookies.values() {
        let token = server::auth::Token::parse(value).unwrap();
        if let Some(admitted) = server.auth.admit(&token).await.unwrap() {
            ended.push(admitted.signed_in.ended);
        }
    }
    assert_eq!(ended.len(), 1, "the browser's own token opens nothing");
    ended.remove(0)
}

#[tokio::test]
async fn streams_are_told_when_their_session_ends() {
    let server = TestServer::owned().await;
    let mut browser = signed_in(&server, false).await;
    let ended = ended(&server, &browser).await;
    assert!(!ended.is_cancelled());
    browser.post(&server, "/logout", &[]).await;
    assert!(ended.is_cancelled());
}

#[tokio::test]
async fn a_session_that_ran_out_or_was_revoked_elsewhere_is_found_by_the_next_look() {
    let server = TestServer::owned().await;
    let (here, there) = (
        signed_in(&server, false).await,
        signed_in(&server, true).await,
    );
    let (here, there) = (ended(&server, &here).await, ended(&server, &there).await);
    server.auth.sweep().await.unwrap();
    assert!(!here.is_cancelled() && !there.is_cancelled());
    server.clock.advance(DAY);
    server.auth.sweep().await.unwrap();
    assert!(here.is_cancelled() && !there.is_cancelled());
    // As another process does that works on the same database.
    let revoke = |connection: &mut rusqlite::Connection| {
        server::store::sessions::end_all(connection).map(drop)
    };
    server.store.call(revoke).await.unwrap();
    server.auth.sweep().await.unwrap();
    assert!(there.is_cancelled());
}
