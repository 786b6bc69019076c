//! What the owner does. Each answers when the server has accepted it; what it changed comes
//! by the stream.

use domain::command::{Command, Origin};
use domain::connection::{Draft, Record, Tried};
use domain::id::{MessageId, PermissionId, QuestionId, RequestId, ServerId, SessionId};
use domain::message::Waits;
use domain::permission::PermissionReply;
use domain::prompt::{Attachment, Prompt, PromptId, PromptText};
use domain::question::Answers;
use domain::session::ModelRef;
use domain::survey::Survey;
use domain::sync::INDEX_DEFAULT;
use leptos::prelude::{ArcReadSignal, Set};

use super::deed::{Deed, begin};
use super::edge;
use super::outbox::Pending;
use super::{Live, SessionKey};
use crate::api::{account, asks, servers, sessions};
use crate::fault::Fault;

impl Live {
    /// Tells what the page shows: that session's transcript is fetched and kept up, and
    /// looking at it counts as reading. The router calls it; pages need not.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the caller has no further use for it"
    )]
    pub fn look_at(&self, session: Option<SessionKey>) {
        let changed = {
            let mut store = self.0.lock();
            let changed = store.viewing != session;
            if changed {
                store.viewing.clone_from(&session);
                store.slow = None;
                store.failed.clear();
                store.away = None;
            }
            changed
        };
        if changed {
            self.0.refresh_fresh();
            self.0.forget_all_but(session.as_ref());
            self.0.refresh_list();
            edge::look();
        }
    }

    /// Says something to a session: words, files or both. It is shown at once and sent when
    /// the link is there; the draft is empty then. False: too much waits already, and the
    /// draft stays.
    pub fn send_prompt(
        &self,
        session: &SessionKey,
        text: Option<PromptText>,
        files: Vec<Attachment>,
        agent: Option<String>,
        model: Option<ModelRef>,
        waits: Option<Waits>,
    ) -> bool {
        let now = edge::now();
        let prompt = Prompt {
            id: PromptId::new(now, edge::chance()),
            text,
            files,
            agent,
            model,
            waits,
        };
        let taken = self.0.lock().outbox.add(session.clone(), prompt, now);
        if taken {
            self.clear_draft(session);
            edge::post();
        }
        taken
    }

    /// Sends a failed prompt again.
    pub fn retry(&self, message: &MessageId) {
        self.0.lock().outbox.retry(message);
        edge::post();
    }

    /// Takes a prompt back that is not accepted; the caller may put it into the composer.
    pub fn discard(&self, message: &MessageId) -> Option<Pending> {
        let taken = self.0.lock().outbox.remove(message);
        edge::post();
        taken
    }

    /// Stops the running turn.
    pub fn abort(&self, session: &SessionKey) -> ArcReadSignal<Deed> {
        let SessionKey { server, session } = session.clone();
        begin(async move { told(sessions::abort(server, session).await) })
    }

    /// Answers a request for permission. [`Fault::Conflict`]: somebody else was first.
    pub fn reply(
        &self,
        server: &ServerId,
        permission: &PermissionId,
        reply: PermissionReply,
    ) -> ArcReadSignal<Deed> {
        let (server, permission) = (server.clone(), permission.clone());
        begin(async move { told(asks::reply(server, permission, reply).await) })
    }

    /// Answers questions.
    pub fn answer(
        &self,
        server: &ServerId,
        question: &QuestionId,
        answers: Answers,
    ) -> ArcReadSignal<Deed> {
        let (server, question) = (server.clone(), question.clone());
        begin(async move { told(asks::answer(server, question, answers).await) })
    }

    /// Dismisses questions.
    pub fn skip(&self, server: &ServerId, question: &QuestionId) -> ArcReadSignal<Deed> {
        let (server, question) = (server.clone(), question.clone());
        begin(async move { told(asks::skip(server, question).await) })
    }

    /// Makes a session from `origin`; go to it when it is done.
    pub fn create_session(
        &self,
        server: &ServerId,
        origin: Origin,
    ) -> ArcReadSignal<Deed<SessionId>> {
        let server = server.clone();
        let request = RequestId::new(PromptId::new(edge::now(), edge::chance()).as_str());
        let request = self.0.lock().make(&server, &origin, request);
        let live = self.clone();
        begin(async move {
            let made = sessions::create(request.clone(), server.clone(), origin.clone()).await;
            // An answer that was lost is asked for once more: the request has an id.
            let made = told(match made {
                Err(Fault::Unsure) => sessions::create(request, server, origin).await,
                other => other,
            });
            if made.is_ok() {
                live.0.lock().making = None;
            }
            made
        })
    }

    /// Does something with a session as a whole. One that is being deleted is not shown
    /// until that failed or was taken back.
    pub fn command(&self, session: &SessionKey, command: Command) -> ArcReadSignal<Deed> {
        let (live, key) = (self.clone(), session.clone());
        match command {
            Command::Delete => live.show(&key, false),
            Command::Keep => live.show(&key, true),
            Command::Rename { .. }
            | Command::Archive
            | Command::Compact
            | Command::Revert { .. }
            | Command::Restore
            | Command::Withdraw { .. }
            | Command::Defer { .. } => {}
        }
        begin(async move {
            let deletes = command == Command::Delete;
            let SessionKey { server, session } = key.clone();
            let done = told(sessions::steer(server, session, command).await);
            if deletes && done.is_err() {
                live.show(&key, true);
            }
            done
        })
    }

    /// Has a session in the lists, or not.
    fn show(&self, session: &SessionKey, shown: bool) {
        {
            let mut store = self.0.lock();
            if shown {
                store.leaving.remove(session);
            } else {
                store.leaving.insert(session.clone());
            }
        }
        self.0.refresh_list();
    }

    /// Fetches what was too long to come by itself, by its address.
    pub fn fetch_text(&self, address: String) -> ArcReadSignal<Deed<String>> {
        begin(async move { told(crate::browser::text::fetch(&address).await) })
    }

    /// Asks again for a transcript that could not be had.
    pub fn load_again(&self, session: &SessionKey) {
        self.0.lock().failed.remove(session);
        self.0.refresh_rows(session);
        edge::load_again();
    }

    /// Widens the list of sessions of every server.
    pub fn load_more_sessions(&self) {
        {
            let mut store = self.0.lock();
            store.index = store.index.saturating_add(INDEX_DEFAULT);
        }
        edge::look();
    }

    /// Connects to a server, or tries again at once.
    pub fn connect(&self, server: &ServerId) -> ArcReadSignal<Deed> {
        let server = server.clone();
        begin(async move { told(servers::connect(server).await) })
    }

    /// Lets go of a server until told otherwise.
    pub fn disconnect(&self, server: &ServerId) -> ArcReadSignal<Deed> {
        let server = server.clone();
        begin(async move { told(servers::disconnect(server).await) })
    }

    /// The id of a server that is about to be added.
    pub fn new_server() -> ServerId {
        let chance = u64::from_le_bytes(edge::chance());
        ServerId::new(format!("srv_{chance:016x}"))
    }

    /// Saves a new server and connects to it.
    pub async fn add_server(draft: Draft) -> Result<(), Fault> {
        // An answer that was lost is asked for once more: the draft has an id.
        told(match servers::add(draft.clone()).await {
            Err(Fault::Unsure) => servers::add(draft).await,
            other => other,
        })
    }

    /// Changes a server.
    pub async fn edit_server(draft: Draft) -> Result<(), Fault> {
        told(servers::edit(draft).await)
    }

    /// Tries what was written down of a server, without saving anything.
    pub async fn try_server(draft: Draft) -> Result<Tried, Fault> {
        told(servers::attempt(draft).await)
    }

    /// Forgets a server.
    pub async fn remove_server(server: ServerId) -> Result<(), Fault> {
        told(servers::remove(server).await)
    }

    /// Asks a connected server whether it behaves as it is taken to.
    pub async fn ask_server(server: ServerId, with_prompt: bool) -> Result<Survey, Fault> {
        told(servers::ask(server, with_prompt).await)
    }

    /// How a connection has been.
    pub async fn server_record(server: ServerId) -> Result<Record, Fault> {
        told(servers::history(server).await)
    }

    /// Measures how long a question to Nexus and its answer take.
    pub fn measure(&self) {
        let round_trip = self.0.round_trip.clone();
        leptos::task::spawn_local(async move {
            let asked = edge::device_now();
            let answer = told(account::echo(asked.0).await);
            let took = edge::device_now().since(asked);
            round_trip.set(answer.is_ok().then_some(took));
        });
    }

    /// Gives the owner's password once more, for what needs it.
    pub async fn prove(password: String) -> Result<(), Fault> {
        told(account::prove(password).await)
    }

    /// Loads the newer build: drafts and prompts on their way are kept.
    pub fn update(&self) {
        edge::update();
    }

    /// Tries to reach Nexus at once rather than when the pause is over.
    pub fn reconnect(&self) {
        edge::reconnect();
    }
}

/// Tells the link where a command was refused because nobody is signed in.
pub(super) fn told<T>(answer: Result<T, Fault>) -> Result<T, Fault> {
    if matches!(answer, Err(Fault::SignedOut)) {
        edge::signed_out();
    }
    answer
}
