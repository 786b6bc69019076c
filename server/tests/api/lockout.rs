//! Five failures, thirty minutes.

use http::StatusCode;
use server::store::attempts;

use crate::browser::Browser;
use crate::server::{PASSWORD, TestServer};

const MINUTE: u64 = 60 * 1000;
const WRONG: &str = "Wrong 1 password";

async fn fail(server: &TestServer, browser: &mut Browser, times: u32) {
    for count in 1..=times {
        let reply = browser.try_password(server, WRONG).await;
        assert_eq!(
            reply.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "failure {count}"
        );
    }
}

async fn is_locked(server: &TestServer, browser: &mut Browser) -> bool {
    browser.try_password(server, PASSWORD).await.status == StatusCode::TOO_MANY_REQUESTS
}

#[tokio::test]
async fn five_failures_lock_for_thirty_minutes_and_a_restart_forgives_nothing() {
    let server = TestServer::owned().await;
    let mut browser = Browser::here();
    fail(&server, &mut browser, 5).await;

    let right = browser.try_password(&server, PASSWORD).await;
    assert_eq!(
        right.status,
        StatusCode::TOO_MANY_REQUESTS,
        "the sixth, although it is right"
    );
    assert_eq!(right.header("retry-after"), Some("1800"));
    let wrong = browser.try_password(&server, WRONG).await;
    assert_eq!(wrong.status, right.status);
    assert_eq!(
        without_nonce(&wrong.body),
        without_nonce(&right.body),
        "and no hint either"
    );

    let server = server.restart();
    server.clock.advance(29 * MINUTE + 59_000);
    assert!(is_locked(&server, &mut browser).await, "29:59");
    server.clock.advance(2_000);
    assert!(!is_locked(&server, &mut browser).await, "30:01");
}

#[tokio::test]
async fn a_stranger_locks_neither_this_machine_nor_a_known_device_nor_other_addresses() {
    let server = TestServer::owned().await;
    let mut known = Browser::at("203.0.113.9");
    known.sign_in(&server).await;
    known.post(&server, "/logout", &[]).await;

    let mut stranger = Browser::at("203.0.113.9");
    fail(&server, &mut stranger, 5).await;
    assert!(is_locked(&server, &mut stranger).await);
    assert!(!is_locked(&server, &mut Browser::here()).await);
    assert!(!is_locked(&server, &mut Browser::at("203.0.113.10")).await);
    assert!(
        !is_locked(&server, &mut known).await,
        "same address, known browser"
    );
}

#[tokio::test]
async fn a_known_device_is_locked_by_its_own_failures() {
    let server = TestServer::owned().await;
    let mut known = Browser::here();
    known.sign_in(&server).await;
    known.post(&server, "/logout", &[]).await;
    fail(&server, &mut known, 5).await;
    assert!(is_locked(&server, &mut known).await);
    assert!(!is_locked(&server, &mut Browser::here()).await);
}

#[tokio::test]
async fn one_household_of_ipv6_addresses_is_one_client() {
    let server = TestServer::owned().await;
    for n in 1..=5 {
        fail(&server, &mut Browser::at(&format!("2001:db8:1:2::{n}")), 1).await;
    }
    assert!(is_locked(&server, &mut Browser::at("2001:db8:1:2:ffff::1")).await);
    assert!(!is_locked(&server, &mut Browser::at("2001:db8:1:3::1")).await);
}

#[tokio::test]
async fn forwarded_addresses_are_not_believed() {
    let server = TestServer::owned().await;
    let mut browser = Browser::at("203.0.113.9");
    fail(&server, &mut browser, 5).await;
    for name in [
        "x-forwarded-for",
        "forwarded",
        "true-client-ip",
        "x-real-ip",
    ] {
        let request = crate::browser::own(http::Method::POST, "/login")
            .header("content-type", "application/x-www-form-urlencoded")
            .header(name, "198.51.100.1")
            .body(axum::body::Body::from("user_name=keeper&password=x"))
            .unwrap();
        let reply = browser.send(&server, request).await;
        assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS, "{name}");
    }
}

#[tokio::test]
async fn the_right_password_wipes_the_slate_clean() {
    let server = TestServer::owned().await;
    let mut browser = Browser::at("203.0.113.9");
    fail(&server, &mut browser, 4).await;
    browser.clone().sign_in(&server).await;
    fail(&server, &mut browser, 4).await;
    assert!(!is_locked(&server, &mut browser).await);
}

#[tokio::test]
async fn many_tries_at_once_count_as_many() {
    let server = TestServer::owned().await;
    let tries = (0..40).map(|_| {
        let server = &server;
        async move {
            Browser::at("203.0.113.9")
                .try_password(server, WRONG)
                .await
                .status
        }
    });
    let statuses = futures_util::future::join_all(tries).await;
    let looked_at = statuses
        .iter()
        .filter(|status| **status == StatusCode::UNPROCESSABLE_ENTITY)
        .count();
    assert!(looked_at <= 5, "{looked_at} passwords were compared");
}

#[tokio::test]
async fn a_crowd_of_guessers_locks_out_nobody_who_is_known() {
    let server = TestServer::owned().await;
    let mut known = Browser::at("203.0.113.9");
    known.sign_in(&server).await;
    known.post(&server, "/logout", &[]).await;

    let mut compared = 0;
    for n in 0..400_u32 {
        let address = std::net::Ipv4Addr::from(0xC612_0000 + n).to_string();
        let reply = Browser::at(&address).try_password(&server, WRONG).await;
        compared += u32::from(reply.status == StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(compared, 51, "beyond fifty in an hour they queue");
    assert!(is_locked(&server, &mut Browser::at("198.51.100.77")).await);
    server.clock.advance(30_000);
    assert!(
        !is_locked(&server, &mut Browser::at("198.51.100.77")).await,
        "one in 30 s"
    );
    assert!(!is_locked(&server, &mut known).await);
    assert!(!is_locked(&server, &mut Browser::here()).await);
}

#[tokio::test]
async fn the_command_line_lifts_the_lock() {
    let server = TestServer::owned().await;
    let mut browser = Browser::here();
    fail(&server, &mut browser, 5).await;
    server
        .store
        .call(|connection| attempts::clear(connection))
        .await
        .unwrap();
    assert!(!is_locked(&server, &mut browser).await);
}

fn without_nonce(page: &str) -> String {
    page.split("nonce=\"")
        .map(|part| part.split_once('"').map_or(part, |(_, rest)| rest))
        .collect()
}
