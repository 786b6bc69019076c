//! A turn, in the order in which the real server says it.

use serde_json::{Value, json};

use super::handle::State;
use super::world::no_tokens;

/// Who answers where nobody was chosen.
const AGENT: &str = "build";

/// What a model is called where none was chosen.
pub(super) fn model() -> Value {
    json!({ "providerID": "fake", "id": "scripted" })
}

/// Puts something into a session's inbox, and answers it where it is answered: the item.
pub(super) fn admit(state: &mut State, session: &str, id: &str, item: &Value, run: bool) -> Value {
    state.in_session(
        "session.inbox.enqueued",
        session,
        json!({ "inboxID": id, "item": item }),
    );
    let receipt = waiting(state, session, id);
    if let Some(answer) = state.answer.clone().filter(|_| run) {
        let was_running = state.world.running.contains(session);
        deliver(state, session);
        if !was_running && item["type"] == "user" {
            let message = step(state, session);
            say(state, session, &message, 0, &answer);
            step_ended(state, session, &message, "stop");
            state.in_session("session.execution.succeeded", session, json!({}));
        }
    }
    receipt
}

/// What waits under this id, or stands in the session since it was delivered.
pub(super) fn waiting(state: &State, session: &str, id: &str) -> Value {
    let Some(known) = state.world.sessions.get(session) else {
        return Value::Null;
    };
    let mut items = known.inbox.iter().chain(&known.rows);
    let found = items.find(|it| it["id"] == id).cloned();
    found.unwrap_or_default()
}

pub(super) fn deliver(state: &mut State, session: &str) {
    if !state.world.running.contains(session) {
        state.in_session("session.execution.started", session, json!({}));
    }
    let known = state.world.sessions.get(session);
    for item in known.map(|it| it.inbox.clone()).unwrap_or_default() {
        let data = json!({ "inboxID": item["id"] });
        state.in_session("session.inbox.delivered", session, data);
    }
}

pub(super) fn step(state: &mut State, session: &str) -> String {
    let id = format!("msg_{:026}", state.journal.fresh());
    let info = state.world.sessions.get(session).map(|it| it.info.clone());
    let info = info.unwrap_or_default();
    let agent = info["agent"].as_str().unwrap_or(AGENT);
    let model = info.get("model").filter(|it| !it.is_null());
    let model = model.cloned().unwrap_or_else(self::model);
    let data = json!({ "assistantMessageID": id, "agent": agent, "model": model });
    state.in_session("session.step.started", session, data);
    id
}

pub(super) fn say(state: &mut State, session: &str, message: &str, ordinal: u64, text: &str) {
    let at = json!({ "assistantMessageID": message, "ordinal": ordinal });
    state.in_session("session.text.started", session, at.clone());
    for word in text.split_inclusive(' ') {
        let mut data = at.clone();
        data["delta"] = json!(word);
        state.in_session("session.text.delta", session, data);
    }
    let mut data = at;
    data["text"] = json!(text);
    state.in_session("session.text.ended", session, data);
}

pub(super) fn step_ended(state: &mut State, session: &str, message: &str, finish: &str) {
    let at = json!({ "assistantMessageID": message });
    state.in_session("session.step.streamed", session, at.clone());
    let mut data = at;
    data["finish"] = json!(finish);
    data["cost"] = json!(0.25);
    data["tokens"] = no_tokens();
    data["tokens"]["input"] = json!(100);
    state.in_session("session.step.ended", session, data.clone());
    let totals = json!({ "cost": data["cost"], "tokens": data["tokens"] });
    state.in_session("session.usage.updated", session, totals);
}
