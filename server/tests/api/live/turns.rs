//! What agents do is seen as it happens.

use domain::id::SessionId;
use domain::session::SessionStatus;
use domain::sync::Replica;
use serde_json::json;

use super::device::{transcript, words};
use super::{DIRECTORY, Device, Nexus, delta, message, status, text};

fn entry<'a>(replica: &'a Replica, session: &str) -> Option<&'a domain::session::SessionEntry> {
    let id = SessionId::new(session);
    replica.mirrors.values().find_map(|it| it.sessions.get(&id))
}

#[tokio::test]
async fn words_stream_to_a_device_and_stand_there_when_the_turn_is_over() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "About words");
    let mut device = nexus.device(&session).await;
    nexus.begin_answer(&session);
    for word in ["One ", "two ", "three."] {
        nexus.opencode.push(delta(&session, "msg_1", "prt_1", word));
    }
    device
        .until(|replica| {
            words(replica, &session, "msg_1", "prt_1")
                .is_some_and(|text| text.text == "One two three." && text.open)
        })
        .await;
    nexus
        .opencode
        .push(text(&session, "msg_1", "prt_1", "One two three.", true));
    nexus.opencode.push(status(&session, "idle"));
    device
        .until(|replica| {
            let text = words(replica, &session, "msg_1", "prt_1").unwrap();
            let entry = entry(replica, &session).unwrap();
            !text.open && text.hole.is_none() && entry.status == SessionStatus::Idle
        })
        .await;
    assert!(
        !entry(&device.replica, &session).unwrap().unread,
        "it was looked at"
    );
}

#[tokio::test]
async fn a_turn_that_ends_unseen_is_unread_until_somebody_looks() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Elsewhere");
    let mut device = Device::new(None);
    device.open(&nexus).await;
    device
        .until(|replica| entry(replica, &session).is_some())
        .await;
    nexus.opencode.push(status(&session, "busy"));
    device
        .until(|replica| entry(replica, &session).unwrap().status.is_running())
        .await;
    nexus.opencode.push(status(&session, "idle"));
    device
        .until(|replica| entry(replica, &session).unwrap().unread)
        .await;
    let mut phone = nexus.device(&session).await;
    for either in [&mut phone, &mut device] {
        either
            .until(|replica| !entry(replica, &session).unwrap().unread)
            .await;
    }
}

#[tokio::test]
async fn two_devices_see_the_same_and_one_that_was_cut_catches_up() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Two");
    let mut here = nexus.device(&session).await;
    let mut there = nexus.device(&session).await;
    nexus.begin_answer(&session);
    there
        .until(|replica| words(replica, &session, "msg_1", "prt_1").is_some())
        .await;
    there.cut();
    let sent: Vec<String> = (0..200).map(|n| format!("word {n}, ")).collect();
    let whole = sent.concat();
    for word in &sent {
        nexus.opencode.push(delta(&session, "msg_1", "prt_1", word));
    }
    let complete = |replica: &Replica| {
        words(replica, &session, "msg_1", "prt_1").is_some_and(|text| text.text == whole)
    };
    here.until(complete).await;
    there.open(&nexus).await;
    there.until(complete).await;
    assert_eq!(here.transcript(&session), there.transcript(&session));
}

#[tokio::test]
async fn a_page_carries_the_transcript_and_its_stream_goes_on_from_there() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Page");
    nexus.opencode.message(
        super::said(&session, "msg_1"),
        vec![
            json!({ "id": "prt_1", "sessionID": session, "messageID": "msg_1",
            "type": "text", "text": "Before", "time": { "start": 1, "end": 2 } }),
        ],
    );
    nexus.connected().await;
    let viewing = nexus.viewing(&session);
    let page = nexus
        .pages
        .snapshot("keeper", Some(viewing.clone()))
        .await
        .unwrap();
    let addressee = page.addressee.clone().unwrap();
    assert_eq!(addressee.agent.as_deref(), Some("build"));
    assert_eq!(addressee.model_name.as_deref(), Some("Scripted One"));
    let mut device = Device::new(Some(viewing));
    device.replica = Replica::of(&page);
    assert_eq!(
        words(&device.replica, &session, "msg_1", "prt_1")
            .unwrap()
            .text,
        "Before"
    );
    let as_it_was = transcript(&device.replica, &session).cloned();
    device.open(&nexus).await;
    assert_eq!(as_it_was, device.transcript(&session).cloned());
    nexus.opencode.push(message(&session, "msg_2"));
    device
        .until(|replica| transcript(replica, &session).unwrap().entries.len() == 2)
        .await;
}

#[tokio::test]
async fn an_address_of_no_session_is_not_found() {
    let nexus = Nexus::new().await;
    nexus.connected().await;
    let viewing = nexus.viewing("ses_none");
    let page = nexus.pages.snapshot("keeper", Some(viewing)).await;
    assert_eq!(page, Err(server::http::page_source::PageFault::NotFound));
}

#[tokio::test]
async fn recorded_turns_of_a_real_server_end_closed() {
    for recording in [
        include_str!("../../../../crates/opencode/tests/captures/turn-text.ndjson"),
        include_str!("../../../../crates/opencode/tests/captures/tool-bash.ndjson"),
        include_str!("../../../../crates/opencode/tests/captures/abort-tool.ndjson"),
    ] {
        let nexus = Nexus::new().await;
        nexus.connected().await;
        let session = recording
            .split("\"sessionID\":\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap()
            .to_owned();
        let mut device = Device::new(None);
        device.open(&nexus).await;
        let mut replay = nexus.opencode.replay(recording);
        replay.until("session.created");
        device
            .until(|replica| entry(replica, &session).is_some())
            .await;
        device.viewing = Some(nexus.viewing(&session));
        device.open(&nexus).await;
        device.until_held(&session).await;
        replay.rest();
        device
            .until(|replica| {
                let idle = entry(replica, &session)
                    .is_some_and(|entry| entry.status == SessionStatus::Idle);
                let entries = &transcript(replica, &session).unwrap().entries;
                let closed = entries.iter().all(|entry| match &entry.message.role {
                    domain::message::Role::Assistant(it) => !it.is_open(),
                    domain::message::Role::User(_) => true,
                });
                idle && closed && entries.len() >= 2
            })
            .await;
    }
}
