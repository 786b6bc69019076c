//! What a step of an answer holds.

use domain::bulk::BulkField;
use domain::failure::Failure;
use domain::id::{ID_MAX_BYTES, MessageId, PartId, SessionId};
use domain::part::{Part, PartBody, Text};
use domain::time::Millis;
use domain::tool::{Tool, ToolState};
use serde_json::Value;

use super::super::wire::content::{self, Item, Outcome};
use super::failure::is_aborted;
use crate::dialect::BulkBody;
use crate::translate::part::{Place, readable, trace_unknown};
use crate::translate::tool::{cut, diffs, input, output, patches, text_at};

/// The kinds of text that are counted, each for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::v2) enum Voice {
    /// What is said.
    Text,
    /// What is thought before.
    Reasoning,
}

impl Voice {
    /// The part of the n-th text of this kind in a message.
    pub(in crate::v2) fn part(self, message: &MessageId, ordinal: u64) -> PartId {
        let letter = match self {
            Voice::Text => 't',
            Voice::Reasoning => 'r',
        };
        PartId::new(format!("{message}-{letter}{ordinal}"))
    }

    /// A text of this kind as a body.
    pub(in crate::v2) fn body(self, text: Text) -> PartBody {
        match self {
            Voice::Text => PartBody::Text(text),
            Voice::Reasoning => PartBody::Reasoning(text),
        }
    }
}

/// The part of a tool call. Its id comes from the model and may be anything: one that cannot
/// stand in an address is told by a number made of it.
pub(in crate::v2) fn tool_part(message: &MessageId, call: &str) -> PartId {
    let plain = format!("{message}-c{call}");
    match PartId::parse(&plain) {
        Ok(id) => id,
        Err(_) => PartId::new(format!("{message}-h{:016x}", fingerprint(call))),
    }
}

/// FNV-1a: the same on every machine and in every version, for ids that outlive a process.
pub(in crate::v2) fn fingerprint(text: &str) -> u64 {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    text.bytes().fold(BASIS, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    })
}

/// The parts of a step at `at`. `is_open` is whether more may come.
pub(in crate::v2) fn parts(
    session: &SessionId,
    message: &MessageId,
    items: Vec<Value>,
    is_open: bool,
    at: Millis,
) -> Vec<Part> {
    let (mut texts, mut thoughts) = (0, 0);
    let mut next = |voice: Voice| {
        let count = match voice {
            Voice::Text => &mut texts,
            Voice::Reasoning => &mut thoughts,
        };
        let ordinal = *count;
        *count += 1;
        voice.part(message, ordinal)
    };
    let mut parts = Vec::with_capacity(items.len());
    for (place_in_step, item) in items.into_iter().enumerate() {
        let (id, body) = match Item::read(item) {
            Item::Text(it) => (next(Voice::Text), PartBody::Text(text(it, is_open, at))),
            Item::Reasoning(it) => {
                let id = next(Voice::Reasoning);
                (id, PartBody::Reasoning(text(it, is_open, at)))
            }
            Item::Tool(it) => {
                let id = tool_part(message, &it.id);
                let place = place(session, message, &id);
                (id, tool(*it, &place))
            }
            Item::Unknown { kind, raw } => {
                let id = PartId::new(format!("{message}-u{place_in_step}"));
                let place = place(session, message, &id);
                (id, unknown("item", kind, &raw, &place))
            }
        };
        parts.push(Part {
            id,
            message: message.clone(),
            session: session.clone(),
            body,
        });
    }
    parts
}

/// A tool call; something new where its status is unknown to us.
pub(in crate::v2) fn tool(it: content::Tool, place: &Place) -> PartBody {
    let state = it.state;
    let reached = match state.status.as_str() {
        "streaming" => ToolState::Pending,
        "running" => ToolState::Running,
        "completed" => ToolState::Completed,
        "error" => failed(state.error.as_ref()),
        _ => return unknown("tool", state.status, &Value::Null, place),
    };
    // While it is written, the input is a text that is no JSON yet.
    let asked = match reached {
        ToolState::Pending => Value::Null,
        ToolState::Running
        | ToolState::Completed
        | ToolState::Failed { .. }
        | ToolState::Denied { .. }
        | ToolState::Aborted
        | ToolState::Interrupted => state.input,
    };
    let printed = printed(state.content);
    let metadata = state.metadata;
    let number = |key: &str| metadata.get(key).and_then(Value::as_u64);
    PartBody::Tool(Box::new(Tool {
        call: cut(&it.id, ID_MAX_BYTES),
        // Of what is no object yet nothing is known.
        input: input(&it.name, &asked, &metadata, place),
        diffs: diffs(&it.name, &asked, &metadata, place),
        exit: metadata.get("exit").and_then(Value::as_i64),
        found: number("matches").or_else(|| number("count")),
        output: output(&it.name, &asked, &metadata, printed)
            .map(|output| place.long(output, BulkField::Output)),
        state: reached,
        started: it.time.ran.map(Millis),
        ended: it.time.completed.map(Millis),
        name: it.name,
    }))
}

/// The whole of a long text of a step; none where there is no such part.
pub(in crate::v2) fn whole(
    message: &MessageId,
    items: Vec<Value>,
    part: &PartId,
    field: BulkField,
) -> Option<BulkBody> {
    let mut items = (0_usize..).zip(items);
    let text = items.find_map(|(n, raw)| match Item::read(raw) {
        Item::Tool(it) if tool_part(message, &it.id) == *part => Some(of_tool(*it, field)),
        Item::Unknown { raw, .. } if PartId::new(format!("{message}-u{n}")) == *part => {
            Some((field == BulkField::Raw).then(|| readable(&raw)))
        }
        Item::Text(_) | Item::Reasoning(_) | Item::Tool(_) | Item::Unknown { .. } => None,
    })?;
    text.map(BulkBody::Text)
}

fn of_tool(it: content::Tool, field: BulkField) -> Option<String> {
    let content::State {
        input,
        metadata,
        content,
        ..
    } = it.state;
    match field {
        BulkField::Output => output(&it.name, &input, &metadata, printed(content)),
        BulkField::Input => {
            text_at(&input, &["command"]).or_else(|| (!input.is_null()).then(|| readable(&input)))
        }
        BulkField::Diff(at) => patches(&it.name, &input, &metadata)
            .into_iter()
            .nth(usize::from(at))
            .map(|it| it.diff),
        BulkField::Raw | BulkField::File => None,
    }
}

/// How a tool failed.
fn failed(error: Option<&super::super::wire::Failed>) -> ToolState {
    match error {
        Some(error) if is_aborted(error) => ToolState::Aborted,
        Some(error) => ToolState::Failed {
            error: cut(&error.message, Failure::DETAIL_MAX_BYTES),
        },
        None => ToolState::Failed {
            error: String::new(),
        },
    }
}

/// What came out as one text; of files their names. None where nothing came.
fn printed(content: Vec<Value>) -> Option<String> {
    let pieces: Vec<String> = content
        .into_iter()
        .map(|it| match Outcome::read(it) {
            Outcome::Text(text) => text,
            Outcome::File { name, mime } => name.unwrap_or(mime),
            Outcome::Unknown { kind, raw } => {
                trace_unknown("outcome", &kind);
                readable(&raw)
            }
        })
        .collect();
    (!pieces.is_empty()).then(|| pieces.join("\n"))
}

/// A text as a read has it: empty until it has ended \[C\], so that an empty one of a step
/// that goes on is open, and one with words has ended, though seldom it is said when: the
/// step's own time, `at`, stands for that.
fn text(it: content::Text, is_open: bool, at: Millis) -> Text {
    let ended = it.time.completed.map(Millis);
    Text {
        open: is_open && it.text.is_empty() && ended.is_none(),
        ended: ended.or((!it.text.is_empty()).then_some(at)),
        text: it.text,
        started: it.time.created.map(Millis),
        ..Text::default()
    }
}

/// Where a part stands.
pub(in crate::v2) fn place(session: &SessionId, message: &MessageId, part: &PartId) -> Place {
    Place {
        session: session.clone(),
        message: message.clone(),
        part: part.clone(),
    }
}

/// Something that this version does not know.
pub(in crate::v2) fn unknown(
    what: &'static str,
    kind: String,
    raw: &Value,
    place: &Place,
) -> PartBody {
    trace_unknown(what, &kind);
    PartBody::Unknown {
        kind,
        raw: place.long(readable(raw), BulkField::Raw),
    }
}

#[cfg(test)]
mod tests {
    use domain::tool::ToolInput;
    use serde_json::json;

    use super::*;

    fn of(items: Vec<Value>) -> Vec<Part> {
        parts(
            &SessionId::new("ses_1"),
            &MessageId::new("msg_1"),
            items,
            true,
            Millis(1),
        )
    }

    fn only_tool(item: Value) -> Tool {
        let PartBody::Tool(tool) = of(vec![item]).remove(0).body else {
            panic!("no tool")
        };
        *tool
    }

    #[test]
    fn texts_are_counted_among_their_own_kind() {
        let ids: Vec<String> = of(vec![
            json!({ "type": "reasoning", "text": "a" }),
            json!({ "type": "text", "text": "b" }),
            json!({ "type": "tool", "id": "call_1", "name": "read", "state": { "status": "running" } }),
            json!({ "type": "reasoning", "text": "" }),
            json!({ "type": "text", "text": "" }),
            json!({ "type": "hologram" }),
        ])
        .into_iter()
        .map(|part| part.id.to_string())
        .collect();
        assert_eq!(
            ids,
            [
                "msg_1-r0",
                "msg_1-t0",
                "msg_1-ccall_1",
                "msg_1-r1",
                "msg_1-t1",
                "msg_1-u5"
            ]
        );
    }

    #[test]
    fn a_call_with_an_odd_id_has_a_part_that_can_stand_in_an_address() {
        let message = MessageId::new("msg_1");
        let odd = tool_part(&message, "functions.read:0/../x");
        assert_eq!(PartId::parse(odd.as_str()), Ok(odd.clone()));
        assert_ne!(odd, tool_part(&message, "functions.read:0/../y"));
    }

    #[test]
    fn a_tool_is_told_from_its_first_letter_to_its_end() {
        let state = |state: Value| {
            only_tool(json!({ "type": "tool", "id": "c", "name": "shell", "state": state }))
        };
        let streaming = state(json!({ "status": "streaming", "input": "{\"comm" }));
        assert_eq!(
            (streaming.state, streaming.input),
            (ToolState::Pending, ToolInput::Empty)
        );
        let running = state(json!({ "status": "running", "input": { "command": "ls" },
            "metadata": {} }));
        assert!(matches!(running.input, ToolInput::Bash { .. }));
        let done = state(json!({ "status": "completed", "input": { "command": "ls" },
            "content": [{ "type": "text", "text": "a" }, { "type": "file", "uri": "data:,x",
            "mime": "image/png" }], "metadata": { "exit": 0 } }));
        assert_eq!(done.exit, Some(0));
        assert_eq!(done.output.unwrap().end(), "a\nimage/png");
        let stopped = state(json!({ "status": "error", "error": { "type": "aborted" } }));
        assert_eq!(stopped.state, ToolState::Aborted);
        let failed = state(json!({ "status": "error",
            "error": { "type": "tool.execution", "message": "no such file" } }));
        assert_eq!(
            failed.state,
            ToolState::Failed {
                error: "no such file".to_owned()
            }
        );
    }

    #[test]
    fn a_status_that_is_new_is_something_new() {
        let new =
            json!({ "type": "tool", "id": "c", "name": "x", "state": { "status": "paused" } });
        let body = of(vec![new]).remove(0).body;
        assert!(matches!(body, PartBody::Unknown { kind, .. } if kind == "paused"));
    }

    #[test]
    fn a_subagent_names_its_session() {
        let tool = only_tool(json!({ "type": "tool", "id": "c", "name": "subagent",
            "state": { "status": "running", "input": { "agent": "explore", "description": "Look" },
            "metadata": { "sessionID": "ses_2" } } }));
        let ToolInput::Task { agent, session, .. } = tool.input else {
            panic!("{:?}", tool.input)
        };
        assert_eq!(
            (agent.as_str(), session),
            ("explore", Some(SessionId::new("ses_2")))
        );
    }
}
