//! The OpenCode servers: which there are, whether they are wanted, with which password,
//! and how each is had. How we stand with each is in the house (`house`), how it has been
//! in the chronicle; `saving` adds, changes and removes them, `trying` tries one that is not
//! saved, `surveying` asks one whether it behaves as it is taken to.

mod checker;
pub mod chronicle;
pub mod house;
mod local;
mod saving;
mod service;
pub mod surveying;
mod trying;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::connection::{CHECK_DEFAULT_SECONDS, NAME_MAX_CHARS, Record, SERVERS_MAX};
use domain::house::{Saved, Server, ServerFault, ServerLink};
use domain::id::{ServerId, SessionId};
use domain::time::Millis;
use opencode::{Address, Credentials, InvalidAddress};
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;

use crate::config::OpenCodeChoice;
use crate::process::child::Spawner;
use crate::random;
use crate::relay::handle::{Relay, Target, Want};
use crate::relay::hub::Hub;
use crate::relay::worker::{self, Surroundings};
use crate::secrets::{Place, Vault};
use crate::store::servers::{self, PASSWORD, ServerRow};
use crate::store::{Store, StoreError, archive};
use local::{LOCAL_ADDRESS, Local, Order};
use surveying::SURVEYS_MAX;
use trying::TRIES_MAX;

/// The user name that OpenCode expects where none was set.
const USER: &str = "opencode";

/// What connections are made of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Where the live parts meet.
    pub hub: Hub,
    /// Where servers are kept.
    pub store: Store,
    /// Seals passwords.
    pub vault: Arc<Vault>,
    /// What workers need.
    pub around: Surroundings,
    /// Starts programs.
    pub spawner: Spawner,
}

/// All servers; cheap to clone.
#[derive(Clone, Debug)]
pub struct Connections {
    parts: Parts,
    // Held for map operations, never across an await.
    open: Arc<Mutex<BTreeMap<ServerId, Open>>>,
    /// Changes come one after another: each looks at what is saved and saves.
    changing: Arc<tokio::sync::Mutex<()>>,
    tries: Arc<Semaphore>,
    surveys: Arc<Semaphore>,
}

/// A server with all that is at work for it.
#[derive(Clone, Debug)]
struct Open {
    way: Way,
    relay: Relay,
    /// How often it is asked whether it is well, in seconds.
    every: watch::Sender<u32>,
    /// Ends what is at work beside the relay.
    ends: CancellationToken,
}

/// How a server is had.
#[derive(Clone, Debug)]
enum Way {
    /// At its address.
    At(Address),
    /// On this machine: one that runs already, or one of our own.
    Local(Local),
}

/// Why a server was not done what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionFault {
    /// There is no such server.
    #[error("there is no such server")]
    NotFound,
    /// The address cannot be used.
    #[error(transparent)]
    Address(#[from] InvalidAddress),
    /// Another field is wrong: its name, and what is wrong, as a sentence.
    #[error("{1}")]
    Field(&'static str, String),
    /// Too many are being tried or asked at once.
    #[error("too many connections are being tried")]
    Busy,
    /// It cannot be had.
    #[error("the server cannot be had: {0:?}")]
    Down(ServerFault),
    /// Our own memory failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Connections {
    /// Starts with the servers that are saved and the one that was chosen on the command
    /// line.
    pub async fn start(parts: Parts, choice: &OpenCodeChoice) -> Result<Self, ConnectionFault> {
        let address = match choice {
            OpenCodeChoice::Off => None,
            OpenCodeChoice::Auto => Some(LOCAL_ADDRESS.to_owned()),
            OpenCodeChoice::At(address) => Some(address.clone()),
        };
        let chosen = match address {
            Some(address) => Some(row_of(&parts, &Address::parse(&address)?).await?.id),
            None => None,
        };
        let chronicle = parts.around.house.chronicle();
        chronicle.keep(parts.store.clone(), &parts.around.life);
        let rows = parts
            .store
            .call(|connection| servers::all(connection))
            .await?;
        let this = Self {
            parts,
            open: Arc::default(),
            changing: Arc::default(),
            tries: Arc::new(Semaphore::new(TRIES_MAX)),
            surveys: Arc::new(Semaphore::new(SURVEYS_MAX)),
        };
        for row in rows {
            let by_command = chosen.as_ref() == Some(&row.id);
            let local = by_command && *choice == OpenCodeChoice::Auto;
            let address = match Address::parse(&row.address) {
                Ok(address) => address,
                Err(error) => {
                    // A rule that came later may refuse what an older version saved.
                    tracing::warn!(server.id = %row.id, %error, "a saved server is left out");
                    continue;
                }
            };
            this.open(row, address, by_command, local).await?;
        }
        Ok(this)
    }

    /// Has a saved server at work, and connects to it where it is wanted.
    async fn open(
        &self,
        row: ServerRow,
        address: Address,
        by_command: bool,
        local: bool,
    ) -> Result<(), ConnectionFault> {
        let id = row.id.clone();
        let (noted, away) = {
            let id = id.clone();
            let read = move |connection: &mut rusqlite::Connection| {
                Ok((
                    servers::noted(connection, &id)?,
                    archive::of(connection, &id)?,
                ))
            };
            self.parts.store.call(read).await?
        };
        let house = self.parts.hub.house();
        house.chronicle().open(id.clone(), noted);
        house.put(server_of(&row, &address, by_command));
        let relay = self.begin(&row, away);
        let credentials = credentials_of(&self.parts.vault, &row);
        let way = if local {
            Way::Local(Local::start(
                &self.parts,
                relay.clone(),
                credentials.clone(),
            ))
        } else {
            Way::At(address)
        };
        let open = self.keep(&row, way, relay);
        if row.wanted {
            match &open.way {
                Way::Local(local) => local.tell(Order::Start).await,
                Way::At(address) => open.relay.want(Want::At(Target {
                    address: address.clone(),
                    credentials,
                })),
            }
        }
        Ok(())
    }

    /// A relay for a server that is in the house, of whose sessions these were put `away`.
    fn begin(&self, row: &ServerRow, away: BTreeMap<SessionId, Millis>) -> Relay {
        let relay = worker::start(row.id.clone(), &self.parts.around);
        relay.know_away(away);
        self.parts.hub.add(relay.clone());
        relay
    }

    /// Remembers what is at work for a server, and asks from now on whether it is well.
    fn keep(&self, row: &ServerRow, way: Way, relay: Relay) -> Open {
        let (every, asked) = watch::channel(row.check_seconds.max(1));
        let ends = CancellationToken::new();
        checker::start(relay.clone(), &self.parts.around, asked, ends.clone());
        let open = Open {
            way,
            relay,
            every,
            ends,
        };
        self.opened().insert(row.id.clone(), open.clone());
        open
    }

    /// Connects, or tries again at once.
    pub async fn connect(&self, id: &ServerId) -> Result<(), ConnectionFault> {
        let _changing = self.changing.lock().await;
        let open = self.find(id)?;
        self.keep_wanted(id, true).await?;
        match open.way {
            Way::Local(local) => local.tell(Order::Start).await,
            Way::At(address) => {
                // By what it was told: what the house shows follows a little later.
                if open.relay.target().is_none() {
                    let row = self.row(id).await?;
                    open.relay.want(Want::At(Target {
                        address,
                        credentials: credentials_of(&self.parts.vault, &row),
                    }));
                } else {
                    open.relay.retry().await;
                }
            }
        }
        Ok(())
    }

    /// Lets go of a server until told otherwise.
    pub async fn disconnect(&self, id: &ServerId) -> Result<(), ConnectionFault> {
        let _changing = self.changing.lock().await;
        let open = self.find(id)?;
        self.keep_wanted(id, false).await?;
        match open.way {
            Way::Local(local) => local.tell(Order::Stop).await,
            Way::At(_) => open.relay.want(Want::Nothing),
        }
        Ok(())
    }

    /// How a connection has been.
    pub fn record(&self, id: &ServerId) -> Result<Record, ConnectionFault> {
        let open = self.find(id)?;
        let (noted, checks) = self.parts.hub.house().chronicle().read(id);
        let (received, repaired) = open.relay.counted();
        Ok(Record {
            noted,
            checks,
            connects: open.relay.connects(),
            heard: open.relay.heard(),
            received,
            repaired,
        })
    }

    fn opened(&self) -> MutexGuard<'_, BTreeMap<ServerId, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, id: &ServerId) -> Result<Open, ConnectionFault> {
        let found = self.opened().get(id).cloned();
        found.ok_or(ConnectionFault::NotFound)
    }

    async fn row(&self, id: &ServerId) -> Result<ServerRow, ConnectionFault> {
        let id = id.clone();
        let row = self
            .parts
            .store
            .call(move |connection| servers::find(connection, &id))
            .await?;
        row.ok_or(ConnectionFault::NotFound)
    }

    async fn keep_wanted(&self, id: &ServerId, wanted: bool) -> Result<(), ConnectionFault> {
        let id = id.clone();
        self.parts
            .store
            .call(move |connection| servers::set_wanted(connection, &id, wanted))
            .await?;
        Ok(())
    }
}

/// A saved server as the house shows it, before anything is known of it.
fn server_of(row: &ServerRow, address: &Address, by_command: bool) -> Server {
    Server {
        id: row.id.clone(),
        name: row.name.clone(),
        address: address.to_string(),
        family: None,
        version: None,
        link: ServerLink::Disconnected,
        open_to_all: false,
        started_here: false,
        saved: saved_of(row, by_command),
    }
}

fn saved_of(row: &ServerRow, by_command: bool) -> Saved {
    Saved {
        user: row.user_name.clone(),
        has_password: row.password.is_some(),
        in_clear: row.in_clear,
        by_command,
        check_seconds: row.check_seconds,
    }
}

/// What a server is called that nobody has named.
fn name_of(address: &Address) -> String {
    if address.is_loopback() {
        "This machine".to_owned()
    } else {
        address.host().chars().take(NAME_MAX_CHARS).collect()
    }
}

/// The saved server at `address`, saved now where there is none.
async fn row_of(parts: &Parts, address: &Address) -> Result<ServerRow, StoreError> {
    let now = parts.around.clock.now();
    let fresh = ServerRow {
        id: ServerId::new(format!("srv_{:08x}", u32::from_le_bytes(random::bytes()))),
        name: name_of(address),
        address: address.to_string(),
        user_name: None,
        password: None,
        wanted: true,
        in_clear: false,
        check_seconds: CHECK_DEFAULT_SECONDS,
    };
    parts
        .store
        .call(move |connection| {
            if let Some(row) = servers::at(connection, &fresh.address)? {
                return Ok(row);
            }
            servers::put(connection, &fresh, now)?;
            Ok(fresh)
        })
        .await
}

fn place(row: &str) -> Place<'_> {
    let (table, column) = PASSWORD;
    Place { table, row, column }
}

/// What a server wants to hear, as far as a password is kept.
fn credentials_of(vault: &Vault, row: &ServerRow) -> Option<Credentials> {
    let sealed = row.password.as_deref()?;
    match vault.open(place(row.id.as_str()), sealed) {
        Ok(plain) => Some(Credentials {
            user: row.user_name.clone().unwrap_or_else(|| USER.to_owned()),
            password: String::from_utf8_lossy(&plain).into_owned().into(),
        }),
        Err(error) => {
            // The server then says that it wants a password, and the owner gives it again.
            tracing::warn!(server.id = %row.id, %error, "a kept password does not open");
            None
        }
    }
}
