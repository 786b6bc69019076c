//! The verbs that work on the data directory itself, for whoever has access to the machine.
//! They may run beside the server: the database is the meeting point.

use std::sync::Arc;

use domain::owner::UserName;

use crate::auth::password::{Hasher, Password, refusal};
use crate::auth::{Auth, SetupFault};
use crate::clock::{Clock, SystemClock};
use crate::config::{BadArguments, DEFAULT_LISTEN, OwnerVerb, SessionsVerb};
use crate::data_dir::{DataDir, DataDirError};
use crate::store::audit::{self, Deed};
use crate::store::{Store, StoreError, attempts, owner, sessions, settings};
use crate::terminal::{self, AskError};

/// Under which name the server keeps the address that browsers open.
pub const ADDRESS_SETTING: &str = "address";

/// Why a verb did nothing; one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum VerbError {
    /// The arguments do not make sense.
    #[error(transparent)]
    Arguments(#[from] BadArguments),
    /// The data directory cannot be used.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nothing could be asked.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// What was given cannot be used; why, as a sentence.
    #[error("{0}")]
    Refused(String),
    /// There is an owner.
    #[error("there is an owner already: use `owner reset-password` to set a new password")]
    OwnerExists,
    /// There is none.
    #[error("there is no owner yet: use `owner create` or `owner setup-link`")]
    NoOwner,
    /// Something else failed.
    #[error("{0}")]
    Failed(String),
}

/// The data directory as a verb works on it.
struct Desk {
    store: Store,
    auth: Auth,
    hasher: Hasher,
}

impl Desk {
    fn open(path: std::path::PathBuf) -> Result<Self, VerbError> {
        let dir = DataDir::open(path)?;
        let store = Store::open(&dir.database())?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let hasher = Hasher::new(cores);
        let auth = Auth::new(
            store.clone(),
            Arc::new(SystemClock),
            hasher.clone(),
            Some(dir.setup_file()),
        );
        Ok(Self {
            store,
            auth,
            hasher,
        })
    }
}

/// Carries out a verb about the owner; answers with what to print.
pub async fn owner(verb: OwnerVerb) -> Result<String, VerbError> {
    match verb {
        OwnerVerb::Create { user_name, data } => {
            let desk = Desk::open(data.resolve()?)?;
            if desk.auth.has_owner().await? {
                return Err(VerbError::OwnerExists);
            }
            let user_name = match user_name {
                Some(user_name) => user_name,
                None => terminal::ask("User name: ", "--user-name")?,
            };
            let user_name =
                UserName::parse(&user_name).map_err(|why| VerbError::Refused(why.to_string()))?;
            let password = new_password(user_name.as_str())?;
            desk.auth
                .create_owner(&user_name, password)
                .await
                .map_err(from_setup)?;
            Ok(format!(
                "The owner {} was created. Sign in with any browser.",
                user_name.as_str()
            ))
        }
        OwnerVerb::SetupLink { data } => {
            let desk = Desk::open(data.resolve()?)?;
            let token = desk.auth.make_setup_token().await.map_err(from_setup)?;
            let token = token.ok_or(VerbError::OwnerExists)?;
            let address = desk
                .store
                .call(|connection| settings::get(connection, ADDRESS_SETTING))
                .await?
                .unwrap_or_else(|| format!("http://{DEFAULT_LISTEN}"));
            desk.note(Deed::SetupLink).await?;
            Ok(format!("{address}/setup#setup={}", *token.reveal()))
        }
        OwnerVerb::ResetPassword { data } => {
            let desk = Desk::open(data.resolve()?)?;
            let found = desk
                .store
                .call(|connection| owner::find(connection))
                .await?;
            let user_name = found.ok_or(VerbError::NoOwner)?.user_name;
            let password = new_password(&user_name)?;
            let hash = desk
                .hasher
                .hash(password)
                .await
                .map_err(|error| VerbError::Failed(error.to_string()))?;
            let now = SystemClock.now();
            desk.store
                .call(move |connection| owner::change_password(connection, &hash, now))
                .await?;
            desk.note(Deed::PasswordReset).await?;
            Ok(format!(
                "The password of {user_name} was set, and all sessions were ended."
            ))
        }
        OwnerVerb::Unlock { data } => {
            let desk = Desk::open(data.resolve()?)?;
            desk.store
                .call(|connection| attempts::clear(connection))
                .await?;
            desk.note(Deed::Unlocked).await?;
            Ok("All pauses after wrong passwords were lifted.".to_owned())
        }
    }
}

/// Carries out a verb about sessions; answers with what to print.
pub async fn sessions(verb: SessionsVerb) -> Result<String, VerbError> {
    let SessionsVerb::RevokeAll { data } = verb;
    let desk = Desk::open(data.resolve()?)?;
    let ended = desk
        .store
        .call(|connection| sessions::end_all(connection))
        .await?;
    desk.note(Deed::SessionsRevoked).await?;
    Ok(match ended {
        1 => "1 session was ended.".to_owned(),
        ended => format!("{ended} sessions were ended."),
    })
}

impl Desk {
    async fn note(&self, deed: Deed) -> Result<(), StoreError> {
        let now = SystemClock.now();
        self.store
            .call(move |connection| audit::append(connection, now, deed, "command line"))
            .await
    }
}

fn new_password(user_name: &str) -> Result<Password, VerbError> {
    let password = terminal::new_password()?;
    match refusal(&password, user_name) {
        Some(why) => Err(VerbError::Refused(why)),
        None => Ok(password),
    }
}

fn from_setup(fault: SetupFault) -> VerbError {
    match fault {
        SetupFault::Done => VerbError::OwnerExists,
        SetupFault::Store(error) => VerbError::Store(error),
        other @ (SetupFault::BadToken
        | SetupFault::UserName(_)
        | SetupFault::Password(_)
        | SetupFault::Repeat
        | SetupFault::Locked { .. }
        | SetupFault::Busy
        | SetupFault::Hash
        | SetupFault::Io(_)) => VerbError::Failed(other.to_string()),
    }
}
