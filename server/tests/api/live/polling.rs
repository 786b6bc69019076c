//! A device that polls sees what one with a stream sees.

use axum::body::Body;
use domain::sync::{Applied, Frame, PollRequest, Replica};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use super::device::words;
use super::{DIRECTORY, Device, Nexus, delta};

/// One poll, which goes on where the last one ended.
async fn poll(nexus: &Nexus, device: &mut Device, wait_ms: u32) -> Vec<Frame> {
    let request = PollRequest {
        stream: device.stream.clone(),
        wait_ms,
        open: device.request(),
    };
    let request = Request::post("/api/stream/poll")
        .header("content-type", "application/json")
        .body(Body::from(serde_json::to_string(&request).unwrap()))
        .unwrap();
    let response = nexus.routes().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let lines = text.split_terminator("\n\n");
    let frames: Vec<Frame> = lines
        .map(|line| serde_json::from_str(line.strip_prefix("data: ").unwrap()).unwrap())
        .collect();
    for frame in &frames {
        if let Frame::Hello(hello) = frame {
            device.stream = Some(hello.stream.clone());
        }
        assert_ne!(device.replica.apply(frame.clone()), Applied::Gap);
    }
    frames
}

fn said(replica: &Replica, session: &str) -> Option<String> {
    Some(words(replica, session, "msg_1", "prt_1")?.text)
}

#[tokio::test]
async fn a_device_that_polls_sees_what_one_with_a_stream_sees() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Polled");
    let mut streams = nexus.device(&session).await;
    let mut polls = Device::new(Some(nexus.viewing(&session)));
    let first = poll(&nexus, &mut polls, 0).await;
    assert!(matches!(first.first(), Some(Frame::Hello(_))));

    nexus.begin_answer(&session);
    for word in ["One ", "two ", "three."] {
        nexus.opencode.push(delta(&session, "msg_1", "prt_1", word));
    }
    while said(&polls.replica, &session).as_deref() != Some("One two three.") {
        poll(&nexus, &mut polls, 25_000).await;
    }
    streams
        .until(|replica| said(replica, &session).as_deref() == Some("One two three."))
        .await;
    assert_eq!(
        polls.transcript(&session).unwrap().entries,
        streams.transcript(&session).unwrap().entries
    );
}

#[tokio::test]
async fn a_poll_goes_on_with_its_stream_and_a_lost_answer_opens_another() {
    let nexus = Nexus::new().await;
    nexus.connected().await;
    let mut device = Device::new(None);
    poll(&nexus, &mut device, 0).await;
    let stream = device.stream.clone();
    let said = poll(&nexus, &mut device, 0).await;
    assert!(matches!(said.first(), Some(Frame::Hello(_))));
    assert_eq!(device.stream, stream);

    // The device did not get what it was told last.
    device.replica = Replica::default();
    poll(&nexus, &mut device, 0).await;
    assert_ne!(device.stream, stream);
    assert!(!device.replica.house.servers.is_empty());
}

#[tokio::test]
async fn the_first_beat_says_that_nothing_is_missing_any_more() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Beat");
    nexus.device(&session).await.cut();
    let mut device = Device::new(Some(nexus.viewing(&session)));
    device.open(&nexus).await;
    while device.beats == 0 {
        assert!(device.receive().await);
    }
    assert!(device.transcript(&session).is_some());
}
