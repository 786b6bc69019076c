//! What agents ask: permissions and forms.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::super::handle::{Inner, State};
use super::places::{located, place};
use super::{data, done, missing, refusal, refused};
use crate::opencode::{Recorded, lock};

pub(super) fn answer(
    inner: &Arc<Inner>,
    asked: &Recorded,
    method: &str,
    path: &[&str],
) -> Option<Response> {
    let mut state = lock(&inner.state);
    let early = state.faults.early;
    // Where no session says it, the header must say which directory it is asked in.
    if let ["session", "global", "form", ..] = path
        && asked.directory.is_none()
    {
        return Some(missing("Form"));
    }
    match (method, path) {
        ("GET", ["permission", "request"]) => {
            let here = place(asked);
            let of = |it: &&Value| it["_directory"] == here;
            Some(located(
                &here,
                bare(state.world.permissions.iter().filter(of)),
            ))
        }
        ("GET", ["form"]) => {
            let here = place(asked);
            let of = |it: &&Value| it["_directory"] == here;
            Some(located(&here, bare(state.world.forms.iter().filter(of))))
        }
        ("GET", ["session", session, "permission"]) => {
            let of = |it: &&Value| it["sessionID"] == *session;
            Some(data(bare(state.world.permissions.iter().filter(of))))
        }
        ("GET", ["session", session, "form"]) => {
            let of = |it: &&Value| it["sessionID"] == *session;
            Some(data(bare(state.world.forms.iter().filter(of))))
        }
        ("GET", ["session", _, "form", form]) => {
            let mut forms = state.world.forms.iter().filter(|it| it["id"] == *form);
            let form = bare(forms.by_ref());
            Some(
                form.get(0)
                    .map_or_else(|| missing("Form"), |it| data(it.clone())),
            )
        }
        ("POST", ["session", session, "permission", id, "reply"]) => {
            let word = if early { "reply" } else { "decision" };
            if let Some(refused) = refused(&asked.body, &[word, "message"]) {
                return Some(refused);
            }
            if state.world.permissions.iter().all(|it| it["id"] != *id) {
                return Some(missing("Permission"));
            }
            let reply = json!({ "requestID": id, "reply": asked.body[word] });
            state.in_session("permission.replied", session, reply);
            Some(done())
        }
        ("POST", ["session", session, "form", id, "reply"]) => {
            if let Some(refused) = refused(&asked.body, &["answer"]) {
                return Some(refused);
            }
            let answer = &asked.body["answer"];
            Some(settle(&mut state, session, id, |form| {
                let lacks = |field: &Value| {
                    field["required"] == true
                        && is_asked(field, answer)
                        && answer
                            .get(field["key"].as_str().unwrap_or_default())
                            .is_none()
                };
                let mut fields = form["fields"].as_array().into_iter().flatten();
                if fields.any(lacks) {
                    return Err("a required answer is missing");
                }
                Ok(("form.replied", json!({ "id": id, "answer": answer })))
            }))
        }
        ("DELETE", ["session", session, "form", id]) if !early => {
            Some(settle(&mut state, session, id, |_| {
                Ok(("form.cancelled", json!({ "id": id })))
            }))
        }
        ("POST", ["session", session, "form", id, "cancel"]) if early => {
            Some(settle(&mut state, session, id, |_| {
                Ok(("form.cancelled", json!({ "id": id })))
            }))
        }
        _ => None,
    }
}

/// Whether a field is asked, as the others are answered.
fn is_asked(field: &Value, answer: &Value) -> bool {
    let mut conditions = field["when"].as_array().into_iter().flatten();
    conditions.all(|when| {
        let given = &answer[when["key"].as_str().unwrap_or_default()];
        match when["op"].as_str() {
            Some("neq") => *given != when["value"],
            _ => *given == when["value"],
        }
    })
}

fn settle(
    state: &mut State,
    session: &str,
    id: &str,
    how: impl FnOnce(&Value) -> Result<(&'static str, Value), &'static str>,
) -> Response {
    let Some(form) = state.world.forms.iter().find(|it| it["id"] == id) else {
        if state.world.settled.contains(id) {
            let status = StatusCode::CONFLICT;
            return refusal(status, "FormAlreadySettledError", "it was settled");
        }
        return missing("Form");
    };
    match how(form) {
        Ok((kind, data)) => {
            state.in_session(kind, session, data);
            done()
        }
        Err(why) => refusal(StatusCode::BAD_REQUEST, "FormInvalidAnswerError", why),
    }
}

/// Asks as they are read, without our own note of where they were asked.
fn bare<'a>(asks: impl Iterator<Item = &'a Value>) -> Value {
    let without = |ask: &Value| {
        let mut ask = ask.clone();
        drop(ask.as_object_mut().map(|it| it.remove("_directory")));
        ask
    };
    asks.map(without).collect()
}
