//! What a person does.

use domain::command::{Command, Origin, Title};
use domain::connection::{Draft, NewPassword, Secret, Tried};
use domain::house::Family;
use domain::id::{PermissionId, QuestionId, RequestId, SessionId};
use domain::permission::PermissionReply;
use domain::prompt::{Prompt, PromptText};
use domain::question::Answers;
use domain::session::SessionStatus;
use domain::survey::Verdict;
use domain::tool::ToolState;
use fakes::opencode2::{DIRECTORY, Fault as Manner, PASSWORD};
use serde_json::json;

use super::super::connections::{caller, draft};
use super::super::prompt;
use super::{
    Device, Second, begin_step, begin_text, count, end_turn, entry, grow, has, is_refused, runs,
    said, tool, transcript, with_a_session,
};

#[tokio::test]
async fn a_connected_server_is_asked_whether_it_is_as_it_is_taken_to_be() {
    let (nexus, session) = with_a_session().await;
    let mut device = Device::new(None);
    device.open(&nexus).await;
    device.until(super::is_connected).await;
    let servers = &nexus.host.servers;
    let survey = servers.survey(nexus.server.clone(), false).await.unwrap();
    assert_eq!(survey.family, Family::V2);
    assert_eq!(survey.count(Verdict::Different), 0, "{survey}");
    assert_eq!(nexus.opencode.sessions(), [session], "nothing is left");

    let manner = Manner::Instead(404, json!({ "_tag": "NotFound" }));
    nexus.opencode.fault("GET", "/api/session/active", manner);
    let survey = servers.survey(nexus.server.clone(), false).await.unwrap();
    assert_eq!(survey.count(Verdict::Different), 1, "{survey}");
    let nobody = domain::id::ServerId::new("srv_nobody");
    let missing = servers.survey(nobody, false).await;
    assert!(
        matches!(missing, Err(app::fault::Fault::NotFound { .. })),
        "{missing:?}"
    );
}

fn saying(n: u8, words: &str) -> Prompt {
    Prompt {
        text: PromptText::parse(words).ok(),
        ..prompt(n)
    }
}

async fn command(nexus: &Second, session: &str, command: Command) {
    let sessions = &nexus.host.sessions;
    let session = SessionId::new(session);
    sessions
        .command(nexus.server.clone(), session, command)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_server_is_tried_and_told_by_its_family_and_version() {
    let (nexus, _) = with_a_session().await;
    let draft = Draft {
        password: NewPassword::Is(Secret(PASSWORD.to_owned())),
        ..draft("tried", nexus.url())
    };
    let tried = nexus.host.servers.attempt(draft).await.unwrap();
    let Tried::Found {
        family,
        version,
        open_to_all,
        ..
    } = tried
    else {
        panic!("{tried:?}")
    };
    assert_eq!((family, open_to_all), (Family::V2, false));
    assert_eq!(version.as_deref(), Some("2.0.24"));
    let mut device = Device::new(None);
    device.open(&nexus).await;
    device
        .until(|replica| {
            let mut servers = replica.house.servers.values();
            servers.any(|it| it.family == Some(Family::V2) && it.version == version)
        })
        .await;
}

#[tokio::test]
async fn words_and_tools_stream_and_stand_there_when_the_turn_is_over() {
    let (nexus, session) = with_a_session().await;
    let mut device = nexus.device(&session).await;
    let step = begin_step(&nexus, &session);
    begin_text(&nexus, &session, &step);
    for word in ["One ", "two ", "three."] {
        grow(&nexus, &session, &step, word);
    }
    device
        .until(|replica| {
            said(replica, &session, &step, 0)
                .is_some_and(|text| text.text == "One two three." && text.open)
        })
        .await;
    assert!(runs(&device.replica, &session));
    let tell = |kind: &str, mut data: serde_json::Value| {
        data["assistantMessageID"] = json!(step);
        nexus.opencode.publish(kind, &session, data);
    };
    tell(
        "session.text.ended",
        json!({ "ordinal": 0, "text": "One two three." }),
    );
    tell(
        "session.tool.input.started",
        json!({ "id": "c1", "name": "shell" }),
    );
    tell(
        "session.tool.called",
        json!({ "id": "c1", "input": { "command": "ls" } }),
    );
    device
        .until(|replica| tool(replica, &session, &step, "c1") == Some(ToolState::Running))
        .await;
    tell(
        "session.tool.success",
        json!({ "id": "c1", "content": [{ "type": "text", "text": "a.rs" }],
        "metadata": { "exit": 0 } }),
    );
    nexus.opencode.step_ended(&session, &step, "stop");
    end_turn(&nexus, &session);
    device
        .until(|replica| {
            let text = said(replica, &session, &step, 0).unwrap();
            let entry = entry(replica, &session).unwrap();
            !text.open
                && text.hole.is_none()
                && tool(replica, &session, &step, "c1") == Some(ToolState::Completed)
                && entry.status == SessionStatus::Idle
                && (entry.session.cost - 0.25).abs() < f64::EPSILON
        })
        .await;
}

#[tokio::test]
async fn a_prompt_is_answered_under_its_own_id_and_a_repeated_one_is_not_sent_again() {
    let (nexus, session) = with_a_session().await;
    nexus.opencode.answers(Some("Fine."));
    let mut device = nexus.device(&session).await;
    let prompt = prompt(1);
    for _ in 0..3 {
        nexus.prompt(&session, &prompt).await.unwrap();
    }
    assert_eq!(count(&nexus, "POST", "/api/session/*/prompt"), 1);
    device
        .until(|replica| {
            let shown = transcript(replica, &session).unwrap();
            shown.entry(&prompt.id.message()).is_some() && shown.entries.len() == 2
        })
        .await;
    let asked = nexus
        .opencode
        .asked("POST", "/api/session/*/prompt", 1)
        .await;
    assert_eq!(asked.body["text"], "Hello");
    // Whom it goes to is chosen for the session before.
    let chosen = nexus
        .opencode
        .asked("POST", "/api/session/*/agent", 1)
        .await;
    assert_eq!(chosen.body, json!({ "agent": "build" }));
}

#[tokio::test]
async fn what_an_agent_asks_is_answered_here_and_goes_from_all_screens() {
    let (nexus, session) = with_a_session().await;
    let mut device = nexus.device(&session).await;
    let step = begin_step(&nexus, &session);
    let source = json!({ "type": "tool", "messageID": step, "id": "c1" });
    nexus.opencode.publish(
        "permission.asked",
        &session,
        json!({ "id": "per_1", "action": "shell", "resources": ["ls"], "save": ["ls *"],
            "source": source }),
    );
    let fields = json!([{ "key": "q0", "title": "Colour", "description": "Which?",
        "type": "string", "options": [{ "value": "red", "label": "Red" }] }]);
    let form = json!({ "id": "frm_1", "sessionID": session, "title": "Questions",
        "metadata": { "kind": "question", "tool": { "messageID": step, "id": "c2" } },
        "fields": fields });
    nexus
        .opencode
        .publish("form.created", &session, json!({ "form": form }));
    let asks = |replica: &domain::sync::Replica| {
        let mirror = &replica.mirrors[&nexus.server];
        (mirror.permissions.len(), mirror.questions.len())
    };
    device.until(|replica| asks(replica) == (1, 1)).await;
    let (host, server) = (&nexus.host.asks, nexus.server.clone());
    let permission = PermissionId::new("per_1");
    host.reply(
        caller(),
        server.clone(),
        permission,
        PermissionReply::Always,
    )
    .await
    .unwrap();
    let answers = Answers(vec![vec!["Red".to_owned()]]);
    host.answer(caller(), server, QuestionId::new("frm_1"), answers)
        .await
        .unwrap();
    device.until(|replica| asks(replica) == (0, 0)).await;
    let told = nexus
        .opencode
        .asked("POST", "/api/session/*/permission/*/reply", 1)
        .await;
    assert_eq!(told.body, json!({ "decision": "always" }));
    let told = nexus
        .opencode
        .asked("POST", "/api/session/*/form/*/reply", 1)
        .await;
    assert_eq!(told.body, json!({ "answer": { "q0": "red" } }));
}

#[tokio::test]
async fn a_session_is_made_copied_called_stopped_and_deleted() {
    let (nexus, session) = with_a_session().await;
    let mut device = nexus.device(&session).await;
    let sessions = &nexus.host.sessions;
    let create = |origin: Origin, request: &str| {
        sessions.create(RequestId::new(request), nexus.server.clone(), origin)
    };
    let here = || Origin::Directory(domain::id::Directory::new(DIRECTORY));
    nexus
        .opencode
        .fault("POST", "/api/session", Manner::AnswerLost);
    let made = create(here(), "req_1").await.unwrap();
    assert_eq!(create(here(), "req_1").await.unwrap(), made);
    let copy = || Origin::Fork {
        session: SessionId::new(&*session),
        before: None,
    };
    nexus
        .opencode
        .fault("POST", "/api/session/*/fork", Manner::AnswerLost);
    let copied = create(copy(), "req_2").await.unwrap();
    assert_eq!(create(copy(), "req_2").await.unwrap(), copied);
    assert_eq!(count(&nexus, "POST", "/api/session/*/fork"), 1);
    let title = Title::parse("Tides").unwrap();
    command(&nexus, &session, Command::Rename { title }).await;
    device
        .until(|replica| {
            let of = |id: &SessionId| entry(replica, id.as_str()).map(|it| &it.session);
            let from = of(&copied).and_then(|it| it.forked_from.clone());
            of(&made).is_some()
                && from == Some(SessionId::new(&*session))
                && entry(replica, &session).is_some_and(|it| it.session.title == "Tides")
                && replica.mirrors[&nexus.server].sessions.len() == 3
        })
        .await;
    begin_step(&nexus, &session);
    device.until(|replica| runs(replica, &session)).await;
    let id = SessionId::new(&*session);
    sessions.abort(nexus.server.clone(), id).await.unwrap();
    device.until(|replica| !runs(replica, &session)).await;
    command(&nexus, made.as_str(), Command::Delete).await;
    device
        .until(|replica| entry(replica, made.as_str()).is_none())
        .await;
}

#[tokio::test]
async fn a_folder_that_is_not_there_takes_no_session() {
    let (nexus, _) = with_a_session().await;
    nexus.connected().await;
    let nowhere = Origin::Directory(domain::id::Directory::new("/none"));
    let sessions = &nexus.host.sessions;
    let made = sessions.create(RequestId::new("req"), nexus.server.clone(), nowhere);
    assert!(matches!(
        made.await,
        Err(app::fault::Fault::NotFound { .. })
    ));
    let workspaces = &nexus.host.workspaces;
    let listed = workspaces.list(nexus.server.clone(), None).await.unwrap();
    let folders: Vec<&str> = listed
        .folders
        .iter()
        .map(domain::id::Directory::as_str)
        .collect();
    assert_eq!(folders, [format!("{DIRECTORY}/src")]);
    assert_eq!(listed.parent.unwrap().as_str(), "/home/me");
}

#[tokio::test]
async fn what_is_put_away_stays_away_though_the_server_keeps_no_archive() {
    let (nexus, session) = with_a_session().await;
    let mut device = nexus.device(&session).await;
    command(&nexus, &session, Command::Archive).await;
    let away = |replica: &domain::sync::Replica| {
        entry(replica, &session).is_some_and(|it| it.session.archived.is_some())
    };
    device.until(away).await;
    // What the server says of it brings it not back.
    nexus
        .opencode
        .publish("session.renamed", &session, json!({ "title": "Away" }));
    device
        .until(|replica| entry(replica, &session).unwrap().session.title == "Away")
        .await;
    assert!(away(&device.replica));
    assert_eq!(count(&nexus, "PATCH", "/api/session/*"), 0);
    let kept = {
        let id = nexus.server.clone();
        let of = move |connection: &mut rusqlite::Connection| {
            server::store::archive::of(connection, &id)
        };
        nexus.store.call(of).await.unwrap()
    };
    assert!(kept.contains_key(&SessionId::new(&*session)));
}

#[tokio::test]
async fn commands_are_carried_out_once_and_shown_for_a_moment() {
    let (nexus, session) = with_a_session().await;
    let mut device = nexus.device(&session).await;
    for (n, words, path) in [
        (1, "!ls", "/api/session/*/shell"),
        (2, "/review main", "/api/session/*/command"),
    ] {
        let prompt = saying(n, words);
        let message = prompt.id.message();
        for _ in 0..2 {
            nexus.prompt(&session, &prompt).await.unwrap();
        }
        assert_eq!(count(&nexus, "POST", path), 1);
        device
            .until(|replica| has(replica, &session, &message))
            .await;
        device
            .until(|replica| !has(replica, &session, &message))
            .await;
    }
    // What the command printed stays.
    assert_eq!(device.transcript(&session).unwrap().entries.len(), 1);
}

#[tokio::test]
async fn a_command_that_runs_on_keeps_nobody_waiting() {
    let (nexus, session) = with_a_session().await;
    let mut device = nexus.device(&session).await;
    begin_step(&nexus, &session);
    device.until(|replica| runs(replica, &session)).await;
    let path = "/api/session/*/command";
    nexus.opencode.fault("POST", path, Manner::Unanswered);
    let command = saying(1, "/review main");
    assert_eq!(nexus.prompt(&session, &command).await, Ok(()));
    assert_eq!(nexus.prompt(&session, &prompt(2)).await, Ok(()));
    assert_eq!(nexus.prompt(&session, &command).await, Ok(()));
    assert_eq!(count(&nexus, "POST", path), 1);
}

#[tokio::test]
async fn a_command_that_may_have_run_is_the_owners_to_repeat() {
    let (nexus, session) = with_a_session().await;
    nexus.connected().await;
    let prompt = saying(1, "/review main");
    let path = "/api/session/*/command";
    nexus.opencode.fault("POST", path, Manner::AnswerLost);
    let lost = nexus.prompt(&session, &prompt).await;
    assert!(
        matches!(lost, Err(app::fault::Fault::ServerDown { .. })),
        "{lost:?}"
    );
    // So an outbox does by itself.
    let doubtful = nexus.prompt(&session, &prompt).await;
    assert!(is_refused(&doubtful, "may have run"), "{doubtful:?}");
    assert_eq!(count(&nexus, "POST", path), 1);
    // And so its owner.
    assert_eq!(nexus.prompt(&session, &prompt).await, Ok(()));
    assert_eq!(count(&nexus, "POST", path), 2);
}
