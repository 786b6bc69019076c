//! The database: SQLite, one writer thread that owns the only connection.
//!
//! Rows are structs of their own, apart from domain and wire types; each noun has a file
//! with its rows and its queries as plain functions over a [`Connection`]. Nothing here
//! knows about HTTP or the time.

pub mod archive;
pub mod attempts;
pub mod audit;
mod migrate;
mod open;
pub mod owner;
pub mod prompts;
pub mod servers;
pub mod sessions;
pub mod settings;
pub mod times;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

pub use migrate::Migration;

/// How many calls may wait for the writer. A call takes well under a millisecond; a queue
/// this long means the disk hangs, and waiting callers then hold their requests back.
const QUEUE_CALLS: usize = 256;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// A handle to the database; cheap to clone. The writer ends when the last one is gone.
#[derive(Clone)]
pub struct Store(Writer);

/// Who works on the database.
#[derive(Clone)]
enum Writer {
    /// A thread of its own.
    Thread(mpsc::Sender<Job>),
    /// Whoever calls: where there is no disk to wait for.
    Caller(Arc<Mutex<Connection>>),
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused, for instance because the disk is full.
    #[error("the database failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The file is not a database or is damaged: restore a backup.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// The file was written by a newer version of this program.
    #[error("the database is of a newer version ({found}) than this program ({known})")]
    TooNew {
        /// The version of the file.
        found: u32,
        /// The newest version that this program knows.
        known: u32,
    },
    /// A file beside the database could not be written or read.
    #[error("the data directory failed: {0}")]
    Io(#[from] std::io::Error),
    /// The writer is gone: the program is ending.
    #[error("the database is closed")]
    Closed,
}

impl Store {
    /// Opens the database file, checks it and brings it to the present version. Blocks.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::start(open::file(path)?)
    }

    /// A database in memory, for tests. It answers at once, so that a test whose clock
    /// stands still needs no other thread to go on.
    pub fn memory() -> Result<Self, StoreError> {
        let connection = Arc::new(Mutex::new(open::memory()?));
        Ok(Self(Writer::Caller(connection)))
    }

    fn start(connection: Connection) -> Result<Self, StoreError> {
        let (jobs, mut queue) = mpsc::channel::<Job>(QUEUE_CALLS);
        // Detached: it ends by itself when the last handle is gone, and every call that
        // was answered is already on the disk.
        std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || {
                let mut connection = connection;
                while let Some(job) = queue.blocking_recv() {
                    job(&mut connection);
                }
            })?;
        Ok(Self(Writer::Thread(jobs)))
    }

    /// Runs `work` on the writer's thread and answers with what it returned. Dropping the
    /// future does not undo work that has been queued.
    pub async fn call<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let jobs = match &self.0 {
            Writer::Thread(jobs) => jobs,
            Writer::Caller(connection) => {
                let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                return work(&mut connection);
            }
        };
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // Nobody waits any more where the caller was dropped; the work is done.
            let _ = answer.send(work(connection));
        });
        jobs.send(job).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }
}
