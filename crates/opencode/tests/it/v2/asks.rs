//! Permissions and forms.

use domain::id::SessionId;
use domain::permission::PermissionReply;
use domain::question::Answers;
use fakes::FakeOpenCode2;
use fakes::opencode2::DIRECTORY;
use opencode::v2::{Form, Generation};
use opencode::{CallFault, V2};
use serde_json::{Value, json};

use super::{client, connected, home};

fn asked(server: &FakeOpenCode2, session: &str, id: &str) {
    let ask = json!({ "id": id, "action": "shell", "resources": ["rm *"], "save": ["rm *"],
        "source": { "type": "tool", "messageID": "msg_1", "id": "call_1" } });
    server.publish("permission.asked", session, ask);
}

fn form(server: &FakeOpenCode2, session: &str, id: &str, fields: &Value) {
    let form = json!({ "id": id, "sessionID": session, "title": "Questions", "fields": fields,
        "metadata": { "kind": "question", "tool": { "messageID": "msg_1", "id": "call_1" } } });
    server.publish("form.created", session, json!({ "form": form }));
}

#[tokio::test]
async fn a_permission_is_answered_in_the_words_of_the_servers_generation() {
    let server = FakeOpenCode2::start().await;
    let session = server.session(DIRECTORY, "one");
    for (early, generation, body) in [
        (
            false,
            Generation::Current,
            json!({ "decision": "reject", "message": "Not that." }),
        ),
        (
            true,
            Generation::Early,
            json!({ "reply": "reject", "message": "Not that." }),
        ),
    ] {
        server.early(early);
        let v2 = V2::new(client(&server), generation);
        asked(&server, &session, "per_1");
        let pending = v2.permissions(&home()).await.unwrap();
        assert_eq!(pending[0].action, "bash", "as 1.x calls it");
        let of = v2.permissions_of(&SessionId::new(&*session), &home()).await;
        assert_eq!(of.unwrap(), pending);
        let deny = PermissionReply::Deny {
            message: Some("Not that.".to_owned()),
        };
        v2.reply(&pending[0], &deny).await.unwrap();
        let mut replies = server.requests().into_iter();
        let reply = replies.rfind(|it| it.is("POST", "/api/session/*/permission/*/reply"));
        assert_eq!(reply.unwrap().body, body);
        assert!(v2.permissions(&home()).await.unwrap().is_empty());
        let again = v2.reply(&pending[0], &PermissionReply::Once).await;
        assert_eq!(again, Err(CallFault::NotFound));
    }
}

#[tokio::test]
async fn a_question_is_answered_once_and_its_second_answer_comes_too_late() {
    let server = FakeOpenCode2::start().await;
    let session = server.session(DIRECTORY, "one");
    let v2 = connected(&server);
    let fields = json!([
        { "key": "q0", "title": "Colour", "description": "Which?", "type": "string",
          "required": true, "options": [{ "value": "Red", "label": "Red" }] },
        { "key": "q1", "title": "Sizes", "description": "Which?", "type": "multiselect",
          "options": [{ "value": "S", "label": "S" }, { "value": "M", "label": "M" }] },
    ]);
    form(&server, &session, "frm_1", &fields);
    let Form::Question(question) = v2.forms(&home()).await.unwrap().remove(0) else {
        panic!("no question")
    };
    let answers = |lists: &[&[&str]]| {
        let lists = lists.iter();
        Answers(
            lists
                .map(|list| list.iter().map(|&it| it.to_owned()).collect())
                .collect(),
        )
    };
    let refused = v2.answer(&question, &answers(&[&[], &["S"]])).await;
    assert!(matches!(
        refused,
        Err(CallFault::Refused { status: 400, .. })
    ));
    let both = answers(&[&["Red"], &["S", "M"]]);
    v2.answer(&question, &both).await.unwrap();
    let asked = server.asked("POST", "/api/session/*/form/*/reply", 2).await;
    let expected = json!({ "answer": { "q0": "Red", "q1": ["S", "M"] } });
    assert_eq!(asked.body, expected);
    assert_eq!(v2.answer(&question, &both).await, Err(CallFault::NotFound));
    assert_eq!(v2.dismiss(&question).await, Err(CallFault::NotFound));
}

#[tokio::test]
async fn a_question_is_dismissed_by_the_route_of_the_servers_generation() {
    let server = FakeOpenCode2::start().await;
    let session = server.session(DIRECTORY, "one");
    let fields = json!([{ "key": "q0", "title": "Why?", "type": "string" }]);
    for (early, generation, id) in [
        (false, Generation::Current, "frm_1"),
        (true, Generation::Early, "frm_2"),
    ] {
        server.early(early);
        let v2 = V2::new(client(&server), generation);
        form(&server, &session, id, &fields);
        let Form::Question(question) = v2.forms(&home()).await.unwrap().remove(0) else {
            panic!("no question")
        };
        v2.dismiss(&question).await.unwrap();
        assert!(v2.forms(&home()).await.unwrap().is_empty());
    }
}
