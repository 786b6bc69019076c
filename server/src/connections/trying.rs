//! Trying a connection that is not saved: what speaks there, and how fast.

use std::time::Duration;

use domain::connection::{Draft, NewPassword, Secret, Tried};
use domain::house::ServerFault;
use opencode::{Address, Client, Credentials};
use tokio::time::Instant;

use super::saving::{checked, may_travel};
use super::{ConnectionFault, Connections, USER, credentials_of};

/// How many connections are tried at once: one owner tries one.
pub(super) const TRIES_MAX: usize = 4;
/// How long a try may take: a person waits for it.
const TRY_TIMEOUT: Duration = Duration::from_secs(15);

impl Connections {
    /// Tries what was written down, without saving anything.
    pub async fn attempt(&self, draft: Draft) -> Result<Tried, ConnectionFault> {
        let Ok(_permit) = self.tries.try_acquire() else {
            return Err(ConnectionFault::Busy);
        };
        checked(&draft)?;
        let address = Address::parse(&draft.address)?;
        let credentials = self.credentials_in(&draft, &address).await?;
        may_travel(&address, credentials.is_some(), draft.in_clear).await?;
        let tried = tokio::time::timeout(TRY_TIMEOUT, self.look(&address, credentials)).await;
        let reason = match tried {
            Ok(Ok(found)) => return Ok(found),
            Ok(Err(reason)) => reason,
            Err(_) => ServerFault::TimedOut,
        };
        Ok(Tried::Failed {
            address: address.to_string(),
            reason,
        })
    }

    async fn look(
        &self,
        address: &Address,
        credentials: Option<Credentials>,
    ) -> Result<Tried, ServerFault> {
        let client = Client::new(address, credentials, &self.parts.around.version)?;
        let probe = opencode::probe(&client).await?;
        let dialect = opencode::dialect(client, &probe);
        let asked = Instant::now();
        dialect.health().await?;
        let took = asked.elapsed().as_millis();
        Ok(Tried::Found {
            family: probe.family(),
            version: probe.version,
            open_to_all: probe.open_to_all,
            round_trip_ms: u32::try_from(took).unwrap_or(u32::MAX),
            reach: address.reach().await,
        })
    }

    /// What the server is told: what was written, or what is kept for this very address.
    async fn credentials_in(
        &self,
        draft: &Draft,
        address: &Address,
    ) -> Result<Option<Credentials>, ConnectionFault> {
        let user = draft.user.trim();
        let user = if user.is_empty() { USER } else { user }.to_owned();
        match &draft.password {
            NewPassword::Nothing => Ok(None),
            NewPassword::Is(Secret(password)) => {
                let password = password.clone().into();
                Ok(Some(Credentials { user, password }))
            }
            NewPassword::Keep => match self.row(&draft.id).await {
                Ok(row) if row.address == address.to_string() => {
                    let kept = credentials_of(&self.parts.vault, &row);
                    Ok(kept.map(|kept| Credentials { user, ..kept }))
                }
                Ok(_) | Err(ConnectionFault::NotFound) => Ok(None),
                Err(fault) => Err(fault),
            },
        }
    }
}
