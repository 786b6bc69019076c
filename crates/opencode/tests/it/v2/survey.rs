//! The questions to a real server, put to the fake: all of it is as the notes have it, and
//! what is not shows, each under its own question.

use domain::house::{Family, ServerFault};
use domain::id::RequestId;
use domain::survey::{Survey, Verdict};
use fakes::opencode2::Fault;
use fakes::{FakeOpenCode, FakeOpenCode2};
use opencode::{Address, Client, survey};
use serde_json::json;

use super::client;

/// Asks everything, as a request that nobody made before.
async fn ask(server: &FakeOpenCode2, with_prompt: bool) -> Survey {
    let request = RequestId::new(format!("req_{}", server.requests().len()));
    survey(client(server), &request, with_prompt).await.unwrap()
}

fn those_with(survey: &Survey, verdict: Verdict) -> Vec<String> {
    let findings = survey.findings.iter();
    let those = findings.filter(|it| it.verdict == verdict);
    those
        .map(|it| format!("{}: {}", it.asked, it.found))
        .collect()
}

#[tokio::test]
async fn a_server_as_it_is_taken_to_be_has_nothing_different() {
    let server = FakeOpenCode2::start().await;
    for (early, version) in [(false, "2.0.24"), (true, "2.0.3")] {
        server.early(early);
        let survey = ask(&server, false).await;
        assert_eq!(survey.family, Family::V2);
        assert_eq!(survey.version.as_deref(), Some(version));
        assert_eq!(those_with(&survey, Verdict::Different), [""; 0]);
        let open = those_with(&survey, Verdict::Open);
        assert!(
            open.iter().all(|it| it.ends_with("it takes a prompt")),
            "{open:?}"
        );
    }
}

#[tokio::test]
async fn nothing_runs_and_nothing_is_left() {
    let server = FakeOpenCode2::start().await;
    // Whatever is run here is answered.
    server.answers(Some("yes"));
    ask(&server, false).await;
    let answered = server.requests().into_iter();
    let mut prompts = answered.filter(|it| it.path.ends_with("/prompt"));
    assert!(prompts.all(|it| it.body["resume"] == json!(false)));
    assert_eq!(server.sessions(), [""; 0]);
    let survey = ask(&server, true).await;
    assert_eq!(those_with(&survey, Verdict::Different), [""; 0]);
    assert_eq!(
        those_with(&survey, Verdict::Open),
        ["the answer as it is read while it is written: the answer had ended"]
    );
    assert_eq!(server.sessions(), [""; 0]);
}

#[tokio::test]
async fn what_is_otherwise_shows_under_its_own_question() {
    let session = "/api/session/*";
    let empty = json!({ "data": [] });
    let refused = json!({ "_tag": "InvalidRequestError", "message": "sk-secret" });
    for (method, path, fault, asked, found) in [
        (
            "GET",
            "/openapi.json".to_owned(),
            Fault::Page,
            "its document (`/openapi.json`)",
            "200 a web page",
        ),
        (
            "GET",
            "/api/debug/location".to_owned(),
            Fault::Instead(404, json!({ "_tag": "NotFound" })),
            "the directories that are loaded",
            "404 NotFound",
        ),
        (
            "POST",
            format!("{session}/view"),
            Fault::Empty500,
            "mark it as looked at",
            "500 without a body, time {created, updated}",
        ),
        (
            "POST",
            format!("{session}/prompt"),
            Fault::Instead(400, refused),
            "hand over a prompt that is not to be run",
            "400 InvalidRequestError",
        ),
        (
            "GET",
            format!("{session}/inbox"),
            Fault::Instead(200, empty),
            "what waits, and that prompt as a message",
            "200 with 0, 404 MessageNotFoundError",
        ),
    ] {
        let server = FakeOpenCode2::start().await;
        server.fault(method, &path, fault);
        let survey = ask(&server, false).await;
        let different = those_with(&survey, Verdict::Different);
        assert!(
            different.contains(&format!("{asked}: {found}")),
            "{different:?}"
        );
        assert!(!survey.to_string().contains("secret"), "{survey}");
        assert_eq!(server.sessions(), [""; 0], "{asked}");
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_is_asked_no_more_but_to_remove_what_was_made() {
    let server = FakeOpenCode2::start().await;
    server.fault("PATCH", "/api/session/*", Fault::AnswerLost);
    let survey = ask(&server, false).await;
    let different = those_with(&survey, Verdict::Different);
    assert_eq!(different.len(), 1, "{different:?}");
    assert!(
        different[0].starts_with("call it something else: no answer"),
        "{different:?}"
    );
    let open = those_with(&survey, Verdict::Open);
    assert!(
        open.contains(&"its messages: not asked: the server stopped answering".to_owned()),
        "{open:?}"
    );
    assert_eq!(server.sessions(), [""; 0]);
}

#[tokio::test]
async fn of_one_that_speaks_1_x_only_that_is_said() {
    let old = FakeOpenCode::start().await;
    let address = Address::parse(&old.url()).unwrap();
    let client = Client::new(&address, None, "0.0.0").unwrap();
    let request = RequestId::new("req_survey");
    let survey = survey(client, &request, true).await.unwrap();
    assert!(survey.family != Family::V2 && survey.findings.is_empty());
}

#[tokio::test]
async fn a_wrong_password_is_said_before_anything_is_asked() {
    let server = FakeOpenCode2::start().await;
    let address = Address::parse(&server.url()).unwrap();
    let client = Client::new(&address, None, "0.0.0").unwrap();
    let request = RequestId::new("req_survey");
    let fault = survey(client, &request, false).await;
    assert_eq!(fault, Err(ServerFault::Unauthorized));
}

#[tokio::test]
async fn a_turn_that_does_not_end_is_stopped_before_its_session_is_removed() {
    let server = FakeOpenCode2::start().await;
    let path = "/api/session/*/prompt";
    let looked_on = async {
        let mut turn = 0;
        let asked = loop {
            turn += 1;
            let asked = server.asked("POST", path, turn).await;
            if asked.body["resume"].is_null() {
                break asked;
            }
        };
        let session = asked.path.split('/').nth(3).unwrap().to_owned();
        server.publish("session.execution.started", &session, json!({}));
        // It runs on, and the minutes that are waited for its end pass.
        tokio::time::pause();
        server.asked("POST", path, turn + 1).await;
        tokio::time::resume();
        session
    };
    let (survey, session) = tokio::join!(ask(&server, true), looked_on);
    let different = those_with(&survey, Verdict::Different);
    assert!(
        different.iter().any(|it| it.contains("did not end")),
        "{different:?}"
    );
    let requests = server.requests();
    let at = |method: &str, rest: &str| {
        let path = format!("/api/session/{session}{rest}");
        requests.iter().position(|it| it.is(method, &path))
    };
    let (stopped, removed) = (at("POST", "/interrupt"), at("DELETE", ""));
    assert!(stopped.is_some() && stopped < removed, "{requests:?}");
    assert_eq!(server.sessions(), [""; 0]);
}
