//! What a session came to, read from its end backwards as far as is bearable. Nothing of it
//! is kept: whoever wants to know asks, and asks again when something moved.

use std::sync::Arc;

use domain::id::{MessageId, SessionId};
use domain::review::{Patch, Review, TURNS_MAX};
use opencode::{CallFault, Dialect};

/// How many messages are read at once.
const PAGE: u32 = 100;
/// How many stretches are read at most: more messages than most sessions have, in a second
/// or two of OpenCode's time.
const STRETCHES_MAX: usize = 12;
/// The status of an answer that was fine and is too long for us: fewer are asked for then.
const FINE: u16 = 200;

/// What `session` came to; from the message `revert` on everything is taken back.
pub async fn review(
    dialect: &Arc<dyn Dialect>,
    session: &SessionId,
    revert: Option<&MessageId>,
) -> Result<Review, CallFault> {
    let mut stretches = Vec::new();
    let mut older = None;
    let mut limit = PAGE;
    let mut whole = false;
    while stretches.len() < STRETCHES_MAX {
        let page = match dialect.told(session, limit, older.as_ref()).await {
            Err(CallFault::Refused { status: FINE, .. }) if limit > 1 => {
                limit = (limit / 8).max(1);
                continue;
            }
            answered => answered?,
        };
        stretches.push(page.told);
        older = page.older;
        if older.is_none() {
            whole = true;
            break;
        }
    }
    let told = stretches.into_iter().rev().flatten().collect();
    let mut review = Review::of(told, revert, whole);
    let account = dialect.account(session).await?;
    // What the server counts is of the whole session; what was read may be of its end.
    review.tokens = account.tokens.or(review.tokens);
    review.cost = account.cost.or(review.cost);
    if review.files.is_empty() {
        review.blind = dialect.blind(session).await?;
    }
    Ok(review)
}

/// What the `turns` did to the file at `path`, each for itself, in their order. A turn that
/// is gone, or did nothing to it, tells nothing.
pub async fn patches(
    dialect: &Arc<dyn Dialect>,
    session: &SessionId,
    turns: &[MessageId],
    path: &str,
) -> Result<Vec<Patch>, CallFault> {
    let mut patches = Vec::new();
    for turn in turns.iter().take(TURNS_MAX) {
        let changes = match dialect.turn(session, turn).await {
            Err(CallFault::NotFound) => Vec::new(),
            answered => answered?,
        };
        let found = changes.into_iter().find(|(change, _)| change.path == path);
        patches.push(found.map_or_else(Patch::default, |(change, diff)| Patch::of(&change, diff)));
    }
    Ok(patches)
}
