//! OpenCode 2 behind the seam: which function answers which call, and what it cannot do.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::bulk::BulkId;
use domain::catalog::{Agent, Catalog, Command};
use domain::command::Title;
use domain::house::ServerFault;
use domain::id::{Directory, MessageId, RequestId, SessionId};
use domain::message::Waits;
use domain::part::Part;
use domain::permission::{Permission, PermissionReply};
use domain::question::{Answers, Question};
use domain::review::{Blind, FileChange};
use domain::session::{Session, SessionStatus};
use domain::time::Millis;
use domain::todo::Todo;
use domain::tool::Tool;
use domain::transcript::Entry;

use super::sessions::made_by;
use super::translate::message::shell_part;
use super::{Delivery, Form, Listed, V2};
use crate::dialect::{
    self, Account, BulkBody, Dialect, Folders, InUse, MessagePage, OlderCursor, Printed,
    PrintedCursor, Stopped, ToldPage,
};
use crate::fault::CallFault;
use crate::handover::{Handover, Manner, PathFound};
use crate::subscription::Subscription;
use crate::upstream::{Look, Upstream};

/// When a prompt to a session at work is delivered: between two steps, as V1 does it, where
/// its owner says nothing else.
fn delivery(waits: Option<Waits>) -> Delivery {
    match waits {
        Some(Waits::Step) | None => Delivery::Steer,
        Some(Waits::Turn) => Delivery::Queue,
    }
}

#[async_trait]
impl Dialect for V2 {
    async fn subscribe(&self) -> Result<Subscription, ServerFault> {
        V2::subscribe(self).await
    }

    async fn health(&self) -> Result<Option<String>, ServerFault> {
        V2::health(self).await
    }

    async fn read_again(&self, look: &Look) -> Result<Vec<Upstream>, CallFault> {
        V2::look(self, look).await
    }

    async fn active(&self) -> Result<Option<BTreeMap<SessionId, SessionStatus>>, CallFault> {
        V2::statuses(self).await.map(Some)
    }

    async fn loaded(&self) -> Result<Option<Vec<Directory>>, CallFault> {
        match V2::loaded(self).await {
            Ok(loaded) => Ok(Some(loaded)),
            // It is a route for finding faults: a server may have none.
            Err(
                CallFault::NotFound
                | CallFault::Down(ServerFault::NotOpenCode | ServerFault::Failed { status: 404 }),
            ) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    async fn sessions(&self, _: &InUse) -> Result<dialect::Listed, CallFault> {
        let listed = V2::sessions(self).await?;
        Ok(dialect::Listed {
            marks: listed.iter().filter_map(Listed::mark).collect(),
            sessions: listed.into_iter().map(|it| it.session).collect(),
            only: None,
        })
    }

    async fn statuses(
        &self,
        _: &Directory,
    ) -> Result<BTreeMap<SessionId, SessionStatus>, CallFault> {
        V2::statuses(self).await
    }

    async fn permissions(&self, directory: &Directory) -> Result<Vec<Permission>, CallFault> {
        V2::permissions(self, directory).await
    }

    async fn questions(&self, directory: &Directory) -> Result<Vec<Question>, CallFault> {
        let forms = self.forms(directory).await?;
        Ok(forms.into_iter().filter_map(question).collect())
    }

    async fn session(&self, session: &SessionId) -> Result<Option<Session>, CallFault> {
        Ok(V2::session(self, session).await?.map(|it| it.session))
    }

    async fn messages(
        &self,
        session: &SessionId,
        limit: u32,
        before: Option<&OlderCursor>,
    ) -> Result<MessagePage, CallFault> {
        V2::messages(self, session, limit, before).await
    }

    async fn message(
        &self,
        session: &SessionId,
        message: &MessageId,
    ) -> Result<Option<Entry>, CallFault> {
        self.wherever(session, message).await
    }

    async fn todos(&self, _: &SessionId) -> Result<Vec<Todo>, CallFault> {
        Err(CallFault::Unsupported)
    }

    async fn told(
        &self,
        session: &SessionId,
        limit: u32,
        before: Option<&OlderCursor>,
    ) -> Result<ToldPage, CallFault> {
        V2::told(self, session, limit, before).await
    }

    async fn turn(
        &self,
        session: &SessionId,
        message: &MessageId,
    ) -> Result<Vec<(FileChange, String)>, CallFault> {
        V2::turn(self, session, message).await
    }

    async fn account(&self, session: &SessionId) -> Result<Account, CallFault> {
        V2::account(self, session).await
    }

    async fn blind(&self, session: &SessionId) -> Result<Option<Blind>, CallFault> {
        V2::blind(self, session).await
    }

    /// Under an id made of the request: one that is there already is given back.
    async fn create(
        &self,
        directory: &Directory,
        request: &RequestId,
    ) -> Result<Session, CallFault> {
        let made = V2::create(self, directory, &made_by(request)).await;
        made.map(session)
    }

    async fn find_created(
        &self,
        _: &Directory,
        request: &RequestId,
    ) -> Result<Option<Session>, CallFault> {
        let found = V2::session(self, &made_by(request)).await?;
        Ok(found.map(session))
    }

    async fn fork(
        &self,
        original: &SessionId,
        before: Option<&MessageId>,
        request: &RequestId,
    ) -> Result<Session, CallFault> {
        let copy = V2::fork(self, original, before, request).await;
        copy.map(session)
    }

    async fn find_forked(
        &self,
        original: &SessionId,
        request: &RequestId,
    ) -> Result<Option<Session>, CallFault> {
        let found = V2::find_forked(self, original, request).await?;
        Ok(found.map(session))
    }

    async fn rename(&self, session: &SessionId, title: &Title) -> Result<(), CallFault> {
        V2::rename(self, session, title).await
    }

    /// The shape has a time for it and no route sets it.
    async fn archive(&self, _: &SessionId, _: Millis) -> Result<(), CallFault> {
        Err(CallFault::Unsupported)
    }

    async fn delete(&self, session: &SessionId) -> Result<(), CallFault> {
        V2::delete(self, session).await
    }

    async fn view(&self, session: &SessionId, idle: Millis) -> Result<(), CallFault> {
        V2::view(self, session, idle).await
    }

    async fn compact(&self, session: &Session) -> Result<(), CallFault> {
        V2::compact(self, &session.id).await
    }

    async fn revert(&self, session: &SessionId, message: &MessageId) -> Result<(), CallFault> {
        V2::revert(self, session, message).await
    }

    async fn restore(&self, session: &SessionId) -> Result<(), CallFault> {
        V2::restore(self, session).await
    }

    async fn withdraw(&self, session: &SessionId, message: &MessageId) -> Result<(), CallFault> {
        self.take_back(session, message).await
    }

    async fn defer(
        &self,
        session: &SessionId,
        message: &MessageId,
        until: Waits,
    ) -> Result<(), CallFault> {
        let delivery = delivery(Some(until));
        self.deliver(session, message, &delivery).await
    }

    /// Slash commands have no id, and the row of a shell command has one of the server's
    /// making \[C\].
    fn shows(&self, manner: &Manner) -> bool {
        match manner {
            Manner::Words => true,
            Manner::Command { .. } | Manner::Shell { .. } => false,
        }
    }

    async fn prompt(&self, handover: &Handover) -> Result<(), CallFault> {
        let delivery = delivery(handover.prompt.waits);
        V2::prompt(self, handover, &delivery).await
    }

    async fn abort(&self, session: &SessionId) -> Result<Stopped, CallFault> {
        let ran = self.interrupt(session, false).await?;
        Ok(if ran { Stopped::Told } else { Stopped::Nothing })
    }

    async fn reply(&self, ask: &Permission, reply: &PermissionReply) -> Result<(), CallFault> {
        V2::reply(self, ask, reply).await
    }

    async fn answer(&self, ask: &Question, answers: &Answers) -> Result<(), CallFault> {
        V2::answer(self, ask, answers).await
    }

    async fn skip(&self, ask: &Question) -> Result<(), CallFault> {
        self.dismiss(ask).await
    }

    async fn catalog(&self, directory: &Directory) -> Result<Catalog, CallFault> {
        self.warm(directory).await?;
        V2::catalog(self, directory).await
    }

    async fn agents(&self, directory: &Directory) -> Result<Vec<Agent>, CallFault> {
        self.warm(directory).await?;
        V2::agents(self, directory).await
    }

    async fn commands(&self, directory: &Directory) -> Result<Vec<Command>, CallFault> {
        self.warm(directory).await?;
        V2::commands(self, directory).await
    }

    async fn find(
        &self,
        directory: &Directory,
        query: &str,
        limit: usize,
    ) -> Result<Vec<String>, CallFault> {
        V2::find(self, directory, query, limit).await
    }

    async fn look(
        &self,
        directory: &Directory,
        path: &str,
    ) -> Result<Option<PathFound>, CallFault> {
        self.look_up(directory, path).await
    }

    async fn home_ground(&self) -> Result<Directory, CallFault> {
        V2::home_ground(self).await
    }

    async fn list(&self, directory: Option<&Directory>) -> Result<Folders, CallFault> {
        self.folders(directory).await
    }

    async fn exists(&self, directory: &Directory) -> Result<bool, CallFault> {
        V2::exists(self, directory).await
    }

    /// Its log replays nothing by default \[M b18286, b18684\]: it is read again.
    async fn history(
        &self,
        _: &BTreeMap<SessionId, u64>,
    ) -> Result<Option<Vec<Upstream>>, CallFault> {
        Ok(None)
    }

    /// What a command of the owner's prints; an agent's tell it themselves.
    fn prints_unheard(&self, part: &Part) -> bool {
        part.body.is_open() && part.id == shell_part(&part.message)
    }

    async fn printed(
        &self,
        tool: &Tool,
        after: Option<PrintedCursor>,
    ) -> Result<Printed, CallFault> {
        self.shell_output(&tool.call, after).await
    }

    async fn bulk(&self, bulk: &BulkId) -> Result<Option<BulkBody>, CallFault> {
        V2::bulk(self, bulk).await
    }
}

fn session(it: Listed) -> Session {
    it.session
}

/// What has no word of ours is told in the log when it is read or heard, and nowhere else.
fn question(form: Form) -> Option<Question> {
    match form {
        Form::Question(question) => Some(question),
        Form::Beyond { id, kinds, .. } => {
            tracing::info!(form.id = %id, form.kinds = %kinds.join(" "), "a form of a new kind");
            None
        }
    }
}
