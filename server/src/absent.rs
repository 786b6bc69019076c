//! Stands where the relay will: a house without servers.

use std::sync::Arc;

use app::fault::Fault;
use app::host::{Asks, Host, Servers, Sessions, Streams, Workspaces};
use app::workspace::Listing;
use async_trait::async_trait;
use axum::Router;
use domain::catalog::Catalog;
use domain::house::{House, ServerFault};
use domain::id::{
    Directory, MessageId, PermissionId, QuestionId, RequestId, ServerId, SessionId, StreamId,
};
use domain::permission::PermissionReply;
use domain::prompt::Prompt;
use domain::question::Answers;
use domain::sync::{Epoch, Focus, PageSnapshot, Position, Seq, Viewing};

use crate::clock::Clock;
use crate::config::OpenCodeChoice;
use crate::http::page_source::{PageFault, PageSource};
use crate::secrets::Vault;

/// What is live.
pub(crate) struct Live {
    pub(crate) host: Host,
    pub(crate) pages: Arc<dyn PageSource>,
    pub(crate) routes: Router,
}

struct Nothing {
    clock: Arc<dyn Clock>,
    build: String,
}

/// Nothing is.
pub(crate) fn live(
    _vault: &Arc<Vault>,
    clock: &Arc<dyn Clock>,
    _opencode: &OpenCodeChoice,
    build: &str,
) -> Live {
    let nothing = Arc::new(Nothing {
        clock: Arc::clone(clock),
        build: build.to_owned(),
    });
    Live {
        host: Host {
            sessions: nothing.clone(),
            asks: nothing.clone(),
            streams: nothing.clone(),
            workspaces: nothing.clone(),
            servers: nothing.clone(),
        },
        pages: nothing,
        routes: Router::new(),
    }
}

#[async_trait]
impl PageSource for Nothing {
    async fn snapshot(
        &self,
        owner: &str,
        viewing: Option<Viewing>,
    ) -> Result<PageSnapshot, PageFault> {
        if viewing.is_some() {
            return Err(PageFault::NotFound);
        }
        Ok(PageSnapshot {
            build: self.build.clone(),
            as_of: self.clock.now(),
            owner: owner.to_owned(),
            house_at: Position {
                epoch: Epoch(0),
                seq: Seq(0),
            },
            house: House::default(),
            servers: Vec::new(),
            viewing: None,
        })
    }
}

fn down<T>() -> Result<T, Fault> {
    Err(Fault::ServerDown {
        reason: ServerFault::Unreachable,
    })
}

#[async_trait]
impl Sessions for Nothing {
    async fn create(&self, _: RequestId, _: ServerId, _: Directory) -> Result<SessionId, Fault> {
        down()
    }
    async fn prompt(&self, _: ServerId, _: SessionId, _: Prompt) -> Result<(), Fault> {
        down()
    }
    async fn abort(&self, _: ServerId, _: SessionId) -> Result<(), Fault> {
        down()
    }
}

#[async_trait]
impl Asks for Nothing {
    async fn reply(&self, _: ServerId, _: PermissionId, _: PermissionReply) -> Result<(), Fault> {
        down()
    }
    async fn answer(&self, _: ServerId, _: QuestionId, _: Answers) -> Result<(), Fault> {
        down()
    }
    async fn skip(&self, _: ServerId, _: QuestionId) -> Result<(), Fault> {
        down()
    }
}

#[async_trait]
impl Streams for Nothing {
    async fn focus(&self, _: StreamId, _: Focus) -> Result<(), Fault> {
        down()
    }
    async fn older(
        &self,
        _: StreamId,
        _: ServerId,
        _: SessionId,
        _: MessageId,
    ) -> Result<(), Fault> {
        down()
    }
}

#[async_trait]
impl Workspaces for Nothing {
    async fn recent(&self, _: ServerId) -> Result<Vec<Directory>, Fault> {
        down()
    }
    async fn list(&self, _: ServerId, _: Option<Directory>) -> Result<Listing, Fault> {
        down()
    }
    async fn catalog(&self, _: ServerId, _: Directory) -> Result<Catalog, Fault> {
        down()
    }
}

#[async_trait]
impl Servers for Nothing {
    async fn connect(&self, _: ServerId) -> Result<(), Fault> {
        down()
    }
    async fn disconnect(&self, _: ServerId) -> Result<(), Fault> {
        down()
    }
    async fn set_credentials(&self, _: ServerId, _: String, _: String) -> Result<(), Fault> {
        down()
    }
}
