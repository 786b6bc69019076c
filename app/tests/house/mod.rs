//! A house with one of everything.

use domain::bulk::LongText;
use domain::catalog::Addressee;
use domain::failure::{Failure, FailureKind};
use domain::house::{Family, House, Saved, Server, ServerFault, ServerLink};
use domain::id::{Directory, MessageId, PartId, PermissionId, QuestionId, ServerId, SessionId};
use domain::message::{Assistant, Message, Role, Tokens, User};
use domain::part::{Part, PartBody, Text};
use domain::permission::Permission;
use domain::question::{Question, QuestionItem, QuestionOption};
use domain::session::{ModelRef, Session, SessionEntry, SessionStatus};
use domain::sync::{
    Epoch, Index, PageSnapshot, Position, Seq, ServerSnapshot, SessionWindow, Viewing,
};
use domain::time::Millis;
use domain::todo::{Todo, TodoStatus};
use domain::tool::{FileDiff, Lines, Tool, ToolInput, ToolState};
use domain::transcript::{Entry, Transcript};

const NOW: u64 = 1_800_000_000_000;
const MINUTE: u64 = 60_000;

fn ago(minutes: u64) -> Millis {
    Millis(NOW - minutes * MINUTE)
}

fn server(id: &str, name: &str, address: &str, link: ServerLink) -> Server {
    Server {
        id: ServerId::new(id),
        name: name.to_owned(),
        address: address.to_owned(),
        family: Some(Family::Hybrid),
        version: Some("1.18.33".to_owned()),
        link,
        open_to_all: false,
        started_here: false,
        saved: Saved::default(),
    }
}

fn house() -> House {
    let error = |reason| ServerLink::Error {
        reason,
        since: ago(3),
        retry_at: Some(Millis(NOW + 8_000)),
    };
    let up = ServerLink::Connected { since: ago(192) };
    let servers = [
        server("srv", "workstation", "http://127.0.0.1:4096", up),
        server(
            "srv2",
            "attic",
            "http://10.0.0.7:4096",
            error(ServerFault::Refused),
        ),
        server(
            "srv3",
            "cellar",
            "http://10.0.0.9:4096",
            error(ServerFault::Unauthorized),
        ),
    ];
    House {
        servers: servers
            .into_iter()
            .map(|server| (server.id.clone(), server))
            .collect(),
    }
}

fn model() -> ModelRef {
    ModelRef {
        provider: "anthropic".to_owned(),
        model: "claude-sonnet-4-5".to_owned(),
        variant: Some("high".to_owned()),
    }
}

fn entry(id: &str, folder: &str, title: &str, minutes: u64) -> SessionEntry {
    SessionEntry::quiet(Session {
        id: SessionId::new(id),
        directory: Directory::new(folder),
        parent: None,
        forked_from: None,
        title: title.to_owned(),
        agent: Some("build".to_owned()),
        model: Some(model()),
        created: ago(minutes + 30),
        updated: ago(minutes),
        archived: None,
        revert: None,
        cost: 0.0,
        diff: None,
    })
}

fn index() -> Index {
    let mut running = entry("ses_1", "/home/me/nexus", "Counter starts at zero", 2);
    running.status = SessionStatus::Busy;
    running.busy_since = Some(Millis(NOW - 134_000));
    let mut unread = entry("ses_2", "/home/me/nexus", "Explain the relay to me", 18);
    unread.unread = true;
    let mut failed = entry("ses_3", "/home/me/website", "Contrast of the footer", 90);
    failed.failure = Some(Failure {
        kind: FailureKind::Auth,
        message: "The provider refused the key.".to_owned(),
        detail: None,
    });
    let sessions = vec![
        running,
        unread,
        failed,
        entry("ses_ask", "/home/me/nexus", "Tighten the retry policy", 1),
        entry(
            "ses_evil",
            "/home/me/website",
            "Read what the page says <b>",
            1_600,
        ),
        entry(
            "ses_4",
            "/home/me/website",
            "Move icons to one sprite and look at what that does to the first paint on a slow phone",
            4_400,
        ),
        entry("ses_5", "/home/me/nexus", "Release notes for 0.4", 1_500),
        entry(
            "ses_6",
            "/home/me/website",
            "Why is the first paint late?",
            11_000,
        ),
    ];
    Index {
        sessions,
        more: 41,
        permissions: vec![
            permission("per_1", "ses_1", "cargo test --workspace -- --nocapture"),
            permission("per_2", "ses_1", "git push"),
        ],
        questions: vec![question()],
    }
}

fn permission(id: &str, session: &str, command: &str) -> Permission {
    Permission {
        id: PermissionId::new(id),
        session: SessionId::new(session),
        directory: Directory::new("/home/me/nexus"),
        action: "bash".to_owned(),
        patterns: vec![command.to_owned()],
        always: vec!["cargo test *".to_owned()],
        saved: false,
        subject: None,
        diff: None,
        tool: None,
    }
}

fn question() -> Question {
    let option = |label: &str, description: &str| QuestionOption {
        label: label.to_owned(),
        description: description.to_owned(),
    };
    let item = |header: &str, text: &str, multiple, custom| QuestionItem {
        header: header.to_owned(),
        text: text.to_owned(),
        options: vec![
            option("North pier", "The old gauge, read twice a day."),
            option("South pier", "The new one, read every minute."),
        ],
        multiple,
        custom,
        ..QuestionItem::default()
    };
    Question {
        id: QuestionId::new("que_1"),
        session: SessionId::new("ses_ask"),
        directory: Directory::new("/home/me/nexus"),
        title: String::new(),
        items: vec![
            item("Station", "Which station shall I look at?", false, true),
            item("Output", "What shall I write?", true, false),
        ],
        tool: None,
    }
}

struct Script {
    session: SessionId,
    entries: Vec<Entry>,
    minute: u64,
}

impl Script {
    fn new(session: &str) -> Self {
        Self {
            session: SessionId::new(session),
            entries: Vec::new(),
            minute: 30,
        }
    }

    fn say(&mut self, role: Role, bodies: Vec<PartBody>) {
        let id = MessageId::new(format!("msg_{}", self.entries.len()));
        let parts = bodies.into_iter().enumerate().map(|(at, body)| Part {
            id: PartId::new(format!("prt_{}_{at}", self.entries.len())),
            message: id.clone(),
            session: self.session.clone(),
            body,
        });
        self.entries.push(Entry {
            parts: parts.collect(),
            message: Message {
                id,
                session: self.session.clone(),
                created: ago(self.minute),
                role,
            },
        });
        self.minute -= 1;
    }

    fn window(self, older: bool, todos: Vec<Todo>) -> SessionWindow {
        SessionWindow {
            session: self.session,
            transcript: Transcript {
                newer: false,
                entries: self.entries,
                older,
                todos,
            },
        }
    }
}

fn user() -> Role {
    Role::User(User::default())
}

fn step(completed: bool, failure: Option<Failure>) -> Role {
    Role::Assistant(Assistant {
        agent: Some("build".to_owned()),
        model: Some(ModelRef {
            provider: "anthropic".to_owned(),
            model: "claude-sonnet-4-5".to_owned(),
            variant: None,
        }),
        completed: completed.then(|| ago(25)),
        finish: completed.then(|| "stop".to_owned()),
        failure,
        cost: 0.042,
        tokens: Tokens {
            input: 11_200,
            output: 900,
            ..Tokens::default()
        },
        ..Assistant::default()
    })
}

fn said(text: &str) -> PartBody {
    PartBody::Text(Text::whole(text))
}

fn tool(name: &str, input: ToolInput, state: ToolState) -> Tool {
    let open = state.is_open();
    Tool {
        call: "call_1".to_owned(),
        name: name.to_owned(),
        input,
        state,
        started: Some(Millis(NOW - 12_000)),
        ended: (!open).then_some(Millis(NOW - 11_600)),
        output: None,
        diffs: Vec::new(),
        exit: None,
        found: None,
    }
}

const ANSWER: &str = "The loop is right, but the sum starts at one. It was meant as a guard against an empty range and has been counted ever since:\n\n```rust\nlet mut total = 1; // never zero, see #41\nfor i in 0..n {\n    total += i;\n}\n```\n\n- Start at `0` and return early for an empty range.\n- Add a test for `n = 0`, `1` and a large one.\n\n### What the tests say\n\n| Station | Before | After |\n|---|--:|--:|\n| North pier | 12 | 11 |\n| South pier | 4 | 3 |\n\n> [!WARNING]\n> The guard is also used in `src/main.rs`.\n\n1. First\n2. Second\n   - [x] done\n   - [ ] open\n\nSee [the harbour office](https://harbour.example/office) or src/main.rs.";

#[expect(clippy::too_many_lines, reason = "one of everything")]
fn talk() -> SessionWindow {
    let mut script = Script::new("ses_1");
    script.say(user(), vec![said("The counter in src/util.rs is off by one. Find out why, mend it, and make sure that it cannot come back.")]);
    let thought = PartBody::Reasoning(Text {
        text: "Let me think.".to_owned(),
        started: Some(Millis(NOW - 20_000)),
        ended: Some(Millis(NOW - 14_000)),
        ..Text::default()
    });
    let read = tool(
        "read",
        ToolInput::Read {
            path: "src/util.rs".to_owned(),
            lines: Some(Lines {
                first: 1,
                last: 80,
                total: 214,
            }),
        },
        ToolState::Completed,
    );
    let mut look = tool(
        "grep",
        ToolInput::Grep {
            pattern: "total".to_owned(),
            include: None,
        },
        ToolState::Completed,
    );
    look.found = Some(12);
    let mut edit = tool(
        "edit",
        ToolInput::Edit {
            path: "src/util.rs".to_owned(),
        },
        ToolState::Completed,
    );
    edit.diffs = vec![FileDiff {
        path: "src/util.rs".to_owned(),
        additions: 6,
        deletions: 1,
        patch: LongText::Whole("@@ -11,3 +11,3 @@\n fn count\n-let a = 1\n+let a = 0\n".to_owned()),
    }];
    script.say(
        step(true, None),
        vec![
            thought,
            PartBody::Tool(Box::new(read)),
            PartBody::Tool(Box::new(look)),
            said(ANSWER),
            PartBody::Tool(Box::new(edit)),
        ],
    );
    script.say(user(), vec![said("And now?")]);
    script.say(
        step(
            true,
            Some(Failure {
                kind: FailureKind::Aborted,
                message: "aborted".to_owned(),
                detail: None,
            }),
        ),
        vec![said("I begin and")],
    );
    script.say(user(), vec![said("Again, please.")]);
    script.say(
        step(
            true,
            Some(Failure {
                kind: FailureKind::Provider { status: Some(429) },
                message: "The harbour is closed today.".to_owned(),
                detail: Some("stack".to_owned()),
            }),
        ),
        vec![],
    );
    script.say(user(), vec![said("Run the tests.")]);
    let bash = |command: &str| ToolInput::Bash {
        command: LongText::Whole(command.to_owned()),
        description: None,
    };
    let mut failed = tool("bash", bash("cargo test util"), ToolState::Completed);
    failed.exit = Some(101);
    let broken = tool(
        "webfetch",
        ToolInput::WebFetch {
            url: "https://docs.example/retry-policy/with/a/very/long/address".to_owned(),
        },
        ToolState::Failed {
            error: "404".to_owned(),
        },
    );
    let running = tool(
        "bash",
        bash("cargo test --workspace -- --nocapture"),
        ToolState::Running,
    );
    let open = PartBody::Text(Text { text: "Two of three are through. While the last one runs, one thing to decide: the same guard stands in `src/main.rs`, where it hides".to_owned(), open: true, ..Text::default() });
    script.say(
        step(false, None),
        vec![
            PartBody::Tool(Box::new(failed)),
            PartBody::Tool(Box::new(broken)),
            PartBody::Compaction { auto: true },
            PartBody::Tool(Box::new(running)),
            open,
        ],
    );
    let todo = |content: &str, status| Todo {
        content: content.to_owned(),
        status,
    };
    script.window(
        true,
        vec![
            todo("Read the code", TodoStatus::Completed),
            todo("Mend the sum", TodoStatus::Completed),
            todo("Writing tests for the empty range", TodoStatus::InProgress),
            todo("Look at main.rs", TodoStatus::Pending),
        ],
    )
}

fn asking() -> SessionWindow {
    let mut script = Script::new("ses_ask");
    script.say(user(), vec![said("Look at the station.")]);
    let ask = tool(
        "question",
        ToolInput::Question {
            count: 2,
            answered: Vec::new(),
        },
        ToolState::Running,
    );
    script.say(step(false, None), vec![PartBody::Tool(Box::new(ask))]);
    script.window(false, Vec::new())
}

fn evil() -> SessionWindow {
    let mut script = Script::new("ses_evil");
    script.say(
        user(),
        vec![said("<script>alert(1)</script> What does it say?")],
    );
    script.say(step(true, None), vec![said("Before <img src=x onerror=x> <script>alert(1)</script> ![leak](https://evil.example/a.png?x=1) [click](javascript:alert(1)) [good](https://good.example) [![badge](https://badge.example/b.svg)](https://ci.example) after.")]);
    script.window(false, Vec::new())
}

/// The snapshot of a page that looks at `session`.
pub(crate) fn snapshot(session: Option<&str>) -> PageSnapshot {
    let at = Position {
        epoch: Epoch(1),
        seq: Seq(1),
    };
    let window = session.and_then(|session| match session {
        "ses_1" => Some(talk()),
        "ses_ask" => Some(asking()),
        "ses_evil" => Some(evil()),
        _ => None,
    });
    PageSnapshot {
        build: "test".to_owned(),
        as_of: Millis(NOW),
        owner: "keeper".to_owned(),
        house_at: at,
        house: house(),
        servers: vec![ServerSnapshot {
            server: ServerId::new("srv"),
            at,
            index: index(),
            window,
        }],
        viewing: session.map(|session| Viewing {
            server: ServerId::new("srv"),
            session: SessionId::new(session),
        }),
        addressee: session.map(|_| Addressee {
            agent: Some("build".to_owned()),
            model: Some(model()),
            model_name: Some("Claude Sonnet 4.5".to_owned()),
        }),
    }
}
