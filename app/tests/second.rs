//! What the pages show of OpenCode 2 that 1.x does not know, as the server draws them.
#![cfg(feature = "ssr")]

mod house;

use app::live::Live;
use app::route::Address;
use domain::house::Family;
use domain::id::{Directory, MessageId, PartId, QuestionId, ServerId, SessionId};
use domain::message::{Message, Role, User, Waits};
use domain::part::{Part, PartBody};
use domain::question::{Link, Question, QuestionItem, QuestionOption};
use domain::session::SessionStatus;
use domain::sync::PageSnapshot;
use domain::time::Millis;
use domain::transcript::Entry;
use leptos::prelude::*;

/// The page at `path`, once what `change` does has come about.
fn page(path: &str, session: Option<&str>, change: impl FnOnce(&mut PageSnapshot)) -> String {
    let mut snapshot = house::snapshot(session);
    change(&mut snapshot);
    let owner = Owner::new();
    owner.with(|| {
        provide_context(Address(path.to_owned()));
        provide_context(Live::of(&snapshot));
        view! { <app::App /> }.to_html()
    })
}

fn has(html: &str, needle: &str) {
    assert!(html.contains(needle), "{needle} is missing in {html}");
}

fn speaks(snapshot: &mut PageSnapshot, family: Family) {
    let servers = &mut snapshot.house.servers;
    if let Some(server) = servers.get_mut(&ServerId::new("srv")) {
        server.family = Some(family);
    }
}

#[test]
fn when_a_message_is_read_can_be_chosen_only_where_there_is_a_choice() {
    let of = |family, running: bool| {
        page("/s/srv/ses_1", Some("ses_1"), |snapshot| {
            speaks(snapshot, family);
            let mut all = snapshot.servers.iter_mut();
            for entry in all.by_ref().flat_map(|it| &mut it.index.sessions) {
                if !running {
                    entry.status = SessionStatus::Idle;
                }
            }
        })
    };
    let word = "After the turn";
    has(&of(Family::V2, true), word);
    for (family, running) in [(Family::V2, false), (Family::Hybrid, true)] {
        assert!(!of(family, running).contains(word), "{family:?}");
    }
}

#[test]
fn a_summary_that_waits_is_not_said_to_be_there() {
    let html = page("/s/srv/ses_1", Some("ses_1"), |snapshot| {
        let (session, message) = (SessionId::new("ses_1"), MessageId::new("msg_sum"));
        let window = snapshot.servers[0].window.as_mut().unwrap();
        window.transcript.entries.push(Entry {
            message: Message {
                id: message.clone(),
                session: session.clone(),
                created: Millis(u64::MAX / 2),
                role: Role::User(User {
                    waits: Some(Waits::Turn),
                    ..User::default()
                }),
            },
            parts: vec![Part {
                id: PartId::new("msg_sum-k"),
                message,
                session,
                body: PartBody::Compaction { auto: false },
            }],
        });
    });
    let plain = page("/s/srv/ses_1", Some("ses_1"), |_| {});
    let done = |html: &str| html.matches("summarised here").count();
    has(&html, "is to be summarised");
    assert_eq!(done(&html), done(&plain));
}

#[test]
fn what_always_allows_is_said_as_it_is_kept() {
    let of = |saved| {
        page("/s/srv/ses_1", Some("ses_1"), |snapshot| {
            for ask in &mut snapshot.servers[0].index.permissions {
                ask.saved = saved;
            }
        })
    };
    has(&of(false), "until OpenCode restarts");
    let kept = of(true);
    has(&kept, "is kept, also when OpenCode restarts");
    assert!(!kept.contains("until OpenCode restarts"));
}

#[test]
fn what_a_server_itself_asks_is_asked_on_the_overview_with_a_link_that_names_its_host() {
    let item = |text: &str| QuestionItem {
        text: text.to_owned(),
        ..QuestionItem::default()
    };
    let html = page("/", None, |snapshot| {
        let index = &mut snapshot.servers[0].index;
        index.permissions.clear();
        index.questions = vec![Question {
            id: QuestionId::new("frm_1"),
            session: SessionId::new(Question::NOBODY),
            directory: Directory::new("/home/me/nexus"),
            title: "Tides wants you to sign in".to_owned(),
            items: vec![
                QuestionItem {
                    link: Some(Link {
                        url: "https://tides.example/in?a=1".to_owned(),
                        host: "tides.example".to_owned(),
                    }),
                    optional: true,
                    ..item("Sign in")
                },
                QuestionItem {
                    options: vec![QuestionOption {
                        label: "North".to_owned(),
                        description: String::new(),
                    }],
                    given: vec!["North".to_owned()],
                    ..item("Where")
                },
                QuestionItem {
                    options: vec![QuestionOption {
                        label: "Today".to_owned(),
                        description: String::new(),
                    }],
                    ..item("When")
                },
            ],
            tool: None,
        }];
    });
    has(&html, "Tides wants you to sign in");
    has(&html, "Asked by OpenCode itself");
    has(&html, "Open tides.example");
    has(&html, r#"href="https://tides.example/in?a=1""#);
    has(&html, r#"rel="noopener noreferrer""#);
    assert!(!html.contains("/s/srv/global"), "there is no such session");
    assert!(!html.contains("Your own words"), "a link is not answered");
    // What stands there from the start is an answer; what is done elsewhere wants none.
    has(&html, "1 of 2 answered");
}
