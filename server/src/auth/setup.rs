//! The first run: a token that proves access to the machine, and the owner it creates.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use domain::owner::UserName;
use subtle::ConstantTimeEq;

use super::password::{self, HashError, Password};
use super::{Attempt, Auth, Client, Opened, Token, Visitor};
use crate::store::StoreError;
use crate::store::audit::{self, Deed};
use crate::store::owner::{self, OwnerRow, SetupTokenRow};

/// The file in the data directory that holds the setup token until it is used.
pub const SETUP_FILE: &str = "setup-token";
/// How long a setup token is good.
pub const SETUP_MS: u64 = 30 * 60 * 1000;

/// What `/setup` was filled with.
pub struct NewOwner {
    /// As typed.
    pub user_name: String,
    /// As typed.
    pub password: Password,
    /// As typed again.
    pub repeat: Password,
    /// As sent.
    pub token: String,
}

impl std::fmt::Debug for NewOwner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewOwner").finish_non_exhaustive()
    }
}

/// Why no owner was created.
#[derive(Debug, thiserror::Error)]
pub enum SetupFault {
    /// There is one already.
    #[error("there is an owner already")]
    Done,
    /// The setup token is wrong, used up or too old.
    #[error("the setup token is not good")]
    BadToken,
    /// The user name cannot be used; why, as a sentence.
    #[error("{0}")]
    UserName(String),
    /// The password cannot be used; why, as a sentence.
    #[error("{0}")]
    Password(String),
    /// The password was not repeated.
    #[error("the two passwords differ")]
    Repeat,
    /// Too many failures from this client.
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
    #[error("the password could not be hashed")]
    Hash,
    /// The setup file could not be written.
    #[error("the setup token could not be written: {0}")]
    Io(#[from] std::io::Error),
}

impl From<HashError> for SetupFault {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => SetupFault::Busy,
            HashError::Failed => SetupFault::Hash,
        }
    }
}

impl Auth {
    /// Whether there is an owner.
    pub async fn has_owner(&self) -> Result<bool, StoreError> {
        self.store
            .call(|connection| Ok(owner::find(connection)?.is_some()))
            .await
    }

    /// Makes a setup token, voiding the one before, and writes it to the setup file.
    /// `None` where there is an owner already.
    pub async fn make_setup_token(&self) -> Result<Option<Token>, SetupFault> {
        if self.has_owner().await? {
            return Ok(None);
        }
        let token = Token::new();
        let row = SetupTokenRow {
            hash: token.hash().0,
            made: self.clock.now(),
        };
        self.store
            .call(move |connection| owner::set_setup_token(connection, row))
            .await?;
        if let Some(path) = &self.setup_file {
            write_private(path, &token.reveal())?;
        }
        Ok(Some(token))
    }

    /// Creates the owner from the form of `/setup` and signs them in.
    pub async fn set_up(
        &self,
        new: NewOwner,
        visitor: &Visitor,
    ) -> Result<Opened, Vec<SetupFault>> {
        let one = |fault| vec![fault];
        if self.has_owner().await.map_err(|error| one(error.into()))? {
            return Err(one(SetupFault::Done));
        }
        self.show_token(&new.token, visitor.client)
            .await
            .map_err(one)?;
        let user_name =
            UserName::parse(&new.user_name).map_err(|why| SetupFault::UserName(why.to_string()));
        let refused = password_refusal(&new).await;
        let repeated = new.password == new.repeat;
        let user_name = match (user_name, refused, repeated) {
            (Ok(user_name), None, true) => user_name,
            (user_name, refused, repeated) => {
                let mut faults: Vec<SetupFault> = user_name.err().into_iter().collect();
                faults.extend(refused.map(SetupFault::Password));
                faults.extend((!repeated).then_some(SetupFault::Repeat));
                return Err(faults);
            }
        };
        self.create_owner(&user_name, new.password)
            .await
            .map_err(one)?;
        self.begin(visitor, false)
            .await
            .map_err(|error| one(error.into()))
    }

    /// Creates the owner, for whoever has shown access to the machine.
    pub async fn create_owner(
        &self,
        user_name: &UserName,
        password: Password,
    ) -> Result<(), SetupFault> {
        let row = OwnerRow {
            user_name: user_name.as_str().to_owned(),
            password: self.hasher.hash(password).await?,
        };
        let now = self.clock.now();
        let created = self
            .store
            .call(move |connection| {
                let created = owner::create(connection, &row, now)?;
                if created {
                    audit::append(connection, now, Deed::OwnerCreated, "")?;
                }
                Ok(created)
            })
            .await?;
        self.remove_setup_file();
        if created {
            Ok(())
        } else {
            Err(SetupFault::Done)
        }
    }

    /// Checks the setup token. A wrong one counts as a failed sign-in.
    async fn show_token(&self, shown: &str, client: Client) -> Result<(), SetupFault> {
        let attempt = match self.attempt(client).await? {
            Ok(attempt) => attempt,
            Err(until) => {
                return Err(SetupFault::Locked {
                    seconds: self.seconds_until(until),
                });
            }
        };
        if self.is_setup_token(shown.trim()).await? {
            self.take_back(attempt).await?;
            return Ok(());
        }
        self.refuse_token(attempt).await
    }

    async fn refuse_token(&self, attempt: Attempt) -> Result<(), SetupFault> {
        self.note_failure(attempt).await?;
        Err(SetupFault::BadToken)
    }

    async fn is_setup_token(&self, shown: &str) -> Result<bool, StoreError> {
        let Some(shown) = Token::parse(shown) else {
            return Ok(false);
        };
        let kept = self
            .store
            .call(|connection| owner::setup_token(connection))
            .await?;
        Ok(kept.is_some_and(|kept| {
            bool::from(kept.hash.ct_eq(&shown.hash().0))
                && self.clock.now().since(kept.made) < SETUP_MS
        }))
    }

    /// Removes the setup file; that it is gone already is as good.
    fn remove_setup_file(&self) {
        let Some(path) = &self.setup_file else { return };
        match std::fs::remove_file(path) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                tracing::warn!(%error, "the used setup token could not be removed");
            }
        }
    }
}

/// Estimating a password's strength takes too long for an async thread.
async fn password_refusal(new: &NewOwner) -> Option<String> {
    let password = new.password.clone();
    let user_name = new.user_name.clone();
    tokio::task::spawn_blocking(move || password::refusal(&password, &user_name))
        .await
        .unwrap_or_else(|_| Some("This password could not be judged. Choose another.".to_owned()))
}

/// Writes a file that only we can read, in place of the one before.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}
