//! The listener: real connections, and how they end with the program.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use bytes::Bytes;
use futures_util::stream;
use server::http::listener::Listener;
use server::lifecycle::{GRACE, Lifecycle};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

async fn listening(router: Router) -> (Lifecycle, TcpStream) {
    let life = Lifecycle::new();
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), None)
        .await
        .unwrap();
    let address = listener.address().unwrap();
    life.spawn_essential("listener", listener.serve(router, life.clone()));
    (life, TcpStream::connect(address).await.unwrap())
}

/// Reads until `text` has come.
async fn read_until(stream: &mut TcpStream, text: &str) -> String {
    let mut read = Vec::new();
    while !String::from_utf8_lossy(&read).contains(text) {
        let mut piece = [0; 1024];
        let length = stream.read(&mut piece).await.unwrap();
        assert_ne!(
            length,
            0,
            "closed after {:?}",
            String::from_utf8_lossy(&read)
        );
        read.extend_from_slice(piece.get(..length).unwrap());
    }
    String::from_utf8_lossy(&read).into_owned()
}

#[tokio::test]
async fn an_idle_connection_ends_at_once_with_the_program() {
    let router = Router::new().route("/", get(|| async { "hello" }));
    let (life, mut stream) = listening(router).await;
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    read_until(&mut stream, "hello").await;
    let began = Instant::now();
    life.soft().cancel();
    life.run_to_end().await;
    assert!(began.elapsed() < GRACE);
    assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0, "closed");
}

#[tokio::test]
async fn an_endless_answer_is_cut_after_the_grace_period() {
    let endless = || async {
        let first = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"first"))]);
        Body::from_stream(futures_util::StreamExt::chain(first, stream::pending()))
    };
    let (life, mut stream) = listening(Router::new().route("/", get(endless))).await;
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    read_until(&mut stream, "first").await;
    tokio::time::pause();
    life.soft().cancel();
    life.run_to_end().await;
    assert!(life.hard().is_cancelled());
}

#[tokio::test]
async fn headers_beyond_bounds_are_refused() {
    let router = Router::new().route("/", get(|| async { "hello" }));
    let (life, mut stream) = listening(router).await;
    let long = "x".repeat(40 * 1024);
    let request = format!("GET / HTTP/1.1\r\nhost: x\r\nlong: {long}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    assert!(read_until(&mut stream, "\r\n").await.contains(" 431 "));
    life.soft().cancel();
}

#[tokio::test]
async fn a_client_that_says_nothing_is_let_go() {
    let (life, mut stream) = listening(Router::new()).await;
    // The first byte shows that the connection is being served before time is stopped.
    stream.write_all(b"G").await.unwrap();
    tokio::task::yield_now().await;
    tokio::time::pause();
    let closed = tokio::time::timeout(Duration::from_mins(1), stream.read(&mut [0; 64])).await;
    assert!(closed.is_ok(), "still open after a minute");
    life.soft().cancel();
}
