//! What one open stream sends: the house and each server from the device's place on, state
//! that it asks for, a beat in silence, a farewell at the end.
//!
//! It is pulled: nothing is made before the device takes it, so a device that reads
//! nothing holds a place and nothing else.

mod loads;
mod seat;

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::pin::Pin;
use std::time::Duration;

use domain::id::{ServerId, SessionId, StreamId};
use domain::sync::{Cursor, Farewell, Focus, Frame, Hello, PROTOCOL, Source, StreamRequest};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::sync::mpsc;
use tokio::time::{Instant, Sleep, sleep};
use tokio_util::sync::CancellationToken;

use super::bell::{Ear, Listener};
use super::frames::{self, Line};
use super::handle::View;
use super::hub::{Command, Hub};
use crate::connections::house::HousePlace;
use loads::{Loaded, Loads};
use seat::Seat;

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
    commands: mpsc::Receiver<Box<Command>>,
    /// Woken where something moved.
    listener: Listener,
    /// The program ends, or the owner's session. Looked at only when one of them happens: all
    /// streams wait for the same, so that a look at every word would be in the way of others.
    ends: FuturesUnordered<End>,
    /// When it is to be seen whether a beat is due. It may ring too early, never too late.
    /// Kept from one wait to the next: to begin anew at every word costs more than the word.
    alarm: Pin<Box<Sleep>>,
    house: HousePlace,
    house_ear: Ear,
    /// Whether there may be something in the house.
    house_stale: bool,
    hub_ear: Ear,
    /// Hears when the machine awakes.
    awoke: Ear,
    // Boxed: a map has room for eleven from the beginning, and there is one, or a few.
    seats: BTreeMap<ServerId, Box<Seat>>,
    /// The server of which the last frame was: the next one comes first then, so that one
    /// that always has more to say keeps no other from a slow device.
    served: Option<ServerId>,
    /// As of when these are the relays that there are.
    generation: Option<u64>,
    /// Where the device stands in servers that have no place yet.
    cursor: Cursor,
    focus: Focus,
    views: Vec<View>,
    loads: Loads,
    ready: VecDeque<Line>,
    last: Instant,
    /// The silence that the device was told to expect; none before it was told that it has
    /// all that it missed.
    expects: Option<Duration>,
    farewell: Option<Farewell>,
    done: bool,
}

/// Why a stream ends by itself, once it does.
type End = Pin<Box<dyn Future<Output = Farewell> + Send>>;

/// What wakes a feed.
enum Wake {
    End(Farewell),
    Command(Option<Box<Command>>),
    Loaded(Option<Loaded>),
    Moved,
    Alarm,
}

impl Feed {
    /// Opens a stream for `session` of the owner, which ends with `ended`.
    pub fn open(hub: Hub, session: i64, ended: CancellationToken, request: StreamRequest) -> Self {
        let (id, commands) = hub.open(session);
        let listener = Listener::default();
        let mut feed = Self {
            house_ear: listener.listen(hub.house().bell()),
            hub_ear: listener.listen(hub.bell()),
            awoke: listener.listen(hub.vigil().awoke()),
            listener,
            ends: ends(hub.life().soft().clone(), ended),
            alarm: Box::pin(sleep(BEAT)),
            house: HousePlace::new(request.cursor.at(&Source::House)),
            house_stale: true,
            id,
            commands,
            seats: BTreeMap::new(),
            served: None,
            generation: None,
            cursor: request.cursor,
            focus: request.focus,
            views: Vec::new(),
            loads: Loads::default(),
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
            && self.seats.iter().all(|(server, seat)| {
                seat.place.told() == cursor.at(&Source::Server(server.clone()))
            })
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
            && self.seats.values().all(|it| it.place.keeps_up(&focus));
        if !same {
            self.obey(Command::Focus(focus));
        }
        self.greet();
    }

    /// When it last gave a frame, or was opened.
    pub fn last(&self) -> Instant {
        self.last
    }

    /// The next frame; none when the stream is over. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Line> {
        // Also where there is always more to send: a device that cannot keep up is obeyed,
        // and sent away with its session.
        while let Ok(command) = self.commands.try_recv() {
            self.obey(*command);
        }
        if let Some(Some(farewell)) = self.ends.next().now_or_never() {
            self.farewell = Some(farewell);
        }
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
            if let Some(frame) = self.gather() {
                self.last = Instant::now();
                return Some(frame);
            }
            if !self.ready.is_empty() {
                continue;
            }
            let is_current = self.expects.is_some() || self.loads.is_calm();
            // A device that waits since before the machine slept has heard nothing for as
            // long; where it is gone the beat finds that out.
            let awoke = self.awoke.take();
            if is_current && (awoke || self.expects != Some(self.silence())) {
                self.beat();
                continue;
            }
            match self.wait().await {
                Wake::End(farewell) => self.farewell = Some(farewell),
                Wake::Command(Some(command)) => self.obey(*command),
                // The registry let go of us: it only does when we close.
                Wake::Command(None) => self.done = true,
                Wake::Loaded(loaded) => self.loaded(loaded),
                Wake::Moved => {}
                Wake::Alarm => {
                    let due = self.last + self.silence();
                    if Instant::now() < due {
                        self.alarm.as_mut().reset(due);
                    } else {
                        self.beat();
                    }
                }
            }
        }
    }

    async fn wait(&mut self) -> Wake {
        tokio::select! {
            // What wakes it most comes first: the others need not be asked then, and are
            // before the next frame.
            biased;
            () = self.listener.woken() => Wake::Moved,
            Some(farewell) = self.ends.next() => Wake::End(farewell),
            command = self.commands.recv() => Wake::Command(command),
            Some(loaded) = self.loads.next(), if !self.loads.is_calm() => Wake::Loaded(loaded),
            () = &mut self.alarm => Wake::Alarm,
        }
    }

    fn say(&mut self, frame: &Frame) {
        self.ready.extend(frames::encode(frame));
    }

    /// The next thing that the device misses.
    fn gather(&mut self) -> Option<Line> {
        if self.house_ear.take() {
            self.house_stale = true;
            // A server is connected once all that was missed of it is there: a device hears
            // of both in the same order.
            self.seats.values_mut().for_each(|seat| seat.owe());
        }
        if self.house_stale {
            let owed = self.of_seats(Seat::next_owed);
            if let Some(frame) = owed.or_else(|| self.house.next(self.hub.house())) {
                return Some(frame);
            }
            self.house_stale = false;
        }
        self.be_seated();
        self.of_seats(Seat::next)
    }

    /// The first frame that `next` gives of a seat.
    fn of_seats(
        &mut self,
        next: fn(&mut Seat, &mut Vec<SessionId>) -> Option<Line>,
    ) -> Option<Line> {
        let mut missing = Vec::new();
        let last = self.served.take();
        let behind = last.as_ref().map_or(Unbounded, Excluded);
        let before = last.as_ref().map_or(Unbounded, Included);
        for range in [(behind, Unbounded), (Unbounded, before)] {
            for (server, seat) in self.seats.range_mut::<ServerId, _>(range) {
                let frame = next(seat, &mut missing);
                for session in missing.drain(..) {
                    self.loads.load(&seat.relay, session);
                }
                if frame.is_some() {
                    self.served = Some(server.clone());
                    return frame;
                }
            }
        }
        self.served = last;
        None
    }

    /// Takes a place in each relay that is new, and lets go of those that are gone or
    /// replaced: a server that was removed says nothing more, and one at another address
    /// begins anew.
    fn be_seated(&mut self) {
        // Whatever it rang for is seen in the number; an ear that is not taken is deaf.
        self.hub_ear.take();
        let generation = self.hub.generation();
        if self.generation == Some(generation) {
            return;
        }
        self.generation = Some(generation);
        let relays = self.hub.relays();
        self.seats
            .retain(|_, seat| relays.iter().any(|relay| seat.is_in(relay)));
        for relay in relays {
            let seat = self.seats.entry(relay.server().clone());
            seat.or_insert_with(|| {
                let seat = Seat::take(relay, &self.listener, &self.cursor, &self.focus);
                Box::new(seat)
            });
        }
        let seats = &self.seats;
        self.loads.keep_only(|server| seats.contains_key(server));
        self.look();
    }

    fn loaded(&mut self, loaded: Option<Loaded>) {
        match loaded {
            Some(loaded) => {
                if let Some(seat) = self.seats.get_mut(&loaded.server) {
                    seat.look_again();
                }
                if let Some(failed) = self.loads.done(loaded) {
                    self.say(&failed);
                }
            }
            None => self.look_again(),
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Focus(focus) => {
                self.focus = focus;
                for seat in self.seats.values_mut() {
                    seat.place.refocus(&self.focus);
                }
                // Looking again is trying again.
                self.loads.forgive();
                self.look_again();
                self.look();
            }
            Command::Passage {
                server,
                session,
                wanted,
                found,
            } => {
                if let Some(seat) = self.seats.get_mut(&server) {
                    seat.place.ask(session, wanted, found);
                    seat.look_again();
                }
            }
            Command::End(farewell) => self.farewell = Some(farewell),
        }
    }

    /// Has every place looked at, though nothing rang.
    fn look_again(&mut self) {
        for seat in self.seats.values_mut() {
            seat.look_again();
        }
    }

    /// Counts the device among those who look at what it looks at.
    fn look(&mut self) {
        let visible = self.focus.visible;
        let seats = self.seats.values();
        // The new ones count before the old ones are let go of, so that nothing is
        // dropped in between.
        self.views = seats.flat_map(|seat| seat.views(visible)).collect();
    }

    fn silence(&self) -> Duration {
        if self.seats.values().any(|seat| seat.runs()) {
            BEAT_RUNNING
        } else {
            BEAT
        }
    }

    /// In a calm moment the device is told how far it has come.
    fn beat(&mut self) {
        for seat in self.seats.values_mut() {
            self.ready.extend(seat.place.catch_up());
        }
        let now = self.hub.clock().now();
        let silence = self.silence();
        self.expects = Some(silence);
        self.alarm.as_mut().reset(Instant::now() + silence);
        self.say(&Frame::Beat {
            now,
            beat_ms: millis(silence),
        });
    }
}

fn ends(stopping: CancellationToken, signed_out: CancellationToken) -> FuturesUnordered<End> {
    let all: [End; 2] = [
        Box::pin(async move {
            stopping.cancelled().await;
            Farewell::Restarting { retry_ms: RETRY_MS }
        }),
        Box::pin(async move {
            signed_out.cancelled().await;
            Farewell::SignedOut
        }),
    ];
    all.into_iter().collect()
}

fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.hub.close(&self.id);
    }
}
