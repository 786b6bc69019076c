//! The promise of keyed signals: whatever happens, each signal that somebody holds shows
//! what the copy holds.

use domain::event::{Event, PartRef};
use domain::failure::{Failure, FailureKind};
use domain::house::House;
use domain::id::{Directory, MessageId, PartId, PermissionId, ServerId, SessionId};
use domain::message::{Assistant, Message, Role, User};
use domain::part::{Part, PartBody, Text};
use domain::permission::Permission;
use domain::prompt::{Prompt, PromptId, PromptText};
use domain::session::{Session, SessionStatus};
use domain::sync::{
    Applied, Epoch, Frame, Index, PageSnapshot, Position, Seq, ServerSnapshot, SessionWindow,
    Viewing, WindowFault,
};
use domain::time::Millis;
use domain::todo::{Todo, TodoStatus};
use domain::transcript::Transcript;
use leptos::prelude::GetUntracked;
use proptest::prelude::*;

use super::*;
use crate::live::Live;

const SESSIONS: [&str; 3] = ["ses_a", "ses_b", "ses_c"];

fn server() -> ServerId {
    ServerId::new("srv")
}

fn key(n: usize) -> SessionKey {
    SessionKey {
        server: server(),
        session: SessionId::new(SESSIONS[n % 3]),
    }
}

fn session(n: usize, updated: u64, parent: Option<usize>) -> Session {
    Session {
        id: key(n).session,
        directory: Directory::new("/d"),
        parent: parent.map(|n| key(n).session),
        forked_from: None,
        title: format!("title {updated}"),
        agent: None,
        model: None,
        created: Millis(1),
        updated: Millis(updated),
        archived: None,
        revert: None,
        cost: 0.0,
        diff: None,
    }
}

fn message(n: usize, m: u64, done: bool) -> Message {
    let role = if m.is_multiple_of(2) {
        Role::User(User::default())
    } else {
        Role::Assistant(Assistant {
            completed: done.then_some(Millis(9)),
            ..Assistant::default()
        })
    };
    Message {
        id: MessageId::new(format!("m{m}")),
        session: key(n).session,
        created: Millis(m),
        role,
    }
}

fn part_ref(n: usize, m: u64) -> PartRef {
    PartRef {
        session: key(n).session,
        message: MessageId::new(format!("m{m}")),
        part: PartId::new(format!("p{m}")),
    }
}

fn part(n: usize, m: u64, words: &str, open: bool) -> Part {
    let at = part_ref(n, m);
    Part {
        id: at.part,
        message: at.message,
        session: at.session,
        body: PartBody::Text(Text {
            open,
            ..Text::whole(words)
        }),
    }
}

fn ask(n: usize, p: u64) -> Permission {
    Permission {
        id: PermissionId::new(format!("per_{p}")),
        session: key(n).session,
        directory: Directory::new("/d"),
        action: "bash".to_owned(),
        patterns: Vec::new(),
        saved: false,
        always: Vec::new(),
        subject: None,
        diff: None,
        tool: None,
    }
}

fn event() -> impl Strategy<Value = Event> {
    let n = 0..3_usize;
    let m = 0..5_u64;
    let b = any::<bool>();
    prop_oneof![
        (n.clone(), 1..9_u64, proptest::option::of(0..3_usize)).prop_map(|(n, at, parent)| {
            Event::SessionUpserted {
                session: session(n, at, parent.filter(|parent| *parent != n)),
            }
        }),
        n.clone().prop_map(|n| Event::SessionRemoved {
            session: key(n).session
        }),
        (n.clone(), b, m.clone()).prop_map(|(n, busy, at)| Event::StatusChanged {
            session: key(n).session,
            status: if busy {
                SessionStatus::Busy
            } else {
                SessionStatus::Idle
            },
            at: Millis(at),
        }),
        n.clone().prop_map(|n| Event::TurnFailed {
            session: key(n).session,
            failure: Failure {
                kind: FailureKind::Auth,
                message: "no".to_owned(),
                detail: None,
            },
        }),
        n.clone().prop_map(|n| Event::TurnSettled {
            session: key(n).session
        }),
        (n.clone(), b).prop_map(|(n, unread)| Event::UnreadChanged {
            session: key(n).session,
            unread
        }),
        (n.clone(), m.clone(), b).prop_map(|(n, m, done)| Event::MessageUpserted {
            message: message(n, m, done)
        }),
        (n.clone(), m.clone()).prop_map(|(n, m)| Event::MessageRemoved {
            session: key(n).session,
            message: MessageId::new(format!("m{m}")),
        }),
        (n.clone(), m.clone(), "[a ]{0,3}", b).prop_map(|(n, m, words, open)| {
            Event::PartUpserted {
                part: part(n, m, &words, open),
            }
        }),
        (n.clone(), m.clone()).prop_map(|(n, m)| Event::PartRemoved(part_ref(n, m))),
        (n.clone(), m.clone(), 0..4_usize).prop_map(|(n, m, offset)| Event::TextAppended {
            at: part_ref(n, m),
            offset,
            text: "xyz".to_owned(),
        }),
        (n.clone(), m.clone(), 0..4_usize).prop_map(|(n, m, len)| Event::TextEnded {
            at: part_ref(n, m),
            len,
            ended: None,
        }),
        (n.clone(), m.clone()).prop_map(|(n, p)| Event::PermissionAsked {
            permission: ask(n, p)
        }),
        m.prop_map(|p| Event::PermissionClosed {
            permission: PermissionId::new(format!("per_{p}"))
        }),
        n.prop_map(|n| Event::TodosReplaced {
            session: key(n).session,
            todos: vec![Todo {
                content: "it".to_owned(),
                status: TodoStatus::Pending,
            }],
        }),
    ]
}

fn at(seq: u64) -> Position {
    Position {
        epoch: Epoch(1),
        seq: Seq(seq),
    }
}

/// A page that shows the first session, with something said in it.
fn page() -> PageSnapshot {
    let mut transcript = Transcript::default();
    for m in 0..2 {
        transcript.entries.push(domain::transcript::Entry {
            message: message(0, m, true),
            parts: vec![part(0, m, "words", false)],
        });
    }
    PageSnapshot {
        build: "b".to_owned(),
        as_of: Millis(1),
        owner: "me".to_owned(),
        house_at: at(0),
        house: House::default(),
        servers: vec![ServerSnapshot {
            server: server(),
            at: at(0),
            index: Index {
                sessions: (0..2)
                    .map(|n| domain::session::SessionEntry::quiet(session(n, 1, None)))
                    .collect(),
                ..Index::default()
            },
            window: Some(SessionWindow {
                session: key(0).session,
                transcript,
            }),
        }],
        viewing: Some(Viewing {
            server: server(),
            session: key(0).session,
        }),
        addressee: None,
    }
}

/// Asks for every signal there can be, so that each is held from the beginning.
fn hold_all(live: &Live) {
    for n in 0..3 {
        let key = key(n);
        live.entry(&key);
        live.rows(&key);
        live.asks(&key);
        live.todos(&key);
        for m in 0..5 {
            let at = part_ref(n, m);
            live.message(&key, &at.message);
            live.part(&key, &at.message, &at.part);
        }
    }
}

/// Compares each signal with what the copy holds.
fn compare(live: &Live) -> Result<(), TestCaseError> {
    let store = || live.0.lock();
    prop_assert_eq!(live.sessions().get_untracked(), store().sessions());
    prop_assert_eq!(&*live.family().get_untracked(), &store().family());
    prop_assert_eq!(live.waiting().get_untracked(), store().waiting());
    prop_assert_eq!(live.all_asks().get_untracked(), store().all_asks());
    for n in 0..3 {
        let key = key(n);
        prop_assert_eq!(live.entry(&key).get_untracked(), store().entry(&key));
        prop_assert_eq!(live.rows(&key).get_untracked(), store().rows(&key));
        prop_assert_eq!(live.asks(&key).get_untracked(), store().asks(&key));
        prop_assert_eq!(live.todos(&key).get_untracked(), store().todos(&key));
        for m in 0..5 {
            let PartRef { message, part, .. } = part_ref(n, m);
            prop_assert_eq!(
                live.part(&key, &message, &part).get_untracked(),
                store().part(&key, &message, &part)
            );
            // An answer's message is followed without its parts: they have signals of
            // their own.
            let shown = live.message(&key, &message).get_untracked();
            let held = store().message(&key, &message);
            prop_assert_eq!(
                shown.map(|entry| entry.message.clone()),
                held.map(|entry| entry.message.clone())
            );
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_signal_shows_what_the_copy_holds(
        bursts in prop::collection::vec(prop::collection::vec(event(), 1..4), 1..25)
    ) {
        let live = Live::of(&page());
        hold_all(&live);
        let mut seq = 0;
        for events in bursts {
            let from = Seq(seq);
            seq += events.len() as u64;
            let frame = Frame::Events { server: server(), from, at: at(seq), events };
            let applied = live.0.lock().apply(frame);
            if let Applied::Moved(moved) = applied {
                live.0.refresh(&moved);
            }
            compare(&live)?;
        }
    }
}

/// Says something in the session of that number; the answer is the message it becomes.
fn say(live: &Live, n: usize) -> MessageId {
    let prompt = Prompt {
        id: PromptId::new(Millis(5), [5; 14]),
        text: PromptText::parse("hello").ok(),
        files: Vec::new(),
        agent: None,
        model: None,
        waits: None,
    };
    let id = prompt.id.message();
    assert!(live.0.lock().outbox.add(key(n), prompt, Millis(5)));
    live.0.refresh_outbox();
    id
}

/// Applies a frame, and fires what it moved.
fn take(live: &Live, frame: Frame) {
    let Applied::Moved(moved) = live.0.lock().apply(frame) else {
        panic!("it moves something");
    };
    live.0.refresh(&moved);
}

fn reset(seq: u64) -> Frame {
    let at = Position {
        epoch: Epoch(2),
        seq: Seq(seq),
    };
    Frame::Reset {
        server: server(),
        at,
        index: Index::default(),
    }
}

#[test]
fn what_is_said_while_a_transcript_loads_is_a_row_at_once_and_keeps_its_key() {
    let live = Live::of(&page());
    hold_all(&live);
    let rows = live.rows(&key(1));
    let said = RowKey::User(say(&live, 1));
    let shown = rows.get_untracked();
    assert_eq!(
        (&*shown.keys, shown.held),
        (&[said.clone()][..], Held::Loading)
    );

    let mut transcript = Transcript::default();
    transcript.entries.push(domain::transcript::Entry {
        message: message(1, 0, true),
        parts: vec![part(1, 0, "before", false)],
    });
    let window = Frame::Window {
        server: server(),
        at: at(0),
        window: SessionWindow {
            session: key(1).session,
            transcript,
        },
        family: Vec::new(),
    };
    take(&live, window);
    let before = RowKey::User(MessageId::new("m0"));
    assert_eq!(&*rows.get_untracked().keys, [before, said]);
}

#[test]
fn what_is_said_after_a_reset_stands_below_what_was_shown() {
    let live = Live::of(&page());
    hold_all(&live);
    let before = live.rows(&key(0)).get_untracked().keys;
    take(&live, reset(7));
    let said = RowKey::User(say(&live, 0));
    let after = live.rows(&key(0)).get_untracked().keys;
    assert_eq!(after[..before.len()], before[..]);
    assert_eq!(after[before.len()..], [said]);
    let words = live.message(&key(0), &MessageId::new("m0"));
    assert!(words.get_untracked().is_some());
}

#[test]
fn after_a_reset_the_list_is_new_and_the_rows_stay_until_their_window_comes() {
    let live = Live::of(&page());
    hold_all(&live);
    let before = live.rows(&key(0)).get_untracked();
    take(&live, reset(7));
    assert!(live.sessions().get_untracked().is_empty());
    assert_eq!(live.rows(&key(0)).get_untracked(), before);
}

#[test]
fn a_session_of_a_server_that_is_not_there_does_not_load_for_ever() {
    let live = Live::of(&page());
    let nowhere = SessionKey {
        server: ServerId::new("nowhere"),
        ..key(0)
    };
    assert_eq!(
        live.rows(&nowhere).get_untracked().held,
        Held::Failed(WindowFault::NotFound)
    );
}
