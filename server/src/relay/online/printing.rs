//! What commands print while they run, where the stream says nothing of it: asked for again
//! and again, while somebody looks and the command runs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use domain::bulk::floor_char;
use domain::event::{Event, PartRef};
use domain::id::SessionId;
use domain::part::{Part, PartBody};
use domain::tool::Tool;
use opencode::{CallFault, Printed, PrintedCursor};
use tokio::time::Instant;

use super::{Done, Online};
use crate::relay::EVENT_TEXT_MAX;
use crate::relay::live::Live;

/// How often is asked what else was printed: whoever reads along wants it soon.
const EVERY: Duration = Duration::from_secs(1);
/// How many commands are asked at once; an owner starts few.
const COMMANDS_MAX: usize = 8;

/// The commands that run.
#[derive(Debug, Default)]
pub(super) struct Printing(BTreeMap<PartRef, Command>);

/// How far one is known.
#[derive(Debug)]
struct Command {
    /// When it is asked next; none while an answer is awaited.
    due: Option<Instant>,
    /// Where it goes on.
    after: Option<PrintedCursor>,
    /// How much was read of it, in bytes.
    read: u64,
}

impl Printing {
    /// When one is asked next.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.0.values().filter_map(|command| command.due).min()
    }
}

impl Online<'_> {
    /// Looks for commands that run in a transcript that was read.
    pub(super) fn watch_commands(&mut self, live: &Live, session: &SessionId) {
        let Some(transcript) = live.mirror().transcripts.get(session) else {
            return;
        };
        let parts = transcript.entries.iter().rev().flat_map(|it| &it.parts);
        for part in parts.filter(|part| self.dialect.prints_unheard(part)) {
            if self.printing.0.len() >= COMMANDS_MAX {
                return;
            }
            let fresh = Command {
                due: Some(Instant::now()),
                after: None,
                read: 0,
            };
            self.printing.0.entry(PartRef::of(part)).or_insert(fresh);
        }
    }

    /// Asks those whose time has come, as far as somebody looks; forgets those that ended.
    pub(super) fn ask_commands(&mut self, live: &Live) {
        let now = Instant::now();
        let shared = Arc::clone(&self.worker.shared);
        let mut asked = Vec::new();
        self.printing.0.retain(|at, command| {
            let Some(tool) = running(live, at) else {
                return false;
            };
            if command.due.is_some_and(|due| now >= due) {
                // Nobody may look now and somebody later: it stays among those that run.
                let looks = shared.is_viewed(&at.session);
                command.due = (!looks).then(|| now + EVERY);
                if looks {
                    asked.push((at.clone(), tool.clone(), command.after));
                }
            }
            true
        });
        for (at, tool, after) in asked {
            let dialect = Arc::clone(&self.dialect);
            self.jobs.spawn(async move {
                let printed = dialect.printed(&tool, after).await;
                Done::Printed(at, printed)
            });
        }
    }

    /// Takes what one printed; it is asked again after a while. One that cannot be asked is
    /// let go of: its end brings all.
    pub(super) fn printed(&mut self, at: &PartRef, printed: Result<Printed, CallFault>) {
        let printed = match printed {
            Ok(printed) => printed,
            Err(fault) => {
                tracing::debug!(session.id = %at.session, %fault, "what is printed is not told");
                self.printing.0.remove(at);
                return;
            }
        };
        let Some(command) = self.printing.0.get_mut(at) else {
            return;
        };
        let shared = Arc::clone(&self.worker.shared);
        let mut live = shared.live();
        if running(&live, at).is_some() {
            let mut rest = printed.text.as_str();
            while !rest.is_empty() {
                let (text, more) = rest.split_at(floor_char(rest, EVENT_TEXT_MAX));
                live.commit(&Event::OutputAppended {
                    at: at.clone(),
                    offset: command.read,
                    text: text.to_owned(),
                });
                command.read += text.len() as u64;
                rest = more;
            }
        }
        command.after = printed.next;
        command.due = Some(Instant::now() + EVERY);
    }
}

/// A command, while it runs.
fn running<'a>(live: &'a Live, at: &PartRef) -> Option<&'a Tool> {
    let transcript = live.mirror().transcripts.get(&at.session)?;
    match transcript.part(&at.message, &at.part) {
        Some(Part {
            body: PartBody::Tool(tool),
            ..
        }) if tool.state.is_open() => Some(tool),
        Some(_) | None => None,
    }
}
