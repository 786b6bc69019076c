//! The OpenCode servers: which there are, whether they are wanted, with which password,
//! and how each is had. How we stand with each is in the house (`house`).

pub mod house;
mod local;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::house::{Server, ServerLink};
use domain::id::ServerId;
use opencode::{Address, Credentials, InvalidAddress};
use secrecy::SecretString;

use crate::config::OpenCodeChoice;
use crate::process::child::Spawner;
use crate::random;
use crate::relay::handle::{Relay, Target, Want};
use crate::relay::hub::Hub;
use crate::relay::worker::{self, Surroundings};
use crate::secrets::{Place, Vault};
use crate::store::servers::{self, PASSWORD, ServerRow};
use crate::store::{Store, StoreError};
use local::{LOCAL_ADDRESS, Local, Order};

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
    servers: Arc<BTreeMap<ServerId, Way>>,
}

/// How a server is had.
#[derive(Clone, Debug)]
enum Way {
    /// At its address.
    At(Address, Relay),
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
    /// Our own memory failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Connections {
    /// Starts with the server that was chosen on the command line.
    pub async fn start(parts: Parts, choice: &OpenCodeChoice) -> Result<Self, ConnectionFault> {
        let mut ways = BTreeMap::new();
        let address = match choice {
            OpenCodeChoice::Off => None,
            OpenCodeChoice::Auto => Some(LOCAL_ADDRESS.to_owned()),
            OpenCodeChoice::At(address) => Some(address.clone()),
        };
        if let Some(address) = address {
            let address = Address::parse(&address)?;
            let row = row_of(&parts, &address).await?;
            parts.hub.house().put(Server {
                id: row.id.clone(),
                name: row.name.clone(),
                address: address.to_string(),
                family: None,
                version: None,
                link: ServerLink::Disconnected,
                open_to_all: false,
                started_here: false,
            });
            let relay = worker::start(row.id.clone(), &parts.around);
            parts.hub.add(relay.clone());
            let credentials = open(&parts.vault, &row);
            let way = match choice {
                OpenCodeChoice::Auto => {
                    let local = Local::start(&parts, relay, credentials);
                    if row.wanted {
                        local.tell(Order::Start).await;
                    }
                    Way::Local(local)
                }
                OpenCodeChoice::Off | OpenCodeChoice::At(_) => {
                    if row.wanted {
                        relay.want(Want::At(Target {
                            address: address.clone(),
                            credentials,
                        }));
                    }
                    Way::At(address, relay)
                }
            };
            ways.insert(row.id, way);
        }
        Ok(Self {
            parts,
            servers: Arc::new(ways),
        })
    }

    /// Connects, or tries again at once.
    pub async fn connect(&self, id: &ServerId) -> Result<(), ConnectionFault> {
        let way = self.way(id)?;
        self.keep_wanted(id, true).await?;
        match way {
            Way::Local(local) => local.tell(Order::Start).await,
            Way::At(address, relay) => {
                let link = self.parts.hub.house().server(id).map(|it| it.link);
                if let Some(ServerLink::Disconnected) | None = link {
                    let row = self.row(id).await?;
                    relay.want(Want::At(Target {
                        address: address.clone(),
                        credentials: open(&self.parts.vault, &row),
                    }));
                } else {
                    relay.retry().await;
                }
            }
        }
        Ok(())
    }

    /// Lets go of a server until told otherwise.
    pub async fn disconnect(&self, id: &ServerId) -> Result<(), ConnectionFault> {
        let way = self.way(id)?;
        self.keep_wanted(id, false).await?;
        match way {
            Way::Local(local) => local.tell(Order::Stop).await,
            Way::At(_, relay) => relay.want(Want::Nothing),
        }
        Ok(())
    }

    /// Keeps what a server wants to hear, sealed, and connects with it.
    pub async fn set_credentials(
        &self,
        id: &ServerId,
        user: String,
        password: SecretString,
    ) -> Result<(), ConnectionFault> {
        let way = self.way(id)?;
        let user = if user.is_empty() {
            USER.to_owned()
        } else {
            user
        };
        let credentials = Credentials { user, password };
        let sealed = seal(&self.parts.vault, id, &credentials);
        let (kept, name) = (id.clone(), credentials.user.clone());
        self.parts
            .store
            .call(move |connection| servers::set_credentials(connection, &kept, &name, &sealed))
            .await?;
        match way {
            Way::Local(local) => local.tell(Order::Credentials(credentials)).await,
            Way::At(address, relay) => relay.want(Want::At(Target {
                address: address.clone(),
                credentials: Some(credentials),
            })),
        }
        Ok(())
    }

    fn way(&self, id: &ServerId) -> Result<&Way, ConnectionFault> {
        self.servers.get(id).ok_or(ConnectionFault::NotFound)
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

/// The saved server at `address`, saved now where there is none.
async fn row_of(parts: &Parts, address: &Address) -> Result<ServerRow, StoreError> {
    let now = parts.around.clock.now();
    let name = if address.is_loopback() {
        "This machine".to_owned()
    } else {
        address.host().to_owned()
    };
    let fresh = ServerRow {
        id: ServerId::new(format!("srv_{:08x}", u32::from_le_bytes(random::bytes()))),
        name,
        address: address.to_string(),
        user_name: None,
        password: None,
        wanted: true,
    };
    parts
        .store
        .call(move |connection| {
            if let Some(row) = servers::at(connection, &fresh.address)? {
                return Ok(row);
            }
            servers::add(connection, &fresh, now)?;
            Ok(fresh)
        })
        .await
}

fn place(row: &str) -> Place<'_> {
    let (table, column) = PASSWORD;
    Place { table, row, column }
}

fn seal(vault: &Vault, id: &ServerId, credentials: &Credentials) -> Vec<u8> {
    use secrecy::ExposeSecret as _;
    let password = credentials.password.expose_secret().as_bytes();
    vault.seal(place(id.as_str()), password)
}

fn open(vault: &Vault, row: &ServerRow) -> Option<Credentials> {
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
