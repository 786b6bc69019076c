//! What a page is drawn from, gathered before it is drawn.

use std::time::Duration;

use async_trait::async_trait;
use domain::sync::{
    INDEX_DEFAULT, Index, PageSnapshot, ServerSnapshot, SessionWindow, Viewing, WINDOW_ROWS,
    WindowFault,
};
use domain::transcript::{Transcript, back_from};

use super::Nexus;
use crate::http::page_source::{PageFault, PageSource};
use crate::relay::live::Live;
use crate::relay::weight::weight;

/// How long a page waits for its transcript; a reader would rather see the rest then.
const PATIENCE: Duration = Duration::from_secs(2);
/// How much of a transcript a page carries, roughly, in bytes; what is before it comes on
/// demand.
const WINDOW_MAX_BYTES: usize = 64 * 1024;

#[async_trait]
impl PageSource for Nexus {
    async fn snapshot(
        &self,
        owner: &str,
        viewing: Option<Viewing>,
    ) -> Result<PageSnapshot, PageFault> {
        if let Some(viewing) = &viewing {
            let relay = self.hub.relay(&viewing.server);
            let relay = relay.ok_or(PageFault::NotFound)?;
            let look = relay.look(viewing.session.clone());
            let looked = tokio::time::timeout(PATIENCE, look).await;
            let known = relay.with(|live| {
                let sessions = &live.mirror().sessions;
                !live.primed() || sessions.contains_key(&viewing.session)
            });
            match looked {
                Ok(Err(WindowFault::NotFound)) => return Err(PageFault::NotFound),
                // The server cannot be asked, but it is known not to have had it.
                Ok(Err(WindowFault::Unreachable)) if !known => return Err(PageFault::NotFound),
                // What is not at hand in time comes by the stream.
                Ok(Ok(()) | Err(WindowFault::Unreachable)) | Err(_) => {}
            }
        }
        let addressee = match &viewing {
            Some(viewing) => self.addressee(viewing).await,
            None => None,
        };
        let mut servers = Vec::new();
        for relay in self.hub.relays() {
            let server = relay.server().clone();
            let session = viewing
                .as_ref()
                .filter(|it| it.server == server)
                .map(|it| &it.session);
            let snapshot = relay.with(|live| {
                live.primed().then(|| ServerSnapshot {
                    server,
                    at: live.position(),
                    index: index(live, session),
                    window: session.and_then(|session| window(live, session)),
                })
            });
            servers.extend(snapshot);
        }
        // Read last: it names every server above.
        let (house_at, house) = self.hub.house().snapshot();
        // One that was removed in between would never be heard of again.
        servers.retain(|it| house.servers.contains_key(&it.server));
        Ok(PageSnapshot {
            build: self.hub.build().to_owned(),
            as_of: self.hub.clock().now(),
            owner: owner.to_owned(),
            house_at,
            house,
            servers,
            viewing,
            addressee,
        })
    }
}

fn size(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// The list, with what stands around the session that is looked at.
fn index(live: &Live, session: Option<&domain::id::SessionId>) -> Index {
    let index = Index::of(live.mirror(), size(INDEX_DEFAULT));
    match session {
        Some(session) => index.with_family(live.mirror(), session),
        None => index,
    }
}

fn window(live: &Live, session: &domain::id::SessionId) -> Option<SessionWindow> {
    live.held_since(session)?;
    let transcript = live.mirror().transcripts.get(session)?;
    Some(SessionWindow {
        session: session.clone(),
        transcript: end_of(transcript),
    })
}

/// The end of a transcript that a page can carry: at least the last message.
fn end_of(transcript: &Transcript) -> Transcript {
    let mut room = WINDOW_MAX_BYTES;
    let mut shown = 0;
    let all = &transcript.entries;
    let from = back_from(all, all.len(), WINDOW_ROWS);
    for entry in all.iter().skip(from).rev() {
        let Some(left) = room.checked_sub(weight(entry)) else {
            break;
        };
        room = left;
        shown += 1;
    }
    transcript.tail(shown.max(1))
}
