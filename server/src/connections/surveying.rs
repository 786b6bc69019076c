//! Asking a server whether it behaves as it is taken to: what the command `check` and the
//! button of a connection do.

use domain::house::ServerFault;
use domain::id::{RequestId, ServerId};
use domain::survey::Survey;
use opencode::{Address, Client, InvalidAddress};
use tokio::sync::oneshot;

use super::local::LOCAL_ADDRESS;
use super::{ConnectionFault, Connections, service};
use crate::random;
use crate::relay::handle::Target;

/// How many servers are asked at once: each answers some sixty questions.
pub(super) const SURVEYS_MAX: usize = 1;

impl Connections {
    /// Asks a server that we are connected to. It is asked to the end even where nobody
    /// waits for the answer any more, so that what is made there for it is removed.
    pub async fn survey(
        &self,
        id: &ServerId,
        with_prompt: bool,
    ) -> Result<Survey, ConnectionFault> {
        let open = self.find(id)?;
        let Ok(permit) = self.surveys.clone().try_acquire_owned() else {
            return Err(ConnectionFault::Busy);
        };
        let Some(target) = open.relay.target() else {
            return Err(ConnectionFault::Down(ServerFault::Unreachable));
        };
        let (tell, told) = oneshot::channel();
        let version = self.parts.around.version.clone();
        self.parts.around.life.spawn(async move {
            let asked = ask(&target, &version, with_prompt).await;
            drop(permit);
            // Nobody waits where the page was left.
            let _ = tell.send(asked);
        });
        let asked = told.await.unwrap_or(Err(ServerFault::Ended));
        asked.map_err(ConnectionFault::Down)
    }
}

/// Asks the server at `target`; `version` is ours.
pub async fn ask(target: &Target, version: &str, with_prompt: bool) -> Result<Survey, ServerFault> {
    let client = Client::new(&target.address, target.credentials.clone(), version)?;
    let number = u128::from_le_bytes(random::bytes());
    let request = RequestId::new(format!("survey-{number:032x}"));
    opencode::survey(client, &request, with_prompt).await
}

/// The server of this machine: the background service where one runs, else whatever is at
/// the usual address.
pub async fn here() -> Result<Target, InvalidAddress> {
    let service = match service::state_here() {
        Some(state) => service::find(&state).await,
        None => None,
    };
    match service.and_then(|it| it.target()) {
        Some(target) => Ok(target),
        None => Ok(Target {
            address: Address::parse(LOCAL_ADDRESS)?,
            credentials: None,
        }),
    }
}
