//! What a read could not learn, or a repair came across: nothing stays as it was for ever
//! because one answer was bad.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use domain::house::ServerLink;
use domain::id::SessionId;
use domain::session::SessionEntry;
use domain::sync::Viewing;
use fakes::opencode::DIRECTORY;
use fakes::{FakeOpenCode, Fate};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::device::Device;
use crate::endings::with_nexus;
use crate::nexus::{Nexus, Running};

/// Longer than anything takes that is tried again.
const LONG: Duration = Duration::from_mins(2);
/// Where an agent works in a copy of its own, which goes when it is done.
const WORKTREE: &str = "/home/me/worktree";

/// A device that looks at `session`.
async fn looking(nexus: &Nexus, running: &Running, session: &str) -> Device {
    let mut device = Device::new();
    device.viewing = Some(Viewing {
        server: nexus.server.clone(),
        session: SessionId::new(session),
    });
    device.open(running).await;
    device
}

/// Receives until `there`, or fails after a long time.
async fn until(device: &mut Device, there: impl Fn(&Device) -> bool) {
    let received = async {
        while !there(device) {
            assert!(device.receive().await);
        }
    };
    let received = tokio::time::timeout(LONG, received).await;
    assert!(received.is_ok(), "it never came");
}

/// Receives for so long.
async fn heed(device: &mut Device, time: Duration) {
    let over = Instant::now() + time;
    while let Ok(there) = tokio::time::timeout_at(over, device.receive()).await {
        assert!(there);
    }
}

/// What the list shows of a session.
fn entry<'a>(device: &'a Device, session: &str) -> Option<&'a SessionEntry> {
    let mut mirrors = device.replica.mirrors.values();
    mirrors.find_map(|mirror| mirror.sessions.get(&SessionId::new(session)))
}

fn runs(device: &Device, session: &str) -> bool {
    entry(device, session).is_some_and(|entry| entry.status.is_running())
}

fn is_up(device: &Device) -> bool {
    let mut servers = device.replica.house.servers.values();
    servers.any(|it| matches!(it.link, ServerLink::Connected { .. }))
}

fn event(kind: &str, directory: &str, properties: &Value) -> Value {
    json!({ "type": kind, "directory": directory, "properties": properties })
}

fn status(session: &str, directory: &str, kind: &str) -> Value {
    let properties = json!({ "sessionID": session, "status": { "type": kind } });
    event("session.status", directory, &properties)
}

/// A session in `directory` whose agent is at work, as far as anybody heard.
fn at_work(server: &FakeOpenCode, directory: &str) -> String {
    let session = server.session(directory, "At work");
    server.use_session(&session);
    server.push(status(&session, directory, "busy"));
    session
}

#[test]
fn what_ran_in_a_directory_that_is_gone_runs_no_more_and_asks_nothing() {
    with_nexus(async |server, _, running| {
        let session = at_work(server, WORKTREE);
        server.push(event(
            "permission.asked",
            WORKTREE,
            &json!({ "id": "per_1", "sessionID": session, "permission": "bash",
                "patterns": ["ls"], "always": [], "metadata": {} }),
        ));
        let mut device = Device::linked(running).await;
        until(&mut device, |it| {
            runs(it, &session) && !it.asks().is_empty()
        })
        .await;
        server.remove_folder(WORKTREE);
        server.push(event(
            "server.instance.disposed",
            WORKTREE,
            &json!({ "directory": WORKTREE }),
        ));
        until(&mut device, |it| {
            !runs(it, &session) && it.asks().is_empty()
        })
        .await;
    });
}

#[test]
fn a_directory_that_could_not_be_read_is_asked_again_before_all_counts_as_well() {
    for route in ["/session/status", "/file", "/permission"] {
        with_nexus(async |server, nexus, running| {
            let session = at_work(server, DIRECTORY);
            let mut device = Device::linked(running).await;
            until(&mut device, |it| runs(it, &session)).await;
            server.crash();
            until(&mut device, |it| !is_up(it)).await;
            let tries = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&tries);
            // What is read at once, and what is read when the stream has settled.
            nexus.line.befall(move |_, path| {
                if path == route && counted.fetch_add(1, Ordering::Relaxed) < 2 {
                    Fate::Stumbled
                } else {
                    Fate::Well
                }
            });
            server.rise();
            until(&mut device, is_up).await;
            assert!(!runs(&device, &session), "connected too early, {route}");
            assert!(tries.load(Ordering::Relaxed) > 2);
        });
    }
}

#[test]
fn a_directory_that_cannot_be_read_at_all_keeps_nobody_from_the_others() {
    with_nexus(async |server, nexus, running| {
        let session = at_work(server, DIRECTORY);
        let mut device = Device::linked(running).await;
        until(&mut device, |it| runs(it, &session)).await;
        server.crash();
        until(&mut device, |it| !is_up(it)).await;
        nexus.line.befall(|_, path| match path {
            "/session/status" => Fate::Stumbled,
            _ => Fate::Well,
        });
        server.rise();
        until(&mut device, is_up).await;
        assert!(runs(&device, &session), "nobody said that it ended");
        nexus.line.mend();
        until(&mut device, |it| !runs(it, &session)).await;
    });
}

#[test]
fn all_directories_at_work_are_read_in_the_end_however_many() {
    with_nexus(async |server, _, running| {
        let sessions: Vec<String> = (0..40)
            .map(|n| at_work(server, &format!("/home/me/{n}")))
            .collect();
        let all = |device: &Device| sessions.iter().all(|it| runs(device, it));
        let none = |device: &Device| !sessions.iter().any(|it| runs(device, it));
        let mut device = Device::linked(running).await;
        until(&mut device, all).await;
        server.crash();
        server.rise();
        until(&mut device, none).await;
    });
}

/// The owner says something, as far as the list of messages goes.
fn said(session: &str, message: &str) -> Value {
    let info = json!({ "id": message, "sessionID": session, "role": "user",
        "time": { "created": 1 } });
    event(
        "message.updated",
        DIRECTORY,
        &json!({ "sessionID": session, "info": info }),
    )
}

/// Lets the next read of the messages of a session be slow.
fn slow_messages(nexus: &Nexus, wait: Duration) {
    let mut slow = true;
    nexus.line.befall(move |_, path| {
        if path.ends_with("/message") && std::mem::take(&mut slow) {
            Fate::Delayed(wait)
        } else {
            Fate::Well
        }
    });
}

#[test]
fn a_transcript_on_its_way_misses_nothing_of_a_streams_first_moments() {
    with_nexus(async |server, nexus, running| {
        let session = server.session(DIRECTORY, "Slow");
        server.use_session(&session);
        server.crash();
        server.rise();
        let owner = &running.host.servers;
        owner.connect(nexus.server.clone()).await.unwrap();
        server.listened().await;
        slow_messages(nexus, Duration::from_millis(1_500));
        let mut device = looking(nexus, running, &session).await;
        heed(&mut device, Duration::from_millis(500)).await;
        // The stream is not live yet: nobody hears of it.
        server.miss(said(&session, "msg_unheard"));
        heed(&mut device, Duration::from_secs(4)).await;
        server.push(said(&session, "msg_heard"));
        until(&mut device, |device| {
            let transcript = device.transcript(&session);
            transcript.is_some_and(|it| it.entries.len() == 2)
        })
        .await;
    });
}

#[test]
fn a_session_that_was_deleted_does_not_come_back_with_a_slow_read() {
    with_nexus(async |server, nexus, running| {
        let session = server.session(DIRECTORY, "Deleted");
        server.use_session(&session);
        slow_messages(nexus, Duration::from_secs(3));
        let mut device = looking(nexus, running, &session).await;
        heed(&mut device, Duration::from_secs(1)).await;
        server.push(event(
            "session.deleted",
            DIRECTORY,
            &json!({ "sessionID": session, "info": { "id": session } }),
        ));
        until(&mut device, |it| entry(it, &session).is_none()).await;
        heed(&mut device, Duration::from_secs(10)).await;
        assert!(device.transcript(&session).is_none());
    });
}

#[test]
fn things_to_do_that_could_not_be_read_stay_as_they_were() {
    with_nexus(async |server, nexus, running| {
        for old in [false, true] {
            server.old(old);
            let session = server.session(DIRECTORY, "Planned");
            server.use_session(&session);
            let mut device = looking(nexus, running, &session).await;
            let todo = json!({ "content": "Much", "status": "pending", "priority": "high" });
            server.push(said(&session, &format!("msg_{old}")));
            server.push(event(
                "todo.updated",
                DIRECTORY,
                &json!({ "sessionID": session, "todos": [todo] }),
            ));
            let planned = |device: &Device| {
                let transcript = device.transcript(&session);
                transcript.is_some_and(|it| !it.todos.is_empty())
            };
            until(&mut device, planned).await;
            nexus.line.befall(|_, path| {
                if path.ends_with("/todo") {
                    Fate::Stumbled
                } else {
                    Fate::Well
                }
            });
            server.push(event("global.disposed", DIRECTORY, &json!({})));
            heed(&mut device, Duration::from_secs(5)).await;
            assert!(planned(&device));
            nexus.line.mend();
        }
    });
}

#[test]
fn a_turn_that_nobody_heard_begin_or_end_is_news_where_nobody_looks() {
    with_nexus(async |server, nexus, running| {
        let title = "At rest";
        let sessions = ["used", "renamed", "looked at"].map(|_| {
            let session = server.session(DIRECTORY, title);
            server.use_session(&session);
            session
        });
        let [used, renamed, looked_at] = &sessions;
        let mut device = looking(nexus, running, looked_at).await;
        heed(&mut device, Duration::from_secs(5)).await;
        server.crash();
        let now = server.time();
        let as_before = entry(&device, renamed).unwrap().session.updated.0;
        for (session, title, updated) in [
            (used, title, now),
            (renamed, "Renamed", as_before),
            (looked_at, title, now),
        ] {
            let info = json!({ "id": session, "directory": DIRECTORY, "title": title,
                "version": "1.18.33", "time": { "created": 1, "updated": updated } });
            let properties = json!({ "sessionID": session, "info": info });
            server.miss(event("session.updated", DIRECTORY, &properties));
        }
        server.rise();
        let is_unread = |device: &Device, session: &str| {
            let entry = entry(device, session);
            entry.is_some_and(|entry| entry.unread)
        };
        until(&mut device, |it| is_unread(it, used)).await;
        heed(&mut device, Duration::from_secs(5)).await;
        assert!(!is_unread(&device, renamed) && !is_unread(&device, looked_at));
    });
}

#[test]
fn what_a_server_lost_is_lost_on_every_screen_and_a_hole_is_seen_afterwards() {
    with_nexus(async |server, nexus, running| {
        let session = server.session(DIRECTORY, "Put back");
        server.use_session(&session);
        let mut device = looking(nexus, running, &session).await;
        let shows = |messages: &[&str]| {
            let (session, messages) = (session.clone(), messages.to_vec());
            let messages: Vec<String> = messages.into_iter().map(str::to_owned).collect();
            move |device: &Device| {
                let entries = device.transcript(&session).map(|it| &it.entries);
                let shown = entries.into_iter().flatten();
                shown.map(|it| it.message.id.as_str()).eq(&messages)
            }
        };
        server.push(said(&session, "msg_1"));
        until(&mut device, shows(&["msg_1"])).await;
        server.save();
        for message in ["msg_2", "msg_3", "msg_4"] {
            server.push(said(&session, message));
        }
        until(&mut device, shows(&["msg_1", "msg_2", "msg_3", "msg_4"])).await;
        server.crash();
        server.go_back();
        server.rise();
        until(&mut device, shows(&["msg_1"])).await;
        heed(&mut device, Duration::from_secs(5)).await;
        server.push(said(&session, "msg_5"));
        // What comes next has a number that was known before.
        server.miss(said(&session, "msg_6"));
        server.push(said(&session, "msg_7"));
        until(&mut device, shows(&["msg_1", "msg_5", "msg_6", "msg_7"])).await;
    });
}

#[test]
fn things_to_do_that_could_not_be_read_at_first_come_soon() {
    with_nexus(async |server, nexus, running| {
        let session = server.session(DIRECTORY, "Planned");
        server.use_session(&session);
        let todo = json!({ "content": "Much", "status": "pending", "priority": "high" });
        let list = json!({ "sessionID": session, "todos": [todo] });
        server.push(event("todo.updated", DIRECTORY, &list));
        let mut stumbles = 2;
        nexus.line.befall(move |_, path| {
            if path.ends_with("/todo") && stumbles > 0 {
                stumbles -= 1;
                Fate::Stumbled
            } else {
                Fate::Well
            }
        });
        let mut device = looking(nexus, running, &session).await;
        until(&mut device, |device| {
            let transcript = device.transcript(&session);
            transcript.is_some_and(|it| !it.todos.is_empty())
        })
        .await;
    });
}
