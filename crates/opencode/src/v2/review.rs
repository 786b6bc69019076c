//! What a session came to: what its turns changed, what it consumed.

use domain::id::{MessageId, SessionId};
use domain::review::{Blind, FileChange, Told};
use serde_json::Value;

use super::V2;
use super::route::Route;
use super::translate::session::change;
use super::wire::Data;
use super::wire::message::{Body, Row};
use super::wire::session::{FileDiff, Session};
use crate::answered::each;
use crate::dialect::{Account, OlderCursor, ToldPage};
use crate::fault::CallFault;
use crate::translate::review::tokens;

/// How many turns of one page are asked what they changed, the last ones: a prompt does not
/// say it, and the server looks at its snapshots for each question.
const TURNS_MAX: usize = 12;
/// The project of all folders that are in no repository \[?\].
const NO_PROJECT: &str = "global";

impl V2 {
    /// What the last `limit` rows of a session tell of its turns, or those before `before`.
    pub async fn told(
        &self,
        session: &SessionId,
        limit: u32,
        before: Option<&OlderCursor>,
    ) -> Result<ToldPage, CallFault> {
        let (rows, older) = self.page(session, limit, before).await?;
        let turns = turns(&rows);
        let mut told = Vec::new();
        for row in rows {
            match row.body {
                Body::User(_) => {
                    let id = MessageId::new(row.id);
                    let changes = if turns.contains(&id) {
                        self.changes(session, &id).await?
                    } else {
                        Vec::new()
                    };
                    told.push(Told::Prompt(id, changes));
                }
                Body::Assistant(step) => told.push(Told::Step {
                    tokens: tokens(&step.tokens),
                    cost: step.cost.unwrap_or_default(),
                }),
                Body::Aside(_)
                | Body::Shell(_)
                | Body::Compaction(_)
                | Body::Idle
                | Body::Seam
                | Body::Unknown { .. } => {}
            }
        }
        Ok(ToldPage { told, older })
    }

    /// What a turn changed, without a word of how; nothing where that is not known.
    async fn changes(
        &self,
        session: &SessionId,
        turn: &MessageId,
    ) -> Result<Vec<FileChange>, CallFault> {
        match self.turn(session, turn).await {
            Ok(changes) => Ok(changes.into_iter().map(|(change, _)| change).collect()),
            Err(CallFault::Down(fault)) => Err(fault.into()),
            Err(fault) => {
                tracing::debug!(%fault, "what a turn changed is not known");
                Ok(Vec::new())
            }
        }
    }

    /// What the turn of a message of the owner's changed, each file with its unified diff.
    /// Nothing where the server takes no snapshots. Both ends are named, for what goes
    /// without one is not certain \[?\].
    pub async fn turn(
        &self,
        session: &SessionId,
        message: &MessageId,
    ) -> Result<Vec<(FileChange, String)>, CallFault> {
        let request = self.door.ask(Route::Diff(session));
        let request = request.query("from", message.as_str());
        let request = request.query("to", message.as_str());
        let list: Data<Vec<Value>> = request.json().await?;
        Ok(each::<FileDiff>("changes", list.data).map(change).collect())
    }

    /// What a session has consumed.
    pub async fn account(&self, session: &SessionId) -> Result<Account, CallFault> {
        let it: Data<Session> = self.door.ask(Route::Session(session)).json().await?;
        Ok(Account {
            tokens: it.data.tokens.as_ref().map(tokens),
            cost: it.data.cost,
        })
    }

    /// Why the server does not see what is changed in a session's folder, if it does not.
    /// Whether snapshots are switched off stands in the settings, which hold keys and are
    /// not asked for.
    pub async fn blind(&self, session: &SessionId) -> Result<Option<Blind>, CallFault> {
        let it: Data<Session> = self.door.ask(Route::Session(session)).json().await?;
        let none = it.data.project.as_deref() == Some(NO_PROJECT);
        Ok(none.then_some(Blind::NoRepository))
    }
}

/// The prompts that began a turn, the last ones: what came before the turn's end belongs to
/// it. Of the first prompt of a page nobody knows, and it counts.
fn turns(rows: &[Row]) -> Vec<MessageId> {
    let mut begun = Vec::new();
    let mut at_rest = true;
    for row in rows {
        match row.body {
            Body::User(_) if at_rest => {
                at_rest = false;
                begun.push(MessageId::new(row.id.as_str()));
            }
            Body::Idle => at_rest = true,
            Body::User(_)
            | Body::Assistant(_)
            | Body::Aside(_)
            | Body::Shell(_)
            | Body::Compaction(_)
            | Body::Seam
            | Body::Unknown { .. } => {}
        }
    }
    let earlier = begun.len().saturating_sub(TURNS_MAX);
    begun.split_off(earlier)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_turn_begins_with_the_first_prompt_after_the_end_of_the_last() {
        let rows: Vec<Row> = ["user", "assistant", "user", "idle", "shell", "user", "user"]
            .iter()
            .enumerate()
            .map(|(n, kind)| Row::read(json!({ "id": format!("m{n}"), "type": kind })).unwrap())
            .collect();
        assert_eq!(turns(&rows), [MessageId::new("m0"), MessageId::new("m5")]);
    }
}
