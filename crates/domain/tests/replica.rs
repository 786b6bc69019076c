//! The first promise, held by machine: whatever is cut, repeated or resumed, a device's
//! copy equals the relay's within the device's windows.

#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

use domain::bulk::LongText;
use domain::event::{Event, PartRef};
use domain::house::{House, HouseEvent, Saved, Server, ServerLink};
use domain::id::{Directory, MessageId, PartId, ServerId, SessionId};
use domain::message::{Assistant, Message, Role};
use domain::mirror::Mirror;
use domain::part::{Part, PartBody, Text};
use domain::reduce::reduce;
use domain::session::{Session, SessionStatus};
use domain::sync::{
    Applied, Epoch, Frame, Index, Position, Replica, Seq, SessionWindow, Source, Viewing,
};
use domain::time::Millis;
use domain::tool::{Tool, ToolInput, ToolState};
use proptest::prelude::*;

const SERVER: &str = "srv";
const EPOCH: Epoch = Epoch(7);

/// A relay as small as can be: the whole journal, the mirror after each event.
struct Relay {
    journal: Vec<Event>,
    mirrors: Vec<Mirror>,
}

impl Relay {
    fn of(events: Vec<Event>) -> Self {
        let mut mirror = Mirror::default();
        for session in sessions() {
            mirror
                .transcripts
                .insert(session, domain::transcript::Transcript::default());
        }
        let mut mirrors = vec![mirror.clone()];
        for event in &events {
            reduce(&mut mirror, event);
            mirrors.push(mirror.clone());
        }
        Self {
            journal: events,
            mirrors,
        }
    }

    fn at(seq: usize) -> Position {
        Position {
            epoch: EPOCH,
            seq: Seq(seq as u64),
        }
    }

    fn reset(&self, seq: usize) -> Frame {
        Frame::Reset {
            server: ServerId::new(SERVER),
            at: Self::at(seq),
            index: Index::of(&self.mirrors[seq], 100),
        }
    }

    fn window(&self, seq: usize, session: &SessionId) -> Frame {
        Frame::Window {
            server: ServerId::new(SERVER),
            at: Self::at(seq),
            window: SessionWindow {
                session: session.clone(),
                transcript: self.mirrors[seq].transcripts[session].clone(),
            },
            family: self.mirrors[seq]
                .family(session)
                .into_iter()
                .cloned()
                .collect(),
        }
    }

    fn events(&self, from: usize, to: usize, focus: &SessionId) -> Frame {
        Frame::Events {
            server: ServerId::new(SERVER),
            from: Seq(from as u64),
            at: Self::at(to),
            events: self.journal[from..to]
                .iter()
                .filter(|event| event.transcript().is_none_or(|session| session == focus))
                .cloned()
                .collect(),
        }
    }
}

fn sessions() -> [SessionId; 2] {
    [SessionId::new("ses_a"), SessionId::new("ses_b")]
}

fn session_at(n: u8) -> SessionId {
    sessions()[usize::from(n % 2)].clone()
}

fn place(session: &SessionId, message: u8, part: u8) -> PartRef {
    PartRef {
        session: session.clone(),
        message: MessageId::new(format!("{session}-m{message}")),
        part: PartId::new(format!("{session}-m{message}-p{part}")),
    }
}

fn any_event() -> impl Strategy<Value = Event> {
    (
        0..11_u8,
        0..2_u8,
        0..4_u8,
        0..3_u8,
        0..12_usize,
        "[a-zäß\u{1f600}]{0,6}",
    )
        .prop_map(|(kind, session, message, part, offset, text)| {
            let session = session_at(session);
            let at = place(&session, message, part);
            let open = text.len() % 2 == 0;
            match kind {
                0 => Event::SessionUpserted {
                    session: Session {
                        id: session,
                        directory: Directory::new("/p"),
                        parent: None,
                        forked_from: None,
                        title: text,
                        agent: None,
                        model: None,
                        created: Millis(1),
                        updated: Millis(offset as u64),
                        archived: None,
                        revert: None,
                        cost: 0.0,
                        diff: None,
                    },
                },
                1 => Event::StatusChanged {
                    session,
                    status: if open {
                        SessionStatus::Busy
                    } else {
                        SessionStatus::Idle
                    },
                    at: Millis(offset as u64),
                },
                2 | 3 => Event::MessageUpserted {
                    message: Message {
                        id: at.message,
                        session,
                        created: Millis(u64::from(message) / 2),
                        role: Role::Assistant(Assistant {
                            finish: Some(text),
                            ..Assistant::default()
                        }),
                    },
                },
                4 | 5 => Event::PartUpserted {
                    part: Part {
                        id: at.part,
                        message: at.message,
                        session,
                        body: PartBody::Text(Text {
                            text,
                            open,
                            ..Text::default()
                        }),
                    },
                },
                6 => Event::TextAppended { at, offset, text },
                7 => Event::TextEnded {
                    at,
                    len: offset,
                    ended: None,
                },
                8 => Event::TurnSettled { session },
                9 => Event::MessageRemoved {
                    session,
                    message: at.message,
                },
                _ => Event::PartUpserted {
                    part: Part {
                        id: at.part,
                        message: at.message,
                        session,
                        body: PartBody::Tool(Box::new(Tool {
                            call: "c".into(),
                            name: "bash".into(),
                            input: ToolInput::Empty,
                            state: if open {
                                ToolState::Running
                            } else {
                                ToolState::Completed
                            },
                            started: None,
                            ended: None,
                            output: Some(LongText::Whole(text)),
                            diffs: vec![],
                            exit: None,
                            found: None,
                        })),
                    },
                },
            }
        })
}

/// What happens to the device between two events of the relay.
#[derive(Clone, Debug)]
enum Fate {
    /// The frame up to here arrives.
    Deliver,
    /// It arrives twice.
    Twice,
    /// It is lost, then the stream is opened again with the cursor.
    Lost,
    /// The device looks at the other session.
    Turn,
    /// The journal no longer reaches back: the device is reset.
    Reset,
}

fn any_fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        4 => Just(Fate::Deliver),
        2 => Just(Fate::Twice),
        2 => Just(Fate::Lost),
        1 => Just(Fate::Turn),
        1 => Just(Fate::Reset),
    ]
}

fn house() -> House {
    let id = ServerId::new(SERVER);
    let server = Server {
        id: id.clone(),
        name: "s".into(),
        address: "http://127.0.0.1:1".into(),
        family: None,
        version: None,
        link: ServerLink::Disconnected,
        open_to_all: false,
        started_here: false,
        saved: Saved::default(),
    };
    House {
        servers: [(id, server)].into(),
    }
}

proptest! {
    #[test]
    fn a_device_with_any_fate_ends_up_equal_to_the_relay(
        events in proptest::collection::vec(any_event(), 0..60),
        fates in proptest::collection::vec((any_fate(), 1..7_usize), 1..30),
    ) {
        let relay = Relay::of(events);
        let server = ServerId::new(SERVER);
        let mut device = Replica::default();
        device.apply(Frame::HouseReset { at: Relay::at(0), house: house() });
        let mut looking = session_at(0);
        device.apply(relay.reset(0));
        device.apply(relay.window(0, &looking));
        let mut here = 0;

        for (fate, step) in fates {
            let to = (here + step).min(relay.journal.len());
            match fate {
                Fate::Deliver => { device.apply(relay.events(here, to, &looking)); }
                Fate::Twice => {
                    device.apply(relay.events(here, to, &looking));
                    let again = device.apply(relay.events(here, to, &looking));
                    prop_assert_eq!(again, Applied::Nothing);
                }
                Fate::Lost => {
                    // The frame for (here, to] is lost; a later one shows the gap.
                    let beyond = (to + 1).min(relay.journal.len());
                    if beyond > to && to > here {
                        prop_assert_eq!(device.apply(relay.events(to, beyond, &looking)), Applied::Gap);
                    }
                    let cursor = device.cursor().at(&Source::Server(server.clone())).unwrap();
                    prop_assert_eq!(cursor, Relay::at(here));
                    device.apply(relay.events(here, to, &looking));
                }
                Fate::Turn => {
                    device.apply(relay.events(here, to, &looking));
                    looking = if looking == session_at(0) { session_at(1) } else { session_at(0) };
                    let viewing = Viewing { server: server.clone(), session: looking.clone() };
                    let focus = device.focus(Some(&viewing), 100, true);
                    prop_assert!(!focus.sessions[0].held);
                    device.apply(relay.window(to, &looking));
                }
                Fate::Reset => {
                    device.apply(relay.reset(to));
                    device.apply(relay.window(to, &looking));
                }
            }
            here = to;
        }
        device.apply(relay.events(here, relay.journal.len(), &looking));

        let whole = relay.mirrors.last().unwrap();
        let copy = &device.mirrors[&server];
        prop_assert_eq!(&copy.sessions, &whole.sessions);
        prop_assert_eq!(&copy.transcripts[&looking], &whole.transcripts[&looking]);
        prop_assert_eq!(copy.transcripts.len(), 1);
    }

    #[test]
    fn applying_an_event_twice_changes_nothing_more(
        events in proptest::collection::vec(any_event(), 0..60),
    ) {
        let mut once = Relay::of(vec![]).mirrors.remove(0);
        let mut twice = once.clone();
        for event in &events {
            reduce(&mut once, event);
            reduce(&mut twice, event);
            let again = reduce(&mut twice, event);
            prop_assert!(again.is_empty(), "{event:?} moved {again:?} again");
        }
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn a_text_cut_anyhow_and_sent_with_overlaps_is_the_text(
        text in "[a-zäß\u{1f600} \n]{0,200}",
        cuts in proptest::collection::vec((0..800_usize, 0..40_usize), 0..20),
    ) {
        let at = place(&session_at(0), 0, 0);
        let mut relay = Relay::of(vec![
            Event::MessageUpserted { message: Message {
                id: at.message.clone(),
                session: at.session.clone(),
                created: Millis(1),
                role: Role::Assistant(Assistant::default()),
            }},
            Event::PartUpserted { part: Part {
                id: at.part.clone(),
                message: at.message.clone(),
                session: at.session.clone(),
                body: PartBody::Text(Text { open: true, ..Text::default() }),
            }},
        ]);
        let mirror = relay.mirrors.last_mut().unwrap();
        let mut sent = 0;
        for (back, length) in cuts {
            let from = domain::bulk::floor_char(&text, sent - back.min(sent));
            let to = domain::bulk::floor_char(&text, from + length).max(from);
            reduce(mirror, &Event::TextAppended {
                at: at.clone(), offset: from, text: text[from..to].to_owned(),
            });
            sent = sent.max(to);
        }
        reduce(mirror, &Event::TextAppended {
            at: at.clone(), offset: sent, text: text[sent..].to_owned(),
        });
        let part = mirror.transcripts[&at.session].part(&at.message, &at.part).unwrap();
        let PartBody::Text(grown) = &part.body else { panic!("no text") };
        prop_assert_eq!(&grown.text, &text);
        prop_assert_eq!(grown.hole, None);
    }
}

#[test]
fn a_server_that_was_replaced_in_one_frame_is_forgotten_all_the_same() {
    let (id, house) = (ServerId::new(SERVER), house());
    let relay = Relay::of(Vec::new());
    let mut device = Replica::default();
    device.apply(Frame::HouseReset {
        at: Relay::at(0),
        house: house.clone(),
    });
    device.apply(relay.reset(0));
    assert!(device.mirrors.contains_key(&id));
    let events = vec![
        HouseEvent::ServerRemoved { server: id.clone() },
        HouseEvent::ServerUpserted {
            server: house.servers[&id].clone(),
        },
    ];
    device.apply(Frame::HouseEvents {
        from: Relay::at(0).seq,
        at: Relay::at(2),
        events,
    });
    assert!(device.house.servers.contains_key(&id));
    assert!(!device.mirrors.contains_key(&id));
    assert_eq!(device.cursor().at(&Source::Server(id)), None);
}
