//! One turn of one word, where that was wished: the order of what is said, what is read
//! meanwhile, what is left after it.

use std::time::Duration;

use domain::id::{Directory, MessageId};
use serde_json::{Value, json};

use super::super::route::Route;
use super::Asker;
use super::heard::Frame;
use super::notes::{Found, Judged, Notes, Question};
use super::reply::{Reply, at, names, word};
use super::stream::numbered;

/// What the session is called.
const TITLE: &str = "OpenCode Nexus check, with a prompt";
/// What the model is asked for: as little as can be.
const WORDS: &str = "Answer with the one word yes. Use no tool.";
/// What a repeat of the prompt says.
const OTHER_WORDS: &str = "This comes too late.";
/// How long the turn may take: a local model may have to be loaded first.
const TURN_TIMEOUT: Duration = Duration::from_mins(2);

/// What begins a text.
const BEGINS: &str = "session.text.started";

/// In which order a turn says what it does.
const ORDER: [&str; 8] = [
    "session.inbox.enqueued",
    "session.execution.started",
    "session.inbox.delivered",
    "session.step.started",
    "session.text.started",
    "session.text.ended",
    "session.step.ended",
    "session.execution.succeeded",
];

const TURN: Question = Question {
    asked: "run a prompt: in which order things are said",
    expected: "enqueued, execution started, delivered, step started, text started, text ended, step ended, execution succeeded",
    mark: "C",
};
const DELTA: Question = Question {
    asked: "what a piece of its text has",
    expected: "`delta`, `ordinal`, `assistantMessageID`",
    mark: "C, ? for `delta`",
};
const MIDWAY: Question = Question {
    asked: "the answer as it is read while it is written",
    expected: "its text is empty",
    mark: "C",
};
const REPEAT: Question = Question {
    asked: "the same prompt again after it was delivered, with other words",
    expected: "200, and the message has the first words",
    mark: "S",
};
const ROWS: Question = Question {
    asked: "the messages of the turn, newest first",
    expected: "idle, assistant, user",
    mark: "C",
};
const AFTER: Question = Question {
    asked: "the session after it",
    expected: "`outcome` succeeded, `time.idle` set",
    mark: "C, T",
};
const NUMBERS: Question = Question {
    asked: "the numbers of what is said in it",
    expected: "from 0, without a hole",
    mark: "T, S",
};
const PLACELESS: Question = Question {
    asked: "whether what is said of its beginning and end names the directory",
    expected: "it does not",
    mark: "C",
};

/// All of them, for where none can be asked.
pub(super) const ALL: [Question; 8] =
    [TURN, DELTA, MIDWAY, REPEAT, ROWS, AFTER, NUMBERS, PLACELESS];

impl Asker {
    /// Runs a turn in a session of its own, and removes it.
    pub(super) async fn of_turn(&self, notes: &mut Notes, place: &Directory) {
        let (id, prompt) = (&self.made.turn, &self.made.prompt);
        let wish = json!({ "id": id, "title": TITLE, "location": { "directory": place } });
        let made = self.tell(Route::Create, wish).await;
        let says = |words: &str| json!({ "id": prompt, "text": words });
        let handed = self.tell(Route::Prompt(id), says(WORDS)).await;
        if let Err(instead) = taken(&made).and_then(|_| taken(&handed)) {
            notes.note(TURN, Err(instead));
            let others = ALL.get(1..).unwrap_or_default();
            notes.skip(others, "the prompt was not taken");
        } else {
            let midway = self.midway().await;
            let ended = self.heard.until(id.as_str(), is_end, TURN_TIMEOUT).await;
            let frames = self.heard.of(id.as_str());
            notes.note(TURN, in_order(&frames, ended.as_ref()));
            notes.note(DELTA, pieces(&frames));
            notes.note(MIDWAY, midway);
            let again = self.tell(Route::Prompt(id), says(OTHER_WORDS)).await;
            let message = self.ask(Route::Message(id, prompt)).await;
            notes.note(REPEAT, kept(&again, &message));
            let rows = self.ask(Route::Messages(id)).await;
            notes.note(ROWS, newest_first(&rows));
            let session = self.ask(Route::Session(id)).await;
            notes.note(AFTER, settled(&session));
            notes.note(NUMBERS, numbered(&frames));
            notes.note(PLACELESS, placeless(&frames));
            if ended.is_none() {
                // One that is deleted at work may go on for ever, as on 1.x.
                self.tell(Route::Interrupt(id), json!({})).await;
            }
        }
        self.remove(id).await;
    }

    /// Reads the answer as soon as its first text has begun.
    async fn midway(&self) -> Judged {
        let id = &self.made.turn;
        let begins = |it: &Frame| it.kind == BEGINS || is_end(it);
        let begun = self.heard.until(id.as_str(), begins, TURN_TIMEOUT).await;
        let message = begun.filter(|it| it.kind == BEGINS);
        let message = message.and_then(|it| it.message);
        let Some(message) = message.map(MessageId::new) else {
            return Err(Found::Open("no text began".to_owned()));
        };
        text_of(&self.ask(Route::Message(id, &message)).await)
    }
}

/// Whether a turn has ended with it.
fn is_end(frame: &Frame) -> bool {
    let of_turn = frame.kind.starts_with("session.execution.");
    of_turn && frame.kind != "session.execution.started"
}

fn taken(reply: &Reply) -> Judged {
    let came = reply.came()?;
    if came.is_success() {
        Ok(Found::Same(came.said()))
    } else {
        Err(Found::Other(came.said()))
    }
}

fn in_order(frames: &[Frame], ended: Option<&Frame>) -> Found {
    let Some(ended) = ended else {
        return Found::Other("it did not end in two minutes".to_owned());
    };
    if ended.kind == "session.execution.failed" {
        // A provider without a key says nothing of the protocol.
        return Found::Open("the turn failed".to_owned());
    }
    let firsts: Vec<&str> = ORDER
        .iter()
        .filter(|kind| frames.iter().any(|it| it.kind == **kind))
        .copied()
        .collect();
    let at = |kind: &str| frames.iter().position(|it| it.kind == kind);
    let ordered = firsts.is_sorted_by_key(|kind| at(kind));
    let mut said: Vec<&str> = firsts;
    said.sort_by_key(|kind| at(kind));
    let short: Vec<&str> = said
        .iter()
        .map(|it| it.strip_prefix("session.").unwrap_or(it))
        .collect();
    let whole = said.len() == ORDER.len();
    Found::judged(ordered && whole, short.join(", "))
}

fn pieces(frames: &[Frame]) -> Judged {
    let Some(piece) = frames.iter().find(|it| it.kind == "session.text.delta") else {
        return Err(Found::Open("there was none".to_owned()));
    };
    let fields: Vec<String> = piece.fields.iter().map(|it| word(it)).collect();
    let has = |name: &str| fields.iter().any(|it| it == name);
    let same = has("delta") && has("ordinal") && has("assistantMessageID");
    Ok(Found::judged(same, format!("{{{}}}", fields.join(", "))))
}

fn text_of(message: &Reply) -> Judged {
    let came = message.came()?;
    let row = came.at("/data");
    let mut texts = at(row, "/content").as_array().into_iter().flatten();
    let text = texts
        .find(|it| *at(it, "/type") == "text")
        .map(|it| at(it, "/text"));
    let over = row.pointer("/time/completed").is_some();
    Ok(match text.and_then(Value::as_str) {
        Some("") => Found::Same("its text is empty".to_owned()),
        Some(_) if over => Found::Open("the answer had ended".to_owned()),
        Some(_) => Found::Other("its text is there".to_owned()),
        None => Found::Other(format!("{}, no text", came.said())),
    })
}

fn kept(again: &Reply, message: &Reply) -> Judged {
    let (again, message) = (again.came()?, message.came()?);
    let words = message.at("/data/text");
    let which = if words == WORDS {
        "the first words"
    } else if words == OTHER_WORDS {
        "the other words"
    } else {
        "other words than ours"
    };
    let same = again.is_success() && words == WORDS;
    Ok(Found::judged(same, format!("{}, {which}", again.said())))
}

fn newest_first(rows: &Reply) -> Judged {
    let came = rows.came()?;
    let kinds: Vec<String> = came
        .list("/data")
        .iter()
        .map(|it| word(at(it, "/type").as_str().unwrap_or_default()))
        .collect();
    let mut known = kinds.iter().map(String::as_str);
    let all = ["idle", "assistant", "user"];
    let same = all.iter().all(|kind| known.any(|it| it == *kind));
    Ok(Found::judged(same, kinds.join(", ")))
}

fn settled(session: &Reply) -> Judged {
    let came = session.came()?;
    let outcome = came.at("/data/outcome").as_str().map(word);
    let time = came.at("/data/time");
    let same = outcome.as_deref() == Some("succeeded") && at(time, "/idle").is_number();
    let outcome = outcome.unwrap_or_else(|| "none".to_owned());
    Ok(Found::judged(
        same,
        format!("{outcome}, time {}", names(time)),
    ))
}

fn placeless(frames: &[Frame]) -> Found {
    let mut turns = frames.iter();
    let placed = turns.any(|it| it.kind.starts_with("session.execution.") && it.placed);
    let said = if placed { "it does" } else { "it does not" };
    Found::judged(!placed, said)
}

#[cfg(test)]
mod tests {
    use super::super::reply::{Body, Came};
    use super::*;

    fn frames(kinds: &[&str]) -> Vec<Frame> {
        let of = |kind: &&str| Frame {
            kind: format!("session.{kind}"),
            ..Frame::default()
        };
        kinds.iter().map(of).collect()
    }

    fn came(body: Value) -> Reply {
        let body = Body::Json(body);
        Reply::Came(Came { status: 200, body })
    }

    #[test]
    fn another_order_is_told_as_it_was() {
        let mut said = frames(&ORDER.map(|it| it.strip_prefix("session.").unwrap()));
        let ended = said.last().cloned();
        assert!(matches!(in_order(&said, ended.as_ref()), Found::Same(_)));
        said.swap(1, 2);
        let Found::Other(found) = in_order(&said, ended.as_ref()) else {
            panic!("another order passed");
        };
        assert!(found.starts_with("inbox.enqueued, inbox.delivered, execution.started"));
        let failed = frames(&["execution.failed"]);
        let open = in_order(&said, failed.first());
        assert!(matches!(open, Found::Open(_)), "{open:?}");
        assert!(matches!(in_order(&said, None), Found::Other(_)));
    }

    #[test]
    fn a_piece_of_text_under_another_name_differs() {
        let piece = |name: &str| {
            let mut frames = frames(&["text.delta"]);
            let names = ["assistantMessageID", "ordinal", name];
            frames[0].fields = names.map(str::to_owned).to_vec();
            frames
        };
        assert!(matches!(pieces(&piece("delta")), Ok(Found::Same(_))));
        assert!(matches!(pieces(&piece("text")), Ok(Found::Other(_))));
        assert!(matches!(pieces(&[]), Err(Found::Open(_))));
    }

    #[test]
    fn an_answer_that_was_over_says_nothing_of_the_middle() {
        let row = |text: &str, time: Value| {
            let content = json!([{ "type": "text", "text": text }]);
            came(json!({ "data": { "content": content, "time": time } }))
        };
        let found = |text, time| text_of(&row(text, time)).unwrap();
        assert!(matches!(found("", json!({})), Found::Same(_)));
        assert!(matches!(found("ye", json!({})), Found::Other(_)));
        let over = found("yes", json!({ "completed": 2 }));
        assert!(matches!(over, Found::Open(_)));
    }

    #[test]
    fn rows_are_newest_first_whatever_else_stands_between() {
        let rows = |kinds: &[&str]| {
            let data: Value = kinds.iter().map(|it| json!({ "type": it })).collect();
            came(json!({ "data": data }))
        };
        let found = |kinds: &[&str]| newest_first(&rows(kinds)).unwrap();
        let all = found(&["idle", "assistant", "system", "user"]);
        assert!(matches!(all, Found::Same(_)));
        let oldest_first = found(&["user", "assistant", "idle"]);
        assert_eq!(
            oldest_first,
            Found::Other("user, assistant, idle".to_owned())
        );
    }
}
