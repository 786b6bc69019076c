//! Sends prompts, each once. OpenCode does not refuse a prompt that it has already: it
//! would answer it again. So one place sends them, one after another in each session, and
//! looks for a prompt on the server before it sends it a second time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::house::ServerFault;
use domain::id::{ServerId, SessionId};
use domain::prompt::Prompt;
use opencode::{CallFault, Dialect};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::handle::Relay;
use super::hub::Hub;
use crate::store::prompts::{self, Handed};
use crate::store::{Store, StoreError};

/// How long a prompt may take to show up after it was handed over.
const ADMISSION: Duration = Duration::from_secs(10);
/// How long its own event is waited for before the prompt is looked for by name.
const EVENT_PATIENCE: Duration = Duration::from_millis(1_500);
/// How often a prompt that did not arrive is sent again.
const RESENDS: u32 = 3;

/// Why a prompt was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum PromptFault {
    /// The server cannot be had: the same prompt may be sent again.
    #[error("the server cannot be had")]
    Down(ServerFault),
    /// There is no such session.
    #[error("there is no such session")]
    NoSession,
    /// The server said no, or took it and lost it.
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

/// Sends prompts; cheap to clone.
#[derive(Clone, Debug)]
pub struct Prompts {
    hub: Hub,
    store: Store,
    /// One lane for each session, so that prompts arrive in order.
    lanes: Arc<Mutex<BTreeMap<(ServerId, SessionId), Lane>>>,
}

impl Prompts {
    /// Remembers in `store` what was sent.
    pub fn new(hub: Hub, store: Store) -> Self {
        Self {
            hub,
            store,
            lanes: Arc::default(),
        }
    }

    /// Sends a prompt, unless it has arrived already. Goes on when the caller is gone: a
    /// request that is cut off is no reason to cut a prompt off.
    pub async fn send(
        &self,
        relay: Relay,
        session: SessionId,
        prompt: Prompt,
    ) -> Result<(), PromptFault> {
        let (done, answer) = oneshot::channel();
        let this = self.clone();
        self.hub.life().spawn(async move {
            let result = this.in_order(&relay, &session, &prompt).await;
            // The device may be gone; it asks again with the same id.
            let _ = done.send(result);
        });
        answer.await.unwrap_or(Err(PromptFault::Ending))
    }

    async fn in_order(
        &self,
        relay: &Relay,
        session: &SessionId,
        prompt: &Prompt,
    ) -> Result<(), PromptFault> {
        let lane = self.lane(relay.server(), session);
        let _turn = lane.lock().await;
        self.once(relay, session, prompt).await
    }

    fn lane(&self, server: &ServerId, session: &SessionId) -> Lane {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        // A lane that only we hold has nobody in it.
        lanes.retain(|_, lane| Arc::strong_count(lane) > 1);
        let key = (server.clone(), session.clone());
        Arc::clone(lanes.entry(key).or_default())
    }

    async fn once(
        &self,
        relay: &Relay,
        session: &SessionId,
        prompt: &Prompt,
    ) -> Result<(), PromptFault> {
        let Some(dialect) = relay.dialect() else {
            let link = self.hub.house().server(relay.server());
            let link = link.map(|server| server.link);
            return Err(PromptFault::Down(relay.down(link.as_ref())));
        };
        let handed = {
            let (server, id) = (relay.server().clone(), prompt.id.clone());
            let now = self.hub.clock().now();
            self.store
                .call(move |connection| prompts::begin(connection, &server, &id, now))
                .await?
        };
        let mut there = match handed {
            Handed::Accepted => return Ok(()),
            Handed::Perhaps => is_there(&dialect, session, prompt).await?,
            Handed::Never => false,
        };
        let mut sent = 0;
        while !there {
            let came = relay.await_message(prompt.id.message());
            let before = failure(relay, session);
            match dialect.prompt(session, prompt).await {
                Ok(()) => {
                    there = self
                        .admitted(relay, &dialect, session, prompt, came, before.as_ref())
                        .await?;
                    if !there {
                        return Err(PromptFault::Refused(why_lost(relay, session)));
                    }
                }
                Err(CallFault::NotFound) => return Err(PromptFault::NoSession),
                Err(CallFault::Refused { why, .. }) => return Err(PromptFault::Refused(why)),
                Err(CallFault::Busy) => {
                    return Err(PromptFault::Refused("The session is busy.".to_owned()));
                }
                Err(CallFault::Down(fault)) => {
                    // It may have arrived all the same.
                    there = is_there(&dialect, session, prompt).await?;
                    sent += 1;
                    if !there && sent > RESENDS {
                        return Err(PromptFault::Down(fault));
                    }
                }
            }
        }
        let (server, id) = (relay.server().clone(), prompt.id.clone());
        self.store
            .call(move |connection| prompts::accept(connection, &server, &id))
            .await?;
        Ok(())
    }

    /// Whether the prompt shows up: by its own event, or where it is looked for. A failure
    /// that was not there `before` says that it will not.
    async fn admitted(
        &self,
        relay: &Relay,
        dialect: &Arc<dyn Dialect>,
        session: &SessionId,
        prompt: &Prompt,
        mut came: oneshot::Receiver<()>,
        before: Option<&String>,
    ) -> Result<bool, PromptFault> {
        let deadline = Instant::now() + ADMISSION;
        loop {
            if let Ok(Ok(())) = tokio::time::timeout(EVENT_PATIENCE, &mut came).await {
                return Ok(true);
            }
            // Another try waits for the same message, or time is up: look for it.
            if is_there(dialect, session, prompt).await? {
                return Ok(true);
            }
            let now = failure(relay, session);
            let failed = now.is_some() && now.as_ref() != before;
            if failed || came.is_terminated() || Instant::now() >= deadline {
                return Ok(false);
            }
        }
    }
}

async fn is_there(
    dialect: &Arc<dyn Dialect>,
    session: &SessionId,
    prompt: &Prompt,
) -> Result<bool, PromptFault> {
    match dialect.message(session, &prompt.id.message()).await {
        Ok(found) => Ok(found.is_some()),
        Err(CallFault::NotFound) => Ok(false),
        Err(CallFault::Down(fault)) => Err(PromptFault::Down(fault)),
        Err(CallFault::Refused { why, .. }) => Err(PromptFault::Refused(why)),
        Err(CallFault::Busy) => Err(PromptFault::Refused("The session is busy.".to_owned())),
    }
}

fn failure(relay: &Relay, session: &SessionId) -> Option<String> {
    relay.with(|live| {
        let entry = live.mirror().sessions.get(session)?;
        let failure = entry.failure.as_ref()?;
        Some(failure.message.clone())
    })
}

/// A prompt that was taken and never stored: OpenCode says why by an event, if at all.
fn why_lost(relay: &Relay, session: &SessionId) -> String {
    failure(relay, session).unwrap_or_else(|| {
        "OpenCode took the message and did not store it. The directory of this session may \
         be gone, or the agent or model is not known there."
            .to_owned()
    })
}
