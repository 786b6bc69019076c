//! What is sent, and what is made of the answers.

use std::collections::BTreeMap;

use bytes::Bytes;
use domain::command::Title;
use domain::house::ServerFault;
use domain::id::{Directory, MessageId, RequestId, SessionId};
use domain::message::Waits;
use domain::prompt::{Prompt, PromptId, PromptText};
use domain::session::{ModelRef, SessionStatus};
use domain::time::Millis;
use fakes::FakeOpenCode2;
use fakes::opencode2::{DIRECTORY, Fault};
use opencode::v2::{Admitted, Delivery, Generation, Outcome, WaitingKind};
use opencode::{CallFault, Enclosed, Handover, Manner, Tongue, V2, probe};
use serde_json::json;

use super::{as_read, client, connected, home};

fn handover(session: &SessionId, text: &str) -> Handover {
    Handover {
        session: session.clone(),
        prompt: Prompt {
            id: PromptId::new(Millis(1_795_208_376_615), [7; 14]),
            text: PromptText::parse(text).ok(),
            files: Vec::new(),
            agent: None,
            model: None,
            waits: None,
        },
        manner: Manner::Words,
        enclosed: Vec::new(),
    }
}

/// A server with one session, and the way to it.
async fn with_one_session() -> (FakeOpenCode2, V2, SessionId) {
    let server = FakeOpenCode2::start().await;
    let session = SessionId::new(server.session(DIRECTORY, "one"));
    let v2 = connected(&server);
    (server, v2, session)
}

#[tokio::test]
async fn a_current_and_an_early_server_are_told_apart_and_well() {
    let server = FakeOpenCode2::start().await;
    for (early, tongue, version) in [
        (false, Tongue::CurrentV2, "2.0.24"),
        (true, Tongue::EarlyV2, "2.0.3"),
    ] {
        server.early(early);
        let found = probe(&client(&server)).await.unwrap();
        assert_eq!((found.tongue, found.open_to_all), (tongue, false));
        let generation = Generation::of(found.tongue).unwrap();
        let health = V2::new(client(&server), generation).health().await;
        assert_eq!(health, Ok(Some(version.to_owned())));
    }
    server.fault("GET", "/api/health", Fault::Page);
    let early = V2::new(client(&server), Generation::Early);
    assert_eq!(early.health().await, Err(ServerFault::NotOpenCode));
    assert_eq!(Generation::of(Tongue::Hybrid), None);
}

#[tokio::test]
async fn all_sessions_are_listed_each_once() {
    let server = FakeOpenCode2::start().await;
    for n in 0..205 {
        server.session("/home/me/elsewhere", &format!("session {n}"));
    }
    let v2 = connected(&server);
    assert_eq!(v2.sessions().await.unwrap().len(), 205);
    let pages = server.requests().into_iter();
    let pages = pages.filter(|it| it.is("GET", "/api/session"));
    assert_eq!(pages.count(), 3);
    assert!(server.requests().iter().all(|it| it.directory.is_none()));
}

#[tokio::test]
async fn a_session_is_made_once_whatever_is_lost() {
    let server = FakeOpenCode2::start().await;
    let v2 = connected(&server);
    let id = SessionId::new("ses_ours");
    server.fault("POST", "/api/session", Fault::AnswerLost);
    let lost = v2.create(&home(), &id).await;
    assert!(matches!(lost, Err(CallFault::Down(_))), "{lost:?}");
    let made = v2.create(&home(), &id).await.unwrap().session;
    assert_eq!((made.id, made.directory), (id.clone(), home()));
    assert_eq!(v2.sessions().await.unwrap().len(), 1);
    let copy = v2
        .fork(&id, None, &RequestId::new("req_1"))
        .await
        .unwrap()
        .session;
    assert_eq!((copy.parent, copy.forked_from), (None, Some(id.clone())));

    v2.rename(&id, &Title::parse("Tides").unwrap())
        .await
        .unwrap();
    assert_eq!(
        v2.session(&id).await.unwrap().unwrap().session.title,
        "Tides"
    );
    v2.delete(&id).await.unwrap();
    assert_eq!(v2.session(&id).await, Ok(None));
    assert_eq!(v2.delete(&id).await, Err(CallFault::NotFound));
}

#[tokio::test]
async fn what_runs_is_known_and_what_ended_is_news_until_it_is_viewed() {
    let (server, v2, session) = with_one_session().await;
    assert_eq!(v2.statuses().await, Ok(BTreeMap::new()));
    server.deliver(session.as_str());
    let busy = BTreeMap::from([(session.clone(), SessionStatus::Busy)]);
    assert_eq!(v2.statuses().await, Ok(busy));
    assert_eq!(v2.interrupt(&session, false).await, Ok(true));
    assert_eq!(v2.interrupt(&session, true).await, Ok(false));
    let ended = v2.session(&session).await.unwrap().unwrap();
    assert!(ended.unread);
    assert_eq!(ended.outcome, Some(Outcome::Interrupted));
    v2.view(&session, ended.idle.unwrap()).await.unwrap();
    assert!(!v2.session(&session).await.unwrap().unwrap().unread);
}

#[tokio::test]
async fn a_prompt_is_addressed_first_and_carries_what_goes_with_it() {
    let (server, v2, session) = with_one_session().await;
    let mut handover = handover(&session, "🚀 see @src/a.rs and @explore");
    handover.prompt.agent = Some("plan".to_owned());
    handover.prompt.model = Some(ModelRef {
        provider: "fake".to_owned(),
        model: "scripted".to_owned(),
        variant: None,
    });
    handover.enclosed = vec![
        Enclosed::Bytes {
            name: "a.txt".to_owned(),
            mime: "text/plain".to_owned(),
            bytes: Bytes::from_static(b"abc"),
        },
        Enclosed::Path {
            name: "src/a.rs".to_owned(),
            absolute: "/home/me/project/src/a.rs".to_owned(),
            folder: false,
        },
        Enclosed::Agent {
            name: "explore".to_owned(),
        },
    ];
    v2.prompt(&handover, &Delivery::Queue).await.unwrap();
    let asked = server.asked("POST", "/api/session/*/prompt", 1).await;
    let id = handover.prompt.id.as_str();
    let expected = json!({ "id": id, "text": "🚀 see @src/a.rs and @explore", "delivery": "queue",
        "files": [
            { "uri": "data:text/plain;base64,YWJj", "name": "a.txt" },
            { "uri": "file:///home/me/project/src/a.rs", "name": "src/a.rs",
              "mention": { "start": 7, "end": 16, "text": "@src/a.rs" } },
        ],
        "agents": [{ "name": "explore",
            "mention": { "start": 21, "end": 29, "text": "@explore" } }] });
    assert_eq!(asked.body, expected);
    let chosen = v2.session(&session).await.unwrap().unwrap().session;
    assert_eq!(chosen.agent.as_deref(), Some("plan"));
    assert_eq!(chosen.model, handover.prompt.model);

    // The same choice is not made again: each leaves a row.
    v2.prompt(&handover, &Delivery::Queue).await.unwrap();
    let chosen = server.requests().into_iter();
    let chosen = chosen.filter(|it| it.is("POST", "/api/session/*/agent"));
    assert_eq!(chosen.count(), 1);
}

#[tokio::test]
async fn a_prompt_whose_answer_is_lost_stands_there_once() {
    let (server, v2, session) = with_one_session().await;
    let handover = handover(&session, "Hello");
    let message = handover.prompt.id.message();
    assert_eq!(v2.admitted(&session, &message).await, Ok(None));
    server.fault("POST", "/api/session/*/prompt", Fault::AnswerLost);
    let lost = v2.prompt(&handover, &Delivery::Steer).await;
    assert!(matches!(lost, Err(CallFault::Down(_))), "{lost:?}");
    let waiting = Ok(Some(Admitted::Waiting));
    assert_eq!(v2.admitted(&session, &message).await, waiting);
    v2.prompt(&handover, &Delivery::Steer).await.unwrap();
    server.deliver(session.as_str());
    v2.prompt(&handover, &Delivery::Steer).await.unwrap();
    let delivered = Ok(Some(Admitted::Delivered));
    assert_eq!(v2.admitted(&session, &message).await, delivered);
    assert_eq!(server.messages(session.as_str()).len(), 1);
}

#[tokio::test]
async fn what_waits_is_shown_moved_and_taken_back() {
    let (_server, v2, session) = with_one_session().await;
    let handover = handover(&session, "Hello");
    let message = handover.prompt.id.message();
    v2.prompt(&handover, &Delivery::Steer).await.unwrap();
    v2.compact(&session).await.unwrap();
    let shown = as_read(&v2, &session).await;
    assert_eq!(shown.len(), 4, "{shown:?}");
    assert!(shown[1].contains("\"Hello\""), "{shown:?}");
    assert!(shown[3].contains("Compaction"), "{shown:?}");
    v2.deliver(&session, &message, &Delivery::Queue)
        .await
        .unwrap();
    let inbox = v2.inbox(&session).await.unwrap();
    assert_eq!(inbox[0].delivery, Delivery::Queue);
    assert_eq!(inbox[1].kind, WaitingKind::Compaction);
    v2.take_back(&session, &message).await.unwrap();
    assert_eq!(as_read(&v2, &session).await.len(), 2);
    v2.take_back(&session, &message).await.unwrap();
}

#[tokio::test]
async fn messages_come_in_pages_and_a_cursor_alone_means_nothing() {
    let (server, v2, session) = with_one_session().await;
    server.answers(Some("Fine."));
    let mut handover = handover(&session, "How are you?");
    for n in 0..3 {
        handover.prompt.id = PromptId::new(Millis(n), [1; 14]);
        v2.prompt(&handover, &Delivery::Steer).await.unwrap();
    }
    // Three rows a turn, of which one is a seam.
    let last = v2.messages(&session, 6, None).await.unwrap();
    assert_eq!(last.entries.len(), 4);
    let first = v2.messages(&session, 6, last.older.as_ref()).await.unwrap();
    assert_eq!((first.entries.len(), first.older), (2, None));
    let times: Vec<Millis> = first
        .entries
        .iter()
        .chain(&last.entries)
        .map(|it| it.message.created)
        .collect();
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!(
        v2.turn(&session, &first.entries[0].message.id).await,
        Ok(Vec::new())
    );
}

#[tokio::test]
async fn taking_back_needs_a_session_at_rest() {
    let (server, v2, session) = with_one_session().await;
    let handover = handover(&session, "Hello");
    let message = handover.prompt.id.message();
    v2.prompt(&handover, &Delivery::Steer).await.unwrap();
    server.deliver(session.as_str());
    assert_eq!(v2.revert(&session, &message).await, Err(CallFault::Busy));
    server.publish("session.execution.succeeded", session.as_str(), json!({}));
    v2.revert(&session, &message).await.unwrap();
    let staged = v2.session(&session).await.unwrap().unwrap().session;
    assert_eq!(staged.revert.map(|it| it.message), Some(message));
    v2.restore(&session).await.unwrap();
    let restored = v2.session(&session).await.unwrap().unwrap().session;
    assert_eq!(restored.revert, None);
    let none = v2.revert(&session, &MessageId::new("msg_none")).await;
    assert_eq!(none, Err(CallFault::NotFound));
}

#[tokio::test]
async fn a_catalog_is_read_for_its_directory_and_holds_no_key() {
    let server = FakeOpenCode2::start().await;
    server.cold(true);
    let v2 = connected(&server);
    let place = Directory::new("/home/me/ä project");
    assert!(v2.agents(&place).await.unwrap().is_empty());
    assert_eq!(v2.loaded().await, Ok(vec![place.clone()]));
    let catalog = v2.catalog(&place).await.unwrap();
    let agents: Vec<&str> = catalog.agents.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(agents, ["build", "general"]);
    assert_eq!(catalog.models.len(), 1);
    let model = &catalog.models[0];
    assert_eq!(
        (model.provider_name.as_str(), model.context),
        ("Fake", 200_000)
    );
    assert!(model.tools && model.attachments);
    assert_eq!(catalog.default_model.as_ref(), Some(&model.id));
    assert_eq!(catalog.commands[0].name, "review");
    assert!(!format!("{catalog:?}").contains("canary"));
    assert_eq!(v2.list(&place, "").await.unwrap(), ["src/", "README.md"]);
    assert_eq!(v2.find(&place, "lib", 5).await.unwrap(), ["src/lib.rs"]);
    // A directory that does not exist says nothing of the server.
    let nowhere = v2.agents(&Directory::new("/none")).await;
    assert_eq!(nowhere, Err(CallFault::NotFound));
}

#[tokio::test]
async fn the_log_says_its_head_and_nothing_else() {
    let (server, v2, session) = with_one_session().await;
    assert_eq!(v2.head(&session).await, Ok(Some(0)));
    server.publish(
        "session.renamed",
        session.as_str(),
        json!({ "title": "two" }),
    );
    assert_eq!(v2.head(&session).await, Ok(Some(1)));
    let none = v2.head(&SessionId::new("ses_none")).await;
    assert_eq!(none, Err(CallFault::NotFound));
}

#[tokio::test]
async fn a_web_page_and_an_empty_refusal_are_called_by_their_names() {
    let server = FakeOpenCode2::start().await;
    let v2 = connected(&server);
    server.fault("GET", "/api/session", Fault::Page);
    let page = v2.sessions().await;
    assert_eq!(page, Err(CallFault::Down(ServerFault::NotOpenCode)));
    server.fault("GET", "/api/session", Fault::Empty500);
    let empty = v2.sessions().await;
    assert_eq!(
        empty,
        Err(CallFault::Down(ServerFault::Failed { status: 500 }))
    );
    server.fault("GET", "/api/event", Fault::Page);
    assert_eq!(v2.subscribe().await.err(), Some(ServerFault::NotOpenCode));
}

#[tokio::test]
async fn a_shell_command_of_the_owners_is_drawn_with_what_it_printed() {
    let (server, v2, session) = with_one_session().await;
    let mut handover = handover(&session, "!ls");
    handover.manner = Manner::Shell {
        command: "ls".to_owned(),
    };
    v2.prompt(&handover, &Delivery::Steer).await.unwrap();
    let asked = server.asked("POST", "/api/session/*/shell", 1).await;
    let id = handover.prompt.id.as_str();
    assert_eq!(asked.body, json!({ "id": id, "command": "ls" }));
    let shown = as_read(&v2, &session).await;
    assert!(shown[1].contains("state: Completed"), "{shown:?}");
    let printed = v2.shell_output("sh_1", None).await.unwrap();
    assert_eq!(printed.text, "ok");
    let rest = v2.shell_output("sh_1", printed.next).await.unwrap();
    assert_eq!((rest.text.as_str(), rest.next), ("", printed.next));
    let none = v2.shell_output("sh_none", None).await;
    assert_eq!(none, Err(CallFault::NotFound));
}

#[tokio::test]
async fn a_slash_command_is_named_in_the_words_of_the_servers_generation() {
    let server = FakeOpenCode2::start().await;
    let session = SessionId::new(server.session(DIRECTORY, "one"));
    let mut handover = handover(&session, "/review main");
    handover.manner = Manner::Command {
        name: "review".to_owned(),
        arguments: "main".to_owned(),
    };
    for (early, generation, body) in [
        (
            false,
            Generation::Current,
            json!({ "name": "review", "text": "main" }),
        ),
        (
            true,
            Generation::Early,
            json!({ "command": "review", "text": "main" }),
        ),
    ] {
        server.early(early);
        let v2 = V2::new(client(&server), generation);
        v2.prompt(&handover, &Delivery::Steer).await.unwrap();
        let mut asked = server.requests().into_iter();
        let asked = asked.rfind(|it| it.is("POST", "/api/session/*/command"));
        assert_eq!(asked.unwrap().body, body);
    }
    // What it is to wait for goes along where its owner said it.
    server.early(false);
    handover.prompt.waits = Some(Waits::Turn);
    let v2 = V2::new(client(&server), Generation::Current);
    v2.prompt(&handover, &Delivery::Queue).await.unwrap();
    let mut asked = server.requests().into_iter();
    let asked = asked.rfind(|it| it.is("POST", "/api/session/*/command"));
    assert_eq!(asked.unwrap().body["delivery"], "queue");
}

#[tokio::test]
async fn a_prompt_removes_for_good_what_was_taken_back() {
    let (server, v2, session) = with_one_session().await;
    server.answers(Some("Fine."));
    let mut handover = handover(&session, "How are you?");
    let first = handover.prompt.id.message();
    v2.prompt(&handover, &Delivery::Steer).await.unwrap();
    v2.revert(&session, &first).await.unwrap();
    handover.prompt.id = PromptId::new(Millis(1), [1; 14]);
    v2.prompt(&handover, &Delivery::Steer).await.unwrap();
    let entries = v2.messages(&session, 60, None).await.unwrap().entries;
    let ids: Vec<MessageId> = entries.into_iter().map(|it| it.message.id).collect();
    assert!(!ids.contains(&first), "{ids:?}");
    assert_eq!(ids[0], handover.prompt.id.message());
}
