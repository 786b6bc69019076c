//! Asks a real server what decision 0018 relies on and nobody here has seen: harmless
//! requests, most of them to a session of our own that is removed after, and what came of
//! each beside what was expected. The same door as for everything else, so that nothing is
//! reached but what is on its list.
//!
//! Nothing runs a model unless that was wished: prompts are handed over with the word not
//! to run them, to a session whose model does not exist. What the judges say of an answer
//! is pure, and each stands beside the question that it answers.

mod heard;
mod notes;
mod reply;

mod asks;
mod inbox;
mod places;
mod scratch;
mod server;
mod session;
mod stream;
mod turn;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::house::ServerFault;
use domain::id::{Directory, MessageId, RequestId, SessionId};
use domain::survey::Survey;
use serde_json::Value;

use super::Generation;
use super::route::{Door, Route};
use super::sessions::made_by;
use crate::client::{Client, Request};
use crate::probe::{Probe, probe};
use heard::Heard;
use notes::Notes;
use reply::Reply;

/// How long an answer is waited for: a directory that is loaded for it takes seconds.
const ASK_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the first word of the stream is waited for: it comes at once.
const FIRST_WORD_TIMEOUT: Duration = Duration::from_secs(5);

/// Finds out whether the server behaves as it is taken to. `request` is one that nobody else
/// makes: the ids of what is made there come from it. With a prompt, a model is asked for
/// one word. Of a server that speaks 1.x only that is said.
pub async fn survey(
    client: Client,
    request: &RequestId,
    with_prompt: bool,
) -> Result<Survey, ServerFault> {
    let found = probe(&client).await?;
    let findings = match Generation::of(found.tongue) {
        None => Vec::new(),
        Some(generation) => {
            let asker = Asker {
                door: Door::new(client.clone()),
                generation,
                made: Made::by(request),
                silent: AtomicBool::new(false),
                heard: Heard::default(),
            };
            let stream = asker.door.ask(Route::Events).open().await;
            // The stream has no end of its own, so what is asked ends first.
            tokio::select! {
                notes = asker.all(&client, &found, with_prompt) => notes.findings(),
                () = asker.heard.listen(stream) => Vec::new(),
            }
        }
    };
    Ok(Survey {
        family: found.family(),
        version: found.version,
        findings,
    })
}

/// The ids of what is made at the server.
#[derive(Debug)]
struct Made {
    /// The session that nothing runs in.
    scratch: SessionId,
    /// The one that a prompt runs in, where that was wished.
    turn: SessionId,
    /// The prompt that is never run.
    parked: MessageId,
    /// The one that is.
    prompt: MessageId,
}

impl Made {
    fn by(request: &RequestId) -> Self {
        let session = |what: &str| made_by(&RequestId::new(format!("{request} {what}")));
        let message = |what: &str| {
            let id = session(what);
            MessageId::new(id.as_str().replacen("ses_", "msg_", 1))
        };
        Self {
            scratch: session("scratch"),
            turn: session("turn"),
            parked: message("parked"),
            prompt: message("prompt"),
        }
    }
}

/// Whoever asks.
#[derive(Debug)]
struct Asker {
    door: Door,
    generation: Generation,
    made: Made,
    /// Whether the server stopped answering: then nothing more is asked of it.
    silent: AtomicBool,
    heard: Heard,
}

impl Asker {
    /// Asks everything, and removes what was made for it whatever came out.
    async fn all(&self, client: &Client, found: &Probe, with_prompt: bool) -> Notes {
        let mut notes = Notes::default();
        self.heard.begun(FIRST_WORD_TIMEOUT).await;
        self.of_server(&mut notes, client, found).await;
        let place = self.of_places(&mut notes).await;
        if let Some(place) = place {
            self.of_sessions(&mut notes, &place, with_prompt).await;
        } else {
            let why = "no directory of its own is known";
            notes.skip(&scratch::ALL, why);
            notes.skip(&inbox::ALL, why);
            notes.skip(&asks::ALL, why);
            notes.skip(&turn::ALL, why);
        }
        self.of_pending(&mut notes).await;
        self.of_stream(&mut notes).await;
        notes
    }

    async fn of_sessions(&self, notes: &mut Notes, place: &Directory, with_prompt: bool) {
        let ready = self.of_scratch(notes, place).await;
        if ready {
            self.of_inbox(notes).await;
        } else {
            notes.skip(&inbox::ALL, "a prompt might have run");
        }
        self.of_asks(notes).await;
        let copy = self.of_copy(notes).await;
        self.of_removal(notes, copy.as_ref()).await;
        if with_prompt {
            self.of_turn(notes, place).await;
        } else {
            notes.skip(&turn::ALL, "it takes a prompt");
        }
    }

    async fn ask(&self, route: Route<'_>) -> Reply {
        self.send(self.door.ask(route)).await
    }

    async fn tell(&self, route: Route<'_>, body: Value) -> Reply {
        self.send(self.door.tell(route, &body)).await
    }

    async fn send(&self, request: Request) -> Reply {
        if self.is_silent() {
            return Reply::Unasked;
        }
        let reply = Reply::of(request.timeout(ASK_TIMEOUT).send().await);
        if let Reply::Silent(_) = reply {
            self.silent.store(true, Ordering::Relaxed);
        }
        reply
    }

    /// Whether the server stopped answering.
    fn is_silent(&self) -> bool {
        self.silent.load(Ordering::Relaxed)
    }

    /// Deletes a session that was made for this, also where the server fell silent before:
    /// it may have come to itself.
    async fn remove(&self, session: &SessionId) -> Reply {
        let request = self.door.ask(Route::Delete(session));
        Reply::of(request.timeout(ASK_TIMEOUT).send().await)
    }
}
