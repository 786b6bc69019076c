//! Sends prompts, each once. OpenCode does not refuse a prompt that it has already: it
//! would answer it again, or run a shell command a second time. So one place sends them,
//! one after another in each session, and looks for a prompt on the server before it sends
//! it a second time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::house::ServerFault;
use domain::id::{Directory, ServerId, SessionId};
use domain::message::{Message, Role, User};
use domain::part::{Part, PartBody, Text};
use domain::prompt::{Prompt, Saying};
use domain::time::Millis;
use domain::transcript::Entry;
use opencode::{CallFault, Dialect, Handover, Manner};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::doubt::{ADMISSION, Doubt, Look};
use super::enclosures;
use super::handle::Relay;
use super::hub::Hub;
use crate::store::prompts::{self, Handed};
use crate::store::{Store, StoreError};
use crate::uploads::Uploads;

/// How long its own event is waited for before the prompt is looked for by name.
const EVENT_PATIENCE: Duration = Duration::from_millis(1_500);
/// How long a refusal of a command may take.
const REFUSAL_PATIENCE: Duration = Duration::from_secs(2);
/// After how long a command counts as taken of whose turn nothing was heard.
const TAKEN_AFTER: Duration = Duration::from_secs(30);
/// How often a prompt that did not arrive is sent again.
const RESENDS: u32 = 3;

/// What is said of a command that may have been carried out already.
const PERHAPS: &str = "OpenCode may have run this already, and cannot be asked whether it \
    has. Look at the conversation before you send it again.";

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
    /// The server took it and has not shown it: the same prompt is looked for again.
    #[error("the server has not shown it yet")]
    Unconfirmed,
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
    uploads: Uploads,
    /// One lane for each session, so that prompts arrive in order.
    lanes: Arc<Mutex<BTreeMap<(ServerId, SessionId), Lane>>>,
}

impl Prompts {
    /// Remembers in `store` what was sent; the files come from `uploads`.
    pub fn new(hub: Hub, store: Store, uploads: Uploads) -> Self {
        Self {
            hub,
            store,
            uploads,
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
        let there = match handed {
            Handed::Accepted => return Ok(()),
            Handed::Perhaps | Handed::Forgotten => is_there(&dialect, session, prompt).await?,
            Handed::Taken => {
                let came = relay.await_message(prompt.id.message());
                let before = failure(relay, session);
                self.shown(relay, &dialect, session, prompt, came, before.as_ref())
                    .await?;
                true
            }
            Handed::Never => false,
        };
        if !there {
            let handover = self.make_ready(relay, &dialect, session, prompt).await;
            let handover = match handover {
                Ok(handover) => handover,
                Err(fault) => {
                    // Words are looked for in any case; what may be a command cannot always be.
                    if handed != Handed::Perhaps && !is_words(prompt) {
                        self.forget(relay, prompt).await?;
                    }
                    return Err(fault);
                }
            };
            if handed == Handed::Perhaps && handover.manner != Manner::Words {
                // That it is not there is no proof that it will not be.
                self.forget(relay, prompt).await?;
                return Err(PromptFault::Refused(PERHAPS.to_owned()));
            }
            if dialect.shows(&handover.manner) {
                self.hand_over(relay, &dialect, handover).await?;
            } else {
                self.hand_over_unseen(relay, &dialect, handover).await?;
                relay
                    .passing(as_said(session, prompt, self.hub.clock().now()))
                    .await;
            }
        }
        let (server, id) = (relay.server().clone(), prompt.id.clone());
        self.store
            .call(move |connection| prompts::accept(connection, &server, &id))
            .await?;
        self.uploads.drop_all(&prompt.files).await;
        Ok(())
    }

    /// Reads what a prompt is, and fetches what goes with it.
    async fn make_ready(
        &self,
        relay: &Relay,
        dialect: &Arc<dyn Dialect>,
        session: &SessionId,
        prompt: &Prompt,
    ) -> Result<Handover, PromptFault> {
        let directory = directory_of(relay, dialect, session).await?;
        let manner = enclosures::manner(dialect, &directory, prompt).await;
        let manner = manner.map_err(refused)?;
        if matches!(manner, Manner::Shell { .. }) && !prompt.files.is_empty() {
            let why = "A shell command takes no files.".to_owned();
            return Err(PromptFault::Refused(why));
        }
        let mut enclosed = enclosures::attached(&self.uploads, &prompt.files).await?;
        if manner == Manner::Words {
            let named = enclosures::named(dialect, &directory, prompt.words()).await;
            enclosed.extend(named.map_err(refused)?);
        }
        Ok(Handover {
            session: session.clone(),
            prompt: prompt.clone(),
            manner,
            enclosed,
        })
    }

    /// Hands a prompt over until it shows up. Words are sent again where they did not
    /// arrive; a command that may run already is not: the owner decides.
    async fn hand_over(
        &self,
        relay: &Relay,
        dialect: &Arc<dyn Dialect>,
        handover: Handover,
    ) -> Result<(), PromptFault> {
        let handover = Arc::new(handover);
        let (session, prompt) = (&handover.session, &handover.prompt);
        let resends = match handover.manner {
            Manner::Words => RESENDS,
            Manner::Command { .. } | Manner::Shell { .. } => 0,
        };
        for sent in 0.. {
            let mut came = relay.await_message(prompt.id.message());
            let before = failure(relay, session);
            let answer = tokio::select! {
                // The message is worth more than the answer, which for a command comes
                // when all is over.
                biased;
                Ok(()) = &mut came => return Ok(()),
                answer = self.call(dialect, &handover) => answer,
            };
            match answer {
                Ok(()) => {
                    return self
                        .shown(relay, dialect, session, prompt, came, before.as_ref())
                        .await;
                }
                Err(fault) if !may_have_arrived(&fault) && handover.manner != Manner::Words => {
                    self.forget(relay, prompt).await?;
                    return Err(refused(fault));
                }
                Err(CallFault::Down(fault)) => {
                    // It may have arrived all the same.
                    if is_there(dialect, session, prompt).await? {
                        return Ok(());
                    }
                    if sent >= resends {
                        return Err(PromptFault::Down(fault));
                    }
                }
                Err(fault) => return Err(refused(fault)),
            }
        }
        Ok(())
    }

    /// Hands over what never becomes a message under its own id, so that nobody can look for
    /// it. Its answer says that it was carried out; where that is lost, it may have been, and
    /// only the owner can tell.
    async fn hand_over_unseen(
        &self,
        relay: &Relay,
        dialect: &Arc<dyn Dialect>,
        handover: Handover,
    ) -> Result<(), PromptFault> {
        let handover = Arc::new(handover);
        let Err(fault) = self.taken(relay, dialect, &handover).await else {
            return Ok(());
        };
        if !may_have_arrived(&fault) {
            self.forget(relay, &handover.prompt).await?;
        }
        Err(refused(fault))
    }

    /// Hands over what is answered when all is over, and waits until it is taken: what the
    /// server refuses it refuses at once, so that one whose session runs after a while is
    /// being carried out. The next prompt need not wait for its end.
    async fn taken(
        &self,
        relay: &Relay,
        dialect: &Arc<dyn Dialect>,
        handover: &Arc<Handover>,
    ) -> Result<(), CallFault> {
        let began = Instant::now();
        let call = self.call(dialect, handover);
        tokio::pin!(call);
        loop {
            if let Ok(answer) = tokio::time::timeout(REFUSAL_PATIENCE, &mut call).await {
                return answer;
            }
            let runs = relay.with(|live| live.is_running(&handover.session));
            if runs || began.elapsed() >= TAKEN_AFTER {
                return Ok(());
            }
        }
    }

    /// The prompt may be handed over anew.
    async fn forget(&self, relay: &Relay, prompt: &Prompt) -> Result<(), PromptFault> {
        let (server, id) = (relay.server().clone(), prompt.id.clone());
        self.store
            .call(move |connection| prompts::forget(connection, &server, &id))
            .await?;
        Ok(())
    }

    /// Makes the call in a task of its own: a command goes on when nobody waits for its
    /// answer any more.
    async fn call(
        &self,
        dialect: &Arc<dyn Dialect>,
        handover: &Arc<Handover>,
    ) -> Result<(), CallFault> {
        let (done, answer) = oneshot::channel();
        let (dialect, handover) = (Arc::clone(dialect), Arc::clone(handover));
        let ending = self.hub.life().soft().clone();
        self.hub.life().spawn(async move {
            let call = dialect.prompt(&handover);
            if let Some(answered) = ending.run_until_cancelled(call).await {
                // Whoever waited has seen the message already.
                let _ = done.send(answered);
            }
        });
        let ended = Err(CallFault::Down(ServerFault::Ended));
        answer.await.unwrap_or(ended)
    }

    /// Waits until a prompt that was taken shows up, and notes that it was taken where that
    /// is not certain: it is not sent again then.
    async fn shown(
        &self,
        relay: &Relay,
        dialect: &Arc<dyn Dialect>,
        session: &SessionId,
        prompt: &Prompt,
        came: oneshot::Receiver<()>,
        before: Option<&String>,
    ) -> Result<(), PromptFault> {
        let shown = admitted(relay, dialect, session, prompt, came, before).await;
        let taken = match shown {
            Shown::There => return Ok(()),
            Shown::Lost => false,
            Shown::NotYet => true,
        };
        if !taken && !is_words(prompt) {
            // It did not run, and may be handed over anew without a doubt.
            self.forget(relay, prompt).await?;
            return Err(PromptFault::Refused(why_lost(relay, session)));
        }
        let (server, id) = (relay.server().clone(), prompt.id.clone());
        self.store
            .call(move |connection| prompts::take(connection, &server, &id, taken))
            .await?;
        Err(if taken {
            PromptFault::Unconfirmed
        } else {
            PromptFault::Refused(why_lost(relay, session))
        })
    }
}

/// Whether a prompt is none that could be a command.
fn is_words(prompt: &Prompt) -> bool {
    matches!(Saying::of(prompt.words()), Saying::Words)
}

/// Whether what was handed over may be there all the same.
fn may_have_arrived(fault: &CallFault) -> bool {
    match fault {
        CallFault::Down(ServerFault::Refused | ServerFault::Unreachable)
        | CallFault::NotFound
        | CallFault::Busy
        | CallFault::Unsupported
        | CallFault::Refused { .. } => false,
        CallFault::Down(_) => true,
    }
}

/// What was said, as a message that no server keeps.
fn as_said(session: &SessionId, prompt: &Prompt, now: Millis) -> Entry {
    let message = prompt.id.message();
    let words = Part {
        id: prompt.id.part(0),
        message: message.clone(),
        session: session.clone(),
        body: PartBody::Text(Text::whole(prompt.words().to_owned())),
    };
    Entry {
        message: Message {
            id: message,
            session: session.clone(),
            created: now,
            role: Role::User(User::default()),
        },
        parts: vec![words],
    }
}

/// What became of a prompt that was taken.
enum Shown {
    /// Its message is there.
    There,
    /// It will not come.
    Lost,
    /// Nobody knows.
    NotYet,
}

/// Whether a prompt shows up: by its own event, or where it is looked for. A failure that
/// was not there `before` says that it will not.
async fn admitted(
    relay: &Relay,
    dialect: &Arc<dyn Dialect>,
    session: &SessionId,
    prompt: &Prompt,
    mut came: oneshot::Receiver<()>,
    before: Option<&String>,
) -> Shown {
    let began = Instant::now();
    let mut doubt = Doubt::default();
    loop {
        if came.is_terminated() {
            // Another try waits for the same message.
            tokio::time::sleep(EVENT_PATIENCE).await;
        } else if let Ok(Ok(())) = tokio::time::timeout(EVENT_PATIENCE, &mut came).await {
            return Shown::There;
        }
        let asked = Instant::now();
        doubt.note(match is_there(dialect, session, prompt).await {
            Ok(true) => return Shown::There,
            Ok(false) => Look::Absent {
                took: asked.elapsed(),
                at_rest: relay.dialect().is_some() && !relay.with(|it| it.is_running(session)),
            },
            Err(_) => Look::NoAnswer,
        });
        let now = failure(relay, session);
        let failed = now.is_some() && now.as_ref() != before;
        if failed || doubt.is_lost(began.elapsed()) {
            return Shown::Lost;
        }
        if began.elapsed() >= ADMISSION {
            return Shown::NotYet;
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
        Err(fault) => Err(refused(fault)),
    }
}

/// What a call that failed means for the prompt.
fn refused(fault: CallFault) -> PromptFault {
    match fault {
        CallFault::Down(fault) => PromptFault::Down(fault),
        CallFault::NotFound => PromptFault::NoSession,
        CallFault::Refused { why, .. } => PromptFault::Refused(why),
        CallFault::Busy => PromptFault::Refused(
            "The session is busy. A shell command runs only while the agent rests.".to_owned(),
        ),
        fault @ CallFault::Unsupported => PromptFault::Refused(fault.to_string()),
    }
}

/// The directory a session works in.
async fn directory_of(
    relay: &Relay,
    dialect: &Arc<dyn Dialect>,
    session: &SessionId,
) -> Result<Directory, PromptFault> {
    let known = relay.with(|live| {
        let entry = live.mirror().sessions.get(session)?;
        Some(entry.session.directory.clone())
    });
    if let Some(directory) = known {
        return Ok(directory);
    }
    let read = dialect.session(session).await.map_err(refused)?;
    read.map(|session| session.directory)
        .ok_or(PromptFault::NoSession)
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
