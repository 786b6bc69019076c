//! Sessions: listing, looking up, making, changing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::command::Title;
use domain::house::ServerFault;
use domain::id::{Directory, MessageId, RequestId, SessionId};
use domain::session::{ModelRef, SessionStatus};
use domain::time::Millis;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::route::Route;
use super::translate::content::fingerprint;
use super::translate::session::listed;
use super::wire::{Data, Paged, session};
use super::{Generation, Listed, V2};
use crate::answered::{each, found};
use crate::fault::CallFault;
use crate::sse::{Item, Parser};
use crate::subscription::accepted;
use crate::wire::number::whole;
use crate::wire::session::FORK;

/// How many sessions one page asks for. The largest that is allowed is not known \[?\].
const PAGE: usize = 100;
/// How many pages are read at most: a server that never comes to an end is not believed.
const PAGES_MAX: usize = 1_000;
/// How long the number of a session's last event is waited for: it is said at once or not
/// at all.
const HEAD_TIMEOUT: Duration = Duration::from_secs(2);

impl V2 {
    /// All sessions of all directories, sub-agents' too. In which order they come is not
    /// known \[?\]: one that moves meanwhile may come twice, and counts once.
    pub async fn sessions(&self) -> Result<Vec<Listed>, CallFault> {
        let raw = self.raw_sessions().await?;
        Ok(raw.into_iter().map(listed).collect())
    }

    async fn raw_sessions(&self) -> Result<Vec<session::Session>, CallFault> {
        let mut seen = BTreeSet::new();
        let mut sessions = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let request = self.door.ask(Route::Sessions);
            let request = request.query("limit", &PAGE.to_string());
            let request = match &cursor {
                Some(cursor) => request.query("cursor", cursor),
                None => request,
            };
            let page: Paged = request.json().await?;
            let full = page.data.len() >= PAGE;
            for it in each::<session::Session>("sessions", page.data) {
                if seen.insert(it.id.clone()) {
                    sessions.push(it);
                }
            }
            match page.cursor.next {
                // Even the last page has a cursor: a short one ends the list.
                Some(next) if full => cursor = Some(next),
                Some(_) | None => return Ok(sessions),
            }
        }
        tracing::warn!(sessions = sessions.len(), "the list of sessions has no end");
        Ok(sessions)
    }

    /// What runs, in all directories; others do nothing.
    pub async fn statuses(&self) -> Result<BTreeMap<SessionId, SessionStatus>, CallFault> {
        // That one is listed is all that is said of it.
        let active: Data<Map<String, Value>> = self.door.ask(Route::Active).json().await?;
        let ids = active.data.into_iter().map(|(id, _)| id);
        Ok(ids
            .map(|id| (SessionId::new(id), SessionStatus::Busy))
            .collect())
    }

    /// One session.
    pub async fn session(&self, session: &SessionId) -> Result<Option<Listed>, CallFault> {
        let answer = self.door.ask(Route::Session(session)).json().await;
        let it: Option<Data<session::Session>> = found(answer)?;
        Ok(it.map(|it| listed(it.data)))
    }

    /// Makes a session under an id of ours, `ses_` and letters that nobody else chose. A
    /// session that is already there is given back as it is, even from another directory
    /// \[H, S\], so that doing it again is harmless.
    pub async fn create(&self, directory: &Directory, id: &SessionId) -> Result<Listed, CallFault> {
        let body = json!({ "id": id, "location": { "directory": directory } });
        let made: Data<session::Session> = self.door.tell(Route::Create, &body).json().await?;
        Ok(listed(made.data))
    }

    /// Makes a session with the settled messages of `session` before `before`, or all of
    /// them. It has no key, but a copy has the metadata of its original: so the request is
    /// noted there first, and [`V2::find_forked`] finds the copy that has it.
    pub async fn fork(
        &self,
        session: &SessionId,
        before: Option<&MessageId>,
        request: &RequestId,
    ) -> Result<Listed, CallFault> {
        let original: Data<session::Session> =
            self.door.ask(Route::Session(session)).json().await?;
        let mut noted = match original.data.metadata {
            Some(Value::Object(noted)) => noted,
            Some(_) | None => Map::new(),
        };
        noted.insert(FORK.to_owned(), json!(request));
        // All of it: what is not sent is forgotten there.
        let body = json!({ "metadata": noted });
        self.door.tell(Route::Change(session), &body).done().await?;
        let word = match self.generation {
            Generation::Early => "messageID",
            Generation::Current => "before",
        };
        let mut body = Map::new();
        body.extend(before.map(|before| (word.to_owned(), json!(before))));
        let request = self.door.tell(Route::Fork(session), &body.into());
        let made: Data<session::Session> = request.json().await?;
        Ok(listed(made.data))
    }

    /// The copy of `session` that `request` made, if it did.
    pub async fn find_forked(
        &self,
        session: &SessionId,
        request: &RequestId,
    ) -> Result<Option<Listed>, CallFault> {
        let mut copies = self.raw_sessions().await?.into_iter();
        // Sub-agents of a copy have its metadata too, and no link.
        Ok(copies
            .find(|copy| {
                let from = copy.fork.as_ref().map(|fork| fork.session.as_str());
                let noted = copy.metadata.as_ref().and_then(|it| it.get(FORK)?.as_str());
                from == Some(session.as_str()) && noted == Some(request.as_str())
            })
            .map(listed))
    }

    /// Calls a session something else.
    pub async fn rename(&self, session: &SessionId, title: &Title) -> Result<(), CallFault> {
        let body = json!({ "title": title.as_str() });
        self.door.tell(Route::Change(session), &body).done().await
    }

    /// Deletes a session with its children.
    pub async fn delete(&self, session: &SessionId) -> Result<(), CallFault> {
        self.door.ask(Route::Delete(session)).done().await
    }

    /// Chooses who answers from the next step on.
    pub async fn choose_agent(&self, session: &SessionId, agent: &str) -> Result<(), CallFault> {
        let body = json!({ "agent": agent });
        self.door.tell(Route::Agent(session), &body).done().await
    }

    /// Chooses with which model, from the next step on.
    pub async fn choose_model(
        &self,
        session: &SessionId,
        model: &ModelRef,
    ) -> Result<(), CallFault> {
        let mut named = Map::new();
        named.insert("id".to_owned(), json!(model.model));
        named.insert("providerID".to_owned(), json!(model.provider));
        let variant = model.variant.as_ref();
        named.extend(variant.map(|variant| ("variant".to_owned(), json!(variant))));
        let body = json!({ "model": named });
        self.door.tell(Route::Model(session), &body).done().await
    }

    /// Marks a session as looked at, up to the end of the turn at `idle` \[T\].
    pub async fn view(&self, session: &SessionId, idle: Millis) -> Result<(), CallFault> {
        let body = json!({ "idle": idle.0 });
        self.door.tell(Route::View(session), &body).done().await
    }

    /// Takes `message` and all after it back, files included. [`CallFault::Busy`]: the
    /// session is at work.
    pub async fn revert(&self, session: &SessionId, message: &MessageId) -> Result<(), CallFault> {
        let body = json!({ "messageID": message });
        self.door.tell(Route::Revert(session), &body).done().await
    }

    /// Puts back what was taken back. The server lets an empty turn pass for it.
    pub async fn restore(&self, session: &SessionId) -> Result<(), CallFault> {
        self.door.ask(Route::Restore(session)).done().await
    }

    /// The number of a session's last durable event, to be asked before a read: what has no
    /// larger number is in the read. None where it has none. The log replays nothing by
    /// default \[M b18286, b18684\]: it says its head and falls silent.
    pub async fn head(&self, session: &SessionId) -> Result<Option<u64>, CallFault> {
        let head = async {
            let request = self.door.ask(Route::Log(session)).query("follow", "false");
            let mut response = accepted(request.open().await?)?;
            let mut parser = Parser::default();
            while let Some(chunk) = response.chunk().await.map_err(|_| ServerFault::Ended)? {
                for item in parser.push(&chunk) {
                    if let Item::Data(json) = item
                        && let Some(synced) = Synced::read(&json)
                    {
                        return Ok(synced.seq);
                    }
                }
            }
            Err(ServerFault::Ended)
        };
        match tokio::time::timeout(HEAD_TIMEOUT, head).await {
            Ok(Ok(seq)) => Ok(seq),
            Ok(Err(ServerFault::Failed { status: 404 })) => Err(CallFault::NotFound),
            Ok(Err(fault)) => Err(fault.into()),
            Err(_) => Err(ServerFault::TimedOut.into()),
        }
    }
}

/// The id of the session that `request` makes: the same each time, so that making it again
/// finds it, and in the server's own form. Requests are random, so no two meet.
pub(super) fn made_by(request: &RequestId) -> SessionId {
    let (head, tail) = (fingerprint(request.as_str()), request.as_str().len());
    let more = fingerprint(&format!("{request} {tail} {head}"));
    SessionId::new(format!("ses_{head:016x}{:010x}", more & 0xff_ffff_ffff))
}

/// The word that the log is at its end.
#[derive(Deserialize)]
struct Synced {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, deserialize_with = "whole")]
    seq: Option<u64>,
}

impl Synced {
    fn read(json: &str) -> Option<Self> {
        let it: Self = serde_json::from_str(json).ok()?;
        (it.kind == "log.synced").then_some(it)
    }
}
