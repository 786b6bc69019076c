//! What the owner does. Each answers when the server has accepted it; what it changed comes
//! by the stream.

use domain::id::{Directory, MessageId, PermissionId, QuestionId, ServerId, SessionId};
use domain::permission::PermissionReply;
use domain::prompt::PromptText;
use domain::question::Answers;
use domain::session::ModelRef;
use leptos::prelude::ArcReadSignal;

use super::deed::{Deed, begin};
use super::outbox::Pending;
use super::{Live, SessionKey};

impl Live {
    /// Tells what the page shows: that session's transcript is fetched and kept up, and
    /// looking at it counts as reading.
    pub fn look_at(&self, session: Option<SessionKey>) {
        let _ = session;
    }

    /// Says something to a session. It is shown at once and sent when the link is there.
    pub fn send_prompt(
        &self,
        session: &SessionKey,
        text: PromptText,
        agent: Option<String>,
        model: Option<ModelRef>,
    ) {
        let _ = (session, text, agent, model);
    }

    /// Sends a failed prompt again.
    pub fn retry(&self, message: &MessageId) {
        let _ = message;
    }

    /// Takes a prompt back that is not accepted; the caller may put it into the composer.
    pub fn discard(&self, message: &MessageId) -> Option<Pending> {
        let _ = message;
        None
    }

    /// Stops the running turn.
    pub fn abort(&self, session: &SessionKey) -> ArcReadSignal<Deed> {
        let _ = session;
        begin(async { Ok(()) })
    }

    /// Answers a request for permission.
    pub fn reply(
        &self,
        server: &ServerId,
        permission: &PermissionId,
        reply: PermissionReply,
    ) -> ArcReadSignal<Deed> {
        let _ = (server, permission, reply);
        begin(async { Ok(()) })
    }

    /// Answers questions.
    pub fn answer(
        &self,
        server: &ServerId,
        question: &QuestionId,
        answers: Answers,
    ) -> ArcReadSignal<Deed> {
        let _ = (server, question, answers);
        begin(async { Ok(()) })
    }

    /// Dismisses questions.
    pub fn skip(&self, server: &ServerId, question: &QuestionId) -> ArcReadSignal<Deed> {
        let _ = (server, question);
        begin(async { Ok(()) })
    }

    /// Makes a session in `directory`; go to it when it is done.
    pub fn create_session(
        &self,
        server: &ServerId,
        directory: Directory,
    ) -> ArcReadSignal<Deed<SessionId>> {
        let _ = (server, directory);
        begin(async { Err(crate::fault::Fault::Unsure) })
    }

    /// Loads the messages before the first one here.
    pub fn load_older(&self, session: &SessionKey) -> ArcReadSignal<Deed> {
        let _ = session;
        begin(async { Ok(()) })
    }

    /// Asks again for a transcript that could not be had.
    pub fn load_again(&self, session: &SessionKey) {
        let _ = session;
    }

    /// Widens the list of sessions.
    pub fn load_more_sessions(&self) {}
}
