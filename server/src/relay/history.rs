//! Reading what a device wants of a session's history beyond what the mirror holds, and
//! finding words in all of it. Whoever asks waits for the answer and may give up: then
//! nothing more is read.

use std::sync::Arc;

use domain::find::{Findings, Query};
use domain::id::{MessageId, SessionId};
use domain::sync::{PASSAGE_ROWS, Passage, Seq, WindowFault};
use domain::transcript::{Entry, back_from, on_from};
use opencode::CallFault;

use super::handle::Relay;
use super::past::{Past, Seek, Spot};
use super::reads;

/// How many stretches one search looks through: about a third of a second, so that a device
/// sees it move on and can stop it.
const SEARCH_STRETCHES: usize = 6;
/// How many hits end a search early: more than a screen of them.
const SEARCH_HITS: usize = 60;
/// How far back a message is looked for, in stretches of [`reads::PAGE`] messages: beyond
/// any session there is.
const WALK_MAX: usize = 4_000;

/// Where what a device wants is to be taken from.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// From the mirror.
    Mirror,
    /// From the beginning of the mirror, as it is held since then: what was asked for ends
    /// just before it.
    MirrorStart(Seq),
    /// From the history.
    Past(Chunk),
}

/// Some messages of the history, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chunk {
    /// The messages.
    pub entries: Vec<Entry>,
    /// Whether there are older ones.
    pub older: bool,
}

impl Relay {
    /// Has what `wanted` names of `session` ready.
    pub async fn passage(
        &self,
        session: &SessionId,
        wanted: &Passage,
    ) -> Result<Found, WindowFault> {
        let (Passage::Around(message) | Passage::Before(message) | Passage::After(message)) =
            wanted
        else {
            return Ok(Found::Mirror);
        };
        // Where the mirror has the message: whether it has what is before that, too.
        let (covered, since) = self.with(|live| {
            let transcript = live.mirror().transcripts.get(session);
            let at = transcript.and_then(|it| it.message_at(message));
            let older = transcript.is_some_and(|it| it.older);
            (at.map(|at| at > 0 || !older), live.held_since(session))
        });
        let since = since.ok_or(WindowFault::NotFound)?;
        match (covered, wanted) {
            (Some(false), Passage::Before(_)) => {
                return Ok(Found::Past(self.before(session, 0).await?));
            }
            (Some(_), _) => return Ok(Found::Mirror),
            (None, _) => {}
        }
        let spot = self.walk_to(session, message).await?;
        let entries = self.stretch(session, spot.stretch).await?;
        let entries = entries.unwrap_or_default();
        let older = |start: usize| start > 0 || self.goes_on(session, spot.stretch);
        let chunk = |start: usize, end: usize| Chunk {
            entries: entries.get(start..end).unwrap_or_default().to_vec(),
            older: older(start),
        };
        Ok(match wanted {
            Passage::Before(_) if spot.at == 0 => {
                Found::Past(self.before(session, spot.stretch + 1).await?)
            }
            Passage::Before(_) => {
                Found::Past(chunk(back_from(&entries, spot.at, PASSAGE_ROWS), spot.at))
            }
            Passage::After(_) if spot.at + 1 < entries.len() => {
                let start = spot.at + 1;
                Found::Past(chunk(start, on_from(&entries, start, PASSAGE_ROWS)))
            }
            Passage::After(_) => match spot.stretch.checked_sub(1) {
                None => Found::MirrorStart(since),
                Some(newer) => {
                    let entries = self.stretch(session, newer).await?.unwrap_or_default();
                    let end = on_from(&entries, 0, PASSAGE_ROWS);
                    Found::Past(Chunk {
                        entries: entries.get(..end).unwrap_or_default().to_vec(),
                        older: true,
                    })
                }
            },
            Passage::Around(_) | Passage::End => Found::Past(chunk(
                back_from(&entries, spot.at, PASSAGE_ROWS / 2),
                on_from(&entries, spot.at, PASSAGE_ROWS),
            )),
        })
    }

    /// Looks for words in `session`, from its end or from before `from` backwards.
    pub async fn find(
        &self,
        session: &SessionId,
        query: &Query,
        from: Option<&MessageId>,
    ) -> Result<Findings, WindowFault> {
        self.look(session.clone()).await?;
        let mut findings = Findings::default();
        let first = self.with(|live| {
            let transcript = live.mirror().transcripts.get(session)?;
            let first = transcript.entries.first().map(|it| it.message.id.clone());
            if from.is_none() {
                findings.look_through(&transcript.entries, query);
            }
            Some((first, transcript.older))
        });
        let (first, older) = first.ok_or(WindowFault::NotFound)?;
        if !older {
            return Ok(findings);
        }
        let mut next = match from {
            None => 0,
            Some(from) if first.as_ref() == Some(from) => 0,
            Some(from) => self.walk_to(session, from).await?.stretch + 1,
        };
        let last = next + SEARCH_STRETCHES;
        findings.rest = first;
        while next < last && findings.hits.len() < SEARCH_HITS {
            let Some(entries) = self.stretch(session, next).await? else {
                findings.rest = None;
                break;
            };
            findings.look_through(&entries, query);
            let goes_on = self.goes_on(session, next);
            let oldest = entries.first().map(|it| it.message.id.clone());
            findings.rest = oldest.filter(|_| goes_on);
            if findings.rest.is_none() {
                break;
            }
            next += 1;
        }
        Ok(findings)
    }

    /// The end of a stretch, or of the next one with anything in it.
    async fn before(&self, session: &SessionId, stretch: usize) -> Result<Chunk, WindowFault> {
        for stretch in stretch..WALK_MAX {
            let Some(entries) = self.stretch(session, stretch).await? else {
                break;
            };
            if entries.is_empty() {
                continue;
            }
            let start = back_from(&entries, entries.len(), PASSAGE_ROWS);
            return Ok(Chunk {
                entries: entries.get(start..).unwrap_or_default().to_vec(),
                older: start > 0 || self.goes_on(session, stretch),
            });
        }
        Ok(Chunk::default())
    }

    /// Where a message of the history is; walks backwards until it is met.
    async fn walk_to(&self, session: &SessionId, message: &MessageId) -> Result<Spot, WindowFault> {
        for _ in 0..WALK_MAX {
            let (spot, known) = self.past(session, |past| (past.spot(message), past.known()))?;
            if let Some(spot) = spot {
                return Ok(spot);
            }
            if self.stretch(session, known).await?.is_none() {
                break;
            }
        }
        Err(WindowFault::NotFound)
    }

    /// Reads a stretch, unless it is at hand; none before the first of all.
    async fn stretch(
        &self,
        session: &SessionId,
        stretch: usize,
    ) -> Result<Option<Arc<[Entry]>>, WindowFault> {
        let cursor = match self.past(session, |past| past.seek(stretch))? {
            Seek::Here(entries) => return Ok(Some(entries)),
            Seek::Nothing => return Ok(None),
            Seek::Read(cursor) => cursor,
        };
        let dialect = self.dialect().ok_or(WindowFault::Unreachable)?;
        let page = match dialect.messages(session, reads::PAGE, Some(&cursor)).await {
            Ok(page) => page,
            Err(CallFault::NotFound) => return Err(WindowFault::NotFound),
            Err(fault) => {
                tracing::warn!(session.id = %session, %fault, "older messages not read");
                return Err(WindowFault::Unreachable);
            }
        };
        // What is older than a window has long ended, whatever it looks like.
        let entries: Arc<[Entry]> = reads::closed(session, page.entries).into();
        let learnt = Arc::clone(&entries);
        self.past(session, |past| {
            past.learn(stretch, &cursor, learnt, page.older);
        })?;
        Ok(Some(entries))
    }

    fn goes_on(&self, session: &SessionId, stretch: usize) -> bool {
        self.past(session, |past| past.goes_on(stretch))
            .unwrap_or(false)
    }

    fn past<R>(
        &self,
        session: &SessionId,
        work: impl FnOnce(&mut Past) -> R,
    ) -> Result<R, WindowFault> {
        self.shared
            .live()
            .past(session)
            .map(work)
            .ok_or(WindowFault::NotFound)
    }
}
