//! How the program ends: softly first, hard after a grace period, at once when told twice.
//!
//! Every task of the program is spawned here, so that none is forgotten and an essential
//! one that ends or crashes takes the server down with it instead of leaving half of it.

use std::future::Future;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio_util::sync::{CancellationToken, DropGuard, WaitForCancellationFutureOwned};
use tokio_util::task::TaskTracker;

/// How long tasks and requests may take to end after the first signal. The service
/// manager's usual patience is longer.
pub const GRACE: Duration = Duration::from_secs(8);

/// The handle that all long-lived parts hold; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    soft: CancellationToken,
    hard: CancellationToken,
    tasks: TaskTracker,
}

impl Lifecycle {
    /// A life that begins now.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancelled when the program should end: take nothing new, finish what runs.
    pub fn soft(&self) -> &CancellationToken {
        &self.soft
    }

    /// Cancelled when the grace period is over: drop everything.
    pub fn hard(&self) -> &CancellationToken {
        &self.hard
    }

    /// Spawns a task that is waited for at the end, until the grace period is over.
    pub fn spawn<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tasks.spawn(until(self.hard.clone(), task));
    }

    /// Spawns a task without which the program makes no sense: when it ends, by itself or
    /// by a crash, the program ends too.
    pub fn spawn_essential<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let guard = Essential {
            name,
            soft: self.soft.clone(),
            _end: self.soft.clone().drop_guard(),
        };
        self.tasks.spawn(until(self.hard.clone(), async move {
            let _guard = guard;
            task.await;
        }));
    }

    /// Waits for the end of everything: until a signal or an essential task says so, then
    /// at most [`GRACE`] for the tasks.
    pub async fn run_to_end(&self) {
        self.soft.cancelled().await;
        self.tasks.close();
        if tokio::time::timeout(GRACE, self.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!(tasks = self.tasks.len(), "grace period is over");
            self.hard.cancel();
            self.tasks.wait().await;
        }
    }
}

/// Runs `task`, at most until `end`.
async fn until(end: CancellationToken, task: impl Future<Output = ()>) {
    let mut end = Signal::of(end);
    tokio::select! {
        biased;
        () = end.given() => {}
        () = task => {}
    }
}

/// A cancellation for one who waits for other things too, and often. A token is looked at
/// under a lock, which all who wait for the same would fight for at everything they do; this
/// is looked at only when it happens.
#[derive(Debug)]
pub struct Signal(FuturesUnordered<WaitForCancellationFutureOwned>);

impl Signal {
    /// Given when `token` is cancelled.
    pub fn of(token: CancellationToken) -> Self {
        Self([token.cancelled_owned()].into_iter().collect())
    }

    /// Waits until it is given, or was. Dropping the future loses nothing.
    pub async fn given(&mut self) {
        // None is left once it was.
        self.0.next().await;
    }
}

/// Ends the program when dropped, and says whose end it was unless all are ending.
struct Essential {
    name: &'static str,
    soft: CancellationToken,
    _end: DropGuard,
}

impl Drop for Essential {
    fn drop(&mut self) {
        if !self.soft.is_cancelled() {
            tracing::error!(
                task = self.name,
                "an essential task ended; the server stops"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    #[tokio::test(start_paused = true)]
    async fn a_crashed_essential_task_ends_the_program() {
        let life = Lifecycle::new();
        life.spawn_essential("crasher", async { panic!("on purpose") });
        life.run_to_end().await;
        assert!(life.soft().is_cancelled());
    }

    #[tokio::test]
    async fn a_signal_is_given_once_and_for_all() {
        let token = CancellationToken::new();
        let mut signal = Signal::of(token.clone());
        assert!(signal.given().now_or_never().is_none());
        token.cancel();
        assert!(signal.given().now_or_never().is_some());
        assert!(signal.given().now_or_never().is_some());
        let mut late = Signal::of(token);
        assert!(late.given().now_or_never().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_does_not_end_is_dropped_after_the_grace_period() {
        let life = Lifecycle::new();
        life.spawn(std::future::pending());
        life.soft().cancel();
        life.run_to_end().await;
        assert!(life.hard().is_cancelled());
    }
}
