//! Sessions of the owner: found by their token, rolled on with use, given a new token
//! every day, ended everywhere at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::time::Millis;
use tokio_util::sync::CancellationToken;

use super::{Auth, Token};
use crate::store::audit::{self, Deed};
use crate::store::sessions::{self, SessionRow, TokenRow};
use crate::store::{StoreError, owner};

/// How long a plain session lasts without use.
pub const SESSION_MS: u64 = 24 * HOUR_MS;
/// How long a session lasts without use on a device that stays signed in.
pub const SESSION_KEPT_MS: u64 = 30 * 24 * HOUR_MS;
/// How long any session lasts, used or not.
pub const SESSION_ABSOLUTE_MS: u64 = 90 * 24 * HOUR_MS;
/// How old a token may grow before the session gets another.
pub const ROTATE_MS: u64 = 24 * HOUR_MS;
/// How long the old token counts once the new one has been seen: requests that were under
/// way carry it.
pub const OVERLAP_MS: u64 = 60 * 1000;
/// How exactly the last use is kept; less would mean a write for each request.
const TOUCH_MS: u64 = 60 * 1000;
const HOUR_MS: u64 = 60 * 60 * 1000;
/// How often it is looked for sessions that have run out or that another program revoked:
/// their streams go on at most that long.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// The owner, signed in. The router puts this into each request that it lets through.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session's number, the same as long as it lasts.
    pub session: i64,
    /// The owner's user name.
    pub owner: Arc<str>,
    /// When the owner last showed in this session to be the owner.
    pub proved: Millis,
    /// Cancelled when the session ends, by signing out here or anywhere, within a minute
    /// also when it ran out or was revoked by another process: streams end then.
    pub ended: CancellationToken,
}

/// A token was good.
#[derive(Debug)]
pub struct Admitted {
    /// Whose.
    pub signed_in: SignedIn,
    /// The token to use from now on, where it is time for another.
    pub renewed: Option<Renewed>,
}

/// A new token for a running session.
#[derive(Debug)]
pub struct Renewed {
    /// The token.
    pub token: Token,
    /// Whether the owner is to stay signed in.
    pub kept: bool,
}

/// Who must be told when a session ends.
#[derive(Debug, Default)]
pub(super) struct Open {
    // A std mutex: held for a map operation, never across an await.
    ended: Mutex<HashMap<i64, CancellationToken>>,
}

impl Open {
    fn watch(&self, session: i64) -> CancellationToken {
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.entry(session).or_default().clone()
    }

    fn keep_only(&self, left: &[i64]) {
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.retain(|session, token| {
            let stays = left.contains(session);
            if !stays {
                token.cancel();
            }
            stays
        });
    }
}

/// How long a session lasts without use.
pub(super) fn lifetime(kept: bool) -> u64 {
    if kept { SESSION_KEPT_MS } else { SESSION_MS }
}

/// What the store found out about a token.
enum Found {
    Nobody,
    Owner {
        session: i64,
        owner: String,
        proved: Millis,
        renewed: Option<bool>,
    },
}

impl Auth {
    /// Whose token this is, if it is good.
    pub async fn admit(&self, token: &Token) -> Result<Option<Admitted>, StoreError> {
        let now = self.clock.now();
        let hash = token.hash().0;
        let next = Token::new();
        let next_hash = next.hash().0;
        let found = self
            .store
            .call(move |connection| {
                let Some(row) = sessions::find(connection, hash)? else {
                    return Ok(Found::Nobody);
                };
                if row.expires <= now || is_spent(&row, now) {
                    return Ok(Found::Nobody);
                }
                let Some(owner) = owner::find(connection)? else {
                    return Ok(Found::Nobody);
                };
                if now.since(row.last_used) >= TOUCH_MS {
                    let end = row.signed_in.plus(SESSION_ABSOLUTE_MS);
                    let expires = now.plus(lifetime(row.kept)).min(end);
                    sessions::touch(connection, row.id, now, expires)?;
                }
                let rotate = match row.token {
                    TokenRow::Present { first } => {
                        if first {
                            sessions::end_old(connection, row.id, now.plus(OVERLAP_MS))?;
                        }
                        now.since(row.made) >= ROTATE_MS
                    }
                    // The answer with the new token was lost on its way: make another.
                    TokenRow::Old { until: None } => now.since(row.made) >= OVERLAP_MS,
                    TokenRow::Old { until: Some(_) } => false,
                };
                if rotate {
                    sessions::rotate(connection, row.id, hash, next_hash, now)?;
                }
                Ok(Found::Owner {
                    session: row.id,
                    owner: owner.user_name,
                    proved: row.proved,
                    renewed: rotate.then_some(row.kept),
                })
            })
            .await?;
        Ok(match found {
            Found::Nobody => None,
            Found::Owner {
                session,
                owner,
                proved,
                renewed,
            } => Some(Admitted {
                signed_in: SignedIn {
                    session,
                    owner: owner.into(),
                    proved,
                    ended: self.open.watch(session),
                },
                renewed: renewed.map(|kept| Renewed { token: next, kept }),
            }),
        })
    }

    /// Ends a session and tells its streams.
    pub async fn sign_out(&self, session: i64) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.store
            .call(move |connection| {
                sessions::end(connection, session)?;
                audit::append(connection, now, Deed::SignedOut, "")
            })
            .await?;
        self.sweep().await
    }

    /// Drops sessions that have run out and tells the streams of all that are gone. Called
    /// once a minute, and after each change here.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let left = self
            .store
            .call(move |connection| sessions::sweep(connection, now))
            .await?;
        self.open.keep_only(&left);
        Ok(())
    }

    /// Sweeps every minute until the program ends.
    pub async fn keep_sweeping(self, end: CancellationToken) {
        let mut every = tokio::time::interval(SWEEP_EVERY);
        while end.run_until_cancelled(every.tick()).await.is_some() {
            if let Err(error) = self.sweep().await {
                tracing::warn!(%error, "old sessions could not be dropped");
            }
        }
    }
}

/// Whether the token that was found is an old one whose time is over.
fn is_spent(row: &SessionRow, now: Millis) -> bool {
    match row.token {
        TokenRow::Old { until: Some(until) } => until <= now,
        TokenRow::Old { until: None } | TokenRow::Present { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use domain::owner::UserName;
    use tokio::time::Instant;

    use super::*;
    use crate::auth::{Client, password::Hasher};
    use crate::clock::ManualClock;
    use crate::store::Store;

    #[tokio::test(start_paused = true)]
    async fn a_session_that_another_program_revoked_is_cut_within_a_minute() {
        let store = Store::memory().unwrap();
        let clock = Arc::new(ManualClock::at(Millis(1)));
        let auth = Auth::new(store.clone(), clock, Hasher::cheap(), None);
        let password = || "Lantern 47 over the reef".to_owned().into();
        let name = UserName::parse("keeper").unwrap();
        auth.create_owner(&name, password()).await.unwrap();
        let visitor = auth.visitor(Client::Loopback, None, "").await.unwrap();
        let opened = auth.sign_in("keeper", password(), false, &visitor).await;
        let admitted = auth.admit(&opened.unwrap().session).await.unwrap();
        let ended = admitted.unwrap().signed_in.ended;

        let end = CancellationToken::new();
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn(auth.keep_sweeping(end.clone()));
        tokio::time::sleep(3 * SWEEP_EVERY + SWEEP_EVERY / 2).await;
        assert!(!ended.is_cancelled(), "it is good");
        let revoke = |connection: &mut rusqlite::Connection| sessions::end_all(connection);
        store.call(revoke).await.unwrap();
        let began = Instant::now();
        ended.cancelled().await;
        assert!(began.elapsed() <= Duration::from_mins(1));
        end.cancel();
        tasks.join_next().await.unwrap().unwrap();
    }
}
