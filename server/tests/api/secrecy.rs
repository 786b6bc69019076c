//! What goes into no log: passwords, tokens, cookies, queries.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use http::{Method, Request};

use crate::browser::{Browser, own};
use crate::server::{PASSWORD, TestServer, USER};

/// Keeps everything that is logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_occurs_in_the_log_or_in_an_error_page() {
    let kept = Kept::default();
    let writer = kept.clone();
    // For the whole process: the other tests' lines must be free of secrets too.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .init();
    let (secrets, pages) = visit().await;
    let log = String::from_utf8_lossy(&kept.0.lock().unwrap()).into_owned();
    assert!(log.contains("/login"), "requests are logged: {log}");
    for secret in &secrets {
        assert!(!log.contains(secret.as_str()), "the log holds {secret}");
        assert!(!pages.contains(secret.as_str()), "a page holds {secret}");
    }
}

/// Puts a secret into every input there is.
async fn visit() -> (Vec<String>, String) {
    let server = TestServer::new();
    let token = server.setup_token().await;
    let mut pages = String::new();
    let mut browser = Browser::here();
    let canary = |name: &str| format!("Canary-7-{name}-singing");

    let first = [
        ("user_name", USER),
        ("password", PASSWORD),
        ("repeat", PASSWORD),
        ("token", &token),
    ];
    pages += &browser.post(&server, "/setup", &first).await.body;
    let cookies: Vec<String> = browser.cookies.values().cloned().collect();
    pages += &browser.post(&server, "/logout", &[]).await.body;
    pages += &browser
        .try_password(&server, &canary("password"))
        .await
        .body;

    let query = format!("/login?token={}", canary("query"));
    pages += &browser.get(&server, &query).await.body;
    for (name, value) in [
        ("authorization", canary("bearer")),
        ("cookie", format!("nexus-session-4210={}", canary("cookie"))),
        ("x-anything", canary("header")),
    ] {
        let request = Request::get("/nothing").header(name, value);
        pages += &Browser::here()
            .send(&server, request.body(Body::empty()).unwrap())
            .await
            .body;
    }
    let request = own(Method::POST, "/api/nothing")
        .header("content-type", "application/json")
        .body(Body::from(canary("body")))
        .unwrap();
    pages += &browser.send(&server, request).await.body;

    let names = ["password", "query", "bearer", "cookie", "header", "body"];
    let mut secrets: Vec<String> = names.into_iter().map(canary).collect();
    secrets.extend(cookies);
    secrets.extend([PASSWORD.to_owned(), token]);
    (secrets, pages)
}
