//! The server under test.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::routing::post;
use domain::time::Millis;
use server::auth::Auth;
use server::auth::password::Hasher;
use server::clock::{Clock, ManualClock};
use server::http::names::Names;
use server::http::router::{Parts, router};
use server::http::site::Site;
use server::store::Store;
use tempfile::TempDir;

use crate::house::{self, FakeHouse};

/// When tests begin.
const START: Millis = Millis(1_800_000_000_000);
pub(crate) const USER: &str = "keeper";
pub(crate) const PASSWORD: &str = "Lantern 47 over the reef";

/// The files of a small site, as a build would leave them.
const SITE: &str = r#"{
  "build": "build",
  "entry": { "js": "/pkg/nexus.1.js", "wasm": "/pkg/nexus.2.wasm", "css": "/pkg/nexus.3.css" },
  "files": [
    { "path": "/pkg/nexus.1.js", "file": "pkg/nexus.1.js", "keep": "immutable",
      "type": "text/javascript; charset=utf-8", "sha256": "aa", "br": 2, "gz": 2 },
    { "path": "/pkg/nexus.2.wasm", "file": "pkg/nexus.2.wasm", "keep": "immutable",
      "type": "application/wasm", "sha256": "bb" },
    { "path": "/pkg/nexus.3.css", "file": "pkg/nexus.3.css", "keep": "immutable",
      "type": "text/css; charset=utf-8", "sha256": "cc" },
    { "path": "/sw.js", "file": "sw.js", "keep": "revalidate",
      "type": "text/javascript; charset=utf-8", "sha256": "dd" },
    { "path": "/manifest.webmanifest", "file": "manifest.webmanifest", "keep": "revalidate",
      "type": "application/manifest+json", "sha256": "ee" },
    { "path": "/offline", "file": "offline.html", "keep": "revalidate",
      "type": "text/html; charset=utf-8", "sha256": "ff" },
    { "path": "/favicon.svg", "file": "favicon.svg", "keep": "day",
      "type": "image/svg+xml", "sha256": "00" }
  ]
}"#;

pub(crate) struct TestServer {
    pub(crate) router: Router,
    pub(crate) auth: Auth,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) store: Store,
    dir: TempDir,
    names: Names,
}

impl TestServer {
    /// A server without an owner.
    pub(crate) fn new() -> Self {
        Self::named(Names::default())
    }

    /// A server that goes by further names.
    pub(crate) fn named(names: Names) -> Self {
        let clock = Arc::new(ManualClock::at(START));
        let dir = tempfile::tempdir().unwrap();
        Self::start(dir, clock, names)
    }

    /// A server with an owner who is signed in nowhere.
    pub(crate) async fn owned() -> Self {
        let server = Self::new();
        server.create_owner().await;
        server
    }

    pub(crate) async fn create_owner(&self) {
        let user_name = domain::owner::UserName::parse(USER).unwrap();
        self.auth
            .create_owner(&user_name, PASSWORD.to_owned().into())
            .await
            .unwrap();
    }

    fn start(dir: TempDir, clock: Arc<ManualClock>, names: Names) -> Self {
        let store = Store::open(&dir.path().join("nexus.db")).unwrap();
        let auth = Auth::new(
            store.clone(),
            Arc::clone(&clock) as Arc<dyn Clock>,
            Hasher::cheap(),
            Some(dir.path().join("setup-token")),
        );
        let router = router(Parts {
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            auth: auth.clone(),
            site: Site::read(|name| Some(file(name))).unwrap(),
            names: names.clone(),
            host: house::host(),
            pages: Arc::new(FakeHouse),
            live: Router::new().route("/api/stream", post(|| async { "stream" })),
        });
        Self {
            router,
            auth,
            clock,
            store,
            dir,
            names,
        }
    }

    /// The same data directory, another process.
    pub(crate) fn restart(self) -> Self {
        let Self {
            dir, clock, names, ..
        } = self;
        Self::start(dir, clock, names)
    }

    pub(crate) fn setup_file(&self) -> PathBuf {
        self.dir.path().join("setup-token")
    }

    /// Makes the token that the first start prints.
    pub(crate) async fn setup_token(&self) -> String {
        let token = self.auth.make_setup_token().await.unwrap().unwrap();
        token.reveal().to_string()
    }
}

/// A file of the site: its name is all it holds.
fn file(name: &str) -> Cow<'static, [u8]> {
    match name {
        "assets.json" => Cow::Borrowed(SITE.as_bytes()),
        name => Cow::Owned(name.as_bytes().to_vec()),
    }
}
