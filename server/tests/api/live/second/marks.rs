//! What the owner has looked at, as the server keeps it: known here, and told there once.

use domain::sync::Replica;
use fakes::FakeOpenCode2;
use fakes::opencode2::{DIRECTORY, Fault as Manner};
use serde_json::{Value, json};

use super::{Device, Second, begin_step, count, end_turn, entry, is_connected, over, runs};

const VIEW: &str = "/api/session/*/view";

fn unread(replica: &Replica, session: &str) -> bool {
    entry(replica, session).is_some_and(|entry| entry.unread)
}

/// The owner looks at the list, and at no session.
async fn at_the_list(nexus: &Second) -> Device {
    let mut device = Device::new(None);
    device.open(nexus).await;
    device.until(is_connected).await;
    device
}

/// The end of a session's last turn, as the server has it.
fn idle(nexus: &Second, session: &str) -> Value {
    let info = nexus.opencode.info(session);
    info.pointer("/time/idle").cloned().unwrap_or_default()
}

#[tokio::test]
async fn what_another_client_has_looked_at_is_no_news_here() {
    let opencode = FakeOpenCode2::start().await;
    let of = |title| opencode.session(DIRECTORY, title);
    let (looked_at, news) = (of("Looked at"), of("News"));
    let ended = |session: &str| opencode.publish("session.execution.succeeded", session, json!({}));
    ended(&looked_at);
    let idle_there = opencode.info(&looked_at)["time"]["idle"].clone();
    opencode.publish("session.viewed", &looked_at, json!({ "idle": idle_there }));
    ended(&news);
    let nexus = over(opencode).await;
    let mut device = at_the_list(&nexus).await;
    device.until(|replica| unread(replica, &news)).await;
    assert!(!unread(&device.replica, &looked_at));

    // Another client looks at it, and then more happens.
    let at = json!({ "idle": idle(&nexus, &news) });
    nexus.opencode.publish("session.viewed", &news, at);
    device.until(|replica| !unread(replica, &news)).await;
    begin_step(&nexus, &news);
    device.until(|replica| runs(replica, &news)).await;
    end_turn(&nexus, &news);
    device.until(|replica| unread(replica, &news)).await;
    assert_eq!(count(&nexus, "POST", VIEW), 0, "nobody looked here");
}

#[tokio::test]
async fn what_is_looked_at_here_is_told_the_server_once() {
    let opencode = FakeOpenCode2::start().await;
    let session = opencode.session(DIRECTORY, "About words");
    opencode.publish("session.execution.succeeded", &session, json!({}));
    let nexus = over(opencode).await;
    let mut list = at_the_list(&nexus).await;
    list.until(|replica| unread(replica, &session)).await;

    let mut device = nexus.device(&session).await;
    let told = nexus.opencode.asked("POST", VIEW, 1).await;
    assert_eq!(told.body, json!({ "idle": idle(&nexus, &session) }));
    list.until(|replica| !unread(replica, &session)).await;
    let _another = nexus.device(&session).await;
    // A turn that ends before the owner's eyes is no news, here or there.
    begin_step(&nexus, &session);
    device.until(|replica| runs(replica, &session)).await;
    end_turn(&nexus, &session);
    let told = nexus.opencode.asked("POST", VIEW, 2).await;
    assert_eq!(told.body, json!({ "idle": idle(&nexus, &session) }));
    list.until(|replica| !runs(replica, &session)).await;
    assert!(!unread(&list.replica, &session));
    assert_eq!(count(&nexus, "POST", VIEW), 2);
}

#[tokio::test]
async fn a_server_that_takes_no_mark_is_not_told_for_ever() {
    let opencode = FakeOpenCode2::start().await;
    let session = opencode.session(DIRECTORY, "About words");
    opencode.publish("session.execution.succeeded", &session, json!({}));
    let nexus = over(opencode).await;
    let refused = Manner::Instead(400, json!({ "_tag": "InvalidRequestError" }));
    nexus.opencode.fault("POST", VIEW, refused);
    let mut device = nexus.device(&session).await;
    nexus.opencode.asked("POST", VIEW, 1).await;
    for title in ["Tides", "Winds"] {
        let renamed = json!({ "title": title });
        nexus.opencode.publish("session.renamed", &session, renamed);
        device
            .until(|replica| entry(replica, &session).unwrap().session.title == title)
            .await;
    }
    assert!(!unread(&device.replica, &session));
    assert_eq!(count(&nexus, "POST", VIEW), 1);
}

#[tokio::test]
async fn a_look_that_could_not_be_told_is_told_when_the_server_is_back() {
    let opencode = FakeOpenCode2::start().await;
    let session = opencode.session(DIRECTORY, "About words");
    opencode.publish("session.execution.succeeded", &session, json!({}));
    let mut nexus = over(opencode).await;
    let mut list = at_the_list(&nexus).await;
    list.until(|replica| unread(replica, &session)).await;
    nexus.opencode.fault("POST", VIEW, Manner::Empty500);
    let device = nexus.device(&session).await;
    nexus.opencode.asked("POST", VIEW, 1).await;
    drop(device);
    list.until(|replica| !unread(replica, &session)).await;
    nexus.opencode.restart_in_place().await;
    let told = nexus.opencode.asked("POST", VIEW, 2).await;
    assert_eq!(told.body, json!({ "idle": idle(&nexus, &session) }));
    let renamed = json!({ "title": "Tides" });
    nexus.opencode.publish("session.renamed", &session, renamed);
    list.until(|replica| entry(replica, &session).unwrap().session.title == "Tides")
        .await;
    assert!(!unread(&list.replica, &session), "it stays looked at here");
}
