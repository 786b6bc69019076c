//! V1 routes, which old servers and hybrids speak. Each file holds the routes of one noun;
//! this one only says which function answers which call of the seam.

mod asks;
mod bulk;
mod catalog;
mod files;
mod history;
mod messages;
mod prompts;
mod review;
mod sessions;
mod steering;
mod workspace;

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

use crate::answered::{each, found};
use crate::client::{Client, segment};
use crate::dialect::{
    Account, BulkBody, Dialect, Folders, InUse, Listed, MessagePage, OlderCursor, Printed,
    PrintedCursor, Stopped, ToldPage,
};
use crate::fault::CallFault;
use crate::handover::{Handover, Manner, PathFound};
use crate::probe;
use crate::subscription::{Subscription, accepted};
use crate::upstream::{Look, Upstream};

/// A V1 or hybrid server.
#[derive(Debug)]
pub(crate) struct V1 {
    client: Client,
    sync_history: bool,
}

impl V1 {
    pub(crate) fn new(client: Client, sync_history: bool) -> Self {
        Self {
            client,
            sync_history,
        }
    }
}

#[async_trait]
impl Dialect for V1 {
    async fn subscribe(&self) -> Result<Subscription, ServerFault> {
        let response = self.client.get("/global/event").open().await?;
        Ok(Subscription::whole(
            accepted(response)?,
            self.client.clock(),
        ))
    }

    async fn health(&self) -> Result<Option<String>, ServerFault> {
        probe::check(&self.client, "/global/health").await
    }

    /// Events of this family say what is, whole.
    async fn read_again(&self, _: &Look) -> Result<Vec<Upstream>, CallFault> {
        Ok(Vec::new())
    }

    async fn active(&self) -> Result<Option<BTreeMap<SessionId, SessionStatus>>, CallFault> {
        Ok(None)
    }

    async fn loaded(&self) -> Result<Option<Vec<Directory>>, CallFault> {
        Ok(None)
    }

    async fn sessions(&self, in_use: &InUse) -> Result<Listed, CallFault> {
        sessions::all(&self.client, in_use).await
    }

    async fn statuses(
        &self,
        directory: &Directory,
    ) -> Result<BTreeMap<SessionId, SessionStatus>, CallFault> {
        sessions::statuses(&self.client, directory).await
    }

    async fn permissions(&self, directory: &Directory) -> Result<Vec<Permission>, CallFault> {
        asks::permissions(&self.client, directory).await
    }

    async fn questions(&self, directory: &Directory) -> Result<Vec<Question>, CallFault> {
        asks::questions(&self.client, directory).await
    }

    async fn session(&self, session: &SessionId) -> Result<Option<Session>, CallFault> {
        found(sessions::one(&self.client, session).await)
    }

    async fn messages(
        &self,
        session: &SessionId,
        limit: u32,
        before: Option<&OlderCursor>,
    ) -> Result<MessagePage, CallFault> {
        messages::page(&self.client, session, limit, before).await
    }

    async fn message(
        &self,
        session: &SessionId,
        message: &MessageId,
    ) -> Result<Option<Entry>, CallFault> {
        let entry = found(messages::one(&self.client, session, message).await)?;
        Ok(entry.flatten())
    }

    async fn todos(&self, session: &SessionId) -> Result<Vec<Todo>, CallFault> {
        messages::todos(&self.client, session).await
    }

    async fn told(
        &self,
        session: &SessionId,
        limit: u32,
        before: Option<&OlderCursor>,
    ) -> Result<ToldPage, CallFault> {
        review::told(&self.client, session, limit, before).await
    }

    async fn turn(
        &self,
        session: &SessionId,
        message: &MessageId,
    ) -> Result<Vec<(FileChange, String)>, CallFault> {
        review::turn(&self.client, session, message).await
    }

    async fn account(&self, session: &SessionId) -> Result<Account, CallFault> {
        review::account(&self.client, session).await
    }

    async fn blind(&self, session: &SessionId) -> Result<Option<Blind>, CallFault> {
        review::blind(&self.client, session).await
    }

    async fn create(
        &self,
        directory: &Directory,
        request: &RequestId,
    ) -> Result<Session, CallFault> {
        sessions::create(&self.client, directory, request).await
    }

    async fn find_created(
        &self,
        directory: &Directory,
        request: &RequestId,
    ) -> Result<Option<Session>, CallFault> {
        sessions::find_created(&self.client, directory, request).await
    }

    async fn fork(
        &self,
        session: &SessionId,
        before: Option<&MessageId>,
        request: &RequestId,
    ) -> Result<Session, CallFault> {
        steering::fork(&self.client, session, before, request).await
    }

    async fn find_forked(
        &self,
        session: &SessionId,
        request: &RequestId,
    ) -> Result<Option<Session>, CallFault> {
        steering::find_forked(&self.client, session, request).await
    }

    async fn rename(&self, session: &SessionId, title: &Title) -> Result<(), CallFault> {
        steering::rename(&self.client, session, title).await
    }

    async fn archive(&self, session: &SessionId, now: Millis) -> Result<(), CallFault> {
        steering::archive(&self.client, session, now).await
    }

    async fn delete(&self, session: &SessionId) -> Result<(), CallFault> {
        steering::delete(&self.client, session).await
    }

    /// It keeps nothing of the sort.
    async fn view(&self, _: &SessionId, _: Millis) -> Result<(), CallFault> {
        Err(CallFault::Unsupported)
    }

    async fn compact(&self, session: &Session) -> Result<(), CallFault> {
        steering::compact(&self.client, session).await
    }

    async fn revert(&self, session: &SessionId, message: &MessageId) -> Result<(), CallFault> {
        steering::revert(&self.client, session, message).await
    }

    async fn restore(&self, session: &SessionId) -> Result<(), CallFault> {
        steering::restore(&self.client, session).await
    }

    /// What was said is in the transcript at once.
    async fn withdraw(&self, _: &SessionId, _: &MessageId) -> Result<(), CallFault> {
        Err(CallFault::Unsupported)
    }

    async fn defer(&self, _: &SessionId, _: &MessageId, _: Waits) -> Result<(), CallFault> {
        Err(CallFault::Unsupported)
    }

    fn shows(&self, _: &Manner) -> bool {
        true
    }

    async fn prompt(&self, handover: &Handover) -> Result<(), CallFault> {
        prompts::send(&self.client, handover).await
    }

    /// It answers the same where nothing runs.
    async fn abort(&self, session: &SessionId) -> Result<Stopped, CallFault> {
        prompts::abort(&self.client, session).await?;
        Ok(Stopped::Told)
    }

    async fn reply(&self, ask: &Permission, reply: &PermissionReply) -> Result<(), CallFault> {
        asks::reply(&self.client, ask, reply).await
    }

    async fn answer(&self, ask: &Question, answers: &Answers) -> Result<(), CallFault> {
        asks::answer(&self.client, ask, answers).await
    }

    async fn skip(&self, ask: &Question) -> Result<(), CallFault> {
        asks::skip(&self.client, ask).await
    }

    async fn catalog(&self, directory: &Directory) -> Result<Catalog, CallFault> {
        catalog::read(&self.client, directory).await
    }

    async fn agents(&self, directory: &Directory) -> Result<Vec<Agent>, CallFault> {
        catalog::agents(&self.client, directory).await
    }

    async fn commands(&self, directory: &Directory) -> Result<Vec<Command>, CallFault> {
        catalog::commands(&self.client, directory).await
    }

    async fn find(
        &self,
        directory: &Directory,
        query: &str,
        limit: usize,
    ) -> Result<Vec<String>, CallFault> {
        files::find(&self.client, directory, query, limit).await
    }

    async fn look(
        &self,
        directory: &Directory,
        path: &str,
    ) -> Result<Option<PathFound>, CallFault> {
        files::look(&self.client, directory, path).await
    }

    async fn home_ground(&self) -> Result<Directory, CallFault> {
        workspace::home_ground(&self.client).await
    }

    async fn list(&self, directory: Option<&Directory>) -> Result<Folders, CallFault> {
        workspace::list(&self.client, directory).await
    }

    async fn exists(&self, directory: &Directory) -> Result<bool, CallFault> {
        workspace::exists(&self.client, directory).await
    }

    async fn history(
        &self,
        after: &BTreeMap<SessionId, u64>,
    ) -> Result<Option<Vec<Upstream>>, CallFault> {
        if !self.sync_history || after.is_empty() {
            return Ok(None);
        }
        history::after(&self.client, after).await.map(Some)
    }

    /// Its events repeat all that was printed each time.
    fn prints_unheard(&self, _: &Part) -> bool {
        false
    }

    async fn printed(&self, _: &Tool, _: Option<PrintedCursor>) -> Result<Printed, CallFault> {
        Err(CallFault::Unsupported)
    }

    async fn bulk(&self, bulk: &BulkId) -> Result<Option<BulkBody>, CallFault> {
        bulk::read(&self.client, bulk).await
    }
}
