//! What a command of the owner's prints while it runs.

use domain::bulk::LongText;
use domain::part::PartBody;
use domain::sync::Replica;
use domain::tool::ToolState;
use serde_json::json;

use super::{count, transcript, with_a_session};

/// How far the first command of a session is, and what it printed.
fn command(replica: &Replica, session: &str) -> Option<(ToolState, String)> {
    let entry = transcript(replica, session)?.entries.first()?;
    let PartBody::Tool(tool) = &entry.parts.first()?.body else {
        return None;
    };
    let output = match &tool.output {
        Some(LongText::Whole(text)) => text.clone(),
        Some(LongText::Cut(_)) | None => String::new(),
    };
    Some((tool.state.clone(), output))
}

#[tokio::test]
async fn what_a_command_prints_is_read_along_while_it_runs() {
    let (nexus, session) = with_a_session().await;
    let mut device = nexus.device(&session).await;
    let started = json!({ "shellID": "sh_1", "command": "make" });
    nexus.opencode.prints("sh_1", "One.\n");
    nexus
        .opencode
        .publish("session.shell.started", &session, started);
    let is = |replica: &Replica, state: ToolState, output: &str| {
        command(replica, &session) == Some((state, output.to_owned()))
    };
    device
        .until(|replica| is(replica, ToolState::Running, "One.\n"))
        .await;
    nexus.opencode.prints("sh_1", "Zwei, größer.\n");
    device
        .until(|replica| is(replica, ToolState::Running, "One.\nZwei, größer.\n"))
        .await;
    // A break loses nothing of it, and doubles nothing.
    nexus.opencode.end_streams();
    nexus.opencode.prints("sh_1", "Three.\n");
    let all = "One.\nZwei, größer.\nThree.\n";
    device
        .until(|replica| is(replica, ToolState::Running, all))
        .await;
    let ended = json!({ "shellID": "sh_1", "status": "exited", "exit": 0, "output": "All.\n" });
    nexus
        .opencode
        .publish("session.shell.ended", &session, ended);
    device
        .until(|replica| is(replica, ToolState::Completed, "All.\n"))
        .await;
    // One that has ended is asked no more: the next one is, and it alone.
    let asked = count(&nexus, "GET", "/api/shell/sh_1/output");
    let next = json!({ "shellID": "sh_2", "command": "make" });
    nexus
        .opencode
        .publish("session.shell.started", &session, next);
    let path = "/api/shell/sh_2/output";
    nexus.opencode.asked("GET", path, 2).await;
    assert_eq!(count(&nexus, "GET", "/api/shell/sh_1/output"), asked);
}
