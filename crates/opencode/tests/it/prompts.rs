//! Prompts: how they are handed over, and what goes with them.

use bytes::Bytes;
use domain::id::{MessageId, SessionId};
use domain::prompt::{Prompt, PromptId, PromptText};
use domain::session::ModelRef;
use domain::time::Millis;
use fakes::FakeOpenCode;
use opencode::{Enclosed, Handover, Manner, PathFound};
use serde_json::json;

use crate::calls::{connected, home, recorded};

fn prompt() -> Prompt {
    Prompt {
        id: PromptId::new(Millis(1_795_208_376_615), [7; 14]),
        text: PromptText::parse("Look around.").ok(),
        files: Vec::new(),
        agent: Some("plan".to_owned()),
        model: Some(ModelRef {
            provider: "scripted".to_owned(),
            model: "scripted-1".to_owned(),
            variant: Some("high".to_owned()),
        }),
        waits: None,
    }
}

fn handover(session: &SessionId, manner: Manner) -> Handover {
    Handover {
        session: session.clone(),
        prompt: prompt(),
        manner,
        enclosed: Vec::new(),
    }
}

#[tokio::test]
async fn a_prompt_carries_its_ids_agent_model_and_variant() {
    let server = FakeOpenCode::start().await;
    let session = SessionId::new(server.session(home().as_str(), "one"));
    let dialect = connected(&server).await;
    dialect
        .prompt(&handover(&session, Manner::Words))
        .await
        .unwrap();
    let asked = server.asked("POST", "/session/*/prompt_async", 1).await;
    insta::assert_json_snapshot!("prompt", asked.body);

    let message = prompt().id.message();
    let entry = dialect.message(&session, &message).await.unwrap().unwrap();
    assert_eq!(entry.message.id, message);
    assert_eq!(
        dialect.message(&session, &MessageId::new("msg_none")).await,
        Ok(None)
    );
}

#[tokio::test]
async fn what_goes_with_a_prompt_are_parts_with_ids_of_their_own() {
    let server = FakeOpenCode::start().await;
    let session = SessionId::new(server.session(home().as_str(), "one"));
    let dialect = connected(&server).await;
    let mut handover = handover(&session, Manner::Words);
    handover.prompt.text = PromptText::parse("See @src/a.rs, @docs/ and @explore").ok();
    handover.enclosed = vec![
        Enclosed::Bytes {
            name: "shot.png".to_owned(),
            mime: "image/png".to_owned(),
            bytes: Bytes::from_static(b"png"),
        },
        Enclosed::Path {
            name: "src/a.rs".to_owned(),
            absolute: "/home/me/project/src/a.rs".to_owned(),
            folder: false,
        },
        Enclosed::Path {
            name: "docs/".to_owned(),
            absolute: "/home/me/project/docs".to_owned(),
            folder: true,
        },
        Enclosed::Agent {
            name: "explore".to_owned(),
        },
    ];
    dialect.prompt(&handover).await.unwrap();
    let asked = server.asked("POST", "/session/*/prompt_async", 1).await;
    insta::assert_json_snapshot!("prompt-with-files", asked.body["parts"]);
}

#[tokio::test]
async fn commands_and_shell_commands_carry_the_id_of_their_message() {
    let server = FakeOpenCode::start().await;
    let session = SessionId::new(server.session(home().as_str(), "one"));
    let dialect = connected(&server).await;
    let command = Manner::Command {
        name: "review".to_owned(),
        arguments: "main".to_owned(),
    };
    let shell = Manner::Shell {
        command: "ls".to_owned(),
    };
    dialect.prompt(&handover(&session, command)).await.unwrap();
    dialect.prompt(&handover(&session, shell)).await.unwrap();
    let asked = server.asked("POST", "/session/*/command", 1).await;
    insta::assert_json_snapshot!("command", asked.body);
    let asked = server.asked("POST", "/session/*/shell", 1).await;
    insta::assert_json_snapshot!("shell", asked.body);
}

#[tokio::test]
async fn files_are_found_by_their_directory() {
    let server = FakeOpenCode::start().await;
    let dialect = connected(&server).await;
    server.answer(
        "GET",
        "/find/file",
        200,
        json!(["/", "src/", "src/a.rs", "b"]),
    );
    assert_eq!(
        dialect.find(&home(), "a", 2).await.unwrap(),
        ["src/", "src/a.rs"]
    );
    server.answer("GET", "/file", 200, recorded("get-file"));
    let folder = PathFound {
        absolute: "/home/me/project/src".to_owned(),
        folder: true,
    };
    assert_eq!(dialect.look(&home(), "src/").await, Ok(Some(folder)));
    assert_eq!(dialect.look(&home(), "src/nothing.rs").await, Ok(None));
    assert_eq!(dialect.look(&home(), "../src").await, Ok(None));
    let asked = server.asked("GET", "/file", 1).await;
    assert_eq!(asked.directory.as_deref(), Some(home().as_str()));
}
