//! Messages: rows into messages with their parts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use domain::bulk::BulkField;
use domain::id::{MessageId, PartId, SessionId};
use domain::message::{Assistant, Message, Role, User};
use domain::part::{File, Part, PartBody, Text};
use domain::time::Millis;
use domain::tool::{Tool, ToolInput, ToolState};
use domain::transcript::Entry;
use serde_json::Value;

use super::super::wire::message::{self, Body, Row};
use super::content::{self, Voice, parts, place, unknown};
use super::failure::failure;
use crate::dialect::BulkBody;
use crate::translate::part::{data_len, path_of, percent_decode, readable};
use crate::translate::review::tokens;
use crate::translate::session::model_ref;

/// A row as a message; none where it is a seam.
///
/// A step names no prompt that it answers: the order of the rows is all there is.
pub(in crate::v2) fn entry(session: &SessionId, row: Row) -> Option<Entry> {
    let id = MessageId::new(row.id);
    let at = Millis(row.created);
    let entry = match row.body {
        Body::User(it) => user(session, &id, at, it),
        Body::Assistant(it) => step(session, &id, at, *it),
        Body::Aside(it) => {
            let text = Text {
                synthetic: true,
                ..Text::whole(it.text)
            };
            let bodies = vec![(own_part(&id, 0), PartBody::Text(text))];
            assembled(session, &id, at, Role::User(User::default()), bodies)
        }
        Body::Shell(it) => shell(session, &id, at, it),
        Body::Compaction(it) => compaction(session, &id, at, it),
        Body::Idle | Body::Seam => return None,
        Body::Unknown { kind, raw } => {
            let part = PartId::new(format!("{id}-u0"));
            let body = unknown("row", kind, &raw, &place(session, &id, &part));
            let role = Role::Assistant(Assistant {
                completed: Some(at),
                ..Assistant::default()
            });
            assembled(session, &id, at, role, vec![(part, body)])
        }
    };
    Some(entry)
}

/// The whole of a long text of a row, or the bytes of what came with it; none where there is
/// no such part.
pub(in crate::v2) fn whole(row: Row, part: &PartId, field: BulkField) -> Option<BulkBody> {
    let id = MessageId::new(row.id);
    match row.body {
        Body::User(it) => {
            let mut files = (1..).zip(it.files);
            let (_, it) = files.find(|(n, _)| own_part(&id, *n) == *part)?;
            (field == BulkField::File).then(|| bytes_of(it))?
        }
        Body::Assistant(it) => content::whole(&id, it.content, part, field),
        Body::Shell(it) => match field {
            BulkField::Input => Some(BulkBody::Text(it.command)),
            BulkField::Output => it.output.map(BulkBody::Text),
            BulkField::Raw | BulkField::File | BulkField::Diff(_) => None,
        },
        Body::Unknown { raw, .. } => {
            (field == BulkField::Raw).then(|| BulkBody::Text(readable(&raw)))
        }
        Body::Aside(_) | Body::Compaction(_) | Body::Idle | Body::Seam => None,
    }
}

/// The bytes of a file, which every read brings: in its address, or beside it.
fn bytes_of(it: message::File) -> Option<BulkBody> {
    let inline = it.uri.strip_prefix("data:");
    let (own_mime, bytes) = match (inline.and_then(|rest| rest.split_once(',')), &it.data) {
        (Some((head, data)), _) if head.ends_with(";base64") => {
            (head.strip_suffix(";base64"), STANDARD.decode(data).ok()?)
        }
        (Some((head, data)), _) => (Some(head), percent_decode(data).into_bytes()),
        (None, Some(data)) => (None, STANDARD.decode(data).ok()?),
        (None, None) => return None,
    };
    let own_mime = own_mime.unwrap_or_default();
    Some(BulkBody::Bytes {
        mime: if it.mime.is_empty() {
            own_mime.split(';').next().unwrap_or_default().to_owned()
        } else {
            it.mime
        },
        name: it.name.filter(|name| !name.is_empty()),
        bytes: Bytes::from(bytes),
    })
}

/// What the owner said, delivered or waiting.
pub(in crate::v2) fn user(
    session: &SessionId,
    id: &MessageId,
    at: Millis,
    it: message::User,
) -> Entry {
    let words = Some(it.text).filter(|text| !text.is_empty());
    let words = words.map(|text| (0, PartBody::Text(Text::whole(text))));
    let files = it.files.into_iter().map(|it| PartBody::File(file(it)));
    let agents = it.agents.iter().filter_map(agent);
    // The words are number 0 even where there are none.
    let enclosed = (1..).zip(files.chain(agents));
    let bodies = words.into_iter().chain(enclosed);
    let bodies = bodies.map(|(n, body)| (own_part(id, n), body)).collect();
    assembled(session, id, at, Role::User(User::default()), bodies)
}

/// The n-th part of a message of the owner's: the id that a prompt gives its parts
/// (`PromptId::part`), so that what waits on the device and what comes back are one.
pub(in crate::v2) fn own_part(message: &MessageId, n: usize) -> PartId {
    let id = message.as_str();
    let tail = id.strip_prefix("msg_").unwrap_or(id);
    PartId::new(format!("prt_{tail}{n:02x}"))
}

/// A step's message without its parts.
pub(in crate::v2) fn step_message(
    session: &SessionId,
    id: &MessageId,
    at: Millis,
    it: message::Assistant,
) -> Message {
    Message {
        id: id.clone(),
        session: session.clone(),
        created: at,
        role: Role::Assistant(Assistant {
            agent: it.agent,
            model: it
                .model
                .map(|model| model_ref(model.provider, model.id, model.variant)),
            completed: it.time.completed.map(Millis),
            finish: it.finish,
            failure: it.error.map(failure),
            cost: it.cost.unwrap_or_default(),
            tokens: tokens(&it.tokens),
            ..Assistant::default()
        }),
    }
}

fn step(session: &SessionId, id: &MessageId, at: Millis, mut it: message::Assistant) -> Entry {
    let items = std::mem::take(&mut it.content);
    let ended = it.time.completed.map(Millis);
    Entry {
        message: step_message(session, id, at, it),
        parts: parts(session, id, items, ended.is_none(), ended.unwrap_or(at)),
    }
}

/// The part of a command of the owner's.
pub(in crate::v2) fn shell_part(message: &MessageId) -> PartId {
    PartId::new(format!("{message}-s"))
}

/// A command of the owner's is drawn as an agent's is.
fn shell(session: &SessionId, id: &MessageId, at: Millis, it: message::Shell) -> Entry {
    let part = shell_part(id);
    let place = place(session, id, &part);
    let ended = it.time.completed.map(Millis);
    let state = match it.status.as_str() {
        "running" => ToolState::Running,
        "exited" => ToolState::Completed,
        "timeout" => ToolState::Failed {
            error: "The command took too long.".to_owned(),
        },
        "killed" => ToolState::Aborted,
        _ => {
            let body = unknown("shell", it.status, &Value::Null, &place);
            return assembled(session, id, at, ended_by(ended), vec![(part, body)]);
        }
    };
    let tool = Tool {
        call: it.id,
        name: "shell".to_owned(),
        input: ToolInput::Bash {
            command: place.long(it.command, BulkField::Input),
            description: None,
        },
        state,
        started: Some(at),
        ended,
        output: it
            .output
            .map(|output| place.long(output, BulkField::Output)),
        diffs: Vec::new(),
        exit: it.exit,
        found: None,
    };
    let bodies = vec![(part, PartBody::Tool(Box::new(tool)))];
    assembled(session, id, at, ended_by(ended), bodies)
}

fn compaction(session: &SessionId, id: &MessageId, at: Millis, it: message::Compaction) -> Entry {
    let is_open = it.status == "running";
    let role = Role::Assistant(Assistant {
        completed: (!is_open).then_some(it.time.completed.map_or(at, Millis)),
        failure: it.error.map(failure),
        summary: true,
        ..Assistant::default()
    });
    let text = Text {
        open: is_open,
        ..Text::whole(it.summary)
    };
    let auto = it.reason == "auto";
    let mark = PartId::new(format!("{id}-k"));
    let bodies = vec![
        (mark, PartBody::Compaction { auto }),
        (Voice::Text.part(id, 0), PartBody::Text(text)),
    ];
    assembled(session, id, at, role, bodies)
}

fn ended_by(ended: Option<Millis>) -> Role {
    Role::Assistant(Assistant {
        completed: ended,
        apart: true,
        ..Assistant::default()
    })
}

fn file(it: message::File) -> File {
    let inline = it.data.map(|data| {
        let digits = data.trim_end_matches('=').len();
        (digits * 3 / 4) as u64
    });
    let own_mime = || {
        let rest = it.uri.strip_prefix("data:")?;
        rest.split([';', ',']).next().map(str::to_owned)
    };
    File {
        mime: if it.mime.is_empty() {
            own_mime().unwrap_or_default()
        } else {
            it.mime
        },
        name: it.name.filter(|name| !name.is_empty()),
        path: it.uri.strip_prefix("file://").map(path_of),
        bytes: data_len(&it.uri).or(inline),
    }
}

/// An agent that the words name. How one is written was never seen \[?\]: a name or an
/// object with one.
fn agent(raw: &Value) -> Option<PartBody> {
    let name = raw.as_str().or_else(|| raw.get("name")?.as_str())?;
    Some(PartBody::Agent {
        name: name.to_owned(),
    })
}

fn assembled(
    session: &SessionId,
    id: &MessageId,
    at: Millis,
    role: Role,
    bodies: Vec<(PartId, PartBody)>,
) -> Entry {
    let part = |(part, body)| Part {
        id: part,
        message: id.clone(),
        session: session.clone(),
        body,
    };
    Entry {
        message: Message {
            id: id.clone(),
            session: session.clone(),
            created: at,
            role,
        },
        parts: bodies.into_iter().map(part).collect(),
    }
}

#[cfg(test)]
mod tests {
    use domain::prompt::PromptId;
    use serde_json::json;

    use super::*;

    fn of(raw: Value) -> Option<Entry> {
        entry(&SessionId::new("ses_1"), Row::read(raw).unwrap())
    }

    #[test]
    fn a_prompts_parts_are_called_as_the_device_calls_them() {
        let prompt = PromptId::new(Millis(1), [7; 14]);
        let read = of(
            json!({ "id": prompt.as_str(), "type": "user", "text": "see",
            "files": [{ "uri": "data:image/png;base64,QUJD", "name": "a.png" },
                { "uri": "file:///home/me/b%20c.rs" }],
            "agents": [{ "name": "explore" }], "time": { "created": 5 } }),
        )
        .unwrap();
        let ids: Vec<&PartId> = read.parts.iter().map(|part| &part.id).collect();
        assert_eq!(
            ids,
            [
                &prompt.part(0),
                &prompt.part(1),
                &prompt.part(2),
                &prompt.part(3)
            ]
        );
        let PartBody::File(picture) = &read.parts[1].body else {
            panic!("{read:?}")
        };
        assert_eq!(
            (picture.mime.as_str(), picture.bytes),
            ("image/png", Some(3))
        );
        let PartBody::File(path) = &read.parts[2].body else {
            panic!("{read:?}")
        };
        assert_eq!(path.path.as_deref(), Some("/home/me/b c.rs"));
    }

    #[test]
    fn seams_are_no_messages_and_what_is_new_is_one() {
        for kind in [
            "idle",
            "agent-switched",
            "model-switched",
            "location-switched",
        ] {
            assert_eq!(of(json!({ "id": "msg_1", "type": kind })), None);
        }
        let new = of(json!({ "id": "msg_1", "type": "hologram", "time": { "created": 1 } }));
        assert!(matches!(
            new.unwrap().parts[0].body,
            PartBody::Unknown { .. }
        ));
        assert!(Row::read(json!({ "type": "user" })).is_err());
    }

    #[test]
    fn a_step_that_goes_on_has_open_texts_and_one_that_ended_has_none() {
        let step = |completed: Value| {
            of(
                json!({ "id": "msg_1", "type": "assistant", "agent": "build",
                "model": { "id": "m", "providerID": "p", "variant": "default" },
                "content": [{ "type": "text", "text": "" }],
                "finish": "stop", "tokens": { "input": "Infinity", "output": 3 },
                "time": { "created": 1, "completed": completed } }),
            )
            .unwrap()
        };
        assert!(step(Value::Null).parts[0].body.is_open());
        let ended = step(json!(9));
        assert!(!ended.parts[0].body.is_open());
        let Role::Assistant(assistant) = ended.message.role else {
            panic!("no assistant")
        };
        assert_eq!(assistant.completed, Some(Millis(9)));
        assert_eq!((assistant.tokens.input, assistant.tokens.output), (0, 3));
        assert_eq!(assistant.model.unwrap().variant, None);
    }

    #[test]
    fn commands_and_summaries_are_drawn_as_agents_are() {
        let shell = of(json!({ "id": "msg_1", "type": "shell", "shellID": "sh_1",
            "command": "ls", "status": "exited", "exit": 1, "output": "a",
            "time": { "created": 1, "completed": 2 } }))
        .unwrap();
        let PartBody::Tool(tool) = &shell.parts[0].body else {
            panic!("{shell:?}")
        };
        assert_eq!(
            (tool.state.clone(), tool.exit),
            (ToolState::Completed, Some(1))
        );
        let summary = of(
            json!({ "id": "msg_2", "type": "compaction", "status": "completed",
            "reason": "auto", "summary": "So far", "time": { "created": 1 } }),
        )
        .unwrap();
        assert_eq!(summary.parts[0].body, PartBody::Compaction { auto: true });
        assert_eq!(summary.parts[1].body.text().unwrap().text, "So far");
        assert!(matches!(summary.message.role, Role::Assistant(it) if it.summary));
    }
}
