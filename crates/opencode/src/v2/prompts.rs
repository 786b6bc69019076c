//! Handing over prompts, stopping turns.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::id::{MessageId, SessionId};
use domain::prompt::Prompt;
use serde_json::{Map, Value, json};

use super::route::Route;
use super::wire::catalog::Interrupted;
use super::{Delivery, Generation, V2};
use crate::answered::found;
use crate::fault::CallFault;
use crate::handover::{Enclosed, Handover, Manner, file_url};

/// How long the answer to a command is waited for: it comes when the turn has ended.
const TURN_TIMEOUT: Duration = Duration::from_hours(6);

/// Where a prompt is that was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// It waits to be delivered.
    Waiting,
    /// It is a message.
    Delivered,
}

impl Delivery {
    /// The server's word for it.
    pub(super) fn word(&self) -> &str {
        match self {
            Delivery::Steer => "steer",
            Delivery::Queue => "queue",
            Delivery::Unknown(word) => word,
        }
    }
}

impl V2 {
    /// Hands over a prompt, and chooses for its session whom it is addressed to, for a
    /// prompt cannot say it. Words and shell commands may be handed over again: the first
    /// record wins \[S\]. A slash command has no id and must not be \[T\].
    ///
    /// That the choice and the words are two requests is a gap: another device's choice may
    /// come between them.
    pub async fn prompt(&self, handover: &Handover, delivery: &Delivery) -> Result<(), CallFault> {
        let Handover {
            session,
            prompt,
            manner,
            enclosed,
        } = handover;
        self.address(session, prompt).await?;
        match manner {
            Manner::Words => {
                let mut body = enclosures(prompt, enclosed);
                body.insert("id".to_owned(), json!(prompt.id.as_str()));
                body.insert("text".to_owned(), json!(prompt.words()));
                body.insert("delivery".to_owned(), json!(delivery.word()));
                self.door.tell(Route::Prompt(session), &body.into())
            }
            Manner::Command { name, arguments } => {
                let called = match self.generation {
                    Generation::Early => "command",
                    Generation::Current => "name",
                };
                let mut body = enclosures(prompt, enclosed);
                body.insert(called.to_owned(), json!(name));
                body.insert("text".to_owned(), json!(arguments));
                if prompt.waits.is_some() {
                    body.insert("delivery".to_owned(), json!(delivery.word()));
                }
                let request = self.door.tell(Route::Command(session), &body.into());
                request.timeout(TURN_TIMEOUT)
            }
            Manner::Shell { command } => {
                let body = json!({ "id": prompt.id.as_str(), "command": command });
                let request = self.door.tell(Route::Shell(session), &body);
                request.timeout(TURN_TIMEOUT)
            }
        }
        .done()
        .await
    }

    /// Where a prompt is, if it was taken. What waits is asked first: the other way round,
    /// one that is delivered in between would be found nowhere.
    pub async fn admitted(
        &self,
        session: &SessionId,
        message: &MessageId,
    ) -> Result<Option<Admitted>, CallFault> {
        let inbox = found(self.inbox(session).await)?.unwrap_or_default();
        if inbox.iter().any(|it| it.message == *message) {
            return Ok(Some(Admitted::Waiting));
        }
        let row = found(self.message(session, message).await)?;
        Ok(row.map(|_| Admitted::Delivered))
    }

    /// Stops the running turn: whether one ran. What waits is kept; steers are delivered at
    /// once with `resume`, queued prompts are not.
    pub async fn interrupt(&self, session: &SessionId, resume: bool) -> Result<bool, CallFault> {
        let request = self.door.tell(Route::Interrupt(session), &json!({}));
        let request = request.query("resume", if resume { "true" } else { "false" });
        let it: Interrupted = request.json().await?;
        Ok(it.interrupted)
    }

    /// Has a session summarised. It waits its turn; the answer says that it does.
    pub async fn compact(&self, session: &SessionId) -> Result<(), CallFault> {
        let request = self.door.tell(Route::Compact(session), &json!({}));
        request.done().await
    }

    /// Chooses agent and model where the session has others: each choice leaves a row.
    async fn address(&self, session: &SessionId, prompt: &Prompt) -> Result<(), CallFault> {
        if prompt.agent.is_none() && prompt.model.is_none() {
            return Ok(());
        }
        let now = self.session(session).await?.ok_or(CallFault::NotFound)?;
        let now = now.session;
        if let Some(agent) = &prompt.agent
            && now.agent.as_ref() != Some(agent)
        {
            self.choose_agent(session, agent).await?;
        }
        if let Some(model) = &prompt.model
            && now.model.as_ref() != Some(model)
        {
            self.choose_model(session, model).await?;
        }
        Ok(())
    }
}

/// Files and agents, each where there are any. An address of a file is read when the prompt
/// is admitted, and refused where it cannot be \[M b18286\].
fn enclosures(prompt: &Prompt, enclosed: &[Enclosed]) -> Map<String, Value> {
    let (mut files, mut agents) = (Vec::new(), Vec::new());
    for it in enclosed {
        match it {
            Enclosed::Bytes { name, mime, bytes } => files.push(json!({
                "uri": format!("data:{mime};base64,{}", STANDARD.encode(bytes)), "name": name,
            })),
            Enclosed::Path { name, absolute, .. } => files.push(named(
                json!({ "uri": file_url(absolute), "name": name }),
                prompt.words(),
                name,
            )),
            // The shape of an agent was never seen [?]: taken to be that of a file.
            Enclosed::Agent { name } => {
                agents.push(named(json!({ "name": name }), prompt.words(), name));
            }
        }
    }
    let all = [("files", files), ("agents", agents)];
    all.into_iter()
        .filter(|(_, list)| !list.is_empty())
        .map(|(name, list)| (name.to_owned(), Value::Array(list)))
        .collect()
}

/// With the place where the words name it, counted as V1 counts: in units of UTF-16 \[?\].
fn named(mut it: Value, words: &str, name: &str) -> Value {
    let text = format!("@{name}");
    if let Some(before) = words.find(&text).and_then(|at| words.get(..at)) {
        let start = before.encode_utf16().count();
        let end = start + text.encode_utf16().count();
        let place = json!({ "start": start, "end": end, "text": text });
        it.as_object_mut()
            .map(|it| it.insert("mention".to_owned(), place));
    }
    it
}
