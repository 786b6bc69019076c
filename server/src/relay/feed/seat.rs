//! The place of a device in one server, beside the server's relay and an ear at its bell.

use domain::id::SessionId;
use domain::sync::{Cursor, Epoch, Focus, Seq, Source};

use crate::relay::bell::{Ear, Listener};
use crate::relay::frames::Line;
use crate::relay::handle::{Relay, View};
use crate::relay::place::Place;

/// A place that is taken.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) relay: Relay,
    pub(super) place: Place,
    /// The life of the relay.
    life: Epoch,
    ear: Ear,
    /// Whether there may be something to send though nothing rang.
    stale: bool,
    /// Up to where the device hears of this server before it hears more of the house.
    owes: Option<Seq>,
    /// Whether a session that the device looks at runs.
    runs: bool,
}

impl Seat {
    /// Takes the place of a device with this cursor.
    pub(super) fn take(relay: Relay, listener: &Listener, cursor: &Cursor, focus: &Focus) -> Self {
        let server = relay.server().clone();
        let at = cursor.at(&Source::Server(server.clone()));
        Self {
            place: Place::new(server, at, focus),
            life: life_of(&relay),
            ear: listener.listen(relay.bell()),
            relay,
            stale: true,
            owes: None,
            runs: false,
        }
    }

    /// Whether this is a place in `relay`: not in another one of the same server.
    pub(super) fn is_in(&self, relay: &Relay) -> bool {
        self.relay.server() == relay.server() && self.life == life_of(relay)
    }

    /// Has it looked at, though nothing rang.
    pub(super) fn look_again(&mut self) {
        self.stale = true;
    }

    /// Whether a session that the device looks at runs.
    pub(super) fn runs(&self) -> bool {
        self.runs
    }

    /// The next frame, if there is one; `missing` takes the transcripts that should be there
    /// and are not.
    pub(super) fn next(&mut self, missing: &mut Vec<SessionId>) -> Option<Line> {
        let rang = self.ear.take();
        if !rang && !self.stale {
            return None;
        }
        let Self {
            relay,
            place,
            stale,
            runs,
            ..
        } = self;
        relay.with_press(|live, press| {
            let frame = place.next(live, press);
            if live.primed() {
                missing.extend(place.missing(live));
            }
            *runs = place.wanted().iter().any(|it| live.is_running(it));
            // To look once more whether there is more costs as much as the frame.
            *stale = frame.is_some() && !place.has_all(live);
            frame
        })
    }

    /// What has happened so far is to be told before anything else.
    pub(super) fn owe(&mut self) {
        self.owes = Some(self.relay.with(|live| live.position().seq));
        // The bell may ring only after the house's.
        self.stale = true;
    }

    /// The next frame of what is to be told before anything else.
    pub(super) fn next_owed(&mut self, missing: &mut Vec<SessionId>) -> Option<Line> {
        let owes = self.owes?;
        let frame = self.next(missing);
        if frame.is_none() || self.place.read() >= Some(owes) {
            self.owes = None;
        }
        frame
    }

    /// Counts the device among those who look at what it looks at.
    pub(super) fn views(&self, visible: bool) -> impl Iterator<Item = View> {
        let wanted = self.place.wanted().iter();
        wanted.map(move |session| self.relay.view(session.clone(), visible))
    }
}

fn life_of(relay: &Relay) -> Epoch {
    relay.with(|live| live.position().epoch)
}
