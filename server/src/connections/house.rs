//! The house as a source: the saved servers and how we stand with each, with a journal of
//! its own.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::house::{House, HouseEvent, Server};
use domain::id::ServerId;
use domain::sync::{Epoch, Frame, Position};

use super::chronicle::Chronicle;
use crate::relay::bell::Bell;
use crate::relay::frames::{self, Line};
use crate::relay::journal::{Journal, Read, Shelf};

/// About how many bytes of house events go into one frame.
const FRAME_BYTES: usize = 64 * 1024;

/// The house and what happened to it. A handle, cheap to clone.
#[derive(Clone, Debug)]
pub struct HouseSource {
    // Held for a few map operations, never across an await.
    state: Arc<Mutex<State>>,
    bell: Bell,
    chronicle: Chronicle,
}

#[derive(Debug)]
struct State {
    house: House,
    journal: Journal,
}

impl HouseSource {
    /// An empty house in the life `epoch`; its journal stands on `shelf`.
    pub fn new(epoch: Epoch, shelf: &Shelf) -> Self {
        let state = State {
            house: House::default(),
            journal: Journal::new(epoch, shelf),
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            bell: Bell::default(),
            chronicle: Chronicle::default(),
        }
    }

    /// Rings when something happened.
    pub fn bell(&self) -> &Bell {
        &self.bell
    }

    /// How each connection has been.
    pub fn chronicle(&self) -> &Chronicle {
        &self.chronicle
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The house and where it stands.
    pub fn snapshot(&self) -> (Position, House) {
        let state = self.lock();
        (state.journal.position(), state.house.clone())
    }

    /// One server.
    pub fn server(&self, id: &ServerId) -> Option<Server> {
        self.lock().house.servers.get(id).cloned()
    }

    /// Adds or replaces a server.
    pub fn put(&self, server: Server) {
        self.apply(&mut self.lock(), &HouseEvent::ServerUpserted { server });
    }

    /// Changes a server, if it is there. Nobody else changes it meanwhile.
    pub fn update(&self, id: &ServerId, change: impl FnOnce(&mut Server)) {
        let mut state = self.lock();
        let Some(mut server) = state.house.servers.get(id).cloned() else {
            return;
        };
        change(&mut server);
        self.apply(&mut state, &HouseEvent::ServerUpserted { server });
    }

    /// Removes a server.
    pub fn remove(&self, id: &ServerId) {
        let removed = HouseEvent::ServerRemoved { server: id.clone() };
        self.apply(&mut self.lock(), &removed);
    }

    /// A server keeps its id and is another from now on: devices let go of all they have
    /// of the old one.
    pub fn replace(&self, server: Server) {
        let mut state = self.lock();
        let removed = HouseEvent::ServerRemoved {
            server: server.id.clone(),
        };
        self.apply(&mut state, &removed);
        self.apply(&mut state, &HouseEvent::ServerUpserted { server });
    }

    fn apply(&self, state: &mut State, event: &HouseEvent) {
        if !state.house.apply(event) {
            return;
        }
        match serde_json::to_string(event) {
            Ok(json) => state.journal.record_json(json),
            Err(error) => {
                tracing::error!(%error, "a house event could not be encoded");
                state.journal.void();
            }
        }
        self.bell.ring();
    }
}

/// Where one device stands in the house.
#[derive(Debug)]
pub struct HousePlace(Option<Position>);

impl HousePlace {
    /// The place of a device that opens a stream.
    pub fn new(at: Option<Position>) -> Self {
        Self(at)
    }

    /// What the device has been told.
    pub fn told(&self) -> Option<Position> {
        self.0
    }

    /// The next frame, if there is anything to say.
    pub fn next(&mut self, source: &HouseSource) -> Option<Line> {
        let state = source.lock();
        let head = state.journal.position();
        let read = self.0.map_or(Read::Lost, |at| {
            state.journal.read(at, |_| true, FRAME_BYTES)
        });
        match (self.0, read) {
            (Some(from), Read::Covered { to, events, .. }) => {
                if events.is_empty() {
                    return None;
                }
                let at = Position { seq: to, ..head };
                self.0 = Some(at);
                Some(frames::house_events(from.seq, at, &events))
            }
            (_, Read::Lost | Read::Covered { .. }) => {
                self.0 = Some(head);
                frames::encode(&Frame::HouseReset {
                    at: head,
                    house: state.house.clone(),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::testing::{EPOCH, frame_of, server};
    use domain::house::ServerLink;
    use domain::sync::Replica;
    use domain::time::Millis;

    #[test]
    fn a_device_follows_the_house_from_nothing_and_from_its_cursor() {
        let source = HouseSource::new(EPOCH, &Shelf::default());
        let id = ServerId::new("srv");
        source.put(server(&id));
        let mut device = Replica::default();
        let mut place = HousePlace::new(None);
        let receive = |device: &mut Replica, place: &mut HousePlace| {
            let mut frames = 0;
            while let Some(line) = place.next(&source) {
                device.apply(frame_of(&line));
                frames += 1;
            }
            assert_eq!(device.house, source.snapshot().1);
            frames
        };
        assert_eq!(receive(&mut device, &mut place), 1);
        source.update(&id, |server| {
            server.link = ServerLink::Connecting { since: Millis(3) };
        });
        assert_eq!(receive(&mut device, &mut place), 1);
        source.update(&id, |_| {});
        assert_eq!(receive(&mut device, &mut place), 0, "nothing changed");
        source.remove(&id);
        let at = device.cursor().at(&domain::sync::Source::House);
        assert_eq!(receive(&mut device, &mut HousePlace::new(at)), 1);
    }
}
