//! What a 1.18 has of the routes of 2.x, as it was recorded: the part of our reading that a
//! real server has confirmed. The rest of 2.x is not in it.

use domain::id::{Directory, SessionId};
use domain::message::Role;
use domain::session::ModelRef;
use domain::time::Millis;
use fakes::FakeOpenCode;
use opencode::v2::{Fold, Generation};
use opencode::{Upstream, V2};
use serde_json::json;

use super::home;
use crate::calls::{client, recorded};

const SAMPLE: &str = "ses_e052ba8abffeJpvlxF37qclCYN";

/// A server that answers as recorded, spoken to as if it were a current 2.x.
async fn recorded_server() -> (FakeOpenCode, V2) {
    let server = FakeOpenCode::start().await;
    for (path, name) in [
        ("/api/session", "get-api-session"),
        (
            "/api/session/ses_e052ba8abffeJpvlxF37qclCYN",
            "get-api-session-get",
        ),
        ("/api/session/active", "get-api-session-active"),
        (
            "/api/session/ses_e052ba8abffeJpvlxF37qclCYN/message",
            "get-api-session-message",
        ),
        ("/api/location", "get-api-location"),
        ("/api/agent", "get-api-agent"),
        ("/api/model", "get-api-model"),
        ("/api/provider", "get-api-provider"),
        ("/api/command", "get-api-command"),
        ("/api/fs/list", "get-api-fs-list"),
        ("/api/fs/find", "get-api-fs-find"),
        ("/api/permission/request", "get-api-permission-request"),
    ] {
        server.answer("GET", path, 200, recorded(name));
    }
    let v2 = V2::new(client(&server), Generation::Current);
    (server, v2)
}

#[tokio::test]
async fn sessions_are_read_as_they_are() {
    let (_server, v2) = recorded_server().await;
    let sessions = v2.sessions().await.unwrap();
    let of = |id: &str| {
        let id = SessionId::new(id);
        sessions.iter().find(|it| it.session.id == id).unwrap()
    };
    assert_eq!(sessions.len(), 2);
    let sample = of(SAMPLE);
    assert_eq!(sample.session.title, "Sample");
    assert_eq!(sample.session.directory, home());
    assert_eq!(sample.session.created, Millis(1_795_209_582_423));
    assert_eq!(sample.session.agent.as_deref(), Some("build"));
    let model = ModelRef {
        provider: "scripted".to_owned(),
        model: "scripted-1".to_owned(),
        variant: None,
    };
    assert_eq!(sample.session.model, Some(model));
    assert_eq!((sample.unread, sample.outcome.clone()), (false, None));
    let child = of("ses_e053815dbffegV1xsJFSR750hE");
    let parent = SessionId::new("ses_e05381ddcffeE3nLMlwePkNM2B");
    assert_eq!(child.session.parent, Some(parent));

    let alone = v2.session(&SessionId::new(SAMPLE)).await.unwrap();
    assert_eq!(alone.as_ref(), Some(sample));
    assert!(v2.statuses().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_prompt_and_a_step_that_failed_are_messages() {
    let (server, v2) = recorded_server().await;
    let inbox = format!("/api/session/{SAMPLE}/inbox");
    server.answer("GET", &inbox, 200, json!({ "data": [] }));
    let page = v2
        .messages(&SessionId::new(SAMPLE), 60, None)
        .await
        .unwrap();
    let [prompt, step] = page.entries.as_slice() else {
        panic!("{page:?}")
    };
    assert!(matches!(prompt.message.role, Role::User(_)), "oldest first");
    assert_eq!(prompt.parts.len(), 1);
    let Role::Assistant(assistant) = &step.message.role else {
        panic!("{step:?}")
    };
    assert_eq!(assistant.agent.as_deref(), Some("build"));
    assert_eq!(
        assistant.model.as_ref().map(|it| it.provider.as_str()),
        Some("opencode")
    );
    assert_eq!(assistant.completed, Some(Millis(1_795_209_672_653)));
    let failure = assistant.failure.as_ref().unwrap();
    assert!(
        format!("{failure:?}").contains("HTTP transport failed"),
        "{failure:?}"
    );
    assert!(
        page.older.is_none(),
        "a short page is the last, whatever its cursor"
    );
}

#[tokio::test]
async fn what_a_directory_offers_is_read_without_its_keys() {
    let (server, v2) = recorded_server().await;
    server.answer(
        "GET",
        "/api/model/default",
        404,
        json!({ "_tag": "NotFound" }),
    );
    assert_eq!(v2.home_ground().await, Ok(home()));
    let catalog = v2.catalog(&home()).await.unwrap();
    let told = serde_json::to_string(&catalog).unwrap();
    assert!(!told.contains("canary"), "{told}");
    let agents: Vec<&str> = catalog.agents.iter().map(|it| it.name.as_str()).collect();
    assert!(
        agents.contains(&"build") && agents.contains(&"plan"),
        "{agents:?}"
    );
    let commands: Vec<&str> = catalog.commands.iter().map(|it| it.name.as_str()).collect();
    assert!(commands.contains(&"init"), "{commands:?}");
    assert_eq!(catalog.models.len(), 1, "{told}");

    let list = v2.list(&home(), "").await.unwrap();
    assert!(list.contains(&"src/".to_owned()) && list.contains(&"README.md".to_owned()));
    let folders = v2.folders(Some(&home())).await.unwrap();
    assert_eq!(folders.folders, [Directory::new("/home/me/project/src")]);
    let found = v2.find(&home(), "main", 20).await.unwrap();
    assert_eq!(found, ["src/main.rs", ".gitignore"]);
    assert_eq!(v2.permissions(&home()).await, Ok(Vec::new()));
}

/// Its events have the frames of 2.x around the words of 1.x.
#[test]
fn events_of_the_other_engine_are_told_as_unknown_and_cost_nothing_else() {
    let mut fold = Fold::default();
    let frames = crate::capture::frames("api-session");
    let (mut seqs, mut told) = (Vec::new(), Vec::new());
    let mut connected = 0;
    for frame in &frames {
        for heard in fold.read(frame, Millis(0)).unwrap() {
            if heard == Upstream::Connected {
                connected += 1;
            } else if let Upstream::Seq { session, seq } = heard {
                seqs.push((session.to_string(), seq));
            } else {
                told.push(heard);
            }
        }
    }
    assert_eq!(connected, 1);
    assert!(
        told.iter().all(|it| matches!(it, Upstream::Unknown { .. })),
        "{told:?}"
    );
    assert_eq!(
        seqs,
        [
            ("ses_e052a6ca0ffeAL2qBtNjXOFPsj".to_owned(), 16),
            ("ses_e052a6ca0ffeAL2qBtNjXOFPsj".to_owned(), 17),
            ("ses_e052a6ca0ffeAL2qBtNjXOFPsj".to_owned(), 18),
            ("ses_e052a4d55ffefkss1LXAmpxpre".to_owned(), 0),
        ]
    );
}
