//! Signing in and out.

use domain::time::Millis;

use super::password::{HashError, Password, Verified};
use super::sessions::lifetime;
use super::{Auth, Client, Token};
use crate::store::StoreError;
use crate::store::audit::{self, Deed};
use crate::store::owner::{self, OwnerRow};
use crate::store::sessions::{self, NewSession};

/// The longest description of a browser that is kept, in characters.
const AGENT_MAX_CHARS: usize = 200;

/// Who asks.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Whose failures are counted.
    pub client: Client,
    /// The token of a browser that has signed in before, as its cookie says.
    pub device: Option<Token>,
    /// The browser, as it calls itself.
    pub agent: String,
}

/// A session was opened: what the browser must keep.
#[derive(Debug)]
pub struct Opened {
    /// The session's token.
    pub session: Token,
    /// Whether the owner is to stay signed in.
    pub kept: bool,
    /// The browser's token, where it has none yet.
    pub device: Option<Token>,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInFault {
    /// The user name or the password was wrong.
    #[error("the user name or the password is wrong")]
    Wrong {
        /// Tries left before the pause.
        left: u32,
    },
    /// Too many failures.
    #[error("locked for {seconds} s")]
    Locked {
        /// Seconds until the next try.
        seconds: u64,
    },
    /// Too many passwords are being hashed.
    #[error("too many sign-ins at once")]
    Busy,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The hashing failed.
    #[error("the password could not be compared")]
    Hash,
}

impl Auth {
    /// Who asks, where `device` is what the browser's cookie says: a browser that has
    /// signed in before is counted by itself, wherever it is.
    pub async fn visitor(
        &self,
        client: Client,
        device: Option<Token>,
        agent: &str,
    ) -> Result<Visitor, StoreError> {
        let known = match &device {
            Some(token) => {
                let hash = token.hash().0;
                self.store
                    .call(move |connection| sessions::find_device(connection, hash))
                    .await?
            }
            None => None,
        };
        Ok(Visitor {
            client: known.map_or(client, Client::Device),
            device: device.filter(|_| known.is_some()),
            agent: agent.chars().take(AGENT_MAX_CHARS).collect(),
        })
    }

    /// Signs the owner in.
    pub async fn sign_in(
        &self,
        user_name: &str,
        password: Password,
        kept: bool,
        visitor: &Visitor,
    ) -> Result<Opened, SignInFault> {
        let user_name = user_name.trim();
        let named = |owner: &OwnerRow| owner.user_name == user_name;
        self.compare(visitor, named, password).await?;
        Ok(self.begin(visitor, kept).await?)
    }

    /// Compares a password with the owner's, if the owner `is_meant`. Limits come before
    /// hashing; a locked client is told the same in the same time, whatever its password.
    pub(super) async fn compare(
        &self,
        visitor: &Visitor,
        is_meant: impl Fn(&OwnerRow) -> bool,
        password: Password,
    ) -> Result<(), SignInFault> {
        let attempt = match self.attempt(visitor.client).await? {
            Ok(attempt) => attempt,
            Err(until) => {
                return Err(SignInFault::Locked {
                    seconds: self.seconds_until(until),
                });
            }
        };
        let owner = self
            .store
            .call(|connection| owner::find(connection))
            .await?;
        let hash = owner.filter(|it| is_meant(it)).map(|owner| owner.password);
        match self.hasher.verify(password, hash.clone()).await {
            Ok(Verified::Right { rehashed }) => {
                self.take_back(attempt).await?;
                if let (Some(old), Some(new)) = (hash, rehashed) {
                    self.store
                        .call(move |connection| owner::keep_hash(connection, &old, &new))
                        .await?;
                }
                Ok(())
            }
            Ok(Verified::Wrong) => {
                self.note_failure(attempt).await?;
                Err(SignInFault::Wrong { left: attempt.left })
            }
            Err(HashError::Busy) => {
                self.uncount(attempt).await?;
                Err(SignInFault::Busy)
            }
            Err(HashError::Failed) => Err(SignInFault::Hash),
        }
    }

    /// Opens a session for a visitor who has shown to be the owner.
    pub(super) async fn begin(&self, visitor: &Visitor, kept: bool) -> Result<Opened, StoreError> {
        let now = self.clock.now();
        let session = Token::new();
        let hash = session.hash().0;
        let known = visitor.device.as_ref().map(|token| token.hash().0);
        let fresh = Token::new();
        let fresh_hash = fresh.hash().0;
        let client = visitor.client.to_string();
        let agent = visitor.agent.clone();
        let remembered = self
            .store
            .call(move |connection| {
                let transaction = connection.transaction()?;
                let device = match known {
                    Some(hash) => sessions::find_device(&transaction, hash)?,
                    None => None,
                };
                let id = match device {
                    Some(id) => {
                        sessions::touch_device(&transaction, id, now)?;
                        id
                    }
                    None => sessions::add_device(&transaction, fresh_hash, now)?,
                };
                sessions::begin(
                    &transaction,
                    &NewSession {
                        hash,
                        device: id,
                        kept,
                        now,
                        expires: now.plus(lifetime(kept)),
                        client: client.clone(),
                        agent,
                    },
                )?;
                audit::append(&transaction, now, Deed::SignedIn, &client)?;
                transaction.commit()?;
                Ok(device.is_some())
            })
            .await?;
        Ok(Opened {
            session,
            kept,
            device: (!remembered).then_some(fresh),
        })
    }

    /// Seconds until `until`, at least one.
    pub(super) fn seconds_until(&self, until: Millis) -> u64 {
        until.since(self.clock.now()).div_ceil(1000).max(1)
    }
}
