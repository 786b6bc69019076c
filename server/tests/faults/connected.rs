//! When a server counts as connected again: only once all that was missed is there, also what
//! happened in the first moments of its new stream, which no stream brings.

use std::time::Duration;

use domain::house::ServerLink;
use domain::id::SessionId;
use domain::time::Millis;
use fakes::FakeOpenCode;
use fakes::opencode::DIRECTORY;
use serde_json::json;
use tokio::time::Instant;

use crate::device::Device;
use crate::endings::with_nexus;

/// A wait that nobody would sit through, in milliseconds.
const LONG_MS: u64 = 15_000;

fn is_up(device: &Device) -> bool {
    let mut servers = device.replica.house.servers.values();
    servers.any(|it| matches!(it.link, ServerLink::Connected { .. }))
}

fn knows(device: &Device, session: &str) -> bool {
    let mut mirrors = device.replica.mirrors.values();
    mirrors.any(|mirror| mirror.sessions.contains_key(&SessionId::new(session)))
}

/// A session is made, and the stream does not bring it.
fn make_unheard(server: &FakeOpenCode, session: &str) {
    server.miss(
        json!({ "type": "session.created", "directory": DIRECTORY, "properties": {
        "sessionID": session,
        "info": { "id": session, "directory": DIRECTORY, "title": session, "version": "1.18.33",
            "time": { "created": 1_795_200_000_000_u64, "updated": 1_795_200_000_000_u64 } },
    } }),
    );
}

#[test]
fn a_server_is_connected_again_only_when_a_device_has_all_that_was_missed() {
    with_nexus(async |server, _, running| {
        let mut device = Device::linked(running).await;
        assert!(is_up(&device));
        server.crash();
        while is_up(&device) {
            assert!(device.receive().await);
        }
        make_unheard(server, "ses_away");
        server.rise();
        while server.listeners() == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // What was read at once does not know of it.
        tokio::time::sleep(Duration::from_millis(500)).await;
        make_unheard(server, "ses_at_first");
        let mut early = false;
        while !is_up(&device) {
            early |= knows(&device, "ses_away");
            assert!(device.receive().await);
        }
        assert!(early, "what was read at once is shown at once");
        assert!(knows(&device, "ses_at_first"), "connected too early");
    });
}

/// When a server that cannot be had is tried again.
fn next_try(device: &Device) -> Option<Millis> {
    let mut servers = device.replica.house.servers.values();
    servers.find_map(|it| match it.link {
        ServerLink::Error { retry_at, .. } => retry_at,
        ServerLink::Connecting { .. } | ServerLink::Connected { .. } | ServerLink::Disconnected => {
            None
        }
    })
}

#[test]
fn a_network_that_is_back_ends_a_long_wait() {
    with_nexus(async |server, _, running| {
        let mut device = Device::linked(running).await;
        server.crash();
        // Each try fails at once, so from one to the next is how long it waits.
        let mut before = None;
        loop {
            assert!(device.receive().await);
            let Some(at) = next_try(&device) else {
                continue;
            };
            let last = *before.get_or_insert(at);
            if at.since(last) >= LONG_MS {
                break;
            }
            before = Some(at);
        }
        server.rise();
        let began = Instant::now();
        running.returned.ring();
        while !is_up(&device) {
            assert!(device.receive().await);
        }
        assert!(began.elapsed() < Duration::from_millis(LONG_MS / 2));
    });
}
