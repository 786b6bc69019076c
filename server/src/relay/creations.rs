//! Makes sessions, each request once.

use domain::house::ServerFault;
use domain::id::{Directory, RequestId, SessionId};
use opencode::CallFault;

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
    /// The server said no.
    #[error("{0}")]
    Refused(String),
    /// Our own memory failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a session in `directory`, or answers with the one that `request` has made before.
pub async fn create(
    hub: &Hub,
    store: &Store,
    relay: &Relay,
    directory: Directory,
    request: RequestId,
) -> Result<SessionId, CreationFault> {
    let link = hub.house().server(relay.server()).map(|it| it.link);
    let down = || CreationFault::Down(relay.down(link.as_ref()));
    let dialect = relay.dialect().ok_or_else(down)?;
    let server = relay.server().clone();
    let begun = {
        let (server, request, now) = (server.clone(), request.clone(), hub.clock().now());
        store
            .call(move |connection| prompts::begin_creation(connection, &server, &request, now))
            .await?
    };
    let found = match begun {
        Creation::Made(session) => return Ok(session),
        Creation::Perhaps => dialect
            .find_created(&directory, &request)
            .await
            .map_err(fault)?,
        Creation::Never => None,
    };
    let session = if let Some(session) = found {
        session
    } else {
        // The server makes a session in a directory that does not exist, and loses every
        // prompt to it.
        if !dialect.exists(&directory).await.map_err(fault)? {
            return Err(CreationFault::NoDirectory);
        }
        dialect.create(&directory, &request).await.map_err(fault)?
    };
    let id = session.id.clone();
    store
        .call(move |connection| prompts::made(connection, &server, &request, &session.id))
        .await?;
    Ok(id)
}

fn fault(fault: CallFault) -> CreationFault {
    match fault {
        CallFault::Down(fault) => CreationFault::Down(fault),
        CallFault::NotFound => CreationFault::NoDirectory,
        CallFault::Busy => CreationFault::Refused("The server is busy.".to_owned()),
        CallFault::Refused { why, .. } => CreationFault::Refused(why),
    }
}
