//! A line to a peer, and what befalls what goes over it: requests that never arrive,
//! answers lost after delivery, streams that are cut at any byte, torn into any pieces,
//! stalled, doubled, or brought in another order where the protocol allows one.
//!
//! It leads to a fake in this program, without any socket, or to whatever listens at an
//! address: then it is a proxy, and may stand before the real server too.

mod course;
mod door;

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use axum::response::{Html, IntoResponse as _};
use axum::{Json, Router};
use serde_json::json;
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::opencode::{broken, lock};

pub use course::Course;
pub use door::Door;

/// What befalls one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Fate {
    /// Nothing.
    #[default]
    Well,
    /// Nobody listens.
    Refused,
    /// The connection breaks before the request has arrived.
    Lost,
    /// The request arrives and is carried out; the connection breaks before the answer.
    Unanswered,
    /// The request arrives and is carried out; the answer never comes, and nothing breaks.
    Silent,
    /// The request arrives after this time.
    Late(Duration),
    /// The request arrives and is carried out; the answer, as it is then, comes after this
    /// time.
    Delayed(Duration),
    /// The peer stumbles: it says so in its own words, with status 500, and does nothing.
    Stumbled,
    /// Something in between answers with this status and no body.
    Status(u16),
    /// Something in between answers with a web page and status 200.
    Html,
    /// The answer knows of nothing: an empty object, as from a server that has just begun.
    Blank,
    /// The answer comes in this way.
    Streamed(Course),
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// Nobody listens.
    Refused,
    /// The connection broke.
    Reset,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "nobody listens",
            Self::Reset => "the connection broke",
        })
    }
}

impl std::error::Error for Broken {}

/// A fake that can be reached without a socket.
pub trait Inside {
    /// The way in, and whether nobody is there.
    fn inside(&self) -> (Router, watch::Receiver<bool>);
}

type Befalls = Box<dyn FnMut(&str, &str) -> Fate + Send>;

/// A line to a peer; cheap to clone.
#[derive(Clone)]
pub struct Line(Arc<Inner>);

struct Inner {
    peer: Peer,
    befalls: Mutex<Befalls>,
}

/// Where a line leads.
enum Peer {
    Here(Router, watch::Receiver<bool>),
    At(String, reqwest::Client),
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").finish_non_exhaustive()
    }
}

impl Line {
    /// A line to a fake in this program, without a socket.
    pub fn to(server: &impl Inside) -> Self {
        let (router, down) = server.inside();
        Self::of(Peer::Here(router, down))
    }

    /// A line to what listens at `address`, `http://127.0.0.1:PORT`.
    ///
    /// # Panics
    /// Where no HTTP client can be made.
    #[expect(clippy::expect_used, reason = "without a client there is no test")]
    pub fn at(address: &str) -> Self {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("an HTTP client");
        Self::of(Peer::At(address.to_owned(), client))
    }

    fn of(peer: Peer) -> Self {
        Self(Arc::new(Inner {
            peer,
            befalls: Mutex::new(Box::new(|_, _| Fate::Well)),
        }))
    }

    /// From now on `befalls` says what becomes of each request, by its method and path.
    pub fn befall(&self, befalls: impl FnMut(&str, &str) -> Fate + Send + 'static) {
        *lock(&self.0.befalls) = Box::new(befalls);
    }

    /// From now on nothing befalls anything.
    pub fn mend(&self) {
        self.befall(|_, _| Fate::Well);
    }

    /// Listens on a loopback port for whoever wants to use the line.
    pub async fn listen(&self) -> Door {
        Door::open(self.clone()).await
    }

    /// Sends a request over the line.
    pub async fn call(&self, request: Request<Body>) -> Result<Response<Body>, Broken> {
        let fate = {
            let mut befalls = lock(&self.0.befalls);
            befalls(request.method().as_str(), request.uri().path())
        };
        match fate {
            Fate::Well => self.deliver(request).await,
            Fate::Refused => Err(Broken::Refused),
            Fate::Lost => Err(Broken::Reset),
            Fate::Unanswered => {
                let answer = self.deliver(request).await?;
                // Carried out to the end, as far as the peer is concerned.
                let _ = axum::body::to_bytes(answer.into_body(), ANSWER_MAX_BYTES).await;
                Err(Broken::Reset)
            }
            Fate::Silent => {
                self.deliver(request).await?;
                std::future::pending().await
            }
            Fate::Late(wait) => {
                tokio::time::sleep(wait).await;
                self.deliver(request).await
            }
            Fate::Delayed(wait) => {
                let answer = self.deliver(request).await;
                tokio::time::sleep(wait).await;
                answer
            }
            Fate::Stumbled => Ok(broken()),
            Fate::Status(status) => {
                let status =
                    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                Ok(status.into_response())
            }
            Fate::Html => Ok(Html("<!doctype html><title>Elsewhere</title>").into_response()),
            Fate::Blank if request.uri().path().starts_with("/api/") => {
                Ok(Json(json!({ "data": {} })).into_response())
            }
            Fate::Blank => Ok(Json(json!({})).into_response()),
            Fate::Streamed(course) => {
                let answer = self.deliver(request).await?;
                Ok(answer.map(|body| course.take(body)))
            }
        }
    }

    async fn deliver(&self, request: Request<Body>) -> Result<Response<Body>, Broken> {
        match &self.0.peer {
            Peer::Here(router, down) => {
                let mut down = down.clone();
                if *down.borrow_and_update() {
                    return Err(Broken::Refused);
                }
                tokio::select! {
                    biased;
                    answer = router.clone().oneshot(request) => {
                        // A router always answers.
                        answer.map_err(|never| match never {})
                    }
                    // The sender lives as long as the fake; gone with it, nobody listens.
                    _ = down.wait_for(|down| *down) => Err(Broken::Reset),
                }
            }
            Peer::At(address, client) => forward(client, address, request).await,
        }
    }
}

/// Larger than any answer in a test.
const ANSWER_MAX_BYTES: usize = 256 * 1024 * 1024;

async fn forward(
    client: &reqwest::Client,
    address: &str,
    request: Request<Body>,
) -> Result<Response<Body>, Broken> {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, ANSWER_MAX_BYTES).await;
    // Whoever sends it may think that the line's end is elsewhere.
    let path = head.uri.path_and_query().map_or("/", |it| it.as_str());
    let mut headers = head.headers;
    // These belong to a connection and not to the request.
    for name in [header::HOST, header::CONNECTION, header::CONTENT_LENGTH] {
        headers.remove(name);
    }
    let answer = client
        .request(head.method, format!("{address}{path}"))
        .headers(headers)
        .body(body.map_err(|_| Broken::Reset)?)
        .send()
        .await
        .map_err(|error| {
            if error.is_connect() {
                Broken::Refused
            } else {
                Broken::Reset
            }
        })?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    response.headers_mut().clone_from(answer.headers());
    for name in [header::TRANSFER_ENCODING, header::CONNECTION] {
        response.headers_mut().remove(name);
    }
    *response.body_mut() = Body::from_stream(answer.bytes_stream());
    Ok(response)
}
