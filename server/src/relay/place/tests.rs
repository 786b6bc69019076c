//! The promise of the protocol, with `Replica` as the device: whatever happens on the
//! server, wherever the stream is cut, whatever is looked at, the device ends up with what
//! the relay has, within focus and window.

use std::cell::RefCell;
use std::rc::Rc;

use domain::event::{Event, PartRef};
use domain::id::MessageId;
use domain::session::SessionStatus;
use domain::sync::{Applied, Passage, Replica, Viewing, WINDOW_ROWS};
use domain::time::Millis;
use domain::tool::ToolState;
use domain::transcript::Transcript;
use proptest::prelude::*;

use super::*;
use crate::relay::journal::Shelf;
use crate::relay::testing::{assistant, at, bash, frame_of, live, piece, session, status, text};

const SESSIONS: [&str; 3] = ["a", "b", "c"];

fn server() -> ServerId {
    ServerId::new("srv")
}

/// A device and its open stream, if it has one.
struct Device {
    replica: Replica,
    viewing: Option<Viewing>,
    index: u32,
    place: Option<Place>,
    press: Rc<RefCell<Press>>,
    /// Whether its stream was cut, perhaps between events and the index that they call for.
    cut: bool,
}

impl Device {
    fn new(index: u32) -> Self {
        let mut replica = Replica::default();
        replica
            .house
            .servers
            .insert(server(), crate::relay::testing::server(&server()));
        Self {
            replica,
            viewing: None,
            index,
            place: None,
            press: Rc::default(),
            cut: false,
        }
    }

    /// Another device of the same server.
    fn beside(other: &Self, index: u32) -> Self {
        Self {
            press: Rc::clone(&other.press),
            ..Self::new(index)
        }
    }

    fn look(&mut self, session: Option<&str>) {
        self.viewing = session.map(|session| Viewing {
            server: server(),
            session: SessionId::new(session),
        });
        let focus = self.focus();
        if let Some(place) = &mut self.place {
            place.refocus(&focus);
        }
    }

    fn focus(&mut self) -> Focus {
        self.replica.focus(self.viewing.as_ref(), self.index, true)
    }

    fn open(&mut self) {
        let focus = self.focus();
        let cursor = self.replica.cursor();
        let at = cursor.at(&domain::sync::Source::Server(server()));
        self.place = Some(Place::new(server(), at, &focus));
    }

    /// Receives at most `frames`; the answer is how many came.
    fn receive(&mut self, live: &Live, frames: usize) -> usize {
        let Some(place) = &mut self.place else {
            return 0;
        };
        for n in 0..frames {
            let Some(sent) = place.next(live, &mut self.press.borrow_mut()) else {
                return n;
            };
            let frame = frame_of(&sent);
            assert_ne!(self.replica.apply(frame), Applied::Gap, "{sent:?}");
        }
        frames
    }

    /// Receives all there is, and compares.
    fn settle(&mut self, live: &Live) {
        if self.place.is_none() {
            self.open();
        }
        while self.receive(live, 64) > 0 {}
        let mirror = &self.replica.mirrors[&server()];
        for (id, entry) in &mirror.sessions {
            assert_eq!(Some(entry), live.mirror().sessions.get(id));
        }
        for entry in Index::of(live.mirror(), 0).sessions {
            assert!(
                mirror.sessions.contains_key(&entry.session.id),
                "what is urgent is in every index"
            );
        }
        if !self.cut {
            let beyond = live.mirror().sessions.len() - mirror.sessions.len();
            assert_eq!(self.replica.more[&server()] as usize, beyond);
        }
        assert_eq!(mirror.permissions, live.mirror().permissions);
        if self.index >= 10 {
            assert_eq!(mirror.sessions, live.mirror().sessions);
        }
        let looked_at: Vec<_> = mirror.transcripts.keys().cloned().collect();
        let wanted: Vec<_> = self.viewing.iter().map(|it| it.session.clone()).collect();
        let held = |id: &&SessionId| live.held_since(id).is_some();
        assert_eq!(
            looked_at,
            wanted.iter().filter(held).cloned().collect::<Vec<_>>()
        );
        for (id, shown) in &mirror.transcripts {
            let whole = &live.mirror().transcripts[id];
            assert_eq!(*shown, whole.tail(shown.entries.len()));
        }
    }
}

/// Something that happens on the server, or to the device.
#[derive(Clone, Debug)]
enum Step {
    Say { session: usize, message: u8 },
    Open { place: PartRef },
    Grow { place: PartRef, text: String },
    End { place: PartRef, text: String },
    Print { place: PartRef, lines: usize },
    Status { session: usize, busy: bool },
    Touch { session: usize, updated: u64 },
    Unread { session: usize },
    Settle { session: usize },
    Remove { session: usize, message: u8 },
    Break,
    Reload { session: usize },
    Look { session: Option<usize> },
    Widen { index: u32 },
    Receive { frames: usize },
    Cut,
    Compare,
}

fn place() -> impl Strategy<Value = PartRef> {
    (0..SESSIONS.len(), 0_u8..4, 0_u8..2).prop_map(|(session, message, part)| {
        at(
            SESSIONS[session],
            &format!("m{message}"),
            &format!("m{message}p{part}"),
        )
    })
}

fn step() -> impl Strategy<Value = Step> {
    let session = 0..SESSIONS.len();
    prop_oneof![
        4 => (session.clone(), 0_u8..4).prop_map(|(session, message)| Step::Say { session, message }),
        4 => place().prop_map(|place| Step::Open { place }),
        8 => (place(), "[a-zä]{1,6}").prop_map(|(place, text)| Step::Grow { place, text }),
        2 => (place(), "[a-zä]{0,9}").prop_map(|(place, text)| Step::End { place, text }),
        2 => (place(), 1_usize..400).prop_map(|(place, lines)| Step::Print { place, lines }),
        3 => (session.clone(), any::<bool>()).prop_map(|(session, busy)| Step::Status { session, busy }),
        2 => (session.clone(), 0_u64..20).prop_map(|(session, updated)| Step::Touch { session, updated }),
        1 => session.clone().prop_map(|session| Step::Unread { session }),
        1 => session.clone().prop_map(|session| Step::Settle { session }),
        1 => (session.clone(), 0_u8..4).prop_map(|(session, message)| Step::Remove { session, message }),
        1 => Just(Step::Break),
        1 => session.clone().prop_map(|session| Step::Reload { session }),
        3 => proptest::option::of(session).prop_map(|session| Step::Look { session }),
        1 => (0_u32..4).prop_map(|index| Step::Widen { index }),
        4 => (0_usize..4).prop_map(|frames| Step::Receive { frames }),
        2 => Just(Step::Cut),
        2 => Just(Step::Compare),
    ]
}

fn play(live: &mut Live, device: &mut Device, step: Step) {
    match step {
        Step::Say { session, message } => {
            let id = format!("m{message}");
            live.absorb(assistant(SESSIONS[session], &id, u64::from(message)));
        }
        Step::Open { place } => {
            live.absorb(text(&place, "", true));
        }
        Step::Grow { place, text } => {
            live.grow(&piece(&place, &text));
        }
        Step::End { place, text: end } => {
            let known = super::super::absorb::text_of(live.mirror(), &place)
                .map(|text| text.text.clone())
                .unwrap_or_default();
            live.absorb(text(&place, &format!("{known}{end}"), false));
        }
        Step::Print { place, lines } => {
            let output = "a line of a tool's output that is long\n".repeat(lines);
            let place = PartRef {
                part: domain::id::PartId::new(format!("{}tool", place.part)),
                ..place
            };
            live.absorb(bash(&place, ToolState::Running, &output));
        }
        Step::Status { session, busy } => {
            let to = if busy {
                SessionStatus::Busy
            } else {
                SessionStatus::Idle
            };
            live.commit(&status(SESSIONS[session], to));
        }
        Step::Touch {
            session: it,
            updated,
        } => {
            live.absorb(Event::SessionUpserted {
                session: domain::session::Session {
                    updated: Millis(updated),
                    ..session(SESSIONS[it])
                },
            });
        }
        Step::Unread { session } => {
            live.commit(&Event::UnreadChanged {
                session: SessionId::new(SESSIONS[session]),
                unread: true,
            });
        }
        Step::Settle { session } => {
            live.commit(&Event::TurnSettled {
                session: SessionId::new(SESSIONS[session]),
            });
        }
        Step::Remove { session, message } => {
            live.commit(&Event::MessageRemoved {
                session: SessionId::new(SESSIONS[session]),
                message: MessageId::new(format!("m{message}")),
            });
        }
        Step::Break => live.mark_broken(),
        Step::Reload { session } => {
            let id = SessionId::new(SESSIONS[session]);
            let again = live.mirror().transcripts.get(&id).cloned();
            live.drop_transcript(&id);
            live.hold(&id, again.unwrap_or_default());
        }
        Step::Look { session } => device.look(session.map(|at| SESSIONS[at])),
        Step::Widen { index } => {
            if device.index < 10 {
                device.index = index;
                let focus = device.focus();
                if let Some(place) = &mut device.place {
                    place.refocus(&focus);
                }
            }
        }
        Step::Receive { frames } => {
            device.receive(live, frames);
        }
        Step::Cut => {
            device.cut = true;
            device.place = None;
            device.open();
        }
        Step::Compare => device.settle(live),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn two_devices_end_up_with_what_the_relay_has(
        index in prop_oneof![Just(0_u32), Just(2), Just(100)],
        steps in proptest::collection::vec((any::<bool>(), step()), 1..120),
    ) {
        let mut live = live(&SESSIONS);
        let mut device = Device::new(index);
        let mut other = Device::beside(&device, 100);
        device.open();
        other.open();
        for (to_other, step) in steps {
            let to = if to_other { &mut other } else { &mut device };
            play(&mut live, to, step);
        }
        device.settle(&live);
        other.settle(&live);
    }
}

#[test]
fn a_device_that_was_never_there_gets_everything_in_two_frames() {
    let mut live = live(&["a"]);
    live.absorb(assistant("a", "m0", 1));
    let mut device = Device::new(100);
    device.look(Some("a"));
    device.open();
    assert_eq!(device.receive(&live, 10), 2, "a reset and a window");
    device.settle(&live);
}

#[test]
fn a_device_that_missed_more_than_the_journal_holds_is_reset_and_gets_its_window_again() {
    let mut live = live(&["a"]);
    let mut device = Device::new(100);
    device.look(Some("a"));
    device.settle(&live);
    for n in 0..=super::super::journal::ENTRIES_MAX as u64 {
        live.absorb(assistant("a", &format!("m{n}"), n));
    }
    device.place = None;
    device.open();
    assert_eq!(device.receive(&live, 10), 2);
    device.settle(&live);
}

#[test]
fn a_window_that_lapsed_comes_again_also_where_the_stream_is_cut_before_it() {
    let mut live = live(&["a", "b"]);
    let mut device = Device::new(100);
    device.look(Some("a"));
    device.settle(&live);
    // It was let go of, and much happened before it was read again.
    live.drop_transcript(&SessionId::new("a"));
    live.absorb(assistant("b", "m0", 1));
    let again = Transcript {
        older: true,
        ..Transcript::default()
    };
    live.hold(&SessionId::new("a"), again);
    assert_eq!(
        device.receive(&live, 2),
        2,
        "it lapsed, and the cursor goes on"
    );
    device.place = None;
    device.settle(&live);
    let mirror = &device.replica.mirrors[&server()];
    assert!(mirror.transcripts[&SessionId::new("a")].older);
}

/// A session of a hundred messages, and a device that looks at it.
fn reading_a_hundred() -> (Live, Device) {
    let mut live = live(&["a"]);
    for n in 0..100_u64 {
        live.absorb(assistant("a", &format!("m{n:03}"), n));
    }
    let mut device = Device::new(100);
    device.look(Some("a"));
    device.settle(&live);
    (live, device)
}

#[test]
fn older_messages_come_when_asked_for() {
    let (live, mut device) = reading_a_hundred();
    let shown = |device: &Device| -> Transcript {
        device.replica.mirrors[&server()].transcripts[&SessionId::new("a")].clone()
    };
    let ask = |device: &mut Device, wanted| {
        let place = device.place.as_mut().unwrap();
        assert!(place.ask(SessionId::new("a"), wanted, Found::Mirror));
        while device.receive(&live, 64) > 0 {}
    };
    assert_eq!(shown(&device).entries.len(), WINDOW_ROWS);
    for _ in 0..2 {
        let first = shown(&device).entries[0].message.id.clone();
        ask(&mut device, Passage::Before(first));
    }
    assert_eq!(shown(&device).entries.len(), 100);
    assert!(!shown(&device).older);

    // What is far from the reader is let go of and comes back; the end as a whole, too.
    let key = device.viewing.clone().unwrap();
    let id = |n: usize| MessageId::new(format!("m{n:03}"));
    assert!(device.replica.keep(&key, &id(10), &id(50)));
    assert!(shown(&device).newer);
    ask(&mut device, Passage::After(id(50)));
    assert_eq!(shown(&device).entries.last().unwrap().message.id, id(82));
    ask(&mut device, Passage::After(id(82)));
    assert!(!shown(&device).newer);
    assert_eq!(
        shown(&device),
        live.mirror().transcripts[&key.session].slice(10, 100)
    );
    ask(&mut device, Passage::Around(id(30)));
    let around = shown(&device);
    assert!(around.older && around.newer && around.message_at(&id(30)).is_some());
    ask(&mut device, Passage::End);
    assert_eq!(
        shown(&device),
        live.mirror().transcripts[&key.session].tail(WINDOW_ROWS)
    );
}

#[test]
fn what_is_asked_after_something_that_is_gone_is_answered_at_once() {
    let (live, mut device) = reading_a_hundred();
    let id = |n: usize| MessageId::new(format!("m{n:03}"));
    let place = device.place.as_mut().unwrap();
    for wanted in [Passage::Around(id(999)), Passage::Around(id(30))] {
        assert!(place.ask(SessionId::new("a"), wanted, Found::Mirror));
    }
    assert_eq!(device.receive(&live, 1), 1);
    let shown = &device.replica.mirrors[&server()].transcripts[&SessionId::new("a")];
    assert!(shown.message_at(&id(30)).is_some());
}

#[test]
fn a_server_that_is_not_primed_says_nothing() {
    let live = Live::new(crate::relay::testing::EPOCH, &Shelf::default());
    let mut device = Device::new(100);
    device.open();
    assert_eq!(device.receive(&live, 1), 0);
}

#[test]
fn what_a_device_does_not_look_at_costs_it_only_a_place() {
    let mut live = live(&["a", "b"]);
    let mut device = Device::new(100);
    device.look(Some("a"));
    device.settle(&live);
    live.absorb(assistant("b", "m0", 1));
    assert_eq!(device.receive(&live, 1), 0);
    let place = device.place.as_mut().unwrap();
    assert!(place.catch_up().is_some());
    assert!(place.catch_up().is_none());
}

/// A server with the sessions `a` to `e`, the last the newest, and a device that lists two.
fn five_and_a_device_of_two() -> (Live, Device) {
    let mut live = live(&[]);
    for (n, id) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
        touch(&mut live, id, 1 + n as u64);
    }
    let mut device = Device::new(2);
    device.settle(&live);
    (live, device)
}

fn touch(live: &mut Live, id: &str, updated: u64) {
    live.absorb(Event::SessionUpserted {
        session: domain::session::Session {
            updated: Millis(updated),
            ..session(id)
        },
    });
}

fn listed(device: &Device) -> (Vec<&str>, u32) {
    let sessions = device.replica.mirrors[&server()].sessions.keys();
    let ids = sessions.map(SessionId::as_str).collect();
    (ids, device.replica.more[&server()])
}

#[test]
fn where_a_session_goes_the_next_one_comes_up_and_the_rest_is_counted_anew() {
    let (mut live, mut device) = five_and_a_device_of_two();
    assert_eq!(listed(&device), (vec!["d", "e"], 3));
    live.commit(&Event::SessionRemoved {
        session: SessionId::new("e"),
    });
    device.settle(&live);
    assert_eq!(listed(&device), (vec!["c", "d"], 2));
    live.commit(&Event::SessionRemoved {
        session: SessionId::new("a"),
    });
    device.settle(&live);
    assert_eq!(listed(&device), (vec!["c", "d"], 1), "one from beyond");
}

#[test]
fn a_session_that_comes_up_from_beyond_is_no_longer_counted_there() {
    let (mut live, mut device) = five_and_a_device_of_two();
    touch(&mut live, "a", 9);
    device.settle(&live);
    assert_eq!(listed(&device), (vec!["a", "e"], 3));
    // A new one needs no list: the device counts as well as we do.
    touch(&mut live, "f", 10);
    assert_eq!(device.receive(&live, 10), 1);
    assert_eq!(listed(&device), (vec!["a", "e", "f"], 3));
    // Nor does a change to what is there.
    touch(&mut live, "e", 11);
    assert_eq!(device.receive(&live, 10), 1);
}

#[test]
fn a_device_that_was_away_while_the_list_moved_counts_right_again() {
    let (mut live, mut device) = five_and_a_device_of_two();
    device.place = None;
    touch(&mut live, "b", 9);
    live.commit(&Event::SessionRemoved {
        session: SessionId::new("e"),
    });
    device.settle(&live);
    assert_eq!(listed(&device), (vec!["b", "d"], 2));
}
