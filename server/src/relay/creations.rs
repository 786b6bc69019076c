//! Makes sessions, each request once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::command::Origin;
use domain::house::ServerFault;
use domain::id::{RequestId, ServerId, SessionId};
use domain::session::Session;
use opencode::{CallFault, Dialect};
use tokio::sync::oneshot;

use super::handle::Relay;
use super::hub::Hub;
use crate::store::prompts::{self, Creation};
use crate::store::{Store, StoreError};

/// Why a session was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreationFault {
    /// The server cannot be had: the same request may be made again.
    #[error("the server cannot be had")]
    Down(ServerFault),
    /// There is no such directory.
    #[error("there is no such directory")]
    NoDirectory,
    /// There is no such session to copy.
    #[error("there is no such session")]
    NoSession,
    /// The server said no.
    #[error("{0}")]
    Refused(String),
    /// Our own memory failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The program is ending.
    #[error("the program is ending")]
    Ending,
}

type Lane = Arc<tokio::sync::Mutex<()>>;

/// Makes sessions; cheap to clone.
#[derive(Clone, Debug)]
pub struct Creations {
    hub: Hub,
    store: Store,
    /// One lane for each server: a request that is repeated while it is carried out finds
    /// what it made.
    lanes: Arc<Mutex<BTreeMap<ServerId, Lane>>>,
}

impl Creations {
    /// Remembers in `store` what was made.
    pub fn new(hub: Hub, store: Store) -> Self {
        Self {
            hub,
            store,
            lanes: Arc::default(),
        }
    }

    /// Makes a session from `origin`, or answers with the one that `request` has made
    /// before. Goes on when the caller is gone: it asks again with the same request.
    pub async fn create(
        &self,
        relay: Relay,
        origin: Origin,
        request: RequestId,
    ) -> Result<SessionId, CreationFault> {
        let (done, answer) = oneshot::channel();
        let this = self.clone();
        self.hub.life().spawn(async move {
            let lane = this.lane(relay.server());
            let _turn = lane.lock().await;
            // The caller may be gone.
            let _ = done.send(this.once(&relay, &origin, request).await);
        });
        answer.await.unwrap_or(Err(CreationFault::Ending))
    }

    fn lane(&self, server: &ServerId) -> Lane {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lanes.entry(server.clone()).or_default())
    }

    async fn once(
        &self,
        relay: &Relay,
        origin: &Origin,
        request: RequestId,
    ) -> Result<SessionId, CreationFault> {
        let link = self.hub.house().server(relay.server()).map(|it| it.link);
        let down = || CreationFault::Down(relay.down(link.as_ref()));
        let dialect = relay.dialect().ok_or_else(down)?;
        let server = relay.server().clone();
        let begun = {
            let now = self.hub.clock().now();
            let (server, request) = (server.clone(), request.clone());
            self.store
                .call(move |connection| prompts::begin_creation(connection, &server, &request, now))
                .await?
        };
        let found = match begun {
            Creation::Made(session) => return Ok(session),
            Creation::Perhaps => find(dialect.as_ref(), origin, &request).await?,
            Creation::Never => None,
        };
        let session = match found {
            Some(session) => session,
            None => made_or_found(dialect.as_ref(), origin, &request).await?,
        };
        let id = session.id.clone();
        self.store
            .call(move |connection| prompts::made(connection, &server, &request, &session.id))
            .await?;
        Ok(id)
    }
}

/// Makes a session. Where the answer is lost it may have been made all the same, and then it
/// is the one.
async fn made_or_found(
    dialect: &dyn Dialect,
    origin: &Origin,
    request: &RequestId,
) -> Result<Session, CreationFault> {
    let fault = match make(dialect, origin, request).await {
        Ok(session) => return Ok(session),
        Err(fault) => fault,
    };
    let arrived = match &fault {
        CreationFault::Down(ServerFault::Refused | ServerFault::Unreachable)
        | CreationFault::NoDirectory
        | CreationFault::NoSession
        | CreationFault::Refused(_)
        | CreationFault::Store(_)
        | CreationFault::Ending => false,
        CreationFault::Down(_) => true,
    };
    if arrived && let Ok(Some(session)) = find(dialect, origin, request).await {
        return Ok(session);
    }
    Err(fault)
}

async fn find(
    dialect: &dyn Dialect,
    origin: &Origin,
    request: &RequestId,
) -> Result<Option<Session>, CreationFault> {
    match origin {
        Origin::Directory(directory) => dialect
            .find_created(directory, request)
            .await
            .map_err(|fault| refusal(fault, CreationFault::NoDirectory)),
        Origin::Fork { session, .. } => dialect
            .find_forked(session, request)
            .await
            .map_err(|fault| refusal(fault, CreationFault::NoSession)),
    }
}

async fn make(
    dialect: &dyn Dialect,
    origin: &Origin,
    request: &RequestId,
) -> Result<Session, CreationFault> {
    match origin {
        Origin::Directory(directory) => {
            let in_directory = |fault| refusal(fault, CreationFault::NoDirectory);
            // The server makes a session in a directory that does not exist, and loses
            // every prompt to it.
            if !dialect.exists(directory).await.map_err(in_directory)? {
                return Err(CreationFault::NoDirectory);
            }
            dialect
                .create(directory, request)
                .await
                .map_err(in_directory)
        }
        Origin::Fork { session, before } => dialect
            .fork(session, before.as_ref(), request)
            .await
            .map_err(|fault| refusal(fault, CreationFault::NoSession)),
    }
}

fn refusal(fault: CallFault, missing: CreationFault) -> CreationFault {
    match fault {
        CallFault::Down(fault) => CreationFault::Down(fault),
        CallFault::NotFound => missing,
        CallFault::Busy => CreationFault::Refused("The server is busy.".to_owned()),
        CallFault::Refused { why, .. } => CreationFault::Refused(why),
        fault @ CallFault::Unsupported => CreationFault::Refused(fault.to_string()),
    }
}
