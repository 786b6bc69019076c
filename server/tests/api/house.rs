//! A house that knows nothing and agrees to everything.

use std::sync::Arc;

use app::fault::Fault;
use app::found::Found;
use app::host::{Asks, Caller, Host, Servers, Sessions, Streams, Transcripts, Workspaces};
use app::workspace::Listing;
use async_trait::async_trait;
use domain::catalog::Catalog;
use domain::command::{Command, Origin};
use domain::connection::{Draft, Record, Tried};
use domain::find::Findings;
use domain::house::{Family, House, ServerFault};
use domain::id::{
    Directory, MessageId, PermissionId, QuestionId, RequestId, ServerId, SessionId, StreamId,
};
use domain::permission::PermissionReply;
use domain::prompt::Prompt;
use domain::question::Answers;
use domain::review::{Patch, Review};
use domain::survey::Survey;
use domain::sync::{Epoch, Focus, PageSnapshot, Passage, Position, Seq, Viewing};
use domain::time::Millis;
use server::http::page_source::{PageFault, PageSource};

/// The one session that exists.
pub(crate) const SESSION: &str = "ses_here";

pub(crate) struct FakeHouse;

pub(crate) fn host() -> Host {
    let house = Arc::new(FakeHouse);
    Host {
        sessions: house.clone(),
        asks: house.clone(),
        streams: house.clone(),
        transcripts: house.clone(),
        workspaces: house.clone(),
        servers: house,
    }
}

#[async_trait]
impl PageSource for FakeHouse {
    async fn snapshot(
        &self,
        owner: &str,
        viewing: Option<Viewing>,
    ) -> Result<PageSnapshot, PageFault> {
        if viewing
            .as_ref()
            .is_some_and(|viewing| viewing.session.as_str() != SESSION)
        {
            return Err(PageFault::NotFound);
        }
        Ok(PageSnapshot {
            build: "build".to_owned(),
            as_of: Millis(0),
            owner: owner.to_owned(),
            house_at: Position {
                epoch: Epoch(1),
                seq: Seq(0),
            },
            house: House::default(),
            servers: Vec::new(),
            viewing,
            addressee: None,
        })
    }
}

#[async_trait]
impl Sessions for FakeHouse {
    async fn create(&self, _: RequestId, _: ServerId, _: Origin) -> Result<SessionId, Fault> {
        Ok(SessionId::new(SESSION))
    }

    async fn command(&self, _: ServerId, _: SessionId, _: Command) -> Result<(), Fault> {
        Ok(())
    }

    async fn search(&self, _: String) -> Result<Vec<Found>, Fault> {
        Ok(Vec::new())
    }

    async fn prompt(&self, _: ServerId, _: SessionId, _: Prompt) -> Result<(), Fault> {
        Ok(())
    }

    async fn abort(&self, _: ServerId, _: SessionId) -> Result<(), Fault> {
        Ok(())
    }
}

#[async_trait]
impl Asks for FakeHouse {
    async fn reply(
        &self,
        caller: Caller,
        _: ServerId,
        _: PermissionId,
        _: PermissionReply,
    ) -> Result<(), Fault> {
        // Says who it took to be asking.
        Err(Fault::Conflict { what: caller.name })
    }

    async fn answer(&self, _: Caller, _: ServerId, _: QuestionId, _: Answers) -> Result<(), Fault> {
        Ok(())
    }

    async fn skip(&self, _: Caller, _: ServerId, _: QuestionId) -> Result<(), Fault> {
        Ok(())
    }
}

#[async_trait]
impl Streams for FakeHouse {
    async fn focus(&self, _: StreamId, _: Focus) -> Result<(), Fault> {
        Ok(())
    }

    async fn passage(
        &self,
        _: StreamId,
        _: ServerId,
        _: SessionId,
        _: Passage,
    ) -> Result<(), Fault> {
        Ok(())
    }
}

#[async_trait]
impl Transcripts for FakeHouse {
    async fn find(
        &self,
        _: ServerId,
        _: SessionId,
        _: String,
        _: Option<MessageId>,
    ) -> Result<Findings, Fault> {
        Ok(Findings::default())
    }

    async fn review(&self, _: ServerId, _: SessionId) -> Result<Review, Fault> {
        Ok(Review::default())
    }

    async fn patches(
        &self,
        _: ServerId,
        _: SessionId,
        _: Vec<MessageId>,
        _: String,
    ) -> Result<Vec<Patch>, Fault> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl Workspaces for FakeHouse {
    async fn recent(&self, _: ServerId) -> Result<Vec<Directory>, Fault> {
        Ok(Vec::new())
    }

    async fn list(&self, _: ServerId, directory: Option<Directory>) -> Result<Listing, Fault> {
        Ok(Listing {
            directory: directory.unwrap_or_else(|| Directory::new("/")),
            parent: None,
            folders: Vec::new(),
            cut: false,
        })
    }

    async fn find(&self, _: ServerId, _: Directory, _: String) -> Result<Vec<String>, Fault> {
        Ok(Vec::new())
    }

    /// Fails with the fault that the directory's name spells.
    async fn catalog(&self, _: ServerId, directory: Directory) -> Result<Catalog, Fault> {
        match serde_json::from_str(directory.as_str()) {
            Ok(fault) => Err(fault),
            Err(_) => Ok(Catalog::default()),
        }
    }
}

#[async_trait]
impl Servers for FakeHouse {
    async fn connect(&self, _: ServerId) -> Result<(), Fault> {
        Ok(())
    }

    async fn disconnect(&self, _: ServerId) -> Result<(), Fault> {
        Ok(())
    }

    async fn add(&self, _: Caller, _: Draft) -> Result<(), Fault> {
        Ok(())
    }

    async fn edit(&self, _: Caller, _: Draft) -> Result<(), Fault> {
        Ok(())
    }

    async fn attempt(&self, draft: Draft) -> Result<Tried, Fault> {
        Ok(Tried::Failed {
            address: draft.address,
            reason: ServerFault::Refused,
        })
    }

    async fn remove(&self, _: Caller, _: ServerId) -> Result<(), Fault> {
        Ok(())
    }

    async fn survey(&self, _: ServerId, _: bool) -> Result<Survey, Fault> {
        Ok(Survey {
            family: Family::V2,
            version: None,
            findings: Vec::new(),
        })
    }

    async fn record(&self, _: ServerId) -> Result<Record, Fault> {
        Ok(Record::default())
    }
}
