//! What breaks is said, and survived.

use std::net::SocketAddr;

use domain::house::{Family, ServerFault, ServerLink};
use domain::sync::Replica;
use domain::tool::ToolState;
use fakes::opencode2::{DIRECTORY, Fault as Manner, PASSWORD, QUEUE_FRAMES};
use fakes::{FakeOpenCode, FakeOpenCode2};
use serde_json::json;

use super::super::{Nexus, prompt};
use super::{
    Device, begin_step, begin_text, count, end_turn, entry, give_password, grow, has, is_connected,
    over, runs, said, tool, transcript, with_a_session,
};

fn fault(replica: &Replica) -> Option<ServerFault> {
    let server = replica.house.servers.values().next()?;
    match &server.link {
        ServerLink::Error { reason, .. } => Some(reason.clone()),
        ServerLink::Disconnected | ServerLink::Connecting { .. } | ServerLink::Connected { .. } => {
            None
        }
    }
}

#[tokio::test]
async fn a_prompt_whose_answer_is_lost_stands_there_once() {
    for manner in [Manner::AnswerLost, Manner::Empty500, Manner::Page] {
        let (nexus, session) = with_a_session().await;
        nexus.opencode.answers(Some("Fine."));
        nexus.connected().await;
        nexus
            .opencode
            .fault("POST", "/api/session/*/prompt", manner.clone());
        nexus.prompt(&session, &prompt(1)).await.unwrap();
        nexus.prompt(&session, &prompt(1)).await.unwrap();
        let rows = nexus.opencode.messages(&session);
        let mine = rows.iter().filter(|row| row["type"] == "user");
        assert_eq!(mine.count(), 1, "{manner:?}");
    }
}

#[tokio::test]
async fn a_prompt_that_waits_in_the_inbox_is_accepted_and_looked_for_there() {
    let (nexus, session) = with_a_session().await;
    let mut device = nexus.device(&session).await;
    begin_step(&nexus, &session);
    nexus.opencode.hold();
    nexus.prompt(&session, &prompt(1)).await.unwrap();
    assert_eq!(nexus.opencode.inbox(&session).len(), 1);
    nexus.opencode.let_go();
    let message = prompt(1).id.message();
    device
        .until(|replica| has(replica, &session, &message))
        .await;
    nexus.opencode.deliver(&session);
    end_turn(&nexus, &session);
    device.until(|replica| !runs(replica, &session)).await;
    assert!(has(&device.replica, &session, &message));
}

#[tokio::test]
async fn what_happened_while_the_stream_was_broken_is_made_up_for() {
    let (nexus, session) = with_a_session().await;
    let mut device = nexus.device(&session).await;
    let step = begin_step(&nexus, &session);
    begin_text(&nexus, &session, &step);
    grow(&nexus, &session, &step, "before ");
    device
        .until(|replica| said(replica, &session, &step, 0).is_some_and(|it| it.text == "before "))
        .await;
    nexus.opencode.end_streams();
    let miss = |kind: &str, data| nexus.opencode.miss(kind, &session, data);
    miss(
        "session.text.ended",
        json!({ "assistantMessageID": step, "ordinal": 0, "text": "before and after" }),
    );
    miss(
        "session.step.ended",
        json!({ "assistantMessageID": step, "finish": "stop" }),
    );
    miss(
        "session.step.started",
        json!({ "assistantMessageID": "msg_next", "agent": "build" }),
    );
    device
        .until(|replica| {
            let healed = said(replica, &session, &step, 0).unwrap();
            healed.text == "before and after"
                && healed.hole.is_none()
                && transcript(replica, &session).unwrap().entries.len() == 2
        })
        .await;
    // The end of a stream is not the end of a turn.
    assert!(runs(&device.replica, &session));
    miss("session.execution.succeeded", json!({}));
    nexus.opencode.end_streams();
    device.until(|replica| !runs(replica, &session)).await;
}

#[tokio::test]
async fn a_number_that_is_missing_is_noticed_and_read() {
    let (nexus, session) = with_a_session().await;
    let mut device = nexus.device(&session).await;
    let step = begin_step(&nexus, &session);
    nexus.opencode.say(&session, &step, 0, "One.");
    device
        .until(|replica| said(replica, &session, &step, 0).is_some_and(|it| !it.open))
        .await;
    // The first second of a stream proves nothing; afterwards a hole does.
    let connects = || {
        let requests = nexus.opencode.requests();
        requests
            .iter()
            .filter(|it| it.is("GET", "/api/session"))
            .count()
    };
    nexus.opencode.asked("GET", "/api/session", 2).await;
    device.until(is_connected).await;
    nexus.opencode.say(&session, &step, 1, "Two.");
    device
        .until(|replica| said(replica, &session, &step, 1).is_some_and(|it| !it.open))
        .await;
    let before = connects();
    let third = json!({ "assistantMessageID": step, "ordinal": 2 });
    nexus
        .opencode
        .miss("session.text.started", &session, third.clone());
    let mut ended = third;
    ended["text"] = json!("Three.");
    nexus.opencode.miss("session.text.ended", &session, ended);
    nexus.opencode.step_ended(&session, &step, "stop");
    device
        .until(|replica| said(replica, &session, &step, 2).is_some_and(|it| it.text == "Three."))
        .await;
    assert!(connects() > before);
    assert_eq!(count(&nexus, "GET", "/api/event"), 1, "on the same stream");
}

#[tokio::test]
async fn a_server_that_restarts_loses_its_asks_and_goes_on_with_its_turn() {
    let (mut nexus, session) = with_a_session().await;
    let mut device = nexus.device(&session).await;
    let step = begin_step(&nexus, &session);
    let tell = |nexus: &super::Second, kind: &str, mut data: serde_json::Value| {
        data["assistantMessageID"] = json!(step);
        nexus.opencode.publish(kind, &session, data);
    };
    tell(
        &nexus,
        "session.tool.input.started",
        json!({ "id": "c1", "name": "shell" }),
    );
    tell(
        &nexus,
        "session.tool.called",
        json!({ "id": "c1", "input": { "command": "sleep 9" } }),
    );
    let source = json!({ "type": "tool", "messageID": step, "id": "c1" });
    nexus.opencode.publish(
        "permission.asked",
        &session,
        json!({ "id": "per_1", "action": "shell", "resources": ["sleep"], "source": source }),
    );
    let asks = |replica: &Replica| {
        let mut mirrors = replica.mirrors.values();
        mirrors.any(|mirror| !mirror.permissions.is_empty())
    };
    device.until(asks).await;
    nexus.opencode.restart_in_place().await;
    device.until(|replica| !asks(replica)).await;
    device.until(is_connected).await;
    device
        .until(|replica| tool(replica, &session, &step, "c1") == Some(ToolState::Interrupted))
        .await;
    // It resumes by itself: a stale tool fails, and the next step comes.
    nexus
        .opencode
        .publish("session.execution.started", &session, json!({}));
    let failed = json!({ "id": "c1", "error": { "type": "tool.execution", "message": "stale" } });
    tell(&nexus, "session.tool.failed", failed);
    tell(
        &nexus,
        "session.step.failed",
        json!({ "error": { "type": "unknown", "message": "restarted" } }),
    );
    let next = nexus.opencode.step(&session);
    nexus.opencode.say(&session, &next, 0, "On we go.");
    device
        .until(|replica| {
            runs(replica, &session)
                && said(replica, &session, &next, 0).is_some_and(|it| it.text == "On we go.")
                && matches!(
                    tool(replica, &session, &step, "c1"),
                    Some(ToolState::Failed { .. })
                )
        })
        .await;
}

#[tokio::test]
async fn a_stream_that_overflowed_ends_cleanly_and_nothing_is_lost() {
    let (nexus, session) = with_a_session().await;
    let mut device = nexus.device(&session).await;
    let step = begin_step(&nexus, &session);
    begin_text(&nexus, &session, &step);
    // More than fits its queue, without a pause in which anybody could read.
    let mut whole = String::new();
    for n in 0..=QUEUE_FRAMES {
        let word = format!("{n} ");
        whole.push_str(&word);
        grow(&nexus, &session, &step, &word);
    }
    let ended = json!({ "assistantMessageID": step, "ordinal": 0, "text": whole });
    nexus
        .opencode
        .publish("session.text.ended", &session, ended);
    device
        .until(|replica| {
            said(replica, &session, &step, 0)
                .is_some_and(|it| !it.open && it.text == whole && it.hole.is_none())
        })
        .await;
    assert!(runs(&device.replica, &session));
}

#[tokio::test]
async fn pages_and_empty_refusals_are_called_by_their_names_and_outlived() {
    for (path, manner, named) in [
        ("/api/event", Manner::Page, ServerFault::NotOpenCode),
        ("/api/session", Manner::Page, ServerFault::NotOpenCode),
        (
            "/api/session/active",
            Manner::Empty500,
            ServerFault::Failed { status: 500 },
        ),
    ] {
        let opencode = FakeOpenCode2::start().await;
        opencode.session(DIRECTORY, "Survives");
        opencode.fault("GET", path, manner);
        let nexus = over(opencode).await;
        let mut device = Device::new(None);
        device.open(&nexus).await;
        device
            .until(|replica| fault(replica).as_ref() == Some(&named))
            .await;
        device.until(is_connected).await;
    }
}

#[tokio::test]
async fn a_server_that_is_upgraded_in_place_is_spoken_to_in_its_new_tongue() {
    let mut old = FakeOpenCode::start().await;
    old.session(DIRECTORY, "Before");
    let url = old.url();
    old.password(Some(fakes::opencode2::PASSWORD));
    let address: SocketAddr = url.strip_prefix("http://").unwrap().parse().unwrap();
    let nexus = Nexus::at((), url).await;
    give_password(&nexus).await;
    let mut device = Device::new(None);
    device.open(&nexus).await;
    let family = |replica: &Replica| {
        let mut servers = replica.house.servers.values();
        servers.next().and_then(|it| it.family)
    };
    device
        .until(|replica| is_connected(replica) && family(replica) == Some(Family::Hybrid))
        .await;
    old.kill().await;
    let new = FakeOpenCode2::start_at(address).await;
    let session = new.session(DIRECTORY, "After");
    device
        .until(|replica| {
            is_connected(replica)
                && family(replica) == Some(Family::V2)
                && entry(replica, &session).is_some()
        })
        .await;
    let record = nexus.host.servers.record(nexus.server.clone()).await;
    let noted = record.unwrap().noted;
    let changed = noted.iter().any(|it| {
        matches!(&it.what, domain::connection::Happening::VersionChanged { to, .. } if to == "2.0.24")
    });
    assert!(changed, "{noted:?}");
    nexus.prompt(&session, &prompt(1)).await.unwrap();
    assert_eq!(new.inbox(&session).len(), 1);
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test asks for itself, on this machine"
)]
#[tokio::test]
async fn what_was_read_of_a_session_before_it_was_deleted_does_not_bring_it_back() {
    let (nexus, session) = with_a_session().await;
    let mut device = nexus.device(&session).await;
    let path = format!("{}/api/session/{session}", nexus.opencode.url());
    let asked = reqwest::Client::new().get(path);
    let answer = asked.basic_auth("opencode", Some(PASSWORD)).send().await;
    let before = answer.unwrap().text().await.unwrap();
    let before = serde_json::from_str(&before).unwrap();
    // The reading that the new title sets off is answered before the end of the session, and
    // arrives after the news of it.
    nexus.opencode.hold();
    let title = json!({ "title": "Renamed" });
    nexus.opencode.publish("session.renamed", &session, title);
    nexus
        .opencode
        .publish("session.deleted", &session, json!({}));
    nexus
        .opencode
        .fault("GET", "/api/session/*", Manner::Instead(200, before));
    let reads = count(&nexus, "GET", "/api/session/*");
    nexus.opencode.let_go();
    device
        .until(|replica| entry(replica, &session).is_none())
        .await;
    nexus
        .opencode
        .asked("GET", "/api/session/*", reads + 1)
        .await;
    // What is read later is there: what was read before has been taken long since.
    let later = nexus.opencode.session(DIRECTORY, "Later");
    let title = json!({ "title": "Later still" });
    nexus.opencode.publish("session.renamed", &later, title);
    device
        .until(|replica| entry(replica, &later).is_some_and(|it| it.session.title == "Later still"))
        .await;
    assert!(entry(&device.replica, &session).is_none(), "it is back");
}
