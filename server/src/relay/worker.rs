//! One task for each server: it connects, reads, listens, and is the only writer of the
//! server's mirror and journal. What it does while connected is in `online`.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::event::Event;
use domain::house::{ServerFault, ServerLink};
use domain::id::{Directory, ServerId};
use domain::sync::{Epoch, WindowFault};
use domain::time::Millis;
use opencode::{Client, Dialect, Subscription, Tongue};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::backoff;
use super::bell::Ear;
use super::handle::{Order, Relay, Shared, Target, Want};
use super::journal::Shelf;
use super::marks::Marks;
use super::network::Network;
use super::online::Online;
use super::vigil::Vigil;
use super::whole::Numbers;
use crate::clock::Clock;
use crate::connections::house::HouseSource;
use crate::lifecycle::Lifecycle;
use crate::random;

/// A connection that lasted this long was a good one: the next failure is the first again.
const GOOD_AFTER: Duration = Duration::from_secs(10);
/// How long a worker that waits is left in peace by news that it may be worth a try.
const PEACE: Duration = Duration::from_secs(1);
/// How often a worker that waits gives room to the journals of others, which may have
/// become more meanwhile.
const TRIM_EVERY: Duration = Duration::from_mins(1);

/// What a worker needs of the house.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where the state of the link is told.
    pub house: HouseSource,
    /// Where the journals stand.
    pub shelf: Shelf,
    /// How the program ends.
    pub life: Lifecycle,
    /// Our own version, told to the server.
    pub version: String,
    /// What lies between us and the servers.
    pub network: Network,
    /// Notices when the machine slept.
    pub vigil: Vigil,
}

/// Starts the worker of `server`. It wants nothing until told.
pub fn start(server: ServerId, around: &Surroundings) -> Relay {
    let epoch = Epoch(u64::from_le_bytes(random::bytes()));
    let (relay, inbox) = Relay::new(server, epoch, &around.shelf);
    let worker = Worker {
        shared: inbox.shared,
        orders: inbox.orders,
        want: inbox.want,
        around: around.clone(),
        awoke: around.vigil.listen(),
        returned: around.network.returned.listen(),
        failures: 0,
        down_since: None,
        numbers: Numbers::default(),
        marks: Marks::default(),
        tongue: None,
        directories: BTreeSet::new(),
    };
    let soft = around.life.soft().clone();
    around.life.spawn(async move {
        soft.run_until_cancelled(worker.run()).await;
    });
    relay
}

pub(super) struct Worker {
    pub(super) shared: Arc<Shared>,
    pub(super) orders: mpsc::Receiver<Order>,
    pub(super) want: watch::Receiver<Want>,
    pub(super) around: Surroundings,
    /// Hears when the machine awakes.
    pub(super) awoke: Ear,
    /// Hears when another server is had again.
    returned: Ear,
    /// How many tries failed in a row.
    failures: u32,
    /// Since when the server cannot be had, however often it was tried since.
    pub(super) down_since: Option<Millis>,
    /// How far what is held of each session is whole, from one connection to the next.
    pub(super) numbers: Numbers,
    /// Up to where the owner has looked, on a server that keeps that.
    pub(super) marks: Marks,
    /// What the server spoke last: another version in its place may speak another tongue.
    tongue: Option<Tongue>,
    /// The directories in which something was done or looked at in this run.
    pub(super) directories: BTreeSet<Directory>,
}

/// Why a phase ended.
pub(super) enum Ended {
    /// Something else is wanted, or a try was asked for.
    Wanted,
    /// The server cannot be had.
    Fault(ServerFault),
    /// The machine slept: what there was before is worth nothing.
    Awoke,
    /// Nobody holds the handle any more.
    Gone,
}

/// An open line to a server.
pub(super) struct Line {
    pub(super) dialect: Arc<dyn Dialect>,
    pub(super) subscription: Subscription,
    tongue: Tongue,
}

impl Worker {
    async fn run(mut self) {
        loop {
            let want = self.want.borrow_and_update().clone();
            let ended = match want {
                Want::Nothing => {
                    self.failures = 0;
                    self.down_since = None;
                    self.link(ServerLink::Disconnected);
                    self.pause(None).await
                }
                Want::Wait(link) => {
                    let link = self.dated(link);
                    self.link(link);
                    self.pause(None).await
                }
                Want::At(target) => self.attend(target).await,
            };
            match ended {
                Ended::Wanted => {}
                Ended::Awoke => self.failures = 0,
                Ended::Fault(reason) => match self.wait_to_retry(reason).await {
                    Ended::Gone => return,
                    Ended::Awoke => self.failures = 0,
                    Ended::Wanted | Ended::Fault(_) => {}
                },
                Ended::Gone => return,
            }
        }
    }

    pub(super) fn now(&self) -> Millis {
        self.around.clock.now()
    }

    pub(super) fn link(&self, link: ServerLink) {
        let (id, house, now) = (&self.shared.server, &self.around.house, self.now());
        house.update(id, |server| {
            if self.shared.is_retired() {
                return;
            }
            let told = server.version.as_deref();
            house.chronicle().linked(id, now, &link, told);
            server.link = link;
        });
    }

    /// What is told of a server that cannot be had: since when, however often it was tried.
    fn dated(&mut self, link: ServerLink) -> ServerLink {
        let ServerLink::Error {
            reason,
            since,
            retry_at,
        } = link
        else {
            return link;
        };
        ServerLink::Error {
            reason,
            since: *self.down_since.get_or_insert(since),
            retry_at,
        }
    }

    /// Connects and stays until something else is wanted or the server is lost.
    async fn attend(&mut self, target: Target) -> Ended {
        let since = self.now();
        self.link(ServerLink::Connecting { since });
        // A connection that begins now has not slept.
        self.awoke.take();
        self.returned.take();
        let line = {
            let (around, shared) = (self.around.clone(), Arc::clone(&self.shared));
            let connecting = connect(target, &around, &shared);
            tokio::pin!(connecting);
            loop {
                tokio::select! {
                    line = &mut connecting => break line,
                    changed = self.want.changed() => return wanted(changed.is_ok()),
                    () = self.awoke.rung() => return Ended::Awoke,
                    order = self.orders.recv() => match order {
                        Some(order) => self.answer_offline(order),
                        None => return Ended::Gone,
                    },
                }
            }
        };
        let line = match line {
            Ok(line) => line,
            Err(fault) => return Ended::Fault(fault),
        };
        let before = self.tongue.replace(line.tongue);
        if before.is_some_and(|before| before.is_second() != line.tongue.is_second()) {
            // Each generation counts for itself: the numbers of one say nothing of the other.
            self.numbers = Numbers::default();
        }
        self.shared.set_line(Some(Arc::clone(&line.dialect)));
        if self.failures > 0 {
            self.around.network.returned.ring();
        }
        let began = Instant::now();
        let ended = Online::new(self, line).run().await;
        self.shared.set_line(None);
        self.numbers.broke();
        // What was heard while it was connected is no news any more.
        self.returned.take();
        if began.elapsed() >= GOOD_AFTER {
            self.failures = 0;
        }
        ended
    }

    async fn wait_to_retry(&mut self, reason: ServerFault) -> Ended {
        self.failures = self.failures.saturating_add(1);
        let wait = backoff::wait(self.failures, self.around.network.chance.next());
        let now = self.now();
        tracing::info!(
            server.id = %self.shared.server, ?reason,
            wait_ms = wait.as_millis(), "server cannot be had"
        );
        let link = self.dated(ServerLink::Error {
            reason,
            since: now,
            retry_at: Some(now.plus(u64::try_from(wait.as_millis()).unwrap_or(0))),
        });
        self.link(link);
        self.pause(Some(wait)).await
    }

    /// Waits for `wait` (none: for ever), a wish, a retry, or news that a try may be worth
    /// it: somebody opens a page, another server can be had again, the network is back. Answers
    /// orders meanwhile.
    async fn pause(&mut self, wait: Option<Duration>) -> Ended {
        let began = Instant::now();
        let mut until = wait.map(|wait| began + wait);
        // News does not cut a wait that has just begun short at once, but soon.
        let soon = |until: Option<Instant>| until.map(|at| at.min(began + PEACE));
        loop {
            let alarm = async {
                match until {
                    Some(until) => tokio::time::sleep_until(until).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = alarm => return Ended::Wanted,
                () = tokio::time::sleep(TRIM_EVERY) => self.shared.live().trim(),
                () = self.awoke.rung(), if until.is_some() => return Ended::Awoke,
                changed = self.want.changed() => return wanted(changed.is_ok()),
                () = self.returned.rung() => until = soon(until),
                order = self.orders.recv() => match order {
                    Some(Order::Retry) if until.is_some() => return Ended::Wanted,
                    Some(Order::Nudge) => until = soon(until),
                    Some(order) => self.answer_offline(order),
                    None => return Ended::Gone,
                },
            }
        }
    }

    /// What is held can be looked at while the server is away, and counts as seen then.
    fn answer_offline(&mut self, order: Order) {
        match order {
            // What passes by is for those who look at a session while it is at work; and all
            // is read when the server is back.
            Order::Retry | Order::Nudge | Order::Passing(_) | Order::NothingRuns(_) => {}
            Order::PutAway { session, at } => {
                self.shared.live().put_away(session, at);
                self.shared.tell();
            }
            Order::Look { session, done } => {
                let held = self.shared.live().held_since(&session).is_some();
                // Whoever asked may have given up.
                let _ = done.send(if held {
                    Ok(())
                } else {
                    Err(WindowFault::Unreachable)
                });
            }
            Order::Seen(session) => {
                // The server is told when it is back.
                self.marks.see(&session);
                self.shared.live().commit(&Event::UnreadChanged {
                    session,
                    unread: false,
                });
                self.shared.tell();
            }
        }
    }
}

fn wanted(alive: bool) -> Ended {
    if alive { Ended::Wanted } else { Ended::Gone }
}

async fn connect(
    target: Target,
    around: &Surroundings,
    shared: &Shared,
) -> Result<Line, ServerFault> {
    let clock = Arc::clone(&around.clock);
    let client = Client::new(&target.address, target.credentials, &around.version)?
        .with_clock(move || clock.now());
    let client = match &around.network.carrier {
        Some(carrier) => client.over(Arc::clone(carrier)),
        None => client,
    };
    let probe = opencode::probe(&client).await?;
    around.house.update(&shared.server, |server| {
        if shared.is_retired() {
            return;
        }
        server.family = Some(probe.family());
        server.version.clone_from(&probe.version);
        server.open_to_all = probe.open_to_all;
    });
    let dialect = opencode::dialect(client, &probe);
    let subscription = dialect.subscribe().await?;
    Ok(Line {
        dialect,
        subscription,
        tongue: probe.tongue,
    })
}

#[cfg(test)]
mod tests {
    use domain::session::SessionStatus;
    use domain::sync::{Position, Seq};

    use super::*;
    use crate::clock::ManualClock;
    use crate::relay::journal::{BYTES_MAX, Read};
    use crate::relay::live::Live;
    use crate::relay::testing::{EPOCH, assistant, at, piece, status, text, upserted};

    #[tokio::test(start_paused = true)]
    async fn a_worker_that_waits_gives_room_to_the_journals_of_others() {
        let shelf = Shelf::default();
        let clock = Arc::new(ManualClock::at(Millis(1)));
        let life = Lifecycle::new();
        let around = Surroundings {
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            house: HouseSource::new(EPOCH, &shelf),
            shelf: shelf.clone(),
            life: life.clone(),
            version: String::new(),
            network: Network::default(),
            vigil: Vigil::new(clock),
        };
        let relay = start(ServerId::new("srv"), &around);
        let place = at("s", "m", "p");
        let from = {
            let mut held = relay.shared.live();
            held.prime(domain::mirror::Mirror::default());
            held.commit(&upserted("s"));
            held.hold(&place.session, domain::transcript::Transcript::default());
            held.commit(&status("s", SessionStatus::Busy));
            held.absorb(assistant("s", "m", 1));
            held.absorb(text(&place, "", true));
            let words = "w".repeat(16 * 1024);
            for _ in 0..BYTES_MAX / 2 / words.len() {
                held.grow(&piece(&place, &words));
            }
            Position {
                seq: Seq(held.position().seq.0 - 1_000),
                ..held.position()
            }
        };
        let reaches_back = || relay.with(|live| live.read(from, |_| false, 1) != Read::Lost);
        tokio::time::sleep(2 * TRIM_EVERY).await;
        assert!(reaches_back());
        let _others: Vec<_> = (0..30).map(|_| Live::new(EPOCH, &shelf)).collect();
        assert!(reaches_back());
        tokio::time::sleep(2 * TRIM_EVERY).await;
        assert!(!reaches_back());
        life.soft().cancel();
    }
}
