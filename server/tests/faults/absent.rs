//! How a server that cannot be had is waited for: longer and longer, and not a moment more
//! once there is reason to think that it can be.

use std::time::Duration;

use app::host::Caller;
use domain::connection::{CHECK_DEFAULT_SECONDS, Draft, NewPassword};
use domain::house::ServerLink;
use domain::id::{ServerId, SessionId};
use domain::sync::Viewing;
use domain::time::Millis;
use fakes::opencode::DIRECTORY;
use fakes::{FakeOpenCode, Line};
use serde_json::json;
use tokio::time::Instant;

use crate::device::Device;
use crate::endings::with_nexus;
use crate::nexus::{Nexus, Running};

/// Long enough for pauses of half a minute.
const LONG: Duration = Duration::from_mins(3);
/// What *at once* may take: a second in which news is ignored, and the way.
const AT_ONCE: Duration = Duration::from_secs(2);
/// How often each is tried: once it might be chance.
const TIMES: usize = 3;

fn link<'a>(device: &'a Device, server: &ServerId) -> &'a ServerLink {
    &device.replica.house.servers[server].link
}

fn is_up(device: &Device, server: &ServerId) -> bool {
    matches!(link(device, server), ServerLink::Connected { .. })
}

/// Waits until `server` is connected; how long that took.
async fn until_up(device: &mut Device, server: &ServerId) -> Duration {
    let began = Instant::now();
    while !is_up(device, server) {
        assert!(device.receive().await);
    }
    began.elapsed()
}

/// The server goes, and comes back unnoticed after a long time.
async fn go_for_long(server: &FakeOpenCode, device: &mut Device, id: &ServerId) {
    server.crash();
    let over = Instant::now() + LONG;
    while let Ok(there) = tokio::time::timeout_at(over, device.receive()).await {
        assert!(there);
    }
    assert!(!is_up(device, id));
    server.rise();
}

/// Adds the server `other`, which is elsewhere.
async fn add(nexus: &Nexus, running: &Running, other: &FakeOpenCode, id: &ServerId) {
    let port = 4_097;
    let line = Line::to(other);
    nexus.elsewhere.lock().unwrap().insert(port, line);
    let draft = Draft {
        id: id.clone(),
        name: "The other".to_owned(),
        address: format!("http://127.0.0.1:{port}"),
        user: String::new(),
        password: NewPassword::Nothing,
        in_clear: false,
        check_seconds: CHECK_DEFAULT_SECONDS,
    };
    let caller = Caller {
        session: 1,
        name: "A device".to_owned(),
    };
    running.host.servers.add(caller, draft).await.unwrap();
}

#[test]
fn it_is_away_since_it_went_however_often_it_was_tried() {
    with_nexus(async |server, nexus, running| {
        let mut device = Device::linked(running).await;
        server.crash();
        let over = Instant::now() + LONG;
        let mut told: Vec<(Millis, Option<Millis>)> = Vec::new();
        while let Ok(there) = tokio::time::timeout_at(over, device.receive()).await {
            assert!(there);
            if let ServerLink::Error {
                since, retry_at, ..
            } = link(&device, &nexus.server)
                && told.last().is_none_or(|(_, last)| last != retry_at)
            {
                told.push((*since, *retry_at));
            }
        }
        assert!(told.len() > 5, "{told:?}");
        assert!(told.iter().all(|(since, _)| *since == told[0].0));
    });
}

#[test]
fn whoever_opens_a_page_has_it_at_once() {
    with_nexus(async |server, nexus, running| {
        let mut device = Device::linked(running).await;
        for _ in 0..TIMES {
            go_for_long(server, &mut device, &nexus.server).await;
            device.open(running).await;
            assert!(until_up(&mut device, &nexus.server).await <= AT_ONCE);
            tokio::time::sleep(LONG).await;
            device.open(running).await;
        }
    });
}

#[test]
fn the_owner_has_it_at_once() {
    with_nexus(async |server, nexus, running| {
        let mut device = Device::linked(running).await;
        for _ in 0..TIMES {
            go_for_long(server, &mut device, &nexus.server).await;
            let servers = &running.host.servers;
            servers.connect(nexus.server.clone()).await.unwrap();
            assert!(until_up(&mut device, &nexus.server).await <= AT_ONCE);
        }
    });
}

#[test]
fn when_one_is_back_the_others_are_tried_at_once() {
    with_nexus(async |server, nexus, running| {
        let other = FakeOpenCode::inside_only();
        other.session(DIRECTORY, "Elsewhere");
        let id = ServerId::new("other");
        add(nexus, running, &other, &id).await;
        let servers = &running.host.servers;
        let mut device = Device::linked(running).await;
        until_up(&mut device, &id).await;
        for _ in 0..TIMES {
            server.crash();
            go_for_long(&other, &mut device, &id).await;
            server.rise();
            servers.connect(nexus.server.clone()).await.unwrap();
            assert!(until_up(&mut device, &nexus.server).await <= AT_ONCE);
            assert!(until_up(&mut device, &id).await <= AT_ONCE);
        }
    });
}

#[test]
fn whoever_connects_right_after_disconnecting_is_connected() {
    with_nexus(async |_, nexus, running| {
        let mut device = Device::linked(running).await;
        let servers = &running.host.servers;
        for _ in 0..TIMES {
            servers.disconnect(nexus.server.clone()).await.unwrap();
            servers.connect(nexus.server.clone()).await.unwrap();
            let over = Instant::now() + 2 * AT_ONCE;
            while let Ok(there) = tokio::time::timeout_at(over, device.receive()).await {
                assert!(there);
            }
            assert!(is_up(&device, &nexus.server));
        }
    });
}

#[test]
fn a_server_that_always_has_more_to_say_keeps_no_other_from_a_slow_device() {
    /// How many frames the first has waiting, about.
    const PIECES: usize = 40;
    with_nexus(async |server, nexus, running| {
        let session = server.session(DIRECTORY, "Chatty");
        server.use_session(&session);
        let other = FakeOpenCode::inside_only();
        let quiet = other.session(DIRECTORY, "Quiet");
        // The last by its name.
        let id = ServerId::new("zzz");
        assert!(nexus.server < id);
        add(nexus, running, &other, &id).await;
        let mut device = Device::new();
        device.viewing = Some(Viewing {
            server: nexus.server.clone(),
            session: SessionId::new(&*session),
        });
        device.open(running).await;
        while !device.replica.mirrors.contains_key(&id) || device.transcript(&session).is_none() {
            assert!(device.receive().await);
        }
        let info = json!({ "id": "msg_1", "sessionID": session, "role": "user",
            "time": { "created": 1 } });
        server.push(json!({ "type": "message.updated", "directory": DIRECTORY,
            "properties": { "sessionID": session, "info": info } }));
        for n in 0..PIECES {
            let piece = json!({ "id": format!("prt_{n}"), "sessionID": session,
                "messageID": "msg_1", "type": "text", "text": "w".repeat(100_000) });
            server.push(
                json!({ "type": "message.part.updated", "directory": DIRECTORY,
                "properties": { "sessionID": session, "part": piece } }),
            );
        }
        other.change(&quiet, |info| info["title"] = json!("Heard"));
        tokio::time::sleep(Duration::from_secs(1)).await;
        let heard = |device: &Device| {
            let mirror = &device.replica.mirrors[&id];
            let entry = mirror.sessions.get(&SessionId::new(&*quiet));
            entry.is_some_and(|entry| entry.session.title == "Heard")
        };
        let mut frames = 0;
        while !heard(&device) {
            assert!(device.receive().await);
            frames += 1;
        }
        assert!(frames <= 5, "{frames} before it was heard");
    });
}

#[test]
fn what_is_looked_at_meanwhile_is_read_on_every_screen() {
    with_nexus(async |server, nexus, running| {
        let session = server.session(DIRECTORY, "Read");
        server.use_session(&session);
        for kind in ["busy", "idle"] {
            server.push(json!({ "type": "session.status", "properties":
                { "sessionID": session, "status": { "type": kind } } }));
        }
        tokio::time::sleep(AT_ONCE).await;
        let session = SessionId::new(session);
        let mut desk = Device::linked(running).await;
        let unread = |device: &Device| {
            let mirror = &device.replica.mirrors[&nexus.server];
            mirror.sessions[&session].unread
        };
        assert!(unread(&desk));
        go_for_long(server, &mut desk, &nexus.server).await;
        server.crash();
        let mut phone = Device::new();
        phone.viewing = Some(Viewing {
            server: nexus.server.clone(),
            session: session.clone(),
        });
        phone.open(running).await;
        while phone.replica.mirrors.is_empty() {
            assert!(phone.receive().await);
        }
        let read = async {
            while unread(&desk) {
                assert!(desk.receive().await);
            }
        };
        tokio::time::timeout(AT_ONCE, read).await.unwrap();
        assert!(!is_up(&desk, &nexus.server));
    });
}
