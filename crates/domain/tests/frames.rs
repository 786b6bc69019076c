//! One golden snapshot for each kind of frame, so that the protocol cannot change unseen.
//! `docs/PROTOCOL.md` speaks of each by its name here.

use domain::bulk::{BulkField, BulkId, LongText};
use domain::catalog::Addressee;
use domain::event::{Event, PartRef};
use domain::failure::{Failure, FailureKind};
use domain::house::{Family, House, HouseEvent, Saved, Server, ServerFault, ServerLink};
use domain::id::{
    Directory, MessageId, PartId, PermissionId, QuestionId, ServerId, SessionId, StreamId,
};
use domain::message::{Assistant, Changed, Message, Role, Tokens, User, Waits};
use domain::part::{File, Part, PartBody, Text};
use domain::permission::{Permission, ToolCallRef};
use domain::question::{Condition, Question, QuestionItem, QuestionOption};
use domain::session::{DiffStat, ModelRef, Session, SessionEntry, SessionStatus};
use domain::sync::{
    Cursor, Epoch, Farewell, Focus, FocusedSession, Frame, Hello, Index, PROTOCOL, PageSnapshot,
    Passage, PollRequest, Position, Seq, ServerSnapshot, SessionWindow, Source, StreamRequest,
    Viewing, WindowFault,
};
use domain::time::Millis;
use domain::todo::{Todo, TodoStatus};
use domain::tool::{FileDiff, Tool, ToolInput, ToolState};
use domain::transcript::{Entry, Transcript};

/// Writes `value` as the wire does, checks that it is read back as it was, and compares
/// the text with the golden one.
macro_rules! golden {
    ($name:literal, $value:expr) => {{
        let value = $value;
        let text = serde_json::to_string(&value).unwrap();
        let mut read = value.clone();
        read.clone_from(&serde_json::from_str(&text).unwrap());
        assert_eq!(read, value, "what is written is not what is read");
        insta::assert_json_snapshot!($name, value);
    }};
}

fn at(seq: u64) -> Position {
    let (epoch, seq) = (Epoch(0x00c0_ffee_0000_0001), Seq(seq));
    Position { epoch, seq }
}

fn server() -> ServerId {
    ServerId::new("srv1")
}

fn session_id() -> SessionId {
    SessionId::new("ses_1")
}

fn place() -> PartRef {
    PartRef {
        session: session_id(),
        message: MessageId::new("msg_2"),
        part: PartId::new("prt_2"),
    }
}

fn model() -> ModelRef {
    ModelRef {
        provider: "scripted".into(),
        model: "one".into(),
        variant: Some("high".into()),
    }
}

fn session() -> Session {
    Session {
        id: session_id(),
        directory: Directory::new("/home/me/project"),
        parent: None,
        forked_from: None,
        title: "Counter starts at zero".into(),
        agent: Some("build".into()),
        model: Some(model()),
        created: Millis(1_000),
        updated: Millis(2_000),
        archived: None,
        revert: None,
        cost: 0.25,
        diff: Some(DiffStat {
            additions: 6,
            deletions: 1,
            files: 1,
        }),
    }
}

fn permission() -> Permission {
    Permission {
        id: PermissionId::new("per_1"),
        session: session_id(),
        directory: Directory::new("/home/me/project"),
        action: "bash".into(),
        patterns: vec!["cargo test".into()],
        always: vec!["cargo test *".into()],
        saved: false,
        subject: Some("cargo test".into()),
        diff: None,
        tool: Some(ToolCallRef {
            message: MessageId::new("msg_2"),
            call: "call_1".into(),
        }),
    }
}

fn question() -> Question {
    let red = QuestionOption {
        label: "Red".into(),
        description: "Warm".into(),
    };
    let (item, answer, is) = (Some(0), vec![red.label.clone()], false);
    let of_itself = Condition { item, answer, is };
    Question {
        id: QuestionId::new("que_1"),
        session: session_id(),
        directory: Directory::new("/home/me/project"),
        title: String::new(),
        items: vec![QuestionItem {
            header: "Colour".into(),
            text: "Which colour?".into(),
            options: vec![red],
            custom: true,
            optional: true,
            when: vec![of_itself],
            ..QuestionItem::default()
        }],
        tool: None,
    }
}

fn part(id: &str, body: PartBody) -> Part {
    Part {
        id: PartId::new(id),
        message: MessageId::new("msg_2"),
        session: session_id(),
        body,
    }
}

fn tool() -> Tool {
    Tool {
        call: "call_1".into(),
        name: "bash".into(),
        input: ToolInput::Bash {
            command: LongText::Whole("cargo test".into()),
            description: Some("Run the tests".into()),
        },
        state: ToolState::Running,
        started: Some(Millis(1_500)),
        ended: None,
        output: Some(LongText::Whole("running 3 tests\n".into())),
        diffs: vec![],
        exit: None,
        found: None,
    }
}

#[expect(clippy::too_many_lines, reason = "one part of each kind")]
fn transcript() -> Transcript {
    let user = Message {
        id: MessageId::new("msg_1"),
        session: session_id(),
        created: Millis(1_000),
        role: Role::User(User {
            agent: Some("build".into()),
            model: Some(model()),
            changed: Some(Changed {
                files: vec!["src/counter.rs".into()],
                more: 0,
                lines: 3,
            }),
            waits: Some(Waits::Turn),
        }),
    };
    let said = Part {
        id: PartId::new("prt_1"),
        message: MessageId::new("msg_1"),
        session: session_id(),
        body: PartBody::Text(Text::whole("Mend the counter.")),
    };
    let answer = Message {
        id: MessageId::new("msg_2"),
        session: session_id(),
        created: Millis(1_100),
        role: Role::Assistant(Assistant {
            parent: Some(MessageId::new("msg_1")),
            agent: Some("build".into()),
            model: Some(model()),
            completed: Some(Millis(1_900)),
            finish: Some("stop".into()),
            failure: None,
            cost: 0.25,
            tokens: Tokens {
                input: 10,
                output: 20,
                reasoning: 5,
                cache_read: 1,
                cache_write: 2,
            },
            summary: false,
            ..Assistant::default()
        }),
    };
    let text = Text {
        text: "It starts at one:\n```rust\nlet n = 1;\n```\n".into(),
        started: Some(Millis(1_200)),
        ended: Some(Millis(1_800)),
        ..Text::default()
    };
    let diff = Tool {
        input: ToolInput::Edit {
            path: "src/util.rs".into(),
        },
        state: ToolState::Completed,
        ended: Some(Millis(1_700)),
        output: None,
        diffs: vec![FileDiff {
            path: "src/util.rs".into(),
            additions: 1,
            deletions: 1,
            patch: LongText::Whole("-1\n+0\n".into()),
        }],
        ..tool()
    };
    Transcript {
        entries: vec![
            Entry {
                message: user,
                parts: vec![said],
            },
            Entry {
                message: answer,
                parts: vec![
                    part("prt_2", PartBody::Text(text)),
                    part("prt_3", PartBody::Tool(Box::new(diff))),
                    part(
                        "prt_4",
                        PartBody::File(File {
                            mime: "image/png".into(),
                            name: Some("shot.png".into()),
                            path: None,
                            bytes: Some(2_048),
                        }),
                    ),
                    part(
                        "prt_5",
                        PartBody::Unknown {
                            kind: "hologram".into(),
                            raw: LongText::of("x".repeat(20_000), || BulkId {
                                session: session_id(),
                                message: MessageId::new("msg_2"),
                                part: PartId::new("prt_5"),
                                field: BulkField::Raw,
                            }),
                        },
                    ),
                ],
            },
        ],
        older: true,
        newer: false,
        todos: vec![Todo {
            content: "Write a test".into(),
            status: TodoStatus::InProgress,
        }],
    }
}

fn index() -> Index {
    Index {
        sessions: vec![SessionEntry {
            status: SessionStatus::Retry {
                attempt: 2,
                message: "rate limit".into(),
                detail: None,
                next: Millis(3_000),
            },
            busy_since: Some(Millis(1_000)),
            unread: true,
            failure: Some(Failure {
                kind: FailureKind::Provider { status: Some(429) },
                message: "rate limit".into(),
                detail: Some("{}".into()),
            }),
            ..SessionEntry::quiet(session())
        }],
        more: 3,
        permissions: vec![permission()],
        questions: vec![question()],
    }
}

fn house() -> House {
    let server = Server {
        id: server(),
        name: "workstation".into(),
        address: "http://127.0.0.1:4096".into(),
        family: Some(Family::Hybrid),
        version: Some("1.18.33".into()),
        link: ServerLink::Connected { since: Millis(500) },
        open_to_all: true,
        started_here: false,
        saved: Saved::default(),
    };
    House {
        servers: [(server.id.clone(), server)].into(),
    }
}

#[test]
fn a_stream_is_opened_with_cursor_and_focus() {
    golden!(
        "stream_request",
        StreamRequest {
            protocol: PROTOCOL,
            build: "b1".into(),
            cursor: Cursor([(Source::House, at(1)), (Source::Server(server()), at(7))].into()),
            focus: Focus {
                sessions: vec![FocusedSession {
                    server: server(),
                    session: session_id(),
                    held: true,
                }],
                index: 100,
                visible: true,
            },
        }
    );
}

#[test]
fn a_long_poll() {
    golden!(
        "poll_request",
        PollRequest {
            stream: Some(StreamId::new("st_1")),
            wait_ms: 25_000,
            open: StreamRequest {
                protocol: PROTOCOL,
                build: "b1".into(),
                cursor: Cursor([(Source::House, at(1))].into()),
                focus: Focus {
                    sessions: Vec::new(),
                    index: 100,
                    visible: true,
                },
            },
        }
    );
}

#[test]
fn hello_beat_and_farewells() {
    golden!(
        "hello",
        Frame::Hello(Hello {
            protocol: PROTOCOL,
            build: "b1".into(),
            stream: StreamId::new("st_1"),
            now: Millis(2_000),
            beat_ms: 15_000,
        })
    );
    golden!(
        "beat",
        Frame::Beat {
            now: Millis(2_000),
            beat_ms: 5_000,
        }
    );
    golden!(
        "farewell",
        [
            Farewell::Restarting { retry_ms: 500 },
            Farewell::SignedOut,
            Farewell::Update,
            Farewell::Crowded,
        ]
        .map(Frame::Farewell)
        .to_vec()
    );
}

#[test]
fn the_house() {
    golden!(
        "house_reset",
        Frame::HouseReset {
            at: at(1),
            house: house()
        }
    );
    let mut lost = house().servers.remove(&server()).unwrap();
    lost.link = ServerLink::Error {
        reason: ServerFault::Failed { status: 502 },
        since: Millis(900),
        retry_at: Some(Millis(1_400)),
    };
    golden!(
        "house_events",
        Frame::HouseEvents {
            from: Seq(1),
            at: at(3),
            events: vec![
                HouseEvent::ServerUpserted { server: lost },
                HouseEvent::ServerRemoved { server: server() },
            ],
        }
    );
}

#[test]
fn a_servers_index_and_windows() {
    golden!(
        "reset",
        Frame::Reset {
            server: server(),
            at: at(7),
            index: index()
        }
    );
    golden!(
        "index",
        Frame::Index {
            server: server(),
            at: at(7),
            index: Index::default()
        }
    );
    golden!(
        "window",
        Frame::Window {
            server: server(),
            at: at(7),
            window: SessionWindow {
                session: session_id(),
                transcript: transcript()
            },
            family: index().sessions,
        }
    );
    golden!(
        "window_around",
        Frame::Window {
            server: server(),
            at: at(7),
            window: SessionWindow {
                session: session_id(),
                transcript: Transcript {
                    older: true,
                    newer: true,
                    ..Transcript::default()
                }
            },
            family: vec![],
        }
    );
    golden!(
        "passage",
        Frame::Passage {
            server: server(),
            session: session_id(),
            joins: Passage::Before(MessageId::new("msg_1")),
            entries: vec![],
            more: false
        }
    );
    golden!(
        "window_lapsed",
        Frame::WindowLapsed {
            server: server(),
            session: session_id(),
        }
    );
    golden!(
        "window_failed",
        Frame::WindowFailed {
            server: server(),
            session: session_id(),
            why: WindowFault::Unreachable,
        }
    );
}

#[test]
fn every_event() {
    let (permission, question) = (permission(), question());
    let events = vec![
        Event::SessionUpserted { session: session() },
        Event::SessionRemoved {
            session: session_id(),
        },
        Event::StatusChanged {
            session: session_id(),
            status: SessionStatus::Busy,
            at: Millis(1_000),
        },
        Event::TurnFailed {
            session: session_id(),
            failure: Failure {
                kind: FailureKind::Other {
                    name: "UnknownError".into(),
                },
                message: "no such agent".into(),
                detail: None,
            },
        },
        Event::UnreadChanged {
            session: session_id(),
            unread: true,
        },
        Event::TurnSettled {
            session: session_id(),
        },
        Event::MessageUpserted {
            message: transcript().entries[0].message.clone(),
        },
        Event::MessageRemoved {
            session: session_id(),
            message: MessageId::new("msg_1"),
        },
        Event::PartUpserted {
            part: part("prt_2", PartBody::Tool(Box::new(tool()))),
        },
        Event::PartRemoved(place()),
        Event::TextAppended {
            at: place(),
            offset: 12,
            text: "word".into(),
        },
        Event::TextEnded {
            at: place(),
            len: 16,
            ended: Some(Millis(1_800)),
        },
        Event::TextBroken(place()),
        Event::OutputAppended {
            at: place(),
            offset: 16,
            text: "ok\n".into(),
        },
        Event::PermissionAsked { permission },
        Event::PermissionClosed {
            permission: PermissionId::new("per_1"),
        },
        Event::QuestionAsked { question },
        Event::QuestionClosed {
            question: QuestionId::new("que_1"),
        },
        Event::TodosReplaced {
            session: session_id(),
            todos: transcript().todos,
        },
    ];
    golden!(
        "events",
        Frame::Events {
            server: server(),
            from: Seq(7),
            at: at(26),
            events
        }
    );
}

#[test]
fn a_page_carries_what_it_is_drawn_from() {
    golden!(
        "page",
        PageSnapshot {
            build: "b1".into(),
            as_of: Millis(2_000),
            owner: "me".into(),
            house_at: at(1),
            house: house(),
            servers: vec![ServerSnapshot {
                server: server(),
                at: at(7),
                index: Index::default(),
                window: Some(SessionWindow {
                    session: session_id(),
                    transcript: Transcript::default(),
                }),
            }],
            viewing: Some(Viewing {
                server: server(),
                session: session_id()
            }),
            addressee: Some(Addressee {
                agent: Some("build".into()),
                model: Some(model()),
                model_name: Some("Model M".into()),
            }),
        }
    );
}
