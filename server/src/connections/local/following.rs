//! The background service while it is used: found again wherever it starts anew, by its file
//! alone, and never started or ended from here.

use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;

use domain::house::{Saved, Server};
use domain::id::ServerId;
use domain::sync::Epoch;
use fakes::FakeOpenCode2;
use fakes::opencode2::PASSWORD;
use serde_json::json;

use super::*;
use crate::clock::SystemClock;
use crate::connections::house::HouseSource;
use crate::lifecycle::Lifecycle;
use crate::process::child::Spawner;
use crate::relay::hub::Hub;
use crate::relay::journal::Shelf;
use crate::relay::network::Network;
use crate::relay::vigil::Vigil;
use crate::relay::worker::{self, Surroundings};
use crate::secrets::Vault;
use crate::store::Store;

/// A process that lives until it is dropped: the file names it as the service's.
struct Alive(Child);

impl Alive {
    fn new() -> Self {
        Self(Command::new("sleep").arg("600").spawn().unwrap())
    }

    fn lives(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        // One that has ended already is as good.
        let _ = self.0.kill().and_then(|()| self.0.wait());
    }
}

/// What a service says of itself when it starts; as one piece, as others read it too.
fn says(directory: &Path, name: &str, url: &str, pid: u32) {
    let said = json!({ "id": "svc", "version": "2.0.24", "url": url, "pid": pid,
        "password": PASSWORD });
    let fresh = directory.join("new");
    std::fs::write(&fresh, said.to_string()).unwrap();
    std::fs::rename(fresh, directory.join(name)).unwrap();
}

/// A port at which nobody listens.
fn nowhere() -> Address {
    let port = free_port().unwrap();
    Address::parse(&format!("http://127.0.0.1:{port}")).unwrap()
}

/// A keeper that looks for a service in `state`, with what it tells.
fn keep(state: &Path, life: &Lifecycle) -> (Local, HouseSource, ServerId) {
    let (shelf, clock, id) = (
        Shelf::default(),
        Arc::new(SystemClock),
        ServerId::new("srv"),
    );
    let house = HouseSource::new(Epoch(1), &shelf);
    house.put(Server {
        id: id.clone(),
        name: "here".to_owned(),
        address: LOCAL_ADDRESS.to_owned(),
        family: None,
        version: None,
        link: ServerLink::Disconnected,
        open_to_all: false,
        started_here: false,
        saved: Saved::default(),
    });
    let vigil = Vigil::new(clock.clone());
    let around = Surroundings {
        clock: clock.clone(),
        house: house.clone(),
        shelf,
        life: life.clone(),
        version: "0.0.0".to_owned(),
        network: Network::default(),
        vigil: vigil.clone(),
    };
    let hub = Hub::new(house.clone(), clock, vigil, life.clone(), String::new());
    let relay = worker::start(id.clone(), &around);
    let (orders, inbox) = mpsc::channel(ORDERS_MAX);
    let keeper = Keeper {
        parts: Parts {
            hub,
            store: Store::memory().unwrap(),
            vault: Arc::new(Vault::ephemeral()),
            around,
            spawner: Spawner::start().unwrap(),
        },
        relay,
        credentials: None,
        orders: inbox,
        began: Instant::now(),
        usual: Some(nowhere()),
        state: Some(state.to_owned()),
    };
    life.spawn(keeper.run());
    (Local { orders }, house, id)
}

#[tokio::test]
async fn a_service_that_starts_anew_is_followed_by_its_file_and_neither_started_nor_ended() {
    let directory = tempfile::tempdir().unwrap();
    let life = Lifecycle::new();
    let (mut first, mut second) = (Alive::new(), Alive::new());
    let before = FakeOpenCode2::start().await;
    let says = |name, server: &FakeOpenCode2, pid| {
        says(directory.path(), name, &server.url(), pid);
    };
    says("service.json", &before, first.0.id());
    let (local, house, id) = keep(directory.path(), &life);
    local.tell(Order::Start).await;
    before.listened().await;

    // What a service left behind that crashed leads nowhere.
    let crashed = FakeOpenCode2::start().await;
    let ended = {
        let mut ended = Alive::new();
        ended.0.kill().and_then(|()| ended.0.wait()).unwrap();
        ended.0.id()
    };
    says("service.json", &crashed, ended);
    // Another start of an older version: another port, another process, another file.
    let after = FakeOpenCode2::start().await;
    says("server.json", &after, second.0.id());
    before.end_streams();
    after.listened().await;
    if Path::new("/proc/self").exists() {
        assert_eq!(
            crashed.requests().len(),
            0,
            "no process of that number lives"
        );
    }
    let told = house.server(&id).unwrap();
    assert_eq!(told.address, after.url());
    assert!(!told.started_here, "another was started");

    // Wanted once more it is the same one still, and let go of it goes on.
    local.tell(Order::Start).await;
    local.tell(Order::Stop).await;
    let ear = house.bell().listen();
    while house.server(&id).unwrap().link != ServerLink::Disconnected {
        ear.rung().await;
    }
    life.soft().cancel();
    assert!(first.lives() && second.lives(), "it was ended from here");
    assert!(!house.server(&id).unwrap().started_here);
}
