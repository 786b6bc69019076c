//! A long session is read in stretches, back and forth, and looked through from end to end.

use std::collections::BTreeSet;

use app::fault::Fault;
use domain::find::Place;
use domain::id::{MessageId, SessionId};
use domain::sync::Passage;
use serde_json::json;

use super::{DIRECTORY, Device, Nexus};

const MESSAGES: usize = 300;

fn id(n: usize) -> MessageId {
    MessageId::new(format!("msg_{n:04}"))
}

/// A session of [`MESSAGES`] messages, every tenth of them the owner's.
#[expect(clippy::indexing_slicing, reason = "JSON made on the spot")]
async fn long() -> (Nexus, String, Device) {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Long");
    for n in 0..MESSAGES {
        let by_owner = n % 10 == 0;
        let mut info = super::said(&session, id(n).as_str());
        info["time"] = json!({ "created": 1_795_300_000_000_u64 + n as u64 });
        if by_owner {
            info["role"] = json!("user");
            info["model"] = json!({ "providerID": "scripted", "modelID": "scripted-1" });
        }
        let text = if n == 17 { "A Brass\nneedle" } else { "Words" };
        let part = json!({
            "id": format!("prt_{n:04}"), "sessionID": session, "messageID": id(n).as_str(),
            "type": "text", "text": text,
        });
        nexus.opencode.message(info, vec![part]);
    }
    let device = nexus.device(&session).await;
    (nexus, session, device)
}

async fn ask(nexus: &Nexus, session: &str, device: &Device, wanted: Passage) -> Result<(), Fault> {
    let stream = device.stream.clone().unwrap();
    let session = SessionId::new(session);
    let streams = &nexus.host.streams;
    streams
        .passage(stream, nexus.server.clone(), session, wanted)
        .await
}

fn ids(device: &Device, session: &str) -> Vec<MessageId> {
    let entries = &device.transcript(session).unwrap().entries;
    entries.iter().map(|it| it.message.id.clone()).collect()
}

#[tokio::test]
async fn a_reader_goes_back_to_the_beginning_and_forth_to_the_end() {
    let (nexus, session, mut device) = long().await;
    let viewing = nexus.viewing(&session);
    while device.transcript(&session).unwrap().older {
        let first = ids(&device, &session)[0].clone();
        ask(&nexus, &session, &device, Passage::Before(first.clone()))
            .await
            .unwrap();
        device
            .until(|it| {
                super::device::transcript(it, &session).unwrap().entries[0]
                    .message
                    .id
                    != first
            })
            .await;
        // Nobody holds all of it.
        let held = ids(&device, &session);
        let last = held[held.len().min(100) - 1].clone();
        device.replica.keep(&viewing, &held[0], &last);
    }
    assert_eq!(ids(&device, &session)[0], id(0));
    let mut seen: BTreeSet<MessageId> = ids(&device, &session).into_iter().collect();
    while device.transcript(&session).unwrap().newer {
        let last = ids(&device, &session).pop().unwrap();
        ask(&nexus, &session, &device, Passage::After(last.clone()))
            .await
            .unwrap();
        device
            .until(|it| {
                let transcript = super::device::transcript(it, &session).unwrap();
                transcript.entries.last().unwrap().message.id != last || !transcript.newer
            })
            .await;
        seen.extend(ids(&device, &session));
    }
    assert_eq!(seen, (0..MESSAGES).map(id).collect());
    assert_eq!(
        ids(&device, &session),
        (0..MESSAGES).map(id).collect::<Vec<_>>()
    );

    // The window follows again what is said.
    let mut event = super::message(&session, "msg_new");
    event["properties"]["info"]["time"] = json!({ "created": 1_795_400_000_000_u64 });
    nexus.opencode.push(event);
    device
        .until(|it| {
            super::device::transcript(it, &session)
                .unwrap()
                .message_at(&MessageId::new("msg_new"))
                .is_some()
        })
        .await;
}

#[tokio::test]
async fn a_reader_goes_to_any_message_and_back_to_the_end() {
    let (nexus, session, mut device) = long().await;
    ask(&nexus, &session, &device, Passage::Around(id(17)))
        .await
        .unwrap();
    device
        .until(|it| {
            super::device::transcript(it, &session)
                .unwrap()
                .message_at(&id(17))
                .is_some()
        })
        .await;
    let around = device.transcript(&session).unwrap();
    assert!(around.newer);
    assert!(around.message_at(&id(16)).is_some() && around.message_at(&id(18)).is_some());
    ask(&nexus, &session, &device, Passage::End).await.unwrap();
    device
        .until(|it| !super::device::transcript(it, &session).unwrap().newer)
        .await;
    assert_eq!(ids(&device, &session).last(), Some(&id(MESSAGES - 1)));
    let gone = ask(&nexus, &session, &device, Passage::Around(id(9_999))).await;
    assert!(matches!(gone, Err(Fault::NotFound { .. })));
}

#[tokio::test]
async fn words_are_found_wherever_they_are_and_every_prompt_is_listed() {
    let (nexus, session, _device) = long().await;
    let find = async |query: &str| {
        let (mut hits, mut searched, mut from) = (Vec::new(), 0, None);
        loop {
            let transcripts = &nexus.host.transcripts;
            let session = SessionId::new(session.as_str());
            let found = transcripts
                .find(nexus.server.clone(), session, query.to_owned(), from)
                .await
                .unwrap();
            hits.extend(found.hits);
            searched += found.searched;
            from = found.rest;
            if from.is_none() {
                return (hits, searched);
            }
        }
    };
    let (hits, searched) = find("brass NEEDLE").await;
    assert_eq!(searched, 300);
    assert_eq!(hits.len(), 1);
    assert_eq!((&hits[0].message, hits[0].place), (&id(17), Place::Answer));
    assert_eq!(hits[0].found, "Brass needle");
    let (prompts, _) = find("").await;
    let expected: Vec<MessageId> = (0..MESSAGES).step_by(10).rev().map(id).collect();
    let listed: Vec<MessageId> = prompts.into_iter().map(|hit| hit.message).collect();
    assert_eq!(listed, expected);
}
