//! Messages, what waits before them, and what must be read again because the stream told of
//! it only in part.

use std::collections::BTreeSet;

use domain::bulk::BulkId;
use domain::event::Event;
use domain::id::{MessageId, SessionId};
use domain::transcript::Entry;
use serde::Deserialize;
use serde_json::Value;

use super::route::Route;
use super::translate::inbox::waiting;
use super::translate::message::{entry, whole};
use super::wire::message::{Body, Row};
use super::wire::{Data, Paged, inbox};
use super::{Delivery, Form, V2, Waiting};
use crate::answered::{each, found};
use crate::dialect::{BulkBody, MessagePage, OlderCursor, Printed, PrintedCursor};
use crate::fault::CallFault;
use crate::upstream::{Look, Upstream};
use crate::wire::number;

/// The largest page that is answered.
const PAGE_MAX: u32 = 200;
/// How much of what a command printed is asked for at once: enough for whoever reads along.
const OUTPUT_LIMIT: usize = 64 * 1024;
/// How many messages are read again where rows came or went.
const REREAD: u32 = 60;

impl V2 {
    /// The last `limit` rows of a session, or those before `before`; oldest first. The page
    /// at the end has behind it what waits. Seams are left out, so a page may hold less.
    ///
    /// What waits is read first: the other way round, what is delivered in between would be
    /// in neither.
    pub async fn messages(
        &self,
        session: &SessionId,
        limit: u32,
        before: Option<&OlderCursor>,
    ) -> Result<MessagePage, CallFault> {
        let waiting = match before {
            Some(_) => Vec::new(),
            None => self.inbox(session).await?,
        };
        let (rows, older) = self.page(session, limit, before).await?;
        let mut entries: Vec<Entry> = rows
            .into_iter()
            .filter_map(|row| entry(session, row))
            .collect();
        let known: BTreeSet<MessageId> = entries.iter().map(|it| it.message.id.clone()).collect();
        let waiting = waiting.into_iter().map(|it| *it.entry);
        entries.extend(waiting.filter(|it| !known.contains(&it.message.id)));
        // The server has an order of its own; ours are by time, on every device.
        entries.sort_by(|a, b| {
            let (a, b) = (&a.message, &b.message);
            (a.created, &a.id).cmp(&(b.created, &b.id))
        });
        Ok(MessagePage { entries, older })
    }

    /// The last `limit` rows of a session as they are, or those before `before`; oldest
    /// first. Behind them, where those before these are asked for.
    pub(super) async fn page(
        &self,
        session: &SessionId,
        limit: u32,
        before: Option<&OlderCursor>,
    ) -> Result<(Vec<Row>, Option<OlderCursor>), CallFault> {
        let limit = limit.clamp(1, PAGE_MAX);
        let request = self.door.ask(Route::Messages(session));
        let request = request.query("limit", &limit.to_string());
        let request = match before {
            Some(OlderCursor(cursor)) => request.query("cursor", cursor),
            // With a cursor, which knows its order, this is refused.
            None => request.query("order", "desc"),
        };
        let page: Paged = request.json().await?;
        let full = page.data.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
        let mut rows: Vec<Row> = rows(page.data).collect();
        rows.reverse();
        // Every page has a cursor, even the only one.
        Ok((rows, page.cursor.next.filter(|_| full).map(OlderCursor)))
    }

    /// One message, delivered; none where its row is no message of ours.
    /// [`CallFault::NotFound`]: it waits, or there is none.
    pub async fn message(
        &self,
        session: &SessionId,
        message: &MessageId,
    ) -> Result<Option<Entry>, CallFault> {
        let request = self.door.ask(Route::Message(session, message));
        let it: Data<Value> = request.json().await?;
        Ok(rows(vec![it.data])
            .next()
            .and_then(|row| entry(session, row)))
    }

    /// One message, delivered or waiting.
    pub async fn wherever(
        &self,
        session: &SessionId,
        message: &MessageId,
    ) -> Result<Option<Entry>, CallFault> {
        if let Some(entry) = found(self.message(session, message).await)? {
            return Ok(entry);
        }
        let inbox = found(self.inbox(session).await)?.unwrap_or_default();
        let mut waiting = inbox.into_iter().filter(|it| it.message == *message);
        if let Some(it) = waiting.next() {
            return Ok(Some(*it.entry));
        }
        // It may have been delivered between the two.
        Ok(found(self.message(session, message).await)?.flatten())
    }

    /// What waits to be delivered, first come first.
    pub async fn inbox(&self, session: &SessionId) -> Result<Vec<Waiting>, CallFault> {
        let list: Data<Vec<Value>> = self.door.ask(Route::Inbox(session)).json().await?;
        Ok(each("inbox", list.data)
            .map(|it| waiting(session, it))
            .collect())
    }

    /// Takes back what waits; harmless where it was delivered. Its id is free again
    /// afterwards \[S\]: a prompt that was taken back must not be sent again under it.
    pub async fn take_back(
        &self,
        session: &SessionId,
        message: &MessageId,
    ) -> Result<(), CallFault> {
        let request = self.door.ask(Route::TakeBack(session, message));
        request.done().await
    }

    /// Delivers what waits at another time; harmless where it was delivered.
    pub async fn deliver(
        &self,
        session: &SessionId,
        message: &MessageId,
        delivery: &Delivery,
    ) -> Result<(), CallFault> {
        let body = serde_json::json!({ "delivery": delivery.word() });
        let request = self.door.tell(Route::Deliver(session, message), &body);
        request.done().await
    }

    /// The whole of what `bulk` names; none where it is not there (any more).
    pub async fn bulk(&self, bulk: &BulkId) -> Result<Option<BulkBody>, CallFault> {
        let request = self.door.ask(Route::Message(&bulk.session, &bulk.message));
        let it: Option<Data<Value>> = found(request.json().await)?;
        let row = match it {
            Some(it) => rows(vec![it.data]).next(),
            None => self.row_that_waits(&bulk.session, &bulk.message).await?,
        };
        Ok(row.and_then(|row| whole(row, &bulk.part, bulk.field)))
    }

    /// What waits, as the row that it becomes: it holds already what that will.
    async fn row_that_waits(
        &self,
        session: &SessionId,
        message: &MessageId,
    ) -> Result<Option<Row>, CallFault> {
        let list = self.door.ask(Route::Inbox(session)).json().await;
        let list: Option<Data<Vec<Value>>> = found(list)?;
        let list = list.map(|it| it.data).unwrap_or_default();
        let mut items = each::<inbox::Waiting>("inbox", list);
        let waits = items.find(|it| it.id == message.as_str());
        Ok(waits.map(|it| Row {
            id: it.id,
            created: it.time.created.unwrap_or_default(),
            body: Body::read(it.item.kind, it.item.payload),
        }))
    }

    /// What a command of the owner's printed, from `after` on. In what the cursor counts was
    /// never seen \[?\]: it is given back as it came.
    pub async fn shell_output(
        &self,
        shell: &str,
        after: Option<PrintedCursor>,
    ) -> Result<Printed, CallFault> {
        #[derive(Deserialize)]
        struct Output {
            #[serde(default)]
            output: String,
            #[serde(default, deserialize_with = "number::whole")]
            cursor: Option<u64>,
        }
        let request = self.door.ask(Route::ShellOutput(shell));
        let request = request.query("limit", &OUTPUT_LIMIT.to_string());
        let request = match after {
            Some(PrintedCursor(cursor)) => request.query("cursor", &cursor.to_string()),
            None => request,
        };
        let it: Data<Output> = request.json().await?;
        Ok(Printed {
            text: it.data.output,
            next: it.data.cursor.map(PrintedCursor).or(after),
        })
    }

    /// Reads what the stream told of only in part, as what can be applied. Of rows that went
    /// it says nothing: whoever keeps a transcript compares it with [`V2::messages`].
    pub async fn look(&self, look: &Look) -> Result<Vec<Upstream>, CallFault> {
        Ok(match look {
            Look::Session(session) => match self.session(session).await? {
                Some(it) => {
                    let mark = it.mark().map(Upstream::Mark);
                    let session = it.session;
                    let upserted = Upstream::Event(Event::SessionUpserted { session });
                    std::iter::once(upserted).chain(mark).collect()
                }
                None => vec![Upstream::Event(Event::SessionRemoved {
                    session: session.clone(),
                })],
            },
            Look::Message { session, message } => told(self.look_at(session, message).await?),
            Look::Rows(session) => {
                let page = self.messages(session, REREAD, None).await?;
                told(page.entries.into_iter().flat_map(events))
            }
            Look::Asks(session) => {
                let Some(it) = self.session(session).await? else {
                    return Ok(Vec::new());
                };
                let directory = &it.session.directory;
                let permissions = self.permissions_of(session, directory).await?;
                let permissions = permissions
                    .into_iter()
                    .map(|permission| Event::PermissionAsked { permission });
                let forms = self.forms_of(session, directory).await?;
                let questions = forms.into_iter().filter_map(|form| match form {
                    Form::Question(question) => Some(Event::QuestionAsked { question }),
                    Form::Beyond { .. } => None,
                });
                told(permissions.chain(questions))
            }
        })
    }

    async fn look_at(
        &self,
        session: &SessionId,
        message: &MessageId,
    ) -> Result<Vec<Event>, CallFault> {
        Ok(match self.wherever(session, message).await? {
            Some(entry) => events(entry),
            None => vec![Event::MessageRemoved {
                session: session.clone(),
                message: message.clone(),
            }],
        })
    }
}

fn told(events: impl IntoIterator<Item = Event>) -> Vec<Upstream> {
    events.into_iter().map(Upstream::Event).collect()
}

/// A message with its parts as events.
pub(super) fn events(entry: Entry) -> Vec<Event> {
    let message = Event::MessageUpserted {
        message: entry.message,
    };
    let parts = entry.parts.into_iter();
    let parts = parts.map(|part| Event::PartUpserted { part });
    std::iter::once(message).chain(parts).collect()
}

fn rows(raw: Vec<Value>) -> impl Iterator<Item = Row> {
    raw.into_iter().filter_map(|raw| {
        Row::read(raw)
            .inspect_err(|error| tracing::warn!(%error, "a row without an id is left out"))
            .ok()
    })
}
