//! What the benches of the relay begin with: a fake server with answers that are being
//! written, the built executable, a plain proxy beside it.

pub(crate) mod nexus;
pub(crate) mod proxy;

use std::ffi::OsString;

use fakes::opencode::{DIRECTORY, FakeOpenCode};
use serde_json::{Value, json};

/// The message whose texts grow.
const MESSAGE: &str = "msg_ffffffffffffAAAAAAAAAAAAAA";

/// The built executable; without one there is nothing to measure.
pub(crate) fn executable() -> OsString {
    std::env::var_os("NEXUS_BIN").unwrap_or_else(|| {
        println!("NEXUS_BIN must name the built executable: use `cargo xtask bench`.");
        std::process::exit(1);
    })
}

/// An answer of so many texts begins in `session`: once Nexus listens, for one that began
/// before, in a session that was not used for a day, is not known to be under way.
pub(crate) fn begin(opencode: &FakeOpenCode, session: &str, texts: usize) {
    let happens = |kind: &str, properties: Value| {
        opencode.push(json!({ "type": kind, "directory": DIRECTORY, "properties": properties }));
    };
    happens(
        "session.status",
        json!({ "sessionID": session, "status": { "type": "busy" } }),
    );
    happens(
        "message.updated",
        json!({ "sessionID": session, "info": {
            "id": MESSAGE, "sessionID": session, "role": "assistant", "parentID": "msg_0",
            "providerID": "p", "modelID": "m", "mode": "build", "agent": "build",
            "path": { "cwd": DIRECTORY, "root": DIRECTORY }, "cost": 0,
            "tokens": { "input": 0, "output": 0, "reasoning": 0, "cache": { "read": 0, "write": 0 } },
            "time": { "created": 1 },
        } }),
    );
    for n in 0..texts {
        happens(
            "message.part.updated",
            json!({ "sessionID": session, "time": 1, "part": {
                "id": text(n), "sessionID": session, "messageID": MESSAGE, "type": "text",
                "text": "", "time": { "start": 1 },
            } }),
        );
    }
}

/// Lets one of the texts grow by `word`.
pub(crate) fn grow(opencode: &FakeOpenCode, session: &str, n: usize, word: &str) {
    opencode.push(json!({
        "type": "message.part.delta", "directory": DIRECTORY,
        "properties": {
            "sessionID": session, "messageID": MESSAGE, "partID": text(n),
            "field": "text", "delta": word,
        },
    }));
}

fn text(n: usize) -> String {
    format!("prt_ffffffffffffAAAAAAAAAA{n:04}")
}
