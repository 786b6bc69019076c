//! What the relay keeps that nobody looks at: bounded, also while nothing happens.

use std::time::Duration;

use domain::id::SessionId;
use fakes::FakeOpenCode;
use fakes::opencode::DIRECTORY;
use serde_json::json;

use crate::endings::with_nexus;
use crate::nexus::{Nexus, Running};

/// Longer than it may take until room is made.
const LONG: Duration = Duration::from_mins(5);
/// How many bytes there are in each of a few large sessions: more together than is kept.
const LARGE: usize = 17 * 1024 * 1024;

fn large_session(server: &FakeOpenCode) -> String {
    let session = server.session(DIRECTORY, "Large");
    let info = json!({ "id": format!("msg_{session}"), "sessionID": session, "role": "user",
        "time": { "created": 1 } });
    let part = json!({ "id": format!("prt_{session}"), "sessionID": session,
        "messageID": format!("msg_{session}"), "type": "text", "text": "w".repeat(LARGE) });
    server.message(info, vec![part]);
    server.use_session(&session);
    session
}

/// Has a session at hand, without looking at it; how often it was read so far.
async fn read(server: &FakeOpenCode, nexus: &Nexus, running: &Running, session: &str) -> usize {
    let id = SessionId::new(session);
    let transcripts = &running.host.transcripts;
    let found = transcripts.find(nexus.server.clone(), id, String::new(), None);
    found.await.unwrap();
    let path = format!("/session/{session}/message");
    let requests = server.requests();
    requests.iter().filter(|it| it.path == path).count()
}

#[test]
fn what_nobody_looks_at_makes_room_while_nothing_happens() {
    with_nexus(async |server, nexus, running| {
        let sessions = [large_session(server), large_session(server)];
        // They are heard of.
        tokio::time::sleep(Duration::from_secs(1)).await;
        for session in &sessions {
            assert_eq!(read(server, nexus, running, session).await, 1);
            assert_eq!(read(server, nexus, running, session).await, 1, "at hand");
        }
        tokio::time::sleep(LONG).await;
        assert_eq!(read(server, nexus, running, &sessions[1]).await, 1);
        assert_eq!(read(server, nexus, running, &sessions[0]).await, 2);
    });
}
