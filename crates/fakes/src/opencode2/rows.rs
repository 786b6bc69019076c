//! The messages of a session, folded. Reads lag behind the stream as the real server's do:
//! no text before its end, nothing of a running tool but its input.

use serde_json::{Value, json};

use super::world::{Known, set};

/// The id of a row that an event makes.
pub(super) fn id_of(frame: &Value) -> String {
    let id = frame["id"].as_str().unwrap_or_default();
    format!("msg_{}", id.strip_prefix("evt_").unwrap_or(id))
}

/// Lets something happen in a session.
pub(super) fn apply(known: &mut Known, kind: &str, frame: &Value) {
    let data = &frame["data"];
    let at = &frame["created"];
    match kind {
        "session.inbox.enqueued" => {
            let mut item = json!({ "id": data["inboxID"], "sessionID": data["sessionID"],
                "time": { "created": at } });
            set(&mut item, &data["item"], &["type", "payload", "delivery"]);
            known.inbox.push(item);
        }
        "session.inbox.cancelled" => drop(taken(known, data)),
        "session.inbox.delivery.changed" => {
            for item in known
                .inbox
                .iter_mut()
                .filter(|it| it["id"] == data["inboxID"])
            {
                set(item, &data["item"], &["delivery"]);
            }
        }
        "session.inbox.delivered" => {
            if let Some(item) = taken(known, data) {
                let mut row = json!({ "id": item["id"], "type": item["type"],
                    "time": { "created": at } });
                for (name, value) in item["payload"].as_object().into_iter().flatten() {
                    row[name] = value.clone();
                }
                known.rows.push(row);
            }
        }
        "session.compaction.started" => known.rows.push(json!({ "id": id_of(frame),
            "type": "compaction", "status": "running", "reason": data["reason"],
            "summary": "", "time": { "created": at } })),
        "session.compaction.ended" | "session.compaction.failed" => {
            let mut rows = known.rows.iter_mut().rev();
            if let Some(row) = rows.find(|row| row["type"] == "compaction") {
                let done = kind.ends_with("ended");
                row["status"] = json!(if done { "completed" } else { "failed" });
                row["summary"] = data["text"].clone();
                set(row, data, &["recent", "error"]);
            }
        }
        "session.shell.started" => known.rows.push(json!({ "id": id_of(frame), "type": "shell",
            "shellID": data["shellID"], "command": data["command"], "status": "running",
            "time": { "created": at } })),
        "session.shell.ended" => {
            let mut rows = known.rows.iter_mut().rev();
            if let Some(row) = rows.find(|row| row["shellID"] == data["shellID"]) {
                set(row, data, &["status", "exit", "output"]);
                row["time"]["completed"] = at.clone();
            }
        }
        "session.message.content.updated" => {
            if let Some(row) = row(known, &data["messageID"]) {
                row["content"] = data["content"].clone();
            }
        }
        "session.step.started" => started(known, data, at),
        _ => {
            if let Some(row) = row(known, &data["assistantMessageID"]) {
                step(row, kind, data, at);
            }
        }
    }
}

fn taken(known: &mut Known, data: &Value) -> Option<Value> {
    let at = known
        .inbox
        .iter()
        .position(|it| it["id"] == data["inboxID"])?;
    Some(known.inbox.remove(at))
}

fn row<'a>(known: &'a mut Known, id: &Value) -> Option<&'a mut Value> {
    known.rows.iter_mut().rev().find(|row| row["id"] == *id)
}

/// A step begins; the same one again after a provider failed.
fn started(known: &mut Known, data: &Value, at: &Value) {
    let fresh = json!({ "id": data["assistantMessageID"], "type": "assistant",
        "agent": data["agent"], "model": data["model"], "content": [], "time": { "created": at } });
    match row(known, &data["assistantMessageID"]) {
        Some(row) => *row = fresh,
        None => known.rows.push(fresh),
    }
}

fn step(row: &mut Value, kind: &str, data: &Value, at: &Value) {
    match kind {
        "session.step.streamed" => row["time"]["streamed"] = at.clone(),
        "session.step.ended" => {
            set(row, data, &["finish", "cost", "tokens", "snapshot"]);
            row["time"]["completed"] = at.clone();
        }
        "session.step.failed" => {
            set(row, data, &["error"]);
            row["finish"] = json!("error");
            row["time"]["completed"] = at.clone();
        }
        "session.retry.scheduled" => {
            row["retry"] = json!({});
            set(&mut row["retry"], data, &["attempt", "at", "error"]);
        }
        "session.text.started" => push(row, json!({ "type": "text", "text": "" })),
        "session.text.ended" => written(row, "text", data),
        "session.reasoning.started" => push(
            row,
            json!({ "type": "reasoning", "text": "", "time": { "created": at } }),
        ),
        "session.reasoning.ended" => written(row, "reasoning", data),
        "session.tool.input.started" => push(
            row,
            json!({ "type": "tool", "id": data["id"], "name": data["name"],
                "state": { "status": "streaming", "input": "" }, "time": { "created": at } }),
        ),
        _ => {
            let items = row["content"].as_array_mut().into_iter().flatten();
            let mut tools = items.filter(|it| it["type"] == "tool" && it["id"] == data["id"]);
            if let Some(tool) = tools.next() {
                worked(tool, kind, data, at);
            }
        }
    }
}

fn worked(tool: &mut Value, kind: &str, data: &Value, at: &Value) {
    match kind {
        "session.tool.input.ended" => tool["state"]["input"] = data["text"].clone(),
        "session.tool.called" => {
            tool["state"] = json!({ "status": "running", "input": data["input"], "metadata": {} });
            tool["time"]["ran"] = at.clone();
        }
        "session.tool.success" => {
            let input = tool["state"]["input"].take();
            tool["state"] = json!({ "status": "completed", "input": input });
            set(&mut tool["state"], data, &["content", "metadata"]);
            tool["time"]["completed"] = at.clone();
        }
        "session.tool.failed" => {
            let input = tool["state"]["input"].take();
            tool["state"] = json!({ "status": "error", "input": input });
            set(&mut tool["state"], data, &["error", "content", "metadata"]);
            tool["time"]["completed"] = at.clone();
        }
        // What only the stream says: progress, growing input.
        _ => {}
    }
}

fn push(row: &mut Value, item: Value) {
    if let Some(items) = row["content"].as_array_mut() {
        items.push(item);
    }
}

/// The n-th text, counted among its own kind, is whole.
fn written(row: &mut Value, kind: &str, data: &Value) {
    let n = usize::try_from(data["ordinal"].as_u64().unwrap_or_default()).unwrap_or_default();
    let items = row["content"].as_array_mut().into_iter().flatten();
    if let Some(item) = items.filter(|it| it["type"] == kind).nth(n) {
        item["text"] = data["text"].clone();
    }
}
