//! What comes of the stream.

use domain::event::Event;
use domain::house::ServerFault;
use domain::id::SessionId;
use domain::part::PartBody;
use domain::question::Answers;
use domain::session::SessionStatus;
use domain::tool::{ToolInput, ToolState};
use fakes::FakeOpenCode2;
use fakes::opencode2::{DIRECTORY, QUEUE_FRAMES};
use opencode::Upstream;
use opencode::{Look, Verdict};
use serde_json::{Value, json};

use super::{Observer, as_read, connected};

fn seq(frame: &Value) -> u64 {
    frame["durable"]["seq"].as_u64().unwrap()
}

#[tokio::test]
async fn a_turn_streams_as_it_will_be_read() {
    let server = FakeOpenCode2::start().await;
    let mut observer = Observer::of(connected(&server)).await;
    let session = server.session(DIRECTORY, "one");
    let item = json!({ "type": "user", "delivery": "steer", "payload": { "text": "Hello" } });
    let waits = json!({ "inboxID": "msg_mine", "item": item });
    let frame = server.publish("session.inbox.enqueued", &session, waits);
    let id = SessionId::new(&*session);
    observer.listen_to(&session, seq(&frame)).await;
    // It is a message before the server calls it one.
    assert_eq!(
        observer.transcript(&id),
        as_read(&observer.server, &id).await
    );
    assert_eq!(observer.transcript(&id).len(), 2);

    server.deliver(&session);
    let step = server.step(&session);
    let at = json!({ "assistantMessageID": step, "ordinal": 0 });
    server.publish("session.reasoning.started", &session, at.clone());
    let mut thought = at.clone();
    thought["text"] = json!("They greet.");
    server.say(&session, &step, 0, "Hello yourself.");
    // The end of a thought may come behind the beginning of what is said.
    server.publish("session.reasoning.ended", &session, thought);
    server.step_ended(&session, &step, "stop");
    let frame = server.publish("session.execution.succeeded", &session, json!({}));
    observer.listen_to(&session, seq(&frame)).await;
    assert_eq!(
        observer.transcript(&id),
        as_read(&observer.server, &id).await
    );
    let mirror = &observer.driver.mirror;
    let entry = mirror.sessions.get(&id).unwrap();
    assert_eq!(entry.status, SessionStatus::Idle);
    assert!((entry.session.cost - 0.25).abs() < f64::EPSILON);
    assert_eq!(observer.driver.seqs.get(&id), Some(&(seq(&frame), false)));
}

#[tokio::test]
async fn a_tool_is_whole_at_each_of_its_steps() {
    let server = FakeOpenCode2::start().await;
    let mut observer = Observer::of(connected(&server)).await;
    let session = server.session(DIRECTORY, "one");
    let id = SessionId::new(&*session);
    let step = server.step(&session);
    let of = |more: Value| {
        let mut data = json!({ "assistantMessageID": step, "id": "call_1" });
        for (key, value) in more.as_object().unwrap() {
            data[key] = value.clone();
        }
        data
    };
    let mut seen = Vec::new();
    for (kind, more) in [
        ("tool.input.started", json!({ "name": "shell" })),
        (
            "tool.input.ended",
            json!({ "text": "{\"command\":\"ls\"}" }),
        ),
        ("tool.called", json!({ "input": { "command": "ls" } })),
        (
            "tool.progress",
            json!({ "metadata": { "a": 1 }, "replaces": false }),
        ),
        (
            "tool.success",
            json!({ "content": [{ "type": "text", "text": "a.rs" }], "metadata": { "exit": 0 } }),
        ),
    ] {
        server.publish(&format!("session.{kind}"), &session, of(more));
        let viewed = server.publish("session.viewed", &session, json!({ "idle": 1 }));
        observer.listen_to(&session, seq(&viewed)).await;
        let transcript = observer.driver.mirror.transcripts.get(&id).unwrap();
        let PartBody::Tool(tool) = &transcript.entries[0].parts[0].body else {
            panic!("{transcript:?}")
        };
        seen.push((
            tool.state.clone(),
            tool.input != ToolInput::Empty,
            tool.exit,
        ));
    }
    assert_eq!(
        seen,
        [
            (ToolState::Pending, false, None),
            (ToolState::Pending, false, None),
            (ToolState::Running, true, None),
            (ToolState::Running, true, None),
            (ToolState::Completed, true, Some(0)),
        ]
    );
}

#[tokio::test]
async fn a_provider_that_failed_is_waited_for_until_its_step_goes_on() {
    let server = FakeOpenCode2::start().await;
    let session = server.session(DIRECTORY, "one");
    let mut observer = Observer::of(connected(&server)).await;
    let step = server.step(&session);
    let retry = json!({ "assistantMessageID": step, "attempt": 2, "at": 99,
        "error": { "type": "provider.overloaded", "message": "Busy" } });
    server.publish("session.retry.scheduled", &session, retry);
    let again = json!({ "assistantMessageID": step, "agent": "build" });
    server.publish("session.step.started", &session, again);
    let failed = json!({ "error": { "type": "provider.auth", "message": "No key" } });
    server.publish("session.execution.failed", &session, failed);
    let mut statuses = Vec::new();
    let mut failures = Vec::new();
    while statuses.len() < 3 {
        for heard in observer.stream.next().await.unwrap() {
            if let Upstream::Event(Event::StatusChanged { status, .. }) = heard {
                statuses.push(status);
            } else if let Upstream::Event(Event::TurnFailed { failure, .. }) = heard {
                failures.push(failure.message);
            }
        }
    }
    assert!(matches!(
        &statuses[0],
        SessionStatus::Retry { attempt: 2, .. }
    ));
    assert_eq!(statuses[1..], [SessionStatus::Busy, SessionStatus::Idle]);
    assert_eq!(failures, ["No key"]);
}

#[tokio::test]
async fn a_step_that_begins_anew_has_none_of_the_words_of_its_attempt_before() {
    let server = FakeOpenCode2::start().await;
    let mut observer = Observer::of(connected(&server)).await;
    let session = server.session(DIRECTORY, "one");
    let step = server.step(&session);
    let of = |more: Value| {
        let mut data = json!({ "assistantMessageID": step, "ordinal": 0 });
        for (key, value) in more.as_object().unwrap() {
            data[key] = value.clone();
        }
        data
    };
    let begin = |words: &str| {
        server.publish("session.text.started", &session, of(json!({})));
        server.publish(
            "session.text.delta",
            &session,
            of(json!({ "delta": words })),
        );
    };
    begin("Half of");
    server.publish(
        "session.step.started",
        &session,
        of(json!({ "agent": "build" })),
    );
    begin("All of");
    let viewed = server.publish("session.viewed", &session, json!({ "idle": 1 }));
    observer.listen_to(&session, seq(&viewed)).await;
    let transcript = &observer.driver.mirror.transcripts[&SessionId::new(&*session)];
    let texts = transcript.entries[0]
        .parts
        .iter()
        .filter_map(|part| part.body.text());
    let texts: Vec<&str> = texts.map(|text| text.text.as_str()).collect();
    assert_eq!(texts, ["All of"]);
}

#[tokio::test]
async fn what_is_new_or_told_in_part_is_neither_lost_nor_fatal() {
    let server = FakeOpenCode2::start().await;
    let session = server.session(DIRECTORY, "one");
    let mut observer = Observer::of(connected(&server)).await;
    server.publish("session.hologram", &session, json!({}));
    server.publish("session.text.delta", &session, json!({ "odd": true }));
    server.publish("session.renamed", &session, json!({ "title": "two" }));
    server.publish_at("provider.updated", Some(DIRECTORY), json!({}));
    let lost = json!({ "id": "frm_1", "sessionID": session, "title": "Sign in",
        "fields": [{ "key": "u", "type": "external", "url": "mailto:me@example.org" }] });
    server.publish("form.created", &session, json!({ "form": lost }));
    server.publish_at("location.shutdown", Some(DIRECTORY), json!({}));
    let mut heard = Vec::new();
    while !heard
        .iter()
        .any(|it| matches!(it, Upstream::Disposed { .. }))
    {
        heard.extend(observer.stream.next().await.unwrap());
    }
    let unknown: Vec<&str> = heard
        .iter()
        .filter_map(|it| {
            let Upstream::Unknown { kind } = it else {
                return None;
            };
            Some(kind.as_str())
        })
        .collect();
    let expected = [
        "session.hologram",
        "session.text.delta",
        "form.created external",
    ];
    assert_eq!(unknown, expected);
    let look = Upstream::Look(Look::Session(SessionId::new(session)));
    assert!(heard.contains(&look));
}

#[tokio::test]
async fn a_summary_streams_and_is_whole_when_it_is_there() {
    let server = FakeOpenCode2::start().await;
    let session = server.session(DIRECTORY, "one");
    let mut observer = Observer::of(connected(&server)).await;
    let id = SessionId::new(&*session);
    observer.read(&id).await;
    let tell = |kind: &str, data: Value| {
        server.publish(&format!("session.compaction.{kind}"), &session, data)
    };
    tell("started", json!({ "reason": "manual" }));
    for (name, words) in [("delta", "So far, "), ("text", "so good.")] {
        tell("delta", json!({ name: words }));
    }
    let renamed = json!({ "title": "two" });
    let frame = server.publish("session.renamed", &session, renamed);
    observer.listen_to(&session, seq(&frame)).await;
    let shown = observer.transcript(&id).join("\n");
    assert!(shown.contains("\"So far, so good.\" open=true"), "{shown}");
    let frame = tell("ended", json!({ "text": "So far, so very good." }));
    observer.listen_to(&session, seq(&frame)).await;
    let shown = observer.transcript(&id).join("\n");
    assert!(
        shown.contains("\"So far, so very good.\" open=false"),
        "{shown}"
    );
    assert_eq!(
        observer.transcript(&id),
        as_read(&observer.server, &id).await
    );
}

#[tokio::test]
async fn how_others_answered_is_told_where_it_is_certain() {
    let server = FakeOpenCode2::start().await;
    let session = server.session(DIRECTORY, "one");
    let mut observer = Observer::of(connected(&server)).await;
    for (id, reply) in [("per_1", "once"), ("per_2", "reject"), ("per_3", "perhaps")] {
        let replied = json!({ "requestID": id, "reply": reply });
        server.publish("permission.replied", &session, replied);
    }
    for (id, kind) in [
        ("frm_1", "string"),
        ("frm_2", "integer"),
        ("frm_3", "string"),
    ] {
        let form = json!({ "id": id, "sessionID": session, "title": "Questions",
            "fields": [{ "key": "q0", "type": kind }] });
        server.publish("form.created", &session, json!({ "form": form }));
    }
    for (id, value) in [
        ("frm_1", json!("Red")),
        ("frm_2", json!(3)),
        ("frm_none", json!("")),
    ] {
        let replied = json!({ "id": id, "answer": { "q0": value } });
        server.publish("form.replied", &session, replied);
    }
    server.publish("form.cancelled", &session, json!({ "id": "frm_3" }));
    let mut verdicts = Vec::new();
    while verdicts.len() < 7 {
        for heard in observer.stream.next().await.unwrap() {
            if let Upstream::Closed { verdict, .. } = heard {
                verdicts.push(verdict);
            }
        }
    }
    let red = Answers(vec![vec!["Red".to_owned()]]);
    assert_eq!(
        verdicts,
        [
            Some(Verdict::Allowed),
            Some(Verdict::Denied),
            None,
            Some(Verdict::Answered(red)),
            None,
            None,
            Some(Verdict::Skipped),
        ]
    );
}

#[tokio::test]
async fn a_stream_ends_breaks_or_is_garbled_and_says_so() {
    let server = FakeOpenCode2::start().await;
    let end = |sabotage: fn(&FakeOpenCode2)| {
        let server = &server;
        async move {
            let mut observer = Observer::of(connected(server)).await;
            sabotage(server);
            loop {
                if let Err(fault) = observer.stream.next().await {
                    return fault;
                }
            }
        }
    };
    assert_eq!(end(FakeOpenCode2::end_streams).await, ServerFault::Ended);
    assert_eq!(end(FakeOpenCode2::break_streams).await, ServerFault::Ended);
    let torn = |server: &FakeOpenCode2| server.raw("data: {\"type\":\n\n");
    assert_eq!(end(torn).await, ServerFault::Garbled);
    let failure = |server: &FakeOpenCode2| {
        server.raw("event: effect/httpapi/stream/failure\ndata: {\"_tag\":\"Die\"}\n\n");
    };
    assert_eq!(end(failure).await, ServerFault::Ended);
}

#[tokio::test]
async fn an_overflow_is_an_end_like_any_other() {
    let server = FakeOpenCode2::start().await;
    let session = server.session(DIRECTORY, "one");
    let mut observer = Observer::of(connected(&server)).await;
    for _ in 0..=QUEUE_FRAMES {
        server.publish("session.viewed", &session, json!({ "idle": 1 }));
    }
    let mut numbers = 0;
    let fault = loop {
        match observer.stream.next().await {
            Ok(heard) => {
                let is_number = |it: &&Upstream| matches!(it, Upstream::Seq { .. });
                numbers += heard.iter().filter(is_number).count();
            }
            Err(fault) => break fault,
        }
    };
    assert_eq!(fault, ServerFault::Ended);
    assert!(numbers <= QUEUE_FRAMES, "{numbers}");
}
