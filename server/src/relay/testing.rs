//! Small things to build a server's state from, for the tests of the relay.

use domain::event::{Event, PartRef};
use domain::id::{Directory, MessageId, PartId, SessionId};
use domain::message::{Assistant, Message, Role};
use domain::part::{Part, PartBody, Text};
use domain::session::{Session, SessionStatus};
use domain::sync::{Epoch, Frame, Position, Seq};
use domain::time::Millis;
use domain::tool::{Tool, ToolInput, ToolState};
use domain::transcript::Transcript;

use super::frames::Line;
use super::journal::{Read, Shelf};
use super::live::Live;
use super::merge::Piece;

pub(crate) const EPOCH: Epoch = Epoch(0xe);

pub(crate) fn session(id: &str) -> Session {
    Session {
        id: SessionId::new(id),
        directory: Directory::new("/home/me/project"),
        parent: None,
        forked_from: None,
        title: format!("About {id}"),
        agent: None,
        model: None,
        created: Millis(1),
        updated: Millis(1),
        archived: None,
        revert: None,
        cost: 0.0,
        diff: None,
    }
}

pub(crate) fn at(session: &str, message: &str, part: &str) -> PartRef {
    PartRef {
        session: SessionId::new(session),
        message: MessageId::new(message),
        part: PartId::new(part),
    }
}

pub(crate) fn upserted(id: &str) -> Event {
    Event::SessionUpserted {
        session: session(id),
    }
}

pub(crate) fn status(id: &str, status: SessionStatus) -> Event {
    Event::StatusChanged {
        session: SessionId::new(id),
        status,
        at: Millis(5),
    }
}

pub(crate) fn assistant(session: &str, id: &str, created: u64) -> Event {
    Event::MessageUpserted {
        message: Message {
            id: MessageId::new(id),
            session: SessionId::new(session),
            created: Millis(created),
            role: Role::Assistant(Assistant::default()),
        },
    }
}

pub(crate) fn text(place: &PartRef, text: &str, open: bool) -> Event {
    Event::PartUpserted {
        part: Part {
            id: place.part.clone(),
            message: place.message.clone(),
            session: place.session.clone(),
            body: PartBody::Text(Text {
                text: text.to_owned(),
                open,
                started: Some(Millis(2)),
                ended: (!open).then_some(Millis(3)),
                ..Text::default()
            }),
        },
    }
}

pub(crate) fn bash(place: &PartRef, state: ToolState, output: &str) -> Event {
    Event::PartUpserted {
        part: Part {
            id: place.part.clone(),
            message: place.message.clone(),
            session: place.session.clone(),
            body: PartBody::Tool(Box::new(Tool {
                call: "call_1".to_owned(),
                name: "bash".to_owned(),
                input: ToolInput::Empty,
                state,
                started: Some(Millis(2)),
                ended: None,
                output: Some(domain::bulk::LongText::of(output.to_owned(), || {
                    domain::reduce::output_of(place)
                })),
                diffs: Vec::new(),
                exit: None,
                found: None,
            })),
        },
    }
}

pub(crate) fn piece(place: &PartRef, text: &str) -> Piece {
    Piece {
        at: place.clone(),
        text: text.to_owned(),
    }
}

/// A primed server with the sessions `ids`, their transcripts held and empty.
pub(crate) fn live(ids: &[&str]) -> Live {
    let mut live = Live::new(EPOCH, &Shelf::default());
    live.prime(domain::mirror::Mirror::default());
    for id in ids {
        live.commit(&upserted(id));
        live.hold(&SessionId::new(*id), Transcript::default());
    }
    live
}

/// What happened after `from`, all of it.
pub(crate) fn since(live: &Live, from: Seq) -> Vec<Event> {
    let from = Position {
        epoch: EPOCH,
        seq: from,
    };
    match live.read(from, |_| true, usize::MAX) {
        Read::Covered { events, .. } => events
            .iter()
            .map(|json| serde_json::from_str(json).unwrap())
            .collect(),
        Read::Lost => panic!("lost"),
    }
}

/// What a device makes of a line.
pub(crate) fn frame_of(line: &Line) -> Frame {
    serde_json::from_slice(line.json()).unwrap()
}

pub(crate) fn server(id: &domain::id::ServerId) -> domain::house::Server {
    domain::house::Server {
        id: id.clone(),
        name: "This machine".to_owned(),
        address: "http://127.0.0.1:4096".to_owned(),
        family: None,
        version: None,
        link: domain::house::ServerLink::Disconnected,
        open_to_all: false,
        started_here: false,
        saved: domain::house::Saved::default(),
    }
}
