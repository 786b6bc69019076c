//! What the owner does is done once.

use app::fault::Fault;
use domain::command::Origin;
use domain::id::RequestId;
use domain::sync::{Farewell, INDEX_DEFAULT};
use fakes::opencode::Admission;
use serde_json::json;

use super::{DIRECTORY, Device, Nexus, directory, prompt};

fn prompts(nexus: &Nexus) -> usize {
    let requests = nexus.opencode.requests();
    let sent = requests
        .iter()
        .filter(|it| it.is("POST", "/session/*/prompt_async"));
    sent.count()
}

/// A connected Nexus, and a session whose prompts come to this.
async fn where_prompts_are(admission: Admission) -> (Nexus, String) {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Prompts");
    nexus.connected().await;
    nexus.opencode.admission(admission);
    (nexus, session)
}

/// A device that looks at no session.
async fn opened(nexus: &Nexus) -> Device {
    let mut device = Device::new(None);
    device.open(nexus).await;
    device
}

#[tokio::test]
async fn a_repeated_prompt_is_sent_once_and_comes_back_under_its_own_id() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Once");
    let mut device = nexus.device(&session).await;
    let prompt = prompt(1);
    for _ in 0..3 {
        nexus.prompt(&session, &prompt).await.unwrap();
    }
    assert_eq!(prompts(&nexus), 1);
    let id = prompt.id.message();
    device
        .until(|replica| {
            super::device::transcript(replica, &session)
                .is_some_and(|transcript| transcript.entry(&id).is_some())
        })
        .await;
}

#[tokio::test]
async fn a_prompt_that_only_a_read_shows_is_accepted() {
    let (nexus, session) = where_prompts_are(Admission::Unsaid).await;
    nexus.prompt(&session, &prompt(1)).await.unwrap();
    assert_eq!(prompts(&nexus), 1);
}

#[tokio::test]
async fn a_prompt_that_was_taken_and_refused_says_why() {
    let (nexus, session) = where_prompts_are(Admission::Failed(json!({
        "name": "UnknownError", "data": { "message": "Agent not found: nobody" },
    })))
    .await;
    let refused = nexus.prompt(&session, &prompt(1)).await;
    assert!(
        matches!(&refused, Err(Fault::Refused { why }) if why.contains("Agent not found")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_prompt_that_a_healthy_server_does_not_have_is_lost_and_can_be_sent_again() {
    let (nexus, session) = where_prompts_are(Admission::Lost).await;
    let lost = nexus.prompt(&session, &prompt(1)).await;
    assert!(
        matches!(&lost, Err(Fault::Refused { why }) if why.contains("did not store")),
        "{lost:?}"
    );
    assert_eq!(prompts(&nexus), 1);
    nexus.opencode.admission(Admission::Admitted);
    nexus.prompt(&session, &prompt(1)).await.unwrap();
    assert_eq!(prompts(&nexus), 2);
}

#[tokio::test]
async fn a_prompt_that_a_slow_server_took_is_looked_for_and_not_sent_again() {
    let (nexus, session) = where_prompts_are(Admission::Lost).await;
    // Too slow to be believed when it says that it has no such message.
    nexus
        .opencode
        .delay(std::time::Duration::from_millis(1_200));
    let taken = nexus.prompt(&session, &prompt(1)).await;
    assert_eq!(taken, Err(Fault::Unconfirmed));
    let id = prompt(1).id;
    let info = json!({ "id": id.as_str(), "sessionID": session, "role": "user",
        "time": { "created": nexus.opencode.time() },
        "agent": "build", "model": { "providerID": "p", "modelID": "m" } });
    let part = json!({ "id": id.part(0).as_str(), "sessionID": session,
        "messageID": id.as_str(), "type": "text", "text": "hello" });
    nexus.opencode.delay(std::time::Duration::ZERO);
    nexus.opencode.message(info, vec![part]);
    nexus.prompt(&session, &prompt(1)).await.unwrap();
    assert_eq!(prompts(&nexus), 1);
}

#[tokio::test]
async fn a_prompt_to_no_session_is_told_so() {
    let nexus = Nexus::new().await;
    nexus.connected().await;
    let refused = nexus.prompt("ses_none", &prompt(1)).await;
    assert!(
        matches!(refused, Err(Fault::NotFound { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_repeated_request_makes_one_session() {
    let nexus = Nexus::new().await;
    nexus.connected().await;
    let create = || {
        let sessions = &nexus.host.sessions;
        let origin = Origin::Directory(directory());
        sessions.create(RequestId::new("req_1"), nexus.server.clone(), origin)
    };
    let first = create().await.unwrap();
    assert_eq!(create().await.unwrap(), first);
    let none = Origin::Directory(domain::id::Directory::new("/nowhere"));
    let sessions = &nexus.host.sessions;
    let refused = sessions.create(RequestId::new("req_2"), nexus.server.clone(), none);
    assert!(matches!(refused.await, Err(Fault::NotFound { .. })));
}

#[tokio::test]
async fn a_change_of_focus_brings_the_other_transcript_down_the_same_stream() {
    let nexus = Nexus::new().await;
    let first = nexus.opencode.session(DIRECTORY, "First");
    let second = nexus.opencode.session(DIRECTORY, "Second");
    let mut device = nexus.device(&first).await;
    device.viewing = Some(nexus.viewing(&second));
    let focus = device
        .replica
        .focus(device.viewing.as_ref(), INDEX_DEFAULT, true);
    let stream = device.stream.clone().unwrap();
    nexus.host.streams.focus(stream, focus).await.unwrap();
    device.until_held(&second).await;
    assert!(device.transcript(&first).is_none());
    let gone = domain::id::StreamId::new("st_none");
    let refused = nexus
        .host
        .streams
        .focus(gone, domain::sync::Focus::default());
    assert!(matches!(refused.await, Err(Fault::NotFound { .. })));
}

#[tokio::test]
async fn a_session_that_does_not_exist_cannot_be_had_and_is_said_once() {
    let nexus = Nexus::new().await;
    let mut device = Device::new(Some(nexus.viewing("ses_none")));
    device.open(&nexus).await;
    while device.failed == 0 {
        assert!(device.receive().await);
    }
    assert!(device.transcript("ses_none").is_none());
}

#[tokio::test]
async fn the_thirteenth_stream_ends_the_first() {
    let nexus = Nexus::new().await;
    nexus.connected().await;
    let mut first = opened(&nexus).await;
    let mut others = Vec::new();
    for _ in 0..12 {
        others.push(opened(&nexus).await);
    }
    assert_eq!(first.until_end().await, Some(Farewell::Crowded));
}

#[tokio::test]
async fn a_stream_ends_with_the_session_with_the_program_and_with_another_build() {
    let nexus = Nexus::new().await;
    let mut stale = Device::new(None);
    let mut request = stale.request();
    request.build = "other".to_owned();
    stale.open_with(&nexus, &request).await;
    assert_eq!(stale.until_end().await, Some(Farewell::Update));

    let mut device = opened(&nexus).await;
    nexus.ended.cancel();
    assert_eq!(device.until_end().await, Some(Farewell::SignedOut));

    let nexus = Nexus::new().await;
    let mut device = opened(&nexus).await;
    nexus.life.soft().cancel();
    let farewell = device.until_end().await;
    assert!(matches!(farewell, Some(Farewell::Restarting { .. })));
}
