//! Reading sessions beyond what their windows show: words in them, what they changed.

use app::fault::Fault;
use app::host::Transcripts;
use async_trait::async_trait;
use domain::find::{Findings, Query};
use domain::id::{MessageId, ServerId, SessionId};
use domain::review::{Patch, Review};
use opencode::CallFault;

use super::{Nexus, faults};
use crate::relay::review;

impl Nexus {
    /// Reads a session as a whole when it is its turn: that may take OpenCode a second, and
    /// its agents come first.
    async fn in_turn<T>(
        &self,
        reading: impl Future<Output = Result<T, CallFault>>,
    ) -> Result<T, Fault> {
        let _turn = self.reviews.acquire().await.map_err(|_| Fault::Unsure)?;
        let read = reading.await;
        read.map_err(|fault| faults::call("This session", fault))
    }
}

#[async_trait]
impl Transcripts for Nexus {
    async fn find(
        &self,
        server: ServerId,
        session: SessionId,
        query: String,
        from: Option<MessageId>,
    ) -> Result<Findings, Fault> {
        let query = Query::parse(&query).ok_or_else(faults::long_query)?;
        let relay = self.relay(&server)?;
        let found = relay.find(&session, &query, from.as_ref()).await;
        found.map_err(|why| faults::window(why, &relay, &self.hub))
    }

    async fn review(&self, server: ServerId, session: SessionId) -> Result<Review, Fault> {
        let dialect = self.dialect(&server)?;
        let revert = self.relay(&server)?.with(|live| {
            let entry = live.mirror().sessions.get(&session)?;
            Some(entry.session.revert.as_ref()?.message.clone())
        });
        let review = review::review(&dialect, &session, revert.as_ref());
        self.in_turn(review).await
    }

    async fn patches(
        &self,
        server: ServerId,
        session: SessionId,
        turns: Vec<MessageId>,
        path: String,
    ) -> Result<Vec<Patch>, Fault> {
        let dialect = self.dialect(&server)?;
        let patches = review::patches(&dialect, &session, &turns, &path);
        self.in_turn(patches).await
    }
}
