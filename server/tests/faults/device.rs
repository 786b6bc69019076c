//! A device on a bad network: its stream is cut at any byte and comes in any pieces, and it
//! goes on where it stands. Sometimes it polls instead.

use axum::body::{Body, BodyDataStream};
use domain::id::{PermissionId, SessionId, StreamId};
use domain::sync::{
    Applied, Farewell, Focus, Frame, INDEX_DEFAULT, PROTOCOL, PollRequest, Replica, StreamRequest,
    Viewing,
};
use domain::transcript::Transcript;
use fakes::Chance;
use futures_util::StreamExt as _;
use http::{Request, StatusCode};
use tower::ServiceExt as _;

use crate::line::Cuts;
use crate::nexus::Running;

/// A device and what it shows.
pub(crate) struct Device {
    pub(crate) replica: Replica,
    pub(crate) viewing: Option<Viewing>,
    /// How often a frame did not fit: it must never be.
    pub(crate) gaps: usize,
    /// How often a server's copy was thrown away.
    pub(crate) resets: usize,
    /// How often it heard that there is nothing new.
    pub(crate) beats: usize,
    pub(crate) stream: Option<StreamId>,
    pub(crate) farewell: Option<Farewell>,
    body: Option<BodyDataStream>,
    /// Bytes of a frame that has not ended.
    torn: Vec<u8>,
    network: Option<Network>,
}

/// How bad its network is.
pub(crate) struct Network {
    pub(crate) chance: Chance,
    pub(crate) cuts: Cuts,
    /// How many more bytes come before the present stream is cut.
    left: Option<usize>,
}

impl Network {
    pub(crate) fn new(chance: Chance, cuts: Cuts) -> Self {
        Self {
            chance,
            cuts,
            left: None,
        }
    }
}

impl Device {
    /// One that has heard that nothing is missing.
    pub(crate) async fn linked(running: &Running) -> Self {
        let mut device = Self::new();
        device.open(running).await;
        while device.beats == 0 {
            assert!(device.receive().await);
        }
        device
    }

    /// A device whose network never fails.
    pub(crate) fn new() -> Self {
        Self {
            replica: Replica::default(),
            viewing: None,
            gaps: 0,
            resets: 0,
            beats: 0,
            stream: None,
            farewell: None,
            body: None,
            torn: Vec::new(),
            network: None,
        }
    }

    pub(crate) fn on(network: Network) -> Self {
        Self {
            network: Some(network),
            ..Self::new()
        }
    }

    /// From now on its network is as good as any.
    pub(crate) fn mend(&mut self) {
        self.network = None;
    }

    pub(crate) fn is_open(&self) -> bool {
        self.body.is_some()
    }

    /// Lets go of its stream.
    pub(crate) fn close(&mut self) {
        self.body = None;
        self.torn.clear();
    }

    fn request(&mut self) -> StreamRequest {
        let focus: Focus = self
            .replica
            .focus(self.viewing.as_ref(), INDEX_DEFAULT, true);
        StreamRequest {
            protocol: PROTOCOL,
            build: "build".to_owned(),
            focus,
            cursor: self.replica.cursor().clone(),
        }
    }

    /// Opens a stream where it stands.
    pub(crate) async fn open(&mut self, nexus: &Running) {
        self.close();
        let request = self.request();
        let json = serde_json::to_string(&request).unwrap();
        let answer = post(nexus, "/api/stream", json).await;
        self.body = Some(answer.into_data_stream());
        if let Some(network) = &mut self.network {
            network.left = network.chance.happens(85).then(|| {
                network.cuts.count();
                network.chance.below(20_000)
            });
        }
    }

    /// Takes what the next bytes complete; false where the stream is over.
    pub(crate) async fn receive(&mut self) -> bool {
        let Some(body) = &mut self.body else {
            return false;
        };
        let Some(Ok(bytes)) = body.next().await else {
            self.close();
            return false;
        };
        let mut rest = bytes.as_ref();
        let mut whole = true;
        if let Some(left) = self.network.as_mut().and_then(|it| it.left.as_mut()) {
            if rest.len() >= *left {
                rest = rest.get(..*left).unwrap_or_default();
                whole = false;
            }
            *left -= rest.len();
        }
        while !rest.is_empty() {
            let size = match &mut self.network {
                Some(network) => 1 + network.chance.below(700),
                None => rest.len(),
            };
            let (piece, behind) = rest.split_at(size.min(rest.len()));
            self.take(piece);
            rest = behind;
        }
        if !whole {
            self.close();
        }
        whole
    }

    /// Asks once for what there is. Where the answer is lost nothing of it is known.
    pub(crate) async fn poll(&mut self, nexus: &Running, wait_ms: u32) {
        self.close();
        let request = PollRequest {
            stream: self.stream.clone(),
            wait_ms,
            open: self.request(),
        };
        let json = serde_json::to_string(&request).unwrap();
        let answer = post(nexus, "/api/stream/poll", json).await;
        let Ok(bytes) = axum::body::to_bytes(answer, usize::MAX).await else {
            return;
        };
        let lost = self
            .network
            .as_mut()
            .is_some_and(|network| network.chance.happens(25));
        if !lost {
            self.take(&bytes);
        }
        self.torn.clear();
    }

    fn take(&mut self, piece: &[u8]) {
        self.torn.extend_from_slice(piece);
        while let Some(end) = self.torn.windows(2).position(|pair| pair == b"\n\n") {
            let frame: Vec<u8> = self.torn.drain(..end + 2).collect();
            let json = frame.strip_prefix(b"data: ").unwrap();
            let frame: Frame = serde_json::from_slice(json).unwrap();
            match &frame {
                Frame::Hello(hello) => self.stream = Some(hello.stream.clone()),
                Frame::Reset { .. } => self.resets += 1,
                Frame::Farewell(farewell) => self.farewell = Some(*farewell),
                Frame::Beat { .. } => self.beats += 1,
                Frame::HouseReset { .. }
                | Frame::HouseEvents { .. }
                | Frame::Events { .. }
                | Frame::Index { .. }
                | Frame::Window { .. }
                | Frame::Passage { .. }
                | Frame::WindowLapsed { .. }
                | Frame::WindowFailed { .. } => {}
            }
            if self.replica.apply(frame) == Applied::Gap {
                self.gaps += 1;
            }
        }
    }

    /// The requests for permission that it shows.
    pub(crate) fn asks(&self) -> Vec<PermissionId> {
        let mirrors = self.replica.mirrors.values();
        mirrors
            .flat_map(|mirror| mirror.permissions.keys().cloned())
            .collect()
    }

    pub(crate) fn transcript(&self, session: &str) -> Option<&Transcript> {
        let id = SessionId::new(session);
        let mut mirrors = self.replica.mirrors.values();
        mirrors.find_map(|mirror| mirror.transcripts.get(&id))
    }
}

async fn post(nexus: &Running, path: &str, json: String) -> Body {
    let request = Request::post(path)
        .header("content-type", "application/json")
        .body(Body::from(json))
        .unwrap();
    let response = nexus.routes.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.into_body()
}
