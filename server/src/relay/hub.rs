//! Where the live parts meet: the house, the relays of all servers, and the streams that
//! are open.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::id::{ServerId, SessionId, StreamId};
use domain::sync::{Farewell, Focus, Passage};
use tokio::sync::mpsc;

use super::bell::Bell;
use super::handle::Relay;
use super::history::Found;
use super::vigil::Vigil;
use crate::clock::Clock;
use crate::connections::house::HouseSource;
use crate::lifecycle::Lifecycle;
use crate::random;

/// How many streams one session of the owner may have open: pages on one browser.
pub const STREAMS_PER_SESSION: usize = 12;
/// How many commands wait for one stream. It takes them between two frames, so a stream
/// whose reader has stalled fills up, and its device is told to slow down.
const COMMANDS_MAX: usize = 16;

/// What all open streams and commands share; cheap to clone.
#[derive(Clone, Debug)]
pub struct Hub {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    house: HouseSource,
    clock: Arc<dyn Clock>,
    vigil: Vigil,
    life: Lifecycle,
    build: String,
    // Std mutexes: held for map operations, never across an await.
    relays: Mutex<BTreeMap<ServerId, Relay>>,
    /// Moves when a relay comes or goes.
    generation: AtomicU64,
    /// Rings then.
    bell: Bell,
    streams: Mutex<Streams>,
}

#[derive(Debug, Default)]
struct Streams {
    open: BTreeMap<StreamId, Stream>,
    /// How many were ever opened: tells which is the oldest.
    opened: u64,
}

/// An open stream.
#[derive(Debug)]
struct Stream {
    session: i64,
    number: u64,
    commands: mpsc::Sender<Box<Command>>,
}

/// What a stream is told from outside.
#[derive(Debug)]
pub(super) enum Command {
    /// The device looks at something else.
    Focus(Focus),
    /// Messages that are at hand are wanted.
    Passage {
        server: ServerId,
        session: SessionId,
        wanted: Passage,
        found: Found,
    },
    /// The stream must end.
    End(Farewell),
}

/// Why a stream was not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StreamFault {
    /// There is no such stream (any more): open another.
    #[error("no such stream")]
    Gone,
    /// It has too much to do: try again later.
    #[error("the stream is busy")]
    Busy,
}

impl Hub {
    /// Puts the parts together. `build` names the pages that may open streams.
    pub fn new(
        house: HouseSource,
        clock: Arc<dyn Clock>,
        vigil: Vigil,
        life: Lifecycle,
        build: String,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                house,
                clock,
                vigil,
                life,
                build,
                relays: Mutex::default(),
                generation: AtomicU64::new(0),
                bell: Bell::default(),
                streams: Mutex::default(),
            }),
        }
    }

    /// The house.
    pub fn house(&self) -> &HouseSource {
        &self.inner.house
    }

    /// What time it is.
    pub fn clock(&self) -> &dyn Clock {
        self.inner.clock.as_ref()
    }

    /// Notices when the machine slept.
    pub fn vigil(&self) -> &Vigil {
        &self.inner.vigil
    }

    /// How the program ends.
    pub fn life(&self) -> &Lifecycle {
        &self.inner.life
    }

    /// The build of the pages.
    pub fn build(&self) -> &str {
        &self.inner.build
    }

    /// Rings when a relay comes or goes.
    pub(super) fn bell(&self) -> &Bell {
        &self.inner.bell
    }

    /// The relay of one server.
    pub fn relay(&self, server: &ServerId) -> Option<Relay> {
        lock(&self.inner.relays).get(server).cloned()
    }

    /// The relays of all servers.
    pub fn relays(&self) -> Vec<Relay> {
        lock(&self.inner.relays).values().cloned().collect()
    }

    /// Adds a server's relay, in the place of the one it had. Its server must be in the
    /// house before: devices forget what is not.
    pub fn add(&self, relay: Relay) {
        lock(&self.inner.relays).insert(relay.server().clone(), relay);
        self.moved();
    }

    /// Removes a server's relay. Its server must be in the house until then: whoever hears
    /// that it is gone hears nothing more of it.
    pub fn remove(&self, server: &ServerId) {
        lock(&self.inner.relays).remove(server);
        self.moved();
    }

    fn moved(&self) {
        self.inner.generation.fetch_add(1, Ordering::AcqRel);
        self.inner.bell.ring();
    }

    /// Moves when a relay comes or goes.
    pub(super) fn generation(&self) -> u64 {
        self.inner.generation.load(Ordering::Acquire)
    }

    /// Opens a stream for a session of the owner; the oldest one gives way where there are
    /// too many.
    pub(super) fn open(&self, session: i64) -> (StreamId, mpsc::Receiver<Box<Command>>) {
        // Boxed: a channel has room for 32 from the beginning, and few ever come.
        let (commands, inbox) = mpsc::channel(COMMANDS_MAX);
        let id = StreamId::new(format!("st_{:016x}", u64::from_le_bytes(random::bytes())));
        let mut streams = lock(&self.inner.streams);
        let mut mine: Vec<(u64, &Stream)> = streams
            .open
            .values()
            .filter(|stream| stream.session == session)
            .map(|stream| (stream.number, stream))
            .collect();
        mine.sort_by_key(|(number, _)| *number);
        let too_many = (mine.len() + 1).saturating_sub(STREAMS_PER_SESSION);
        for (_, oldest) in mine.into_iter().take(too_many) {
            // One that is busy or gone ends by itself.
            let _ = oldest
                .commands
                .try_send(Box::new(Command::End(Farewell::Crowded)));
        }
        streams.opened += 1;
        let number = streams.opened;
        let stream = Stream {
            session,
            number,
            commands,
        };
        streams.open.insert(id.clone(), stream);
        (id, inbox)
    }

    pub(super) fn close(&self, id: &StreamId) {
        lock(&self.inner.streams).open.remove(id);
    }

    /// Tells a stream that its device looks at something else.
    pub fn focus(&self, stream: &StreamId, focus: Focus) -> Result<(), StreamFault> {
        self.tell(stream, Command::Focus(focus))
    }

    /// Tells a stream to send `wanted`, which was found.
    pub fn passage(
        &self,
        stream: &StreamId,
        server: ServerId,
        session: SessionId,
        wanted: Passage,
        found: Found,
    ) -> Result<(), StreamFault> {
        self.tell(
            stream,
            Command::Passage {
                server,
                session,
                wanted,
                found,
            },
        )
    }

    fn tell(&self, stream: &StreamId, command: Command) -> Result<(), StreamFault> {
        let streams = lock(&self.inner.streams);
        let stream = streams.open.get(stream).ok_or(StreamFault::Gone)?;
        match stream.commands.try_send(Box::new(command)) {
            Ok(()) => Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => Err(StreamFault::Busy),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(StreamFault::Gone),
        }
    }

    /// How many streams are open.
    pub fn streams(&self) -> usize {
        lock(&self.inner.streams).open.len()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
