//! Asks, answered where none is: in which words an answer is understood shows by whether the
//! server looks for what it answers, or refuses the words.

use domain::id::{MessageId, PermissionId, QuestionId, SessionId};
use serde_json::json;

use super::super::Generation;
use super::super::route::Route;
use super::Asker;
use super::notes::{Found, Judged, Notes, Question};
use super::reply::Reply;

/// What our command is called, which nobody has.
const NOBODYS: &str = "opencode-nexus-check-no-such-command";

const PENDING: Question = Question {
    asked: "the permissions and forms that wait in its directory",
    expected: "`{location, data}` both",
    mark: "C, T",
};
const SESSION: Question = Question {
    asked: "a session that does not exist",
    expected: "404 SessionNotFoundError",
    mark: "T",
};
const PERMISSION: Question = Question {
    asked: "allow a request that does not exist, in this generation's words",
    expected: "404, as something that was looked for",
    mark: "M",
};
const PERMISSION_ELSE: Question = Question {
    asked: "the same in the other generation's words",
    expected: "400",
    mark: "M, T",
};
const FORM: Question = Question {
    asked: "answer and dismiss a form that does not exist",
    expected: "404 both times",
    mark: "T",
};
const COMMAND: Question = Question {
    asked: "a slash command that does not exist, in this generation's words",
    expected: "404 CommandNotFoundError",
    mark: "M, T",
};
const REVERT: Question = Question {
    asked: "take back from a message that does not exist",
    expected: "404 MessageNotFoundError",
    mark: "T",
};
const SHELL: Question = Question {
    asked: "what a command printed that does not exist",
    expected: "404",
    mark: "T",
};

/// All of them, for where none can be asked.
pub(super) const ALL: [Question; 6] = [PERMISSION, PERMISSION_ELSE, FORM, COMMAND, REVERT, SHELL];

impl Asker {
    pub(super) async fn of_pending(&self, notes: &mut Notes) {
        let permissions = self.ask(Route::Permissions).await;
        let forms = self.ask(Route::Forms).await;
        notes.note(PENDING, both_located(&permissions, &forms));
        let nobody = SessionId::new("ses_00000000000000000000000000");
        let session = self.ask(Route::Session(&nobody)).await;
        notes.note(SESSION, refused(&session, 404, "SessionNotFoundError"));
    }

    /// Answers what nobody asked, in a session that exists: else that would be what is missing.
    pub(super) async fn of_asks(&self, notes: &mut Notes) {
        let id = &self.made.scratch;
        let permission = PermissionId::new("per_00000000000000000000000000");
        let (word, other, called) = match self.generation {
            Generation::Early => ("reply", "decision", "command"),
            Generation::Current => ("decision", "reply", "name"),
        };
        let route = Route::Reply(id, &permission);
        let right = self.tell(route, json!({ word: "once" })).await;
        notes.note(PERMISSION, looked_for(&right));
        let wrong = self.tell(route, json!({ other: "once" })).await;
        notes.note(PERMISSION_ELSE, not_understood(&wrong));

        let form = QuestionId::new("frm_00000000000000000000000000");
        let answered = self
            .tell(Route::Answer(id, &form), json!({ "answer": {} }))
            .await;
        let dismiss = Route::Dismiss(id, &form, self.generation);
        let dismissed = match self.generation {
            Generation::Early => self.tell(dismiss, json!({})).await,
            Generation::Current => self.ask(dismiss).await,
        };
        notes.note(FORM, both_looked_for(&answered, &dismissed));
        let body = json!({ called: NOBODYS, "text": "" });
        let command = self.tell(Route::Command(id), body).await;
        notes.note(COMMAND, refused(&command, 404, "CommandNotFoundError"));
        let message = MessageId::new("msg_00000000000000000000000000");
        let revert = self
            .tell(Route::Revert(id), json!({ "messageID": message }))
            .await;
        notes.note(REVERT, refused(&revert, 404, "MessageNotFoundError"));
        let shell = self
            .ask(Route::ShellOutput("sh_00000000000000000000000000"))
            .await;
        notes.note(SHELL, looked_for(&shell));
    }
}

fn both_located(one: &Reply, other: &Reply) -> Judged {
    let (one, other) = (one.came()?, other.came()?);
    let located = [one, other]
        .iter()
        .all(|it| it.at("/location/directory").is_string() && it.at("/data").is_array());
    Ok(Found::judged(
        located,
        format!("{}, {}", one.said(), other.said()),
    ))
}

fn refused(reply: &Reply, status: u16, tag: &str) -> Judged {
    let came = reply.came()?;
    Ok(Found::judged(came.refuses(status, tag), came.said()))
}

/// Whether the words were understood and what they are about was not found: in JSON, for
/// without it the route itself may be missing.
fn looked_for(reply: &Reply) -> Judged {
    let came = reply.came()?;
    let same = came.is(404) && came.at("/_tag").is_string();
    Ok(Found::judged(same, came.said()))
}

fn both_looked_for(one: &Reply, other: &Reply) -> Judged {
    let (first, second) = (one.came()?.said(), other.came()?.said());
    let same = matches!(
        (looked_for(one)?, looked_for(other)?),
        (Found::Same(_), Found::Same(_))
    );
    Ok(Found::judged(same, format!("{first}, {second}")))
}

fn not_understood(reply: &Reply) -> Judged {
    let came = reply.came()?;
    Ok(Found::judged(came.is(400), came.said()))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::reply::{Body, Came};
    use super::*;

    fn came(status: u16, body: Body) -> Reply {
        Reply::Came(Came { status, body })
    }

    fn tagged(status: u16, tag: &str) -> Reply {
        came(status, Body::Json(json!({ "_tag": tag })))
    }

    fn is_same(judged: &Judged) -> bool {
        matches!(judged, Ok(Found::Same(_)))
    }

    #[test]
    fn a_route_that_is_missing_is_no_request_that_is() {
        assert!(is_same(&looked_for(&tagged(
            404,
            "PermissionNotFoundError"
        ))));
        assert!(!is_same(&looked_for(&came(404, Body::Empty))));
        assert!(!is_same(&looked_for(&came(200, Body::Page))));
        assert!(!is_same(&looked_for(&tagged(400, "InvalidRequestError"))));
    }

    #[test]
    fn both_words_understood_is_not_what_the_document_says() {
        assert!(is_same(&not_understood(&tagged(
            400,
            "InvalidRequestError"
        ))));
        let found = not_understood(&tagged(404, "PermissionNotFoundError"));
        let said = "404 PermissionNotFoundError".to_owned();
        assert_eq!(found, Ok(Found::Other(said)));
    }

    #[test]
    fn lists_of_asks_say_where_they_are() {
        let list = |body: Value| came(200, Body::Json(body));
        let located = list(json!({ "location": { "directory": "/a" }, "data": [] }));
        assert!(is_same(&both_located(&located, &located)));
        assert!(!is_same(&both_located(
            &located,
            &list(json!({ "data": [] }))
        )));
    }
}
