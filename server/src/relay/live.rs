//! A server's mirror and journal together: what is, and what happened. Every change goes
//! through [`Live::commit`], so that whoever applies the journal to an older mirror gets
//! the present one.
//!
//! Pure. One task writes it (the worker); feeds and pages read it.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::{Event, PartRef};
use domain::id::{MessageId, PartId, SessionId};
use domain::message::Role;
use domain::mirror::Mirror;
use domain::part::Part;
use domain::reduce::reduce;
use domain::sync::{Epoch, Position, Seq};
use domain::time::Millis;
use domain::transcript::Transcript;

use super::absorb::{absorb, absorb_piece, text_of};
use super::journal::{Journal, Read, Shelf};
use super::merge::Piece;
use super::past::Past;
use super::weight::weight;

/// How many bytes of transcripts are kept that nobody looks at and that do not run.
const SPARE_MAX_BYTES: usize = 32 * 1024 * 1024;

/// The state of one server.
#[derive(Debug)]
pub struct Live {
    mirror: Mirror,
    journal: Journal,
    /// Whether the mirror shows the server rather than nothing.
    primed: bool,
    held: BTreeMap<SessionId, Held>,
    /// Texts that were growing when the stream broke.
    broken: BTreeSet<PartRef>,
    /// The mark of the step that each session began last, as far as it was heard.
    begun: BTreeMap<SessionId, PartRef>,
    /// The steps whose failures the list shows, as far as they were seen.
    failed: BTreeMap<SessionId, MessageId>,
    /// The sessions that the owner put away on a server that keeps no archive, and when.
    away: BTreeMap<SessionId, Millis>,
    /// Counts loads and looks, to know which transcript was wanted last.
    ticks: u64,
    /// Whether there is anything that was not there when this was taken last.
    moved: bool,
}

/// What is known of a transcript in the mirror.
#[derive(Debug)]
struct Held {
    /// From where on the journal holds all that happened to it.
    since: Seq,
    /// When it was wanted last.
    wanted: u64,
    /// Roughly what it takes.
    bytes: usize,
    /// What lies before it.
    past: Past,
}

impl Live {
    /// Nothing yet, in the life `epoch`; its journal stands on `shelf`.
    pub fn new(epoch: Epoch, shelf: &Shelf) -> Self {
        Self {
            mirror: Mirror::default(),
            journal: Journal::new(epoch, shelf),
            primed: false,
            held: BTreeMap::new(),
            broken: BTreeSet::new(),
            begun: BTreeMap::new(),
            failed: BTreeMap::new(),
            away: BTreeMap::new(),
            ticks: 0,
            moved: false,
        }
    }

    /// What is.
    pub fn mirror(&self) -> &Mirror {
        &self.mirror
    }

    /// Where the journal stands.
    pub fn position(&self) -> Position {
        self.journal.position()
    }

    /// Whether the mirror shows the server.
    pub fn primed(&self) -> bool {
        self.primed
    }

    /// What happened after `from`.
    pub fn read(
        &self,
        from: Position,
        wants: impl Fn(&SessionId) -> bool,
        max_bytes: usize,
    ) -> Read {
        self.journal.read(from, wants, max_bytes)
    }

    /// From where on the journal holds all that happened to a transcript; none where the
    /// mirror does not hold it.
    pub fn held_since(&self, session: &SessionId) -> Option<Seq> {
        self.held.get(session).map(|held| held.since)
    }

    /// Whether there is anything to see that was not there when this was asked last.
    pub fn take_moved(&mut self) -> bool {
        std::mem::take(&mut self.moved)
    }

    /// Takes a whole mirror as the beginning. Whoever stands before it starts afresh.
    pub fn prime(&mut self, mut mirror: Mirror) {
        for (session, at) in &self.away {
            if let Some(entry) = mirror.sessions.get_mut(session) {
                entry.session.archived.get_or_insert(*at);
            }
        }
        self.mirror = mirror;
        self.held.clear();
        self.broken.clear();
        self.begun.clear();
        self.failed.clear();
        self.primed = true;
        self.moved = true;
        self.journal.void();
    }

    /// Applies and records `event`, if it changes anything.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "only these events touch what is kept beside the mirror"
    )]
    pub fn commit(&mut self, event: &Event) -> bool {
        self.note_failure(event);
        let surfacing = self.surfacing(event);
        if reduce(&mut self.mirror, event).is_empty() && !self.reaches_back(event) {
            return false;
        }
        self.moved = true;
        for before in &surfacing {
            self.journal.record(before);
        }
        self.journal.record(event);
        match event {
            Event::SessionRemoved { session } => {
                self.held.remove(session);
                self.begun.remove(session);
                self.broken.retain(|at| at.session != *session);
            }
            Event::SessionUpserted { session } => {
                // A device that did not know the session has just been told less than we
                // know of it.
                if let Some(entry) = self.mirror.sessions.get(&session.id)
                    && let Some(failure) = &entry.failure
                {
                    let failed = Event::TurnFailed {
                        session: session.id.clone(),
                        failure: failure.clone(),
                    };
                    self.journal.record(&failed);
                }
            }
            Event::PartUpserted { part } => {
                self.broken.remove(&PartRef::of(part));
            }
            Event::MessageRemoved { session, message } => {
                if let Some(past) = self.past(session) {
                    past.forget(message);
                }
            }
            Event::TurnSettled { session } => self.weigh(session),
            _ => {}
        }
        true
    }

    /// Notes which step of a session failed, also where its transcript is not held.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "only these events say where a turn failed"
    )]
    fn note_failure(&mut self, event: &Event) {
        match event {
            Event::MessageUpserted { message }
                if matches!(&message.role, Role::Assistant(step) if step.failure.is_some())
                    && self.mirror.sessions.contains_key(&message.session) =>
            {
                self.failed
                    .insert(message.session.clone(), message.id.clone());
            }
            Event::StatusChanged {
                session, status, ..
            } if status.is_running() && !self.is_running(session) => {
                self.failed.remove(session);
            }
            Event::SessionRemoved { session } => {
                self.failed.remove(session);
            }
            _ => {}
        }
    }

    /// The step of a session that failed last, unless a turn has begun since.
    pub fn failed_at(&self, session: &SessionId) -> Option<&MessageId> {
        self.failed.get(session)
    }

    /// Applies and records what `event`, as OpenCode said it, amounts to.
    pub fn absorb(&mut self, mut event: Event) -> bool {
        if let Event::SessionUpserted { session } = &mut event
            && let Some(at) = self.away.get(&session.id)
        {
            session.archived.get_or_insert(*at);
        }
        if let Event::PartUpserted { part } = &event
            && part
                .body
                .text()
                .is_some_and(|text| text.open && text.text.is_empty())
            && text_of(&self.mirror, &PartRef::of(part)).is_some_and(|text| text.text.is_empty())
        {
            // It begins just now: nothing of it was missed.
            self.broken.remove(&PartRef::of(part));
        }
        let mut changed = false;
        for event in absorb(&self.mirror, event) {
            changed |= self.commit(&event);
        }
        changed
    }

    /// A step begins: the texts that it had begun in an attempt before, and not ended, are
    /// void. A mark that is heard twice says nothing the second time.
    pub fn begin_step(&mut self, mark: PartRef) {
        let transcript = self.mirror.transcripts.get(&mark.session);
        let entry = transcript.and_then(|transcript| transcript.entry(&mark.message));
        let is_open = |part: &&Part| {
            let text = part.body.text();
            text.is_some_and(|text| text.started.is_some() && text.ended.is_none())
        };
        let parts = entry.into_iter().flat_map(|entry| &entry.parts);
        let void: Vec<PartRef> = parts.filter(is_open).map(PartRef::of).collect();
        let session = mark.session.clone();
        if self.begun.insert(session, mark.clone()) == Some(mark) {
            return;
        }
        for at in void {
            self.broken.remove(&at);
            self.commit(&Event::PartRemoved(at));
        }
    }

    /// Takes the sessions that the owner put away before, where the server keeps no archive.
    pub fn know_away(&mut self, away: BTreeMap<SessionId, Millis>) {
        self.away = away;
    }

    /// The owner puts a session away, where the server keeps no archive.
    pub fn put_away(&mut self, session: SessionId, at: Millis) {
        let known = self.mirror.sessions.get(&session);
        let known = known.map(|entry| entry.session.clone());
        self.away.insert(session, at);
        if let Some(session) = known {
            self.absorb(Event::SessionUpserted { session });
        }
    }

    /// Applies and records a piece of text.
    pub fn grow(&mut self, piece: &Piece) -> bool {
        let mut changed = false;
        for event in absorb_piece(&self.mirror, &mut self.broken, piece) {
            changed |= self.commit(&event);
        }
        changed
    }

    /// What a device may not know of the sessions that `event` brings into every index,
    /// however old they are: to be told before.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "only these events bring a session into every index"
    )]
    fn surfacing(&self, event: &Event) -> Vec<Event> {
        let session = match event {
            Event::StatusChanged {
                session, status, ..
            } if status.is_running() => session,
            Event::UnreadChanged {
                session,
                unread: true,
            } => session,
            Event::PermissionAsked { permission } => &permission.session,
            Event::QuestionAsked { question } => &question.session,
            _ => return Vec::new(),
        };
        let entries = self
            .mirror
            .lineage(session)
            .filter_map(|id| self.mirror.sessions.get(id));
        let mut events = Vec::new();
        for entry in entries.filter(|entry| !entry.status.is_running() && !entry.unread) {
            events.push(Event::SessionUpserted {
                session: entry.session.clone(),
            });
            if let Some(failure) = &entry.failure {
                events.push(Event::TurnFailed {
                    session: entry.session.id.clone(),
                    failure: failure.clone(),
                });
            }
        }
        events
    }

    /// Whether `event` is about messages before the mirror's, which a device may hold.
    fn reaches_back(&self, event: &Event) -> bool {
        let Event::MessageRemoved { session, .. } = event else {
            return false;
        };
        let held = self.mirror.transcripts.get(session);
        held.is_some_and(|transcript| transcript.older)
    }

    /// Holds a transcript from now on. It is not an event: nobody has it yet.
    pub fn hold(&mut self, session: &SessionId, transcript: Transcript) {
        self.ticks += 1;
        self.moved = true;
        for entry in &transcript.entries {
            if let Role::Assistant(step) = &entry.message.role {
                if step.failure.is_some() {
                    self.failed
                        .insert(session.clone(), entry.message.id.clone());
                } else {
                    self.failed.remove(session);
                }
            }
            for part in entry.parts.iter().filter(|part| grows(part)) {
                // What it has grown by before the read cannot be had.
                self.broken.insert(PartRef::of(part));
            }
        }
        self.mirror.transcripts.insert(session.clone(), transcript);
        self.held.insert(
            session.clone(),
            Held {
                since: self.journal.position().seq,
                wanted: self.ticks,
                bytes: 0,
                past: Past::default(),
            },
        );
        self.weigh(session);
    }

    /// Takes what lies before a transcript that is held.
    pub fn put_past(&mut self, session: &SessionId, past: Past) {
        if let Some(held) = self.held.get_mut(session) {
            held.past = past;
        }
    }

    /// What lies before a transcript that is held.
    pub fn past(&mut self, session: &SessionId) -> Option<&mut Past> {
        self.held.get_mut(session).map(|held| &mut held.past)
    }

    /// Notes that a transcript is wanted.
    pub fn want(&mut self, session: &SessionId) {
        self.ticks += 1;
        if let Some(held) = self.held.get_mut(session) {
            held.wanted = self.ticks;
        }
    }

    /// Lets go of a transcript. Whoever shows it must get a new window.
    pub fn drop_transcript(&mut self, session: &SessionId) {
        self.moved = true;
        self.mirror.transcripts.remove(session);
        self.held.remove(session);
        self.broken.retain(|at| at.session != *session);
    }

    /// Moves the journal on without a change, so that a device that stands here, and holds a
    /// transcript that is held anew from now on, is seen to stand before that.
    pub fn move_on(&mut self, session: &SessionId) {
        self.moved = true;
        // Of a part that nobody has: no mirror takes it for a change.
        let nothing = PartRef {
            session: session.clone(),
            message: MessageId::new("none"),
            part: PartId::new("none"),
        };
        self.journal.record(&Event::TextBroken(nothing));
    }

    /// Lets go of what happened too long ago to be kept.
    pub fn trim(&mut self) {
        self.journal.trim();
    }

    /// Lets go of the transcripts wanted longest ago, as far as they are too many; never
    /// of one that runs or that `looked_at` names.
    pub fn tidy(&mut self, looked_at: impl Fn(&SessionId) -> bool) {
        self.trim();
        let mut spare: Vec<(u64, SessionId, usize)> = self
            .held
            .iter()
            .filter(|(session, _)| !self.is_running(session) && !looked_at(session))
            .map(|(session, held)| (held.wanted, session.clone(), held.bytes))
            .collect();
        spare.sort();
        let mut bytes: usize = spare.iter().map(|(_, _, bytes)| bytes).sum();
        for (_, session, size) in spare {
            if bytes <= SPARE_MAX_BYTES {
                break;
            }
            bytes -= size;
            self.drop_transcript(&session);
        }
    }

    /// Marks every growing text: the stream broke, and what comes now may be missed.
    pub fn mark_broken(&mut self) {
        for transcript in self.mirror.transcripts.values() {
            for entry in &transcript.entries {
                for part in entry.parts.iter().filter(|part| grows(part)) {
                    self.broken.insert(PartRef::of(part));
                }
            }
        }
    }

    /// Whether a turn of `session` is under way.
    pub fn is_running(&self, session: &SessionId) -> bool {
        self.mirror
            .sessions
            .get(session)
            .is_some_and(|entry| entry.status.is_running())
    }

    fn weigh(&mut self, session: &SessionId) {
        let Some(transcript) = self.mirror.transcripts.get(session) else {
            return;
        };
        let bytes = transcript.entries.iter().map(weight).sum();
        if let Some(held) = self.held.get_mut(session) {
            held.bytes = bytes;
        }
    }
}

fn grows(part: &Part) -> bool {
    part.body.text().is_some_and(|text| text.open)
}
