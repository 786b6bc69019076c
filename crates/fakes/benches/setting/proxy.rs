//! A reverse proxy as plain as can be: one request up for each request down, bytes passed
//! as they come.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;

/// Starts it in front of `upstream` and gives its address.
pub(crate) async fn start(upstream: String) -> String {
    let router = Router::new().fallback(pass).with_state(upstream);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}")
}

async fn pass(State(upstream): State<String>, request: Request) -> Response {
    let url = format!("{upstream}{}", request.uri());
    let answer = reqwest::Client::new().get(url).send().await.unwrap();
    let kind = answer.headers()["content-type"].clone();
    let mut response = Response::new(Body::from_stream(answer.bytes_stream()));
    response.headers_mut().insert("content-type", kind);
    response
}
