//! A session of our own, in which nothing runs: made, made again, changed, listed, copied,
//! removed. The model that is chosen for it does not exist, so that a prompt
//! which is run against our word reaches no provider.

use domain::id::{Directory, SessionId};
use serde_json::{Value, json};

use super::super::V2;
use super::super::route::Route;
use super::Asker;
use super::heard::Frame;
use super::notes::{Found, Notes, Question};
use super::reply::Reply;
use super::session::{
    adopted, at_the_head, changed, conflict, copy_of, created, gone, idle, listed, looked_at,
    next_in, nothing_changed, only_choices, pages, refused, replaced,
};
use super::stream::LAST_WORD_TIMEOUT;

/// What our sessions are called, for whoever sees them.
pub(super) const TITLE: &str = "OpenCode Nexus check";
/// What it is called later.
const OTHER_TITLE: &str = "OpenCode Nexus check, renamed";
/// A provider that nobody has.
const NOBODY: &str = "opencode-nexus-check";
/// The number that a look is marked with.
pub(super) const LOOKED_AT: u64 = 1;

const CREATE: Question = Question {
    asked: "make a session under an id of ours",
    expected: "a session of that id and title, in that directory",
    mark: "H, S",
};
const ADOPT: Question = Question {
    asked: "make it again, with another title",
    expected: "the first one, as it is",
    mark: "H, S",
};
const STRAY: Question = Question {
    asked: "a body with a name that nobody knows",
    expected: "400",
    mark: "T",
};
const RENAME: Question = Question {
    asked: "call it something else",
    expected: "204, and it is called that",
    mark: "C",
};
const METADATA: Question = Question {
    asked: "set `metadata` twice",
    expected: "only what was set last",
    mark: "C, T",
};
const ARCHIVE: Question = Question {
    asked: "put it away by `time.archived`",
    expected: "400: there is no way",
    mark: "T",
};
const NOBODYS: Question = Question {
    asked: "choose a model that does not exist",
    expected: "204, and the session has it",
    mark: "H, ?",
};
const PAGE: Question = Question {
    asked: "one session of the list, then one behind its cursor",
    expected: "one each, with `cursor.next`; the second is another or none",
    mark: "C, ? for `limit` beside a cursor",
};
const HUNDRED: Question = Question {
    asked: "a hundred sessions of the list",
    expected: "200; all can be read, ours among them",
    mark: "?",
};
const ROWS: Question = Question {
    asked: "its messages",
    expected: "200; at most rows of what was chosen",
    mark: "C",
};
const ACTIVE: Question = Question {
    asked: "what runs",
    expected: "`{data}` by session, ours not in it",
    mark: "C",
};
const VIEW: Question = Question {
    asked: "mark it as looked at",
    expected: "204, and `time.viewed` is set",
    mark: "T",
};
const DIFF: Question = Question {
    asked: "what its last turn changed, without one",
    expected: "an empty list, or 404",
    mark: "C",
};
const HEAD: Question = Question {
    asked: "the number of its last event, by its log",
    expected: "that of the last one heard, or silence",
    mark: "M b18286, b18684",
};
const FORK: Question = Question {
    asked: "copy it",
    expected: "`fork.sessionID`, no `parentID`, the metadata of the original",
    mark: "C, T",
};
const ELSEWHERE: Question = Question {
    asked: "the id of its prompt in the copy",
    expected: "409",
    mark: "S",
};
const REMOVE: Question = Question {
    asked: "delete it",
    expected: "204, then 404 SessionNotFoundError",
    mark: "C, T",
};

/// All of them, for where none can be asked.
pub(super) const ALL: [Question; 17] = [
    CREATE, ADOPT, STRAY, RENAME, METADATA, ARCHIVE, NOBODYS, PAGE, HUNDRED, ROWS, ACTIVE, VIEW,
    DIFF, HEAD, FORK, ELSEWHERE, REMOVE,
];

impl Asker {
    /// Makes the session and changes it; whether a prompt of it can reach no provider.
    pub(super) async fn of_scratch(&self, notes: &mut Notes, place: &Directory) -> bool {
        let id = &self.made.scratch;
        let wish =
            |title: &str| json!({ "id": id, "title": title, "location": { "directory": place } });
        let made = self.tell(Route::Create, wish(TITLE)).await;
        notes.note(CREATE, created(&made, id, place));
        let again = self.tell(Route::Create, wish(OTHER_TITLE)).await;
        notes.note(ADOPT, adopted(&again, id));
        let stray = json!({ "id": id, "opencodeNexusCheck": true });
        let stray = self.tell(Route::Create, stray).await;
        notes.note(STRAY, refused(&stray));

        let renamed = self.change(json!({ "title": OTHER_TITLE })).await;
        let session = self.ask(Route::Session(id)).await;
        notes.note(
            RENAME,
            changed(&renamed, &session, "/data/title", OTHER_TITLE),
        );
        let first = self.change(json!({ "metadata": { "first": "1" } })).await;
        let second = self.change(json!({ "metadata": { "second": "2" } })).await;
        let session = self.ask(Route::Session(id)).await;
        notes.note(METADATA, replaced(&first, &second, &session));
        let away = self.change(json!({ "time": { "archived": 1 } })).await;
        notes.note(ARCHIVE, refused(&away));
        let model = json!({ "model": { "id": NOBODY, "providerID": NOBODY } });
        let chosen = self.tell(Route::Model(id), model).await;
        let session = self.ask(Route::Session(id)).await;
        let nobodys = changed(&chosen, &session, "/data/model/providerID", NOBODY);
        let ready = matches!(nobodys, Ok(Found::Same(_)));
        notes.note(NOBODYS, nobodys);
        self.of_lists(notes).await;
        ready
    }

    async fn of_lists(&self, notes: &mut Notes) {
        let id = &self.made.scratch;
        let one = self.page(&[("limit", "1")]).await;
        let next = next_in(&one).unwrap_or_default();
        let two = self.page(&[("limit", "1"), ("cursor", &next)]).await;
        notes.note(PAGE, pages(&one, &two));
        let hundred = self.page(&[("limit", "100")]).await;
        notes.note(HUNDRED, listed(&hundred, id));
        let rows = self.ask(Route::Messages(id)).await;
        notes.note(ROWS, only_choices(&rows));
        let active = self.ask(Route::Active).await;
        notes.note(ACTIVE, idle(&active, id));
        let viewed = self
            .tell(Route::View(id), json!({ "idle": LOOKED_AT }))
            .await;
        let session = self.ask(Route::Session(id)).await;
        notes.note(VIEW, looked_at(&viewed, &session));
        let diff = self.ask(Route::Diff(id)).await;
        notes.note(DIFF, nothing_changed(&diff));
    }

    /// Asks for the number of the session's last event and copies it; the copy.
    pub(super) async fn of_copy(&self, notes: &mut Notes) -> Option<SessionId> {
        let id = &self.made.scratch;
        let server = V2 {
            door: self.door.clone(),
            generation: self.generation,
        };
        let head = server.head(id).await;
        if let Ok(Some(head)) = head {
            // What was said reaches us a little later than what was answered.
            let there = |frame: &Frame| frame.seq.is_some_and(|seq| seq >= head);
            self.heard
                .until(id.as_str(), there, LAST_WORD_TIMEOUT)
                .await;
        }
        let frames = self.heard.of(id.as_str());
        let last = frames.iter().filter_map(|it| it.seq).max();
        notes.note(HEAD, at_the_head(head, last));
        let copied = self.tell(Route::Fork(id), json!({})).await;
        notes.note(FORK, copy_of(&copied, id));
        let copied = copied.came().ok()?.at("/data/id").as_str()?;
        let copy = SessionId::new(copied);
        // A server that adopts would give the original: that one has its own removal.
        (copy != *id).then_some(copy)
    }

    /// Tries the prompt's id in the copy, and removes both sessions.
    pub(super) async fn of_removal(&self, notes: &mut Notes, copy: Option<&SessionId>) {
        match copy {
            Some(copy) => {
                let body = self.parked("In another session.");
                let parked = self.tell(Route::Prompt(copy), body).await;
                notes.note(ELSEWHERE, conflict(&parked));
                self.remove(copy).await;
            }
            None => notes.skip(&[ELSEWHERE], "there is no copy"),
        }
        let id = &self.made.scratch;
        let removed = self.remove(id).await;
        let after = self.ask(Route::Session(id)).await;
        notes.note(REMOVE, gone(&removed, &after));
    }

    async fn change(&self, body: Value) -> Reply {
        self.tell(Route::Change(&self.made.scratch), body).await
    }

    async fn page(&self, query: &[(&str, &str)]) -> Reply {
        let request = self.door.ask(Route::Sessions);
        let request = query
            .iter()
            .fold(request, |request, (name, value)| request.query(name, value));
        self.send(request).await
    }
}
