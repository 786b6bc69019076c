//! What one open stream sends: the house and each server from the device's place on, state
//! that it asks for, a beat in silence, a farewell at the end.
//!
//! It is pulled: nothing is made before the device takes it, so a device that reads
//! nothing holds a place and nothing else.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use domain::id::{ServerId, SessionId, StreamId};
use domain::sync::{
    Cursor, Epoch, Farewell, Focus, Frame, Hello, PROTOCOL, Source, StreamRequest, WindowFault,
};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::frames;
use super::handle::{Relay, View};
use super::hub::{Command, Hub};
use super::place::Place;
use crate::connections::house::HousePlace;

/// The longest silence while a session that the device looks at runs.
const BEAT_RUNNING: Duration = Duration::from_secs(5);
/// The longest silence otherwise.
const BEAT: Duration = Duration::from_secs(15);
/// When a device should come back after a restart: starting takes about as long.
const RETRY_MS: u32 = 1_000;

/// One open stream.
#[derive(Debug)]
pub struct Feed {
    hub: Hub,
    id: StreamId,
    commands: mpsc::Receiver<Command>,
    ear: watch::Receiver<u64>,
    /// Cancelled when the owner's session ends.
    ended: CancellationToken,
    house: HousePlace,
    places: BTreeMap<ServerId, Place>,
    /// The lives of the relays that the places are in.
    lives: BTreeMap<ServerId, Epoch>,
    /// As of when these are the relays that there are.
    generation: u64,
    /// Where the device stands in servers that have no place yet.
    cursor: Cursor,
    focus: Focus,
    views: Vec<View>,
    loads: JoinSet<Loaded>,
    loading: BTreeSet<(ServerId, SessionId)>,
    /// Transcripts that could not be had, and under which connection.
    failed: BTreeMap<(ServerId, SessionId), u64>,
    ready: VecDeque<String>,
    last: Instant,
    /// The silence that the device was told to expect; none before it was told that it has
    /// all that it missed.
    expects: Option<Duration>,
    farewell: Option<Farewell>,
    done: bool,
}

/// A transcript was looked for.
#[derive(Debug)]
struct Loaded {
    server: ServerId,
    session: SessionId,
    connects: u64,
    result: Result<(), WindowFault>,
}

/// What wakes a feed.
enum Wake {
    Command(Option<Command>),
    Loaded(Option<Loaded>),
    Moved,
    Stopping,
    SignedOut,
    Beat,
}

impl Feed {
    /// Opens a stream for `session` of the owner, which ends with `ended`.
    pub fn open(hub: Hub, session: i64, ended: CancellationToken, request: StreamRequest) -> Self {
        let (id, commands) = hub.open(session);
        let mut feed = Self {
            ear: hub.bell().listen(),
            house: HousePlace::new(request.cursor.at(&Source::House)),
            id,
            commands,
            ended,
            places: BTreeMap::new(),
            lives: BTreeMap::new(),
            generation: hub.generation(),
            cursor: request.cursor,
            focus: request.focus,
            views: Vec::new(),
            loads: JoinSet::new(),
            loading: BTreeSet::new(),
            failed: BTreeMap::new(),
            ready: VecDeque::new(),
            last: Instant::now(),
            expects: None,
            farewell: None,
            done: false,
            hub,
        };
        feed.greet();
        if feed.focus.visible {
            for relay in feed.hub.relays() {
                relay.nudge();
            }
        }
        if request.protocol != PROTOCOL || request.build != feed.hub.build() {
            feed.farewell = Some(Farewell::Update);
        }
        feed.look();
        feed
    }

    fn greet(&mut self) {
        let hello = Frame::Hello(Hello {
            protocol: PROTOCOL,
            build: self.hub.build().to_owned(),
            stream: self.id.clone(),
            now: self.hub.clock().now(),
            beat_ms: millis(BEAT),
        });
        if let Some(hello) = frames::encode(&hello) {
            self.ready.push_front(hello);
        }
    }

    /// The stream's id, for commands that speak of it.
    pub fn id(&self) -> &StreamId {
        &self.id
    }

    /// Whether nothing comes any more.
    pub fn is_over(&self) -> bool {
        self.done && self.ready.is_empty()
    }

    /// Whether a device with this cursor has got all that was given to it.
    pub fn stands_at(&self, cursor: &Cursor) -> bool {
        self.house.told() == cursor.at(&Source::House)
            && self
                .places
                .iter()
                .all(|(server, place)| place.told() == cursor.at(&Source::Server(server.clone())))
    }

    /// The device asks on, and looks at `focus`.
    pub fn resume(&mut self, focus: Focus) {
        let looks_at = |focus: &Focus| -> Vec<(ServerId, SessionId)> {
            let sessions = focus.sessions.iter();
            sessions
                .map(|it| (it.server.clone(), it.session.clone()))
                .collect()
        };
        let same = focus.index == self.focus.index
            && focus.visible == self.focus.visible
            && looks_at(&focus) == looks_at(&self.focus)
            && self.places.values().all(|place| place.keeps_up(&focus));
        if !same {
            self.obey(Command::Focus(focus));
        }
        self.greet();
    }

    /// The next frame as JSON; none when the stream is over.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(frame) = self.ready.pop_front() {
                self.last = Instant::now();
                return Some(frame);
            }
            if self.done {
                return None;
            }
            if let Some(farewell) = self.farewell.take() {
                self.done = true;
                self.say(&Frame::Farewell(farewell));
                continue;
            }
            self.ear.borrow_and_update();
            if let Some(frame) = self.gather() {
                self.last = Instant::now();
                return Some(frame);
            }
            if !self.ready.is_empty() {
                continue;
            }
            let is_current = self.expects.is_some() || self.loads.is_empty();
            if is_current && self.expects != Some(self.silence()) {
                self.beat();
                continue;
            }
            match self.wait().await {
                Wake::Command(Some(command)) => self.obey(command),
                // The registry let go of us: it only does when we close.
                Wake::Command(None) => self.done = true,
                Wake::Loaded(loaded) => self.loaded(loaded),
                Wake::Moved => {}
                Wake::Stopping => {
                    self.farewell = Some(Farewell::Restarting { retry_ms: RETRY_MS });
                }
                Wake::SignedOut => self.farewell = Some(Farewell::SignedOut),
                Wake::Beat => self.beat(),
            }
        }
    }

    async fn wait(&mut self) -> Wake {
        let beat = self.last + self.silence();
        let soft = self.hub.life().soft().clone();
        tokio::select! {
            biased;
            () = soft.cancelled() => Wake::Stopping,
            () = self.ended.cancelled() => Wake::SignedOut,
            command = self.commands.recv() => Wake::Command(command),
            Some(loaded) = self.loads.join_next() => Wake::Loaded(loaded.ok()),
            _ = self.ear.changed() => Wake::Moved,
            () = tokio::time::sleep_until(beat) => Wake::Beat,
        }
    }

    fn say(&mut self, frame: &Frame) {
        self.ready.extend(frames::encode(frame));
    }

    /// The next thing that the device misses.
    fn gather(&mut self) -> Option<String> {
        if let Some(frame) = self.house.next(self.hub.house()) {
            return Some(frame);
        }
        self.leave_gone();
        for relay in self.hub.relays() {
            let server = relay.server().clone();
            if !self.places.contains_key(&server) {
                self.lives.insert(server.clone(), epoch_of(&relay));
                let at = self.cursor.at(&Source::Server(server.clone()));
                let place = Place::new(server.clone(), at, &self.focus);
                self.places.insert(server.clone(), place);
                self.look();
            }
            let place = self.places.get_mut(&server)?;
            let (frame, missing) = relay.with(|live| {
                let frame = place.next(live);
                let missing = if live.primed() {
                    place.missing(live)
                } else {
                    Vec::new()
                };
                (frame, missing)
            });
            for session in missing {
                self.load(&server, session);
            }
            if frame.is_some() {
                return frame;
            }
        }
        None
    }

    /// Lets go of the places in relays that are gone or replaced: a server that was removed
    /// says nothing more, and one at another address begins anew.
    fn leave_gone(&mut self) {
        let generation = self.hub.generation();
        if generation == self.generation {
            return;
        }
        self.generation = generation;
        let relays = self.hub.relays();
        let here = |server: &ServerId, epoch: &Epoch| {
            let mut relays = relays.iter();
            relays.any(|it| it.server() == server && epoch_of(it) == *epoch)
        };
        self.lives.retain(|server, epoch| here(server, epoch));
        let lives = &self.lives;
        self.places.retain(|server, _| lives.contains_key(server));
        self.failed
            .retain(|(server, _), _| lives.contains_key(server));
        self.look();
    }

    /// Has a transcript loaded, unless that is under way or failed under this connection.
    fn load(&mut self, server: &ServerId, session: SessionId) {
        let Some(relay) = self.hub.relay(server) else {
            return;
        };
        let connects = relay.connects();
        let key = (server.clone(), session.clone());
        if self.failed.get(&key) == Some(&connects) || !self.loading.insert(key) {
            return;
        }
        let server = server.clone();
        self.loads.spawn(async move {
            let result = relay.look(session.clone()).await;
            Loaded {
                server,
                session,
                connects,
                result,
            }
        });
    }

    fn loaded(&mut self, loaded: Option<Loaded>) {
        let Some(loaded) = loaded else {
            // A look that crashed: whatever is missing is looked for again.
            self.loading.clear();
            return;
        };
        let key = (loaded.server.clone(), loaded.session.clone());
        self.loading.remove(&key);
        match loaded.result {
            Ok(()) => {
                self.failed.remove(&key);
            }
            Err(why) => {
                let first = self.failed.insert(key, loaded.connects).is_none();
                if first {
                    self.say(&Frame::WindowFailed {
                        server: loaded.server,
                        session: loaded.session,
                        why,
                    });
                }
            }
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Focus(focus) => {
                self.focus = focus;
                for place in self.places.values_mut() {
                    place.refocus(&self.focus);
                }
                // Looking again is trying again.
                self.failed.clear();
                self.look();
            }
            Command::Passage {
                server,
                session,
                wanted,
                found,
            } => {
                if let Some(place) = self.places.get_mut(&server) {
                    place.ask(session, wanted, found);
                }
            }
            Command::End(farewell) => self.farewell = Some(farewell),
        }
    }

    /// Counts the device among those who look at what it looks at.
    fn look(&mut self) {
        let mut views = Vec::new();
        for (server, place) in &self.places {
            let Some(relay) = self.hub.relay(server) else {
                continue;
            };
            for session in place.wanted() {
                views.push(relay.view(session.clone(), self.focus.visible));
            }
        }
        // The new ones count before the old ones are let go of, so that nothing is
        // dropped in between.
        self.views = views;
    }

    fn silence(&self) -> Duration {
        let running = self.places.iter().any(|(server, place)| {
            let Some(relay) = self.hub.relay(server) else {
                return false;
            };
            relay.with(|live| place.wanted().iter().any(|it| live.is_running(it)))
        });
        if running { BEAT_RUNNING } else { BEAT }
    }

    /// In a calm moment the device is told how far it has come.
    fn beat(&mut self) {
        for place in self.places.values_mut() {
            self.ready.extend(place.catch_up());
        }
        let now = self.hub.clock().now();
        let silence = self.silence();
        self.expects = Some(silence);
        self.say(&Frame::Beat {
            now,
            beat_ms: millis(silence),
        });
    }
}

fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

fn epoch_of(relay: &Relay) -> Epoch {
    relay.with(|live| live.position().epoch)
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.hub.close(&self.id);
    }
}
