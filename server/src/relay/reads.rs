//! What is read from a server where events alone would not do: everything after a
//! connection was made, a transcript when it is wanted.
//!
//! It only reads. What the answers change is decided in `repair`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::event::Event;
use domain::house::ServerFault;
use domain::id::{Directory, MessageId, SessionId};
use domain::mirror::Mirror;
use domain::permission::Permission;
use domain::question::Question;
use domain::reduce::reduce;
use domain::session::{Session, SessionStatus};
use domain::time::Millis;
use domain::todo::Todo;
use domain::transcript::{Entry, Transcript};
use futures_util::{StreamExt as _, stream};
use opencode::{CallFault, Dialect, InUse, Listed, MessagePage, OlderCursor, ReadMark, Upstream};

use super::missed;
use super::whole::Begun;

/// How many messages of a transcript are read at once: a window and some to scroll.
pub(super) const PAGE: u32 = 60;
/// A session used within this time may still be at work.
const RECENT_MS: u64 = 24 * 60 * 60 * 1_000;
/// How many directories are asked: any request makes OpenCode start an instance there.
const DIRECTORIES_MAX: usize = 16;
/// How many questions are asked at once: the server shares its machine with the agents.
const AT_ONCE: usize = 4;
/// How many sessions, or messages of one, that are missing from a list are looked for by name.
const MISSING_MAX: usize = 64;

/// What is to be read.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// The sessions we know, where they are and when they were used last: those that are not
    /// listed any more are looked for.
    pub(super) known: BTreeMap<SessionId, (Directory, Millis)>,
    /// Directories where sessions run, ask or are looked at: these come first.
    pub(super) busy: BTreeSet<Directory>,
    /// Directories that were opened or spoken of in this run.
    pub(super) directories: BTreeSet<Directory>,
    /// What the read before left out, where this one makes up for it.
    pub(super) left: Left,
    /// How far the transcripts that are held are whole: what came after is in the log.
    pub(super) whole: BTreeMap<SessionId, u64>,
    /// Transcripts to have up to date.
    pub(super) transcripts: Vec<Again>,
    /// The time.
    pub(super) now: Millis,
}

/// A transcript that is held, to be brought up to date.
#[derive(Clone, Debug)]
pub(super) struct Again {
    pub(super) session: SessionId,
    /// Where its numbers stand.
    pub(super) begun: Begun,
    /// The messages that are held.
    pub(super) messages: Vec<MessageId>,
}

/// What a read did not learn: of which directories what goes on there, and more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Left {
    /// Those that are to be asked yet.
    pub(super) unread: BTreeSet<Directory>,
    /// Those of them that do not seem to exist. A server that stumbles says the same, so it
    /// takes two reads to believe it.
    pub(super) missing: BTreeSet<Directory>,
    /// Whether anything runs, asks or is looked at in one of them.
    pub(super) busy: bool,
    /// Whether things to do of some session could not be read.
    pub(super) todos: bool,
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) sessions: Vec<Session>,
    /// Which of them were looked at, where the server keeps that.
    pub(super) marks: Vec<ReadMark>,
    /// The known sessions that are gone.
    pub(super) gone: Vec<SessionId>,
    /// Whether more of them may be: not all that are missing were looked for.
    pub(super) more_gone: bool,
    /// What runs, from a server that says it of all directories at once: nothing else does.
    pub(super) active: Option<BTreeMap<SessionId, SessionStatus>>,
    /// Whether only the sessions of directories in use are listed.
    pub(super) partly: bool,
    pub(super) directories: BTreeMap<Directory, Activity>,
    pub(super) left: Left,
    pub(super) transcripts: Vec<(SessionId, Begun, Page)>,
    /// What the server's log says, where it keeps one.
    pub(super) log: Option<Log>,
    /// Things to do of the transcripts that the log brings up to date: it does not name
    /// them.
    pub(super) todos: Vec<(SessionId, Vec<Todo>)>,
}

/// What happened in some sessions since we last were whole.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// In which.
    pub(super) of: BTreeSet<SessionId>,
    /// What, and in sessions that nobody knew.
    pub(super) items: Vec<Upstream>,
    /// The sessions of which the log knows less than we: the server lost something.
    pub(super) lost: BTreeSet<SessionId>,
}

impl Log {
    /// The sessions in which anything happened.
    fn moved(&self) -> BTreeSet<&SessionId> {
        let numbers = self.items.iter().filter_map(|item| match item {
            Upstream::Seq { session, .. } => Some(session),
            Upstream::Event(_)
            | Upstream::Closed { .. }
            | Upstream::Delta { .. }
            | Upstream::Begun { .. }
            | Upstream::Connected
            | Upstream::Heartbeat
            | Upstream::Disposed { .. }
            | Upstream::Look(_)
            | Upstream::Mark(_)
            | Upstream::Missed
            | Upstream::Unknown { .. } => None,
        });
        numbers
            .filter(|session| self.of.contains(*session))
            .collect()
    }
}

/// What goes on in one directory.
#[derive(Debug, Default)]
pub(super) struct Activity {
    /// What its sessions do; who is absent is idle. Empty where the server says it of all
    /// directories at once.
    pub(super) statuses: BTreeMap<SessionId, SessionStatus>,
    pub(super) permissions: Vec<Permission>,
    pub(super) questions: Vec<Question>,
}

/// The end of a transcript.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) entries: Vec<Entry>,
    pub(super) older: Option<OlderCursor>,
    /// Things to do; none where they could not be read.
    pub(super) todos: Option<Vec<Todo>>,
    /// The messages that are held and were removed: not those that are merely absent.
    pub(super) gone: BTreeSet<MessageId>,
}

impl Page {
    /// Whether a message is among those that were read.
    fn has(&self, id: &MessageId) -> bool {
        self.entries.iter().any(|entry| entry.message.id == *id)
    }
}

/// Reads everything that `plan` names.
pub(super) async fn state(dialect: Arc<dyn Dialect>, plan: Plan) -> Result<State, CallFault> {
    // Before the sessions: a turn that begins in between is told by the stream.
    let active = dialect.active().await?;
    let Listed {
        sessions,
        only,
        marks,
    } = dialect.sessions(&in_use(&plan)).await?;
    let listed: BTreeSet<&SessionId> = sessions.iter().map(|session| &session.id).collect();
    // Who is in a directory that was not asked is not missing.
    let asked = |directory| only.as_ref().is_none_or(|only| only.contains(directory));
    let missing = || {
        let known = plan.known.iter();
        known.filter(|(id, (directory, _))| !listed.contains(id) && asked(directory))
    };
    let looked_for = missing().take(MISSING_MAX);
    let looked_for = looked_for.map(|(id, _)| id.clone()).collect();
    let gone = missing_of(&dialect, looked_for).await?;
    // Where none of those is gone the others will hardly be, and would be looked for for ever.
    let more_gone = !gone.is_empty() && missing().nth(MISSING_MAX).is_some();

    let (directories, mut left) = activities(&dialect, &plan, &sessions, active.is_some()).await?;
    let log = log(&dialect, &plan, &listed).await?;
    let mut transcripts = Vec::new();
    let mut todos = Vec::new();
    let looked_at: BTreeSet<SessionId> = plan
        .transcripts
        .iter()
        .map(|again| again.session.clone())
        .collect();
    for session in log.iter().flat_map(Log::moved) {
        if !looked_at.contains(session) && listed.contains(session) {
            let list = todos_of(&dialect, session).await?;
            left.todos |= list.is_none();
            todos.extend(list.map(|list| (session.clone(), list)));
        }
    }
    for again in plan.transcripts {
        let (session, begun) = (again.session, again.begun);
        if !listed.contains(&session) {
            continue;
        }
        if log.as_ref().is_some_and(|log| log.of.contains(&session)) {
            let list = todos_of(&dialect, &session).await?;
            left.todos |= list.is_none();
            todos.extend(list.map(|list| (session, list)));
            continue;
        }
        match transcript_again(&dialect, &session, &again.messages).await {
            Ok(page) => {
                left.todos |= page.todos.is_none();
                transcripts.push((session, begun, page));
            }
            Err(CallFault::Down(fault)) => return Err(CallFault::Down(fault)),
            // Without this one the rest is still worth having; it is read when wanted.
            Err(fault) => tracing::warn!(session.id = %session, %fault, "transcript not read"),
        }
    }
    Ok(State {
        sessions,
        marks,
        gone,
        more_gone,
        active,
        partly: only.is_some(),
        directories,
        left,
        transcripts,
        log,
        todos,
    })
}

/// What the log says of the transcripts that are held and whole up to some number. Never
/// the log as a whole: every other session is named with a number that nothing comes after.
/// It is asked for what we know last, too, which proves that it goes on from there.
async fn log(
    dialect: &Arc<dyn Dialect>,
    plan: &Plan,
    listed: &BTreeSet<&SessionId>,
) -> Result<Option<Log>, CallFault> {
    if plan.whole.is_empty() {
        return Ok(None);
    }
    let all = plan.known.keys().chain(listed.iter().copied());
    let mut after: BTreeMap<SessionId, u64> = all.map(|id| (id.clone(), u64::MAX)).collect();
    for (id, seq) in &plan.whole {
        match seq.checked_sub(1) {
            Some(before) => after.insert(id.clone(), before),
            // All of a session comes where it is not named.
            None => after.remove(id),
        };
    }
    match dialect.history(&after).await {
        Ok(items) => Ok(items.map(|items| {
            let (items, of) = missed::beyond(items, &plan.whole);
            let lost = plan.whole.keys();
            // The log of one that was deleted goes with it.
            let lost = lost.filter(|id| !of.contains(*id) && listed.contains(id));
            Log {
                lost: lost.cloned().collect(),
                of,
                items,
            }
        })),
        // The route went: reads must do.
        Err(CallFault::Down(ServerFault::NotOpenCode)) => Ok(None),
        Err(CallFault::Down(ServerFault::TimedOut)) if is_well(dialect).await => Ok(None),
        Err(CallFault::Down(fault)) => Err(CallFault::Down(fault)),
        // More happened than fits one answer, perhaps: reads are bounded.
        Err(fault) => {
            tracing::warn!(%fault, "the log is not to be had");
            Ok(None)
        }
    }
}

/// Things to do in a session; none where the server does not say, which is not that there
/// are none.
async fn todos_of(
    dialect: &Arc<dyn Dialect>,
    session: &SessionId,
) -> Result<Option<Vec<Todo>>, CallFault> {
    match dialect.todos(session).await {
        Ok(todos) => Ok(Some(todos)),
        Err(CallFault::Down(fault)) => Err(CallFault::Down(fault)),
        Err(CallFault::NotFound | CallFault::Unsupported) => Ok(Some(Vec::new())),
        Err(fault) => {
            tracing::info!(session.id = %session, %fault, "things to do not read");
            Ok(None)
        }
    }
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
            Err(CallFault::Down(fault)) => return Err(CallFault::Down(fault)),
            // Nobody said that it does not exist.
            Err(fault) => tracing::warn!(session.id = %id, %fault, "session not looked up"),
        }
    }
    Ok(gone)
}

/// The directories in use as far as is known before anything is read.
fn in_use(plan: &Plan) -> InUse {
    let since = Millis(plan.now.0.saturating_sub(RECENT_MS));
    let mut lately: Vec<&(Directory, Millis)> = plan.known.values().collect();
    lately.retain(|(_, used)| *used >= since);
    lately.sort_by_key(|(_, used)| std::cmp::Reverse(*used));
    let lately = lately.into_iter().map(|(directory, _)| directory);
    let all = plan.busy.iter().chain(&plan.directories).chain(lately);
    let mut seen = BTreeSet::new();
    InUse {
        directories: all.filter(|it| seen.insert(*it)).cloned().collect(),
        since,
    }
}

/// The directories where something may go on: those that are owed since the read before,
/// then those where something does, then the latest used.
fn directories_of(plan: &Plan, sessions: &[Session]) -> Vec<Directory> {
    let mut used: BTreeMap<&Directory, Millis> = BTreeMap::new();
    for session in sessions {
        let recent = plan.now.since(session.updated) < RECENT_MS;
        if recent || plan.directories.contains(&session.directory) {
            let last = used.entry(&session.directory).or_default();
            *last = (*last).max(session.updated);
        }
    }
    let owed = &plan.left.unread;
    for directory in plan.directories.iter().chain(&plan.busy).chain(owed) {
        used.entry(directory).or_insert(plan.now);
    }
    let mut directories: Vec<_> = used.into_iter().collect();
    directories.sort_by_key(|(directory, used)| {
        let (owed, busy) = (owed.contains(directory), plan.busy.contains(directory));
        std::cmp::Reverse((owed, busy, *used))
    });
    directories
        .into_iter()
        .take(DIRECTORIES_MAX)
        .map(|(directory, _)| directory.clone())
        .collect()
}

/// What goes on in the directories where something may, and where that could not be learnt.
/// A server that says which it has loaded is asked for all of these: in others nothing is
/// asked, nor runs.
async fn activities(
    dialect: &Arc<dyn Dialect>,
    plan: &Plan,
    sessions: &[Session],
    active_is_known: bool,
) -> Result<(BTreeMap<Directory, Activity>, Left), CallFault> {
    let loaded = dialect.loaded().await?;
    let exists = loaded.is_some();
    let mut directories = BTreeMap::new();
    let mut left = Left::default();
    let wanted = if let Some(loaded) = loaded {
        // Whatever was asked in those that are loaded no more is asked no more.
        let busy = plan.busy.iter();
        directories.extend(busy.map(|it| (it.clone(), Activity::default())));
        loaded
    } else {
        let wanted = directories_of(plan, sessions);
        let owed = match &plan.left.unread {
            // What was not owed has been read just before.
            owed if !owed.is_empty() => owed,
            _ => &plan.busy,
        };
        let beyond = owed.iter().filter(|it| !wanted.contains(it));
        left.unread.extend(beyond.cloned());
        wanted
    };
    let read: Vec<_> = stream::iter(wanted)
        .map(|directory| activity(Arc::clone(dialect), directory, exists, active_is_known))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    for one in read {
        let (directory, looked) = one?;
        match looked {
            Looked::Read(activity) => {
                directories.insert(directory, activity);
            }
            // Its sessions ended with it.
            Looked::Missing if plan.left.missing.contains(&directory) => {
                directories.insert(directory, Activity::default());
            }
            Looked::Missing => {
                if plan.busy.contains(&directory) {
                    left.unread.insert(directory.clone());
                    left.missing.insert(directory);
                }
            }
            // What could not be read is not known to be empty.
            Looked::Failed => {
                directories.remove(&directory);
                left.unread.insert(directory);
            }
        }
    }
    left.busy = left.unread.iter().any(|it| plan.busy.contains(it));
    Ok((directories, left))
}

/// What a look at a directory found.
enum Looked {
    /// What goes on there.
    Read(Activity),
    /// There does not seem to be such a directory.
    Missing,
    /// The server did not say.
    Failed,
}

async fn activity(
    dialect: Arc<dyn Dialect>,
    directory: Directory,
    exists: bool,
    active_is_known: bool,
) -> Result<(Directory, Looked), CallFault> {
    let read = async {
        if !exists && !dialect.exists(&directory).await? {
            return Ok(Looked::Missing);
        }
        Ok(Looked::Read(Activity {
            statuses: if active_is_known {
                BTreeMap::new()
            } else {
                dialect.statuses(&directory).await?
            },
            permissions: dialect.permissions(&directory).await?,
            questions: dialect.questions(&directory).await?,
        }))
    };
    match read.await {
        Ok(looked) => Ok((directory, looked)),
        Err(CallFault::Down(fault)) => Err(CallFault::Down(fault)),
        Err(fault) => {
            tracing::warn!(%directory, %fault, "directory not read");
            Ok((directory, Looked::Failed))
        }
    }
}

/// Reads the end of a transcript.
pub(super) async fn transcript(
    dialect: Arc<dyn Dialect>,
    session: SessionId,
) -> Result<Page, CallFault> {
    let page = end(&dialect, &session).await?;
    let todos = todos_of(&dialect, &session).await?;
    Ok(Page {
        entries: page.entries,
        older: page.older,
        todos,
        gone: BTreeSet::new(),
    })
}

/// Reads the end of a transcript of which `held` is known. What is known and not listed is
/// looked for by name: absence is no evidence while a server may be starting.
pub(super) async fn transcript_again(
    dialect: &Arc<dyn Dialect>,
    session: &SessionId,
    held: &[MessageId],
) -> Result<Page, CallFault> {
    let mut page = transcript(Arc::clone(dialect), session.clone()).await?;
    let first = page.entries.first().map(|entry| &entry.message.id);
    let reach = match first {
        // What was read may reach further back than what is held: where messages went.
        Some(first) if page.older.is_some() => {
            let from = held.iter().position(|id| id == first);
            from.or_else(|| held.first().is_some_and(|id| page.has(id)).then_some(0))
        }
        Some(_) | None => Some(0),
    };
    // Where what is held and what was read do not meet, the transcript is held anew.
    let within = held.get(reach.unwrap_or(held.len())..).unwrap_or_default();
    let absent: Vec<&MessageId> = within
        .iter()
        .filter(|id| !page.has(id))
        .take(MISSING_MAX)
        .collect();
    let mut gone = BTreeSet::new();
    for id in absent {
        match dialect.message(session, id).await {
            Ok(None) | Err(CallFault::NotFound) => {
                gone.insert(id.clone());
            }
            Err(CallFault::Down(fault)) => return Err(CallFault::Down(fault)),
            Ok(Some(_)) | Err(_) => {}
        }
    }
    page.gone = gone;
    Ok(page)
}

/// The last messages, as many as fit one answer, in size and in time.
async fn end(dialect: &Arc<dyn Dialect>, session: &SessionId) -> Result<MessagePage, CallFault> {
    let mut limit = PAGE;
    loop {
        match dialect.messages(session, limit, None).await {
            Err(CallFault::Refused { status: 200, .. }) if limit > 1 => {}
            Err(CallFault::Down(ServerFault::TimedOut)) if is_well(dialect).await => {
                if limit == 1 {
                    return Err(CallFault::Refused {
                        status: 200,
                        why: "it takes too long".to_owned(),
                    });
                }
            }
            answered => return answered,
        }
        limit = (limit / 8).max(1);
    }
}

/// Whether a server that did not answer in time is well all the same: then what was asked for
/// is too much for the line, and no reason to give the server up.
async fn is_well(dialect: &Arc<dyn Dialect>) -> bool {
    dialect.health().await.is_ok()
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
        CallFault::NotFound | CallFault::Busy | CallFault::Unsupported => ServerFault::Garbled,
        CallFault::Refused { status, .. } => ServerFault::Failed { status },
    }
}
