//! A conversation that is too much for the line: nobody gives its server up for that.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use domain::house::ServerLink;
use domain::id::SessionId;
use domain::sync::Viewing;
use fakes::opencode::DIRECTORY;
use fakes::{FakeOpenCode, Fate};
use serde_json::json;
use tokio::time::Instant;

use crate::device::Device;
use crate::endings::with_nexus;
use crate::nexus::{Nexus, Running};

/// Longer than a few reads that do not end.
const LONG: Duration = Duration::from_mins(10);
/// How many messages there are: more than a read gives.
const MESSAGES: u64 = 80;

/// A session of many messages.
fn long_session(server: &FakeOpenCode) -> String {
    let session = server.session(DIRECTORY, "Long");
    for n in 0..MESSAGES {
        let info = json!({ "id": format!("msg_{n:03}"), "sessionID": session, "role": "user",
            "time": { "created": n } });
        server.message(info, Vec::new());
    }
    server.use_session(&session);
    session
}

fn looking_at(nexus: &Nexus, session: &str) -> Device {
    let mut device = Device::new();
    device.viewing = Some(Viewing {
        server: nexus.server.clone(),
        session: SessionId::new(session),
    });
    device
}

/// Receives until `over`, coming back where the stream ends; the server is there all the time.
async fn heed(device: &mut Device, running: &Running, over: impl Fn(&Device) -> bool) {
    let late = Instant::now() + LONG;
    while !over(device) {
        if !device.is_open() {
            device.open(running).await;
        }
        let heard = tokio::time::timeout_at(late, device.receive()).await;
        assert!(heard.is_ok(), "it never came");
        let mut servers = device.replica.house.servers.values();
        assert!(servers.all(|it| matches!(it.link, ServerLink::Connected { .. })));
    }
}

#[test]
fn as_much_of_a_conversation_comes_as_the_line_can_carry() {
    with_nexus(async |server, nexus, running| {
        let session = long_session(server);
        let reads = Arc::new(AtomicUsize::new(0));
        nexus.line.befall(move |_, path| {
            let first = path.ends_with("/message") && reads.fetch_add(1, Ordering::Relaxed) == 0;
            if first { Fate::Silent } else { Fate::Well }
        });
        let mut device = looking_at(nexus, &session);
        let there = |device: &Device| device.transcript(&session).is_some();
        heed(&mut device, running, there).await;
        let transcript = device.transcript(&session).unwrap();
        assert!(transcript.older);
        assert!((1..20).contains(&transcript.entries.len()));
    });
}

#[test]
fn a_conversation_that_never_comes_takes_nothing_else_with_it() {
    with_nexus(async |server, nexus, running| {
        let session = long_session(server);
        nexus.line.befall(|_, path| {
            if path.ends_with("/message") {
                Fate::Silent
            } else {
                Fate::Well
            }
        });
        let mut device = looking_at(nexus, &session);
        let began = Instant::now();
        let fine = |_: &Device| began.elapsed() > LONG / 2;
        heed(&mut device, running, fine).await;
        // A gap has it read again, while nobody listens to the stream.
        let other = server.session(DIRECTORY, "Other");
        server.push(json!({ "type": "global.disposed", "properties": {} }));
        server.use_session(&other);
        let there = |device: &Device| {
            let mirrors = device.replica.mirrors.values();
            let id = SessionId::new(&*other);
            mirrors.into_iter().any(|it| it.sessions.contains_key(&id))
        };
        heed(&mut device, running, there).await;
        nexus.line.mend();
        device.close();
        let there = |device: &Device| device.transcript(&session).is_some();
        heed(&mut device, running, there).await;
    });
}
