//! Stopping a turn, by what the server says came of it.

use domain::id::SessionId;
use domain::tool::ToolState;
use serde_json::json;

use super::{begin_step, end_turn, runs, tool, with_a_session};

#[tokio::test]
async fn where_nothing_runs_any_more_a_stop_closes_what_seems_to() {
    let (nexus, session) = with_a_session().await;
    let mut device = nexus.device(&session).await;
    let step = begin_step(&nexus, &session);
    let tell = |kind: &str, more: serde_json::Value| {
        let mut data = more;
        data["assistantMessageID"] = json!(step);
        nexus.opencode.publish(kind, &session, data);
    };
    let named = json!({ "id": "c1", "name": "shell" });
    tell("session.tool.input.started", named);
    tell(
        "session.tool.called",
        json!({ "id": "c1", "input": { "command": "sleep 9" } }),
    );
    device
        .until(|replica| tool(replica, &session, &step, "c1") == Some(ToolState::Running))
        .await;
    // It ends, and no word of that comes through.
    nexus.opencode.hold();
    end_turn(&nexus, &session);
    let id = SessionId::new(&*session);
    let sessions = &nexus.host.sessions;
    sessions.abort(nexus.server.clone(), id).await.unwrap();
    device
        .until(|replica| {
            let left = tool(replica, &session, &step, "c1");
            !runs(replica, &session) && left == Some(ToolState::Interrupted)
        })
        .await;
    nexus.opencode.let_go();
}
