//! The owner at the door: setup, sign-in, sessions, and the limits that keep others out.
//!
//! Cookies and forms are the business of `http`; this knows tokens, passwords and clients.

mod client;
pub mod limits;
pub mod password;
mod proof;
mod sessions;
mod setup;
mod sign_in;
mod token;

use std::path::PathBuf;
use std::sync::Arc;

use domain::time::Millis;

pub use client::Client;
pub use proof::{PROOF_MS, ProofFault};
pub use sessions::{
    Admitted, OVERLAP_MS, ROTATE_MS, Renewed, SESSION_ABSOLUTE_MS, SESSION_KEPT_MS, SESSION_MS,
    SignedIn,
};
pub use setup::{NewOwner, SETUP_FILE, SETUP_MS, SetupFault};
pub use sign_in::{Opened, SignInFault, Visitor};
pub use token::{Token, TokenHash};

use crate::clock::Clock;
use crate::store::attempts::{self, AttemptRow};
use crate::store::audit::{self, Deed};
use crate::store::{Store, StoreError};
use limits::{Counter, Rule, Verdict};
use password::Hasher;

/// Under which name the crowd's counter is kept; no client is called so.
const CROWD: &str = "unknown clients";

/// Decides who is the owner; cheap to clone.
#[derive(Clone, Debug)]
pub struct Auth {
    store: Store,
    clock: Arc<dyn Clock>,
    hasher: Hasher,
    open: Arc<sessions::Open>,
    /// Where the setup token is written for whoever has access to the machine.
    setup_file: Option<PathBuf>,
}

/// A try that was let through and counts as failed until taken back.
#[derive(Clone, Copy, Debug)]
struct Attempt {
    client: Client,
    at: Millis,
    left: u32,
}

impl Auth {
    /// Puts it together. `setup_file` is removed once an owner is created.
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        hasher: Hasher,
        setup_file: Option<PathBuf>,
    ) -> Self {
        Self {
            store,
            clock,
            hasher,
            open: Arc::default(),
            setup_file,
        }
    }

    /// Lets a try of `client` through or says how long to wait. Both counters that hold
    /// for a client are asked, and neither is touched unless both agree.
    async fn attempt(&self, client: Client) -> Result<Result<Attempt, Millis>, StoreError> {
        let at = self.clock.now();
        self.store
            .call(move |connection| {
                let transaction = connection.transaction()?;
                let mut verdict = Verdict::Go { left: u32::MAX };
                for (rule, name) in counters(client) {
                    let mut counter = attempts::read(&transaction, &name)?.into();
                    let this = rule.attempt(&mut counter, at);
                    if matches!(this, Verdict::Wait { .. }) {
                        // Dropping the transaction undoes what the other counter noted.
                        verdict = this;
                        break;
                    }
                    attempts::write(&transaction, &name, &counter.into(), at)?;
                    if rule == Rule::Client {
                        verdict = this;
                    }
                }
                match verdict {
                    Verdict::Wait { until } => Ok(Err(until)),
                    Verdict::Go { left } => {
                        transaction.commit()?;
                        Ok(Ok(Attempt { client, at, left }))
                    }
                }
            })
            .await
    }

    /// The try was right.
    async fn take_back(&self, attempt: Attempt) -> Result<(), StoreError> {
        self.amend(attempt, Rule::take_back).await
    }

    /// The try was none.
    async fn uncount(&self, attempt: Attempt) -> Result<(), StoreError> {
        self.amend(attempt, Rule::uncount).await
    }

    async fn amend(
        &self,
        attempt: Attempt,
        change: fn(Rule, &mut Counter, Millis),
    ) -> Result<(), StoreError> {
        self.store
            .call(move |connection| {
                let transaction = connection.transaction()?;
                for (rule, name) in counters(attempt.client) {
                    let mut counter = attempts::read(&transaction, &name)?.into();
                    change(rule, &mut counter, attempt.at);
                    attempts::write(&transaction, &name, &counter.into(), attempt.at)?;
                }
                transaction.commit()?;
                Ok(())
            })
            .await
    }

    /// Writes a failure down.
    async fn note_failure(&self, attempt: Attempt) -> Result<(), StoreError> {
        let deed = if attempt.left == 0 {
            Deed::Locked
        } else {
            Deed::Failed
        };
        self.store
            .call(move |connection| {
                audit::append(connection, attempt.at, deed, &attempt.client.to_string())
            })
            .await
    }
}

/// The counters that hold for a client, and the rule of each. The crowd's comes first: a
/// client that it turns away leaves no trace.
fn counters(client: Client) -> Vec<(Rule, String)> {
    let own = (Rule::Client, client.to_string());
    if client.is_unknown() {
        vec![(Rule::Crowd, CROWD.to_owned()), own]
    } else {
        vec![own]
    }
}

impl From<AttemptRow> for Counter {
    fn from(row: AttemptRow) -> Self {
        Self {
            failures: row.failures,
            locked_until: row.locked_until,
        }
    }
}

impl From<Counter> for AttemptRow {
    fn from(counter: Counter) -> Self {
        Self {
            failures: counter.failures,
            locked_until: counter.locked_until,
        }
    }
}
