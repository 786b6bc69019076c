//! The server that the agents of a run work on, in either of its two tongues: what an agent
//! does has one word here, and each tongue says it in its own events.

mod first;
mod second;

use std::collections::BTreeMap;

use fakes::{FakeOpenCode, FakeOpenCode2, Line, Recorded};

/// A fake server.
pub(crate) enum Peer {
    /// One of 1.x.
    First(FakeOpenCode),
    /// One of 2.x.
    Second(FakeOpenCode2),
}

/// Which tongue a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tongue {
    First,
    Second,
}

/// Where an agent is at work.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) session: String,
    pub(crate) message: String,
    pub(crate) created: u64,
}

/// A message as a device should show it: its parts, and the words of those that are texts.
pub(crate) struct Truth {
    pub(crate) message: String,
    pub(crate) parts: Vec<(String, Option<String>)>,
}

/// How a tool of an agent goes.
pub(crate) enum Goes<'a> {
    /// It is called something.
    Named,
    /// It runs.
    Called,
    /// It has printed this.
    Printed(&'a str),
    /// It ended, having printed this.
    Ended(&'a str),
}

impl Peer {
    pub(crate) fn new(tongue: Tongue) -> Self {
        match tongue {
            Tongue::First => {
                let server = FakeOpenCode::inside_only();
                server.turns(true);
                Peer::First(server)
            }
            Tongue::Second => {
                let server = FakeOpenCode2::inside_only();
                server.answers(Some("Fine."));
                Peer::Second(server)
            }
        }
    }

    pub(crate) fn line(&self) -> Line {
        match self {
            Peer::First(server) => Line::to(server),
            Peer::Second(server) => Line::to(server),
        }
    }

    /// Whether it keeps no log of the past; 2.x never does.
    pub(crate) fn old(&self, old: bool) {
        match self {
            Peer::First(server) => server.old(old),
            Peer::Second(_) => {}
        }
    }

    pub(crate) fn crash(&self) {
        match self {
            Peer::First(server) => server.crash(),
            Peer::Second(server) => server.crash(),
        }
    }

    pub(crate) fn rise(&self) {
        match self {
            Peer::First(server) => server.rise(),
            Peer::Second(server) => server.rise(),
        }
    }

    /// Whether turns that a crash cut off go on by themselves.
    pub(crate) fn resumes(&self) -> bool {
        match self {
            Peer::First(_) => false,
            Peer::Second(_) => true,
        }
    }

    pub(crate) fn session(&self, directory: &str, title: &str) -> String {
        match self {
            Peer::First(server) => server.session(directory, title),
            Peer::Second(server) => server.session(directory, title),
        }
    }

    /// When the next thing happens. 2.x says it itself.
    pub(crate) fn time(&self) -> u64 {
        match self {
            Peer::First(server) => server.time(),
            Peer::Second(_) => 0,
        }
    }

    pub(crate) fn requests(&self) -> Vec<Recorded> {
        match self {
            Peer::First(server) => server.requests(),
            Peer::Second(server) => server.requests(),
        }
    }

    /// The route by which words are handed over.
    pub(crate) fn prompts(&self) -> &'static str {
        match self {
            Peer::First(_) => "/session/*/prompt_async",
            Peer::Second(_) => "/api/session/*/prompt",
        }
    }

    /// How often each prompt was admitted.
    pub(crate) fn admissions(&self) -> BTreeMap<String, u32> {
        match self {
            Peer::First(server) => server.admissions(),
            Peer::Second(server) => server.admissions(),
        }
    }

    pub(crate) fn waits(&self, ask: &str) -> bool {
        match self {
            Peer::First(server) => server.waits(ask),
            Peer::Second(server) => server.waits(ask),
        }
    }

    /// What devices should show of a session.
    pub(crate) fn truth(&self, session: &str) -> Vec<Truth> {
        match self {
            Peer::First(server) => first::truth(server, session),
            Peer::Second(server) => second::truth(server, session),
        }
    }

    /// A message of a long past.
    pub(crate) fn past(&self, at: &Place, part: &str, words: &str) {
        match self {
            Peer::First(server) => first::past(server, at, part, words),
            Peer::Second(server) => second::past(server, at, words),
        }
    }

    /// A turn begins, in which `at` is said.
    pub(crate) fn begins(&self, at: &Place) {
        match self {
            Peer::First(server) => first::begins(server, at),
            Peer::Second(server) => second::begins(server, at),
        }
    }

    /// A turn that a crash cut off goes on: what was open has failed, and `at` is said next.
    pub(crate) fn goes_on(&self, broken: &Place, tool: Option<&str>, at: &Place) {
        match self {
            Peer::First(_) => {}
            Peer::Second(server) => second::goes_on(server, broken, tool, at),
        }
    }

    pub(crate) fn ends(&self, at: &Place) {
        match self {
            Peer::First(server) => first::ends(server, at),
            Peer::Second(server) => second::ends(server, at),
        }
    }

    pub(crate) fn fails(&self, at: &Place) {
        match self {
            Peer::First(server) => first::fails(server, at),
            Peer::Second(server) => second::fails(server, at),
        }
    }

    /// What the part is called that is the n-th text of a message.
    pub(crate) fn text_part(&self, at: &Place, chosen: String, n: u64) -> String {
        match self {
            Peer::First(_) => chosen,
            Peer::Second(_) => format!("{}-t{n}", at.message),
        }
    }

    /// A text begins, has grown by a word, or ends with these words.
    pub(crate) fn text(&self, at: &Place, part: &str, n: u64, said: Option<(&str, bool)>) {
        match self {
            Peer::First(server) => first::text(server, at, part, said),
            Peer::Second(server) => second::text(server, at, n, said),
        }
    }

    pub(crate) fn tool(&self, at: &Place, part: &str, goes: &Goes<'_>) {
        match self {
            Peer::First(server) => first::tool(server, at, part, goes),
            Peer::Second(server) => second::tool(server, at, part, goes),
        }
    }

    pub(crate) fn asks(&self, at: &Place, part: &str, ask: &str) {
        match self {
            Peer::First(server) => first::asks(server, at, part, ask),
            Peer::Second(server) => second::asks(server, at, part, ask),
        }
    }

    pub(crate) fn replied(&self, session: &str, ask: &str) {
        match self {
            Peer::First(server) => first::replied(server, session, ask),
            Peer::Second(server) => second::replied(server, session, ask),
        }
    }

    pub(crate) fn rename(&self, session: &str, title: &str) {
        match self {
            Peer::First(server) => first::rename(server, session, title),
            Peer::Second(server) => second::rename(server, session, title),
        }
    }

    /// The list of things to do is another; 2.x has none.
    pub(crate) fn plan(&self, session: &str, content: &str) {
        match self {
            Peer::First(server) => first::plan(server, session, content),
            Peer::Second(_) => {}
        }
    }

    /// The last answer goes, with what stands behind it.
    pub(crate) fn take_back(&self, session: &str) {
        match self {
            Peer::First(server) => first::take_back(server, session),
            Peer::Second(server) => second::take_back(server, session),
        }
    }

    /// A session comes, perhaps for a sub-agent.
    pub(crate) fn comes(&self, id: &str, directory: &str, title: &str, parent: Option<&str>) {
        match self {
            Peer::First(server) => first::comes(server, id, directory, title, parent),
            Peer::Second(server) => second::comes(server, id, directory, title, parent),
        }
    }

    pub(crate) fn goes(&self, id: &str) {
        match self {
            Peer::First(server) => first::goes(server, id),
            Peer::Second(server) => second::goes(server, id),
        }
    }

    /// What waits in an inbox is delivered, where nobody is at work: at the end of a run.
    pub(crate) fn settle(&self, session: &str) {
        match self {
            Peer::First(_) => {}
            Peer::Second(server) => second::settle(server, session),
        }
    }
}
