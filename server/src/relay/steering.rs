//! Carries out what the owner does with a session as a whole.
//!
//! A deletion waits for some seconds before it is carried out, here and not on the device:
//! so it happens also where the page is closed meanwhile, and can be taken back until then.
//! Where the program ends within these seconds the session stays.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::command::Command;
use domain::house::ServerFault;
use domain::id::{ServerId, SessionId};
use opencode::{CallFault, Dialect, Stopped};
use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::handle::Relay;
use super::hub::Hub;
use crate::store::{Store, StoreError, archive};

/// How long a deletion can be taken back: time to read a line and to press a button.
pub const GRACE: Duration = Duration::from_secs(6);
/// How long a running turn may take to stop before its session is deleted. OpenCode takes
/// a tenth of a second.
const STOP_PATIENCE: Duration = Duration::from_secs(5);
/// How long a summary is waited for: what the server refuses, it refuses at once; the rest
/// comes by events.
const SUMMARY_PATIENCE: Duration = Duration::from_secs(2);
/// How many deletions wait at once; more are no person's.
const LEAVING_MAX: usize = 100;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum SteeringFault {
    /// The server did not do it.
    #[error(transparent)]
    Call(#[from] CallFault),
    /// The server says that there is no such message.
    #[error("there is no such message")]
    NoMessage,
    /// The session is being deleted already.
    #[error("it is being deleted already")]
    Leaving,
    /// It is too late: the session is deleted.
    #[error("it is deleted already")]
    TooLate,
    /// Our own memory failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The program is ending.
    #[error("the program is ending")]
    Ending,
}

type Key = (ServerId, SessionId);

/// Carries out commands; cheap to clone.
#[derive(Clone, Debug)]
pub struct Steering {
    hub: Hub,
    /// Keeps what is put away where the server does not.
    store: Store,
    /// Deletions that can still be taken back.
    leaving: Arc<Mutex<BTreeMap<Key, CancellationToken>>>,
}

impl Steering {
    /// Carries out commands for the sessions of `hub`'s servers.
    pub fn new(hub: Hub, store: Store) -> Self {
        Self {
            hub,
            store,
            leaving: Arc::default(),
        }
    }

    /// Carries out `command`.
    pub async fn carry_out(
        &self,
        relay: &Relay,
        session: SessionId,
        command: Command,
    ) -> Result<(), SteeringFault> {
        match command {
            Command::Keep => self.keep(relay, session),
            Command::Delete => self.delete(relay, session).await,
            Command::Compact => self.compact(relay, session).await,
            Command::Rename { title } => Ok(self.line(relay)?.rename(&session, &title).await?),
            Command::Archive => self.archive(relay, session).await,
            Command::Revert { message } => {
                let done = self.line(relay)?.revert(&session, &message).await;
                done.map_err(|fault| match fault {
                    CallFault::NotFound => SteeringFault::NoMessage,
                    CallFault::Down(_)
                    | CallFault::Busy
                    | CallFault::Unsupported
                    | CallFault::Refused { .. } => SteeringFault::Call(fault),
                })
            }
            Command::Restore => Ok(self.line(relay)?.restore(&session).await?),
            Command::Withdraw { message } => {
                Ok(self.line(relay)?.withdraw(&session, &message).await?)
            }
            Command::Defer { message, until } => {
                let dialect = self.line(relay)?;
                Ok(dialect.defer(&session, &message, until).await?)
            }
        }
    }

    /// The way to the server.
    fn line(&self, relay: &Relay) -> Result<Arc<dyn Dialect>, CallFault> {
        relay.dialect().ok_or_else(|| {
            let link = self.hub.house().server(relay.server()).map(|it| it.link);
            CallFault::Down(relay.down(link.as_ref()))
        })
    }

    fn leaving(&self) -> MutexGuard<'_, BTreeMap<Key, CancellationToken>> {
        self.leaving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, relay: &Relay, session: SessionId) -> Result<(), SteeringFault> {
        let kept = self.leaving().remove(&(relay.server().clone(), session));
        kept.ok_or(SteeringFault::TooLate)?.cancel();
        Ok(())
    }

    async fn delete(&self, relay: &Relay, session: SessionId) -> Result<(), SteeringFault> {
        let key = (relay.server().clone(), session);
        let kept = CancellationToken::new();
        {
            let mut leaving = self.leaving();
            if leaving.contains_key(&key) || leaving.len() >= LEAVING_MAX {
                return Err(SteeringFault::Leaving);
            }
            leaving.insert(key.clone(), kept.clone());
        }
        let (this, relay) = (self.clone(), relay.clone());
        self.detached(async move {
            let soft = this.hub.life().soft().clone();
            tokio::select! {
                biased;
                () = soft.cancelled() => return Err(SteeringFault::Ending),
                () = kept.cancelled() => return Ok(()),
                () = tokio::time::sleep(GRACE) => {}
            }
            // Whoever takes it out of the list first has decided.
            if this.leaving().remove(&key).is_none() {
                return Ok(());
            }
            let (_, session) = key;
            let dialect = this.line(&relay)?;
            this.stop(&relay, dialect.as_ref(), &session).await?;
            match dialect.delete(&session).await {
                // Somebody else was faster.
                Ok(()) | Err(CallFault::NotFound) => Ok(()),
                Err(fault) => Err(fault.into()),
            }
        })
        .await
    }

    /// Stops a running turn and waits until it has stopped: a busy session that is deleted
    /// goes on for ever.
    async fn stop(
        &self,
        relay: &Relay,
        dialect: &dyn Dialect,
        session: &SessionId,
    ) -> Result<(), SteeringFault> {
        let ear = relay.bell().listen();
        let runs = || relay.with(|live| live.is_running(session));
        if !runs() {
            return Ok(());
        }
        match dialect.abort(session).await? {
            Stopped::Told => {}
            // Its end was missed: there is nothing to wait for.
            Stopped::Nothing => return Ok(()),
        }
        let deadline = Instant::now() + STOP_PATIENCE;
        while runs() {
            if tokio::time::timeout_at(deadline, ear.rung()).await.is_err() {
                return Err(CallFault::Busy.into());
            }
        }
        Ok(())
    }

    /// Puts a session away: there, or where the server has no archive, here.
    async fn archive(&self, relay: &Relay, session: SessionId) -> Result<(), SteeringFault> {
        let now = self.hub.clock().now();
        match self.line(relay)?.archive(&session, now).await {
            Err(CallFault::Unsupported) => {}
            done => return Ok(done?),
        }
        let (server, kept) = (relay.server().clone(), session.clone());
        self.store
            .call(move |connection| archive::put(connection, &server, &kept, now))
            .await?;
        relay.put_away(session, now).await;
        Ok(())
    }

    async fn compact(&self, relay: &Relay, session: SessionId) -> Result<(), SteeringFault> {
        let dialect = self.line(relay)?;
        let known = relay.with(|live| {
            let entry = live.mirror().sessions.get(&session)?;
            Some((entry.status.is_running(), entry.session.clone()))
        });
        let (running, known) = known.ok_or(CallFault::NotFound)?;
        if running {
            // It would not be refused, but mixed with what the turn still does.
            return Err(CallFault::Busy.into());
        }
        let work = self.detached(async move { Ok(dialect.compact(&known).await?) });
        match tokio::time::timeout(SUMMARY_PATIENCE, work).await {
            Ok(done) => done,
            // It is being written.
            Err(_) => Ok(()),
        }
    }

    /// Does `work` to its end, also where the caller is gone.
    async fn detached(
        &self,
        work: impl Future<Output = Result<(), SteeringFault>> + Send + 'static,
    ) -> Result<(), SteeringFault> {
        let (done, answer) = oneshot::channel();
        self.hub.life().spawn(async move {
            if let Err(Err(fault)) = done.send(work.await) {
                tracing::warn!(%fault, "a command failed and nobody waits for its answer");
            }
        });
        answer.await.unwrap_or(Err(SteeringFault::Ending))
    }
}

impl From<ServerFault> for SteeringFault {
    fn from(fault: ServerFault) -> Self {
        SteeringFault::Call(CallFault::Down(fault))
    }
}
