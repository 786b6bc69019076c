//! The first run.

use http::StatusCode;

use crate::browser::Browser;
use crate::server::{PASSWORD, TestServer, USER};

fn filled<'a>(token: &'a str, password: &'a str, repeat: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("user_name", USER),
        ("password", password),
        ("repeat", repeat),
        ("token", token),
    ]
}

#[tokio::test]
async fn the_setup_token_creates_the_owner_once_and_signs_them_in() {
    let server = TestServer::new();
    let token = server.setup_token().await;
    let file = std::fs::read_to_string(server.setup_file()).unwrap();
    assert_eq!(file.trim(), token);

    let mut browser = Browser::here();
    let reply = browser
        .post(&server, "/setup", &filled(&token, PASSWORD, PASSWORD))
        .await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    assert_eq!(reply.header("location"), Some("/"));
    assert!(browser.is_signed_in(&server).await);
    assert!(
        !server.setup_file().exists(),
        "the token's file goes with the token"
    );

    let again = Browser::here()
        .post(&server, "/setup", &filled(&token, PASSWORD, PASSWORD))
        .await;
    assert_eq!(again.status, StatusCode::GONE);
    assert_eq!(
        Browser::here().get(&server, "/setup").await.status,
        StatusCode::GONE
    );
    assert!(server.auth.make_setup_token().await.unwrap().is_none());
}

#[tokio::test]
async fn without_the_token_nobody_becomes_owner_not_even_on_this_machine() {
    let server = TestServer::new();
    let token = server.setup_token().await;
    for wrong in ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let reply = Browser::here()
            .post(&server, "/setup", &filled(wrong, PASSWORD, PASSWORD))
            .await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{wrong}");
    }
    assert!(!server.auth.has_owner().await.unwrap());
    let reply = Browser::here()
        .post(&server, "/setup", &filled(&token, PASSWORD, PASSWORD))
        .await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_setup_token_is_good_for_thirty_minutes_and_void_after_the_next_start() {
    let server = TestServer::new();
    let old = server.setup_token().await;
    let server = server.restart();
    let new = server.setup_token().await;
    let reply = Browser::here()
        .post(&server, "/setup", &filled(&old, PASSWORD, PASSWORD))
        .await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN, "of the start before");

    server.clock.advance(30 * 60 * 1000);
    let reply = Browser::here()
        .post(&server, "/setup", &filled(&new, PASSWORD, PASSWORD))
        .await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN, "too old");
}

#[tokio::test]
async fn guessing_the_setup_token_locks_like_guessing_a_password() {
    let server = TestServer::new();
    let token = server.setup_token().await;
    let mut browser = Browser::here();
    for _ in 0..5 {
        let reply = browser
            .post(&server, "/setup", &filled("wrong", PASSWORD, PASSWORD))
            .await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
    }
    let reply = browser
        .post(&server, "/setup", &filled(&token, PASSWORD, PASSWORD))
        .await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reply.header("retry-after"), Some("1800"));
}

#[tokio::test]
async fn what_is_wrong_with_the_form_is_said_all_at_once_and_the_token_stays_good() {
    let server = TestServer::new();
    let token = server.setup_token().await;
    let mut browser = Browser::here();
    for (password, repeat, said) in [
        ("lantern", "lantern", "an upper-case letter and a digit"),
        ("Password1", "Password1", "too easy to guess"),
        (PASSWORD, "other", "The two passwords differ."),
    ] {
        let reply = browser
            .post(&server, "/setup", &filled(&token, password, repeat))
            .await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{password}");
        assert!(reply.body.contains(said), "{password}: {}", reply.body);
        assert!(
            reply.body.contains(&token),
            "the token need not be found again"
        );
        assert!(reply.body.contains(USER));
    }
    let reply = browser
        .post(&server, "/setup", &filled(&token, PASSWORD, PASSWORD))
        .await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn two_setups_at_once_make_one_owner() {
    let server = TestServer::new();
    let token = server.setup_token().await;
    let form = filled(&token, PASSWORD, PASSWORD);
    let (mut one, mut two) = (Browser::here(), Browser::here());
    let (one, two) = tokio::join!(
        one.post(&server, "/setup", &form),
        two.post(&server, "/setup", &form)
    );
    let mut statuses = [one.status, two.status];
    statuses.sort();
    assert_eq!(statuses[0], StatusCode::SEE_OTHER);
    assert_ne!(statuses[1], StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn before_there_is_an_owner_every_page_leads_to_setup() {
    let server = TestServer::new();
    let mut browser = Browser::here();
    assert_eq!(
        browser.get(&server, "/").await.header("location"),
        Some("/login")
    );
    assert_eq!(
        browser.get(&server, "/login").await.header("location"),
        Some("/setup")
    );
    let page = browser.get(&server, "/setup").await;
    assert_eq!(page.status, StatusCode::OK);
}
