//! What the owner writes becomes what OpenCode needs: commands, shell commands, names,
//! files from the device.

use app::fault::Fault;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use domain::id::UploadId;
use domain::prompt::{Attachment, Prompt, PromptText};
use fakes::opencode::Admission;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{DIRECTORY, Nexus, prompt};

fn saying(n: u8, words: &str) -> Prompt {
    Prompt {
        text: PromptText::parse(words).ok(),
        ..prompt(n)
    }
}

fn count(nexus: &Nexus, path: &str) -> usize {
    let requests = nexus.opencode.requests();
    requests.iter().filter(|it| it.is("POST", path)).count()
}

/// A file sent as a page sends it, or without the mark that only a page can set.
async fn upload(nexus: &Nexus, bytes: impl Into<Body>, marked: bool) -> (StatusCode, Value) {
    let mut request = Request::post("/api/upload");
    if marked {
        request = request.header("x-nexus-upload", "1");
    }
    let request = request.body(bytes.into()).unwrap();
    let response = nexus.routes().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

async fn attached(nexus: &Nexus, name: &str, bytes: &'static [u8]) -> Attachment {
    let (status, answer) = upload(nexus, bytes, true).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let file: Attachment = serde_json::from_value(answer).unwrap();
    Attachment {
        name: name.to_owned(),
        ..file
    }
}

#[tokio::test]
async fn a_known_command_is_run_and_an_unknown_one_is_said() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Commands");
    nexus.connected().await;
    let commands = json!([{ "name": "review", "template": "", "hints": [] }]);
    nexus.opencode.answer("GET", "/command", 200, commands);
    let run = nexus
        .prompt(&session, &saying(1, "/review main branch"))
        .await;
    assert_eq!(run, Ok(()));
    let asked = nexus.opencode.asked("POST", "/session/*/command", 1).await;
    assert_eq!(asked.body["command"], "review");
    assert_eq!(asked.body["arguments"], "main branch");
    let said = nexus
        .prompt(&session, &saying(2, "/nothing of that name"))
        .await;
    assert_eq!(said, Ok(()));
    assert_eq!(count(&nexus, "/session/*/prompt_async"), 1);
}

#[tokio::test]
async fn a_shell_command_is_accepted_while_it_runs_and_never_run_twice() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Shell");
    nexus.connected().await;
    // It runs on: the answer does not come.
    nexus.opencode.admission(Admission::Unanswered);
    for _ in 0..3 {
        let run = nexus.prompt(&session, &saying(1, "!sleep 1000")).await;
        assert_eq!(run, Ok(()));
    }
    assert_eq!(count(&nexus, "/session/*/shell"), 1);
    let asked = nexus.opencode.asked("POST", "/session/*/shell", 1).await;
    assert_eq!(asked.body["command"], "sleep 1000");
    assert_eq!(asked.body["messageID"], prompt(1).id.as_str());
}

#[tokio::test]
async fn a_shell_command_of_a_busy_session_says_so() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Busy");
    nexus.connected().await;
    let busy = json!({ "_tag": "SessionBusyError", "sessionID": session, "message": "busy" });
    let path = format!("/session/{session}/shell");
    nexus.opencode.answer("POST", &path, 409, busy);
    let refused = nexus.prompt(&session, &saying(1, "!ls")).await;
    assert!(
        matches!(&refused, Err(Fault::Refused { why }) if why.contains("busy")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn names_of_files_and_agents_become_parts_and_other_words_do_not() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Names");
    nexus.connected().await;
    let files = json!([
        { "name": "a.rs", "path": "src/a.rs", "type": "file", "ignored": false,
          "absolute": format!("{DIRECTORY}/src/a.rs") },
    ]);
    nexus.opencode.answer("GET", "/file", 200, files);
    let words = "Ask @plan about @src/a.rs, not @nobody or me@example.org";
    let said = nexus.prompt(&session, &saying(1, words)).await;
    assert_eq!(said, Ok(()));
    let asked = nexus
        .opencode
        .asked("POST", "/session/*/prompt_async", 1)
        .await;
    let parts = asked.body["parts"].as_array().unwrap();
    let kinds: Vec<_> = parts.iter().map(|part| &part["type"]).collect();
    assert_eq!(kinds, ["text", "agent", "file"]);
    assert_eq!(parts[1]["name"], "plan");
    assert_eq!(parts[2]["url"], format!("file://{DIRECTORY}/src/a.rs"));
}

#[tokio::test]
async fn a_prompt_that_names_nobody_goes_to_whom_its_session_speaks() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Unnamed");
    nexus.connected().await;
    nexus.prompt(&session, &prompt(1)).await.unwrap();
    let mine = Prompt {
        agent: Some("plan".to_owned()),
        ..prompt(2)
    };
    nexus.prompt(&session, &mine).await.unwrap();
    let model = json!({ "providerID": "scripted", "modelID": "scripted-1" });
    for (n, agent) in [(1, "build"), (2, "plan")] {
        let asked = nexus
            .opencode
            .asked("POST", "/session/*/prompt_async", n)
            .await;
        assert_eq!(asked.body["agent"], agent);
        assert_eq!(asked.body["model"], model);
    }
}

#[tokio::test]
async fn an_uploaded_file_goes_with_its_prompt_and_is_gone_then() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Files");
    nexus.connected().await;
    let file = attached(&nexus, "page.pdf", b"%PDF-1.7").await;
    assert_eq!((file.mime.as_str(), file.bytes), ("application/pdf", 8));
    let only_a_file = Prompt {
        text: None,
        files: vec![file],
        ..prompt(1)
    };
    assert_eq!(nexus.prompt(&session, &only_a_file).await, Ok(()));
    let asked = nexus
        .opencode
        .asked("POST", "/session/*/prompt_async", 1)
        .await;
    let parts = asked.body["parts"].as_array().unwrap();
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0]["filename"], "page.pdf");
    assert_eq!(parts[0]["url"], "data:application/pdf;base64,JVBERi0xLjc=");

    let again = Prompt {
        id: prompt(2).id,
        ..only_a_file
    };
    let gone = nexus.prompt(&session, &again).await;
    assert!(
        matches!(&gone, Err(Fault::Refused { why }) if why.contains("page.pdf")),
        "{gone:?}"
    );
}

#[tokio::test]
async fn only_what_models_read_is_taken_and_only_from_our_own_page() {
    let nexus = Nexus::new().await;
    let (status, answer) = upload(&nexus, b"text".as_slice(), false).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{answer}");
    let program: &[u8] = b"\x7fELF\x02\x01\x01\x00";
    let large = vec![b'a'; 10 * 1024 * 1024 + 1];
    for bytes in [Vec::new(), program.to_vec(), large] {
        let (status, answer) = upload(&nexus, bytes, true).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let fault: Fault = serde_json::from_value(answer).unwrap();
        assert!(matches!(fault, Fault::Invalid { .. }), "{fault:?}");
    }
    let never = Attachment {
        upload: UploadId::new("../nexus.db"),
        name: "nexus.db".to_owned(),
        mime: "text/plain".to_owned(),
        bytes: 1,
    };
    let session = nexus.opencode.session(DIRECTORY, "Outside");
    nexus.connected().await;
    let outside = Prompt {
        files: vec![never],
        ..prompt(1)
    };
    assert!(nexus.prompt(&session, &outside).await.is_err());
}
