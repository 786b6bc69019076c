//! What [`super::Live`] holds, and its values by key.

use domain::sorted::{SortedMap, SortedSet, sort_by};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::catalog::Addressee;
#[cfg(any(feature = "hydrate", test))]
use domain::changes::{Change, Changes};
use domain::command::Origin;
#[cfg(any(feature = "hydrate", test))]
use domain::event::Event;
use domain::house::House;
use domain::id::{MessageId, PartId, RequestId, ServerId};
use domain::message::{Message, Role, User};
use domain::mirror::Mirror;
use domain::part::{File, Part, PartBody, Text};
use domain::session::{SessionEntry, SessionStatus};
#[cfg(any(feature = "hydrate", test))]
use domain::sync::{Applied, Frame, Moved};
use domain::sync::{INDEX_DEFAULT, PageSnapshot, Replica, WindowFault};
use domain::time::Millis;
use domain::todo::Todo;
use domain::transcript::{Entry, Transcript};
use leptos::prelude::ArcRwSignal;

use super::SessionKey;
use super::ask::{Ask, Asker, all_asks, asker_of, asks_of};
use super::draft::Draft;
use super::family::Family;
use super::keyed::Keyed;
use super::link_state::LinkState;
use super::outbox::{Outbox, Pending};
use super::quality::Quality;
use super::rows::{Around, Held, RowKey, Rows, Turn, answer_of, rows_of, turn_of};

/// The signals, and behind a lock what they are made of.
pub(crate) struct Inner {
    pub(super) owner: String,
    pub(super) build: String,
    pub(super) now: ArcRwSignal<Millis>,
    pub(super) link: ArcRwSignal<LinkState>,
    /// How long a question to Nexus and its answer took last, in milliseconds.
    pub(super) round_trip: ArcRwSignal<Option<u64>>,
    pub(super) house: ArcRwSignal<Arc<House>>,
    pub(super) sessions: ArcRwSignal<Arc<[SessionKey]>>,
    pub(super) family: ArcRwSignal<Arc<Family>>,
    pub(super) all_asks: ArcRwSignal<Arc<[Ask]>>,
    pub(super) waiting: ArcRwSignal<Arc<[SessionKey]>>,
    pub(super) more: Keyed<ServerId, u32>,
    pub(super) entries: Keyed<SessionKey, Option<Arc<SessionEntry>>>,
    pub(super) rows: Keyed<SessionKey, Rows>,
    pub(super) messages: Keyed<(SessionKey, MessageId), Option<Arc<Entry>>>,
    pub(super) parts: Keyed<(SessionKey, MessageId, PartId), Option<Arc<Part>>>,
    pub(super) asks: Keyed<SessionKey, Arc<[Ask]>>,
    pub(super) todos: Keyed<SessionKey, Arc<[Todo]>>,
    pub(super) outboxes: Keyed<SessionKey, Arc<[Pending]>>,
    pub(super) pending: Keyed<MessageId, Option<Arc<Pending>>>,
    /// How many messages have come while the reader is not at the end.
    pub(super) fresh: ArcRwSignal<u32>,
    /// How many prompts have not arrived yet.
    pub(super) unsent: ArcRwSignal<usize>,
    /// Whether what waits to be sent survives the page.
    pub(super) keeps: ArcRwSignal<bool>,
    pub(super) drafts: Mutex<SortedMap<SessionKey, Draft>>,
    /// What the page itself knew of whom its session speaks to.
    pub(super) addressee: Option<(SessionKey, Arc<Addressee>)>,
    store: Mutex<Store>,
}

impl Default for Inner {
    fn default() -> Self {
        Self::begin(
            String::new(),
            String::new(),
            Millis::default(),
            Store::default(),
        )
    }
}

impl Inner {
    /// What a page begins with.
    pub(super) fn of(page: &PageSnapshot) -> Self {
        let store = Store {
            replica: Replica::of(page),
            viewing: page.viewing.clone(),
            ..Store::default()
        };
        let addressee = page.viewing.clone().zip(page.addressee.clone());
        Self {
            addressee: addressee.map(|(session, addressee)| (session, Arc::new(addressee))),
            ..Self::begin(page.owner.clone(), page.build.clone(), page.as_of, store)
        }
    }

    fn begin(owner: String, build: String, now: Millis, store: Store) -> Self {
        Self {
            owner,
            build,
            now: ArcRwSignal::new(now),
            link: ArcRwSignal::new(LinkState::Starting),
            round_trip: ArcRwSignal::new(None),
            house: ArcRwSignal::new(Arc::new(store.replica.house.clone())),
            sessions: ArcRwSignal::new(store.sessions()),
            family: ArcRwSignal::new(Arc::new(store.family())),
            all_asks: ArcRwSignal::new(store.all_asks()),
            waiting: ArcRwSignal::new(store.waiting()),
            more: Keyed::default(),
            entries: Keyed::default(),
            rows: Keyed::default(),
            messages: Keyed::default(),
            parts: Keyed::default(),
            asks: Keyed::default(),
            todos: Keyed::default(),
            outboxes: Keyed::default(),
            pending: Keyed::default(),
            fresh: ArcRwSignal::new(0),
            unsent: ArcRwSignal::new(0),
            keeps: ArcRwSignal::new(true),
            drafts: Mutex::default(),
            addressee: None,
            store: Mutex::new(store),
        }
    }

    /// What the signals are made of. Never fire a signal while holding it.
    pub(super) fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The draft of a session.
    pub(super) fn draft(&self, session: &SessionKey) -> Draft {
        self.drafts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_default(session.clone())
            .clone()
    }

    /// Lets go of a draft.
    pub(super) fn forget_draft(&self, session: &SessionKey) {
        let mut drafts = self.drafts.lock().unwrap_or_else(PoisonError::into_inner);
        drafts.remove(session);
    }
}

/// What the signals are made of.
pub(super) struct Store {
    pub(super) replica: Replica,
    pub(super) outbox: Outbox,
    /// What the page shows.
    pub(super) viewing: Option<SessionKey>,
    /// Whether the page can be seen.
    #[cfg_attr(
        not(feature = "hydrate"),
        expect(dead_code, reason = "nobody looks at the server's own state")
    )]
    pub(super) visible: bool,
    /// How well the connection does.
    pub(super) quality: Quality,
    /// How many sessions of each server the index shows.
    pub(super) index: u32,
    /// Transcripts that cannot be had.
    pub(super) failed: SortedMap<SessionKey, WindowFault>,
    /// A transcript that has been on its way for longer than a moment.
    pub(super) slow: Option<SessionKey>,
    /// Sessions that the owner has deleted here: they are not shown while that can still
    /// be taken back.
    pub(super) leaving: SortedSet<SessionKey>,
    /// Tools that the owner opened as rows of their own: they are not folded away.
    pub(super) apart: SortedSet<PartId>,
    /// What has come while the reader is not at the end.
    pub(super) away: Option<Away>,
    /// A session that is to be made and is not known to be: where, of what, and by which
    /// request.
    pub(super) making: Option<(ServerId, Origin, RequestId)>,
}

/// What has come while the reader of the session that is shown is not at its end.
pub(super) struct Away {
    /// When the last message was made that the reader has had before the eyes.
    #[cfg_attr(
        not(any(feature = "hydrate", test)),
        expect(dead_code, reason = "nobody reads on the server")
    )]
    pub(super) seen: Millis,
    /// The messages made since then.
    pub(super) fresh: SortedSet<MessageId>,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            replica: Replica::default(),
            outbox: Outbox::default(),
            viewing: None,
            visible: true,
            quality: Quality::default(),
            index: INDEX_DEFAULT,
            failed: SortedMap::new(),
            slow: None,
            away: None,
            leaving: SortedSet::new(),
            apart: SortedSet::new(),
            making: None,
        }
    }
}

impl Store {
    /// The request that makes this session: pressed again, it is that of the press before,
    /// of which nobody knows what it made; else `new`.
    pub(super) fn make(&mut self, server: &ServerId, origin: &Origin, new: RequestId) -> RequestId {
        match &self.making {
            Some((at, of, request)) if at == server && of == origin => request.clone(),
            Some(_) | None => {
                self.making = Some((server.clone(), origin.clone(), new.clone()));
                new
            }
        }
    }

    /// Applies a frame to the copy, and keeps account of the transcripts that cannot be had.
    #[cfg(any(feature = "hydrate", test))]
    pub(super) fn apply(&mut self, frame: Frame) -> Applied {
        match &frame {
            Frame::WindowFailed {
                server,
                session,
                why,
            } => {
                let key = SessionKey {
                    server: server.clone(),
                    session: session.clone(),
                };
                self.failed.insert(key, *why);
                let rows = Changes::one(Change::Rows(session.clone()));
                return Applied::Moved(vec![Moved::Within(server.clone(), rows)]);
            }
            Frame::Window { server, window, .. } => {
                self.failed
                    .retain(|key, _| key.server != *server || key.session != window.session);
                self.slow = None;
            }
            Frame::Hello(_)
            | Frame::Beat { .. }
            | Frame::HouseReset { .. }
            | Frame::HouseEvents { .. }
            | Frame::Reset { .. }
            | Frame::Events { .. }
            | Frame::Index { .. }
            | Frame::Passage { .. }
            | Frame::WindowLapsed { .. }
            | Frame::Farewell(_) => {}
        }
        let removed = self.removed_by(&frame);
        self.count_fresh(&frame);
        let applied = self.replica.apply(frame);
        if matches!(applied, Applied::Moved(_)) {
            self.failed
                .extend(removed.into_iter().map(|key| (key, WindowFault::NotFound)));
        }
        applied
    }

    /// Counts a frame for those who want to know how well the connection does.
    #[cfg(feature = "hydrate")]
    pub(super) fn count(&mut self, frame: &Frame, now: Millis) {
        let known = if let Frame::Reset { server, .. } = frame {
            self.mirror(server).is_some()
        } else {
            true
        };
        self.quality.frame(frame, known, now);
    }

    /// The sessions here that `frame` removes.
    #[cfg(any(feature = "hydrate", test))]
    fn removed_by(&self, frame: &Frame) -> Vec<SessionKey> {
        let Frame::Events { server, events, .. } = frame else {
            return Vec::new();
        };
        let mut removed = Vec::new();
        for event in events {
            if let Event::SessionRemoved { session } = event {
                let key = SessionKey {
                    server: server.clone(),
                    session: session.clone(),
                };
                if self.session(&key).is_some() {
                    removed.push(key);
                }
            }
        }
        removed
    }

    /// Counts the messages that come while the reader is not at the end, within the window
    /// or beyond it.
    #[cfg(any(feature = "hydrate", test))]
    fn count_fresh(&mut self, frame: &Frame) {
        let (Some(viewing), Some(away), Frame::Events { server, events, .. }) =
            (&self.viewing, &mut self.away, frame)
        else {
            return;
        };
        if viewing.server != *server {
            return;
        }
        for event in events {
            if let Event::MessageUpserted { message } = event
                && message.session == viewing.session
                && message.created > away.seen
            {
                away.fresh.insert(message.id.clone());
            }
        }
    }

    fn mirror(&self, server: &ServerId) -> Option<&Mirror> {
        self.replica.mirrors.get(server)
    }

    /// Whether there is such a server.
    fn knows(&self, server: &ServerId) -> bool {
        self.replica.house.servers.contains_key(server) || self.mirror(server).is_some()
    }

    pub(super) fn transcript(&self, key: &SessionKey) -> Option<&Transcript> {
        self.mirror(&key.server)?.transcripts.get(&key.session)
    }

    fn session(&self, key: &SessionKey) -> Option<&SessionEntry> {
        self.mirror(&key.server)?.sessions.get(&key.session)
    }

    pub(super) fn sessions(&self) -> Arc<[SessionKey]> {
        let mut roots: Vec<(Millis, SessionKey)> = self
            .replica
            .mirrors
            .iter()
            .flat_map(|(server, mirror)| {
                mirror
                    .sessions
                    .values()
                    .filter(|entry| entry.is_listed())
                    .map(move |entry| (server, &entry.session))
            })
            .map(|(server, session)| {
                let key = SessionKey {
                    server: server.clone(),
                    session: session.id.clone(),
                };
                (session.updated, key)
            })
            .filter(|(_, key)| !self.leaving.contains(key))
            .collect();
        sort_by(&mut roots, |a, b| b.cmp(a));
        roots.into_iter().map(|(_, key)| key).collect()
    }

    /// What stands around the session on show.
    pub(super) fn family(&self) -> Family {
        let found = self.viewing.as_ref().and_then(|key| {
            let mirror = self.mirror(&key.server)?;
            Some(Family::of(&key.server, mirror, &key.session))
        });
        found.unwrap_or_default()
    }

    /// The sessions of the owner that wait, each for its oldest request first.
    pub(super) fn waiting(&self) -> Arc<[SessionKey]> {
        let mut roots: Vec<SessionKey> = Vec::new();
        for ask in self.all_asks().iter() {
            let asking = ask.session();
            let root = self
                .mirror(&asking.server)
                .and_then(|mirror| mirror.lineage(&asking.session).last().cloned())
                .map(|session| SessionKey {
                    server: asking.server.clone(),
                    session,
                });
            roots.extend(root.filter(|root| !roots.contains(root)));
        }
        roots.into()
    }

    pub(super) fn all_asks(&self) -> Arc<[Ask]> {
        all_asks(self.replica.mirrors.iter())
    }

    pub(super) fn more(&self, server: &ServerId) -> u32 {
        self.replica.more.get(server).copied().unwrap_or(0)
    }

    pub(super) fn entry(&self, key: &SessionKey) -> Option<Arc<SessionEntry>> {
        self.session(key).cloned().map(Arc::new)
    }

    pub(super) fn rows(&self, key: &SessionKey) -> Rows {
        if let Some(transcript) = self.transcript(key) {
            let entry = self.session(key);
            let status = entry.map_or(&SessionStatus::Idle, |entry| &entry.status);
            let failed = entry.is_some_and(|entry| entry.failure.is_some());
            let pending: Vec<MessageId> = self.said(key).collect();
            let around = Around {
                pending: &pending,
                status,
                failed,
                apart: &self.apart,
                revert: entry.and_then(|entry| Some(&entry.session.revert.as_ref()?.message)),
            };
            let (keys, explored) = rows_of(transcript, around);
            return Rows {
                keys: keys.into(),
                held: Held::Here {
                    older: transcript.older,
                    newer: transcript.newer,
                    explored: Arc::new(explored),
                },
            };
        }
        let held = match self.failed.get(key) {
            Some(why) => Held::Failed(*why),
            None if !self.knows(&key.server) => Held::Failed(WindowFault::NotFound),
            None if self.slow.as_ref() == Some(key) => Held::Slow,
            None => Held::Loading,
        };
        Rows {
            keys: self.said(key).map(RowKey::User).collect(),
            held,
        }
    }

    /// The messages that the prompts on their way to a session become.
    fn said<'a>(&'a self, key: &'a SessionKey) -> impl Iterator<Item = MessageId> + 'a {
        self.outbox
            .of(key)
            .map(|pending| pending.prompt.id.message())
    }

    /// The message, or while it or its parts are not here the prompt it comes from.
    pub(super) fn message(&self, key: &SessionKey, id: &MessageId) -> Option<Arc<Entry>> {
        let known = self
            .transcript(key)
            .and_then(|transcript| transcript.entry(id));
        match (known, self.outbox.find(id)) {
            (Some(entry), Some(pending)) if entry.parts.is_empty() => Some(echo(pending)),
            (Some(entry), _) => Some(Arc::new(entry.clone())),
            (None, Some(pending)) => Some(echo(pending)),
            (None, None) => None,
        }
    }

    pub(super) fn part(
        &self,
        key: &SessionKey,
        message: &MessageId,
        part: &PartId,
    ) -> Option<Arc<Part>> {
        let transcript = self.transcript(key)?;
        transcript.part(message, part).cloned().map(Arc::new)
    }

    pub(super) fn turn(&self, key: &SessionKey, end: &MessageId) -> Option<Turn> {
        turn_of(self.transcript(key)?, end)
    }

    pub(super) fn answer(&self, key: &SessionKey, end: &MessageId) -> String {
        self.transcript(key)
            .map(|transcript| answer_of(transcript, end))
            .unwrap_or_default()
    }

    pub(super) fn asks(&self, key: &SessionKey) -> Arc<[Ask]> {
        self.mirror(&key.server)
            .map(|mirror| asks_of(&key.server, mirror, &key.session))
            .unwrap_or_default()
    }

    pub(super) fn asker(&self, asking: &SessionKey, shown: &SessionKey) -> Asker {
        self.mirror(&asking.server)
            .map(|mirror| asker_of(mirror, &asking.session, &shown.session))
            .unwrap_or_default()
    }

    pub(super) fn todos(&self, key: &SessionKey) -> Arc<[Todo]> {
        self.transcript(key)
            .map(|transcript| transcript.todos.as_slice().into())
            .unwrap_or_default()
    }

    pub(super) fn pending_of(&self, key: &SessionKey) -> Arc<[Pending]> {
        self.outbox.of(key).cloned().collect()
    }

    pub(super) fn pending(&self, message: &MessageId) -> Option<Arc<Pending>> {
        self.outbox.find(message).cloned().map(Arc::new)
    }
}

/// The message that a prompt becomes.
fn echo(pending: &Pending) -> Arc<Entry> {
    let prompt = &pending.prompt;
    let id = prompt.id.message();
    let session = pending.to.session.clone();
    let part = |n: u8, body: PartBody| Part {
        id: prompt.id.part(n),
        message: id.clone(),
        session: session.clone(),
        body,
    };
    let words = prompt.text.as_ref();
    let words = words.map(|text| part(0, PartBody::Text(Text::whole(text.as_str()))));
    let files = (1..).zip(&prompt.files).map(|(n, file)| {
        let file = File {
            mime: file.mime.clone(),
            name: Some(file.name.clone()),
            path: None,
            bytes: Some(file.bytes),
        };
        part(n, PartBody::File(file))
    });
    Arc::new(Entry {
        parts: words.into_iter().chain(files).collect(),
        message: Message {
            id: id.clone(),
            session: session.clone(),
            created: pending.at,
            role: Role::User(User {
                agent: prompt.agent.clone(),
                model: prompt.model.clone(),
                changed: None,
                waits: None,
            }),
        },
    })
}

#[cfg(test)]
mod tests {
    use domain::id::Directory;

    use super::*;

    #[test]
    fn a_wish_that_is_repeated_is_the_same_request_until_it_is_fulfilled() {
        let mut store = Store::default();
        let server = ServerId::new("srv");
        let origin = |directory: &str| Origin::Directory(Directory::new(directory));
        let press = |store: &mut Store, directory: &str, new: &str| {
            let request = store.make(&server, &origin(directory), RequestId::new(new));
            request.as_str().to_owned()
        };
        assert_eq!(press(&mut store, "/a", "1"), "1");
        assert_eq!(
            press(&mut store, "/a", "2"),
            "1",
            "it failed, and is made again"
        );
        assert_eq!(press(&mut store, "/b", "3"), "3", "another wish");
        store.making = None;
        assert_eq!(press(&mut store, "/b", "4"), "4");
    }
}
