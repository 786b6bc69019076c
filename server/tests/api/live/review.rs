//! What a session came to is read from its messages, to its beginning or as far as is
//! bearable, and a file's lines turn by turn.

use app::fault::Fault;
use domain::id::{MessageId, SessionId};
use domain::review::{Blind, Fate, Patch, Review};
use serde_json::{Value, json};

use super::{DIRECTORY, Nexus};

const PATCH: &str = "@@ -1 +1 @@\n-old\n+new\n";

fn change(file: &str, status: &str) -> Value {
    json!({ "file": file, "patch": PATCH, "additions": 1, "deletions": 1, "status": status })
}

/// A message of the owner's, and a step in answer.
#[expect(clippy::indexing_slicing, reason = "JSON made on the spot")]
fn turn(nexus: &Nexus, session: &str, n: u64, changes: &[Value]) {
    let id = format!("msg_{n:05}");
    let mut info = super::said(session, &id);
    info["role"] = json!("user");
    info["time"] = json!({ "created": 1_795_300_000_000_u64 + n * 10 });
    info["model"] = json!({ "providerID": "scripted", "modelID": "scripted-1" });
    info["summary"] = json!({ "diffs": changes });
    nexus.opencode.message(info, Vec::new());
    let mut info = super::said(session, &format!("{id}_step"));
    info["time"] = json!({ "created": 1_795_300_000_001_u64 + n * 10 });
    info["cost"] = json!(0.25);
    info["tokens"] = json!({ "input": 7, "output": 2, "reasoning": 1,
        "cache": { "read": 3, "write": 0 } });
    nexus.opencode.message(info, Vec::new());
}

async fn review(nexus: &Nexus, session: &str) -> Result<Review, Fault> {
    let session = SessionId::new(session);
    let transcripts = &nexus.host.transcripts;
    transcripts.review(nexus.server.clone(), session).await
}

async fn patches(nexus: &Nexus, session: &str, turns: &[u64], path: &str) -> Vec<Patch> {
    let turns = turns
        .iter()
        .map(|n| MessageId::new(format!("msg_{n:05}")))
        .collect();
    let transcripts = &nexus.host.transcripts;
    let session = SessionId::new(session);
    transcripts
        .patches(nexus.server.clone(), session, turns, path.to_owned())
        .await
        .unwrap()
}

#[tokio::test]
async fn files_are_told_over_all_turns_and_their_lines_by_turn() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Changes");
    turn(&nexus, &session, 1, &[change("src/a.rs", "added")]);
    let both = [
        change("src/a.rs", "modified"),
        change("\"\\303\\274.md\"", "deleted"),
    ];
    turn(&nexus, &session, 2, &both);
    nexus.connected().await;
    let told = review(&nexus, &session).await.unwrap();
    let files: Vec<_> = told
        .files
        .iter()
        .map(|it| (it.path.as_str(), it.fate, it.additions, it.turns.len()))
        .collect();
    let expected = [
        ("src/a.rs", Fate::Added, 2, 2),
        ("ü.md", Fate::Deleted, 1, 1),
    ];
    assert_eq!(files, expected);
    assert!(told.whole);
    assert_eq!((told.prompts, told.steps, told.blind), (2, 2, None));
    assert_eq!(told.tokens.map(|it| it.all()), Some(26));

    let lines = patches(&nexus, &session, &[1, 2, 9], "src/a.rs").await;
    let texts: Vec<&str> = lines.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, [PATCH, PATCH, ""], "of a turn that is gone nothing");
    let lines = patches(&nexus, &session, &[2], "ü.md").await;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].text, PATCH);
}

#[tokio::test]
async fn what_opencode_counts_of_a_session_goes_before_what_was_read_of_it() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Counted");
    turn(&nexus, &session, 1, &[change("a", "added")]);
    nexus.opencode.change(&session, |info| {
        *info = json!({ "cost": 4.5, "tokens": { "input": 100 }, "id": info["id"],
            "directory": DIRECTORY, "title": "Counted", "time": info["time"] });
    });
    nexus.connected().await;
    let told = review(&nexus, &session).await.unwrap();
    assert_eq!(told.cost, Some(4.5));
    assert_eq!(told.tokens.map(|it| it.input), Some(100));
}

#[tokio::test]
async fn a_session_in_which_nothing_is_seen_says_why() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Blind");
    turn(&nexus, &session, 1, &[]);
    nexus.connected().await;
    let blind = async |nexus: &Nexus| review(nexus, &session).await.unwrap().blind;
    assert_eq!(blind(&nexus).await, Some(Blind::NoRepository));
    nexus
        .opencode
        .change(&session, |info| info["projectID"] = json!("prj_1"));
    assert_eq!(blind(&nexus).await, None);
    let off = json!({ "model": "scripted/scripted-1", "snapshot": false });
    nexus.opencode.answer("GET", "/config", 200, off);
    assert_eq!(blind(&nexus).await, Some(Blind::SwitchedOff));
}

#[tokio::test]
async fn a_long_session_is_read_as_far_as_is_bearable_and_a_missing_one_is_said() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Long");
    for n in 0..700 {
        turn(&nexus, &session, n, &[change("a", "modified")]);
    }
    nexus.connected().await;
    let told = review(&nexus, &session).await.unwrap();
    assert!(!told.whole);
    assert_eq!((told.prompts, told.steps), (600, 600));
    let pages = nexus.opencode.requests();
    let pages = pages.iter().filter(|it| it.is("GET", "/session/*/message"));
    let pages = pages.filter(|it| it.query.contains("limit=100"));
    assert_eq!(pages.count(), 12);
    let gone = review(&nexus, "ses_none").await;
    assert!(matches!(gone, Err(Fault::NotFound { .. })), "{gone:?}");
}
