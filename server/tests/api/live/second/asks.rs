//! What is asked: who answered it first, what the server itself asks of no session.

use app::fault::Fault;
use app::host::Caller;
use domain::id::{PermissionId, QuestionId};
use domain::permission::PermissionReply;
use domain::question::{Answers, Question};
use domain::sync::Replica;
use fakes::opencode2::{DIRECTORY, Fault as Manner};
use serde_json::{Value, json};

use super::super::connections::caller;
use super::{Device, Second, begin_step, count, is_connected, with_a_session};

fn another() -> Caller {
    Caller {
        session: 2,
        name: "Safari on an iPhone".to_owned(),
    }
}

fn ask_permission(nexus: &Second, session: &str) {
    let ask = json!({ "id": "per_1", "action": "shell", "resources": ["ls"], "save": ["ls *"] });
    nexus.opencode.publish("permission.asked", session, ask);
}

fn asks(replica: &Replica) -> usize {
    let mirrors = replica.mirrors.values();
    mirrors
        .map(|mirror| mirror.permissions.len() + mirror.questions.len())
        .sum()
}

fn question(replica: &Replica, id: &str) -> Option<Question> {
    let id = QuestionId::new(id);
    let mut mirrors = replica.mirrors.values();
    mirrors.find_map(|mirror| mirror.questions.get(&id).cloned())
}

/// Who was first, as it is told to whoever was not.
fn told(answered: Result<(), Fault>) -> String {
    match answered {
        Err(Fault::Conflict { what }) => what,
        Ok(()) | Err(_) => String::new(),
    }
}

#[tokio::test]
async fn an_answer_whose_confirmation_was_lost_stood_and_others_are_told_who_was_first() {
    let (nexus, session) = with_a_session().await;
    let mut device = nexus.device(&session).await;
    begin_step(&nexus, &session);
    ask_permission(&nexus, &session);
    device.until(|replica| asks(replica) == 1).await;
    let always = device.replica.mirrors[&nexus.server]
        .permissions
        .values()
        .next();
    assert!(
        always.unwrap().saved,
        "what is allowed always is kept there"
    );
    let path = "/api/session/*/permission/*/reply";
    nexus.opencode.fault("POST", path, Manner::AnswerLost);
    let reply = |by: Caller| {
        let (server, id) = (nexus.server.clone(), PermissionId::new("per_1"));
        nexus.host.asks.reply(by, server, id, PermissionReply::Once)
    };
    // Whether it stood may not have been heard yet.
    let _ = reply(caller()).await;
    device.until(|replica| asks(replica) == 0).await;
    assert_eq!(reply(caller()).await, Ok(()), "it stood");
    assert_eq!(
        told(reply(another()).await),
        "Firefox on Linux was first and allowed it once."
    );
    assert_eq!(count(&nexus, "POST", path), 1);
}

#[tokio::test]
async fn answers_to_questions_are_known_again_and_those_of_others_are_not_taken_for_ours() {
    let (nexus, session) = with_a_session().await;
    let mut device = nexus.device(&session).await;
    begin_step(&nexus, &session);
    let ask = |id: &str| {
        let fields = json!([{ "key": "q0", "title": "Colour", "type": "string",
            "options": [{ "value": "r", "label": "Red" }, { "value": "b", "label": "Blue" }] }]);
        let form = json!({ "id": id, "sessionID": session, "title": "Questions",
            "metadata": { "kind": "question" }, "fields": fields });
        let form = json!({ "form": form });
        nexus.opencode.publish("form.created", &session, form);
    };
    let answer = |id: &'static str, word: &str| {
        let (server, answers) = (nexus.server.clone(), vec![vec![word.to_owned()]]);
        let asks = &nexus.host.asks;
        asks.answer(caller(), server, QuestionId::new(id), Answers(answers))
    };
    ask("frm_1");
    device.until(|replica| asks(replica) == 1).await;
    let path = "/api/session/*/form/*/reply";
    nexus.opencode.fault("POST", path, Manner::AnswerLost);
    let _ = answer("frm_1", "Red").await;
    device.until(|replica| asks(replica) == 0).await;
    assert_eq!(answer("frm_1", "Red").await, Ok(()), "it stood");

    // Somebody at the server itself is quicker.
    ask("frm_2");
    device.until(|replica| asks(replica) == 1).await;
    let replied = json!({ "id": "frm_2", "answer": { "q0": "b" } });
    nexus.opencode.publish("form.replied", &session, replied);
    device.until(|replica| asks(replica) == 0).await;
    let words = told(answer("frm_2", "Red").await);
    assert!(words.contains("in OpenCode itself"), "{words}");
}

/// What the server itself asks on behalf of no session.
fn nobodys(fields: &Value) -> Value {
    json!({ "form": { "id": "frm_1", "sessionID": "global", "title": "Tides wants to know",
        "metadata": { "kind": "mcp-elicitation" }, "fields": fields } })
}

#[tokio::test]
async fn what_the_server_itself_asks_is_asked_and_answered_where_all_sessions_are() {
    let (nexus, session) = with_a_session().await;
    let mut device = Device::new(None);
    device.open(&nexus).await;
    device.until(is_connected).await;
    let fields = json!([
        { "key": "in", "title": "Sign in", "type": "external",
          "url": "https://tides.example/in?code=1" },
        { "key": "name", "title": "Your name", "type": "string", "default": "Keeper" },
    ]);
    let form = nobodys(&fields);
    nexus
        .opencode
        .publish_at("form.created", Some(DIRECTORY), form);
    device
        .until(|replica| question(replica, "frm_1").is_some())
        .await;
    let asked = question(&device.replica, "frm_1").unwrap();
    assert!(asked.is_nobodys());
    assert_eq!(asked.title, "Tides wants to know");
    assert_eq!(asked.items[0].link.as_ref().unwrap().host, "tides.example");
    assert_eq!(asked.items[1].given, ["Keeper"]);
    // It is there for whoever comes later, whatever runs, and after all is read again.
    begin_step(&nexus, &session);
    nexus.opencode.end_streams();
    nexus.opencode.asked("GET", "/api/form", 2).await;
    let mut second = Device::new(None);
    second.open(&nexus).await;
    second
        .until(|replica| question(replica, "frm_1").is_some())
        .await;

    let answers = Answers(vec![Vec::new(), vec!["Keeper".to_owned()]]);
    let (server, id) = (nexus.server.clone(), QuestionId::new("frm_1"));
    let asks = &nexus.host.asks;
    asks.answer(caller(), server, id, answers).await.unwrap();
    let path = "/api/session/global/form/frm_1/reply";
    let sent = nexus.opencode.asked("POST", path, 1).await;
    assert_eq!(sent.body, json!({ "answer": { "name": "Keeper" } }));
    assert_eq!(sent.directory.as_deref(), Some(DIRECTORY));
    for device in [&mut device, &mut second] {
        device
            .until(|replica| question(replica, "frm_1").is_none())
            .await;
    }
}
