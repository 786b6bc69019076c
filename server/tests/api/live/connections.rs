//! Servers are added, changed and removed while everything runs.

use app::fault::Fault;
use app::host::Caller;
use domain::connection::{
    CHECK_DEFAULT_SECONDS, Draft, Happening, NewPassword, Reach, Record, Secret, Tried,
};
use domain::house::{Family, ServerFault, ServerLink};
use domain::id::ServerId;
use domain::sync::Replica;
use fakes::opencode::{FakeOpenCode, Manner};

use super::device::words;
use super::{DIRECTORY, Device, Nexus, text};

pub(super) fn caller() -> Caller {
    Caller {
        session: 1,
        name: "Firefox on Linux".to_owned(),
    }
}

pub(super) fn draft(id: &str, address: &str) -> Draft {
    Draft {
        id: ServerId::new(id),
        name: format!("The {id}"),
        address: address.to_owned(),
        user: String::new(),
        password: NewPassword::Nothing,
        in_clear: false,
        check_seconds: CHECK_DEFAULT_SECONDS,
    }
}

fn password(words: &str) -> NewPassword {
    NewPassword::Is(Secret(words.to_owned()))
}

fn link<'a>(replica: &'a Replica, id: &str) -> Option<&'a ServerLink> {
    let server = replica.house.servers.get(&ServerId::new(id))?;
    Some(&server.link)
}

fn is_up(replica: &Replica, id: &str) -> bool {
    matches!(link(replica, id), Some(ServerLink::Connected { .. }))
        && replica.mirrors.contains_key(&ServerId::new(id))
}

fn titles(replica: &Replica, id: &str) -> Vec<String> {
    let mirror = replica.mirrors.get(&ServerId::new(id));
    let entries = mirror.into_iter().flat_map(|it| it.sessions.values());
    entries.map(|it| it.session.title.clone()).collect()
}

async fn record(nexus: &Nexus, id: &str) -> Record {
    let servers = &nexus.host.servers;
    servers.record(ServerId::new(id)).await.unwrap()
}

async fn add(nexus: &Nexus, draft: Draft) -> Result<(), Fault> {
    nexus.host.servers.add(caller(), draft).await
}

async fn edit(nexus: &Nexus, draft: Draft) -> Result<(), Fault> {
    nexus.host.servers.edit(caller(), draft).await
}

/// The field that was wrong.
fn field(answer: Result<(), Fault>) -> String {
    assert!(matches!(answer, Err(Fault::Invalid { .. })), "{answer:?}");
    let Err(Fault::Invalid { field, .. }) = answer else {
        unreachable!("just looked at")
    };
    field
}

async fn watching(nexus: &Nexus) -> Device {
    let mut device = Device::new(None);
    device.open(nexus).await;
    let first = nexus.server.to_string();
    device.until(|replica| is_up(replica, &first)).await;
    device
}

#[tokio::test]
async fn an_added_server_appears_on_open_streams_beside_the_others() {
    let nexus = Nexus::new().await;
    let mut device = watching(&nexus).await;
    let second = FakeOpenCode::start().await;
    second.session(DIRECTORY, "On the second");
    let added = draft("second", &second.url());
    add(&nexus, added.clone()).await.unwrap();
    device.until(|replica| is_up(replica, "second")).await;
    assert_eq!(titles(&device.replica, "second"), ["On the second"]);
    second.session(DIRECTORY, "And another");
    second.push(super::status("ses_none", "idle"));

    add(&nexus, added).await.unwrap();
    assert_eq!(
        device.replica.house.servers.len(),
        2,
        "repeated, it adds none"
    );
    let same = draft("third", &second.url());
    assert_eq!(field(add(&nexus, same).await), "address", "taken");
}

#[tokio::test]
async fn a_removed_server_takes_its_sessions_along_and_is_left_as_it_was() {
    let nexus = Nexus::new().await;
    let mut device = watching(&nexus).await;
    let second = FakeOpenCode::start().await;
    second.session(DIRECTORY, "On the second");
    add(&nexus, draft("second", &second.url())).await.unwrap();
    device.until(|replica| is_up(replica, "second")).await;

    let id = ServerId::new("second");
    let servers = &nexus.host.servers;
    servers.remove(caller(), id.clone()).await.unwrap();
    device
        .until(|replica| !replica.house.servers.contains_key(&id))
        .await;
    assert!(!device.replica.mirrors.contains_key(&id));
    let deletes = second.requests();
    assert!(deletes.iter().all(|it| it.method != "DELETE"));

    // The stream goes on with the others, and so does a new one.
    nexus.opencode.session(DIRECTORY, "Still here");
    device.cut();
    device.open(&nexus).await;
    let fresh = watching(&nexus).await;
    assert!(!fresh.replica.house.servers.contains_key(&id));
    let gone = servers.connect(id).await;
    assert!(matches!(gone, Err(Fault::NotFound { .. })));
}

#[tokio::test]
async fn at_another_address_a_server_begins_anew_and_without_the_old_password() {
    let nexus = Nexus::new().await;
    let mut device = watching(&nexus).await;
    let (old, new) = (FakeOpenCode::start().await, FakeOpenCode::start().await);
    old.password(Some("open sesame"));
    old.session(DIRECTORY, "Old");
    new.session(DIRECTORY, "New");
    let first = Draft {
        password: password("open sesame"),
        ..draft("box", &old.url())
    };
    add(&nexus, first).await.unwrap();
    device.until(|replica| is_up(replica, "box")).await;
    assert_eq!(titles(&device.replica, "box"), ["Old"]);
    let id = ServerId::new("box");
    assert!(device.replica.house.servers[&id].saved.has_password);

    let moved = Draft {
        password: NewPassword::Keep,
        ..draft("box", &new.url())
    };
    edit(&nexus, moved).await.unwrap();
    device
        .until(|replica| titles(replica, "box") == ["New"] && is_up(replica, "box"))
        .await;
    assert!(!device.replica.house.servers[&id].saved.has_password);
    assert!(new.requests().iter().all(|it| it.authorization.is_none()));
}

#[tokio::test]
async fn a_changed_name_or_interval_keeps_the_connection_and_the_password() {
    let nexus = Nexus::new().await;
    let mut device = watching(&nexus).await;
    let second = FakeOpenCode::start().await;
    second.password(Some("open sesame"));
    let first = Draft {
        password: password("open sesame"),
        ..draft("box", &second.url())
    };
    add(&nexus, first).await.unwrap();
    device.until(|replica| is_up(replica, "box")).await;
    let renamed = Draft {
        name: "The boathouse".to_owned(),
        password: NewPassword::Keep,
        check_seconds: 300,
        ..draft("box", &second.url())
    };
    edit(&nexus, renamed).await.unwrap();
    let id = ServerId::new("box");
    device
        .until(|replica| replica.house.servers[&id].name == "The boathouse")
        .await;
    let server = &device.replica.house.servers[&id];
    assert!(server.saved.has_password);
    assert_eq!(server.saved.check_seconds, 300);
    assert_eq!(record(&nexus, "box").await.connects, 1);

    edit(&nexus, draft("box", &second.url())).await.unwrap();
    device
        .until(|replica| {
            matches!(
                link(replica, "box"),
                Some(ServerLink::Error {
                    reason: ServerFault::Unauthorized,
                    ..
                })
            )
        })
        .await;
}

#[tokio::test]
async fn a_dead_server_slows_none_of_the_others() {
    let nexus = Nexus::new().await;
    let session = nexus.opencode.session(DIRECTORY, "Alive");
    let dead = FakeOpenCode::start().await;
    dead.manner(Manner::Hang);
    add(&nexus, draft("dead", &dead.url())).await.unwrap();
    let mut device = nexus.device(&session).await;
    assert!(matches!(
        link(&device.replica, "dead"),
        Some(ServerLink::Connecting { .. } | ServerLink::Error { .. })
    ));
    nexus.begin_answer(&session);
    nexus
        .opencode
        .push(text(&session, "msg_1", "prt_1", "Said at once.", true));
    device
        .until(|replica| {
            words(replica, &session, "msg_1", "prt_1").is_some_and(|it| it.text == "Said at once.")
        })
        .await;
}

#[tokio::test]
async fn a_try_says_what_is_there_and_saves_nothing() {
    let nexus = Nexus::new().await;
    nexus.connected().await;
    let attempt = async |draft: Draft| nexus.host.servers.attempt(draft).await.unwrap();
    let peer = FakeOpenCode::start().await;
    let Tried::Found {
        family,
        version,
        open_to_all,
        reach,
        ..
    } = attempt(draft("new", &peer.url())).await
    else {
        panic!("not found");
    };
    assert_eq!((family, reach), (Family::Hybrid, Reach::Here));
    assert!(version.is_some() && open_to_all);

    let reason = async |draft: Draft| match attempt(draft).await {
        Tried::Failed { reason, .. } => reason,
        found @ Tried::Found { .. } => panic!("{found:?}"),
    };
    peer.password(Some("open sesame"));
    let closed = draft("new", &peer.url());
    assert_eq!(reason(closed).await, ServerFault::Unauthorized);
    let wrong = Draft {
        password: password("open barley"),
        ..draft("new", &peer.url())
    };
    assert_eq!(reason(wrong).await, ServerFault::Unauthorized);
    let right = Draft {
        password: password("open sesame"),
        ..draft("new", &peer.url())
    };
    assert!(matches!(
        attempt(right).await,
        Tried::Found {
            open_to_all: false,
            ..
        }
    ));
    peer.password(None);
    peer.manner(Manner::Html);
    assert_eq!(
        reason(draft("new", &peer.url())).await,
        ServerFault::NotOpenCode
    );
    let mut gone = FakeOpenCode::start().await;
    gone.kill().await;
    assert_eq!(
        reason(draft("new", &gone.url())).await,
        ServerFault::Refused
    );
    let page = nexus.pages.snapshot("keeper", None).await.unwrap();
    assert_eq!(page.house.servers.len(), 1);
}

#[tokio::test]
async fn addresses_that_no_server_has_are_refused_everywhere() {
    let nexus = Nexus::new().await;
    for address in [
        "http://169.254.169.254",
        "http://[::ffff:169.254.169.254]:80",
        "http://0.0.0.0:4096",
        "http://[fe80::1]:4096",
        "http://[fd00:ec2::254]",
        "http://224.0.0.1:4096",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "http://me:secret@127.0.0.1:4096",
        "http://127.0.0.1:0",
        "http://127.0.0.1:4096/path",
        "",
    ] {
        let typed = draft("new", address);
        assert_eq!(field(add(&nexus, typed.clone()).await), "address");
        let tried = nexus.host.servers.attempt(typed.clone()).await;
        assert_eq!(field(tried.map(|_| ())), "address", "{address}");
    }
    let second = FakeOpenCode::start().await;
    add(&nexus, draft("box", &second.url())).await.unwrap();
    let reserved = draft("box", "http://169.254.169.254");
    assert_eq!(field(edit(&nexus, reserved).await), "address");
}

#[tokio::test]
async fn a_password_goes_unencrypted_only_where_the_owner_said_so() {
    let nexus = Nexus::new().await;
    let far = Draft {
        password: password("open sesame"),
        ..draft("far", "http://nowhere.invalid:4096")
    };
    assert_eq!(field(add(&nexus, far.clone()).await), "in_clear");
    let tried = nexus.host.servers.attempt(far.clone()).await;
    assert_eq!(field(tried.map(|_| ())), "in_clear");
    let meant = Draft {
        in_clear: true,
        ..far.clone()
    };
    add(&nexus, meant).await.unwrap();
    let encrypted = Draft {
        id: ServerId::new("tls"),
        address: "https://nowhere.invalid".to_owned(),
        ..far
    };
    add(&nexus, encrypted).await.unwrap();
}

#[tokio::test]
async fn a_password_is_in_no_answer_and_not_in_the_database_in_clear() {
    const SECRET: &str = "Canary-7-peer-singing";
    let nexus = Nexus::new().await;
    let peer = FakeOpenCode::start().await;
    peer.password(Some(SECRET));
    let mut device = watching(&nexus).await;
    let typed = Draft {
        password: password(SECRET),
        ..draft("box", &peer.url())
    };
    add(&nexus, typed).await.unwrap();
    device.until(|replica| is_up(replica, "box")).await;
    let page = nexus.pages.snapshot("keeper", None).await.unwrap();
    let told = [
        serde_json::to_string(&page).unwrap(),
        serde_json::to_string(&record(&nexus, "box").await).unwrap(),
        format!("{:?}", device.replica.house),
    ];
    for words in told {
        assert!(!words.contains(SECRET), "{words}");
    }
    let kept: Vec<u8> = nexus
        .store
        .call(|connection| {
            let sql = "SELECT password FROM server WHERE id = 'box'";
            Ok(connection.query_row(sql, [], |row| row.get(0))?)
        })
        .await
        .unwrap();
    let within = kept.windows(SECRET.len());
    assert!(!kept.is_empty());
    assert!(within.into_iter().all(|it| it != SECRET.as_bytes()));
}

#[tokio::test]
async fn what_happened_to_a_connection_is_noted_and_kept() {
    let nexus = Nexus::new().await;
    let mut second = FakeOpenCode::start().await;
    let mut device = watching(&nexus).await;
    add(&nexus, draft("box", &second.url())).await.unwrap();
    device.until(|replica| is_up(replica, "box")).await;
    second.kill().await;
    device
        .until(|replica| matches!(link(replica, "box"), Some(ServerLink::Error { .. })))
        .await;
    second.revive().await;
    second.session(DIRECTORY, "Missed");
    nexus
        .host
        .servers
        .connect(ServerId::new("box"))
        .await
        .unwrap();
    device.until(|replica| is_up(replica, "box")).await;
    device
        .until(|replica| titles(replica, "box") == ["Missed"])
        .await;

    let record = record(&nexus, "box").await;
    let what: Vec<_> = record.noted.iter().rev().map(|it| &it.what).collect();
    assert!(matches!(what[0], Happening::Connected { version: Some(_) }));
    assert!(matches!(what[1], Happening::Lost { .. }));
    assert!(
        what.iter()
            .any(|it| matches!(it, Happening::Repaired { events } if *events > 0)),
        "{what:?}"
    );
    assert_eq!(record.connects, 2);
    assert!(record.heard.is_some());
    assert!(record.received > 0 && record.repaired > 0, "{record:?}");

    // Another life of the program knows both the server and what happened.
    let kept = nexus.store.call(|connection| {
        Ok(connection.query_row(
            "SELECT count(*) FROM connection_event WHERE server = 'box'",
            [],
            |row| row.get::<_, i64>(0),
        )?)
    });
    assert!(kept.await.unwrap() >= 3);
    let again = nexus.again().await;
    let servers = again.pages.snapshot("keeper", None).await.unwrap().house;
    assert!(servers.servers.contains_key(&ServerId::new("box")));
    let noted = again
        .host
        .servers
        .record(ServerId::new("box"))
        .await
        .unwrap()
        .noted;
    assert!(noted.len() >= 3);
}

#[tokio::test]
async fn a_connected_server_is_asked_whether_it_is_well() {
    let nexus = Nexus::new().await;
    let mut device = watching(&nexus).await;
    let second = FakeOpenCode::start().await;
    add(&nexus, draft("box", &second.url())).await.unwrap();
    device.until(|replica| is_up(replica, "box")).await;
    // The first question was the probe's.
    second.asked("GET", "/global/health", 2).await;
    let noted = async {
        while record(&nexus, "box").await.round_trip_ms().is_none() {
            tokio::task::yield_now().await;
        }
    };
    let patience = std::time::Duration::from_secs(20);
    tokio::time::timeout(patience, noted).await.unwrap();
}
