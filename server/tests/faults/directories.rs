//! Which directories are asked what goes on there: any request has OpenCode start an instance
//! in a directory, so none is asked that nobody uses.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::id::SessionId;
use domain::sync::Viewing;
use fakes::opencode::DIRECTORY;
use fakes::{FakeOpenCode, Line};
use serde_json::json;

use crate::device::Device;
use crate::nexus::{Nexus, START};

/// How many directories are asked at most.
const ASKED_MAX: usize = 16;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// A session in a directory of its own, used so many days before the start.
fn used(server: &FakeOpenCode, directory: &str, days_ago: u64) -> String {
    let session = server.session(directory, "One");
    let at = START.0 - days_ago * DAY_MS;
    server.change(&session, |info| info["time"]["updated"] = json!(at));
    session
}

/// The directories that were asked since the last time.
fn asked(server: &FakeOpenCode, before: &mut usize) -> BTreeSet<String> {
    let requests = server.requests();
    let new = requests.iter().skip(*before);
    let asked = new.filter_map(|it| it.directory.clone()).collect();
    *before = requests.len();
    asked
}

/// Runs `test` in a time that stands still.
fn in_still_time(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(test);
}

async fn gap(server: &FakeOpenCode) {
    server.end_streams();
    tokio::time::sleep(Duration::from_secs(10)).await;
}

#[test]
fn directories_that_nobody_uses_are_left_alone_until_somebody_looks_there() {
    in_still_time(async {
        let server = FakeOpenCode::inside_only();
        let old: Vec<String> = (0..30)
            .map(|n| used(&server, &format!("/old/{n}"), 2))
            .collect();
        used(&server, "/lately", 0);
        let nexus = Nexus::start(Line::to(&server), 1).await;
        tokio::time::sleep(Duration::from_secs(5)).await;
        gap(&server).await;
        let mut before = 0;
        let lately = BTreeSet::from(["/lately".to_owned()]);
        assert_eq!(asked(&server, &mut before), lately);

        let mut device = Device::new();
        device.viewing = Some(Viewing {
            server: nexus.server.clone(),
            session: SessionId::new(&*old[7]),
        });
        device.open(&nexus.running().unwrap()).await;
        while device.transcript(&old[7]).is_none() {
            assert!(device.receive().await);
        }
        gap(&server).await;
        let both = BTreeSet::from(["/lately".to_owned(), "/old/7".to_owned()]);
        assert_eq!(asked(&server, &mut before), both);
    });
}

#[test]
fn an_old_server_lists_no_directory_that_nobody_uses_until_something_is_done_there() {
    in_still_time(async {
        let server = FakeOpenCode::inside_only();
        server.old(true);
        let old: Vec<String> = (0..60)
            .map(|n| used(&server, &format!("/old/{}", n / 2), 2))
            .collect();
        used(&server, "/lately", 0);
        let nexus = Nexus::start(Line::to(&server), 1).await;
        tokio::time::sleep(Duration::from_secs(5)).await;
        gap(&server).await;
        let mut before = 0;
        // The server itself is in the first.
        let in_use = BTreeSet::from([DIRECTORY.to_owned(), "/lately".to_owned()]);
        assert_eq!(asked(&server, &mut before), in_use);
        let mut device = Device::new();
        device.open(&nexus.running().unwrap()).await;
        until_listed(&mut device, 1).await;

        server.use_session(&old[14]);
        until_listed(&mut device, 3).await;
        let mut more = in_use;
        more.insert("/old/7".to_owned());
        assert_eq!(asked(&server, &mut before), more);
        let both = |device: &Device| {
            let mirror = device.replica.mirrors.values().next().unwrap();
            let known = |id: &String| mirror.sessions.contains_key(&SessionId::new(id.as_str()));
            known(&old[14]) && known(&old[15])
        };
        assert!(both(&device), "the other one there is known with it");
        gap(&server).await;
        assert_eq!(asked(&server, &mut before), more);
        device.open(&nexus.running().unwrap()).await;
        until_listed(&mut device, 3).await;
        assert!(both(&device));
    });
}

#[test]
fn a_session_of_an_old_server_goes_only_where_its_directory_was_asked() {
    in_still_time(async {
        let server = FakeOpenCode::inside_only();
        server.old(true);
        let (quiet, kept) = (used(&server, "/a", 2), used(&server, "/b", 0));
        let gone = used(&server, "/b", 0);
        let nexus = Nexus::start(Line::to(&server), 1).await;
        tokio::time::sleep(Duration::from_secs(5)).await;
        let mut device = Device::new();
        device.open(&nexus.running().unwrap()).await;
        server.change(&quiet, |info| info["title"] = json!("Another"));
        until_listed(&mut device, 3).await;
        server.miss(json!({ "type": "session.deleted", "properties":
            { "sessionID": gone, "info": { "id": gone } } }));
        gap(&server).await;
        // It took nothing meanwhile and was let go.
        device.open(&nexus.running().unwrap()).await;
        until_listed(&mut device, 2).await;
        let mirror = device.replica.mirrors.values().next().unwrap();
        for id in [&quiet, &kept] {
            assert!(mirror.sessions.contains_key(&SessionId::new(id.as_str())));
        }
    });
}

/// Receives until the device lists just so many sessions.
async fn until_listed(device: &mut Device, sessions: usize) {
    let listed = |device: &Device| -> usize {
        let mirrors = device.replica.mirrors.values();
        mirrors.map(|mirror| mirror.sessions.len()).sum()
    };
    while listed(device) != sessions {
        assert!(device.receive().await);
    }
}

#[test]
fn of_many_in_use_the_latest_are_asked() {
    in_still_time(async {
        let server = FakeOpenCode::inside_only();
        for n in 0..3 * ASKED_MAX {
            used(&server, &format!("/lately/{n}"), 0);
        }
        let _nexus = Nexus::start(Line::to(&server), 1).await;
        tokio::time::sleep(Duration::from_secs(5)).await;
        gap(&server).await;
        assert_eq!(asked(&server, &mut 0).len(), ASKED_MAX);
    });
}
