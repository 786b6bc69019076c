//! A whole Nexus over a fake line, which can be ended and started again over the same
//! database. Time is the runtime's, which stands still while nothing happens.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use app::host::Host;
use axum::{Extension, Router};
use domain::id::ServerId;
use domain::time::Millis;
use fakes::Line;
use server::auth::SignedIn;
use server::clock::Clock;
use server::config::OpenCodeChoice;
use server::host::{self, LiveParts};
use server::lifecycle::Lifecycle;
use server::relay::bell::Bell;
use server::relay::network::{Chance, Network};
use server::secrets::Vault;
use server::store::Store;
use server::uploads::Uploads;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::line::{Elsewhere, Over};

/// When every run begins.
pub(crate) const START: Millis = Millis(1_795_200_000_000);
/// Nobody listens there: the line leads elsewhere.
const ADDRESS: &str = "http://127.0.0.1:9";

/// The runtime's time, and what the machine slept, which no timer knows of.
#[derive(Clone, Debug)]
struct Virtual {
    began: Instant,
    slept_ms: Arc<AtomicU64>,
}

impl Clock for Virtual {
    fn now(&self) -> Millis {
        let awake = u64::try_from(self.began.elapsed().as_millis()).unwrap();
        START.plus(awake + self.slept_ms.load(Ordering::Relaxed))
    }
}

/// A Nexus that may end and begin again.
pub(crate) struct Nexus {
    pub(crate) line: Line,
    /// Other servers that may be added.
    pub(crate) elsewhere: Elsewhere,
    pub(crate) server: ServerId,
    store: Store,
    clock: Virtual,
    seed: u64,
    files: tempfile::TempDir,
    running: Option<Running>,
}

/// One life of it.
#[derive(Clone)]
pub(crate) struct Running {
    pub(crate) host: Host,
    pub(crate) routes: Router,
    pub(crate) life: Lifecycle,
    pub(crate) session: CancellationToken,
    /// Rung when the machine's network is back.
    pub(crate) returned: Bell,
}

impl Nexus {
    pub(crate) async fn start(line: Line, seed: u64) -> Self {
        let mut nexus = Self {
            line,
            elsewhere: Elsewhere::default(),
            server: ServerId::new(""),
            store: Store::memory().unwrap(),
            clock: Virtual {
                began: Instant::now(),
                slept_ms: Arc::default(),
            },
            seed,
            files: tempfile::tempdir().unwrap(),
            running: None,
        };
        nexus.begin().await;
        nexus
    }

    /// What runs now; none between two lives.
    pub(crate) fn running(&self) -> Option<Running> {
        self.running.clone()
    }

    /// The machine sleeps so long: its timers stand still, the clock on the wall goes on.
    pub(crate) fn sleep(&self, time: Duration) {
        let ms = u64::try_from(time.as_millis()).unwrap();
        self.clock.slept_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// Ends as a crash does: nothing is finished.
    pub(crate) fn end(&mut self) {
        if let Some(running) = self.running.take() {
            running.life.hard().cancel();
            running.life.soft().cancel();
        }
    }

    pub(crate) async fn begin(&mut self) {
        let life = Lifecycle::new();
        self.seed += 1;
        let network = Network {
            carrier: Some(Arc::new(Over {
                line: self.line.clone(),
                elsewhere: Elsewhere::clone(&self.elsewhere),
            })),
            chance: Chance::row(self.seed),
            ..Network::default()
        };
        let returned = network.returned.clone();
        let parts = LiveParts {
            store: self.store.clone(),
            uploads: Uploads::new(self.files.path().join("uploads")),
            vault: Arc::new(Vault::ephemeral()),
            clock: Arc::new(self.clock.clone()),
            life: life.clone(),
            build: "build".to_owned(),
            network,
        };
        let choice = OpenCodeChoice::At(ADDRESS.to_owned());
        let started = host::start(parts, &choice).await.unwrap();
        let page = started.pages.snapshot("keeper", None).await.unwrap();
        self.server = page.house.servers.keys().next().unwrap().clone();
        let session = CancellationToken::new();
        let signed_in = SignedIn {
            session: 1,
            owner: "keeper".into(),
            ended: session.clone(),
            proved: Millis(0),
        };
        self.running = Some(Running {
            host: started.host,
            routes: started.routes.layer(Extension(signed_in)),
            life,
            session,
            returned,
        });
    }
}

impl Drop for Nexus {
    fn drop(&mut self) {
        self.end();
    }
}
