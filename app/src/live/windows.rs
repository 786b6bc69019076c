//! Which messages of a session are here: more of them, others, fewer; and words looked for
//! in all of them; what a session came to.

use domain::brief::Brief;
use domain::find::Findings;
use domain::id::MessageId;
use domain::message::Role;
use domain::review::{Patch, Review};
use domain::sorted::SortedSet;
use domain::sync::Passage;
use leptos::prelude::{ArcReadSignal, Get, Track};

use super::command::told;
use super::deed::{Deed, begin};
use super::edge;
use super::state::Away;
use super::{LinkState, Live, SessionKey};
use crate::api::{streams, transcripts};
use crate::fault::Fault;

impl Live {
    /// The first and the last message of a session that are here.
    pub fn ends(&self, session: &SessionKey) -> Option<(MessageId, MessageId)> {
        let store = self.0.lock();
        let entries = &store.transcript(session)?.entries;
        let (first, last) = (entries.first()?, entries.last()?);
        Some((first.message.id.clone(), last.message.id.clone()))
    }

    /// Whether the page has a stream, by which messages can be asked for; follows the link.
    pub fn is_linked(&self) -> bool {
        match self.0.link.get() {
            LinkState::Live | LinkState::CatchingUp => true,
            LinkState::Starting
            | LinkState::Reconnecting { .. }
            | LinkState::Offline
            | LinkState::Unreachable { .. }
            | LinkState::SignedOut
            | LinkState::UpdateReady => false,
        }
    }

    /// Asks for messages of a session. They come by the stream.
    pub fn passage(&self, session: &SessionKey, wanted: Passage) -> ArcReadSignal<Deed> {
        let stream = edge::stream();
        let SessionKey { server, session } = session.clone();
        begin(async move {
            match stream {
                Some(stream) => told(streams::send_passage(stream, server, session, wanted).await),
                None => Err(Fault::Unsure),
            }
        })
    }

    /// Lets go of the messages before `first` and after `last`, which are far from what is
    /// read.
    pub fn keep(&self, session: &SessionKey, first: &MessageId, last: &MessageId) {
        let went = self.0.lock().replica.keep(session, first, last);
        if went {
            self.0.refresh_rows(session);
            self.0.forget_outside(session);
        }
    }

    /// How many messages have come since the reader left the end.
    pub fn fresh(&self) -> ArcReadSignal<u32> {
        self.0.fresh.read_only()
    }

    /// The reader has left the end of `session`, or is there again.
    pub fn set_away(&self, session: &SessionKey, away: bool) {
        {
            let mut store = self.0.lock();
            let last = store.transcript(session).and_then(|it| it.entries.last());
            let seen = last.map(|entry| entry.message.created).unwrap_or_default();
            store.away = away.then(|| Away {
                seen,
                fresh: SortedSet::new(),
            });
        }
        self.0.refresh_fresh();
    }

    /// Looks for words in some more of a session: from its end, or before `from`. Without
    /// words, for what the owner said.
    pub async fn find(
        session: &SessionKey,
        query: String,
        from: Option<MessageId>,
    ) -> Result<Findings, Fault> {
        let SessionKey { server, session } = session.clone();
        told(transcripts::find(server, session, query, from).await)
    }

    /// What a session came to.
    pub async fn review(session: &SessionKey) -> Result<Review, Fault> {
        let SessionKey { server, session } = session.clone();
        told(transcripts::review(server, session).await)
    }

    /// What turns did to the file at `path`, one answer for each.
    pub async fn patches(
        session: &SessionKey,
        turns: Vec<MessageId>,
        path: String,
    ) -> Result<Vec<Patch>, Fault> {
        let SessionKey { server, session } = session.clone();
        told(transcripts::patches(server, session, turns, path).await)
    }

    /// A session in brief: follows its rows, what the owner said and the last step. None
    /// while its end is not here.
    pub fn brief(&self, session: &SessionKey) -> Option<Brief> {
        self.rows(session).track();
        self.entry(session).track();
        let (brief, told) = {
            let store = self.0.lock();
            let transcript = store.transcript(session)?;
            let entry = store.entry(session);
            let revert = entry.as_ref().and_then(|it| it.session.revert.as_ref());
            let brief = Brief::of(transcript, revert.map(|it| &it.message))?;
            let told: Vec<MessageId> = transcript
                .entries
                .iter()
                .map(|entry| &entry.message)
                .filter(|it| {
                    matches!(it.role, Role::User(_)) || brief.last_step.as_ref() == Some(&it.id)
                })
                .map(|message| message.id.clone())
                .collect();
            (brief, told)
        };
        for message in told {
            self.message(session, &message).track();
        }
        Some(brief)
    }
}
