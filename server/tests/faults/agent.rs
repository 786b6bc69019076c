//! What the agents on the fake server do: turns with words, tools and asks, by chance, in
//! several sessions at once, some of them sub-agents of others; and what they really said.
//! How that is told is the server's (`peer`).

use std::collections::BTreeMap;

use fakes::Chance;
use fakes::opencode::DIRECTORY;

use crate::peer::{Goes, Peer, Place};

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
    at: Place,
    steps_left: usize,
    /// How many texts it has.
    texts: u64,
    /// Whether a crash cut it off, and it goes on by itself.
    broken: bool,
    open: Option<Open>,
}

enum Open {
    Text(String, u64),
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
    pub(crate) fn new(server: &Peer, sessions: usize, mut chance: Chance) -> Self {
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
    fn remember(&mut self, server: &Peer) {
        let session = self.sessions[0].session.clone();
        for n in 0..PAST {
            let at = Place {
                session: session.clone(),
                created: server.time(),
                message: self.id("msg_past"),
            };
            let part = self.id("prt_past");
            server.past(&at, &part, &format!("Word {n}"));
        }
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let names = self.sessions.iter().map(|agent| agent.session.clone());
        names.collect()
    }

    /// One of them does something.
    pub(crate) fn act(&mut self, server: &Peer) {
        let which = self.chance.below(self.sessions.len());
        self.step(which, server, false);
    }

    /// The server died: what was open stays open. Where turns do not go on by themselves
    /// nobody does.
    pub(crate) fn die(&mut self, server: &Peer) {
        for agent in &mut self.sessions {
            if server.resumes() {
                agent.turn.iter_mut().for_each(|turn| turn.broken = true);
            } else {
                agent.turn = None;
            }
        }
    }

    /// All finish what they do.
    pub(crate) fn finish(&mut self, server: &Peer) {
        for which in 0..self.sessions.len() {
            while self.sessions[which].turn.is_some() {
                self.step(which, server, true);
            }
            server.settle(&self.sessions[which].session);
        }
    }

    fn id(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}_{:026}", self.made)
    }

    fn step(&mut self, which: usize, server: &Peer, finish: bool) {
        let session = self.sessions[which].session.clone();
        let Some(mut turn) = self.sessions[which].turn.take() else {
            self.aside(&session, server);
            return;
        };
        if std::mem::take(&mut turn.broken) {
            let tool = match turn.open.take() {
                Some(Open::Tool { part, .. }) => Some(part),
                Some(Open::Text(..)) | None => None,
            };
            let at = Place {
                message: self.id("msg_agent"),
                ..turn.at.clone()
            };
            server.goes_on(&turn.at, tool.as_deref(), &at);
            (turn.at, turn.texts) = (at, 0);
        }
        match turn.open.take() {
            None if turn.steps_left == 0 && self.chance.happens(20) => {
                server.fails(&turn.at);
                return;
            }
            None if turn.steps_left == 0 => {
                server.ends(&turn.at);
                return;
            }
            None => {
                turn.steps_left -= 1;
                turn.open = Some(self.begin(&mut turn, server));
            }
            Some(Open::Text(part, n)) if !finish && self.chance.happens(75) => {
                for _ in 0..=self.chance.below(6) {
                    let word = WORDS[self.chance.below(WORDS.len())];
                    self.said.entry(part.clone()).or_default().push_str(word);
                    server.text(&turn.at, &part, n, Some((word, false)));
                }
                turn.open = Some(Open::Text(part, n));
            }
            Some(Open::Text(part, n)) => {
                let said = self.said.get(&part).cloned().unwrap_or_default();
                server.text(&turn.at, &part, n, Some((&said, true)));
            }
            Some(Open::Tool {
                part,
                mut output,
                asks,
            }) if !finish && self.chance.happens(if asks.is_some() { 85 } else { 60 }) => {
                output.push_str(&"a line of output\n".repeat(1 + self.chance.below(40)));
                server.tool(&turn.at, &part, &Goes::Printed(&output));
                turn.open = Some(Open::Tool { part, output, asks });
            }
            Some(Open::Tool { part, output, asks }) => {
                // Perhaps somebody has answered.
                if let Some(ask) = asks.filter(|ask| server.waits(ask)) {
                    server.replied(&session, &ask);
                }
                server.tool(&turn.at, &part, &Goes::Ended(&output));
            }
        }
        self.sessions[which].turn = Some(turn);
    }

    /// What happens to a session at rest: a turn begins, or it is called something else.
    fn aside(&mut self, session: &str, server: &Peer) {
        match self.chance.below(12) {
            0 => {
                self.made += 1;
                server.rename(session, &format!("Called {}", self.made));
            }
            1 => server.take_back(session),
            8 => {
                self.made += 1;
                server.plan(session, &format!("Step {}", self.made));
            }
            9 => self.come_and_go(server),
            10 => self.delegate(session, server),
            2..=7 => {
                let turn = Turn {
                    at: Place {
                        session: session.to_owned(),
                        message: self.id("msg_agent"),
                        created: server.time(),
                    },
                    steps_left: 1 + self.chance.below(3),
                    texts: 0,
                    broken: false,
                    open: None,
                };
                server.begins(&turn.at);
                let at = self.sessions.iter_mut();
                let mut at = at.filter(|agent| agent.session == session);
                if let Some(agent) = at.next() {
                    agent.turn = Some(turn);
                }
            }
            _ => {}
        }
    }

    /// A session comes, or one that came goes.
    fn come_and_go(&mut self, server: &Peer) {
        if let Some(brief) = self.brief.take() {
            server.goes(&brief);
            return;
        }
        let id = self.id("ses_brief");
        let place = self.chance.below(DIRECTORIES.len());
        server.comes(&id, DIRECTORIES[place], "Brief", None);
        self.brief = Some(id);
    }

    /// A sub-agent begins to work for `parent`, in a session of its own.
    fn delegate(&mut self, parent: &str, server: &Peer) {
        let above = self.sessions.iter().find(|agent| agent.session == parent);
        let Some(directory) = above.map(|agent| agent.directory) else {
            return;
        };
        if self.sessions.len() >= AGENTS_MAX {
            return;
        }
        let id = self.id("ses_child");
        server.comes(&id, directory, "Sub-agent", Some(parent));
        self.sessions.push(Agent {
            session: id,
            directory,
            turn: None,
        });
    }

    fn begin(&mut self, turn: &mut Turn, server: &Peer) -> Open {
        let part = self.id("prt_agent");
        if self.chance.happens(60) {
            let n = turn.texts;
            turn.texts += 1;
            let part = server.text_part(&turn.at, part, n);
            server.text(&turn.at, &part, n, None);
            return Open::Text(part, n);
        }
        server.tool(&turn.at, &part, &Goes::Named);
        let asks = self.chance.happens(30).then(|| self.id("per"));
        if let Some(ask) = &asks {
            server.asks(&turn.at, &part, ask);
        }
        server.tool(&turn.at, &part, &Goes::Called);
        Open::Tool {
            part,
            output: String::new(),
            asks,
        }
    }
}
