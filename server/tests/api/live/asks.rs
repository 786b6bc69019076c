//! What agents ask is shown where it stops somebody, answered once, and goes everywhere.

use app::fault::Fault;
use app::host::Caller;
use domain::id::{PermissionId, QuestionId, SessionId};
use domain::permission::PermissionReply;
use domain::sync::Replica;
use serde_json::{Value, json};

use super::{DIRECTORY, Device, Nexus, message, said, status};

fn caller(session: i64, name: &str) -> Caller {
    Caller {
        session,
        name: name.to_owned(),
    }
}

fn asked(session: &str, id: &str) -> Value {
    json!({ "type": "permission.asked", "directory": DIRECTORY, "properties":
        { "id": id, "sessionID": session, "permission": "bash", "patterns": ["ls"],
          "always": ["ls *"], "metadata": { "command": "ls" },
          "tool": { "messageID": "msg_1", "callID": "call_1" } } })
}

fn replied(session: &str, id: &str) -> Value {
    json!({ "type": "permission.replied", "directory": DIRECTORY, "properties":
        { "sessionID": session, "requestID": id, "reply": "once" } })
}

fn permissions(replica: &Replica) -> usize {
    let mirrors = replica.mirrors.values();
    mirrors.map(|mirror| mirror.permissions.len()).sum()
}

async fn reply(nexus: &Nexus, caller: Caller, id: &str) -> Result<(), Fault> {
    let asks = &nexus.host.asks;
    let id = PermissionId::new(id);
    asks.reply(caller, nexus.server.clone(), id, PermissionReply::Once)
        .await
}

/// Who was first, as it is told to whoever was not.
fn told(answered: Result<(), Fault>) -> String {
    match answered {
        Err(Fault::Conflict { what }) => what,
        Ok(()) | Err(_) => String::new(),
    }
}

/// A device that sees a running turn ask once.
async fn asking(nexus: &Nexus, session: &str) -> Device {
    let mut device = nexus.device(session).await;
    nexus.opencode.push(status(session, "busy"));
    nexus.opencode.push(message(session, "msg_1"));
    nexus.opencode.push(asked(session, "per_1"));
    device.until(|replica| permissions(replica) == 1).await;
    device
}

#[tokio::test]
async fn an_ask_is_answered_once_goes_from_all_screens_and_the_second_is_told_who_was_first() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Asks");
    let mut device = asking(&nexus, &session).await;
    let phone = || caller(1, "Safari on an iPhone");
    reply(&nexus, phone(), "per_1").await.unwrap();
    device.until(|replica| permissions(replica) == 0).await;
    assert_eq!(
        told(reply(&nexus, caller(2, "Firefox on Linux"), "per_1").await),
        "Safari on an iPhone was first and allowed it once."
    );
    // The answer to it was lost on its way, perhaps.
    assert_eq!(reply(&nexus, phone(), "per_1").await, Ok(()));
    let (server, ask) = (nexus.server.clone(), PermissionId::new("per_1"));
    let always = PermissionReply::Always;
    assert_eq!(
        told(nexus.host.asks.reply(phone(), server, ask, always).await),
        "Another window of this browser was first and allowed it once."
    );
    let sent = nexus.opencode.requests();
    let sent = sent
        .iter()
        .filter(|it| it.is("POST", "/permission/*/reply"));
    assert_eq!(sent.count(), 1);
}

#[tokio::test]
async fn an_ask_that_is_answered_in_opencode_itself_goes_and_the_second_is_told_so() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Terminal");
    let mut device = asking(&nexus, &session).await;
    nexus.opencode.push(replied(&session, "per_1"));
    device.until(|replica| permissions(replica) == 0).await;
    let words = told(reply(&nexus, caller(1, "Firefox on Linux"), "per_1").await);
    assert!(words.contains("in OpenCode itself"), "{words}");
}

#[tokio::test]
async fn an_ask_whose_turn_was_stopped_is_waited_for_by_nobody() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Stopped");
    let mut device = asking(&nexus, &session).await;
    nexus.opencode.push(status(&session, "idle"));
    device.until(|replica| permissions(replica) == 0).await;
    let words = told(reply(&nexus, caller(1, "Firefox on Linux"), "per_1").await);
    assert!(words.contains("the turn has ended"), "{words}");
    let asks = &nexus.host.asks;
    let none = QuestionId::new("que_none");
    let skipped = asks.skip(caller(1, "Firefox on Linux"), nexus.server.clone(), none);
    assert!(matches!(skipped.await, Err(Fault::Conflict { .. })));
}

#[tokio::test]
async fn the_ghost_of_a_stopped_turn_stays_away_while_the_next_turn_runs() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Ghost");
    let mut stopped = said(&session, "msg_1");
    stopped["time"]["completed"] = json!(1_795_300_001_000_u64);
    nexus.opencode.message(stopped, Vec::new());
    nexus.opencode.push(asked(&session, "per_1"));
    nexus.opencode.push(status(&session, "busy"));
    nexus.opencode.message(said(&session, "msg_2"), Vec::new());
    let mut device = nexus.device(&session).await;
    // The transcript is there, and with it the knowledge that nobody waits.
    device.until(|replica| permissions(replica) == 0).await;
    // What is asked now is shown, and the ghost is not read again.
    let mut new = asked(&session, "per_2");
    new["properties"]["tool"]["messageID"] = json!("msg_2");
    nexus.opencode.push(new);
    nexus.opencode.end_streams();
    device
        .until(|replica| {
            let asks = &replica.mirrors[&nexus.server].permissions;
            asks.keys().map(PermissionId::as_str).eq(["per_2"])
        })
        .await;
}

#[tokio::test]
async fn what_a_helpers_helper_asks_stops_the_session_of_the_owner() {
    let nexus = Nexus::new().await;
    let root = nexus.opencode.session(DIRECTORY, "Root");
    let mut device = nexus.device(&root).await;
    let mut parent = root.clone();
    for depth in ["child", "grandchild"] {
        let info = json!({ "id": format!("ses_{depth}"), "slug": depth, "projectID": "global",
            "directory": DIRECTORY, "title": depth, "version": "1.18.33", "parentID": parent,
            "agent": "general", "time": { "created": 1_795_300_000_000_u64,
            "updated": 1_795_300_000_000_u64 } });
        nexus
            .opencode
            .push(json!({ "type": "session.created", "directory": DIRECTORY,
            "properties": { "sessionID": info["id"], "info": info } }));
        nexus
            .opencode
            .push(status(info["id"].as_str().unwrap(), "busy"));
        parent = format!("ses_{depth}");
    }
    nexus.opencode.push(asked(&parent, "per_deep"));
    let root = SessionId::new(root);
    device
        .until(|replica| replica.mirrors[&nexus.server].needs_owner(&root))
        .await;
}
