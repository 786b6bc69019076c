//! The fake OpenCode 2 as a process of its own, for tests in a browser. It prints where it is
//! and what it wants to hear as a line of JSON, then does what each line of its standard input
//! says and answers each with a line. It ends with its input.

use std::io::{self, Write as _};

use fakes::FakeOpenCode2;
use fakes::opencode2::{DIRECTORY, PASSWORD};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader, stdin};

#[tokio::main]
async fn main() -> io::Result<()> {
    let server = FakeOpenCode2::start().await;
    print(&json!({ "url": server.url(), "password": PASSWORD, "directory": DIRECTORY }))?;
    let mut lines = BufReader::new(stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let command = serde_json::from_str(&line).unwrap_or_default();
        print(&carried_out(&server, &command).await)?;
    }
    Ok(())
}

fn print(answer: &Value) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{answer}")?;
    out.flush()
}

/// Does what a line says.
async fn carried_out(server: &FakeOpenCode2, command: &Value) -> Value {
    let text = |name: &str| command[name].as_str().unwrap_or_default();
    let session = text("session");
    match text("do") {
        "session" => json!(server.session(DIRECTORY, text("title"))),
        "publish" => server.publish(text("kind"), session, command["data"].clone()),
        "begin" => {
            server.begin(command["at"].as_u64().unwrap_or_default());
            Value::Null
        }
        "deliver" => {
            server.deliver(session);
            Value::Null
        }
        "step" => json!(server.step(session)),
        "say" => {
            let ordinal = command["ordinal"].as_u64().unwrap_or_default();
            server.say(session, text("message"), ordinal, text("text"));
            Value::Null
        }
        "end step" => {
            server.step_ended(session, text("message"), text("finish"));
            Value::Null
        }
        "inbox" => json!(server.inbox(session)),
        // Waits until it was asked so often.
        "asked" => {
            let count = command["count"].as_u64().unwrap_or(1);
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            let asked = server.asked(text("method"), text("path"), count).await;
            json!({ "path": asked.path, "query": asked.query, "body": asked.body })
        }
        other => json!({ "unknown": other }),
    }
}
