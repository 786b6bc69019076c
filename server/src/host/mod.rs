//! What the pages need of the server (`app::host`), done with the relays and connections.
//! Nothing is decided here: it finds who does it, and says in the pages' words what came
//! of it.

mod asks;
mod catalogs;
mod faults;
mod pages;
mod transcripts;

use std::sync::Arc;

use app::fault::Fault;
use app::found::Found;
use app::host::{Caller, Host, Servers, Sessions, Streams, Workspaces};
use app::workspace::Listing;
use async_trait::async_trait;
use axum::Router;
use domain::catalog::Catalog;
use domain::command::{Command, Origin};
use domain::connection::{Draft, Record, Tried};
use domain::id::{Directory, RequestId, ServerId, SessionId, StreamId};
use domain::prompt::Prompt;
use domain::session::SEARCH_MAX_CHARS;
use domain::survey::Survey;
use domain::sync::{Epoch, Focus, Passage, Viewing};
use opencode::{Dialect, Stopped};
use tokio::sync::Semaphore;

use catalogs::Catalogs;

use crate::clock::Clock;
use crate::config::OpenCodeChoice;
use crate::connections::house::HouseSource;
use crate::connections::{ConnectionFault, Connections, Parts};
use crate::http::page_source::PageSource;
use crate::http::router::compression;
use crate::http::{bulk, stream, transcript, upload};
use crate::lifecycle::Lifecycle;
use crate::process::child::Spawner;
use crate::random;
use crate::relay::creations::Creations;
use crate::relay::handle::Relay;
use crate::relay::hub::Hub;
use crate::relay::journal::Shelf;
use crate::relay::network::Network;
use crate::relay::prompts::Prompts;
use crate::relay::search;
use crate::relay::steering::Steering;
use crate::relay::vigil::Vigil;
use crate::relay::worker::Surroundings;
use crate::secrets::Vault;
use crate::store::Store;
use crate::uploads::Uploads;

/// How many directories are offered to start a session in.
const RECENT_MAX: usize = 12;

/// How many files are offered for a name that is being typed: what fits above a composer.
const FOUND_MAX: usize = 20;

/// How many sessions are read as a whole at once, of all servers.
const REVIEWS_AT_ONCE: usize = 2;

/// What the live parts are made of.
#[derive(Clone, Debug)]
pub struct LiveParts {
    /// The database.
    pub store: Store,
    /// Files that wait for their prompt.
    pub uploads: Uploads,
    /// Seals passwords.
    pub vault: Arc<Vault>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// How the program ends.
    pub life: Lifecycle,
    /// The build of the pages.
    pub build: String,
    /// What lies between us and the servers.
    pub network: Network,
}

/// What is live, for the router.
pub struct Live {
    /// What the pages' commands need.
    pub host: Host,
    /// What the pages are drawn from.
    pub pages: Arc<dyn PageSource>,
    /// The live routes.
    pub routes: Router,
    /// Notices when the machine slept.
    pub vigil: Vigil,
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live").finish_non_exhaustive()
    }
}

/// Why nothing is live.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// A server cannot be kept or used.
    #[error("the OpenCode server cannot be set up: {0}")]
    Connection(#[from] ConnectionFault),
    /// No thread can be had.
    #[error("the system refused: {0}")]
    Io(#[from] std::io::Error),
}

/// Starts everything live: the house, the server that was chosen, streams and commands.
pub async fn start(parts: LiveParts, choice: &OpenCodeChoice) -> Result<Live, LiveError> {
    let epoch = Epoch(u64::from_le_bytes(random::bytes()));
    let shelf = Shelf::default();
    let house = HouseSource::new(epoch, &shelf);
    let vigil = Vigil::new(Arc::clone(&parts.clock));
    vigil.keep(&parts.life);
    let hub = Hub::new(
        house.clone(),
        Arc::clone(&parts.clock),
        vigil.clone(),
        parts.life.clone(),
        parts.build,
    );
    let clock = Arc::clone(&parts.clock);
    let connections = Connections::start(
        Parts {
            hub: hub.clone(),
            store: parts.store.clone(),
            vault: parts.vault,
            around: Surroundings {
                clock: parts.clock,
                house,
                shelf,
                life: parts.life,
                version: env!("CARGO_PKG_VERSION").to_owned(),
                network: parts.network,
                vigil: vigil.clone(),
            },
            spawner: Spawner::start()?,
        },
        choice,
    )
    .await?;
    let nexus = Arc::new(Nexus {
        prompts: Prompts::new(hub.clone(), parts.store.clone(), parts.uploads.clone()),
        creations: Creations::new(hub.clone(), parts.store.clone()),
        steering: Steering::new(hub.clone(), parts.store),
        connections,
        catalogs: Catalogs::default(),
        reviews: Semaphore::new(REVIEWS_AT_ONCE),
        hub: hub.clone(),
    });
    Ok(Live {
        host: Host {
            sessions: nexus.clone(),
            asks: nexus.clone(),
            streams: nexus.clone(),
            transcripts: nexus.clone(),
            workspaces: nexus.clone(),
            servers: nexus.clone(),
        },
        pages: nexus,
        vigil,
        routes: bulk::routes(hub.clone())
            .merge(transcript::routes(hub.clone()))
            .merge(upload::routes(parts.uploads, clock))
            .layer(compression())
            .merge(stream::routes(hub)),
    })
}

/// The server as the pages see it.
#[derive(Debug)]
struct Nexus {
    hub: Hub,
    prompts: Prompts,
    creations: Creations,
    steering: Steering,
    connections: Connections,
    catalogs: Catalogs,
    /// Who reads a session as a whole; others wait.
    reviews: Semaphore,
}

impl Nexus {
    fn relay(&self, server: &ServerId) -> Result<Relay, Fault> {
        self.hub.relay(server).ok_or_else(faults::no_server)
    }

    fn dialect(&self, server: &ServerId) -> Result<Arc<dyn Dialect>, Fault> {
        let relay = self.relay(server)?;
        relay.dialect().ok_or_else(|| {
            let link = self.hub.house().server(server).map(|it| it.link);
            let reason = relay.down(link.as_ref());
            Fault::ServerDown { reason }
        })
    }
}

#[async_trait]
impl Sessions for Nexus {
    async fn create(
        &self,
        request: RequestId,
        server: ServerId,
        origin: Origin,
    ) -> Result<SessionId, Fault> {
        let relay = self.relay(&server)?;
        let made = self.creations.create(relay, origin, request).await;
        made.map_err(faults::creation)
    }

    async fn command(
        &self,
        server: ServerId,
        session: SessionId,
        command: Command,
    ) -> Result<(), Fault> {
        let relay = self.relay(&server)?;
        let done = self.steering.carry_out(&relay, session, command).await;
        done.map_err(faults::steering)
    }

    async fn search(&self, wanted: String) -> Result<Vec<Found>, Fault> {
        if wanted.chars().count() > SEARCH_MAX_CHARS {
            return Err(faults::long_search());
        }
        let mut found: Vec<Found> = Vec::new();
        for relay in self.hub.relays() {
            let entries = relay.with(|live| search::find(live.mirror(), &wanted));
            found.extend(entries.into_iter().map(|entry| Found {
                server: relay.server().clone(),
                entry,
            }));
        }
        found.sort_by_key(|it| std::cmp::Reverse(it.entry.session.updated));
        found.truncate(search::FOUND_MAX);
        Ok(found)
    }

    async fn prompt(
        &self,
        server: ServerId,
        session: SessionId,
        mut prompt: Prompt,
    ) -> Result<(), Fault> {
        let relay = self.relay(&server)?;
        let to = Viewing {
            server,
            session: session.clone(),
        };
        self.address(&to, &mut prompt).await;
        let sent = self.prompts.send(relay, session, prompt).await;
        sent.map_err(faults::prompt)
    }

    async fn abort(&self, server: ServerId, session: SessionId) -> Result<(), Fault> {
        let dialect = self.dialect(&server)?;
        let stopped = dialect.abort(&session).await;
        match stopped.map_err(|fault| faults::call("This session", fault))? {
            Stopped::Told => {}
            // Whoever pressed the button sees something run: its end was missed.
            Stopped::Nothing => self.relay(&server)?.nothing_runs(session).await,
        }
        Ok(())
    }
}

#[async_trait]
impl Streams for Nexus {
    async fn focus(&self, stream: StreamId, focus: Focus) -> Result<(), Fault> {
        self.hub.focus(&stream, focus).map_err(faults::stream)
    }

    async fn passage(
        &self,
        stream: StreamId,
        server: ServerId,
        session: SessionId,
        wanted: Passage,
    ) -> Result<(), Fault> {
        let relay = self.relay(&server)?;
        let found = relay.passage(&session, &wanted).await;
        let found = found.map_err(|why| faults::window(why, &relay, &self.hub))?;
        let told = self.hub.passage(&stream, server, session, wanted, found);
        told.map_err(faults::stream)
    }
}

#[async_trait]
impl Workspaces for Nexus {
    async fn recent(&self, server: ServerId) -> Result<Vec<Directory>, Fault> {
        let relay = self.relay(&server)?;
        let mut used: Vec<_> = relay.with(|live| {
            let sessions = live.mirror().sessions.values();
            sessions
                .map(|entry| (entry.session.updated, entry.session.directory.clone()))
                .collect()
        });
        used.sort_by(|a, b| b.cmp(a));
        let mut recent: Vec<Directory> = Vec::new();
        for (_, directory) in used {
            if !recent.contains(&directory) {
                recent.push(directory);
            }
            if recent.len() >= RECENT_MAX {
                return Ok(recent);
            }
        }
        // Where the server was started somebody meant to work, so that a first session
        // needs no search. What was used lately is worth showing without it.
        if let Some(dialect) = relay.dialect()
            && let Ok(ground) = dialect.home_ground().await
            // The root has no name of its own; nobody works there.
            && ground.name() != ground.as_str()
            && !recent.contains(&ground)
        {
            recent.push(ground);
        }
        Ok(recent)
    }

    async fn list(&self, server: ServerId, directory: Option<Directory>) -> Result<Listing, Fault> {
        let dialect = self.dialect(&server)?;
        let folders = dialect.list(directory.as_ref()).await;
        let folders = folders.map_err(|fault| faults::call("This folder", fault))?;
        Ok(Listing {
            directory: folders.directory,
            parent: folders.parent,
            folders: folders.folders,
            cut: folders.cut,
        })
    }

    async fn find(
        &self,
        server: ServerId,
        directory: Directory,
        query: String,
    ) -> Result<Vec<String>, Fault> {
        let dialect = self.dialect(&server)?;
        let found = dialect.find(&directory, &query, FOUND_MAX).await;
        found.map_err(|fault| faults::call("This folder", fault))
    }

    async fn catalog(&self, server: ServerId, directory: Directory) -> Result<Catalog, Fault> {
        let catalog = self.read_catalog(server, directory).await?;
        Ok(Catalog::clone(&catalog))
    }
}

#[async_trait]
impl Servers for Nexus {
    async fn connect(&self, server: ServerId) -> Result<(), Fault> {
        let done = self.connections.connect(&server).await;
        done.map_err(faults::connection)
    }

    async fn disconnect(&self, server: ServerId) -> Result<(), Fault> {
        let done = self.connections.disconnect(&server).await;
        done.map_err(faults::connection)
    }

    async fn add(&self, caller: Caller, draft: Draft) -> Result<(), Fault> {
        let done = self.connections.add(&caller, draft).await;
        done.map_err(faults::connection)
    }

    async fn edit(&self, caller: Caller, draft: Draft) -> Result<(), Fault> {
        let done = self.connections.edit(&caller, draft).await;
        done.map_err(faults::connection)
    }

    async fn attempt(&self, draft: Draft) -> Result<Tried, Fault> {
        let tried = self.connections.attempt(draft).await;
        tried.map_err(faults::connection)
    }

    async fn remove(&self, caller: Caller, server: ServerId) -> Result<(), Fault> {
        let done = self.connections.remove(&caller, &server).await;
        done.map_err(faults::connection)
    }

    async fn survey(&self, server: ServerId, with_prompt: bool) -> Result<Survey, Fault> {
        let asked = self.connections.survey(&server, with_prompt).await;
        asked.map_err(faults::connection)
    }

    async fn record(&self, server: ServerId) -> Result<Record, Fault> {
        self.connections.record(&server).map_err(faults::connection)
    }
}
