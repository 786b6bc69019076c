//! What waits to be read: shown as what it waits for, read at another time, taken back.

use domain::command::Command;
use domain::id::{MessageId, SessionId};
use domain::message::Waits;
use domain::part::{Part, PartBody};
use domain::prompt::Prompt;
use domain::sync::Replica;
use serde_json::json;

use super::super::prompt;
use super::{Device, Second, begin_step, count, end_turn, has, runs, transcript, with_a_session};

fn waits(replica: &Replica, session: &str, message: &MessageId) -> Option<Waits> {
    let entry = transcript(replica, session)?.entry(message)?;
    entry.message.waits()
}

/// Whether a message that waits is a summary to be made.
fn summary_waits(replica: &Replica, session: &str) -> Option<Waits> {
    let entries = &transcript(replica, session)?.entries;
    let mut entries = entries.iter();
    let is_summary = |part: &Part| matches!(part.body, PartBody::Compaction { auto: false });
    let entry = entries.find(|it| it.parts.iter().any(is_summary))?;
    entry.message.waits()
}

async fn command(nexus: &Second, session: &str, command: Command) {
    let (server, session) = (nexus.server.clone(), SessionId::new(session));
    let sessions = &nexus.host.sessions;
    sessions.command(server, session, command).await.unwrap();
}

/// A turn is under way, and a prompt was sent into it; a device that looks on.
async fn with_a_prompt_that_waits() -> (Second, String, Device, MessageId) {
    let (nexus, session) = with_a_session().await;
    let device = nexus.device(&session).await;
    begin_step(&nexus, &session);
    nexus.prompt(&session, &prompt(1)).await.unwrap();
    (nexus, session, device, prompt(1).id.message())
}

#[tokio::test]
async fn what_waits_is_read_at_another_time_and_waits_no_more_once_it_is() {
    let (nexus, session, mut device, message) = with_a_prompt_that_waits().await;
    device
        .until(|replica| waits(replica, &session, &message) == Some(Waits::Step))
        .await;
    let later = |until| Command::Defer {
        message: message.clone(),
        until,
    };
    command(&nexus, &session, later(Waits::Turn)).await;
    device
        .until(|replica| waits(replica, &session, &message) == Some(Waits::Turn))
        .await;
    assert_eq!(nexus.opencode.inbox(&session)[0]["delivery"], "queue");
    // A screen that comes later is told the same.
    let second = nexus.device(&session).await;
    let told = waits(&second.replica, &session, &message);
    assert_eq!(told, Some(Waits::Turn));
    command(&nexus, &session, later(Waits::Step)).await;
    device
        .until(|replica| waits(replica, &session, &message) == Some(Waits::Step))
        .await;

    nexus.opencode.deliver(&session);
    device
        .until(|replica| {
            has(replica, &session, &message) && waits(replica, &session, &message).is_none()
        })
        .await;
    end_turn(&nexus, &session);
    device.until(|replica| !runs(replica, &session)).await;
}

#[tokio::test]
async fn what_was_taken_back_goes_from_all_screens_and_is_never_sent_again() {
    let (nexus, session, mut device, message) = with_a_prompt_that_waits().await;
    device
        .until(|replica| has(replica, &session, &message))
        .await;
    let withdraw = || Command::Withdraw {
        message: message.clone(),
    };
    command(&nexus, &session, withdraw()).await;
    device
        .until(|replica| !has(replica, &session, &message))
        .await;
    assert_eq!(nexus.opencode.inbox(&session), [json!(null); 0]);
    // Twice is harmless, and an outbox that has not heard of it sends nothing anew.
    command(&nexus, &session, withdraw()).await;
    assert_eq!(nexus.prompt(&session, &prompt(1)).await, Ok(()));
    assert_eq!(count(&nexus, "POST", "/api/session/*/prompt"), 1);
}

#[tokio::test]
async fn the_owner_says_beforehand_what_a_message_waits_for() {
    let (nexus, session) = with_a_session().await;
    let mut device = nexus.device(&session).await;
    begin_step(&nexus, &session);
    device.until(|replica| runs(replica, &session)).await;
    let later = Prompt {
        waits: Some(Waits::Turn),
        ..prompt(1)
    };
    nexus.prompt(&session, &later).await.unwrap();
    let message = later.id.message();
    device
        .until(|replica| waits(replica, &session, &message) == Some(Waits::Turn))
        .await;
    let asked = nexus
        .opencode
        .asked("POST", "/api/session/*/prompt", 1)
        .await;
    assert_eq!(asked.body["delivery"], "queue");
}

#[tokio::test]
async fn what_waits_and_is_no_prompt_is_shown_as_what_it_is_until_its_turn_comes() {
    let (nexus, session) = with_a_session().await;
    let mut device = nexus.device(&session).await;
    command(&nexus, &session, Command::Compact).await;
    device
        .until(|replica| summary_waits(replica, &session) == Some(Waits::Turn))
        .await;
    // A screen that comes later is told the same.
    let second = nexus.device(&session).await;
    assert!(summary_waits(&second.replica, &session).is_some());
    nexus.opencode.deliver(&session);
    device
        .until(|replica| summary_waits(replica, &session).is_none())
        .await;
}
