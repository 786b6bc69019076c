//! V1 routes, which old servers and hybrids speak.
use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::bulk::BulkId;
use domain::catalog::Catalog;
use domain::house::ServerFault;
use domain::id::{Directory, MessageId, RequestId, SessionId};
use domain::permission::{Permission, PermissionReply};
use domain::prompt::Prompt;
use domain::question::{Answers, Question};
use domain::session::{Session, SessionStatus};
use domain::todo::Todo;
use domain::transcript::Entry;

use crate::client::Client;
use crate::dialect::{BulkBody, Dialect, Folders, MessagePage, OlderCursor};
use crate::fault::CallFault;
use crate::subscription::Subscription;
use crate::upstream::Upstream;

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

const NOT_YET: CallFault = CallFault::Down(ServerFault::Unsupported);

#[async_trait]
impl Dialect for V1 {
    async fn subscribe(&self) -> Result<Subscription, ServerFault> {
        Err(ServerFault::Unsupported)
    }
    async fn sessions(&self) -> Result<Vec<Session>, CallFault> {
        Err(NOT_YET)
    }
    async fn statuses(
        &self,
        _: &Directory,
    ) -> Result<BTreeMap<SessionId, SessionStatus>, CallFault> {
        Err(NOT_YET)
    }
    async fn permissions(&self, _: &Directory) -> Result<Vec<Permission>, CallFault> {
        Err(NOT_YET)
    }
    async fn questions(&self, _: &Directory) -> Result<Vec<Question>, CallFault> {
        Err(NOT_YET)
    }
    async fn session(&self, _: &SessionId) -> Result<Option<Session>, CallFault> {
        Err(NOT_YET)
    }
    async fn messages(
        &self,
        _: &SessionId,
        _: u32,
        _: Option<&OlderCursor>,
    ) -> Result<MessagePage, CallFault> {
        Err(NOT_YET)
    }
    async fn message(&self, _: &SessionId, _: &MessageId) -> Result<Option<Entry>, CallFault> {
        Err(NOT_YET)
    }
    async fn todos(&self, _: &SessionId) -> Result<Vec<Todo>, CallFault> {
        Err(NOT_YET)
    }
    async fn create(&self, _: &Directory, _: &RequestId) -> Result<Session, CallFault> {
        Err(NOT_YET)
    }
    async fn find_created(
        &self,
        _: &Directory,
        _: &RequestId,
    ) -> Result<Option<Session>, CallFault> {
        Err(NOT_YET)
    }
    async fn prompt(&self, _: &SessionId, _: &Prompt) -> Result<(), CallFault> {
        Err(NOT_YET)
    }
    async fn abort(&self, _: &SessionId) -> Result<(), CallFault> {
        Err(NOT_YET)
    }
    async fn reply(&self, _: &Permission, _: &PermissionReply) -> Result<(), CallFault> {
        Err(NOT_YET)
    }
    async fn answer(&self, _: &Question, _: &Answers) -> Result<(), CallFault> {
        Err(NOT_YET)
    }
    async fn skip(&self, _: &Question) -> Result<(), CallFault> {
        Err(NOT_YET)
    }
    async fn catalog(&self, _: &Directory) -> Result<Catalog, CallFault> {
        Err(NOT_YET)
    }
    async fn list(&self, _: Option<&Directory>) -> Result<Folders, CallFault> {
        Err(NOT_YET)
    }
    async fn exists(&self, _: &Directory) -> Result<bool, CallFault> {
        Err(NOT_YET)
    }
    async fn history(&self, _: &BTreeMap<SessionId, u64>) -> Result<Vec<Upstream>, CallFault> {
        Err(NOT_YET)
    }
    async fn bulk(&self, _: &BulkId) -> Result<Option<BulkBody>, CallFault> {
        Err(NOT_YET)
    }
}
