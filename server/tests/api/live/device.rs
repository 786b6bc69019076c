//! A device: it opens a stream, applies what comes, and resumes where it was cut.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use domain::id::{MessageId, PartId, SessionId};
use domain::part::{PartBody, Text};
use domain::sync::{
    Applied, Farewell, Frame, INDEX_DEFAULT, PROTOCOL, Replica, StreamRequest, Viewing,
};
use domain::transcript::Transcript;
use futures_util::StreamExt as _;
use http::{Request, StatusCode};
use tower::ServiceExt as _;

use super::Nexus;

/// A test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Device {
    pub(crate) replica: Replica,
    pub(crate) viewing: Option<Viewing>,
    pub(crate) stream: Option<domain::id::StreamId>,
    pub(crate) farewell: Option<Farewell>,
    pub(crate) failed: usize,
    pub(crate) beats: usize,
    body: Option<BodyDataStream>,
    torn: String,
}

impl Device {
    pub(crate) fn new(viewing: Option<Viewing>) -> Self {
        Self {
            replica: Replica::default(),
            viewing,
            stream: None,
            farewell: None,
            failed: 0,
            beats: 0,
            body: None,
            torn: String::new(),
        }
    }

    pub(crate) fn request(&mut self) -> StreamRequest {
        StreamRequest {
            protocol: PROTOCOL,
            build: "build".to_owned(),
            focus: self
                .replica
                .focus(self.viewing.as_ref(), INDEX_DEFAULT, true),
            cursor: self.replica.cursor().clone(),
        }
    }

    /// Opens a stream where the device stands.
    pub(crate) async fn open<S>(&mut self, nexus: &Nexus<S>) {
        let request = self.request();
        self.open_with(nexus, &request).await;
    }

    pub(crate) async fn open_with<S>(&mut self, nexus: &Nexus<S>, request: &StreamRequest) {
        let request = Request::post("/api/stream")
            .header("content-type", "application/json")
            .body(Body::from(serde_json::to_string(request).unwrap()))
            .unwrap();
        let response = nexus.routes().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        self.torn.clear();
        self.farewell = None;
        self.body = Some(response.into_body().into_data_stream());
    }

    /// The connection breaks.
    pub(crate) fn cut(&mut self) {
        self.body = None;
    }

    /// Applies what comes until `ready`.
    pub(crate) async fn until(&mut self, ready: impl Fn(&Replica) -> bool) {
        let waited = tokio::time::timeout(PATIENCE, async {
            while !ready(&self.replica) {
                assert!(
                    self.receive().await,
                    "the stream ended: {:?}",
                    self.farewell
                );
            }
        })
        .await;
        assert!(
            waited.is_ok(),
            "waited in vain; the device has {:#?}",
            self.replica
        );
    }

    /// Applies what comes until the stream ends; answers with its farewell.
    pub(crate) async fn until_end(&mut self) -> Option<Farewell> {
        let ended = tokio::time::timeout(PATIENCE, async { while self.receive().await {} });
        ended.await.unwrap();
        self.farewell
    }

    pub(crate) async fn until_held(&mut self, session: &str) {
        let id = SessionId::new(session);
        self.until(|replica| {
            let mut mirrors = replica.mirrors.values();
            mirrors.any(|mirror| mirror.transcripts.contains_key(&id))
        })
        .await;
    }

    /// Takes what the next bytes complete; false where the stream is over.
    pub(crate) async fn receive(&mut self) -> bool {
        let Some(body) = &mut self.body else {
            return false;
        };
        let Some(bytes) = body.next().await else {
            return false;
        };
        self.torn
            .push_str(std::str::from_utf8(&bytes.unwrap()).unwrap());
        while let Some((event, rest)) = self.torn.split_once("\n\n") {
            let json = event.strip_prefix("data: ").unwrap().to_owned();
            self.torn = String::from(rest);
            self.take(&json);
        }
        true
    }

    fn take(&mut self, json: &str) {
        let frame: Frame = serde_json::from_str(json).unwrap();
        match &frame {
            Frame::Hello(hello) => self.stream = Some(hello.stream.clone()),
            Frame::Farewell(farewell) => self.farewell = Some(*farewell),
            Frame::WindowFailed { .. } => self.failed += 1,
            Frame::Beat { .. } => self.beats += 1,
            Frame::HouseReset { .. }
            | Frame::HouseEvents { .. }
            | Frame::Reset { .. }
            | Frame::Events { .. }
            | Frame::Index { .. }
            | Frame::Window { .. }
            | Frame::Passage { .. }
            | Frame::WindowLapsed { .. } => {}
        }
        assert_ne!(self.replica.apply(frame), Applied::Gap, "{json}");
    }

    pub(crate) fn transcript(&self, session: &str) -> Option<&Transcript> {
        transcript(&self.replica, session)
    }
}

pub(crate) fn transcript<'a>(replica: &'a Replica, session: &str) -> Option<&'a Transcript> {
    let id = SessionId::new(session);
    let mut mirrors = replica.mirrors.values();
    mirrors.find_map(|mirror| mirror.transcripts.get(&id))
}

pub(crate) fn words(replica: &Replica, session: &str, message: &str, part: &str) -> Option<Text> {
    let transcript = transcript(replica, session)?;
    let part = transcript.part(&MessageId::new(message), &PartId::new(part))?;
    let PartBody::Text(text) = &part.body else {
        return None;
    };
    Some(text.clone())
}
