//! What waits to be sent is kept in the browser's database until it has arrived: a reload,
//! a crash or a day without network loses none. What is decided is decided in `outbox`.

use domain::id::MessageId;
use domain::sorted::SortedSet;
use leptos::task::spawn_local;

use super::{Timer, Transport, put, with};
use crate::browser::database::{self, Batch, Database};
use crate::browser::store::{self, Keep};
use crate::live::outbox::{Pending, Writes};

/// How long the browser may take to open its database, in milliseconds. Some never do;
/// then nothing is kept, and what is written goes out all the same.
const OPEN_MS: u64 = 3_000;
/// After a failure the database is opened again in this time, in milliseconds.
const REOPEN_MS: u64 = 10_000;
/// How long a page has for what it wrote, in milliseconds. What is kept for longer may be
/// of a page that is gone, and is taken up by any other. Two that send the same do no harm:
/// its id makes sure that it counts once.
const GRACE_MS: u64 = 5_000;
/// Where pages tell each other that something is kept otherwise.
const MARK: &str = "nexus-outbox";

/// The place where prompts are kept, and what is going on there.
#[derive(Debug, Default)]
pub(super) struct Keeping {
    database: Option<Database>,
    /// What other pages said last.
    mark: Option<String>,
    /// Goes off when opening takes too long, or is tried again.
    opening: Option<Timer>,
    /// Goes off when what other pages wrote may be taken up.
    grace: Option<Timer>,
}

impl Transport {
    /// Takes up what was kept when a page was left.
    pub(super) fn restore(&mut self) {
        self.keeping.mark = store::get(Keep::Device, MARK);
        self.keeping.opening = Some(Timer::after(OPEN_MS, || {
            with(|transport| transport.restored(None));
        }));
        spawn_local(async {
            let opened = match database::open().await {
                Some(database) => database.all().await.map(|there| (database, there)),
                None => None,
            };
            with(|transport| transport.restored(opened));
        });
    }

    fn restored(&mut self, opened: Option<(Database, Vec<String>)>) {
        match opened {
            Some((database, there)) => {
                self.keeping.database = Some(database);
                self.keeping.opening = None;
                self.keeps(true);
                self.kept.forget();
                self.take_up(&there, &SortedSet::new(), true);
            }
            None => self.lose_database(),
        }
        self.live.0.lock().outbox.set_read();
        self.post();
    }

    /// Nothing is kept until the database can be opened.
    fn lose_database(&mut self) {
        self.keeping.database = None;
        self.kept.forget();
        self.keeps(false);
        self.keeping.opening = Some(Timer::after(REOPEN_MS, || {
            with(Transport::restore);
        }));
    }

    /// What is kept was read; `known` was kept before. `all`: also what this page did not
    /// write.
    fn take_up(&mut self, there: &[String], known: &SortedSet<MessageId>, all: bool) {
        // What a later build wrote and we cannot read stays where it is.
        let there: Vec<Pending> = there
            .iter()
            .filter_map(|text| crate::json::read(text).ok())
            .filter(|it: &Pending| all || known.contains(&it.prompt.id.message()))
            .collect();
        {
            let mut store = self.live.0.lock();
            store.outbox.reconcile(there.clone(), known);
            self.kept.found(&there, |id| store.outbox.knows(id));
        }
        self.take_seen();
    }

    /// Keeps the outbox as it is now.
    pub(super) fn keep(&mut self) {
        let Some(database) = &self.keeping.database else {
            return;
        };
        let writes = {
            let store = self.live.0.lock();
            self.kept.writes(store.outbox.items())
        };
        if writes.is_empty() {
            return;
        }
        let written = database.write(batch_of(&writes));
        spawn_local(async move {
            let done = written.await;
            with(|transport| transport.written(&writes, done));
        });
    }

    fn written(&mut self, writes: &Writes, done: bool) {
        if done {
            self.kept.written(writes);
            let mark = format!("{:x}", u128::from_le_bytes(crate::browser::chance::bytes()));
            store::put(Keep::Device, MARK, &mark);
            self.keeping.mark = Some(mark);
        } else if self.keeping.database.is_some() {
            self.lose_database();
        }
    }

    /// Something was kept by another page, perhaps a prompt: what it has sent or discarded
    /// goes here too, and what it leaves behind is taken up.
    pub(super) fn kept_elsewhere(&mut self) {
        let mark = store::get(Keep::Device, MARK);
        if mark != self.keeping.mark {
            self.keeping.mark = mark;
            self.read_again();
        }
    }

    /// The page was away, or another page wrote something: reads again what is kept, before
    /// anything more is sent.
    pub(super) fn read_again(&mut self) {
        if self.keeping.grace.is_none() {
            self.keeping.grace = Some(Timer::after(GRACE_MS, || {
                with(|transport| {
                    transport.keeping.grace = None;
                    transport.read(true);
                });
            }));
        }
        self.read(false);
    }

    /// Reads what is kept; `all`: also what this page did not write.
    fn read(&mut self, all: bool) {
        let Some(database) = self.keeping.database.clone() else {
            self.post();
            return;
        };
        let known = self.kept.certain();
        spawn_local(async move {
            let there = database.all().await;
            with(|transport| {
                match there {
                    Some(there) => transport.take_up(&there, &known, all),
                    None => transport.lose_database(),
                }
                transport.post();
            });
        });
    }

    /// Whether what is written survives the page.
    fn keeps(&self, keeps: bool) {
        put(&self.live.0.keeps, keeps);
    }
}

/// As the database wants it. Strings, numbers and maps with text keys cannot fail to be
/// written.
fn batch_of(writes: &Writes) -> Batch {
    let record = |item: &Pending| {
        let text = serde_json::to_string(item).unwrap_or_default();
        (item.prompt.id.as_str().to_owned(), text)
    };
    Batch {
        put: writes.fresh.iter().map(record).collect(),
        replace: writes.changed.iter().map(record).collect(),
        delete: writes
            .gone
            .iter()
            .map(|id| id.as_str().to_owned())
            .collect(),
    }
}
