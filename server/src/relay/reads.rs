//! What is read from a server where events alone would not do: everything after a
//! connection was made, a transcript when it is wanted.
//!
//! It only reads. What the answers change is decided in `repair`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::event::Event;
use domain::house::ServerFault;
use domain::id::{Directory, SessionId};
use domain::mirror::Mirror;
use domain::permission::Permission;
use domain::question::Question;
use domain::reduce::reduce;
use domain::session::{Session, SessionStatus};
use domain::time::Millis;
use domain::todo::Todo;
use domain::transcript::{Entry, Transcript};
use futures_util::{StreamExt as _, stream};
use opencode::{CallFault, Dialect, OlderCursor};

/// How many messages of a transcript are read at once: a window and some to scroll.
pub(super) const PAGE: u32 = 60;
/// A session used within this time may still be at work.
const RECENT_MS: u64 = 24 * 60 * 60 * 1_000;
/// How many directories are asked: any request makes OpenCode start an instance there.
const DIRECTORIES_MAX: usize = 16;
/// How many questions are asked at once: the server shares its machine with the agents.
const AT_ONCE: usize = 4;
/// How many sessions that are missing from the list are looked for by name.
const MISSING_MAX: usize = 64;

/// What is to be read.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// The sessions we know: those that are not listed any more are looked for.
    pub(super) known: BTreeSet<SessionId>,
    /// Directories that were opened or spoken of in this run.
    pub(super) directories: BTreeSet<Directory>,
    /// Transcripts to read again.
    pub(super) transcripts: Vec<SessionId>,
    /// The time.
    pub(super) now: Millis,
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) sessions: Vec<Session>,
    /// The known sessions that are gone.
    pub(super) gone: Vec<SessionId>,
    pub(super) directories: BTreeMap<Directory, Activity>,
    pub(super) transcripts: Vec<(SessionId, Page)>,
}

/// What goes on in one directory.
#[derive(Debug, Default)]
pub(super) struct Activity {
    /// What its sessions do; who is absent is idle.
    pub(super) statuses: BTreeMap<SessionId, SessionStatus>,
    pub(super) permissions: Vec<Permission>,
    pub(super) questions: Vec<Question>,
}

/// The end of a transcript.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) entries: Vec<Entry>,
    pub(super) older: Option<OlderCursor>,
    pub(super) todos: Vec<Todo>,
}

/// Reads everything that `plan` names.
pub(super) async fn state(dialect: Arc<dyn Dialect>, plan: Plan) -> Result<State, CallFault> {
    let sessions = dialect.sessions().await?;
    let listed: BTreeSet<&SessionId> = sessions.iter().map(|session| &session.id).collect();
    let missing: Vec<SessionId> = plan
        .known
        .iter()
        .filter(|id| !listed.contains(id))
        .take(MISSING_MAX)
        .cloned()
        .collect();
    let gone = missing_of(&dialect, missing).await?;

    let wanted = directories_of(&plan, &sessions);
    let read: Vec<_> = stream::iter(wanted)
        .map(|directory| activity(Arc::clone(&dialect), directory))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let mut directories = BTreeMap::new();
    for one in read {
        if let Some((directory, activity)) = one? {
            directories.insert(directory, activity);
        }
    }

    let mut transcripts = Vec::new();
    for session in plan.transcripts {
        if !listed.contains(&session) {
            continue;
        }
        match transcript(Arc::clone(&dialect), session.clone()).await {
            Ok(page) => transcripts.push((session, page)),
            Err(CallFault::Down(fault)) => return Err(CallFault::Down(fault)),
            // Without this one the rest is still worth having; it is read when wanted.
            Err(fault) => tracing::warn!(session.id = %session, %fault, "transcript not read"),
        }
    }
    Ok(State {
        sessions,
        gone,
        directories,
        transcripts,
    })
}

async fn missing_of(
    dialect: &Arc<dyn Dialect>,
    missing: Vec<SessionId>,
) -> Result<Vec<SessionId>, CallFault> {
    let mut gone = Vec::new();
    let mut answers = stream::iter(missing)
        .map(|id| {
            let dialect = Arc::clone(dialect);
            async move { (dialect.session(&id).await, id) }
        })
        .buffer_unordered(AT_ONCE);
    while let Some((answer, id)) = answers.next().await {
        match answer {
            Ok(Some(_)) => {}
            Ok(None) | Err(CallFault::NotFound) => gone.push(id),
            Err(fault) => return Err(fault),
        }
    }
    Ok(gone)
}

/// The directories where something may go on, the latest used first.
fn directories_of(plan: &Plan, sessions: &[Session]) -> Vec<Directory> {
    let mut used: BTreeMap<&Directory, Millis> = BTreeMap::new();
    for session in sessions {
        let recent = plan.now.since(session.updated) < RECENT_MS;
        if recent || plan.directories.contains(&session.directory) {
            let last = used.entry(&session.directory).or_default();
            *last = (*last).max(session.updated);
        }
    }
    for directory in &plan.directories {
        used.entry(directory).or_insert(plan.now);
    }
    let mut directories: Vec<_> = used.into_iter().collect();
    directories.sort_by_key(|(_, used)| std::cmp::Reverse(*used));
    directories
        .into_iter()
        .take(DIRECTORIES_MAX)
        .map(|(directory, _)| directory.clone())
        .collect()
}

async fn activity(
    dialect: Arc<dyn Dialect>,
    directory: Directory,
) -> Result<Option<(Directory, Activity)>, CallFault> {
    let read = async {
        if !dialect.exists(&directory).await? {
            return Ok(None);
        }
        Ok(Some(Activity {
            statuses: dialect.statuses(&directory).await?,
            permissions: dialect.permissions(&directory).await?,
            questions: dialect.questions(&directory).await?,
        }))
    };
    match read.await {
        Ok(activity) => Ok(activity.map(|activity| (directory, activity))),
        Err(CallFault::Down(fault)) => Err(CallFault::Down(fault)),
        Err(fault) => {
            tracing::warn!(%directory, %fault, "directory not read");
            Ok(None)
        }
    }
}

/// Reads the end of a transcript.
pub(super) async fn transcript(
    dialect: Arc<dyn Dialect>,
    session: SessionId,
) -> Result<Page, CallFault> {
    let page = dialect.messages(&session, PAGE, None).await?;
    let todos = match dialect.todos(&session).await {
        Ok(todos) => todos,
        Err(CallFault::Down(fault)) => return Err(CallFault::Down(fault)),
        Err(_) => Vec::new(),
    };
    Ok(Page {
        entries: page.entries,
        older: page.older,
        todos,
    })
}

/// Messages as they are when their session does not run: closed.
pub(super) fn closed(session: &SessionId, entries: Vec<Entry>) -> Vec<Entry> {
    let mut mirror = Mirror::default();
    let transcript = Transcript {
        entries,
        ..Transcript::default()
    };
    mirror.transcripts.insert(session.clone(), transcript);
    reduce(
        &mut mirror,
        &Event::TurnSettled {
            session: session.clone(),
        },
    );
    mirror
        .transcripts
        .remove(session)
        .map(|transcript| transcript.entries)
        .unwrap_or_default()
}

/// The fault of the server behind a call's fault, where the connection is in question.
pub(super) fn fault_of(fault: CallFault) -> ServerFault {
    match fault {
        CallFault::Down(fault) => fault,
        CallFault::NotFound | CallFault::Busy => ServerFault::Garbled,
        CallFault::Refused { status, .. } => ServerFault::Failed { status },
    }
}
