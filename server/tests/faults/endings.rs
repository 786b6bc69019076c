//! How streams end, and polls, in a time that stands still.

use std::time::Duration;

use app::fault::Fault;
use domain::id::SessionId;
use domain::sync::{Farewell, Focus, Viewing};
use fakes::opencode::DIRECTORY;
use fakes::{FakeOpenCode, Line};
use serde_json::json;
use tokio::time::Instant;

use crate::device::Device;
use crate::nexus::{Nexus, Running};

/// Runs `test` over a Nexus that is connected.
pub(crate) fn with_nexus(test: impl AsyncFnOnce(&FakeOpenCode, &Nexus, &Running)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let server = FakeOpenCode::inside_only();
        server.session(DIRECTORY, "One");
        let nexus = Nexus::start(Line::to(&server), 1).await;
        let running = nexus.running().unwrap();
        tokio::time::sleep(Duration::from_secs(5)).await;
        test(&server, &nexus, &running).await;
    });
}

#[test]
fn a_stream_ends_within_a_second_of_its_session() {
    with_nexus(async |_, _, running| {
        let mut device = Device::new();
        device.open(running).await;
        device.receive().await;
        let began = Instant::now();
        running.session.cancel();
        while device.receive().await {}
        assert_eq!(device.farewell, Some(Farewell::SignedOut));
        assert!(began.elapsed() <= Duration::from_secs(1));
    });
}

#[test]
fn a_device_that_cannot_keep_up_is_sent_away_with_its_session_all_the_same() {
    /// More than a few frames hold.
    const PIECES: usize = 60;
    with_nexus(async |server, nexus, running| {
        let session = server.session(DIRECTORY, "Two");
        server.use_session(&session);
        let mut device = Device::new();
        device.viewing = Some(Viewing {
            server: nexus.server.clone(),
            session: SessionId::new(&*session),
        });
        device.open(running).await;
        while device.transcript(&session).is_none() {
            assert!(device.receive().await);
        }
        let said = |kind: &str, properties| {
            server.push(json!({ "type": kind, "directory": DIRECTORY, "properties": properties }));
        };
        said(
            "message.updated",
            json!({ "sessionID": session, "info": { "id": "msg_1", "sessionID": session,
                "role": "user", "time": { "created": 1 } } }),
        );
        for n in 0..PIECES {
            let part = json!({ "id": format!("prt_{n}"), "sessionID": session,
                "messageID": "msg_1", "type": "text", "text": "w".repeat(40_000) });
            said(
                "message.part.updated",
                json!({ "sessionID": session, "part": part }),
            );
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        running.session.cancel();
        let mut frames = 0;
        while device.receive().await {
            frames += 1;
        }
        assert_eq!(device.farewell, Some(Farewell::SignedOut));
        assert!(frames <= 3, "{frames} before it was sent away");
    });
}

#[test]
fn sessions_of_a_server_that_lost_them_all_go_however_many_there_were() {
    with_nexus(async |server, _, running| {
        for n in 0..300 {
            let session = server.session(DIRECTORY, &format!("Number {n}"));
            server.use_session(&session);
        }
        let mut device = Device::new();
        device.open(running).await;
        let shown = |device: &Device| {
            let mut mirrors = device.replica.mirrors.values();
            mirrors.next().map_or(0, |mirror| mirror.sessions.len())
        };
        let heed = async |device: &mut Device, seconds| {
            let over = Instant::now() + Duration::from_secs(seconds);
            while let Ok(there) = tokio::time::timeout_at(over, device.receive()).await {
                assert!(there);
            }
        };
        heed(&mut device, 5).await;
        assert!(shown(&device) > 200);
        server.crash();
        server.lose_all();
        server.rise();
        heed(&mut device, 30).await;
        assert_eq!(shown(&device), 0);
    });
}

#[test]
fn a_feed_that_waits_for_a_poll_ends_with_its_session() {
    with_nexus(async |_, _, running| {
        let mut device = Device::new();
        device.poll(running, 0).await;
        let stream = device.stream.clone().unwrap();
        let streams = &running.host.streams;
        let waits = async || {
            let told = streams.focus(stream.clone(), Focus::default()).await;
            !matches!(told, Err(Fault::NotFound { .. }))
        };
        assert!(waits().await);
        running.session.cancel();
        let began = Instant::now();
        while waits().await {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(began.elapsed() <= Duration::from_secs(1));
    });
}

#[test]
fn a_device_that_takes_nothing_is_let_go_within_ten_seconds_and_comes_back() {
    with_nexus(async |server, _, running| {
        let mut device = Device::new();
        device.open(running).await;
        assert!(device.receive().await);
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert!(!device.receive().await, "still there");
        let session = server.session(DIRECTORY, "Two");
        server.use_session(&session);
        device.open(running).await;
        while let Ok(true) = tokio::time::timeout(Duration::from_secs(1), device.receive()).await {}
        let mirror = device.replica.mirrors.values().next().unwrap();
        assert!(mirror.sessions.contains_key(&SessionId::new(&*session)));
    });
}

#[test]
fn a_stream_beats_more_often_while_a_session_that_is_looked_at_runs() {
    with_nexus(async |server, nexus, running| {
        let session = server.session(DIRECTORY, "Two");
        server.use_session(&session);
        let mut device = Device::new();
        device.viewing = Some(Viewing {
            server: nexus.server.clone(),
            session: SessionId::new(&*session),
        });
        device.open(running).await;
        for (kind, seconds) in [("busy", 5), ("idle", 15)] {
            server.push(json!({ "type": "session.status", "properties":
                { "sessionID": session, "status": { "type": kind } } }));
            let quiet = Duration::from_secs(2);
            while let Ok(true) = tokio::time::timeout(quiet, device.receive()).await {}
            let beats = device.beats;
            while device.beats == beats {
                assert!(device.receive().await);
            }
            let began = Instant::now();
            assert!(device.receive().await);
            assert_eq!(began.elapsed().as_secs(), seconds, "{kind}");
        }
    });
}

#[test]
fn a_poll_waits_for_something_to_say_and_its_feed_for_the_next_poll() {
    with_nexus(async |server, _, running| {
        let mut device = Device::new();
        let began = Instant::now();
        device.poll(running, 0).await;
        assert!(began.elapsed() < Duration::from_millis(50), "at once");
        device.poll(running, 0).await;
        let stream = device.stream.clone().unwrap();
        assert_eq!(device.replica.mirrors.len(), 1, "the same frames");

        let began = Instant::now();
        device.poll(running, 25_000).await;
        assert_eq!(began.elapsed().as_secs(), 15, "nothing but a beat");
        assert_eq!(device.stream, Some(stream.clone()));

        let session = server.session(DIRECTORY, "Two");
        let began = Instant::now();
        let say = async {
            tokio::time::sleep(Duration::from_secs(4)).await;
            server.use_session(&session);
        };
        tokio::join!(device.poll(running, 25_000), say);
        assert_eq!(began.elapsed().as_secs(), 4);
        let mirror = device.replica.mirrors.values().next().unwrap();
        assert!(mirror.sessions.contains_key(&SessionId::new(&*session)));

        // Gone for longer than the feed waits: another goes on at the cursor.
        tokio::time::sleep(Duration::from_mins(1)).await;
        device.poll(running, 0).await;
        assert_ne!(device.stream, Some(stream));
        assert_eq!((device.gaps, device.resets), (0, 1));
    });
}
