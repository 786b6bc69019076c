//! Asks a connected server at intervals whether it is well, and how long that takes.

use std::time::Duration;

use domain::connection::{Came, Check};
use domain::house::ServerLink;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::relay::handle::Relay;
use crate::relay::worker::Surroundings;

/// Asks `relay`'s server every so many seconds, until `ends`.
pub(super) fn start(
    relay: Relay,
    around: &Surroundings,
    every: watch::Receiver<u32>,
    ends: CancellationToken,
) {
    let checker = Checker {
        relay,
        around: around.clone(),
        every,
    };
    let task = async move {
        ends.run_until_cancelled(checker.run()).await;
    };
    let soft = around.life.soft().clone();
    around.life.spawn(async move {
        soft.run_until_cancelled(task).await;
    });
}

struct Checker {
    relay: Relay,
    around: Surroundings,
    every: watch::Receiver<u32>,
}

impl Checker {
    async fn run(mut self) {
        let ear = self.around.house.bell().listen();
        let mut was_up = false;
        let mut due = Instant::now() + self.pause();
        loop {
            let up = matches!(self.link(), Some(ServerLink::Connected { .. }));
            // A connection that was just made is looked at first of all.
            if (up && !was_up) || Instant::now() >= due {
                self.check().await;
                due = Instant::now() + self.pause();
            }
            was_up = up;
            tokio::select! {
                () = tokio::time::sleep_until(due) => {}
                () = ear.rung(), if !up => {}
                changed = self.every.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    due = Instant::now() + self.pause();
                }
            }
        }
    }

    fn pause(&self) -> Duration {
        Duration::from_secs(u64::from(*self.every.borrow()))
    }

    fn link(&self) -> Option<ServerLink> {
        let server = self.around.house.server(self.relay.server());
        server.map(|server| server.link)
    }

    async fn check(&self) {
        let (house, id) = (&self.around.house, self.relay.server());
        let at = self.around.clock.now();
        let came = match self.link() {
            None | Some(ServerLink::Disconnected | ServerLink::Connecting { .. }) => return,
            Some(ServerLink::Error { reason, .. }) => Came::Fault(reason),
            Some(ServerLink::Connected { .. }) => {
                let Some(dialect) = self.relay.dialect() else {
                    return;
                };
                let asked = Instant::now();
                match dialect.health().await {
                    Ok(version) => {
                        let took = asked.elapsed().as_millis();
                        if let Some(version) = version {
                            house.chronicle().told_version(id, at, &version);
                            house.update(id, |server| server.version = Some(version));
                        }
                        Came::Answer {
                            round_trip_ms: u32::try_from(took).unwrap_or(u32::MAX),
                        }
                    }
                    Err(fault) => Came::Fault(fault),
                }
            }
        };
        house.chronicle().check(id, Check { at, came });
    }
}
