//! A device's copy of everything, kept by frames alone.

use super::cursor::{Cursor, Epoch, Position, Seq, Source};
use super::focus::{Focus, FocusedSession, Passage};
use super::frame::Frame;
use super::page::{PageSnapshot, Viewing};
use crate::changes::{Change, Changes};
use crate::house::House;
use crate::id::{MessageId, ServerId, SessionId};
use crate::mirror::Mirror;
use crate::reduce::reduce;
use crate::sorted::{SortedMap, SortedSet};
use crate::transcript::Transcript;

/// A device's copy: the house, and the mirrors of the servers within its windows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replica {
    /// The house.
    pub house: House,
    /// The servers that have been primed.
    pub mirrors: SortedMap<ServerId, Mirror>,
    /// How many sessions of a server lie beyond the index.
    pub more: SortedMap<ServerId, u32>,
    cursor: Cursor,
    /// The windows that are shown and not kept up.
    lapsed: SortedSet<(ServerId, SessionId)>,
}

/// What a frame did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It was applied; these moved.
    Moved(Vec<Moved>),
    /// It told nothing new.
    Nothing,
    /// Something before it is missing: resume with the cursor.
    Gap,
}

/// What moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// The house.
    House,
    /// All of a server.
    Server(ServerId),
    /// Something of a server.
    Within(ServerId, Changes),
}

impl Replica {
    /// The copy that a page begins with.
    pub fn of(page: &PageSnapshot) -> Self {
        let mut replica = Replica {
            house: page.house.clone(),
            ..Replica::default()
        };
        replica.cursor.0.insert(Source::House, page.house_at);
        for server in &page.servers {
            let mut mirror = server.index.clone().into_mirror();
            if let Some(window) = &server.window {
                mirror
                    .transcripts
                    .insert(window.session.clone(), window.transcript.clone());
            }
            replica.mirrors.insert(server.server.clone(), mirror);
            replica
                .more
                .insert(server.server.clone(), server.index.more);
            replica
                .cursor
                .0
                .insert(Source::Server(server.server.clone()), server.at);
        }
        replica
    }

    /// Where the device stands.
    pub fn cursor(&self) -> &Cursor {
        &self.cursor
    }

    /// The focus of a device that looks at `viewing` and `index` sessions of each server.
    /// Transcripts that are no longer looked at are forgotten: they are not kept up.
    pub fn focus(&mut self, viewing: Option<&Viewing>, index: u32, visible: bool) -> Focus {
        let viewed = |server: &ServerId, session: &SessionId| {
            viewing.is_some_and(|at| at.server == *server && at.session == *session)
        };
        for (server, mirror) in self.mirrors.iter_mut() {
            mirror
                .transcripts
                .retain(|session, _| viewed(server, session));
        }
        self.lapsed
            .retain(|(server, session)| viewed(server, session));
        let sessions = viewing.map(|at| FocusedSession {
            server: at.server.clone(),
            session: at.session.clone(),
            held: self.holds(&at.server, &at.session),
        });
        Focus {
            sessions: sessions.into_iter().collect(),
            index,
            visible,
        }
    }

    fn holds(&self, server: &ServerId, session: &SessionId) -> bool {
        let mirror = self.mirrors.get(server);
        mirror.is_some_and(|mirror| mirror.transcripts.contains_key(session))
            && !self.lapsed.contains(&(server.clone(), session.clone()))
    }

    /// Applies a frame, if it continues where the device stands.
    #[expect(clippy::too_many_lines, reason = "one arm for each kind of frame")]
    pub fn apply(&mut self, frame: Frame) -> Applied {
        match frame {
            Frame::Hello(_)
            | Frame::Beat { .. }
            | Frame::Farewell(_)
            | Frame::WindowFailed { .. } => Applied::Nothing,
            Frame::HouseReset { at, house } => {
                self.cursor.0.insert(Source::House, at);
                self.house = house;
                self.forget_removed();
                Applied::Moved(vec![Moved::House])
            }
            Frame::HouseEvents { from, at, events } => match self.step(&Source::House, from, at) {
                Step::Gap => Applied::Gap,
                Step::Old => Applied::Nothing,
                Step::Next => {
                    let mut moved = false;
                    for event in &events {
                        moved |= self.house.apply(event);
                        // At once: one that was removed and added again has another life.
                        self.forget_removed();
                    }
                    if moved {
                        Applied::Moved(vec![Moved::House])
                    } else {
                        Applied::Nothing
                    }
                }
            },
            Frame::WindowLapsed { server, session } => {
                self.lapsed.insert((server, session));
                Applied::Nothing
            }
            Frame::Reset { server, at, index } => {
                self.lapsed.retain(|(of, _)| *of != server);
                self.cursor.0.insert(Source::Server(server.clone()), at);
                self.more.insert(server.clone(), index.more);
                self.mirrors.insert(server.clone(), index.into_mirror());
                Applied::Moved(vec![Moved::Server(server)])
            }
            Frame::Events {
                server,
                from,
                at,
                events,
            } => match self.step(&Source::Server(server.clone()), from, at) {
                Step::Gap => Applied::Gap,
                Step::Old => Applied::Nothing,
                Step::Next => {
                    let mirror = self.mirrors.get_or_default(server.clone());
                    let mut changes = Changes::none();
                    for event in &events {
                        changes = changes.and(reduce(mirror, event));
                    }
                    within(server, changes)
                }
            },
            Frame::Index { server, at, index } => {
                if !self.stands(&server, at) {
                    return Applied::Gap;
                }
                let mirror = self.mirrors.get_or_default(server.clone());
                let transcripts = std::mem::take(&mut mirror.transcripts);
                self.more.insert(server.clone(), index.more);
                *mirror = Mirror {
                    transcripts,
                    ..index.into_mirror()
                };
                Applied::Moved(vec![Moved::Server(server)])
            }
            Frame::Window {
                server,
                at,
                window,
                family,
            } => {
                if !self.stands(&server, at) {
                    return Applied::Gap;
                }
                self.lapsed
                    .remove(&(server.clone(), window.session.clone()));
                let mirror = self.mirrors.get_or_default(server.clone());
                mirror
                    .transcripts
                    .insert(window.session.clone(), window.transcript);
                let mut fresh = false;
                let more = self.more.get_or_default(server.clone());
                for entry in family {
                    let (id, listed) = (entry.session.id.clone(), entry.is_listed());
                    if mirror.sessions.insert(id, entry).is_none() {
                        *more = more.saturating_sub(u32::from(listed));
                        fresh = true;
                    }
                }
                let changes = Changes::when(fresh, || Change::SessionList)
                    .and(Changes::one(Change::Rows(window.session.clone())))
                    .and(Changes::one(Change::Todos(window.session)));
                within(server, changes)
            }
            Frame::Passage {
                server,
                session,
                joins,
                entries,
                more,
            } => {
                let changed = self.transcript_mut(&server, &session).is_some_and(|it| {
                    match &joins {
                        Passage::Before(first) => it.prepend(first, entries, more),
                        Passage::After(last) => it.append(last, entries, more),
                        // These come as windows.
                        Passage::End | Passage::Around(_) => false,
                    }
                });
                within(server, Changes::when(changed, || Change::Rows(session)))
            }
        }
    }

    /// Lets go of the messages of a window before `first` and after `last`, which are far
    /// from what is read; the answer is whether any went.
    pub fn keep(&mut self, viewing: &Viewing, first: &MessageId, last: &MessageId) -> bool {
        self.transcript_mut(&viewing.server, &viewing.session)
            .is_some_and(|transcript| transcript.keep(first, last))
    }

    fn transcript_mut(
        &mut self,
        server: &ServerId,
        session: &SessionId,
    ) -> Option<&mut Transcript> {
        self.mirrors.get_mut(server)?.transcripts.get_mut(session)
    }

    fn stands(&self, server: &ServerId, at: Position) -> bool {
        self.cursor.at(&Source::Server(server.clone())) == Some(at)
    }

    fn step(&mut self, source: &Source, from: Seq, at: Position) -> Step {
        let Some(here) = self.cursor.at(source) else {
            return Step::Gap;
        };
        if here.epoch != at.epoch {
            return Step::Gap;
        }
        if at.seq <= here.seq {
            return Step::Old;
        }
        if from != here.seq {
            return Step::Gap;
        }
        self.cursor.0.insert(source.clone(), at);
        Step::Next
    }

    /// A server that has left the house takes its mirror with it.
    fn forget_removed(&mut self) {
        let house = &self.house;
        self.mirrors
            .retain(|server, _| house.servers.contains_key(server));
        self.more
            .retain(|server, _| house.servers.contains_key(server));
        self.lapsed
            .retain(|(server, _)| house.servers.contains_key(server));
        self.cursor.0.retain(|source, _| match source {
            Source::House => true,
            Source::Server(server) => house.servers.contains_key(server),
        });
    }

    /// The life of `server`'s journal that the device knows.
    pub fn epoch(&self, server: &ServerId) -> Option<Epoch> {
        self.cursor
            .at(&Source::Server(server.clone()))
            .map(|at| at.epoch)
    }
}

enum Step {
    Next,
    Old,
    Gap,
}

fn within(server: ServerId, changes: Changes) -> Applied {
    if changes.is_empty() {
        Applied::Nothing
    } else {
        Applied::Moved(vec![Moved::Within(server, changes)])
    }
}
