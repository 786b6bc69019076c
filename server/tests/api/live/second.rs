//! The same jobs over OpenCode 2, against a fake made from notes alone: what is done there is
//! seen here, what is done here arrives there once, whatever breaks in between.

mod asks;
mod breaks;
mod inbox;
mod jobs;
mod marks;
mod printing;
mod stopping;

use app::fault::Fault;
use domain::connection::{Draft, NewPassword, Secret};
use domain::house::ServerLink;
use domain::id::{MessageId, PartId, SessionId};
use domain::part::Text;
use domain::session::SessionEntry;
use domain::sync::Replica;
use domain::tool::ToolState;
use fakes::FakeOpenCode2;
use fakes::opencode2::{DIRECTORY, PASSWORD};
use serde_json::json;

use super::Nexus;
use super::connections::{caller, draft};
use super::device::{Device, transcript};

type Second = Nexus<FakeOpenCode2>;

/// A Nexus over a server of 2.x, which knows the server's password.
async fn over(opencode: FakeOpenCode2) -> Second {
    let url = opencode.url();
    let nexus = Nexus::at(opencode, url).await;
    give_password(&nexus).await;
    nexus
}

async fn give_password<S>(nexus: &Nexus<S>) {
    let draft = Draft {
        password: NewPassword::Is(Secret(PASSWORD.to_owned())),
        ..draft(nexus.server.as_str(), nexus.url())
    };
    let servers = &nexus.host.servers;
    servers.edit(caller(), draft).await.unwrap();
}

/// A Nexus over a server with one session.
async fn with_a_session() -> (Second, String) {
    let opencode = FakeOpenCode2::start().await;
    let session = opencode.session(DIRECTORY, "About words");
    (over(opencode).await, session)
}

fn entry<'a>(replica: &'a Replica, session: &str) -> Option<&'a SessionEntry> {
    let id = SessionId::new(session);
    replica.mirrors.values().find_map(|it| it.sessions.get(&id))
}

fn runs(replica: &Replica, session: &str) -> bool {
    entry(replica, session).is_some_and(|entry| entry.status.is_running())
}

fn is_connected(replica: &Replica) -> bool {
    let mut servers = replica.house.servers.values();
    servers.any(|it| matches!(it.link, ServerLink::Connected { .. }))
}

/// The n-th text of a step.
fn said(replica: &Replica, session: &str, step: &str, ordinal: u64) -> Option<Text> {
    super::device::words(replica, session, step, &format!("{step}-t{ordinal}"))
}

/// How far a tool of a step is.
fn tool(replica: &Replica, session: &str, step: &str, call: &str) -> Option<ToolState> {
    let part = PartId::new(format!("{step}-c{call}"));
    let part = transcript(replica, session)?.part(&MessageId::new(step), &part)?;
    let domain::part::PartBody::Tool(tool) = &part.body else {
        return None;
    };
    Some(tool.state.clone())
}

fn has(replica: &Replica, session: &str, message: &MessageId) -> bool {
    transcript(replica, session).is_some_and(|it| it.entry(message).is_some())
}

fn count(nexus: &Second, method: &str, path: &str) -> usize {
    let requests = nexus.opencode.requests();
    requests.iter().filter(|it| it.is(method, path)).count()
}

/// The agent is at work in a step that says something.
fn begin_step(nexus: &Second, session: &str) -> String {
    nexus
        .opencode
        .publish("session.execution.started", session, json!({}));
    nexus.opencode.step(session)
}

fn begin_text(nexus: &Second, session: &str, step: &str) {
    let at = json!({ "assistantMessageID": step, "ordinal": 0 });
    nexus.opencode.publish("session.text.started", session, at);
}

fn grow(nexus: &Second, session: &str, step: &str, words: &str) {
    let at = json!({ "assistantMessageID": step, "ordinal": 0, "delta": words });
    nexus.opencode.publish("session.text.delta", session, at);
}

fn end_turn(nexus: &Second, session: &str) {
    nexus
        .opencode
        .publish("session.execution.succeeded", session, json!({}));
}

fn is_refused(answer: &Result<(), Fault>, word: &str) -> bool {
    matches!(answer, Err(Fault::Refused { why }) if why.contains(word))
}
