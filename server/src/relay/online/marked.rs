//! What a server keeps of what the owner has looked at, taken over, and told.

use std::sync::Arc;

use domain::event::Event;
use domain::id::SessionId;
use domain::session::SessionEntry;
use domain::time::Millis;
use opencode::{CallFault, ReadMark};

use super::{Done, Online};
use crate::relay::live::Live;
use crate::relay::marks::latest;

impl Online<'_> {
    /// Takes what the server says of a session; the answer is what it is to be told.
    pub(super) fn marked(
        &mut self,
        live: &mut Live,
        mark: &ReadMark,
    ) -> Option<(SessionId, Millis)> {
        let looks_on = self.worker.shared.is_seen(&mark.session);
        let word = self.worker.marks.hear(mark, looks_on)?;
        let entry = live.mirror().sessions.get(&mark.session);
        // What sub-agents did is told by the session that sent them.
        if !word.news || entry.is_some_and(SessionEntry::is_listed) {
            live.commit(&Event::UnreadChanged {
                session: mark.session.clone(),
                unread: word.news,
            });
        }
        word.tell.map(|idle| (mark.session.clone(), idle))
    }

    /// Takes what it says of all; the answer is what it is to be told.
    pub(super) fn all_marked(
        &mut self,
        live: &mut Live,
        marks: Vec<ReadMark>,
    ) -> Vec<(SessionId, Millis)> {
        let marks = latest(marks);
        let told = marks.iter().filter_map(|mark| self.marked(live, mark));
        told.collect()
    }

    /// Tells the server what was looked at, one after the other.
    pub(super) fn tell_looked_at(&mut self, told: Vec<(SessionId, Millis)>) {
        if told.is_empty() {
            return;
        }
        let dialect = Arc::clone(&self.dialect);
        self.jobs.spawn(async move {
            for (session, idle) in told {
                match dialect.view(&session, idle).await {
                    Ok(()) | Err(CallFault::NotFound) => {}
                    // Where the line broke it is told again on the next one.
                    Err(fault) => {
                        tracing::info!(session.id = %session, %fault, "a look could not be told");
                    }
                }
            }
            Done::Told
        });
    }
}
