//! What the agents on the fake server do: turns with words, tools and asks, by chance, in
//! several sessions at once, some of them sub-agents of others; and what they really said.

use std::collections::BTreeMap;

use fakes::opencode::DIRECTORY;
use fakes::{Chance, FakeOpenCode};
use serde_json::{Value, json};

use crate::nexus::START;

/// The agents of all sessions.
pub(crate) struct Agents {
    chance: Chance,
    sessions: Vec<Agent>,
    made: u64,
    /// A session that will go again.
    brief: Option<String>,
    /// What was said in each text, whether it could be read afterwards or not.
    pub(crate) said: BTreeMap<String, String>,
}

/// The agent of one session.
struct Agent {
    session: String,
    directory: &'static str,
    turn: Option<Turn>,
}

/// A turn and what is open in it.
struct Turn {
    message: String,
    created: u64,
    steps_left: usize,
    open: Option<Open>,
}

enum Open {
    Text(String),
    Tool {
        part: String,
        output: String,
        asks: Option<String>,
    },
}

/// How many sessions there are at most, those of sub-agents counted.
const AGENTS_MAX: usize = 5;
/// How many messages lie behind a long session: more than a read gives at once, and than a
/// window shows.
const PAST: usize = 130;
/// Where the sessions work.
const DIRECTORIES: [&str; 2] = [DIRECTORY, "/home/me/another"];
const WORDS: [&str; 8] = [
    "word ",
    "ä🦀 ",
    "a longer run of words, ",
    "\n\n```rust\nfn f() {}\n```\n",
    "x",
    "— ",
    "數據 ",
    ". ",
];

impl Agents {
    pub(crate) fn new(server: &FakeOpenCode, sessions: usize, mut chance: Chance) -> Self {
        let sessions = (0..sessions)
            .map(|n| Agent {
                session: server.session(DIRECTORIES[n % 2], &format!("Session {n}")),
                directory: DIRECTORIES[n % 2],
                turn: None,
            })
            .collect();
        let mut agents = Self {
            chance: chance.fork(),
            sessions,
            made: 0,
            brief: None,
            said: BTreeMap::new(),
        };
        if agents.chance.happens(30) {
            agents.remember(server);
        }
        agents
    }

    /// The first session has a long past.
    fn remember(&mut self, server: &FakeOpenCode) {
        let session = self.sessions[0].session.clone();
        for n in 0..PAST {
            let created = server.time();
            let turn = Turn {
                message: self.id("msg_past"),
                created,
                steps_left: 0,
                open: None,
            };
            let mut said = message(&session, &turn, Some(created + 1));
            let part = self.id("prt_past");
            let mut words = text(&session, &turn.message, &part, &format!("Word {n}"), true);
            let info = said["properties"]["info"].take();
            server.message(info, vec![words["properties"]["part"].take()]);
        }
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let names = self.sessions.iter().map(|agent| agent.session.clone());
        names.collect()
    }

    /// One of them does something.
    pub(crate) fn act(&mut self, server: &FakeOpenCode) {
        let which = self.chance.below(self.sessions.len());
        self.step(which, server, false);
    }

    /// The server died: what was open stays open, and nobody goes on with it.
    pub(crate) fn die(&mut self) {
        for agent in &mut self.sessions {
            agent.turn = None;
        }
    }

    /// All finish what they do.
    pub(crate) fn finish(&mut self, server: &FakeOpenCode) {
        for which in 0..self.sessions.len() {
            while self.sessions[which].turn.is_some() {
                self.step(which, server, true);
            }
        }
    }

    fn id(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}_{:026}", self.made)
    }

    fn step(&mut self, which: usize, server: &FakeOpenCode, finish: bool) {
        let session = self.sessions[which].session.clone();
        let Some(mut turn) = self.sessions[which].turn.take() else {
            self.aside(&session, server);
            return;
        };
        match turn.open.take() {
            None if turn.steps_left == 0 && self.chance.happens(20) => {
                let error = json!({ "name": "APIError",
                    "data": { "message": "The provider is tired", "isRetryable": false } });
                server.push(event(
                    "session.error",
                    json!({ "sessionID": session, "error": error }),
                ));
                server.push(event("session.idle", json!({ "sessionID": session })));
                let mut failed = message(&session, &turn, Some(server.time()));
                failed["properties"]["info"]["error"] = error;
                server.push(failed);
                Self::touch(&session, server);
                server.push(status(&session, "idle"));
                return;
            }
            None if turn.steps_left == 0 => {
                server.push(message(&session, &turn, Some(server.time())));
                Self::touch(&session, server);
                server.push(status(&session, "idle"));
                server.push(event("session.idle", json!({ "sessionID": session })));
                return;
            }
            None => {
                turn.steps_left -= 1;
                turn.open = Some(self.begin(&session, &turn, server));
            }
            Some(Open::Text(part)) if !finish && self.chance.happens(75) => {
                for _ in 0..=self.chance.below(6) {
                    let word = WORDS[self.chance.below(WORDS.len())];
                    self.said.entry(part.clone()).or_default().push_str(word);
                    server.push(event(
                        "message.part.delta",
                        json!({ "sessionID": session, "messageID": turn.message,
                            "partID": part, "field": "text", "delta": word }),
                    ));
                }
                turn.open = Some(Open::Text(part));
            }
            Some(Open::Text(part)) => {
                let said = self.said.get(&part).cloned().unwrap_or_default();
                server.push(text(&session, &turn.message, &part, &said, true));
            }
            Some(Open::Tool {
                part,
                mut output,
                asks,
            }) if !finish && self.chance.happens(if asks.is_some() { 85 } else { 60 }) => {
                output.push_str(&"a line of output\n".repeat(1 + self.chance.below(40)));
                server.push(tool(&session, &turn.message, &part, "running", &output));
                turn.open = Some(Open::Tool { part, output, asks });
            }
            Some(Open::Tool { part, output, asks }) => {
                // Perhaps somebody has answered.
                if let Some(ask) = asks.filter(|ask| server.waits(ask)) {
                    server.push(event(
                        "permission.replied",
                        json!({ "sessionID": session, "requestID": ask, "reply": "once" }),
                    ));
                }
                server.push(tool(&session, &turn.message, &part, "completed", &output));
            }
        }
        self.sessions[which].turn = Some(turn);
    }

    /// What happens to a session at rest: a turn begins, or it is called something else.
    fn aside(&mut self, session: &str, server: &FakeOpenCode) {
        match self.chance.below(12) {
            0 => self.rename(session, server),
            1 => Self::take_back(session, server),
            8 => self.plan(session, server),
            9 => self.come_and_go(server),
            10 => self.delegate(session, server),
            2..=7 => {
                let turn = Turn {
                    message: self.id("msg_agent"),
                    created: server.time(),
                    steps_left: 1 + self.chance.below(3),
                    open: None,
                };
                Self::touch(session, server);
                server.push(status(session, "busy"));
                server.push(message(session, &turn, None));
                let at = self.sessions.iter_mut();
                let mut at = at.filter(|agent| agent.session == session);
                if let Some(agent) = at.next() {
                    agent.turn = Some(turn);
                }
            }
            _ => {}
        }
    }

    fn rename(&mut self, session: &str, server: &FakeOpenCode) {
        self.made += 1;
        let title = format!("Called {}", self.made);
        server.change(session, |info| info["title"] = json!(title));
    }

    /// The session was used: so it is after each prompt and at the end of each step.
    fn touch(session: &str, server: &FakeOpenCode) {
        server.use_session(session);
    }

    fn plan(&mut self, session: &str, server: &FakeOpenCode) {
        self.made += 1;
        let content = format!("Step {}", self.made);
        server.push(event(
            "todo.updated",
            json!({ "sessionID": session, "todos":
                [{ "content": content, "status": "pending", "priority": "high" }] }),
        ));
        // It is a tool that does it, and leaves its traces.
        Self::touch(session, server);
    }

    /// A session comes, or one that came goes.
    fn come_and_go(&mut self, server: &FakeOpenCode) {
        if let Some(brief) = self.brief.take() {
            server.push(event(
                "session.deleted",
                json!({ "sessionID": brief, "info": { "id": brief } }),
            ));
            return;
        }
        let id = self.id("ses_brief");
        let place = self.chance.below(DIRECTORIES.len());
        server.push(event(
            "session.created",
            json!({ "sessionID": id, "info": {
                "id": id, "directory": DIRECTORIES[place], "title": "Brief", "version": "1",
                "time": { "created": START.0, "updated": START.0 } } }),
        ));
        self.brief = Some(id);
    }

    /// A sub-agent begins to work for `parent`, in a session of its own.
    fn delegate(&mut self, parent: &str, server: &FakeOpenCode) {
        let above = self.sessions.iter().find(|agent| agent.session == parent);
        let Some(directory) = above.map(|agent| agent.directory) else {
            return;
        };
        if self.sessions.len() >= AGENTS_MAX {
            return;
        }
        let id = self.id("ses_child");
        server.push(json!({
            "type": "session.created", "directory": directory,
            "properties": { "sessionID": id, "info": {
                "id": id, "directory": directory, "parentID": parent, "title": "Sub-agent",
                "version": "1", "time": { "created": START.0, "updated": START.0 } } },
        }));
        self.sessions.push(Agent {
            session: id,
            directory,
            turn: None,
        });
    }

    /// The last message is removed.
    fn take_back(session: &str, server: &FakeOpenCode) {
        let last = server.messages(session).pop();
        if let Some(last) = last.filter(|last| last["info"]["role"] == "assistant") {
            server.push(event(
                "message.removed",
                json!({ "sessionID": session, "messageID": last["info"]["id"] }),
            ));
            Self::touch(session, server);
        }
    }

    fn begin(&mut self, session: &str, turn: &Turn, server: &FakeOpenCode) -> Open {
        let part = self.id("prt_agent");
        if self.chance.happens(60) {
            server.push(text(session, &turn.message, &part, "", false));
            return Open::Text(part);
        }
        server.push(tool(session, &turn.message, &part, "pending", ""));
        let asks = self.chance.happens(30).then(|| self.id("per"));
        if let Some(ask) = &asks {
            server.push(event(
                "permission.asked",
                json!({ "id": ask, "sessionID": session, "permission": "bash",
                    "patterns": ["ls"], "always": ["ls"], "metadata": { "command": "ls" },
                    "tool": { "messageID": turn.message, "callID": format!("call_{part}") } }),
            ));
        }
        server.push(tool(session, &turn.message, &part, "running", ""));
        Open::Tool {
            part,
            output: String::new(),
            asks,
        }
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "what is pushed is made for it"
)]
fn event(kind: &str, properties: Value) -> Value {
    json!({ "type": kind, "properties": properties })
}

fn status(session: &str, kind: &str) -> Value {
    event(
        "session.status",
        json!({ "sessionID": session, "status": { "type": kind } }),
    )
}

fn message(session: &str, turn: &Turn, completed: Option<u64>) -> Value {
    let mut info = json!({
        "id": turn.message, "sessionID": session, "role": "assistant", "parentID": "msg_0",
        "providerID": "p", "modelID": "m", "mode": "build", "agent": "build",
        "path": { "cwd": DIRECTORY, "root": DIRECTORY }, "cost": 0,
        "tokens": { "input": 0, "output": 0, "reasoning": 0, "cache": { "read": 0, "write": 0 } },
        "time": { "created": turn.created },
    });
    if let Some(completed) = completed {
        info["time"]["completed"] = json!(completed);
        info["finish"] = json!("stop");
    }
    event(
        "message.updated",
        json!({ "sessionID": session, "info": info }),
    )
}

fn text(session: &str, message: &str, part: &str, text: &str, over: bool) -> Value {
    let time = if over {
        json!({ "start": 1, "end": 2 })
    } else {
        json!({ "start": 1 })
    };
    event(
        "message.part.updated",
        json!({ "sessionID": session, "time": 1, "part": {
            "id": part, "sessionID": session, "messageID": message, "type": "text",
            "text": text, "time": time } }),
    )
}

fn tool(session: &str, message: &str, part: &str, state: &str, output: &str) -> Value {
    let input = json!({ "command": "ls", "description": "lists" });
    let state = match state {
        "pending" => json!({ "status": state, "input": {}, "raw": "" }),
        "running" => json!({ "status": state, "input": input, "time": { "start": 1 },
            "metadata": { "output": output } }),
        _ => json!({ "status": state, "input": input, "output": output, "title": "ls",
            "metadata": { "output": output, "exit": 0 }, "time": { "start": 1, "end": 2 } }),
    };
    event(
        "message.part.updated",
        json!({ "sessionID": session, "time": 1, "part": {
            "id": part, "sessionID": session, "messageID": message, "type": "tool",
            "tool": "bash", "callID": format!("call_{part}"), "state": state } }),
    )
}
