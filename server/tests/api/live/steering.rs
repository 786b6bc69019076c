//! What is done with a session as a whole, from the owner to OpenCode and back.

use app::fault::Fault;
use domain::command::{Command, Origin, Title};
use domain::id::{MessageId, RequestId, SessionId};
use domain::sync::{Index, Replica};
use serde_json::json;

use super::{DIRECTORY, Device, Nexus, status};

async fn command(nexus: &Nexus, session: &str, command: Command) -> Result<(), Fault> {
    let sessions = &nexus.host.sessions;
    let session = SessionId::new(session);
    sessions
        .command(nexus.server.clone(), session, command)
        .await
}

fn title(replica: &Replica, session: &str) -> Option<String> {
    let mirror = replica.mirrors.values().next()?;
    let entry = mirror.sessions.get(&SessionId::new(session))?;
    Some(entry.session.title.clone())
}

fn asked(nexus: &Nexus, method: &str, path: &str) -> usize {
    let requests = nexus.opencode.requests();
    requests.iter().filter(|it| it.is(method, path)).count()
}

#[tokio::test]
async fn a_new_title_comes_back_by_the_stream() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Before");
    let mut device = nexus.device(&session).await;
    let title_now = Title::parse("After").unwrap();
    let rename = Command::Rename { title: title_now };
    command(&nexus, &session, rename.clone()).await.unwrap();
    device
        .until(|replica| title(replica, &session).as_deref() == Some("After"))
        .await;
    let none = command(&nexus, "ses_none", rename).await;
    assert!(matches!(none, Err(Fault::NotFound { .. })), "{none:?}");
}

#[tokio::test]
async fn a_deletion_that_is_taken_back_in_time_deletes_nothing() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Kept");
    nexus.connected().await;
    let keep = async {
        // Until the deletion is known there is nothing to keep.
        loop {
            match command(&nexus, &session, Command::Keep).await {
                Err(Fault::Conflict { .. }) => tokio::task::yield_now().await,
                kept => return kept,
            }
        }
    };
    let (deleted, kept) = tokio::join!(command(&nexus, &session, Command::Delete), keep);
    assert_eq!((deleted, kept), (Ok(()), Ok(())));
    assert_eq!(asked(&nexus, "DELETE", "/session/*"), 0);
}

#[tokio::test]
async fn a_busy_session_is_stopped_before_it_is_deleted_and_its_page_need_not_wait() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Busy");
    let mut device = nexus.device(&session).await;
    nexus.opencode.push(status(&session, "busy"));
    device
        .until(|replica| {
            let mirror = &replica.mirrors[&nexus.server];
            mirror.sessions[&SessionId::new(session.as_str())]
                .status
                .is_running()
        })
        .await;
    // The page that asked is closed at once.
    let asking = command(&nexus, &session, Command::Delete);
    let closed = tokio::time::timeout(std::time::Duration::ZERO, asking).await;
    assert!(closed.is_err());
    let twice = command(&nexus, &session, Command::Delete).await;
    assert!(matches!(twice, Err(Fault::Conflict { .. })), "{twice:?}");
    device
        .until(|replica| title(replica, &session).is_none())
        .await;
    assert_eq!(asked(&nexus, "POST", "/session/*/abort"), 1);
    assert_eq!(asked(&nexus, "DELETE", "/session/*"), 1);
}

#[tokio::test]
async fn a_repeated_fork_makes_one_copy_which_knows_its_original() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Original");
    let mut device = nexus.device(&session).await;
    let fork = || {
        let origin = Origin::Fork {
            session: SessionId::new(session.as_str()),
            before: Some(MessageId::new("msg_2")),
        };
        let sessions = &nexus.host.sessions;
        sessions.create(RequestId::new("req_fork"), nexus.server.clone(), origin)
    };
    let (first, second) = tokio::join!(fork(), fork());
    let copy = first.unwrap();
    assert_eq!(second.unwrap(), copy);
    assert_eq!(asked(&nexus, "POST", "/session/*/fork"), 1);
    let forked = nexus.opencode.asked("POST", "/session/*/fork", 1).await;
    assert_eq!(forked.body, json!({ "messageID": "msg_2" }));
    device
        .until(|replica| {
            let mirror = &replica.mirrors[&nexus.server];
            mirror.sessions.get(&copy).is_some_and(|entry| {
                entry.session.forked_from == Some(SessionId::new(session.as_str()))
            })
        })
        .await;
}

#[tokio::test]
async fn a_busy_session_is_neither_summarised_nor_reverted() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "At work");
    let mut device = nexus.device(&session).await;
    command(&nexus, &session, Command::Compact).await.unwrap();
    let sent = nexus
        .opencode
        .asked("POST", "/session/*/summarize", 1)
        .await;
    assert_eq!(
        sent.body,
        json!({ "providerID": "scripted", "modelID": "scripted-1" })
    );
    nexus.opencode.push(status(&session, "busy"));
    let id = SessionId::new(session.as_str());
    device
        .until(|replica| {
            replica.mirrors[&nexus.server].sessions[&id]
                .status
                .is_running()
        })
        .await;
    let message = MessageId::new("msg_1");
    for busy in [Command::Compact, Command::Revert { message }] {
        let refused = command(&nexus, &session, busy).await;
        assert!(
            matches!(refused, Err(Fault::Conflict { .. })),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn what_is_taken_back_is_marked_and_can_be_restored() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Back and forth");
    let mut device = nexus.device(&session).await;
    nexus.prompt(&session, &super::prompt(1)).await.unwrap();
    let message = super::prompt(1).id.message();
    let marked = |replica: &Replica| {
        let mirror = replica.mirrors.values().next()?;
        let entry = mirror.sessions.get(&SessionId::new(session.as_str()))?;
        entry.session.revert.clone().map(|revert| revert.message)
    };
    let revert = |message| command(&nexus, &session, Command::Revert { message });
    revert(message.clone()).await.unwrap();
    device
        .until(|replica| marked(replica).as_ref() == Some(&message))
        .await;
    // Nothing waits with a server of 1.x: what was said is in the conversation at once.
    let withdraw = Command::Withdraw {
        message: MessageId::new("msg_1"),
    };
    let refused = command(&nexus, &session, withdraw).await;
    assert!(matches!(refused, Err(Fault::Refused { .. })), "{refused:?}");
    command(&nexus, &session, Command::Restore).await.unwrap();
    device.until(|replica| marked(replica).is_none()).await;
    let unknown = revert(MessageId::new("msg_none")).await;
    assert!(
        matches!(unknown, Err(Fault::NotFound { .. })),
        "{unknown:?}"
    );
}

#[tokio::test]
async fn a_search_finds_archived_sessions_and_bounds_what_it_is_asked() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "The tide gauge");
    nexus.opencode.session(DIRECTORY, "The lamp");
    let mut device = nexus.device(&session).await;
    command(&nexus, &session, Command::Archive).await.unwrap();
    let id = SessionId::new(session.as_str());
    device
        .until(|replica| {
            let entry = &replica.mirrors[&nexus.server].sessions[&id];
            entry.session.archived.is_some()
        })
        .await;
    let found = nexus.host.sessions.search("gauge TIDE".to_owned()).await;
    let found: Vec<SessionId> = found
        .unwrap()
        .into_iter()
        .map(|it| it.entry.session.id)
        .collect();
    assert_eq!(found, [id]);
    let endless = nexus.host.sessions.search("x".repeat(1_000)).await;
    assert!(matches!(endless, Err(Fault::Invalid { .. })), "{endless:?}");
}

#[tokio::test]
async fn whoever_opens_an_old_session_learns_of_it_and_its_family() {
    let nexus = Nexus::new().await;
    let old = nexus.opencode.session(DIRECTORY, "Old");
    for n in 0..110 {
        nexus.opencode.session(DIRECTORY, &format!("Newer {n}"));
    }
    let mut device = Device::new(None);
    device.open(&nexus).await;
    device.until(|replica| !replica.mirrors.is_empty()).await;
    assert_eq!(title(&device.replica, &old), None);
    nexus
        .opencode
        .push(json!({ "type": "session.created", "directory": DIRECTORY,
        "properties": { "sessionID": "ses_child", "info": {
            "id": "ses_child", "directory": DIRECTORY, "title": "Helper", "parentID": old,
            "time": { "created": 1, "updated": 1 } } } }));
    let mut device = nexus.device(&old).await;
    device
        .until(|replica| title(replica, "ses_child").is_some())
        .await;
    assert_eq!(title(&device.replica, &old).as_deref(), Some("Old"));
    let page = nexus
        .pages
        .snapshot("keeper", Some(nexus.viewing("ses_child")))
        .await
        .unwrap();
    let index: &Index = &page.servers[0].index;
    let known = |id: &str| {
        let mut sessions = index.sessions.iter();
        sessions.any(|entry| entry.session.id.as_str() == id)
    };
    assert!(known(&old) && known("ses_child"));
}
