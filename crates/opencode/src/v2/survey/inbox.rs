//! A prompt that waits and is never run: the key that it has, what may be done with it.

use serde_json::{Value, json};

use super::super::route::Route;
use super::Asker;
use super::notes::{Found, Judged, Notes, Question};
use super::reply::{Reply, at, names};

/// What the prompt says.
const WORDS: &str = "This waits and is taken back.";
/// What a repeat of it says.
const OTHER_WORDS: &str = "This comes too late.";

const PARK: Question = Question {
    asked: "hand over a prompt that is not to be run",
    expected: "what waits: `id`, `type` user, `delivery` queue",
    mark: "T",
};
const WAITS: Question = Question {
    asked: "what waits, and that prompt as a message",
    expected: "it alone; 404 as long as it waits",
    mark: "C, T",
};
const REPEAT: Question = Question {
    asked: "the same prompt again, with other words",
    expected: "200, and the first words are kept",
    mark: "S",
};
const DELIVER: Question = Question {
    asked: "deliver it between two steps instead",
    expected: "204, and `delivery` is steer",
    mark: "C, T",
};
const TAKE_BACK: Question = Question {
    asked: "take it back, twice",
    expected: "204 both times, and nothing waits",
    mark: "T",
};
const FREE: Question = Question {
    asked: "the same id once more, after it was taken back",
    expected: "it waits anew",
    mark: "S, ?",
};
const INTERRUPT: Question = Question {
    asked: "stop the turn where none runs",
    expected: "bare, `interrupted` false, also with `resume`",
    mark: "C, T",
};

/// All of them, for where none can be asked.
pub(super) const ALL: [Question; 7] = [PARK, WAITS, REPEAT, DELIVER, TAKE_BACK, FREE, INTERRUPT];

impl Asker {
    pub(super) async fn of_inbox(&self, notes: &mut Notes) {
        let (id, prompt) = (&self.made.scratch, &self.made.parked);
        let parked = self.tell(Route::Prompt(id), self.parked(WORDS)).await;
        notes.note(PARK, waits_as(&parked, prompt.as_str()));
        let inbox = self.ask(Route::Inbox(id)).await;
        let message = self.ask(Route::Message(id, prompt)).await;
        notes.note(WAITS, alone(&inbox, &message, prompt.as_str()));
        let again = self.tell(Route::Prompt(id), self.parked(OTHER_WORDS)).await;
        let inbox = self.ask(Route::Inbox(id)).await;
        notes.note(REPEAT, first_wins(&again, &inbox));
        let steer = json!({ "delivery": "steer" });
        let moved = self.tell(Route::Deliver(id, prompt), steer).await;
        let inbox = self.ask(Route::Inbox(id)).await;
        notes.note(DELIVER, steered(&moved, &inbox));
        let taken = self.ask(Route::TakeBack(id, prompt)).await;
        let twice = self.ask(Route::TakeBack(id, prompt)).await;
        let inbox = self.ask(Route::Inbox(id)).await;
        notes.note(TAKE_BACK, taken_back(&taken, &twice, &inbox));
        let once_more = self.tell(Route::Prompt(id), self.parked(WORDS)).await;
        let inbox = self.ask(Route::Inbox(id)).await;
        notes.note(FREE, anew(&once_more, &inbox, prompt.as_str()));
        let stopped = self.tell(Route::Interrupt(id), json!({})).await;
        let request = self.door.tell(Route::Interrupt(id), &json!({}));
        let resumed = self.send(request.query("resume", "true")).await;
        notes.note(INTERRUPT, idle_still(&stopped, &resumed));
    }

    /// A prompt that waits until it is taken back.
    pub(super) fn parked(&self, words: &str) -> Value {
        json!({ "id": self.made.parked, "text": words, "delivery": "queue", "resume": false })
    }
}

fn waits_as(parked: &Reply, prompt: &str) -> Judged {
    let came = parked.came()?;
    let item = came.at("/data");
    let same = came.is_success()
        && *at(item, "/id") == prompt
        && *at(item, "/type") == "user"
        && *at(item, "/delivery") == "queue";
    let said = if came.is_success() {
        format!("{} {}", came.status, names(item))
    } else {
        came.said()
    };
    Ok(Found::judged(same, said))
}

fn alone(inbox: &Reply, message: &Reply, prompt: &str) -> Judged {
    let (inbox, message) = (inbox.came()?, message.came()?);
    let list = inbox.list("/data");
    let there = list.iter().any(|it| *at(it, "/id") == prompt);
    let said = format!("{} with {}, {}", inbox.status, list.len(), message.said());
    Ok(Found::judged(
        there && list.len() == 1 && message.is(404),
        said,
    ))
}

fn first_wins(again: &Reply, inbox: &Reply) -> Judged {
    let (again, inbox) = (again.came()?, inbox.came()?);
    let list = inbox.list("/data");
    let words = list.first().map(|it| at(it, "/payload/text"));
    let kept = match words {
        Some(words) if words == WORDS => "the first words",
        Some(words) if words == OTHER_WORDS => "the other words",
        Some(_) => "words in another place",
        None => "nothing",
    };
    let first = words.is_some_and(|it| it == WORDS);
    let same = again.is_success() && list.len() == 1 && first;
    Ok(Found::judged(
        same,
        format!("{}, {} wait: {kept}", again.said(), list.len()),
    ))
}

fn steered(moved: &Reply, inbox: &Reply) -> Judged {
    let (moved, inbox) = (moved.came()?, inbox.came()?);
    let first = inbox.list("/data").first();
    let steers = first.is_some_and(|it| *at(it, "/delivery") == "steer");
    let shows = if steers {
        "it shows"
    } else {
        "it does not show"
    };
    let said = format!("{}, {shows}", moved.said());
    Ok(Found::judged(moved.is_success() && steers, said))
}

fn taken_back(taken: &Reply, twice: &Reply, inbox: &Reply) -> Judged {
    let (taken, twice, inbox) = (taken.came()?, twice.came()?, inbox.came()?);
    let left = inbox.list("/data").len();
    let same = taken.is_success() && twice.is_success() && inbox.is_success() && left == 0;
    let said = format!("{}, {}, {left} wait", taken.said(), twice.said());
    Ok(Found::judged(same, said))
}

fn anew(once_more: &Reply, inbox: &Reply, prompt: &str) -> Judged {
    let (once_more, inbox) = (once_more.came()?, inbox.came()?);
    let waits = inbox
        .list("/data")
        .iter()
        .any(|it| *at(it, "/id") == prompt);
    let how = if waits {
        "it waits"
    } else {
        "it does not wait"
    };
    let said = format!("{}, {how}", once_more.said());
    Ok(Found::judged(once_more.is_success() && waits, said))
}

fn idle_still(stopped: &Reply, resumed: &Reply) -> Judged {
    let (stopped, resumed) = (stopped.came()?, resumed.came()?);
    let nothing = |it: &Value| *at(it, "/interrupted") == false;
    let same = nothing(stopped.json()) && nothing(resumed.json());
    Ok(Found::judged(
        same,
        format!("{}, {}", stopped.said(), resumed.said()),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::reply::{Body, Came};
    use super::*;

    fn came(status: u16, body: Value) -> Reply {
        let body = Body::Json(body);
        Reply::Came(Came { status, body })
    }

    fn is_same(judged: &Judged) -> bool {
        matches!(judged, Ok(Found::Same(_)))
    }

    #[test]
    fn a_second_record_that_wins_differs() {
        let waits = |words: &str| came(200, json!({ "data": [{ "payload": { "text": words } }] }));
        let again = came(200, json!({ "data": {} }));
        assert!(is_same(&first_wins(&again, &waits(WORDS))));
        let found = first_wins(&again, &waits(OTHER_WORDS));
        let said = "200 {data}, 1 wait: the other words".to_owned();
        assert_eq!(found, Ok(Found::Other(said)));
        let refusal = came(409, json!({ "_tag": "ConflictError" }));
        assert!(!is_same(&first_wins(&refusal, &waits(WORDS))));
    }

    #[test]
    fn an_answer_that_is_wrapped_is_not_bare() {
        let bare = came(200, json!({ "interrupted": false }));
        let wrapped = came(200, json!({ "data": { "interrupted": false } }));
        assert!(is_same(&idle_still(&bare, &bare)));
        assert!(!is_same(&idle_still(&bare, &wrapped)));
    }

    #[test]
    fn what_was_delivered_at_once_does_not_wait() {
        let missing = came(404, json!({ "_tag": "MessageNotFoundError" }));
        let waits = came(200, json!({ "data": [{ "id": "msg_1" }] }));
        assert!(is_same(&alone(&waits, &missing, "msg_1")));
        let stands = came(200, json!({ "data": { "id": "msg_1" } }));
        assert!(!is_same(&alone(&waits, &stands, "msg_1")));
        let empty = came(200, json!({ "data": [] }));
        assert!(!is_same(&alone(&empty, &missing, "msg_1")));
    }
}
