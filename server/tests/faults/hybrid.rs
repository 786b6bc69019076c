//! What a real 1.18 has of the routes of 2.x, spoken to as if it were one: the part of our
//! 2.x that can be proved on this machine. Its engine behind these routes is another one:
//! prompts, events, inboxes and forms of 2.x are not in it.

use std::path::PathBuf;

use domain::house::Family;
use domain::id::{Directory, MessageId, RequestId, SessionId};
use fakes::FakeModel;
use opencode::v2::Generation;
use opencode::{Address, CallFault, Client, Dialect, Tongue, V2, probe, survey};

use crate::real::Real;

/// A real server, and the way to it.
struct Overlap {
    real: Real,
    _model: FakeModel,
    client: Client,
    v2: V2,
    home: Directory,
}

impl Overlap {
    /// None where there is no OpenCode on this machine.
    async fn new() -> Option<Self> {
        let (real, model) = Real::here().await?;
        let address = Address::parse(&real.address).unwrap();
        let client = Client::new(&address, None, "0.0.0").unwrap();
        let project: PathBuf = real.project.canonicalize().unwrap();
        std::fs::create_dir(project.join("tides")).unwrap();
        std::fs::write(project.join("tides/datum.md"), "# Datum\n").unwrap();
        Some(Self {
            home: Directory::new(project.to_string_lossy()),
            v2: V2::new(client.clone(), Generation::Current),
            real,
            _model: model,
            client,
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_hybrid_is_told_from_2_x_and_asked_nothing_of_it() {
    let Some(overlap) = Overlap::new().await else {
        return;
    };
    let client = overlap.client.clone();
    assert_eq!(probe(&client).await.unwrap().tongue, Tongue::Hybrid);
    let asked = survey(client, &RequestId::new("req_hybrid"), true).await;
    let asked = asked.unwrap();
    assert_eq!(asked.family, Family::Hybrid);
    assert_eq!(asked.findings, []);
    assert!(asked.version.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_hybrid_adopts_a_session_and_lists_it_page_by_page() {
    let Some(overlap) = Overlap::new().await else {
        return;
    };
    let Overlap { v2, home, .. } = &overlap;
    let ids = [
        "ses_0000000000000000000000000a",
        "ses_0000000000000000000000000b",
    ];
    for id in ids.map(SessionId::new) {
        let made = v2.create(home, &id).await.unwrap();
        assert_eq!((&made.session.id, &made.session.directory), (&id, home));
        let elsewhere = Directory::new("/tmp");
        let again = v2.create(&elsewhere, &id).await.unwrap();
        assert_eq!(again.session, made.session, "it is given back as it is");
        let read = v2.session(&id).await.unwrap();
        assert_eq!(read.map(|it| it.session), Some(made.session));
        let message = MessageId::new("msg_0000000000000000000000000a");
        assert_eq!(v2.message(&id, &message).await, Err(CallFault::NotFound));
    }
    let listed = v2.sessions().await.unwrap().into_iter();
    let mut listed: Vec<String> = listed.map(|it| it.session.id.to_string()).collect();
    listed.sort();
    assert_eq!(listed, ids);
    assert!(v2.statuses().await.unwrap().is_empty());
    let nobody = SessionId::new("ses_0000000000000000000000000c");
    assert_eq!(v2.session(&nobody).await, Ok(None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_hybrid_offers_what_belongs_to_a_directory() {
    let Some(overlap) = Overlap::new().await else {
        return;
    };
    let Overlap { v2, home, real, .. } = &overlap;
    assert_eq!(v2.home_ground().await, Ok(home.clone()));
    // The first look at a directory finds nothing there yet.
    let agents = Dialect::agents(v2, home).await.unwrap();
    assert!(agents.iter().any(|it| it.name == "build"), "{agents:?}");
    let commands = v2.commands(home).await.unwrap();
    assert!(commands.iter().any(|it| it.name == "init"), "{commands:?}");
    assert_eq!(v2.permissions(home).await, Ok(Vec::new()));

    let list = v2.list(home, "").await.unwrap();
    assert!(list.contains(&"tides/".to_owned()), "{list:?}");
    let inside = v2.list(home, "tides").await.unwrap();
    assert!(
        inside.iter().any(|it| it.ends_with("datum.md")),
        "{inside:?}"
    );
    let folders = v2.folders(Some(home)).await.unwrap();
    let tides = format!("{}/tides", home.as_str());
    assert_eq!(folders.folders, [Directory::new(tides)]);
    let found = v2.look_up(home, "tides/datum.md").await.unwrap();
    let found = found.unwrap();
    assert_eq!(
        PathBuf::from(found.absolute),
        real.project.join("tides/datum.md")
    );
}
