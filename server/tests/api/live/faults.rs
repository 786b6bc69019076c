//! What breaks is said, and survived.

use domain::connection::{Draft, NewPassword, Secret};
use domain::house::{Server, ServerFault, ServerLink};
use domain::sync::Replica;
use domain::tool::ToolState;
use fakes::opencode::{FakeOpenCode, Manner};
use serde_json::json;

use super::connections::{caller, draft};
use super::device::{transcript, words};
use super::{DIRECTORY, Device, Nexus, delta, message, status, text};

fn server(replica: &Replica) -> Option<&Server> {
    replica.house.servers.values().next()
}

fn is_connected(replica: &Replica) -> bool {
    server(replica).is_some_and(|it| matches!(it.link, ServerLink::Connected { .. }))
}

fn fault(replica: &Replica) -> Option<ServerFault> {
    match &server(replica)?.link {
        ServerLink::Error { reason, .. } => Some(reason.clone()),
        ServerLink::Disconnected | ServerLink::Connecting { .. } | ServerLink::Connected { .. } => {
            None
        }
    }
}

#[tokio::test]
async fn what_answers_wrongly_is_named() {
    for (manner, named) in [
        (Manner::Html, ServerFault::NotOpenCode),
        (Manner::Status(503), ServerFault::Failed { status: 503 }),
    ] {
        let opencode = FakeOpenCode::start().await;
        opencode.manner(manner);
        let nexus = Nexus::over(opencode).await;
        let mut device = Device::new(None);
        device.open(&nexus).await;
        device
            .until(|replica| fault(replica).as_ref() == Some(&named))
            .await;
    }
}

#[tokio::test]
async fn a_server_with_a_password_is_had_once_it_is_given() {
    let opencode = FakeOpenCode::start().await;
    opencode.password(Some("open sesame"));
    let nexus = Nexus::over(opencode).await;
    let mut device = Device::new(None);
    device.open(&nexus).await;
    device
        .until(|replica| fault(replica) == Some(ServerFault::Unauthorized))
        .await;
    let servers = &nexus.host.servers;
    let draft = Draft {
        password: NewPassword::Is(Secret("open sesame".to_owned())),
        ..draft(nexus.server.as_str(), &nexus.opencode.url())
    };
    servers.edit(caller(), draft).await.unwrap();
    device.until(is_connected).await;
    let id = nexus.server.clone();
    let row = nexus
        .store
        .call(move |connection| server::store::servers::find(connection, &id));
    let sealed = row.await.unwrap().unwrap().password.unwrap();
    assert!(!sealed.windows(11).any(|bytes| bytes == b"open sesame"));
}

#[tokio::test]
async fn a_server_can_be_let_go_and_had_again() {
    let nexus = Nexus::new().await;
    let mut device = Device::new(None);
    device.open(&nexus).await;
    device.until(is_connected).await;
    let servers = &nexus.host.servers;
    servers.disconnect(nexus.server.clone()).await.unwrap();
    device
        .until(|replica| server(replica).unwrap().link == ServerLink::Disconnected)
        .await;
    servers.connect(nexus.server.clone()).await.unwrap();
    device.until(is_connected).await;
}

#[tokio::test]
async fn a_server_killed_in_the_middle_of_an_answer_is_said_and_survived() {
    let mut nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Crash");
    let mut device = nexus.device(&session).await;
    nexus.begin_answer(&session);
    nexus
        .opencode
        .push(delta(&session, "msg_1", "prt_1", "Half an ans"));
    nexus.opencode.push(
        json!({ "type": "message.part.updated", "directory": DIRECTORY,
        "properties": { "sessionID": session, "time": 1, "part":
            { "id": "prt_2", "sessionID": session, "messageID": "msg_1", "type": "tool",
              "tool": "bash", "callID": "call_1", "state": { "status": "running",
                "input": { "command": "sleep 9", "description": "waits" },
                "time": { "start": 1 } } } } }),
    );
    device
        .until(|replica| {
            transcript(replica, &session).is_some_and(|it| {
                it.entries
                    .first()
                    .is_some_and(|entry| entry.parts.len() == 2)
            })
        })
        .await;
    nexus.opencode.kill().await;
    device.until(|replica| fault(replica).is_some()).await;
    nexus.opencode.revive().await;
    device.until(is_connected).await;
    device
        .until(|replica| {
            let text = words(replica, &session, "msg_1", "prt_1").unwrap();
            let entry = &transcript(replica, &session).unwrap().entries[0];
            let domain::part::PartBody::Tool(tool) = &entry.parts[1].body else {
                return false;
            };
            text.text == "Half an ans" && !text.open && tool.state == ToolState::Interrupted
        })
        .await;
}

#[tokio::test]
async fn what_happened_while_the_stream_was_broken_is_made_up_for() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Gap");
    let mut device = nexus.device(&session).await;
    nexus.begin_answer(&session);
    nexus
        .opencode
        .push(delta(&session, "msg_1", "prt_1", "before "));
    device
        .until(|replica| {
            words(replica, &session, "msg_1", "prt_1").is_some_and(|it| it.text == "before ")
        })
        .await;
    nexus.opencode.end_streams();
    nexus
        .opencode
        .miss(text(&session, "msg_1", "prt_1", "before and after", true));
    nexus.opencode.miss(message(&session, "msg_2"));
    nexus.opencode.miss(status(&session, "idle"));
    device
        .until(|replica| {
            let healed = words(replica, &session, "msg_1", "prt_1").unwrap();
            healed.text == "before and after"
                && healed.hole.is_none()
                && transcript(replica, &session).unwrap().entries.len() == 2
        })
        .await;
}

#[tokio::test]
async fn a_stream_torn_at_any_byte_loses_nothing() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Torn");
    let mut device = nexus.device(&session).await;
    nexus.opencode.push(status(&session, "busy"));
    for (n, cut) in [40, 333, 1_000, 1_717].into_iter().enumerate() {
        let id = format!("msg_{n}");
        nexus.opencode.cut_stream_after(cut);
        nexus.opencode.push(message(&session, &id));
        for part in 0..4 {
            let part = format!("prt_{n}_{part}");
            nexus
                .opencode
                .push(text(&session, &id, &part, "Said.", true));
        }
        device
            .until(|replica| {
                let transcript = transcript(replica, &session).unwrap();
                let id = domain::id::MessageId::new(id.as_str());
                transcript
                    .entry(&id)
                    .is_some_and(|entry| entry.parts.len() == 4)
            })
            .await;
    }
}

#[tokio::test]
async fn a_text_whose_session_was_thought_ended_takes_words_again_when_it_runs_after_all() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Revived");
    let mut device = nexus.device(&session).await;
    let shows = |replica: &Replica, text: &str, open: bool| {
        words(replica, &session, "msg_1", "prt_1")
            .is_some_and(|it| it.text == text && it.open == open)
    };
    nexus.begin_answer(&session);
    nexus
        .opencode
        .push(delta(&session, "msg_1", "prt_1", "One "));
    device.until(|replica| shows(replica, "One ", true)).await;
    let running = |statuses| {
        let path = "/session/status";
        nexus.opencode.answer("GET", path, 200, statuses);
    };
    running(json!({}));
    nexus.opencode.end_streams();
    device.until(|replica| shows(replica, "One ", false)).await;
    nexus.opencode.listened().await;
    let mut busy = json!({});
    busy[&session] = json!({ "type": "busy" });
    running(busy);
    nexus.opencode.push(
        json!({ "type": "server.instance.disposed", "directory": DIRECTORY,
        "properties": { "directory": DIRECTORY } }),
    );
    device
        .until(|replica| {
            let id = domain::id::SessionId::new(&*session);
            let mut mirrors = replica.mirrors.values();
            mirrors.any(|it| it.sessions[&id].status.is_running())
        })
        .await;
    nexus
        .opencode
        .push(delta(&session, "msg_1", "prt_1", "three"));
    device
        .until(|replica| shows(replica, "One three", true))
        .await;
    nexus
        .opencode
        .push(text(&session, "msg_1", "prt_1", "One two three", true));
    device
        .until(|replica| shows(replica, "One two three", false))
        .await;
    let healed = words(&device.replica, &session, "msg_1", "prt_1").unwrap();
    assert_eq!(healed.hole, None);
}

#[tokio::test]
async fn lines_of_megabytes_and_words_that_nobody_knows_break_nothing() {
    const LONG: usize = 2 * 1024 * 1024;
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Long");
    let mut device = nexus.device(&session).await;
    nexus.begin_answer(&session);
    nexus
        .opencode
        .push(json!({ "type": "session.dreamed", "directory": DIRECTORY,
        "properties": { "sessionID": session, "of": "sheep ".repeat(LONG / 6) } }));
    let long = "ä long answer, ".repeat(LONG / 16);
    nexus
        .opencode
        .push(text(&session, "msg_1", "prt_1", &long, true));
    nexus
        .opencode
        .push(text(&session, "msg_1", "prt_2", "", false));
    nexus
        .opencode
        .push(delta(&session, "msg_1", "prt_2", "And on."));
    device
        .until(|replica| {
            words(replica, &session, "msg_1", "prt_2").is_some_and(|it| it.text == "And on.")
        })
        .await;
    let whole = words(&device.replica, &session, "msg_1", "prt_1").unwrap();
    assert!(whole.text == long && !whole.open && whole.hole.is_none());
    let record = nexus.host.servers.record(nexus.server.clone()).await;
    assert_eq!(record.unwrap().connects, 1, "the stream went on");
}
